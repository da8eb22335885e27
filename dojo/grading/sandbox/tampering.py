"""Check that an answer did not tamper with the specification.

An answer runs in the same process as its tests, so forging can be made difficult and detected, but not excluded.
``dojo.runner.global_state`` checks that names have not been rebound, ``audit`` watches the use of Python's internals;
this module checks that the comparisons still refuse wrong values.
"""

import sys
import sysconfig
from pathlib import Path

import torch

from dojo import check


def comparisons_work() -> bool:
    """Say whether the comparisons still accept right values and refuse wrong ones."""
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
    """Return prefixes of files that no hand-in can have written."""
    paths = {sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), str(project)}
    paths |= {str(Path(torch.__file__).parent), str(Path(sys.prefix)), str(Path(sys.base_prefix))}
    return tuple(sorted(f"{path}/" for path in paths))
