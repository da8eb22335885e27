"""Parse the report of a process that ran a hand-in. It is hostile: every line is checked."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from dojo.grading.model.verdicts import Finding, VerdictState
from dojo.grading.sandbox.protocol import KataReply
from dojo.results.failure import Failure, Outcome
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
class KataReport:
    """The result of a run.

    Args:
        run: the credible results.
        finding: overrides the results.
        seconds: of wall time.
        controls: tests that passed on an answer that does nothing.
        imported: modules that were imported; only used for reference solutions.
        killed: killed by the kernel or another process, perhaps because other processes used up the memory.
        begun: the answer was loaded; earlier failures are not its fault.
    """

    run: Run
    finding: Finding | None
    seconds: float
    controls: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()
    killed: bool = False
    begun: bool = True


_LINE_DECODER = msgspec.json.Decoder(_Line)
_NO_THREAD = re.compile(r"can't start new thread|.*pthread_create")
_OUT_OF_MEMORY = re.compile(rb"std::bad_alloc|Cannot allocate memory|MemoryError")
_KILLED = -9
_SEARCHED_CHARACTERS = 2000
"""Limit for searching an error text: a hostile one could take an hour."""


def read(reply: KataReply, secret: bytes) -> KataReport:
    """Parse a report, and keep only what is credible; ``secret`` is the key that it must be signed with."""
    results: list[Result] = []
    tampering, too_long, begun, done = "", False, False, False
    controls: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()
    code = hashlib.blake2b(key=secret, digest_size=32)
    cut_off = bool(reply.report) and not reply.report.endswith(b"\n")  # as after a crash
    for place, line in enumerate(_lines(reply.report)):
        signature, _, content = line.partition(b" ")
        own = code.copy()
        own.update(place.to_bytes(4, "big") + content)
        try:
            if done or not hmac.compare_digest(signature, own.hexdigest().encode()):
                raise ValueError("it is not signed, or comes after the last line")
            entry = _LINE_DECODER.decode(content)
        except (ValueError, RecursionError):  # DecodeError and UnicodeDecodeError are ValueErrors
            tampering = tampering or "something other than the specification wrote into the report"
            break
        if entry.result is not None:
            results.append(msgspec.structs.replace(entry.result, kata=""))
        tampering = tampering or (entry.tampering or "")
        too_long = too_long or entry.too_long
        begun = begun or entry.begun
        done = done or entry.done
        controls += entry.controls
        imported += entry.imported
    done = done and not cut_off and reply.ended == "finished" and reply.status == 0
    ended = Ended.FINISHED if done else Ended.TIMEOUT if reply.ended == "timeout" else Ended.CRASHED
    finding = _finding(reply, tampering, too_long, done, results)
    killed = not tampering and reply.ended == "finished" and reply.status == _KILLED
    run = Run(ended, tuple(results), seconds=reply.seconds)
    return KataReport(run, finding, reply.seconds, controls, imported, killed, begun or bool(tampering))


def _lines(report: bytes) -> Iterator[bytes]:
    """Yield complete lines one at a time: splitting millions of lines at once would take a multiple of the memory."""
    start = 0
    while (end := report.find(b"\n", start)) >= 0:
        yield report[start:end]
        start = end + 1


def _finding(reply: KataReply, tampering: str, too_long: bool, done: bool, results: list[Result]) -> Finding | None:
    by_itself = not done and reply.ended == "finished"
    if tampering:
        return Finding(VerdictState.TAMPERING, "tampering", {"what": tampering})
    if reply.ended == "output_limit" or too_long:
        return Finding(VerdictState.OUTPUT_LIMIT, "output")
    if reply.ended == "memory" or (by_itself and _is_out_of_memory(reply)):
        return Finding(VerdictState.MEMORY, "memory")
    if any(each.failure and _is_out_of_processes(each.failure) for each in results):
        return Finding(VerdictState.CRASHED, "too_many_processes")
    if by_itself:
        how = f"by signal {-reply.status}" if reply.status < 0 else f"with exit status {reply.status}"
        return Finding(VerdictState.CRASHED, "ended", {"how": how})
    return None


def _is_out_of_processes(failure: Failure) -> bool:
    error = failure.raised
    if error is None or failure.outcome is Outcome.UNUSABLE:
        return False
    return error.type == "BlockingIOError" or (
        error.type == "RuntimeError" and bool(_NO_THREAD.match(error.text[:_SEARCHED_CHARACTERS]))
    )


def _is_out_of_memory(reply: KataReply) -> bool:
    return reply.status == _KILLED or (reply.status != 0 and bool(_OUT_OF_MEMORY.search(reply.printed)))
