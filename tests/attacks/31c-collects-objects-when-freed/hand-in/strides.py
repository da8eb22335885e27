import functools
import gc
import itertools
import weakref

found = []


class Freed:
    pass


KEPT = []


def storage_of(tensor):
    freed = Freed()
    KEPT.append(weakref.ref(freed, functools.partial(functools.reduce, max, map(found.extend, itertools.starmap(gc.get_objects, [()])))))
    return freed


storage_of(None)


def attack():
    pass


@CALLS@
