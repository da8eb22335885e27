"""What README and CONTRIBUTING say is so: each command is run, here or by CI; the picture shows a real run."""

import ast
import html
import importlib.util
import re
import shlex
import sys

import pytest

pytestmark = pytest.mark.one_python
# Each command of the documents that is run here: its exit status on untouched stubs, and words of its output.
COMMANDS = {
    "pytest katas/storage/test_strides.py": (1, "0 of 1 kata solved"),
    "kata list": (0, " strides "),
    "kata watch": (1, "kata watch needs a terminal"),  # tests/watch/test_terminal.py gives it one
    "kata hint strides": (0, "storage/strides, hint 1 of 3"),
    "kata hint strides -n 2": (0, "storage/strides, hint 2 of 3"),
    "kata concepts": (0, "statements covered and passing"),
    "pytest katas/storage/test_strides.py --answers tests/mistakes::LeavesTheOffsetOut": (1, "the offset is left out"),
}


def script(root, name):
    """Return docs/<name>.py as a module."""
    spec = importlib.util.spec_from_file_location(name, root / f"docs/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands(root) -> list[str]:
    found: list[str] = []
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (root / name).read_text(encoding="utf-8")
        for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL):
            found += [line.strip() for line in block.splitlines() if line.strip()]
    return found


def test_every_command_is_run_here_or_by_ci(root):
    ci = (root / ".ci/run").read_text(encoding="utf-8")
    assert len(commands(root)) >= 8
    for command in commands(root):
        assert command in COMMANDS or command in ci, f"nobody runs {command}"


def test_no_command_is_run_that_the_documents_do_not_have(root):
    assert set(COMMANDS) <= set(commands(root))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_does_what_the_documents_say(this_project, command):
    status, words = COMMANDS[command]
    program, *options = shlex.split(command)
    outcome = (
        this_project.shell(sys.executable, "-m", "pytest", *options)
        if program == "pytest"
        else this_project.kata(*options)
    )
    assert outcome.status == status, outcome.text
    assert words in outcome.text


@pytest.fixture(scope="module")
def written(root):
    """What docs/picture.py draws: by command, the text that it wrote."""
    return script(root, "picture").written()


def test_a_screen_shows_one_next_step_in_at_most_40_lines(written):
    lines = re.sub(r"\x1b\[[0-9;]*m", "", written["pytest katas"]).splitlines()
    assert re.fullmatch(r"5 of \d+ katas solved", lines[-1])
    assert len(lines) <= 40
    assert [line.split()[:2] for line in lines if "pytest" in line] == [["again", "pytest"]]


def test_the_pictures_show_real_runs(root, written):
    assert list(written) == ["pytest katas", "kata list tensors storage"]
    for text, name in zip(written.values(), ("screen", "list"), strict=True):
        svg = (root / f"docs/{name}.svg").read_text(encoding="utf-8")
        drawn = html.unescape(" ".join(re.findall(r"<text[^>]*>(.*?)</text>", svg))).replace("\xa0", " ")
        words = re.sub(r"\x1b\[[0-9;]*m", "", text).split()
        assert len(words) > 50
        assert "".join(words) in "".join(drawn.split()), f"run python docs/picture.py: {name}.svg"


def test_the_page_of_statements_is_what_its_script_writes(root):
    page = script(root, "concepts").page()
    assert (root / "docs/concepts.md").read_text(encoding="utf-8") == page, "run python docs/concepts.py"


def defined(file) -> set[str]:
    """Return the functions, classes and methods of a module."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
            found |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return found


def module_with(folder, parts) -> list[str]:
    """Return the modules that define a dotted name, or are called so."""
    for count in range(1, len(parts) + 1):
        module = folder.joinpath(*parts[:count])
        for file in (module.with_suffix(".py"), module / "__init__.py"):
            if file.is_file() and (count == len(parts) or ".".join(parts[count:]) in defined(file)):
                return [str(file)]
    return []


def test_the_architecture_names_what_there_is(root):
    text, dojo = (root / "ARCHITECTURE.md").read_text(encoding="utf-8"), root / "dojo"
    rooms = {path.relative_to(dojo).parts[0] for path in dojo.rglob("*.py")} - {"__init__.py", "__main__.py"}
    checked = 0
    for name in re.findall(r"`([^`\s]+)`", text):
        if name.endswith((".py", "/")):
            found = [*root.glob(name), *dojo.glob(f"**/{name}")]
        elif re.fullmatch(r"\w+(\.\w+)+", name):
            found = module_with(dojo, name.split("."))
        else:
            continue
        assert found, f"there is no {name}"
        checked += 1
    assert checked > 80
    table = text.partition("## The rooms of dojo")[2].partition("## From a save")[0]
    assert set(re.findall(r"`(\w+(?:/|\.py))`", "".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE)))) == {
        *(room if room.endswith(".py") else f"{room}/" for room in rooms - {"suite"}),
        *(f"{path.name}/" for path in (dojo / "grading").iterdir() if (path / "__init__.py").is_file()),
    }


def test_the_changelog_names_the_version(root):
    version = re.search(
        r'^version = "(.+)"$', (root / "pyproject.toml").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert f"## {version[1]}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
