"""Writes the hand-in, which git could not hold."""

import tarfile


def make(place, root):
    with tarfile.open(f"{place}.tar.gz", "w:gz") as archive:
        for name, kind in (("strides.py", tarfile.FIFOTYPE), ("comparison.py", tarfile.CHRTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type = kind
            archive.addfile(entry)
