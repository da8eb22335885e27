"""``kata init`` and ``kata update``: a practice folder, made from what is installed, brought up to date, never spoilt."""

import configparser
import json
import subprocess
import tomllib

import pytest

from dojo import course
from dojo.course import suite
from dojo.runner import devices
from dojo.workspace import folder, record


@pytest.fixture
def installed(project, monkeypatch):
    """The small course, as if it were what a wheel has brought."""
    monkeypatch.setattr(suite, "_INSTALLED_SUITE", project.root)
    return project


@pytest.fixture
def mine(installed, tmp_path):
    target = tmp_path / "mine"
    assert folder.create(target) == 3
    return type(installed)(target)


def test_a_practice_folder_has_stubs_and_specifications_and_neither_solutions_nor_tests(mine):
    files = {file.relative_to(mine.root).as_posix() for file in mine.root.rglob("*") if file.is_file()}
    assert files == {
        "README.md",
        "pytest.ini",
        ".gitignore",
        ".torch-katas.json",
        "conftest.py",
        "katas/course.toml",
        "katas/concepts.toml",
        *(f"katas/words/{name}" for name in ("chapter.toml", "shout.py", "test_shout.py")),
        *(
            f"katas/numbers/{name}"
            for name in ("chapter.toml", "half.py", "double.py", "test_half.py", "test_double.py")
        ),
    }


def test_practice_works_there(mine):
    assert mine.pytest("katas").lines[-1] == "0 of 3 katas solved"
    mine.write("katas/numbers/half.py", "def half(x):\n    return x / 2\n")
    assert mine.pytest().lines[-1] == "1 of 3 katas solved"
    assert "  ✔ half    " + " ".join(devices.choose(()).names) + "  Half" in mine.kata("list").lines
    assert mine.kata("check").lines == [
        "Error: there are no solutions in this folder to check: `kata check` is for a clone of the project"
    ]


def test_this_course_makes_a_folder_with_every_kata_and_its_data(this_project, tmp_path):
    outcome = this_project.kata("init", str(tmp_path / "all"))
    assert outcome.lines == [
        f"56 katas are in {tmp_path / 'all'}. Now:",
        "",
        f"  cd {tmp_path / 'all'}",
        "  kata watch",
    ]
    assert len(list((tmp_path / "all/katas").glob("*/test_*.py"))) == 56
    assert {file.name for file in (tmp_path / "all/katas/data").glob("*.*")} >= {
        "auto_mpg.csv",
        "digits.npz",
        "SOURCES.md",
    }
    assert not list((tmp_path / "all").rglob("__pycache__"))


def test_pytest_runs_there_with_the_options_that_it_has_here(root, mine):
    ini = configparser.ConfigParser()
    ini.read(mine.root / "pytest.ini")
    here = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert dict(ini["pytest"]) == {"testpaths": " ".join(here["testpaths"]), "addopts": here["addopts"]}


def test_the_readme_names_only_commands_that_there_are(root, this_project):
    text = (root / "dojo/workspace/templates/README.md").read_text(encoding="utf-8")
    import re

    for name in set(re.findall(r"`kata (\w+)", text)) | set(re.findall(r"    kata (\w+)", text)):
        assert this_project.kata(name, "--help").status == 0, name


