"""Reset the state before each test: the random numbers of the seed, and torch's default global settings."""

import random
import sys
import zlib

import torch

from dojo import simulated

# Tensors in tests are small: waking threads takes longer than the work, and seconds on a busy machine.
_THREADS = 1
_ACCELERATED = torch.cuda.is_available() or torch.backends.mps.is_available()


def reset_state(seed: int, test: str) -> None:
    """Seed every generator, and undo global settings of an answer.

    The numbers depend on the run's seed and the test's name without its device, so that all devices get the same.
    """
    mixed = zlib.crc32(test.encode(), seed & 0xFFFFFFFF)
    random.seed(mixed)
    if _ACCELERATED:
        torch.manual_seed(mixed)
    else:  # equivalent for the CPU: without a GPU, manual_seed spends 3 ms on recording its caller
        torch.default_generator.manual_seed(mixed)
        if simulated.registered():
            simulated.seed(mixed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(mixed)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    if torch.are_deterministic_algorithms_enabled():  # checked first: the setter imports 900 modules
        torch.use_deterministic_algorithms(False)
    if torch.get_num_threads() != _THREADS:
        torch.set_num_threads(_THREADS)
