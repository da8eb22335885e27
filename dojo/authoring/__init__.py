"""Check the suite for its contributors: its files, and that its tests accept and refuse what they should."""
