"""The report of a kata's process, which ran a hand-in: hostile, and checked line by line."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from dojo.grading.model.verdicts import Seen, State
from dojo.grading.sandbox.protocol import KataReply
from dojo.results.progress import Result
from dojo.results.run import Ended, Run


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    result: Result | None = None
    tampering: str | None = None
    too_long: bool = False
    begun: bool = False
    done: bool = False
    controls: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a run came to.

    Args:
        run: the results, as far as they are to be believed.
        seen: what counts more than they do.
        seconds: of wall time.
        controls: tests that passed on an answer which does nothing.
        imported: modules that were loaded on the way; of interest where the answer is ours.
        killed: whether the kernel, or somebody else, has killed the process: memory ran out, perhaps by others.
        begun: whether the answer was come to; what went wrong before is no fault of its own.
    """

    run: Run
    seen: Seen | None
    seconds: float
    controls: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()
    killed: bool = False
    begun: bool = True


_LINE = msgspec.json.Decoder(_Line)
_NO_ROOM = re.compile(r"raised (BlockingIOError|RuntimeError: can't start new thread|RuntimeError: .*pthread_create)")
_OUT_OF_MEMORY = re.compile(rb"std::bad_alloc|Cannot allocate memory|MemoryError")
_KILLED = -9
_SHOWN = 2000
"""Characters of a message that count: who signs what he likes could give one that takes an hour to search."""


def read(reply: KataReply, secret: bytes) -> Told:
    """Return what is to be believed of a report that was to be signed with ``secret``."""
    results: list[Result] = []
    tampering, too_long, begun, done, forged = "", False, False, False, False
    controls: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()
    code = hashlib.blake2b(key=secret, digest_size=32)
    cut_off = bool(reply.report) and not reply.report.endswith(b"\n")  # as after a crash
    for place, line in enumerate(_lines(reply.report)):
        signature, _, said = line.partition(b" ")
        own = code.copy()
        own.update(place.to_bytes(4, "big") + said)
        if done or not hmac.compare_digest(signature, own.hexdigest().encode()):  # the last line says that it is done
            forged = True
            break
        try:
            told = _LINE.decode(said)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            forged = True
            break
        if told.result is not None:
            results.append(replace(told.result, kata=""))
        tampering = tampering or (told.tampering or "")
        too_long = too_long or told.too_long
        begun = begun or told.begun
        done = done or told.done
        controls += told.controls
        imported += told.imported
    if forged:
        tampering = tampering or "something other than the specification wrote into the report"
    done = done and not cut_off and reply.ended == "finished" and reply.status == 0
    ended = Ended.FINISHED if done else Ended.TIMEOUT if reply.ended == "timeout" else Ended.CRASHED
    seen = _seen(reply, tampering, too_long, done, results)
    killed = not tampering and reply.ended == "finished" and reply.status == _KILLED
    run = Run(ended, tuple(results), seconds=reply.seconds)
    return Told(run, seen, reply.seconds, controls, imported, killed, begun or bool(tampering))


def _lines(report: bytes) -> Iterator[bytes]:
    """Yield the lines that have an end, one at a time: all at once, millions of them take a multiple of the memory."""
    start = 0
    while (end := report.find(b"\n", start)) >= 0:
        yield report[start:end]
        start = end + 1


def _seen(reply: KataReply, tampering: str, too_long: bool, done: bool, results: list[Result]) -> Seen | None:
    if tampering:
        return Seen(State.TAMPERING, f"{tampering}, which no answer needs to do")
    if reply.ended == "output_limit" or too_long:
        return Seen(State.OUTPUT_LIMIT, "it printed, or said in an error, more than there is room for")
    if reply.ended == "memory" or (not done and reply.ended == "finished" and _died_of_memory(reply)):
        return Seen(State.MEMORY, "it asked for more memory than there is for it")
    if any(each.evidence and _NO_ROOM.search(each.evidence.message[:_SHOWN]) for each in results):
        return Seen(State.CRASHED, "it started more processes or threads than there is room for")
    if not done and reply.ended == "finished":
        return Seen(State.CRASHED, f"its process ended before all tests were done, {_how(reply.status)}")
    return None


def _died_of_memory(reply: KataReply) -> bool:
    return reply.status == _KILLED or (reply.status != 0 and bool(_OUT_OF_MEMORY.search(reply.printed)))


def _how(status: int) -> str:
    return f"by signal {-status}" if status < 0 else f"with exit status {status}"
