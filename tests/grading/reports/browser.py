"""A headless Chromium that is told what to do over a pipe: keys arrive as from a keyboard. It fetches nothing."""

import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "Home": 36, "End": 35, "PageDown": 34}
KEYS |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
PATIENCE = 60.0  # seconds


def found() -> str | None:
    """Return the path of a Chromium, where there is one and pipes can be handed to it."""
    return None if os.name == "nt" else next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page in a browser. What is evaluated in it comes back as Python values."""

    def __init__(self, folder: Path) -> None:
        import fcntl  # which Windows does not have

        into, self._write = os.pipe()
        self._read, out = os.pipe()
        # The browser reads from 3 and writes to 4, whichever numbers the pipes got here.
        high = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in (into, out)]
        self._process = subprocess.Popen(
            [
                found() or "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-pipe",
                "--window-size=1300,1000",
                f"--user-data-dir={folder / 'profile'}",
                "about:blank",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=lambda: [os.dup2(each, number) for each, number in zip(high, (3, 4), strict=True)],
        )
        for each in (into, out, *high):
            os.close(each)
        self._rest, self._count, self._session = b"", 0, None
        self.complaints: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def open(self, path: Path, script: bool = True) -> None:
        """Show a file, with its script or without."""
        self._call("Emulation.setScriptExecutionDisabled", value=not script)
        self._call("Page.navigate", url=path.as_uri())
        until = time.monotonic() + PATIENCE
        ready = f"document.readyState === 'complete' && location.href === {json.dumps(path.as_uri())}"
        while not self.value(ready):
            assert time.monotonic() < until, f"{path} was not shown within {PATIENCE:g} s"
            time.sleep(0.02)

    def value(self, expression: str) -> object:
        """Return the value of an expression of JavaScript."""
        found = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            told = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
            text = {"text": "\r"} if key == "Enter" else {}
            self._call("Input.dispatchKeyEvent", type="keyDown", **told, **text)
            self._call("Input.dispatchKeyEvent", type="keyUp", **told)

    def type(self, text: str) -> None:
        """Put text where the focus is."""
        self._call("Input.insertText", text=text)

    def close(self) -> None:
        """End the browser."""
        self._session = None
        try:
            self._call("Browser.close")
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._write)
            os.close(self._read)

    def _call(self, method: str, **params: object) -> dict:
        self._count += 1
        told = {"id": self._count, "method": method, "params": params}
        if self._session:
            told["sessionId"] = self._session
        os.write(self._write, json.dumps(told).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            message = self._message(until)
            if message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(json.dumps(message["params"]))
            if message.get("id") == self._count:
                assert "error" not in message, message
                return message["result"]

    def _message(self, until: float) -> dict:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0, until - time.monotonic()))
            assert ready, f"the browser said nothing for {PATIENCE:g} s"
            more = os.read(self._read, 1 << 16)
            assert more, "the browser ended"
            self._rest += more
        one, _, self._rest = self._rest.partition(b"\0")
        return json.loads(one)
