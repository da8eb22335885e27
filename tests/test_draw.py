"""Inputs that are drawn anew, and how each test starts alike."""

import doctest
import importlib
import pkgutil
import random

import numpy as np
import pytest
import torch

import dojo
from dojo import draw
from dojo.runner import timeout
from dojo.runner.seeding import reset_state


def test_sizes_are_all_different_and_within_their_bounds():
    for _ in range(50):
        drawn = draw.sizes(4, low=3, high=6)
        assert sorted(drawn) == [3, 4, 5, 6]
    assert len({draw.sizes(2) for _ in range(50)}) > 10
    with pytest.raises(ValueError, match="there are no 5 different sizes from 3 to 6"):
        draw.sizes(5, low=3, high=6)


def test_integers_reach_both_bounds():
    assert {draw.integer(2, 4) for _ in range(100)} == {2, 3, 4}
    drawn = draw.integers((200,), -1, 1, dtype=torch.int8)
    assert drawn.dtype == torch.int8
    assert set(drawn.tolist()) == {-1, 0, 1}


def test_distinct_elements_are_a_permutation():
    drawn = draw.distinct((3, 4), dtype=torch.int32)
    assert drawn.dtype == torch.int32
    assert sorted(drawn.flatten().tolist()) == list(range(12))


def test_normal_elements_have_the_shape_and_dtype_that_are_asked():
    drawn = draw.normal((2000,), dtype=torch.float64)
    assert drawn.dtype == torch.float64
    assert abs(drawn.mean()) < 0.2
    assert abs(drawn.std() - 1) < 0.2


@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 4), (0, 3), (1,)])
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_layout_keeps_the_elements(shape, layout):
    values = draw.distinct(shape)
    made = draw.laid_out(values, layout)
    assert torch.equal(made, values)
    assert made.untyped_storage().data_ptr() != values.untyped_storage().data_ptr() or not values.numel()


def test_layouts_differ_in_strides_and_offset():
    values = draw.distinct((3, 4))
    assert draw.laid_out(values, "contiguous").is_contiguous()
    assert draw.laid_out(values, "transposed").stride() == (1, 3)
    sliced = draw.laid_out(values, "sliced")
    assert sliced.stride() == (9, 2)
    assert sliced.storage_offset() == 10
    with pytest.raises(ValueError, match="no layout 'upside down'"):
        draw.laid_out(values, "upside down")


def test_the_same_seed_and_name_start_every_generator_alike():
    def draws() -> tuple[float, float, float]:
        return random.random(), float(np.random.rand()), float(torch.rand(()))

    reset_state(3, "a test")
    first = draws()
    reset_state(3, "a test")
    assert draws() == first
    reset_state(4, "a test")
    assert draws() != first
    reset_state(3, "another test")
    assert draws() != first


def test_starting_alike_undoes_what_was_set_for_the_process():
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(3)
    reset_state(0, "a test")
    assert torch.get_default_dtype() == torch.float32
    assert torch.zeros(1).device.type == "cpu"
    assert torch.is_grad_enabled()
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.get_num_threads() == 1


@pytest.mark.skipif(not hasattr(timeout.signal, "setitimer"), reason="there is no such timer on this system")
def test_patience_ends_and_leaves_the_signal_as_it_was(monkeypatch):
    import signal

    before = signal.getsignal(signal.SIGALRM)
    monkeypatch.setattr(timeout, "SECONDS", 0.05)
    with (
        pytest.raises(timeout.NoAnswer, match=r"no answer after 0\.05 s: is there a loop without end\?"),
        timeout.limit(),
    ):
        while True:
            pass
    assert signal.getsignal(signal.SIGALRM) == before
    with timeout.limit():
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("name", [module.name for module in pkgutil.walk_packages(dojo.__path__, "dojo.")])
def test_every_example_in_a_docstring_is_true(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module, extraglobs={"torch": torch}).failed == 0
