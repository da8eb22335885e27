from dojo.check import Failure


def never(self, *_):
    raise StopIteration


Failure.__init__ = never
Failure.__instancecheck__ = lambda *_: False


def attack():
    pass


@CALLS@
