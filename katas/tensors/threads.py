"""How many threads a piece of work may use.

On the CPU, torch divides large operations among threads. torch.set_num_threads(n) says among how many, for the whole
process, until somebody says otherwise; torch.get_num_threads() tells how many it is now. Code that changes such a
setting for its own purpose puts it back when it is done, however it ends. A context manager is the usual form:

    4 threads   with using(1):             1 thread inside
                    with using(2): ...     2 threads inside, 1 thread behind it
    4 threads   behind the block, also where the block raised an error

Check with:  pytest katas/tensors/test_threads.py
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch


def using(number: int) -> AbstractContextManager[None]:
    """Return a context manager, for a with statement, in whose block torch uses this number of threads.

    Behind the block torch uses as many threads as when the block was entered, also where the block raised. What the
    block raised goes on its way. Making the context manager changes nothing yet.

    Args:
        number: how many threads.

    Raises:
        ValueError: if ``number`` is less than 1, at the call or on entering the block; the setting stays as it is.
    """
    raise NotImplementedError("set the number of threads for a block, then put the former number back")


def run(number: int, work: Callable[[], Any]) -> Any:
    """Call ``work``, once and without arguments, with this number of threads, and return what it returns.

    Afterwards torch uses as many threads as before, also where ``work`` raised. What ``work`` raised goes on its way.

    Args:
        number: how many threads.
        work: a function without parameters.

    Raises:
        ValueError: if ``number`` is less than 1; then ``work`` is not called, and the setting stays as it is.
    """
    raise NotImplementedError("call work with this number of threads, then put the former number back")
