"""Grades and verdicts, and the words for them."""
