"""``kata watch`` without a terminal: what it does on each key, save and verdict, and what it shows."""

import json
from dataclasses import dataclass, field, replace

import pytest

from dojo import course
from dojo.results.failure import Evidence
from dojo.results.progress import Result
from dojo.results.run import Ended, Run
from dojo.watch import _text, keys
from dojo.watch.display import Display
from dojo.watch.session import Session, View, Why
from dojo.workspace import record

SHOUT, DOUBLE, HALF = "words/shout", "numbers/double", "numbers/half"
TODO = Evidence("todo", "raise your voice", path="katas/words/shout.py", line=6)
WRONG = Evidence("refused", "gave 5, expected 4", "this is the square plus one", call="double(number)")


def verdict(kata: str, evidence: Evidence | None = None, ended: Ended = Ended.FINISHED) -> Run:
    test = f"katas/{kata.replace('/', '/test_')}.py::test_it"
    results = (Result(test, kata, "It is so.", "cpu", evidence),) if ended is Ended.FINISHED else ()
    return Run(ended, results, ("cpu",), (), ((kata, test),))


@dataclass
class Judge:
    """Notes what it is asked for."""

    asked: list[str] = field(default_factory=list)

    def judge(self, test: str) -> None:
        self.asked.append(test.removeprefix("katas/").replace("/test_", "/").removesuffix(".py"))

    def stop(self) -> None:
        self.asked.append("stop")

    def prepare(self, test: str) -> None:
        pass

    def since(self) -> list[str]:
        asked, self.asked = self.asked, []
        return asked


@pytest.fixture
def session(project):
    return begun(project)


def begun(project) -> Session:
    session = Session(course.load(project.root / "katas"), project.root)
    session.judge = Judge()
    finish = session.finished
    session.finished = lambda run: finish(of_what_is_there(session, run))
    session.begin()
    return session


def of_what_is_there(session: Session, run: Run) -> Run:
    """Return the run as one that has judged the files which are there now."""
    results = (replace(each, answer=record.fingerprint(stub(session, each.kata))) for each in run.results)
    return replace(run, results=tuple(results))


def stub(session, kata):
    return session.root / "katas" / f"{kata}.py"


def shown(session, width=60, height=24, **options) -> list[str]:
    lines = Display(width, height, **options).lines(session)
    assert len(lines) <= height
    return ["".join(piece for piece, _ in line).rstrip() for line in lines]


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
    assert session.parting() == "3 of 3 katas solved"
    assert " * * *  all 3 katas are solved  * * *" in shown(session, unicode=False)


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
    long = Evidence("refused", "\n".join(f"line {number} of the picture" for number in range(30)), call="f(x)")
    session.finished(verdict(SHOUT, long))
    for number, hint in enumerate(("How loud?", "A method of str.", "return word.upper()"), 1):
        session.key("h")
        screen = shown(session)
        assert f"   hint {number} of 3: {hint}" in screen
        assert " ✘ words/shout: it is so  [cpu]" in screen
        assert any("more lines: pytest katas/words/shout.py" in line for line in screen)


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
    assert any("untouched stub already" in line for line in session.said)
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


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ([b"nq"], ["n", "q"]),
        ([b"\x1b[A"], ["\x1b[A"]),
        ([b"\x1b[A\x1b[1;5Bh\x1bOP"], ["\x1b[A", "\x1b[1;5B", "h", "\x1bOP"]),
        ([b"\x1b[", b"A", b"n"], ["\x1b[A", "n"]),
        ([b"\x1b", b"[A", b"n"], ["\x1b", "\x1b[A", "n"]),
        ([b"\x1b", b"q"], ["\x1b", "q"]),
        ([b"\x1bq"], ["\x1bq"]),
        ([b"\x1b\x1b[A"], ["\x1b[A"]),
        ([b"\x1b[[Aa"], ["\x1b[[A", "a"]),
        (["ü".encode()[:1], "ü".encode()[1:]], ["ü"]),
        ([b"\xff"], []),
    ],
)
def test_an_arrow_is_one_key_however_it_arrives(read, told):
    taken = keys.Keys()
    assert [key for data in read for key in taken.feed(data)] == told


def test_what_an_answer_says_steers_no_terminal_and_can_be_shown_on_any(session):
    escape = "\x1b[2J\x1b]0;title\x07"
    said = Evidence("raised", f"raised ValueError: {escape}…", source=f"raise {escape}", printed=(escape,))
    session.finished(verdict(SHOUT, said))
    for encoding in ("utf-8", "ascii", "cp437"):
        lines = [_text(line, encoding, False).plain for line in Display(60, 24).lines(session)]
        assert not any(each < " " for line in lines for each in line)
        assert all(line.encode(encoding) for line in lines if line)
        assert any("[2J" in line for line in lines)
    assert "..." in _text([("and so on …", "plain")], "ascii", False).plain


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
        assert record.read(session.root).of(SHOUT).hints == number
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


