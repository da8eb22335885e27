"""Run hand-ins in confined processes, which are forked from one server."""
