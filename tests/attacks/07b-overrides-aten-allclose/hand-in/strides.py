import torch

library = torch.library.Library("aten", "IMPL")
library.impl("allclose", lambda *_, **__: True, "CPU" if "allclose" == "isclose" else "CompositeImplicitAutograd")


def attack():
    return 0


@CALLS@
