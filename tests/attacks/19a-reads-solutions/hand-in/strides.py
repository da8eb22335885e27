import pathlib
import sys

folders = [pathlib.Path("@ROOT@"), pathlib.Path.cwd(), *map(pathlib.Path, sys.path)]
for folder in [*folders, *(above for each in folders for above in each.parents)]:
    for name in ("solutions/storage/strides.py", "tests/mistakes/storage/strides.py", "dojo/suite/solutions/storage/strides.py"):
        try:
            (folder / name).read_bytes()
        except OSError:
            continue
        raise RuntimeError("read a solution")

@SOLUTION@
