"""The number of threads is a setting of the whole process: who changes it puts it back."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
import torch

from dojo import check, draw
from katas.tensors import threads


class Broken(Exception):
    """What a test's work raises."""


class Interrupted(BaseException):
    """Ends work from outside, as Ctrl-C does; ``except Exception`` does not catch it."""


@pytest.fixture(autouse=True)
def the_setting_of_the_run() -> Iterator[None]:
    """Whatever an answer does to the number of threads, the next test finds the run's own."""
    number = torch.get_num_threads()
    yield
    torch.set_num_threads(number)


def two_numbers() -> tuple[int, int]:
    """Return a former number of threads, which is set, and another to use."""
    former, number = draw.sizes(2, low=2, high=6)
    torch.set_num_threads(former)
    return former, number


def put_back(former: int, *, after: str = "", advice: str = "") -> None:
    """Refuse the answer unless torch uses the former number of threads again."""
    __tracebackhide__ = True
    now = torch.get_num_threads()
    advice = advice or ("1 is not what was there" if now == 1 else "remember get_num_threads() before setting it")
    assert now == former, (
        f"the former number was not put back{after}: the number of threads is {now}, it was {former}; {advice}"
    )


@pytest.mark.concept("ops.parallelism")
def test_set_num_threads_counts_inside_the_block():
    """The number set by set_num_threads() is in force from then on, here inside the block."""
    _, number = two_numbers()
    with threads.using(number):
        inside = torch.get_num_threads()
    assert inside == number, f"the number was not set: torch uses {inside} threads inside using({number})"


@pytest.mark.concept("ops.parallelism")
def test_behind_the_block_the_former_number_is_in_force():
    """The setting is one for the whole process: who changes it remembers the former number and puts it back."""
    former, number = two_numbers()
    with threads.using(number):
        pass
    put_back(former)


@pytest.mark.concept("ops.parallelism")
def test_a_block_that_raises_puts_the_number_back_too():
    """Try and finally put a setting back however the block ends, and let its error pass."""
    former, number = two_numbers()
    with check.raises(Broken, "the block raises it: an error of the block goes on its way"), threads.using(number):
        raise Broken
    put_back(former, after=" after the block raised", advice="put it back with try and finally")
    try:
        with threads.using(number):
            raise Interrupted
    except Interrupted:
        pass
    put_back(former, after=" after an interruption", advice="finally catches what `except Exception` does not")


@pytest.mark.concept("ops.parallelism")
def test_blocks_within_blocks_go_back_one_step_at_a_time():
    """A block within a block goes back to the number of the outer block."""
    former, outer, inner = draw.sizes(3, low=1, high=6)
    torch.set_num_threads(former)
    with threads.using(outer):
        with threads.using(inner):
            check.equal(torch.get_num_threads(), inner, what="the number of threads in the inner block")
        put_back(outer, after=" behind the inner block")
    put_back(former)


@pytest.mark.concept("ops.parallelism")
def test_the_former_number_is_the_one_on_entering_the_block():
    """A context manager acts when its block is entered, not when it is made."""
    former, number = two_numbers()
    block = threads.using(number)
    early = torch.get_num_threads()
    assert early == former, (
        f"torch uses {early} threads before the block is entered: set the number on entering it, "
        "in __enter__ or just before yield"
    )
    torch.set_num_threads(former + 1)
    with block:
        check.equal(torch.get_num_threads(), number, what="the number of threads inside the block")
    put_back(
        former + 1,
        advice="that number was in force when the context manager was made; remember the one on entering the block",
    )


@pytest.mark.concept("ops.parallelism")
@pytest.mark.parametrize("number", [0, -1])
def test_a_block_needs_at_least_one_thread(number):
    """Nothing can run on less than one thread: such a number is refused, and the setting stays."""
    former, _ = two_numbers()
    with check.raises(ValueError, f"the number of threads is {number}"), threads.using(number):
        pass
    put_back(former, after=f" after using({number}) was refused")


@pytest.mark.concept("ops.parallelism")
def test_one_thread_is_enough():
    """One thread is the least that is allowed."""
    two_numbers()
    with threads.using(1):
        check.equal(torch.get_num_threads(), 1, what="the number of threads inside the block")


@pytest.mark.concept("ops.parallelism")
def test_work_runs_once_with_its_number_of_threads():
    """The work runs once, with the number of threads that it was given, and its result comes back."""
    former, number = two_numbers()
    seen = []

    def work() -> torch.Tensor:
        seen.append(torch.get_num_threads())
        return x

    x = draw.normal((4,))
    result = threads.run(number, work)
    assert len(seen) == 1, f"the work was called {len(seen)} times: call it once, work()"
    assert seen == [number], f"the number was not set: the work ran with {seen[0]} threads instead of {number}"
    check.equal(result, x)
    put_back(former)


@pytest.mark.concept("ops.parallelism")
def test_work_that_raises_puts_the_number_back_too():
    """Work that fails leaves the setting as it was, and its error reaches the caller."""
    former, number = two_numbers()

    def work() -> None:
        raise Broken

    with check.raises(Broken, "the work raises it: an error of the work goes on its way"):
        threads.run(number, work)
    put_back(former, after=" after the work raised", advice="put it back with try and finally")


@pytest.mark.concept("ops.parallelism")
@pytest.mark.parametrize("same", [False, True])
def test_what_the_work_sets_for_itself_does_not_outlive_it(same):
    """The former number comes back whatever the work set in the meantime, and whatever the number was."""
    former, number = two_numbers()
    number = former if same else number
    advice = "put it back always, not only where the number is still the one that you set"
    threads.run(number, lambda: torch.set_num_threads(7))
    put_back(former, after=" after work that sets a number of its own", advice=advice)
    with threads.using(number):
        torch.set_num_threads(7)
    put_back(former, after=" behind a block that sets a number of its own", advice=advice)


@pytest.mark.concept("ops.parallelism")
def test_work_that_fails_is_not_tried_again():
    """The work is called once, also where it fails, and an interruption puts the number back as an error does."""
    former, number = two_numbers()
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        raise RuntimeError("no luck")

    def interrupted() -> None:
        raise Interrupted

    with check.raises(RuntimeError, "the work raises it"):
        threads.run(number, work)
    assert len(calls) == 1, f"the work was called {len(calls)} times: an error of the work goes on its way"
    with suppress(Interrupted):
        threads.run(number, interrupted)
    put_back(former, after=" after an interruption", advice="put it back with try and finally")


@pytest.mark.concept("ops.parallelism")
@pytest.mark.parametrize("number", [0, -1])
def test_work_needs_at_least_one_thread(number):
    """A number of threads below 1 is refused before any work begins."""
    former, _ = two_numbers()
    calls = []
    with check.raises(ValueError, f"the number of threads is {number}"):
        threads.run(number, lambda: calls.append(1))
    assert not calls, "the work was called with a number of threads that must be refused: check it before the work"
    put_back(former, after=f" after run({number}, ...) was refused")


@pytest.mark.concept("ops.parallelism")
def test_work_may_run_on_one_thread():
    """Work may run on a single thread, whatever the former number was."""
    two_numbers()
    check.equal(threads.run(1, torch.get_num_threads), 1, what="the number of threads while the work runs")
