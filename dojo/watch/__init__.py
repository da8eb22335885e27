"""``kata watch``: judge the current kata on each save, and move to the next one when it is solved."""

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
from dojo.screen.styles import Line, ansi, can_show_marks
from dojo.watch import keys, saves
from dojo.watch.display import Display
from dojo.watch.session import Session

Event = Callable[[Session], None]
_SHOW_JUDGING_AFTER = 0.3  # seconds without a verdict


class CannotWatch(Exception):
    """There is no terminal, or the tests cannot be run: the message says what to do."""


def watch(
    whole: Course, root: Path, start: Kata | None = None, devices: tuple[str, ...] = (), poll: bool = False
) -> str:
    """Watch until the learner quits, and return the sentence to print then.

    Args:
        whole: the course, with at least one kata.
        root: the practice folder.
        start: the first kata, by default the one where the learner stopped.
        devices: as for ``--device``.
        poll: look for saved files repeatedly, for file systems that send no events.

    Raises:
        CannotWatch: with a message of one line.
    """
    console = Console(highlight=False)
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise CannotWatch("kata watch needs a terminal for its keys and its screen: run `pytest katas` instead")
    root = root.resolve()  # saved files are reported by their real paths
    events: SimpleQueue[Event] = SimpleQueue()
    session = Session(whole, root, start)
    first = Places(root).specification(session.kata).relative_to(root).as_posix()

    def on_result(run: Run | ForkServerEnded) -> None:
        events.put(lambda session: session.finished(run) if isinstance(run, Run) else session.load_failed(run))

    def on_failure(run: Run) -> None:
        events.put(lambda session: session.failed(run))

    with (
        _handle_signals(events),
        tempfile.TemporaryFile() as errors,
        Judge(root, first, devices, errors, on_result, on_failure) as session.judge,
        _handle_ctrl_z(console, events),
        console.screen(),
        keys.read_keys(lambda key: events.put(lambda session: session.key(key))),
        saves.subscribe(root / "katas", lambda files: events.put(lambda session: session.saved(files)), poll),
    ):
        session.begin()
        while not session.is_over:
            # Most verdicts come at once: "judging" would only flicker.
            event = None
            if session.outdated:
                with contextlib.suppress(Empty):
                    event = events.get(timeout=_SHOW_JUDGING_AFTER)
            if event is None:
                _draw(console, session)
                event = _next_event(events)
            event(session)
            while not events.empty():
                events.get()(session)
        if session.fork_server_error is not None:
            raise CannotWatch(why_it_ended(errors, session.fork_server_error))
    return session.farewell()


def _next_event(events: SimpleQueue[Event]) -> Event:
    while True:
        with contextlib.suppress(Empty):
            return events.get(timeout=1.0)  # Windows delivers no signal during a wait without timeout


@contextlib.contextmanager
def _handle_signals(events: SimpleQueue[Event]) -> Iterator[None]:
    """Redraw when the terminal's size changes, and end the session on signals that ask for it."""

    def end(session: Session) -> None:
        session.is_over = True

    events_by_signal: dict[str, Event] = {
        "SIGWINCH": lambda _: None,
        "SIGINT": end,  # KeyboardInterrupt could come while the screen is being opened, and leave it open
        "SIGTERM": end,
        "SIGQUIT": end,
        "SIGHUP": end,
    }
    before = {}
    for name, event in events_by_signal.items():
        if number := getattr(signal, name, None):  # Windows has some of them
            # SimpleQueue.put is safe in a signal handler.
            before[number] = signal.signal(number, lambda *_, event=event: events.put(event))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _handle_ctrl_z(console: Console, events: SimpleQueue[Event]) -> Iterator[None]:
    """On Ctrl-Z, restore the terminal and stop; redraw when the process is continued."""
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
    # rich trusts COLUMNS and LINES, which do not follow the window. Some terminals report 0.
    columns, rows = os.get_terminal_size(console.file.fileno())
    console.size = ConsoleDimensions(columns or 80, rows or 24)
    display = Display(console.width, console.height, can_show_marks(console.encoding))
    lines = [_to_rich(line, console.encoding, display.unicode) for line in display.lines(session)]
    if console.is_dumb_terminal:
        console.print(*lines, sep="\n")
    else:
        console.update_screen(Group(*lines))


def _to_rich(line: Line, encoding: str, unicode: bool) -> Text:
    """Return a line for rich, without control characters and without characters that the terminal cannot show."""
    text = Text.from_ansi(ansi([(_replace_unencodable(sanitize(text), encoding), style) for text, style in line]))
    text.no_wrap, text.overflow = True, "ellipsis" if unicode else "crop"
    return text


def _replace_unencodable(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.replace("…", "...").encode(encoding, "replace").decode(encoding)
    return text