def test_nothing_that_is_there_is_overwritten(installed, tmp_path):
    target = tmp_path / "mine"
    target.mkdir()
    (target / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(folder.CannotChangeFolder, match="has a README.md already: choose a new or an empty folder"):
        folder.create(target)
    assert [file.name for file in target.iterdir()] == ["README.md"]


def test_a_practice_folder_is_not_made_twice(mine):
    with pytest.raises(folder.CannotChangeFolder, match="holds katas already: `kata update` brings it up to date"):
        folder.create(mine.root)


def test_a_target_that_is_a_file(installed, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(folder.CannotChangeFolder, match="cannot be written: (Not a directory|File exists)"):
        folder.create(tmp_path / "file")


def test_an_update_without_news_changes_nothing(mine):
    assert folder.update(mine.root) == folder.FolderChanges()


def test_an_update_brings_new_and_changed_files(installed, mine):
    third = "def third(x):\n    raise NotImplementedError('a third')\n"
    installed.write("katas/numbers/third.py", third)
    installed.write("katas/numbers/test_third.py", "def test_third(): ...\n")
    installed.write("katas/numbers/test_half.py", "def test_half(): ...\n")
    installed.write("katas/words/shout.py", "def shout(w):\n    raise NotImplementedError('louder')\n")
    changes = folder.update(mine.root)
    assert changes.new == ["katas/numbers/test_third.py", "katas/numbers/third.py"] or sorted(changes.new) == [
        "katas/numbers/test_third.py",
        "katas/numbers/third.py",
    ]
    assert sorted(changes.changed) == ["katas/numbers/test_half.py", "katas/words/shout.py"]
    assert (changes.answers_with_new_stub, changes.moved_aside, changes.removed) == ([], [], [])
    assert (mine.root / "katas/numbers/third.py").read_text(encoding="utf-8") == third
    assert "louder" in (mine.root / "katas/words/shout.py").read_text(encoding="utf-8")
    assert folder.update(mine.root) == folder.FolderChanges()


def test_an_update_never_overwrites_an_answer_even_where_its_stub_changed(installed, mine):
    answer = "def half(x):\n    return x / 2\n"
    mine.write("katas/numbers/half.py", answer)
    installed.write("katas/numbers/half.py", "def half(x, y):\n    raise NotImplementedError('anew')\n")
    assert folder.update(mine.root) == folder.FolderChanges(answers_with_new_stub=["katas/numbers/half.py"])
    assert (mine.root / "katas/numbers/half.py").read_text(encoding="utf-8") == answer
    assert folder.update(mine.root) == folder.FolderChanges()


def test_a_specification_that_was_changed_here_is_put_aside_where_pytest_does_not_see_it(installed, mine):
    mine.write("katas/numbers/test_half.py", "def test_half(): assert True\n")
    changes = folder.update(mine.root)
    assert changes.changed == ["katas/numbers/test_half.py"]
    (aside,) = changes.moved_aside
    assert (mine.root / aside).read_text(encoding="utf-8") == "def test_half(): assert True\n"
    assert mine.pytest("katas").lines[-1] == "0 of 3 katas solved"


def test_a_kata_that_is_no_more_goes_unless_it_was_answered(installed, mine):
    for name in ("half", "test_half"):
        (installed.root / f"katas/numbers/{name}.py").unlink()
    mine.write("katas/numbers/half.py", "mine\n")
    assert folder.update(mine.root) == folder.FolderChanges(removed=["katas/numbers/test_half.py"])
    assert (mine.root / "katas/numbers/half.py").read_text(encoding="utf-8") == "mine\n"


def test_a_deleted_stub_comes_back(mine):
    (mine.root / "katas/numbers/half.py").unlink()
    assert folder.update(mine.root).new == ["katas/numbers/half.py"]


@pytest.mark.parametrize("damage", ["", "{", '{"files": []}', "3"])
def test_a_damaged_note_costs_no_answer(installed, mine, damage):
    mine.write("katas/numbers/half.py", "mine\n")
    mine.write(folder.MANIFEST, damage)
    folder.update(mine.root)
    assert (mine.root / "katas/numbers/half.py").read_text(encoding="utf-8") == "mine\n"
    assert json.loads((mine.root / folder.MANIFEST).read_text(encoding="utf-8"))["files"]


def test_a_note_that_names_files_elsewhere_removes_nothing_there(mine, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("here", encoding="utf-8")
    note = json.loads((mine.root / folder.MANIFEST).read_text(encoding="utf-8"))
    note["files"] |= {"../victim": record.fingerprint(victim), str(victim): record.fingerprint(victim)}
    mine.write(folder.MANIFEST, json.dumps(note))
    folder.update(mine.root)
    assert victim.exists()


def test_what_was_not_made_by_init_is_not_updated(installed, tmp_path):
    (tmp_path / "other").mkdir()
    with pytest.raises(
        folder.CannotChangeFolder, match=r"was not made by `kata init`, or has lost its \.torch-katas\.json"
    ):
        folder.update(tmp_path / "other")


def test_the_suite_itself_is_not_updated_so(this_project):
    assert this_project.kata("update").lines == [
        "Error: this folder is the suite itself, not a practice folder: `git pull` brings it up to date"
    ]


def test_update_says_what_it_did(this_project, tmp_path):
    this_project.kata("init", str(tmp_path / "all"))
    mine = type(this_project)(tmp_path / "all")
    assert mine.kata("update").lines == ["nothing new: this folder is up to date"]
    mine.write("katas/storage/test_views.py", "changed")
    (mine.root / "katas/storage/test_storage.py").unlink()
    note = json.loads((mine.root / folder.MANIFEST).read_text(encoding="utf-8"))
    note["files"]["katas/storage/strides.py"] = "an older one"
    mine.write(folder.MANIFEST, json.dumps(note))
    mine.write("katas/storage/strides.py", "mine")
    lines = mine.kata("update").lines
    assert lines[:2] == ["new      katas/storage/test_storage.py", "changed  katas/storage/test_views.py"]
    assert lines[2].startswith("kept     katas/storage/old_test_views.20")
    assert lines[3:] == [
        "yours    katas/storage/strides.py: its stub has changed; `kata reset strides` takes the new one"
    ]


def test_reset_and_solution_find_what_is_installed(installed, mine, monkeypatch):
    course_file = mine.root / "katas/numbers/half.py"
    stub = course_file.read_text(encoding="utf-8")
    assert suite.solutions(mine.root) == installed.root / "solutions"
    from dojo import course

    kata = course.load(mine.root / "katas").find("half")
    course_file.write_text("mine", encoding="utf-8")
    assert suite.original_stub(mine.root, kata) == stub


def test_a_folder_whose_making_was_stopped_is_completed_by_an_update(installed, tmp_path, monkeypatch):
    write, written = folder.write_whole, []

    def stopped(file, contents, synced):
        if len(written) == 5:
            raise KeyboardInterrupt
        written.append(file)
        write(file, contents, synced)

    target = tmp_path / "mine"
    with monkeypatch.context() as patch:
        patch.setattr(folder, "write_whole", stopped)
        with pytest.raises(KeyboardInterrupt):
            folder.create(target)
    changes = folder.update(target)
    assert len(changes.new) > 5
    assert not changes.answers_with_new_stub
    assert not any(vars(folder.update(target)).values())


def test_a_clone_gives_out_its_stubs_and_no_half_finished_answer(project, tmp_path, monkeypatch):
    clone = project.root
    monkeypatch.setattr(suite, "_INSTALLED_SUITE", tmp_path / "nowhere")
    monkeypatch.setattr(suite, "_CLONE", clone)
    stub = (clone / "katas/words/shout.py").read_text(encoding="utf-8")
    for words in ("init -q", "add .", "-c user.name=me -c user.email=me@example.org commit -qm stubs"):
        subprocess.run(["git", *words.split()], cwd=clone, check=True)
    project.write("katas/words/shout.py", f"{stub}\n\ndef secret():\n    return 'an answer'\n")
    target = tmp_path / "mine"
    folder.create(target)
    assert (target / "katas/words/shout.py").read_text(encoding="utf-8") == stub
    (kata,) = (each for each in course.load(clone / "katas").katas() if each.id == "words/shout")
    project.write("katas/words/shout.py", "def shout(word):\n    return word.upper()\n")
    assert suite.original_stub(target, kata) == suite.original_stub(clone, kata) == stub
