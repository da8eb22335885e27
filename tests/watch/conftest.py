"""A session in the small project."""

import pytest

from tests.watch.sessions import begun


@pytest.fixture
def session(project):
    return begun(project)
