import marshal
import sys

held = {"sys": sys}
code = compile("def look():\n    frame = sys._getframe(1)\n    while frame:\n        frame.f_locals.get('expected')\n        frame = frame.f_back\n", "X" * len(sys.__file__ if hasattr(sys, "__file__") else "logging/__init__.py"), "exec")
raw = marshal.dumps(code)
name = code.co_filename.encode()
import logging

raw = raw.replace(name, logging.__file__.encode()[-len(name):])
exec(marshal.loads(raw), held)


def attack():
    held["look"]()


@CALLS@
