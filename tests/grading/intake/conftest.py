"""Fixtures for the tests of the intake."""

import pytest


@pytest.fixture
def inbox(tmp_path):
    """The folder of all hand-ins."""
    folder = tmp_path / "hand-ins"
    folder.mkdir()
    return folder
