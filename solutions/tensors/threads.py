from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import torch


def using(number: int) -> AbstractContextManager[None]:
    if number < 1:
        raise ValueError(f"the number of threads is at least 1, not {number}")
    return _restored_afterwards(number)


@contextmanager
def _restored_afterwards(number: int) -> Iterator[None]:
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(former)


def run(number: int, work: Callable[[], Any]) -> Any:
    if number < 1:
        raise ValueError(f"the number of threads is at least 1, not {number}")
    with _restored_afterwards(number):
        return work()
