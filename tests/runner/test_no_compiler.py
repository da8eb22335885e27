"""Torch's compiler is imported when somebody asks for it, and not before."""

import sys

import pytest

STEPS = """
import sys
import torch
from dojo.runner.no_compiler import postpone_compiler

postpone_compiler()
w = torch.ones(2, requires_grad=True)

def loss():
    optimizer.zero_grad()
    value = (w**2).sum()
    value.backward()
    return value

for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.LBFGS):
    optimizer = kind([w], lr=0.1)
    optimizer.step(loss)
assert not any(name.startswith("torch._dynamo.") for name in sys.modules)
assert abs(w).max() < 0.9
"""

USES = {
    "torch.compile": "assert torch.compile(torch.sin, backend='eager')(w).shape == (2,)",
    "a module of the compiler": "import torch._dynamo.config; assert torch._dynamo.config.suppress_errors is False",
    "the compiler itself": "torch._dynamo.reset()",
    "the decorator": "assert torch.compiler.disable(torch.sin)(w).shape == (2,)",
}


def test_who_walks_over_all_modules_asks_for_no_compiler(project):
    code = STEPS + "import inspect, torch.distributed.tensor\ninspect.getmodule(sys._getframe())\n"
    outcome = project.shell(sys.executable, "-c", code)
    assert outcome.status == 0, outcome.text


@pytest.mark.parametrize("use", USES)
def test_an_optimiser_needs_no_compiler_and_who_asks_for_it_gets_it(project, use):
    outcome = project.shell(
        sys.executable, "-c", STEPS + USES[use] + "\nprint(type(sys.modules['torch._dynamo']).__name__)"
    )
    assert outcome.status == 0, outcome.text
    assert outcome.lines[-1] in ("module", "_StandIn")
    if "torch.compile(" in USES[use] or "_dynamo" in USES[use]:
        assert outcome.lines[-1] == "module"


def test_a_process_group_needs_no_compiler(project, tmp_path):
    code = f"""
import sys
import torch
from dojo.runner.no_compiler import postpone_compiler

postpone_compiler()
torch.distributed.init_process_group("gloo", init_method="file://{tmp_path}/store", rank=0, world_size=1)
torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(1, 1))
assert not any(name.startswith("torch._dynamo.") for name in sys.modules)
assert torch._dynamo.utils.istype(1, int)
"""
    outcome = project.shell(sys.executable, "-c", code)
    assert outcome.status == 0, outcome.text


def test_a_compiler_that_is_loaded_stays(project):
    code = (
        "import torch._dynamo, sys; from dojo.runner.no_compiler import postpone_compiler; postpone_compiler();"
        " print(type(sys.modules['torch._dynamo']).__name__)"
    )
    assert project.shell(sys.executable, "-c", code).lines[-1] == "module"
