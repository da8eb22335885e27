"""Read hand-ins, and find out who handed them in. Nothing in them is trusted."""
