"""Automatic grading of hand-ins, none of which is trusted."""