def test_the_current_chapter_is_seen_where_the_list_is_longer_than_the_screen(session):
    session.finished(verdict(SHOUT))
    session.finished(verdict(DOUBLE, TODO))
    session.key("l")
    screen = shown(session, height=7)
    assert not any("shout" in line for line in screen)
    assert " numbers   · double  · half" in screen


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
    assert any(kept.name in line for line in session.said)
    session.saved({stub(session, SHOUT), kept})  # which the reset itself made
    assert any(kept.name in line for line in session.said)
    session.finished(verdict(SHOUT, TODO))
    assert " words   · shout" in shown(session)


def test_r_without_a_stub_says_why(session, project):
    project.solve("words/shout")
    session.finished(verdict(SHOUT, WRONG))
    session.key("r")
    session.key("y")
    assert any("is not known here" in line for line in session.said)
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
    assert session.busy is Why.ALL
    assert " judging 1 of 3 …  any save stops it" in shown(session)
    session.finished(verdict(SHOUT, TODO))
    session.finished(verdict(DOUBLE))
    session.finished(verdict(HALF, WRONG))
    assert session.judge.since() == [SHOUT, DOUBLE, HALF]
    screen = shown(session)
    assert " words     · shout" in screen
    assert " numbers   ✔ double  ✘ half" in screen
    assert session.busy is None


def test_a_save_ends_the_run_of_all(session):
    session.finished(verdict(SHOUT, TODO))
    session.key("a")
    session.judge.since()
    session.saved({stub(session, DOUBLE)})
    session.finished(verdict(SHOUT, ended=Ended.STOPPED))
    session.finished(verdict(DOUBLE, WRONG))
    assert session.judge.since() == ["stop", DOUBLE]
    assert session.busy is None


@pytest.mark.parametrize("key", ["q", "Q", ""])
def test_q_and_the_end_of_input_quit(session, key):
    session.key("l")
    session.key(key)
    assert session.over


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
    assert session.parting() == "0 of 3 katas solved; kata watch goes on with numbers/double"
    assert begun(project).kata.id == DOUBLE


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


def test_where_the_system_cannot_tell_of_saves_they_are_looked_for(project, monkeypatch):
    import threading

    import watchfiles

    from dojo.watch import saves

    watch, asked = watchfiles.watch, []

    def failing(*folders, force_polling, **options):
        asked.append(force_polling)
        if not force_polling:
            raise OSError(28, "inotify watch limit reached")
        return watch(*folders, force_polling=True, **options)

    monkeypatch.setattr(watchfiles, "watch", failing)
    seen, file = threading.Event(), project.root / "katas/words/shout.py"
    with saves.told(project.root / "katas", lambda files: file in files and seen.set()):
        for number in range(100):
            file.write_text(f"# {number}\n", encoding="utf-8")
            if seen.wait(0.3):
                break
    assert seen.is_set()
    assert asked == [None, True]


def test_a_folder_that_takes_the_place_of_another_is_watched(project, monkeypatch):
    import shutil
    import threading

    from dojo.watch import saves

    monkeypatch.setattr(saves, "_LOOK", 50)
    katas, seen, file = project.root / "katas", threading.Event(), project.root / "katas/words/shout.py"
    shutil.copytree(katas, project.root / "kept")
    with saves.told(katas, lambda files: file in files and seen.set()):
        for way in (shutil.move, shutil.copytree):
            shutil.rmtree(katas)
            way(project.root / "kept", katas)
            assert seen.wait(60)  # of all that lies there now
            seen.clear()
            for number in range(100):
                file.write_text(f"# {number}\n", encoding="utf-8")
                if seen.wait(0.3):
                    break
            assert seen.is_set()
            seen.clear()
            shutil.copytree(katas, project.root / "kept", dirs_exist_ok=True)


@pytest.mark.parametrize("height", [6, 8, 12, 24, 60])
@pytest.mark.parametrize("width", [40, 60, 120])
def test_every_screen_fits(session, width, height):
    long = Evidence(
        "refused",
        "\n".join("a line of the message " * 6 for _ in range(12)),
        "m" * 200,
        call="f(x)",
        inputs=("x = 1",) * 9,
    )
    session.finished(verdict(SHOUT, long))
    for key in ("h", "h", "h", "r", "l", "x", "s"):
        session.key(key)
        lines = shown(session, width, height)
        if height >= 12:
            assert any("q quit" in line for line in lines)


def test_what_does_not_fit_says_where_the_rest_is(session):
    session.finished(verdict(SHOUT, Evidence("refused", "\n".join(map(str, range(12))))))
    assert any(line.startswith("   … ") and "pytest katas/words/shout.py" in line for line in shown(session, height=10))
