"""The device that a kata's test runs on, and the plugin that shows the practice screen."""

import pytest
import torch

pytest_plugins = ["dojo.plugin"]


@pytest.fixture
def device(request: pytest.FixtureRequest) -> torch.device:
    """The device to make tensors on: each test that asks for it runs once on each device of the run."""
    return torch.device(request.param)
