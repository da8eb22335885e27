"""Render everything that a person reads as lines of styled text."""
