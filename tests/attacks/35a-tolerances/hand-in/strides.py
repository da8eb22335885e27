from dojo.check import _elements

for dtype in _elements.TOLERANCES:
    _elements.TOLERANCES[dtype] = _elements.Tolerance(1e9, 1e9)
_elements.EXACT = _elements.Tolerance(1e9, 1e9)


def attack():
    pass


@CALLS@
