"""Render the screen of ``kata watch`` as lines of styled text that fit the terminal. No I/O here."""

import textwrap
from collections import Counter
from dataclasses import dataclass

from dojo.course import Kata
from dojo.results.state import State
from dojo.screen import verdict
from dojo.screen.practice import Screen
from dojo.screen.styles import ASCII_MARKS, MARKS, Line
from dojo.watch.session import RunReason, Session, View

_HELP = ("n next", "p previous", "h hint", "l list", "r reset", "s solution", "a all", "q quit")
_BAR_WIDTH = 24  # columns


@dataclass(frozen=True)
class Display:
    """A terminal of ``width`` columns and ``height`` rows."""

    width: int
    height: int
    unicode: bool = True

    def lines(self, session: Session) -> list[Line]:
        """Return at most ``height`` rows; what helps least is left out first."""
        top, bottom = self._header(session), self._footer(session)
        views = {View.KATA: self._kata_view, View.LIST: self._list_view, View.SOLUTION: self._solution_view}
        body = views[session.view](session)
        room = max(self.height - len(top) - len(bottom) - 1, 1)
        if len(body) > room and session.view is View.KATA:
            body = self._short_kata_view(session, room)
        return [*top, *self._cut(body, room, session), [], *bottom][: self.height]

    def _header(self, session: Session) -> list[Line]:
        states = list(session.states.values())
        done, total = states.count(State.SOLVED), len(states)
        full, empty = ("━", "─") if self.unicode else ("#", "-")
        filled = _BAR_WIDTH * done // total
        devices = session.run.devices if session.run else ()
        line: Line = [
            ("katas  ", "strong"),
            (full * filled, "good"),
            (empty * (_BAR_WIDTH - filled), "faint"),
            (f"  {done} of {total}", "good" if done == total else "plain"),
        ]
        if devices:
            line.append((f"   {' and '.join(devices)}", "faint"))
        return [line, []]

    def _kata_view(self, session: Session) -> list[Line]:
        lines = self._just_solved(session)
        if _is_celebrating(session):
            return [*lines, *self._celebration(session), [], *self._screen(session).map(session.states)]
        states = session.states
        chapter = self._screen(session).map({each.id: states[each.id] for each in _chapter(session)})
        hints = self._hints(session)
        return [*lines, *chapter, [], *self._verdict(session), *(line for hint in hints for line in hint)]

    def _short_kata_view(self, session: Session, room: int) -> list[Line]:
        """Return at most ``room`` rows: no map, only the newest hint, a shortened verdict."""
        lines, hints = self._just_solved(session), self._hints(session)
        if _is_celebrating(session):
            return [*lines, *self._celebration(session)]
        lines += self._verdict(session)
        hint_lines = [line for hint in hints for line in hint]
        if len(lines) + len(hint_lines) > room:
            hint_lines = hints[-1] if hints else []
        return [*self._cut(lines, max(room - len(hint_lines), 2), session), *hint_lines]

    def _just_solved(self, session: Session) -> list[Line]:
        if session.just_solved is None:
            return []
        mark = (MARKS if self.unicode else ASCII_MARKS)[State.SOLVED]
        return [[(f" {mark} {session.just_solved.id} is solved", "good"), ("   s solution", "faint")], []]

    def _hints(self, session: Session) -> list[list[Line]]:
        """Return the lines of each hint shown so far, each after an empty line."""
        count = len(session.kata.hints)
        return [
            [[], *self._wrapped(f"hint {number} of {count}: {hint}", "plain")]
            for number, hint in enumerate(session.kata.hints[: session.hints], 1)
        ]

    def _cut(self, lines: list[Line], room: int, session: Session) -> list[Line]:
        if len(lines) <= room:
            return lines
        if session.view is View.SOLUTION:
            command = f"kata solution {session.solved_kata.name if session.solved_kata else ''}"
        else:
            command = "kata list" if session.view is View.LIST else f"pytest katas/{session.kata.id}.py"
        return [*lines[: room - 1], [(f"   … {len(lines) - room + 1} more lines: {command}", "faint")]]

    def _verdict(self, session: Session) -> list[Line]:
        run, kata = session.run, session.kata
        if run is None:
            activity = "loading torch, which takes a few seconds" if session.loading else "judging"
            return [[(f"   {kata.id}: {kata.title}", "plain")], [(f"   {activity} …", "faint")]]
        lines = verdict.lines(run, kata, self._screen(session))
        if session.outdated:
            before = [[(text, "faint") for text, _ in line] for line in lines]
            return [[("   judging …", "strong"), ("  before, it was:", "faint")], [], *before]
        if run.progress().state(kata.id) is State.SOLVED:
            lines.append([("   solved; n goes on", "faint")])
        elif not session.places.stub(kata).exists():
            lines += self._wrapped("press r to bring the stub back", "strong")
        return lines

    def _celebration(self, session: Session) -> list[Line]:
        star = "★" if self.unicode else "*"
        total = len(session.katas)
        return [
            [(f" {star} {star} {star}  all {total} katas are solved  {star} {star} {star}", "good")],
            [],
            *self._wrapped(
                "You have built by hand what most people only call. p and n go through them again, s compares your"
                " answers with the reference.",
                "plain",
            ),
        ]

    def _list_view(self, session: Session) -> list[Line]:
        solved: Counter[str] = Counter()
        for entry in session.record.entries.values():
            solved.update({device: int(state == "solved") for device, state in entry.states.items()})
        counts = ", ".join(f"{count} on {device}" for device, count in solved.items())
        lines: list[Line] = [[(f" solved: {counts or 'none yet'}; at {session.kata.id}", "plain")]]
        lines += [[(f" {note}", "faint")] for note in (session.run.notes if session.run else ())]
        # Chapters before the current one are dropped first, until the rest fits.
        states, names = session.states, [chapter.name for chapter in session.course.chapters]
        for first in range(names.index(session.kata.chapter) + 1):
            shown = self._screen(session).map(
                {kata.id: states[kata.id] for kata in session.katas if kata.chapter in names[first:]}
            )
            if len(shown) <= self.height - len(lines) - 5:
                break
        return [*lines, [], *shown]

    def _solution_view(self, session: Session) -> list[Line]:
        styles = {"-": "bad", "+": "good"}
        lines: list[Line] = [[(" from your answer (-) to the reference (+)", "strong")], []]
        return lines + [[("   " + line, styles.get(line[:1], "plain"))] for line in session.solution()]

    def _footer(self, session: Session) -> list[Line]:
        lines: list[Line] = [[(row, "strong")] for text in session.messages for row in self._wrap(text, " ")]
        if session.run_reason is RunReason.ALL:
            done = len(session.katas) - len(session.katas_left)
            return [*lines, [(f" judging {done} of {len(session.katas)} …  any save stops it", "faint")]]
        if session.view is not View.KATA:
            return [*lines, [(" any key goes back   q quit", "faint")]]
        keys: list[str] = [""]
        for each in _HELP:
            if len(keys[-1]) + len(each) + 3 > self.width:
                keys.append("")
            keys[-1] += f" {each}  "
        return [*lines, *([(row.rstrip(), "faint")] for row in keys)]

    def _screen(self, session: Session) -> Screen:
        return Screen(session.course, session.root, session.root, width=self.width, unicode=self.unicode)

    def _wrapped(self, text: str, style: str) -> list[Line]:
        return [[(line, style)] for line in self._wrap(text, "   ")]

    def _wrap(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(text, max(self.width, 40), initial_indent=indent, subsequent_indent=indent)


def _is_celebrating(session: Session) -> bool:
    """Say whether to celebrate: the last kata was just solved, or a solved one was judged at the start."""
    return session.all_solved and session.just_solved is not None and session.run_reason is None


def _chapter(session: Session) -> tuple[Kata, ...]:
    return next(each.katas for each in session.course.chapters if each.name == session.kata.chapter)
