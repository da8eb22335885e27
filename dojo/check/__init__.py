"""The assertions of kata tests.

A comparison checks in this order, and stops at the first difference: plain tensor, shape, dtype, device,
requires_grad, NaN or infinity, values. It never broadcasts. Given the wrong values of common mistakes, it says which
mistake was made.

Needs torch only and nothing else of ``dojo``, so that a test file can be reused without the rest.
"""

from dojo.check._compare import close, equal, parts, raises, tensor
from dojo.check._describe import describe
from dojo.check._failure import Failure
from dojo.check._graph import not_recorded, recorded
from dojo.check._memory import own_memory, shares_memory, unchanged
from dojo.check._pictures import storage_picture
from dojo.check._shortcuts import (
    CROSS_ENTROPY,
    built_without,
    built_without_autograd,
    built_without_call,
    built_without_numpy,
    built_without_package,
)

__all__ = [
    "CROSS_ENTROPY",
    "Failure",
    "built_without",
    "built_without_autograd",
    "built_without_call",
    "built_without_numpy",
    "built_without_package",
    "close",
    "describe",
    "equal",
    "not_recorded",
    "own_memory",
    "parts",
    "raises",
    "recorded",
    "shares_memory",
    "storage_picture",
    "tensor",
    "unchanged",
]
