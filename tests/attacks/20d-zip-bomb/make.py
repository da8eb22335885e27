"""Writes the hand-in, which git could not hold."""

import zipfile


def make(place, root):
    with zipfile.ZipFile(f"{place}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(100):
            archive.writestr(f"{number}/strides.py", bytes(20_000_000))
