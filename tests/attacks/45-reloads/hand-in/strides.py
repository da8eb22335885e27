import importlib

import dojo.check
import dojo.check._compare

importlib.reload(dojo.check._compare)
importlib.reload(dojo.check)
dojo.check.equal = dojo.check.close = lambda *_, **__: None


def attack():
    pass


@CALLS@
