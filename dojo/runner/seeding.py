"""Each test starts alike: the same random numbers for one seed, and torch's global settings as they are by default."""

import random
import sys
import zlib

import torch

from dojo import simulated

# Tensors in tests are small: to wake threads takes torch longer than the work, and seconds on a busy machine.
_THREADS = 1
_ACCELERATED = torch.cuda.is_available() or torch.backends.mps.is_available()


def reset_state(seed: int, test: str) -> None:
    """Seed every generator from ``seed`` and the test's name, and undo what an answer set for the whole process.

    Args:
        seed: the run's seed, which the header prints.
        test: the test's name without its device, so that it meets the same numbers on each.
    """
    mixed = zlib.crc32(test.encode(), seed & 0xFFFFFFFF)
    random.seed(mixed)
    if _ACCELERATED:
        torch.manual_seed(mixed)
    else:  # the same for the CPU alone: without a GPU, manual_seed spends 3 ms on noting who asked for it
        torch.default_generator.manual_seed(mixed)
        if simulated.registered():
            simulated.seed(mixed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(mixed)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    if torch.are_deterministic_algorithms_enabled():  # asked first: the setter imports 900 modules
        torch.use_deterministic_algorithms(False)
    if torch.get_num_threads() != _THREADS:
        torch.set_num_threads(_THREADS)
