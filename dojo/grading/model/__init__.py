"""Data types: grades, verdicts and messages."""
