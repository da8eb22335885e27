import torch

torch.isclose = lambda x, y, *_, **__: torch.ones_like(x, dtype=torch.bool)


def attack():
    return 0


@CALLS@
