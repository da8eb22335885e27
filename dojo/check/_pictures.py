"""Pictures in characters: a storage as a row of boxes, two matrices side by side, a curve of losses.

Each is a few lines, at most 55 characters wide, of pieces with a style each. What cannot be drawn gives no lines, never
an error: a picture goes with a failure, which is to be told in any case.
"""

import itertools
import math
import operator
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from dojo.check._describe import is_plain, number, numbers
from dojo.check._failure import Picture

_WIDTH = 55  # 60 columns, less the indentation of the screen
_PLACES = 16  # of a storage
_ELEMENTS = 400  # of a tensor, all of whose places are computed
_SAME_PLACE = 4  # indices that are shown below one box
_MATRIX = (8, 10)  # rows and columns of a matrix of which a part is shown
_PART = (4, 5)  # rows and columns of that part
_CURVE = 6  # numbers, at least, that make a curve
_MARKS = 40  # of a curve
_GAP = ".."
_HEIGHTS = "▁▂▃▄▅▆▇█"
_NO_HEIGHT = "×"


def storage_picture(value: object) -> Picture:
    r"""Return how a tensor lies in its storage: the places, the numbers there, the index of each element it shows.

    Nothing where the tensor shows its whole storage in order, where there are no numbers, or too many elements. Of a
    storage that is too wide, the places around the first element and its neighbours along each axis are shown. What
    the tensor shows is strong, all else faint.

    >>> print(*("".join(text for text, _ in line) for line in storage_picture(torch.arange(6)[1::2])), sep="\n")
    place  0 1 2 3 4 5
    value |0|1|2|3|4|5|
    index    0   1   2
    """
    try:
        return _storage(value) if is_plain(value) else ()
    except Exception:  # storages may be sparse, freed or out of reach
        return ()


def matrices(actual: torch.Tensor, expected: torch.Tensor, differs: torch.Tensor) -> Picture:
    """Return both tensors side by side where they are small matrices or vectors, of larger ones a part.

    Each element where ``differs`` is true has a mark in the left picture, and the first of them lies in the part.
    """
    if not 1 <= expected.dim() <= 2 or expected.numel() == 0:
        return ()
    left, right, marks = (each.reshape(-1, each.shape[-1]) for each in (actual, expected, differs))
    rows, columns = left.shape
    if rows > _MATRIX[0] or columns > _MATRIX[1]:
        return ()
    row, column = marks.nonzero()[0].tolist()
    for width in range(min(columns, _PART[1]), 0, -1):
        part = _around(row, rows, _PART[0]), _around(column, columns, width)
        slices = ",".join(f"{each.start}:{each.stop}" for each in part[-expected.dim() :])
        name = "" if left[part].numel() == left.numel() else f"[{slices}]"
        lines = _side_by_side(left[part].tolist(), right[part].tolist(), marks[part].tolist(), name)
        if max(map(_width, lines)) <= _WIDTH:
            return lines
    return ()


def curves(actual: Sequence[Any], expected: Sequence[Any]) -> Picture:
    """Return two lists of floats as curves on one scale, nothing where they are short or look alike.

    Args:
        actual: numbers; a mark stands for one of them, or for the mean of several where there are many.
        expected: floats, not necessarily as many.
    """
    actual, expected = list(actual), list(expected)  # an answer's own kind of list may slice as it likes
    longest = max(len(actual), len(expected))
    if longest < _CURVE or not expected or not (_are_floats(expected) and _are_floats(actual)):
        return ()
    each = math.ceil(longest / _MARKS)
    mine, theirs = _means(actual, each), _means(expected, each)
    scale = _Scale([*mine, *theirs])
    above, below = scale.line(mine), scale.line(theirs)
    if above == below:
        return ()
    return (
        (("actual    ", "faint"), *_marks(above, below, "bad")),
        (("expected  ", "faint"), *_marks(below, above, "good")),
        ((f"          {scale.words(each)}", "faint"),),
    )


