"""What was handed in, and by whom: nothing of it is trusted."""
