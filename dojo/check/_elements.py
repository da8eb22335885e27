"""Compare elements, and report the first difference, the largest error and a picture."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from dojo.check._describe import describe, number, numbers
from dojo.check._failure import differs, fail, subject
from dojo.check._pictures import curves, matrices


class Tolerance(NamedTuple):
    """The largest allowed difference: ``absolute + relative * |expected|``."""

    relative: float
    absolute: float


EXACT = Tolerance(0.0, 0.0)
# Wide enough for another order of summation, far narrower than any mistake.
TOLERANCES = {
    torch.float16: Tolerance(2e-3, 1e-3),
    torch.bfloat16: Tolerance(1.6e-2, 1e-2),
    torch.float32: Tolerance(1e-5, 1e-5),
    torch.float64: Tolerance(1e-9, 1e-9),
    torch.complex64: Tolerance(1e-5, 1e-5),
    torch.complex128: Tolerance(1e-9, 1e-9),
}


def match_elements(actual: torch.Tensor, expected: torch.Tensor, what: str, tolerance: Tolerance) -> None:
    """Refuse ``actual`` unless each element is within ``tolerance``. The shapes must be equal; dtypes may differ."""
    __tracebackhide__ = True
    mine, theirs = (side.detach().cpu().resolve_conj().resolve_neg() for side in (actual, expected))
    if mine.is_floating_point() or mine.is_complex():
        wide = torch.complex128 if mine.is_complex() else torch.float64
        exact, mine, theirs = theirs, mine.to(wide), theirs.to(wide)
        same = (mine == theirs) | (torch.isnan(mine) & torch.isnan(theirs))
        gap = (mine - theirs).abs()
        finite = torch.isfinite(mine) & torch.isfinite(theirs)
        same |= finite & (gap <= tolerance.absolute + tolerance.relative * theirs.abs())
        for test, word in ((torch.isnan, "NaN"), (torch.isinf, "infinite")):
            odd = test(mine) & ~same & ~test(theirs)
            if odd.any():
                place = odd.nonzero()[0].tolist()
                fail(
                    "nan",
                    f"{subject(what)} {{gave}} in {{count}} elements, first{{at}}, expected {{expected}}",
                    continues=not what,
                    what=what,
                    gave=word,
                    count=_count(odd),
                    at=_at(place),
                    expected=number(exact[tuple(place)].item()),
                )
    else:
        exact, same = theirs, mine == theirs
        gap = (mine.to(torch.float64) - theirs.to(torch.float64)).abs()
    if bool(same.all()):
        return
    place = (~same).nonzero()[0].tolist()
    gave, right = numbers(mine[tuple(place)].item(), theirs[tuple(place)].item())
    if mine.numel() == 1:
        descriptions = describe(actual), describe(expected)
        differs("values", what, *((gave, right) if descriptions[0] == descriptions[1] else descriptions))
    template = f"{subject(what)} the wrong values: {{differ}} of {{all}} differ, first{{at}}: {{gave}}, "
    template += "expected {expected}"
    values: dict[str, Any] = {"what": what, "differ": _count(~same), "all": mine.numel(), "at": _at(place)}
    errors = gap[~same & torch.isfinite(gap)]
    if mine.dtype is not torch.bool and errors.numel():
        largest = errors.max().item()
        whole = not (exact.is_floating_point() or exact.is_complex())
        template += "; the largest error is {error}"
        values["error"] = number(int(largest) if whole else largest)
    drawn = matrices(mine, theirs, ~same)
    if not drawn and mine.dim() == 1 and mine.is_floating_point():
        drawn = curves(mine.tolist(), theirs.tolist())
    fail("values", template, picture=drawn, continues=not what, gave=gave, expected=right, **values)


def _at(place: Sequence[int]) -> str:
    return f" at {list(place)}" if place else ""


def _count(mask: torch.Tensor) -> int:
    return int(mask.sum())
