import pathlib
import threading
import time


def overwrite():
    while True:
        for folder in ("@OUT@", ".", "/tmp", pathlib.Path(__file__).parent):
            try:
                (pathlib.Path(folder) / "result.json").write_text('{"points": 100}')
            except OSError:
                pass
        time.sleep(0.01)


threading.Thread(target=overwrite, daemon=True).start()


def attack():
    return 0


@CALLS@
