"""What a contributor asks of the suite: are its promises kept, is each kata whole."""
