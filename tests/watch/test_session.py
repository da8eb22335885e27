"""``kata watch`` without a terminal: what it does on each key, save and verdict."""

import json
from dataclasses import replace

import pytest

from dojo import course
from dojo.results.run import Ended
from dojo.watch.display import Display
from dojo.watch.session import RunReason, Session, View
from dojo.workspace import record
from tests.watch.sessions import DOUBLE, HALF, SHOUT, TODO, WRONG, Judge, begun, shown, stub, verdict


def test_it_begins_with_the_first_kata_to_do(session):
    assert session.judge.since() == [SHOUT]
    assert "   words/shout: Aloud" in shown(session)
    assert "   loading torch, which takes a few seconds …" in shown(session)


def test_a_save_judges_the_kata_again(session):
    session.finished(verdict(SHOUT, TODO))
    assert session.judge.since() == [SHOUT]
    session.saved({stub(session, SHOUT)})
    assert session.judge.since() == [SHOUT]


def test_the_first_failure_is_shown_while_the_rest_of_the_run_goes_on(session):
    early = verdict(SHOUT, WRONG)
    session.failed(replace(early, ended=Ended.GOING_ON))
    screen = shown(session)
    assert " words   ✘ shout" in screen
    assert "   running the other tests …" in screen
    assert record.read(session.root).entries == {}
    session.finished(early)
    assert "   0 of 1 tests pass" in shown(session)


def test_a_failure_of_what_was_saved_over_meanwhile_is_not_shown(session):
    session.saved({stub(session, SHOUT)})
    session.failed(replace(verdict(SHOUT, WRONG), ended=Ended.GOING_ON))
    assert session.run is None


def test_a_save_while_a_run_goes_on_stops_it_and_judges_what_is_there_now(session):
    session.judge.since()
    session.saved({stub(session, SHOUT)})
    session.saved({stub(session, SHOUT)})
    assert session.judge.since() == ["stop", "stop"]
    session.finished(verdict(SHOUT, ended=Ended.STOPPED))
    assert session.judge.since() == [SHOUT]
    assert session.run is None


def test_a_solved_kata_is_left_behind_and_the_next_one_judged(session):
    session.finished(verdict(SHOUT))
    assert (session.kata.id, session.just_solved.id) == (DOUBLE, SHOUT)
    assert session.judge.since() == [SHOUT, DOUBLE]
    session.finished(verdict(DOUBLE, WRONG))
    screen = shown(session)
    assert screen[0] == "katas  ━━━━━━━━────────────────  1 of 3   cpu"
    assert " ✔ words/shout is solved   s solution" in screen
    assert " numbers   ✘ double  · half" in screen
    assert " ✘ numbers/double: it is so  [cpu]" in screen
    assert "   double(number) gave 5, expected 4" in screen
    assert "   this is the square plus one" in screen


def test_a_verdict_on_what_was_saved_over_meanwhile_does_not_move_on(session):
    session.saved({stub(session, SHOUT)})
    session.finished(verdict(SHOUT))  # the run was over before it could be stopped
    assert session.kata.id == SHOUT
    assert session.judge.since() == [SHOUT, "stop", SHOUT]


def test_saving_another_kata_goes_there(session):
    session.finished(verdict(SHOUT, TODO))
    session.saved({stub(session, HALF)})
    assert session.kata.id == HALF
    assert session.judge.since() == [SHOUT, HALF]


def test_saving_its_specification_judges_the_kata_again_and_other_files_nothing(session):
    session.finished(verdict(SHOUT, TODO))
    session.judge.since()
    session.saved({session.root / "katas/words/test_shout.py"})
    assert session.judge.since() == [SHOUT]
    session.finished(verdict(SHOUT, TODO))
    session.saved({session.root / "katas/words/shout.2026-01-01-101010.py", session.root / "katas/course.toml"})
    session.saved({session.root / "katas/numbers/test_half.py"})
    assert session.judge.since() == []


def test_after_the_last_it_celebrates(session):
    for kata in (SHOUT, DOUBLE, HALF):
        session.finished(verdict(kata))
    screen = shown(session)
    assert " ★ ★ ★  all 3 katas are solved  ★ ★ ★" in screen
    assert screen[0].startswith("katas  ━━━━━━━━━━━━━━━━━━━━━━━━  3 of 3")
    assert session.farewell() == "3 of 3 katas solved"
    assert " * * *  all 3 katas are solved  * * *" in shown(session, unicode=False)


