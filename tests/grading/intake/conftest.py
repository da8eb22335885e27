"""Where hand-ins are put."""

import pytest


@pytest.fixture
def inbox(tmp_path):
    """The folder that hand-ins are put into."""
    folder = tmp_path / "hand-ins"
    folder.mkdir()
    return folder
