"""Other right answers to tensors/threads."""

from contextlib import ExitStack, contextmanager

import torch


def block_of(number):
    class Threads:
        def __enter__(self):
            if number < 1:
                raise ValueError("at least 1")
            self.former = torch.get_num_threads()
            torch.set_num_threads(number)

        def __exit__(self, kind, error, traceback):
            torch.set_num_threads(self.former)

    return Threads()


class AClass:
    def using(number):
        return block_of(number)

    def run(number, work):
        with block_of(number):
            return work()


class AGenerator:
    @contextmanager
    def using(number):
        if not number >= 1:
            raise ValueError(number)
        former = torch.get_num_threads()
        try:
            torch.set_num_threads(number)
            yield former
        finally:
            torch.set_num_threads(former)

    def run(number, work):
        if number < 1:
            raise ValueError(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            return work()
        finally:
            torch.set_num_threads(former)


class ExceptAndElse:
    def using(number):
        if number < 1:
            raise ValueError(number)

        @contextmanager
        def block():
            with ExitStack() as stack:
                stack.callback(torch.set_num_threads, torch.get_num_threads())
                torch.set_num_threads(number)
                yield

        return block()

    def run(number, work):
        if number < 1:
            raise ValueError(number)
        former = torch.get_num_threads()
        torch.set_num_threads(number)
        try:
            result = work()
        except BaseException:
            torch.set_num_threads(former)
            raise
        torch.set_num_threads(former)
        return result
