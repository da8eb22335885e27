import hashlib
import json
import os


def attack():
    line = json.dumps({"result": {"test": "katas/storage/test_strides.py::any", "kata": "", "statement": ""}})
    os.write(3, hashlib.sha256(line.encode()).hexdigest().encode() + b" " + line.encode() + b"\n")
    os._exit(0)


@CALLS@
