"""The one exception that the words raise, with its diagnosis in parts."""

from typing import NoReturn


class Failure(AssertionError):
    """An answer was refused.

    ``layer`` is where the comparison stopped: kind, shape, dtype, device, requires_grad, nan, values, memory, graph,
    input, shortcut or raises. ``evidence`` says what was seen. ``mistake`` names what the learner did, where one can
    tell.
    """

    def __init__(self, layer: str, evidence: str, mistake: str | None = None) -> None:
        self.layer = layer
        self.evidence = evidence
        self.mistake = mistake
        super().__init__(evidence if mistake is None else f"{evidence}\n{mistake}")


def fail(layer: str, evidence: str, mistake: str | None = None) -> NoReturn:
    """Raise a ``Failure``, without a frame of its own in pytest's traceback."""
    __tracebackhide__ = True
    raise Failure(layer, evidence, mistake)
