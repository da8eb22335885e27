"""Draw pictures in characters: a storage as a row of boxes, two matrices side by side, two curves.

A picture has a few lines of at most 55 characters. If something cannot be drawn, the picture is empty; it never raises
an error, since that would hide the failure that it belongs to.
"""

import itertools
import math
import operator
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from dojo.check._describe import is_plain_tensor, number, numbers
from dojo.check._failure import Picture

_WIDTH = 55  # 60 columns minus the indentation of the screen
_MAX_PLACES = 16  # of a storage
_MAX_ELEMENTS = 400  # of a tensor: the places of all of them are computed
_MAX_INDICES = 4  # below one box
_MAX_MATRIX = (8, 10)  # rows and columns; of a larger one, nothing is shown
_PART = (4, 5)  # rows and columns that are shown
_MIN_CURVE = 6  # numbers
_MAX_MARKS = 40  # of a curve
_GAP = ".."
_HEIGHTS = "▁▂▃▄▅▆▇█"
_NO_HEIGHT = "×"


def storage_picture(value: object) -> Picture:
    r"""Draw a tensor's storage: the places, their values, and the index of each of the tensor's elements.

    The picture is empty if the tensor shows its whole storage in order, if the storage has no values, or if the tensor
    has too many elements. Of a storage that is too wide, it shows the places around the first element and its
    neighbours along each axis. Values of the tensor are strong, others faint.

    >>> print(*("".join(text for text, _ in line) for line in storage_picture(torch.arange(6)[1::2])), sep="\n")
    place  0 1 2 3 4 5
    value |0|1|2|3|4|5|
    index    0   1   2
    """
    try:
        return _draw_storage(value) if is_plain_tensor(value) else ()
    except Exception:  # a tensor may be sparse, and a storage freed or inaccessible
        return ()


def matrices(actual: torch.Tensor, expected: torch.Tensor, differs: torch.Tensor) -> Picture:
    """Draw two matrices or vectors side by side, of larger ones a part with the first different element.

    Elements where ``differs`` is true have a mark in the left matrix.
    """
    if not 1 <= expected.dim() <= 2 or expected.numel() == 0:
        return ()
    left, right, marks = (each.reshape(-1, each.shape[-1]) for each in (actual, expected, differs))
    rows, columns = left.shape
    if rows > _MAX_MATRIX[0] or columns > _MAX_MATRIX[1]:
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
    """Draw two lists of floats as curves with one scale; nothing if they are short or look the same.

    Args:
        actual: numbers; a mark stands for one of them, or for the mean of several if there are many.
        expected: floats; the lengths may differ.
    """
    actual, expected = list(actual), list(expected)  # an answer's own list class may slice in its own way
    longest = max(len(actual), len(expected))
    if longest < _MIN_CURVE or not expected or not (_are_floats(expected) and _are_floats(actual)):
        return ()
    each = math.ceil(longest / _MAX_MARKS)
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
    """Return the marks of a curve; those that differ from the other curve get the style."""
    pairs = itertools.zip_longest(line, other[: len(line)])
    return tuple((mark, "plain" if mark == same else style) for mark, same in pairs)


def _width(line: Sequence[tuple[str, str]]) -> int:
    return sum(len(text) for text, _ in line)


def _draw_storage(tensor: torch.Tensor) -> Picture:
    count = tensor.untyped_storage().nbytes() // tensor.element_size()
    whole = tensor.is_contiguous() and tensor.numel() == count
    if whole or count == 0 or tensor.is_meta or tensor.numel() > _MAX_ELEMENTS:
        return ()
    places, offset, strides = _IndicesByPlace(), int(tensor.storage_offset()), tensor.stride()
    for index in itertools.product(*map(range, tensor.shape)):
        places[offset + sum(map(operator.mul, index, strides))].append(index)
    shown = list(itertools.islice(dict.fromkeys(_by_importance(places, count)), _MAX_PLACES))
    with torch.no_grad():
        values = tensor.detach().as_strided((count,), (1,), 0)[shown].tolist()
    boxes = {
        place: [str(place), _cell(value), *places.below(place)] for place, value in zip(shown, values, strict=True)
    }
    while max(map(_width, rows := _rows(_columns(boxes, count)))) > _WIDTH:
        boxes.popitem()
    return rows


