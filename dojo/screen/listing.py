"""Render the list of all katas and their states as lines of styled text; find the next kata."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from dojo.course import Course, Kata
from dojo.results.state import State
from dojo.screen.styles import ASCII_MARKS, MARKS, STYLES, Line
from dojo.workspace.record import Entry, Record, fingerprint


def state(entry: Entry, file: Path) -> State:
    """Return the state of a kata with the answer ``file``, which is begun if edited since it was judged."""
    if not entry.states:
        return State.TODO
    if entry.answer != fingerprint(file):
        return State.BEGUN
    if entry.is_solved:
        return State.SOLVED
    return State.WRONG if "wrong" in entry.states.values() else State.BEGUN


def count_ever_solved(record: Record, answers: Path) -> Record:
    """Return the record for answers in a notebook, not in files: a kata that was ever solved is solved."""
    entries = {
        kata: replace(entry, states=dict.fromkeys(entry.solved, "solved"), answer=fingerprint(answers / f"{kata}.py"))
        for kata, entry in record.entries.items()
        if entry.was_solved
    }
    return replace(record, entries={**record.entries, **entries})


def next_kata(whole: Course, record: Record, answers: Path) -> Kata | None:
    """Return the first unsolved kata, starting with the one where ``kata watch`` stopped; None if all are solved.

    If ``kata watch`` has never run, an unsolved kata that was tried comes first, as on pytest's screen.
    """
    katas = list(whole.katas())
    at = next((place for place, kata in enumerate(katas) if kata.id == record.current), None)
    ordered = katas if at is None else [*katas[at:], *katas[:at]]
    states = {kata: state(record.entry(kata.id), answers / f"{kata.id}.py") for kata in ordered}
    left = [kata for kata, how in states.items() if how is not State.SOLVED]
    tried = [kata for kata in left if at is None and states[kata] is not State.TODO]
    return next(iter(tried or left), None)


def lines(
    whole: Course, record: Record, answers: Path, width: int, unicode: bool, chapters: Collection[str] = ()
) -> list[Line]:
    """Return the list of katas, and below it how many are solved on each device.

    Args:
        whole: the course.
        record: what was solved.
        answers: the folder of the learner's answers.
        width: in columns; titles that do not fit are cut.
        unicode: whether the terminal can show the marks.
        chapters: the names of those to list, by default all; the summary counts all katas in any case.
    """
    marks = MARKS if unicode else ASCII_MARKS
    states = {kata.id: state(record.entry(kata.id), answers / f"{kata.id}.py") for kata in whole.katas()}
    solved_on = {
        kata: [
            device for device, how in record.entry(kata).states.items() if how == "solved" and state is not State.BEGUN
        ]
        for kata, state in states.items()
    }
    devices = list(dict.fromkeys(device for there in solved_on.values() for device in there))
    names = max((len(kata.name) for kata in whole.katas()), default=0)
    shown: list[Line] = []
    for chapter in whole.chapters:
        if chapters and chapter.name not in chapters:
            continue
        done = sum(states[kata.id] is State.SOLVED for kata in chapter.katas)
        heading = f"{chapter.name}: {chapter.title}"
        count = f"{done} of {len(chapter.katas)}"
        shown.append([(_shorten(heading, width - len(count) - 2, unicode), "strong"), (f"  {count}", "faint")])
        for kata in chapter.katas:
            there = " ".join(device if device in solved_on[kata.id] else " " * len(device) for device in devices)
            columns = f"{kata.name:{names}}  {there}{'  ' if devices else ''}"
            how = states[kata.id]
            title = _shorten(kata.title, width - len(columns) - 4, unicode)
            style = STYLES[how] if how is not State.TODO else "plain"
            shown.append([(f"  {marks[how]} ", STYLES[how]), (columns, style), (title, "faint")])
    return [*shown, *_summary(next_kata(whole, record, answers), states, solved_on, devices, marks)]


def _summary(
    upcoming: Kata | None,
    states: dict[str, State],
    solved_on: dict[str, list[str]],
    devices: list[str],
    marks: dict[State, str],
) -> list[Line]:
    total, done = len(states), sum(how is State.SOLVED for how in states.values())
    on = ", ".join(f"{sum(device in there for there in solved_on.values())} on {device}" for device in devices)
    count = f"{done} of {total} kata{'' if total == 1 else 's'} solved" + (f": {on}" if on else "")
    used = [how for how in State if how in states.values()]
    words = {State.SOLVED: "solved", State.WRONG: "wrong", State.BEGUN: "begun, or edited since", State.TODO: "to do"}
    legend = "   ".join(f"{marks[how]} {words[how]}" for how in used if how in words)
    summary: list[Line] = [[], [(legend, "faint")], [(count, "good" if done == total > 0 else "strong")]]
    if upcoming is not None:
        summary.append([("next  ", "faint"), (f"katas/{upcoming.id}.py", "plain")])
    return summary


def _shorten(text: str, room: int, unicode: bool) -> str:
    more = "…" if unicode else "..."
    return text if len(text) <= room else text[: max(room - len(more), 0)].rstrip() + more
