import msgspec

to_builtins = msgspec.to_builtins


def forged(value):
    table = to_builtins(value)
    if type(table) is dict and "failure" in table:
        table["failure"] = None
    return table


msgspec.to_builtins = forged


def attack():
    pass


@CALLS@
