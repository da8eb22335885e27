"""The files that set up an environment agree with each other, and with the notes' statements about setting up."""

import re
import tomllib

import pytest


def declared(root) -> set[str]:
    return set(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"])


@pytest.mark.concept("setup.requirements")
def test_requirements_txt_names_the_packages_of_pyproject(root):
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if line and not line.startswith("#")} == declared(root)


@pytest.mark.concept("setup.environment")
def test_environment_yml_names_the_packages_and_the_python_of_pyproject(root):
    text = (root / "environment.yml").read_text(encoding="utf-8")
    items = set(re.findall(r"^ +- ([^\n:]+?)$", text, flags=re.MULTILINE))
    python = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert f"python{python}" in items
    assert items - {f"python{python}", "pip", "nodefaults", "conda-forge", "-e ."} == declared(root)
    assert re.search(r"^name: torch-katas$", text, flags=re.MULTILINE)


@pytest.mark.concept("setup.environment")
def test_the_erratum_of_the_notes_is_mended_torch_asks_for_a_current_python(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"
    versions = [each.rpartition(" :: ")[2] for each in project["classifiers"] if "Python :: 3." in each]
    tox = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    envlist = re.search(r"^env_list = (.+)$", (root / "tox.ini").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert envlist is not None
    assert [f"py{version.replace('.', '')}" for version in versions] == [
        each for each in envlist[1].replace(" ", "").split(",") if each.startswith("py")
    ]
    assert tox["project"]["name"] == "torch-katas"


@pytest.mark.parametrize("package", ["torch", "torchvision", "h5py", "numpy"])
@pytest.mark.concept("setup.requirements")
def test_what_is_installed_satisfies_what_is_declared(root, package):
    from importlib.metadata import version

    from packaging.requirements import Requirement

    wanted = {Requirement(each).name: Requirement(each) for each in declared(root)}[package]
    assert wanted.specifier.contains(version(package), prereleases=True)
