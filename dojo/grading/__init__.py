"""Grading of hand-ins that nobody has looked at."""
