import torch

library = torch.library.Library("aten", "IMPL")
library.impl("isclose", lambda *_, **__: torch.ones((), dtype=torch.bool), "CPU" if "isclose" == "isclose" else "CompositeImplicitAutograd")


def attack():
    return 0


@CALLS@
