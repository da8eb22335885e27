"""A session of ``kata watch`` without a terminal, whose judge only notes what it is asked for."""

from dataclasses import dataclass, field, replace

import msgspec

from dojo import course
from dojo.results.failure import Failure
from dojo.results.progress import Result
from dojo.results.run import Ended, Run
from dojo.watch.display import Display
from dojo.watch.session import Session
from dojo.workspace import record
from tests.results.builders import failure, todo

SHOUT, DOUBLE, HALF = "words/shout", "numbers/double", "numbers/half"
TODO = todo("raise your voice", path="katas/words/shout.py", line=6)
WRONG = failure("gave 5, expected 4", "this is the square plus one", call="double(number)")


def verdict(kata: str, failed: Failure | None = None, ended: Ended = Ended.FINISHED) -> Run:
    test = f"katas/{kata.replace('/', '/test_')}.py::test_it"
    results = (Result(test, kata, "It is so.", "cpu", failed),) if ended is Ended.FINISHED else ()
    return Run(ended, results, ("cpu",), (), ((kata, test),))


@dataclass
class Judge:
    """Notes what it is asked for."""

    asked: list[str] = field(default_factory=list)

    def judge(self, test: str) -> None:
        self.asked.append(test.removeprefix("katas/").replace("/test_", "/").removesuffix(".py"))

    def stop(self) -> None:
        self.asked.append("stop")

    def prepare(self, test: str) -> None:
        pass

    def since(self) -> list[str]:
        asked, self.asked = self.asked, []
        return asked


def begun(project) -> Session:
    session = Session(course.load(project.root / "katas"), project.root)
    session.judge = Judge()
    finish = session.finished
    session.finished = lambda run: finish(of_what_is_there(session, run))
    session.begin()
    return session


def of_what_is_there(session: Session, run: Run) -> Run:
    """Return the run as one that has judged the files which are there now."""
    results = (
        msgspec.structs.replace(each, answer=record.fingerprint(stub(session, each.kata))) for each in run.results
    )
    return replace(run, results=tuple(results))


def stub(session, kata):
    return session.root / "katas" / f"{kata}.py"


def shown(session, width=60, height=24, **options) -> list[str]:
    lines = Display(width, height, **options).lines(session)
    assert len(lines) <= height
    return ["".join(piece for piece, _ in line).rstrip() for line in lines]
