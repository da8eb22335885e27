"""Failures for tests: of words that a test gives, in the form in which a run reports them."""

from dojo.results.failure import Failure, Outcome

CONTINUING = ("gave", "raised", "changed", "ran")


def failure(words: str, mistake: str | None = None, outcome: Outcome = Outcome.REFUSED, **fields) -> Failure:
    """Return what a failing test tells in these words."""
    fields = {"continues": words.startswith(CONTINUING), **fields}
    return Failure(outcome=outcome, template="{words}", values={"words": words}, mistake=mistake, **fields)


def todo(words: str = "this is still to be written", **fields) -> Failure:
    """Return what a stub tells."""
    return failure(words, outcome=Outcome.TODO, **fields)
