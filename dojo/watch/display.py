"""What ``kata watch`` shows, as lines of styled text that fit the terminal: pure."""

import textwrap
from dataclasses import dataclass

from dojo.course import Kata
from dojo.results.state import State
from dojo.screen import verdict
from dojo.screen.practice import Screen
from dojo.screen.styles import ASCII_MARKS, MARKS, Line
from dojo.watch.session import Session, View, Why

_HELP = ("n next", "p previous", "h hint", "l list", "r reset", "s solution", "a all", "q quit")
_BAR = 24  # columns


@dataclass(frozen=True)
class Display:
    """A terminal of ``width`` columns and ``height`` rows."""

    width: int
    height: int
    unicode: bool = True

    def lines(self, session: Session) -> list[Line]:
        """Return the rows of the screen: never more than there are, the least telling left out first."""
        top, bottom = self._header(session), self._footer(session)
        views = {View.KATA: self._kata, View.LIST: self._list, View.SOLUTION: self._solution}
        body = views[session.view](session)
        room = max(self.height - len(top) - len(bottom) - 1, 1)
        if len(body) > room and session.view is View.KATA:
            body = self._kata_briefly(session, room)
        body = self._cut(body, room, self._elsewhere(session))
        return [*top, *body, [], *bottom][: self.height]

    def _header(self, session: Session) -> list[Line]:
        states = list(session.states.values())
        done, total = states.count(State.SOLVED), len(states)
        full, empty = ("━", "─") if self.unicode else ("#", "-")
        filled = _BAR * done // total
        devices = session.run.devices if session.run else ()
        line: Line = [
            ("katas  ", "strong"),
            (full * filled, "good"),
            (empty * (_BAR - filled), "faint"),
            (f"  {done} of {total}", "good" if done == total else "plain"),
        ]
        if devices:
            line.append((f"   {' and '.join(devices)}", "faint"))
        return [line, []]

    def _kata(self, session: Session) -> list[Line]:
        """Return all that there is to say of the current kata."""
        lines = self._just_solved(session)
        if _celebrates(session):
            return [*lines, *self._celebration(session), [], *self._screen(session).map(session.states)]
        states = session.states
        chapter = self._screen(session).map({each.id: states[each.id] for each in _chapter(session)})
        hints = self._hints(session)
        return [*lines, *chapter, [], *self._verdict(session), *(line for hint in hints for line in hint)]

    def _kata_briefly(self, session: Session, room: int) -> list[Line]:
        """Return what fits into ``room``: without the map, with the newest hint alone, with less of a verdict."""
        lines, hints = self._just_solved(session), self._hints(session)
        if _celebrates(session):
            return [*lines, *self._celebration(session)]
        lines += self._verdict(session)
        asked_for = [line for hint in hints for line in hint]
        if len(lines) + len(asked_for) > room:
            asked_for = hints[-1] if hints else []
        return [*self._cut(lines, max(room - len(asked_for), 2), self._elsewhere(session)), *asked_for]

    def _just_solved(self, session: Session) -> list[Line]:
        if session.just_solved is None:
            return []
        mark = (MARKS if self.unicode else ASCII_MARKS)[State.SOLVED]
        return [[(f" {mark} {session.just_solved.id} is solved", "good"), ("   s solution", "faint")], []]

    def _hints(self, session: Session) -> list[list[Line]]:
        """Return the lines of each hint that was asked for, with an empty one before it."""
        count = len(session.kata.hints)
        return [
            [[], *self._wrapped(f"hint {number} of {count}: {hint}", "plain")]
            for number, hint in enumerate(session.kata.hints[: session.hints], 1)
        ]

    def _cut(self, lines: list[Line], room: int, elsewhere: str) -> list[Line]:
        if len(lines) <= room:
            return lines
        return [*lines[: room - 1], [(f"   … {len(lines) - room + 1} more lines: {elsewhere}", "faint")]]

    def _verdict(self, session: Session) -> list[Line]:
        run, kata = session.run, session.kata
        if run is None:
            what = "loading torch, which takes a few seconds" if session.loading else "judging"
            return [[(f"   {kata.id}: {kata.title}", "plain")], [(f"   {what} …", "faint")]]
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

    def _list(self, session: Session) -> list[Line]:
        on: dict[str, int] = {}
        for entry in session.record.entries.values():
            for device, how in entry.states.items():
                on[device] = on.get(device, 0) + (how == "solved")
        words = ", ".join(f"{count} on {device}" for device, count in on.items())
        lines: list[Line] = [[(f" solved: {words or 'none yet'}; at {session.kata.id}", "plain")]]
        lines += [[(f" {note}", "faint")] for note in (session.run.notes if session.run else ())]
        # Where there is no room for all chapters, those before the current one go first.
        states, names = session.states, [chapter.name for chapter in session.whole.chapters]
        for first in range(names.index(session.kata.chapter) + 1):
            shown = self._screen(session).map(
                {kata.id: states[kata.id] for kata in session.katas if kata.chapter in names[first:]}
            )
            if len(shown) <= self.height - len(lines) - 5:
                break
        return [*lines, [], *shown]

    def _solution(self, session: Session) -> list[Line]:
        styles = {"-": "bad", "+": "good"}
        lines: list[Line] = [[(" from your answer (-) to the reference (+)", "strong")], []]
        return lines + [[("   " + line, styles.get(line[:1], "plain"))] for line in session.solution()]

    def _footer(self, session: Session) -> list[Line]:
        lines: list[Line] = [[(text, "strong")] for said in session.said for text in self._wrap(said, " ")]
        if session.busy is Why.ALL:
            done = len(session.katas) - len(session.all_left)
            return [*lines, [(f" judging {done} of {len(session.katas)} …  any save stops it", "faint")]]
        if session.view is not View.KATA:
            return [*lines, [(" any key goes back   q quit", "faint")]]
        keys: list[str] = [""]
        for each in _HELP:
            if len(keys[-1]) + len(each) + 3 > self.width:
                keys.append("")
            keys[-1] += f" {each}  "
        return [*lines, *([(row.rstrip(), "faint")] for row in keys)]

    def _elsewhere(self, session: Session) -> str:
        if session.view is View.SOLUTION:
            kata = session.solved_kata
            return f"kata solution {kata.name if kata else ''}"
        return "kata list" if session.view is View.LIST else f"pytest katas/{session.kata.id}.py"

    def _screen(self, session: Session) -> Screen:
        return Screen(session.whole, session.root, session.root, width=self.width, unicode=self.unicode)

    def _wrapped(self, text: str, style: str) -> list[Line]:
        return [[(line, style)] for line in self._wrap(text, "   ")]

    def _wrap(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(text, max(self.width, 40), initial_indent=indent, subsequent_indent=indent)


def _celebrates(session: Session) -> bool:
    """Say whether the last kata was solved just now, or all were as the watch began."""
    return session.all_solved and session.just_solved is not None and session.busy is None


def _chapter(session: Session) -> tuple[Kata, ...]:
    return next(each.katas for each in session.whole.chapters if each.name == session.kata.chapter)