def test_while_a_save_is_judged_what_was_before_is_shown_as_such(session):
    session.finished(verdict(SHOUT, WRONG))
    assert not session.outdated
    session.saved({stub(session, SHOUT)})
    assert session.outdated
    lines = Display(60, 24).lines(session)
    assert [("   judging …", "strong"), ("  before, it was:", "faint")] in lines
    assert [("   this is the square plus one", "faint")] in lines
    session.failed(replace(verdict(SHOUT, WRONG), ended=Ended.GOING_ON))
    assert not session.outdated
    session.saved({stub(session, SHOUT)})
    session.finished(verdict(SHOUT, WRONG))  # of the save before
    assert session.outdated
    session.finished(verdict(SHOUT, WRONG))
    assert [("   this is the square plus one", "bad")] in Display(60, 24).lines(session)


def test_a_kata_that_was_named_is_shown_though_it_is_solved(project):
    whole = course.load(project.root / "katas")
    session = Session(whole, project.root, whole.find("half"))
    session.judge = Judge()
    session.begin()
    session.finished(verdict(HALF))
    assert session.kata.id == HALF


def test_a_reset_of_an_untouched_stub_does_not_hide_the_saves_that_follow(session, monkeypatch):
    from dojo.course import suite

    text = stub(session, SHOUT).read_text(encoding="utf-8")
    monkeypatch.setattr(suite, "original_stub", lambda root, kata: text)
    session.finished(verdict(SHOUT, TODO))
    for key in "ry":
        session.key(key)
    assert any("untouched stub already" in line for line in session.messages)
    session.finished(verdict(SHOUT, TODO))
    session.judge.since()
    session.saved({stub(session, SHOUT)})
    assert session.judge.since() == [SHOUT]


def test_r_brings_a_stub_that_is_gone_back_at_once(session, monkeypatch):
    from dojo.course import suite

    monkeypatch.setattr(suite, "original_stub", lambda root, kata: "the stub\n")
    session.finished(verdict(SHOUT, TODO))
    stub(session, SHOUT).unlink()
    session.key("r")
    assert stub(session, SHOUT).read_text(encoding="utf-8") == "the stub\n"


def test_n_and_p_go_round(session):
    session.finished(verdict(SHOUT, TODO))
    seen = []
    for key in "nnnp":
        session.key(key)
        seen.append(session.kata.id)
        session.finished(verdict(session.kata.id, TODO))
    assert seen == [DOUBLE, HALF, SHOUT, HALF]


def test_a_solved_kata_that_one_goes_back_to_is_not_left_at_once(session):
    session.finished(verdict(SHOUT))
    session.finished(verdict(DOUBLE, TODO))
    session.key("p")
    session.finished(verdict(SHOUT))
    assert session.kata.id == SHOUT
    assert " ✔ words/shout: Aloud" in shown(session)
    assert "   solved; n goes on" in shown(session)


def test_h_goes_one_step_further_each_time_and_is_recorded(session):
    session.finished(verdict(SHOUT, TODO))
    for number in (1, 2, 3):
        session.key("h")
        assert record.read(session.root).entry(SHOUT).hints == number
    screen = shown(session)
    assert [line for line in screen if line.startswith("   hint")] == [
        "   hint 1 of 3: How loud?",
        "   hint 2 of 3: A method of str.",
        "   hint 3 of 3: return word.upper()",
    ]
    session.key("h")
    assert " this was the last hint" in shown(session)
    session.key("n")
    assert session.hints == 0


def test_l_shows_all_katas_until_a_key_goes_back(session):
    session.finished(verdict(SHOUT))
    session.finished(verdict(DOUBLE, TODO))
    session.key("l")
    screen = shown(session)
    assert " words     ✔ shout" in screen
    assert " numbers   · double  · half" in screen
    assert " solved: 1 on cpu; at numbers/double" in screen
    session.key("x")
    assert session.view is View.KATA
    session.key("l")
    session.key("n")
    assert (session.view, session.kata.id) == (View.KATA, HALF)