class _IndicesByPlace(defaultdict[int, list[tuple[int, ...]]]):
    """The indices of a tensor's elements by their place in the storage."""

    def __init__(self) -> None:
        super().__init__(list)

    def below(self, place: int) -> list[str]:
        """Return the texts below the box of this place."""
        texts = [",".join(map(str, index)) or "()" for index in self.get(place, ())]
        return texts if len(texts) <= _MAX_INDICES else [*texts[: _MAX_INDICES - 1], _GAP]


def _by_importance(places: _IndicesByPlace, count: int) -> Iterator[int]:
    """Yield places by importance: the first element and its neighbours, both ends, the last element, others."""
    steps = {index: place for place, indices in places.items() for index in indices if sum(index) <= 1}
    yield from (steps[index] for index in sorted(steps))
    yield from (0, count - 1)
    yield from list(places)[-1:]
    for first in (*list(places)[:1], 0):
        yield from range(first, min(first + _MAX_PLACES, count))


def _columns(boxes: Mapping[int, list[str]], count: int) -> list[list[str]]:
    """Return the boxes in the order of the storage, with gaps for those left out."""
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
    """Return an element in few characters: ``4.`` if it is whole, as torch writes it, else rounded."""
    if isinstance(value, complex):
        return f"{value.real:.2g}{value.imag:+.2g}j"
    if not isinstance(value, float) or not math.isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) < 1e6:
        return f"{value:.0f}."
    rounded = ((1e4, ".0e"), (1, ".1f"), (0.01, ".2f"), (0, ".0e"))
    return format(value, next(digits for least, digits in rounded if abs(value) >= least))


def _around(place: int, size: int, width: int) -> slice:
    """Return a slice of ``width`` elements that starts just before ``place`` if possible."""
    start = max(0, min(place - 1, size - width)) if width > 1 else place
    return slice(start, min(size, start + width))


def _side_by_side(left: list[list[Any]], right: list[list[Any]], marks: list[list[bool]], name: str) -> Picture:
    pairs = [[_element_texts(*each) for each in zip(*row, strict=True)] for row in zip(left, right, marks, strict=True)]
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


def _element_texts(one: Any, other: Any, differs: bool) -> tuple[str, str]:
    """Return two elements with four significant digits, or more if they differ and would look the same."""
    mine, theirs = (
        f"{each:.4g}" if isinstance(each, float) and not each.is_integer() else number(each) for each in (one, other)
    )
    if differs and mine == theirs:
        mine, theirs = numbers(one, other)
    return mine + ("*" if differs else " "), theirs + " "


class _Scale:
    """Maps numbers to marks of different heights, from the lowest to the highest finite number."""

    def __init__(self, values: Sequence[float]) -> None:
        finite = [value for value in values if math.isfinite(value)]
        self.low, self.high = min(finite, default=math.nan), max(finite, default=math.nan)

    def line(self, values: Sequence[float]) -> str:
        return "".join(map(self._mark, values))

    def words(self, each: int) -> str:
        """Return the ends of the scale, and how many numbers a mark stands for if more than one."""
        ends = f"from {self.low:.4g} to {self.high:.4g}" if self.low < self.high else f"all {self.low:.4g}"
        return ends + (f", {each} a mark" if each > 1 else "")

    def _mark(self, value: float) -> str:
        if not math.isfinite(value):
            return _NO_HEIGHT
        distance = self.high / 2 - self.low / 2  # halved: the distance of the largest float from the lowest is infinite
        share = (value / 2 - self.low / 2) / distance if distance > 0 else 0.5
        return _HEIGHTS[round(share * (len(_HEIGHTS) - 1))]


def _are_floats(values: Sequence[Any]) -> bool:
    """Say whether there are floats, and besides only integers that are exact as floats."""
    kinds = {type(value) for value in values}
    return float in kinds <= {float, int} and all(type(value) is float or abs(value) < 2**53 for value in values)


def _means(values: Sequence[float], each: int) -> list[float]:
    """Return the mean of each ``each`` successive numbers."""
    groups = (values[start : start + each] for start in range(0, len(values), each))
    return [sum(group) / len(group) for group in groups]
