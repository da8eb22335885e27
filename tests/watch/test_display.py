"""What ``kata watch`` shows: all that matters, on a screen of any size."""

import pytest

from dojo import course
from dojo.results.failure import Input, Outcome
from dojo.results.run import Ended, Run
from dojo.watch import _to_rich
from dojo.watch.display import Display
from dojo.watch.session import Session
from dojo.workspace import record
from tests.results.builders import failure
from tests.watch.sessions import DOUBLE, SHOUT, TODO, Judge, shown, verdict


@pytest.fixture
def all_solved(root, tmp_path):
    """The whole course, the last kata of which was solved just now."""
    whole = course.load(root / "katas")
    (tmp_path / "katas").mkdir()
    record.note_run(tmp_path, {kata.id: {"cpu": "solved"} for kata in whole.katas()}, {})
    session = Session(whole, tmp_path)
    session.judge = Judge()
    session.begin()
    session.finished(verdict(session.kata.id))
    return session


@pytest.mark.parametrize(("width", "height"), [(60, 24), (80, 24), (60, 12), (120, 50)])
def test_the_celebration_is_seen_whatever_the_size(all_solved, width, height):
    screen = shown(all_solved, width, height)
    assert " ★ ★ ★  all 56 katas are solved  ★ ★ ★" in screen
    assert any("compares your" in line for line in screen)
    assert any("q quit" in line for line in screen)
    assert not any("more lines" in line for line in screen)
    assert any("✔ distributed" in line for line in screen[5:]) == (height == 50)


def test_who_goes_on_through_what_is_solved_sees_the_katas(all_solved):
    all_solved.key("p")
    before = all_solved.kata.id
    all_solved.finished(verdict(before))
    screen = shown(all_solved)
    assert not any("★" in line for line in screen)
    assert f" ✔ {before}: {all_solved.kata.title}" in screen


def test_a_hint_is_seen_however_long_the_failure_is(session):
    picture = tuple(((f"line {number} of the picture", "plain"),) for number in range(30))
    long = failure("gave this", call="f(x)", picture=picture)
    session.finished(verdict(SHOUT, long))
    for number, hint in enumerate(("How loud?", "A method of str.", "return word.upper()"), 1):
        session.key("h")
        screen = shown(session)
        assert f"   hint {number} of 3: {hint}" in screen
        assert " ✘ words/shout: it is so  [cpu]" in screen
        assert any("more lines: pytest katas/words/shout.py" in line for line in screen)


def test_what_an_answer_says_steers_no_terminal_and_can_be_shown_on_any(session):
    escape = "\x1b[2J\x1b]0;title\x07"
    said = failure(f"raised ValueError: {escape}…", outcome=Outcome.RAISED, source=f"raise {escape}", printed=(escape,))
    session.finished(verdict(SHOUT, said))
    for encoding in ("utf-8", "ascii", "cp437"):
        lines = [_to_rich(line, encoding, False).plain for line in Display(60, 24).lines(session)]
        assert not any(each < " " for line in lines for each in line)
        assert all(line.encode(encoding) for line in lines if line)
        assert any("[2J" in line for line in lines)
    assert "..." in _to_rich([("and so on …", "plain")], "ascii", False).plain


def test_the_current_chapter_is_seen_where_the_list_is_longer_than_the_screen(session):
    session.finished(verdict(SHOUT))
    session.finished(verdict(DOUBLE, TODO))
    session.key("l")
    screen = shown(session, height=7)
    assert not any("shout" in line for line in screen)
    assert " numbers   · double  · half" in screen


def test_a_run_that_died_says_so(session):
    run = Run(Ended.CRASHED, selected=((SHOUT, "test"),), output="Fatal Python error: Segmentation fault\n")
    session.finished(run)
    screen = shown(session)
    assert "   words/shout: its process died" in screen
    assert "     Fatal Python error: Segmentation fault" in screen
    assert session.kata.id == SHOUT


def test_what_could_not_be_run_says_why(session):
    session.finished(Run(Ended.FINISHED, output="ERROR: --device cuda: no cuda device on this machine\n"))
    screen = shown(session)
    assert " words/shout could not be run" in screen
    assert "   ERROR: --device cuda: no cuda device on this machine" in screen


@pytest.mark.parametrize("height", [6, 8, 12, 24, 60])
@pytest.mark.parametrize("width", [40, 60, 120])
def test_every_screen_fits(session, width, height):
    long = failure(
        "\n".join("a line of the message " * 6 for _ in range(12)),
        "m" * 200,
        call="f(x)",
        inputs=(Input("x", "1"),) * 9,
    )
    session.finished(verdict(SHOUT, long))
    for key in ("h", "h", "h", "r", "l", "x", "s"):
        session.key(key)
        lines = shown(session, width, height)
        if height >= 12:
            assert any("q quit" in line for line in lines)


def test_what_does_not_fit_says_where_the_rest_is(session):
    session.finished(verdict(SHOUT, failure("\n".join(map(str, range(12))))))
    assert any(line.startswith("   … ") and "pytest katas/words/shout.py" in line for line in shown(session, height=10))
