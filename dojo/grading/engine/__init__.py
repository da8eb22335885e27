"""Run a grading job: the reference solutions first, then all hand-ins."""
