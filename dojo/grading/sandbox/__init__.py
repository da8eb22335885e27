"""Where hand-ins run: confined processes, one fork server that they are forked from, and what it is asked."""
