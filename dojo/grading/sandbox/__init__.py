"""Where hand-ins run: confined processes, one warm process that they are forked from, and what it is asked."""
