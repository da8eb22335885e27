"""What a failing test tells its reader, as plain data that travels between processes as JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """One failure in the learner's terms.

    ``outcome`` is ``todo`` where the stub's own NotImplementedError came, ``unusable`` where the file could not be
    imported or lacks a name, ``raised`` where the answer raised, else ``refused``. The first line of the message, and
    of each input, is words; lines that follow are a picture.
    """

    outcome: str
    message: str
    mistake: str | None = None
    call: str | None = None
    inputs: tuple[str, ...] = ()
    path: str | None = None
    line: int | None = None
    source: str | None = None
    specification: str | None = None
    printed: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return plain data that ``from_dict`` takes back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Evidence":
        """Return the evidence that ``as_dict`` gave, after a way through JSON."""
        return cls(**{**data, "inputs": tuple(data["inputs"]), "printed": tuple(data["printed"])})