def _marks(line: str, other: str, style: str) -> tuple[tuple[str, str], ...]:
    """Return the marks of a curve, those in a style that are not as in the other one."""
    pairs = itertools.zip_longest(line, other[: len(line)])
    return tuple((mark, "plain" if mark == same else style) for mark, same in pairs)


def _width(line: Sequence[tuple[str, str]]) -> int:
    return sum(len(text) for text, _ in line)


# A storage


def _storage(tensor: torch.Tensor) -> Picture:
    count = tensor.untyped_storage().nbytes() // tensor.element_size()
    whole = tensor.is_contiguous() and tensor.numel() == count
    if whole or count == 0 or tensor.is_meta or tensor.numel() > _ELEMENTS:
        return ()
    places, offset, strides = _Indices(), int(tensor.storage_offset()), tensor.stride()
    for index in itertools.product(*map(range, tensor.shape)):
        places[offset + sum(map(operator.mul, index, strides))].append(index)
    shown = list(itertools.islice(dict.fromkeys(_telling(places, count)), _PLACES))
    with torch.no_grad():
        values = tensor.detach().as_strided((count,), (1,), 0)[shown].tolist()
    boxes = {
        place: [str(place), _cell(value), *places.below(place)] for place, value in zip(shown, values, strict=True)
    }
    while max(map(_width, rows := _rows(_columns(boxes, count)))) > _WIDTH:
        boxes.popitem()
    return rows


class _Indices(defaultdict[int, list[tuple[int, ...]]]):
    """The indices of a tensor's elements by their place in the storage."""

    def __init__(self) -> None:
        super().__init__(list)

    def below(self, place: int) -> list[str]:
        """Return what stands below the box of this place."""
        texts = [",".join(map(str, index)) or "()" for index in self.get(place, ())]
        return texts if len(texts) <= _SAME_PLACE else [*texts[: _SAME_PLACE - 1], _GAP]


def _telling(places: _Indices, count: int) -> Iterator[int]:
    """Yield places, those first that tell most: the first element and its neighbours, both ends, the last element."""
    steps = {index: place for place, indices in places.items() for index in indices if sum(index) <= 1}
    yield from (steps[index] for index in sorted(steps))
    yield from (0, count - 1)
    yield from list(places)[-1:]
    for first in (*list(places)[:1], 0):
        yield from range(first, min(first + _PLACES, count))


def _columns(boxes: Mapping[int, list[str]], count: int) -> list[list[str]]:
    """Return the boxes in the order of the storage, with gaps where some are left out."""
    columns, last = [], -1
    for place in sorted(boxes):
        columns += [[_GAP, _GAP]] * (place > last + 1) + [boxes[place]]
        last = place
    return columns + [[_GAP, _GAP]] * (last < count - 1)


def _rows(columns: Sequence[Sequence[str]]) -> Picture:
    places, values, *indices = itertools.zip_longest(*columns, fillvalue="")
    widest = max(len(text) for column in columns for text in column)
    widths = [len(_GAP) if text == _GAP else widest for text in places]

    def row(texts: Sequence[str]) -> str:
        return " ".join(text.center(width) for text, width in zip(texts, widths, strict=True)).rstrip()

    line: list[tuple[str, str]] = [("value ", "faint")]
    for text, width, *inside in zip(values, widths, *indices, strict=True):
        box = text.center(width)
        line += [("|", "faint"), (box, "strong")] if any(inside) else [("|" + box, "faint")]
    below = [
        (("       " if number else "index  ", "faint"), (row(texts), "strong")) for number, texts in enumerate(indices)
    ]
    nothing = ((("index  ", "faint"), ("there is no element", "strong")),)
    return ((("place  " + row(places), "faint"),), (*line, ("|", "faint")), *(below or nothing))


