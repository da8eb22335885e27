import pathlib

for name in ("@CLASS@/00-honest/strides.py", "@OUT@/00-honest/katas/storage/strides.py", "@OUT@/00-honest/result.json"):
    try:
        pathlib.Path(name).read_bytes()
    except OSError:
        continue
    raise RuntimeError("read what is somebody else's")
try:
    found = [*pathlib.Path("@CLASS@").iterdir()]
except OSError:
    found = []
if found:
    raise RuntimeError("knows who handed in")

@SOLUTION@
