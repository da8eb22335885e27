import builtins

builtins.isinstance = lambda *_: True
builtins.all = lambda *_: True


def attack():
    pass


@CALLS@
