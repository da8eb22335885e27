"""Wrong answers to tensors/threads."""

from contextlib import contextmanager, nullcontext, suppress

import torch


def checked(number):
    if number < 1:
        raise ValueError("at least 1")


class ChangesNothing:
    """the number was not set"""

    def using(number):
        checked(number)
        return nullcontext()


class NeverPutsTheNumberBack:
    """the former number was not put back"""

    @contextmanager
    def using(number):
        checked(number)
        torch.set_num_threads(number)
        yield


class SetsOneThreadAfterwards:
    """1 is not what was there"""

    @contextmanager
    def using(number):
        checked(number)
        torch.set_num_threads(number)
        try:
            yield
        finally:
            torch.set_num_threads(1)


class PutsTheNumberBackOnlyAfterSuccess:
    """try and finally"""

    @contextmanager
    def using(number):
        checked(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        yield
        torch.set_num_threads(former)


class PutsTheNumberBackOnlyAfterOrdinaryErrors:
    """an interruption"""

    @contextmanager
    def using(number):
        checked(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            yield
        except Exception:
            torch.set_num_threads(former)
            raise
        torch.set_num_threads(former)


class SwallowsTheError:
    """must raise Broken when the block raises it"""

    @contextmanager
    def using(number):
        checked(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        with suppress(Exception):
            yield
        torch.set_num_threads(former)


class RemembersTheNumberTooEarly:
    """when the context manager was made"""

    def using(number):
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


class SetsTheNumberTooEarly:
    """before the block is entered"""

    def using(number):
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


class MakesOneOfZero:
    """raised nothing"""

    @contextmanager
    def using(number):
        former = torch.get_num_threads()
        torch.set_num_threads(max(1, number))
        try:
            yield
        finally:
            torch.set_num_threads(former)


class LetsTorchRefuse:
    """raised RuntimeError"""

    @contextmanager
    def using(number):
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            yield
        finally:
            torch.set_num_threads(former)


class RefusesOneThread:
    """raised ValueError"""

    @contextmanager
    def using(number):
        if number <= 1:
            raise ValueError("more than 1")
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            yield
        finally:
            torch.set_num_threads(former)


class GivesNothing:
    """TypeError"""

    def using(number):
        checked(number)
        torch.set_num_threads(number)


class ForgetsTheResult:
    """gave None"""

    def run(number, work):
        checked(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            work()
        finally:
            torch.set_num_threads(former)


class RunsWithTheFormerNumber:
    """the number was not set"""

    def run(number, work):
        checked(number)
        return work()


class NeverPutsItBack:
    """the former number was not put back"""

    def run(number, work):
        checked(number)
        torch.set_num_threads(number)
        return work()


class PutsItBackOnlyAfterSuccess:
    """try and finally"""

    def run(number, work):
        checked(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        result = work()
        torch.set_num_threads(former)
        return result


class CatchesTheError:
    """must raise Broken when the work raises it"""

    def run(number, work):
        checked(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            return work()
        except Exception:
            return None
        finally:
            torch.set_num_threads(former)


class RunsTheWorkTwice:
    """the work was called 2 times"""

    def run(number, work):
        checked(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            work()
            return work()
        finally:
            torch.set_num_threads(former)


class GivesTheWorkItself:
    """the work was called 0 times"""

    def run(number, work):
        checked(number)
        return work


class ChecksTheNumberAfterTheWork:
    """the work was called with a number of threads that must be refused"""

    def run(number, work):
        former = torch.get_num_threads()
        torch.set_num_threads(max(1, number))
        try:
            result = work()
            checked(number)
            return result
        finally:
            torch.set_num_threads(former)


class MakesOneOfZeroAndRuns:
    """raised nothing"""

    def run(number, work):
        former = torch.get_num_threads()
        torch.set_num_threads(max(1, number))
        try:
            return work()
        finally:
            torch.set_num_threads(former)


class LeavesTheRefusalToTorch:
    """raised RuntimeError"""

    def run(number, work):
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            return work()
        finally:
            torch.set_num_threads(former)


class PutsBackOnlyItsOwnNumber:
    """put it back always"""

    def run(number, work):
        if number < 1:
            raise ValueError("at least one thread")
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            return work()
        finally:
            if torch.get_num_threads() == number:
                torch.set_num_threads(former)


class TriesAgain:
    """the work was called 2 times"""

    def run(number, work):
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
