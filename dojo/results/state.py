"""How far an answer is."""

from enum import Enum


class State(Enum):
    """How far an answer is."""

    SOLVED = "solved"
    WRONG = "tried, and not solved"
    BEGUN = "begun: right so far, and not finished"
    TODO = "to do"
    NOT_RUN = "not run"