def test_r_asks_for_y_keeps_the_answer_and_brings_the_stub_back(session, project, monkeypatch):
    from dojo.course import suite

    text = stub(session, SHOUT).read_text(encoding="utf-8")
    monkeypatch.setattr(suite, "original_stub", lambda root, kata: text)
    project.solve("words/shout")
    session.finished(verdict(SHOUT))
    session.finished(verdict(DOUBLE, TODO))
    session.key("p")
    session.finished(verdict(SHOUT))
    session.judge.since()
    session.key("r")
    assert session.judge.since() == []
    session.key("n")  # anything else forgets it
    session.finished(verdict(DOUBLE, TODO))
    session.key("p")
    session.finished(verdict(SHOUT))
    session.key("r")
    session.key("y")
    assert stub(session, SHOUT).read_text(encoding="utf-8") == text
    (kept,) = stub(session, SHOUT).parent.glob("shout.20*.py")
    assert any(kept.name in line for line in session.messages)
    session.saved({stub(session, SHOUT), kept})  # which the reset itself made
    assert any(kept.name in line for line in session.messages)
    session.finished(verdict(SHOUT, TODO))
    assert " words   · shout" in shown(session)


def test_r_without_a_stub_says_why(session, project):
    project.solve("words/shout")
    session.finished(verdict(SHOUT, WRONG))
    session.key("r")
    session.key("y")
    assert any("is not known here" in line for line in session.messages)
    assert "upper" in stub(session, SHOUT).read_text(encoding="utf-8")


def test_s_is_for_what_is_solved(session, project):
    project.write("katas/words/shout.py", "def shout(word: str) -> str:\n    return word.swapcase()\n")
    session.finished(verdict(SHOUT, TODO))
    session.key("s")
    assert " the solution is shown once shout is solved; h gives a hint" in shown(session)
    session.saved({stub(session, SHOUT)})
    session.finished(verdict(SHOUT))
    session.finished(verdict(DOUBLE, TODO))
    session.key("s")
    screen = shown(session)
    assert "   -    return word.swapcase()" in screen
    assert "   +    return word.upper()" in screen
    session.key("s")
    assert session.view is View.KATA


def test_a_runs_every_kata_and_then_lists_them(session):
    session.finished(verdict(SHOUT, TODO))
    session.judge.since()
    session.key("a")
    assert session.run_reason is RunReason.ALL
    assert " judging 1 of 3 …  any save stops it" in shown(session)
    session.finished(verdict(SHOUT, TODO))
    session.finished(verdict(DOUBLE))
    session.finished(verdict(HALF, WRONG))
    assert session.judge.since() == [SHOUT, DOUBLE, HALF]
    screen = shown(session)
    assert " words     · shout" in screen
    assert " numbers   ✔ double  ✘ half" in screen
    assert session.run_reason is None


def test_a_save_ends_the_run_of_all(session):
    session.finished(verdict(SHOUT, TODO))
    session.key("a")
    session.judge.since()
    session.saved({stub(session, DOUBLE)})
    session.finished(verdict(SHOUT, ended=Ended.STOPPED))
    session.finished(verdict(DOUBLE, WRONG))
    assert session.judge.since() == ["stop", DOUBLE]
    assert session.run_reason is None


@pytest.mark.parametrize("key", ["q", "Q", ""])
def test_q_and_the_end_of_input_quit(session, key):
    session.key("l")
    session.key(key)
    assert session.is_over


def test_other_keys_do_nothing(session):
    session.finished(verdict(SHOUT, TODO))
    session.judge.since()
    before = shown(session)
    for key in "xyz7 \t\nü":
        session.key(key)
    assert shown(session) == before
    assert session.judge.since() == []


def test_it_starts_again_where_it_was(session, project):
    session.finished(verdict(SHOUT, TODO))
    session.key("n")
    session.finished(verdict(DOUBLE, TODO))
    assert session.farewell() == "0 of 3 katas solved; kata watch goes on with numbers/double"
    assert begun(project).kata.id == DOUBLE


def test_a_damaged_record_is_told_and_made_anew(project):
    project.write("progress.json", "{")
    session = begun(project)
    assert any(line.startswith(" progress.json is damaged") for line in shown(session))
    session.finished(verdict(SHOUT))
    assert json.loads((project.root / "progress.json").read_text(encoding="utf-8"))["katas"][SHOUT]["states"]


def test_a_record_that_cannot_be_written_is_told_and_practice_goes_on(project):
    (project.root / ".progress.json.lock").mkdir()
    session = begun(project)
    session.finished(verdict(SHOUT, WRONG))
    assert any("progress.json cannot be written" in line for line in shown(session))
