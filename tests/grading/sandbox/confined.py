"""Run code in confined child processes, on Linux."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dojo.grading.sandbox import landlock, levels

ROOT = Path(__file__).parents[3]
AS_SUPERUSER = hasattr(os, "geteuid") and os.geteuid() == 0
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="hand-ins are confined on Linux only")
needs_bubblewrap = pytest.mark.skipif(
    sys.platform == "linux" and levels.bubblewrap_works() is not None, reason="bubblewrap does not work here"
)
needs_landlock = pytest.mark.skipif(
    sys.platform == "linux" and not landlock.version(), reason="this kernel has no Landlock"
)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PRELUDE = """
import ctypes, json, os, resource, signal, socket, sys, time
from pathlib import Path
from dojo.grading.sandbox import confine, landlock

def fails(attempt):
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    except MemoryError:
        return "MemoryError"
    return ""

told = {}
"""


def child(code: str, *arguments: object, **options: object) -> dict[str, object]:
    """Run code in a new process, and return what it put into ``told``."""
    program = f"{PRELUDE}\n{code}\nprint(json.dumps(told), flush=True)\nos._exit(0)"
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, check=False, timeout=60, **options)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)
