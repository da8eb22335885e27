"""The learner's record: kept whole, through damage, doubt and two runs at once."""

import json
import subprocess
import sys
from datetime import datetime

import pytest

from dojo.workspace import record
from dojo.workspace.record import Entry

SOLVED = {"words/shout": {"cpu": "solved", "sim": "solved"}}


@pytest.fixture
def folder(project):
    return project.root


def noted(folder, states, text="answer"):
    (folder / "katas/words/shout.py").write_text(text, encoding="utf-8")
    record.note_run(folder, states, {"words/shout": record.digest(text.encode())})
    return record.read(folder).entry("words/shout")


def test_nothing_is_known_at_first(folder):
    assert record.read(folder) == record.Record()
    assert record.read(folder).entry("words/shout") == Entry()


def test_when_it_was_first_solved_stays(folder, monkeypatch):
    monkeypatch.setattr(record, "_now", lambda: "2026-01-01T10:00:00+00:00")
    noted(folder, SOLVED)
    monkeypatch.setattr(record, "_now", lambda: "2026-02-02T10:00:00+00:00")
    entry = noted(folder, {"words/shout": {"cpu": "wrong", "sim": "solved"}}, "another answer")
    assert entry.solved == dict.fromkeys(("cpu", "sim"), "2026-01-01T10:00:00+00:00")
    assert entry.states == {"cpu": "wrong", "sim": "solved"}
    assert not entry.is_solved


def test_the_time_is_that_of_the_run_in_utc(folder):
    when = datetime.fromisoformat(noted(folder, SOLVED).solved["cpu"])
    assert when.utcoffset().total_seconds() == 0
    assert abs((datetime.now(when.tzinfo) - when).total_seconds()) < 60


def test_a_run_on_one_device_keeps_what_the_same_answer_was_worth_on_another(folder):
    noted(folder, SOLVED)
    assert noted(folder, {"words/shout": {"cpu": "solved"}}).states == {"cpu": "solved", "sim": "solved"}


def test_another_answer_is_worth_nothing_on_a_device_where_it_did_not_run(folder):
    noted(folder, SOLVED)
    assert noted(folder, {"words/shout": {"cpu": "solved"}}, "another answer").states == {"cpu": "solved"}


def test_an_untouched_stub_is_not_worth_a_line(folder):
    record.note_run(folder, {"words/shout": {"cpu": "todo"}}, {})
    assert not (folder / record.FILE).exists()


def test_the_plainest_hint_counts(folder):
    for number in (2, 1):
        record.note_hint(folder, "words/shout", number)
    assert record.read(folder).entry("words/shout").hints == 2


def test_a_reset_leaves_when_it_was_solved_and_the_hints(folder):
    noted(folder, SOLVED)
    record.note_hint(folder, "words/shout", 1)
    record.note_reset(folder, "words/shout")
    entry = record.read(folder).entry("words/shout")
    assert (entry.states, entry.hints, set(entry.solved)) == ({}, 1, {"cpu", "sim"})


def test_a_file_that_cannot_be_read_is_left_alone(folder):
    (folder / record.FILE).mkdir()
    assert record.read(folder).problem == "progress.json cannot be read: Is a directory; nothing of it is shown"
    with pytest.raises(
        record.RecordNotWritten, match=r"Is a directory; nothing of it is shown, and nothing is kept until"
    ):
        record.note_hint(folder, "words/shout", 1)
    assert (folder / record.FILE).is_dir()
    assert not list(folder.glob("progress.*.json"))


def test_what_took_the_place_of_an_answer_while_it_was_judged_does_not_count_as_solved(project):
    stub = (project.root / "katas/words/shout.py").read_text(encoding="utf-8")
    project.write(
        "katas/words/shout.py",
        f"def shout(word):\n    with open(__file__, 'w') as file:\n        file.write({stub!r})\n    return word.upper()\n",
    )
    project.pytest("katas/words")
    assert (project.root / "katas/words/shout.py").read_text(encoding="utf-8") == stub
    assert record.read(project.root).entry("words/shout").solved
    lines = project.kata("list").lines
    assert any(line.startswith("  ◐ shout") for line in lines), lines
    assert "0 of 3 katas solved" in "\n".join(lines)


def test_the_file_is_readable_and_keyed_by_name(folder):
    noted(folder, SOLVED)
    table = json.loads((folder / record.FILE).read_text(encoding="utf-8"))
    assert list(table["katas"]) == ["words/shout"]
    assert set(table["katas"]["words/shout"]) == {"solved", "states", "answer", "hints"}


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", '{"katas": 3}', '{"katas": {"words/shout": {"solved": 1}}}', "\x00\xff", "[" * 99999]
    + [
        f'{{"katas": {{"words/shout": {each}}}}}'
        for each in ('{"solved": {"cpu": 5}}', '{"answer": 3}', '{"hints": ""}')
    ]
    + ['{"katas": {"\\ud800": {}}}'],
)
def test_a_damaged_file_is_told_kept_and_made_anew(folder, damage):
    (folder / record.FILE).write_text(damage, encoding="latin-1")
    assert "damaged" in record.read(folder).problem
    noted(folder, SOLVED)
    assert record.read(folder).entry("words/shout").is_solved
    (kept,) = folder.glob("progress.*.json")
    assert kept.read_text(encoding="latin-1") == damage


def test_two_runs_at_once_lose_nothing(folder):
    program = (
        "import sys\nfrom pathlib import Path\nfrom dojo.workspace import record\n"
        "for number in range(40):\n"
        "    record.note_hint(Path('.'), f'{sys.argv[1]}/{number}', 1)\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program, name], cwd=folder) for name in ("one", "two")]
    assert [run.wait() for run in runs] == [0, 0]
    assert len(record.read(folder).entries) == 80


def test_who_reads_meanwhile_never_sees_a_half(folder):
    record.note_hint(folder, "words/0", 1)
    program = (
        "from pathlib import Path\nfrom dojo.workspace import record\n"
        "for number in range(60):\n    record.note_hint(Path('.'), f'words/{number}', 1)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], cwd=folder)
    while run.poll() is None:
        found = record.read(folder)
        assert found.problem == ""
        assert found.entries
    assert run.returncode == 0


def test_a_lock_that_another_run_keeps_is_told(folder, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(record, "_LOCK_TIMEOUT", 0.05)
    with FileLock(folder / f".{record.FILE}.lock"):
        with pytest.raises(record.RecordNotWritten, match="another run has kept it locked for 0.05 s"):
            record.note_hint(folder, "words/shout", 1)


def test_a_folder_that_cannot_be_written_is_told(folder):
    with pytest.raises(record.RecordNotWritten, match="progress.json cannot be written: (Not a directory|File exists)"):
        record.note_hint(folder / "conftest.py", "words/shout", 1)


def test_a_dated_name_is_free(folder):
    file = folder / "katas/words/shout.py"
    names = set()
    for _ in range(3):
        kept = record.free_dated_name(file)
        kept.touch()
        names.add(kept.name)
    assert len(names) == 3
    assert all(name.startswith("shout.20") and name.endswith(".py") for name in names)
