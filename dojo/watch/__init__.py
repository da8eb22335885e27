"""``kata watch``: judges the current kata on each save, and goes on when it is solved."""

import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

from rich.console import Console, ConsoleDimensions, Group
from rich.text import Text

from dojo.course import Course, Kata, Places
from dojo.forkserver.client import ForkServerEnded
from dojo.forkserver.judge import Judge, why_it_ended
from dojo.results.run import Run
from dojo.screen.sanitize import sanitize
from dojo.screen.styles import Line, encodable
from dojo.watch import keys, saves
from dojo.watch.display import Display
from dojo.watch.session import Session

Event = Callable[[Session], None]
_BLINK = 0.3  # seconds that a verdict may take before the screen says that it is awaited
_STYLES = {"plain": "", "good": "green", "bad": "red", "faint": "bright_black", "strong": "bold"}


class CannotWatch(Exception):
    """There is no terminal, or the tests cannot be run: the message says what to do."""


def watch(
    whole: Course, root: Path, start: Kata | None = None, devices: tuple[str, ...] = (), poll: bool = False
) -> str:
    """Watch until the learner quits, and return the sentence to part with.

    Args:
        whole: the course, with at least one kata.
        root: the practice folder.
        start: the kata to begin with, by default the one that the learner was at.
        devices: as for ``--device``.
        poll: look for saved files again and again, where the file system does not tell.

    Raises:
        CannotWatch: in one line.
    """
    console = Console(highlight=False)
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise CannotWatch("kata watch needs a terminal for its keys and its screen: run `pytest katas` instead")
    root = root.resolve()  # saved files are told by their real names
    events: SimpleQueue[Event] = SimpleQueue()
    session = Session(whole, root, start)
    first = Places(root).specification(session.kata).relative_to(root).as_posix()

    def told_early(run: Run) -> None:
        events.put(lambda session: session.failed(run))

    with (
        _signals(events),
        tempfile.TemporaryFile() as errors,
        Judge(root, first, devices, errors, lambda run: events.put(_report(run)), early=told_early) as session.judge,
        _suspended_by_signal(console, events),
        console.screen(),
        keys.read_keys(lambda key: events.put(lambda session: session.key(key))),
        saves.subscribe(root / "katas", lambda files: events.put(lambda session: session.saved(files)), poll),
    ):
        session.begin()
        while not session.over:
            # Mostly the verdict is there before anybody could read that it is awaited.
            event = _soon(events) if session.outdated else None
            if event is None:
                _draw(console, session)
                event = _next(events)
            event(session)
            while not events.empty():
                events.get()(session)
        broken = why_it_ended(errors, session.broken) if session.broken is not None else None
    if broken is not None:
        raise CannotWatch(broken)
    return session.farewell()


def _report(run: Run | ForkServerEnded) -> Event:
    return lambda session: session.finished(run) if isinstance(run, Run) else session.load_failed(run)


def _next(events: SimpleQueue[Event]) -> Event:
    while True:
        with contextlib.suppress(Empty):
            return events.get(timeout=1.0)  # Windows lets no signal in while one waits without end


def _soon(events: SimpleQueue[Event]) -> Event | None:
    try:
        return events.get(timeout=_BLINK)
    except Empty:
        return None


@contextlib.contextmanager
def _signals(events: SimpleQueue[Event]) -> Iterator[None]:
    """Draw anew when the terminal's size changes, and end in good order when we are told to."""

    def leave(session: Session) -> None:
        session.over = True

    wanted: dict[str, Event] = {
        "SIGWINCH": lambda _: None,
        "SIGINT": leave,  # an exception could come while the screen is being opened, and leave it open
        "SIGTERM": leave,
        "SIGQUIT": leave,
        "SIGHUP": leave,
    }
    before = {}
    for name, event in wanted.items():
        if number := getattr(signal, name, None):  # Windows has some of them
            # A SimpleQueue may be put to from a signal's handler.
            before[number] = signal.signal(number, lambda *_, event=event: events.put(event))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _suspended_by_signal(console: Console, events: SimpleQueue[Event]) -> Iterator[None]:
    """Give the terminal back while we are stopped by Ctrl-Z, and draw anew when we are continued."""
    if sys.platform == "win32":  # pragma: no cover
        yield
        return

    def stop(*_: object) -> None:
        console.set_alt_screen(False)
        console.show_cursor(True)
        keys.suspend()
        console.set_alt_screen(True)
        console.show_cursor(False)
        events.put(lambda _: None)

    before = signal.signal(signal.SIGTSTP, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)


def _draw(console: Console, session: Session) -> None:
    # Asked each time: COLUMNS and LINES, which rich believes, do not follow the window. Some terminals say 0.
    columns, rows = os.get_terminal_size(console.file.fileno())
    console.size = ConsoleDimensions(columns or 80, rows or 24)
    display = Display(console.width, console.height, encodable(console.encoding))
    lines = [_text(line, console.encoding, display.unicode) for line in display.lines(session)]
    if console.is_dumb_terminal:
        console.print(*lines, sep="\n")
    else:
        console.update_screen(Group(*lines))


def _text(line: Line, encoding: str, unicode: bool) -> Text:
    """Return a line as rich takes it, with nothing in it that steers the terminal or that it cannot show."""
    shown = [(_encodable(sanitize(text), encoding), _STYLES[style]) for text, style in line]
    return Text.assemble(*shown, no_wrap=True, overflow="ellipsis" if unicode else "crop")


def _encodable(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.replace("…", "...").encode(encoding, "replace").decode(encoding)
    return text
