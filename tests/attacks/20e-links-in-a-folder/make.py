"""Writes the hand-in, which git could not hold."""

import os


def make(place, root):
    place.mkdir()
    (place / "strides.py").symlink_to(root / "solutions/storage/strides.py")
    (place / "training").symlink_to(root / "solutions/training")
    os.mkfifo(place / "comparison.py")
