"""Signs that an answer tampers with the specification rather than meeting it.

An answer runs in one process with the tests, so that forging can be made hard and be noticed, and cannot be excluded.
``dojo.runner.global_state`` tells whether names still are what they were before the answer was imported, ``audit``
what of Python's insides an answer asks for; here it is tried whether our comparisons still refuse what is wrong.
"""

import sys
import sysconfig
from pathlib import Path

import torch

from dojo import check


def comparisons_work() -> bool:
    """Say whether our words still refuse what is wrong and accept what is right."""
    right = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    wrong: list[object] = [
        right + 1,
        right.mT,
        right.reshape(4),
        right.double(),
        right.tolist(),
        None,
        right * torch.nan,
    ]
    try:
        check.equal(right.clone(), right)
        check.close(right.clone(), right)
    except check.Failure:
        return False
    for compare in (check.equal, check.close):
        for answer in wrong:
            try:
                compare(answer, right)
            except check.Failure:
                continue
            return False
    return True


def trusted_files(project: Path) -> tuple[str, ...]:
    """Return prefixes of the files that no hand-in can have written."""
    paths = {sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), str(project)}
    paths |= {str(Path(torch.__file__).parent), str(Path(sys.prefix)), str(Path(sys.base_prefix))}
    return tuple(sorted(f"{path}/" for path in paths))
