"""Grading itself: the references first, then hand-in after hand-in."""