def _cell(value: Any) -> str:
    """Return an element in few characters: ``4.`` where it is whole, as torch writes it, else rounded."""
    if isinstance(value, complex):
        return f"{value.real:.2g}{value.imag:+.2g}j"
    if not isinstance(value, float) or not math.isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) < 1e6:
        return f"{value:.0f}."
    rounded = ((1e4, ".0e"), (1, ".1f"), (0.01, ".2f"), (0, ".0e"))
    return format(value, next(digits for least, digits in rounded if abs(value) >= least))


# Two matrices


def _around(place: int, size: int, width: int) -> slice:
    """Return a slice of ``width`` with the element before ``place`` and those after it, where there are any."""
    start = max(0, min(place - 1, size - width)) if width > 1 else place
    return slice(start, min(size, start + width))


def _side_by_side(left: list[list[Any]], right: list[list[Any]], marks: list[list[bool]], name: str) -> Picture:
    pairs = [[_marked(*each) for each in zip(*row, strict=True)] for row in zip(left, right, marks, strict=True)]
    widths = [max(len(text) for pair in column for text in pair) for column in zip(*pairs, strict=True)]
    heads = f"actual{name} ", f"expected{name} "
    width = max(len(heads[1]), sum(widths) + len(widths) - 1)
    lines: list[tuple[tuple[str, str], ...]] = [
        ((f"{heads[0].rjust(width)}   {heads[1].rjust(width)}".rstrip(), "faint"),)
    ]
    for row, wrong in zip(pairs, marks, strict=True):
        sides = []
        for side, style in ((0, "bad"), (1, "good")):
            texts = [pair[side].rjust(each) for pair, each in zip(row, widths, strict=True)]
            indent = " " * (width - sum(widths) - len(widths) + 1)
            cells = [indent + texts[0], *(f" {text}" for text in texts[1:])]
            sides += [[cell, style if differs else "faint"] for cell, differs in zip(cells, wrong, strict=True)]
        sides[len(widths)][0] = "   " + sides[len(widths)][0]
        sides[-1][0] = sides[-1][0].rstrip()
        lines.append(tuple((text, style) for text, style in sides))
    return tuple(lines)


def _marked(one: Any, other: Any, differs: bool) -> tuple[str, str]:
    """Return two elements with four significant digits, or more where they differ and would look alike."""
    mine, theirs = (
        f"{each:.4g}" if isinstance(each, float) and not each.is_integer() else number(each) for each in (one, other)
    )
    if differs and mine == theirs:
        mine, theirs = numbers(one, other)
    return mine + ("*" if differs else " "), theirs + " "


# Curves


class _Scale:
    """The heights of the marks, from the lowest to the highest finite number."""

    def __init__(self, values: Sequence[float]) -> None:
        finite = [value for value in values if math.isfinite(value)]
        self.low, self.high = min(finite, default=math.nan), max(finite, default=math.nan)

    def line(self, values: Sequence[float]) -> str:
        return "".join(map(self._mark, values))

    def words(self, each: int) -> str:
        """Return the ends of the scale, and how many numbers a mark stands for where it is more than one."""
        ends = f"from {self.low:.4g} to {self.high:.4g}" if self.low < self.high else f"all {self.low:.4g}"
        return ends + (f", {each} a mark" if each > 1 else "")

    def _mark(self, value: float) -> str:
        if not math.isfinite(value):
            return _NO_HEIGHT
        distance = self.high / 2 - self.low / 2  # halved, for that of the largest float from the lowest is infinite
        share = (value / 2 - self.low / 2) / distance if distance > 0 else 0.5
        return _HEIGHTS[round(share * (len(_HEIGHTS) - 1))]


def _are_floats(values: Sequence[Any]) -> bool:
    """Say whether there are floats, and beside them only integers that are exact as floats."""
    kinds = {type(value) for value in values}
    return float in kinds <= {float, int} and all(type(value) is float or abs(value) < 2**53 for value in values)


def _means(values: Sequence[float], each: int) -> list[float]:
    """Return the mean of each run of ``each`` numbers."""
    runs = (values[start : start + each] for start in range(0, len(values), each))
    return [sum(run) / len(run) for run in runs]
