"""The state of an answer."""

from enum import Enum


class State(Enum):
    """The state of an answer."""

    SOLVED = "solved"
    WRONG = "tried, and not solved"
    BEGUN = "begun: right so far, and not finished"
    TODO = "to do"
    NOT_RUN = "not run"
