"""What counts as a test of the suite itself, and which statements it says that it shows."""

from dojo.authoring import manifest


def test_tests_are_found_in_every_folder_but_those_of_answers_and_attacks(project):
    for name in ("test_top.py", "deep/in/test_deep.py", "mistakes/test_a.py", "alternatives/x/test_b.py"):
        project.write(f"tests/{name}", "")
    project.write("tests/attacks/one/hand-in/test_c.py", "def (")
    project.write("tests/deep/helper.py", "")
    found = [path.relative_to(project.root).as_posix() for path in manifest.tests_of_suite(project.root)]
    assert found == ["tests/deep/in/test_deep.py", "tests/test_top.py"]


def test_a_folder_without_tests_has_none(tmp_path):
    assert manifest.tests_of_suite(tmp_path) == []


def test_the_tests_of_this_project_name_statements_of_the_notes(root):
    marked = [path for path in manifest.tests_of_suite(root) if manifest.concept_marks(path)]
    assert root / "tests/test_setup.py" in marked
    assert root / "tests/notebook/test_kernel.py" in marked
