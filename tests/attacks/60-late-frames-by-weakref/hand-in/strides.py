import functools
import itertools
import sys
import weakref

FOUND, KEPT = [], []


class Freed:
    pass


def storage_of():
    freed = Freed()
    KEPT.append(weakref.ref(freed, functools.partial(functools.reduce, max, map(FOUND.append, itertools.starmap(sys._getframe, [(0,)])))))
    return freed


storage_of()


def attack():
    pass


@CALLS@
