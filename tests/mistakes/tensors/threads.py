"""Wrong answers to tensors/threads."""

from contextlib import contextmanager, nullcontext, suppress

import torch

from dojo.runner.variants import body, replaces


def checked(number):
    if number < 1:
        raise ValueError("at least 1")


ChangesNothing = body("using", "checked(number); return nullcontext()", "the number was not set")
GivesNothing = body("using", "checked(number); torch.set_num_threads(number)", "TypeError")


@replaces("using", "the former number was not put back")
@contextmanager
def NeverPutsTheNumberBack(number):
    checked(number)
    torch.set_num_threads(number)
    yield


@replaces("using", "1 is not what was there")
@contextmanager
def SetsOneThreadAfterwards(number):
    checked(number)
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(1)


@replaces("using", "try and finally")
@contextmanager
def PutsTheNumberBackOnlyAfterSuccess(number):
    checked(number)
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    yield
    torch.set_num_threads(former)


@replaces("using", "an interruption")
@contextmanager
def PutsTheNumberBackOnlyAfterOrdinaryErrors(number):
    checked(number)
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    except Exception:
        torch.set_num_threads(former)
        raise
    torch.set_num_threads(former)


@replaces("using", "must raise Broken when the block raises it")
@contextmanager
def SwallowsTheError(number):
    checked(number)
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    with suppress(Exception):
        yield
    torch.set_num_threads(former)


@replaces("using", "when the context manager was made")
def RemembersTheNumberTooEarly(number):
    checked(number)
    former = torch.get_num_threads()

    @contextmanager
    def block():
        torch.set_num_threads(number)
        try:
            yield
        finally:
            torch.set_num_threads(former)

    return block()


@replaces("using", "before the block is entered")
def SetsTheNumberTooEarly(number):
    checked(number)
    former = torch.get_num_threads()
    torch.set_num_threads(number)

    @contextmanager
    def block():
        try:
            yield
        finally:
            torch.set_num_threads(former)

    return block()


@replaces("using", "raised nothing")
@contextmanager
def MakesOneOfZero(number):
    former = torch.get_num_threads()
    torch.set_num_threads(max(1, number))
    try:
        yield
    finally:
        torch.set_num_threads(former)


@replaces("using", "raised RuntimeError")
@contextmanager
def LetsTorchRefuse(number):
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(former)


@replaces("using", "raised ValueError")
@contextmanager
def RefusesOneThread(number):
    if number <= 1:
        raise ValueError("more than 1")
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(former)


RunsWithTheFormerNumber = body("run", "checked(number); return work()", "the number was not set")
GivesTheWorkItself = body("run", "checked(number); return work", "the work was called 0 times")


@replaces("run", "gave None")
def ForgetsTheResult(number, work):
    checked(number)
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        work()
    finally:
        torch.set_num_threads(former)


@replaces("run", "the former number was not put back")
def NeverPutsItBack(number, work):
    checked(number)
    torch.set_num_threads(number)
    return work()


@replaces("run", "try and finally")
def PutsItBackOnlyAfterSuccess(number, work):
    checked(number)
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    result = work()
    torch.set_num_threads(former)
    return result


@replaces("run", "must raise Broken when the work raises it")
def CatchesTheError(number, work):
    checked(number)
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        return work()
    except Exception:
        return None
    finally:
        torch.set_num_threads(former)


@replaces("run", "the work was called 2 times")
def RunsTheWorkTwice(number, work):
    checked(number)
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        work()
        return work()
    finally:
        torch.set_num_threads(former)


@replaces("run", "the work was called with a number of threads that must be refused")
def ChecksTheNumberAfterTheWork(number, work):
    former = torch.get_num_threads()
    torch.set_num_threads(max(1, number))
    try:
        result = work()
        checked(number)
        return result
    finally:
        torch.set_num_threads(former)


@replaces("run", "raised nothing")
def MakesOneOfZeroAndRuns(number, work):
    former = torch.get_num_threads()
    torch.set_num_threads(max(1, number))
    try:
        return work()
    finally:
        torch.set_num_threads(former)


@replaces("run", "raised RuntimeError")
def LeavesTheRefusalToTorch(number, work):
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        return work()
    finally:
        torch.set_num_threads(former)


@replaces("run", "put it back always")
def PutsBackOnlyItsOwnNumber(number, work):
    if number < 1:
        raise ValueError("at least one thread")
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        return work()
    finally:
        if torch.get_num_threads() == number:
            torch.set_num_threads(former)


@replaces("run", "the work was called 2 times")
def TriesAgain(number, work):
    if number < 1:
        raise ValueError("at least one thread")
    former = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        try:
            return work()
        except RuntimeError:
            return work()
    finally:
        torch.set_num_threads(former)
