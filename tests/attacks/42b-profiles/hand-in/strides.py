import sys


def attack():
    sys.setprofile(lambda frame, event, argument: frame.f_locals.clear())


@CALLS@
