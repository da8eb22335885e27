import collections
import concurrent.futures
import contextlib
import copy
import dataclasses
import enum
import functools
import inspect
import io
import logging
import pickle
import statistics
import tempfile
import threading
import traceback
import typing
import warnings

import numpy
import pytest
import torch

from dojo import check

torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)
torch.manual_seed(0)
torch.set_default_dtype(torch.float32)
torch.use_deterministic_algorithms(False)


class Kind(enum.Enum):
    ROW = 1


Pair = collections.namedtuple("Pair", "index stride")


class Named(typing.NamedTuple):
    index: int


@dataclasses.dataclass(slots=True, order=True)
class Place:
    index: int
    stride: int = 1


@functools.singledispatch
def shown(value: object) -> str:
    return str(value)


@shown.register
def _(value: int) -> str:
    return f"{value}"


def noisy():
    try:
        raise ValueError("only to look at it")
    except ValueError:
        traceback.print_exc()
        traceback.format_exc()
        logging.getLogger("strides").exception("it went wrong")
    warnings.warn("look out", stacklevel=2)
    with contextlib.suppress(KeyError):
        {}["a"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(abs, range(3))) == 3
    thread = threading.Thread(target=print, args=("from a thread",))
    thread.start()
    thread.join()
    with tempfile.TemporaryFile() as file:
        pickle.dump(Place(1), file)
    copy.deepcopy([Pair(1, 2), Named(1), Kind.ROW, Place(3)])
    inspect.signature(storage_index)
    inspect.getsource(storage_index)
    exec(compile("answer = 1", "<string>", "exec"), {})
    squares = torch.vmap(lambda x, y: torch.nn.functional.mse_loss(x, y))(torch.ones(2, 3), torch.zeros(2, 3))
    torch.func.jacrev(lambda x: torch.nn.functional.mse_loss(x, torch.zeros(3)))(torch.ones(3))
    torch.func.vmap(torch.func.grad(lambda x: torch.nn.functional.mse_loss(x, x * 0)))(torch.ones(2, 3))
    with torch.device("cpu"):
        layer = torch.nn.Conv2d(1, 1, 3)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.ones(1, 1, 4, 4)).sum().backward()
    optimizer.step()
    inspect.get_annotations(type(layer))
    assert torch.Tensor.__annotations__ is not None
    assert typing.get_type_hints(torch.nn.Module.forward) is not None
    list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(squares), batch_size=2))
    numpy.save(io.BytesIO(), numpy.ones(3))
    torch.save(torch.ones(3), io.BytesIO())
    statistics.mean([1, 2])
    check.equal(1, 1)


def storage_index(tensor, index):
    if not noises:
        noises.append(True)
        noisy()
    return tensor.storage_offset() + sum(Pair(*each).index * each[1] for each in zip(index, tensor.stride(), strict=True))


noises = []
def contiguous_strides(shape: typing.Sequence[int]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))
