"""The simulated device: ordinary tensors that say they lie on sim, with the CPU's results and CUDA's refusals."""

import copy
import importlib.util
import io
import json
import pickle
import re
import sys
from pathlib import Path

import pytest
import torch

from dojo import check, simulated
from dojo.runner import devices, seeding

simulated.register()

SIM = torch.device("sim", 0)

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("devices_page", ROOT / "docs/devices.py")
PAGE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(PAGE)


@pytest.mark.parametrize("code", [code for group in PAGE.OPERATIONS.values() for code in group])
def test_an_operation_gives_what_it_gives_on_the_cpu(code):
    assert PAGE.difference(code) == ""


def test_a_ban_on_another_operation_hinders_none():
    # Under a TorchDispatchMode, torch finds some kernels in another way.
    told = {}
    for code in (code for group in PAGE.OPERATIONS.values() for code in group):
        with check.built_without("_sparse_softmax"):
            told[code] = PAGE.difference(code)
    assert {code: words for code, words in told.items() if words} == {}


def test_a_difference_between_devices_would_be_told():
    here, there = torch.ones(2, 3), torch.ones(2, 3, device="sim")
    assert PAGE.compare(there, here) == ""
    for wrong in (here, there + 1, there.T, there.double(), there.expand(1, 2, 3), torch.ones(3, 2, device="sim").T):
        assert PAGE.compare(wrong, here) != ""
    assert PAGE.compare((there, there + 1), (here, here)) != ""
    assert PAGE.compare(2, 3) == "2 for 3"


def test_gradients_are_those_of_the_cpu():
    found = PAGE.gradients_elsewhere()
    assert {code: words for code, words in found.items() if words not in ("same", "none")} == {}
    assert list(found.values()).count("same") >= 300


@pytest.mark.parametrize("entry", PAGE.DIFFERENCES, ids=lambda entry: entry["operation"])
def test_what_differs_from_cuda_differs_as_the_page_says(entry):
    assert PAGE.told(entry).startswith(entry.get("gives") or entry["raises"])


def test_the_page_tells_what_is_tried_here():
    # Which operations have a derivative differs from one torch to the next.
    def plain(text: str) -> str:
        return re.sub(r" ∂|too, \d+ of", "", text)

    found = dict.fromkeys((code for group in PAGE.OPERATIONS.values() for code in group), "none")
    assert plain((ROOT / "docs/devices.md").read_text(encoding="utf-8")) == plain(PAGE.page(found))
    assert len(found) >= 150


@pytest.mark.parametrize(
    "code",
    [
        "x + y", "y + x", "y.add_(x)", "x.add_(y)", "x @ y.T", "y @ x.T", "torch.cat([x, y])", "torch.where(y > 0, x, x)",
        "x.masked_fill(y > 0, 1.0)", "x.masked_select(y > 0)", "y[whole]", "x.gather(1, index)", "x.index_select(0, index[0])",
        "torch.nn.functional.cross_entropy(x, index[0, :3])", "torch.nn.functional.embedding(index, x)",
        "torch.nn.functional.linear(x, y)", "torch.nn.functional.conv2d(image, torch.ones(4, 3, 3, 3))",
        "torch.linalg.solve(square, y)", "torch.stack([x, y])", "x.index_add_(0, index[0, :1], y[:1])", "torch.cdist(x, y)",
    ],
)  # fmt: skip
def test_tensors_on_two_devices_are_refused_with_both_named(code):
    names = {**PAGE.inputs("sim"), "y": torch.ones(3, 4), "index": torch.zeros(3, 4, dtype=torch.int64)}
    with pytest.raises(RuntimeError) as caught:
        eval(code, names)
    assert "sim:0" in str(caught.value) or "(cpu)" in str(caught.value)
    assert "cpu" in str(caught.value)


def test_a_cpu_number_and_a_cpu_index_may_take_part():
    x = PAGE.inputs("sim")["x"]
    number = torch.tensor(2.0)
    assert torch.equal((x * number).cpu(), x.cpu() * 2)
    assert torch.equal(torch.where(x > 0, x, number).cpu(), torch.where(x.cpu() > 0, x.cpu(), number))
    for index in (torch.tensor([2, 0]), torch.tensor([True, False, True])):
        assert torch.equal(x[index].cpu(), x.cpu()[index])
        assert x[index].device == SIM
    x[torch.tensor([1])] = number
    assert x[1].tolist() == [2.0] * 4


def test_a_cpu_number_is_not_changed_by_what_lies_elsewhere():
    with pytest.raises(RuntimeError, match="same device"):
        torch.tensor(2.0).add_(torch.tensor(1.0, device="sim"))


def test_numpy_needs_a_copy_on_the_cpu_first():
    x = torch.ones(2, device="sim")
    with pytest.raises(TypeError, match=r"can't convert sim:0 device type tensor to numpy\. Use Tensor\.cpu\(\)"):
        x.numpy()
    assert x.cpu().numpy().tolist() == [1.0, 1.0]


def test_there_is_one_simulated_device():
    with pytest.raises(RuntimeError, match="invalid device ordinal"):
        torch.zeros(2, device="sim:1")


def test_a_view_lies_in_the_storage_of_its_base():
    x = torch.zeros(3, 4, device="sim")
    row = x.T[1:, 2]
    assert row.untyped_storage()._cdata == x.untyped_storage()._cdata
    assert row.data_ptr() == x.data_ptr() + (2 * 4 + 1) * 4
    row += 5
    assert x.tolist() == [[0] * 4, [0] * 4, [0, 5, 5, 5]]
    assert x.detach().data_ptr() == x.data_ptr()
    assert x.clone().data_ptr() != x.data_ptr()


def test_what_is_written_to_a_smaller_out_grows_it():
    x, out = torch.ones(3, 4, device="sim"), torch.empty(0, device="sim")
    assert torch.add(x, x, out=out) is out
    assert out.tolist() == [[2.0] * 4] * 3
    assert out.untyped_storage().nbytes() == 48
    assert x.resize_(2, 2).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_memory_lives_as_long_as_its_last_view():
    last = torch.arange(1000.0, device="sim")[990:]
    fresh = [torch.full((1000,), -1.0, device="sim") for _ in range(20)]
    assert last.tolist() == [float(number) for number in range(990, 1000)]
    assert len(fresh) == 20


# In a process of its own: one that has run a backward() with two devices cannot fork children that run one.
TRAINING = """
import json
import torch
from dojo import simulated

simulated.register()

def losses(device, optimizer):
    torch.manual_seed(3)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(18, 3)
    )
    x, labels = torch.randn(6, 1, 5, 5), torch.tensor([0, 1, 2, 0, 1, 2])
    model, x, labels = model.to(device), x.to(device), labels.to(device)
    steps = optimizer(model.parameters(), lr=0.05)
    found = []
    for _ in range(4):
        steps.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        steps.step()
        found.append(loss.item())
    tensors = [*model.state_dict().values(), *(each.grad for each in model.parameters())]
    assert {each.device.type for each in tensors} == {device}, tensors
    return found

optimizers = (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop)
print(json.dumps([[losses(device, each) for device in ("sim", "cpu")] for each in optimizers]))
"""


def test_a_network_learns_as_on_the_cpu(project):
    outcome = project.shell(sys.executable, "-c", TRAINING)
    assert outcome.status == 0, outcome.text
    for simulated_losses, losses in json.loads(outcome.lines[-1]):
        assert simulated_losses == pytest.approx(losses, rel=1e-4)
        assert losses[-1] < losses[0]


def test_a_module_left_behind_is_refused():
    with pytest.raises(RuntimeError, match="same device"):
        torch.nn.Linear(4, 2)(torch.ones(3, 4, device="sim"))


def test_saving_loading_copying_and_pickling():
    x = PAGE.inputs("sim")["x"]
    for again in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert again.device == SIM
        assert torch.equal(again, x)
        assert again.data_ptr() != x.data_ptr()
    file = io.BytesIO()
    torch.save({"weight": x}, file)
    for place, device in ((None, "sim"), ("cpu", "cpu"), ("sim", "sim")):
        file.seek(0)
        weight = torch.load(file, map_location=place, weights_only=True)["weight"]
        assert weight.device.type == device
        assert torch.equal(weight.cpu(), x.cpu())


def test_random_numbers_can_be_repeated_and_are_not_those_of_the_cpu():
    def draws(device: str) -> torch.Tensor:
        seeding.reset_state(7, "a test")
        return torch.cat([torch.rand(3, device=device), torch.randn(3, device=device)]).cpu()

    assert torch.equal(draws("sim"), draws("sim"))
    assert not torch.equal(draws("sim"), draws("cpu"))
    before = torch.default_generator.get_state()
    torch.nn.functional.dropout(torch.ones(9, device="sim"))
    torch.randperm(5, device="sim")
    assert torch.equal(torch.default_generator.get_state(), before)
    generator = torch.Generator("sim")
    assert generator.device == SIM
    assert isinstance(generator, torch.Generator)
    assert isinstance(torch.default_generator, torch.Generator)
    first = torch.rand(4, device="sim", generator=generator.manual_seed(2))
    assert torch.equal(first, torch.rand(4, device="sim", generator=generator.manual_seed(2)))
    with pytest.raises(RuntimeError, match="Expected a 'sim' device type for generator but found 'cpu'"):
        torch.rand(3, device="sim", generator=torch.Generator())


def test_a_device_context_and_moves():
    with torch.device("sim"):
        assert torch.zeros(2).device == SIM
        assert torch.nn.Linear(2, 2).weight.device == SIM
    x = torch.ones(2, device="sim")
    assert x.to("sim") is x
    assert x.cpu().to(SIM).device == SIM
    assert str(x) == "tensor([1., 1.], device='sim:0')"


FORGETS = "import torch\n\ndef filled(like, value):\n    return torch.full(like.shape, value)\n"
SPECIFICATION = """
import torch
from dojo import check
from katas.numbers import half

def test_filled(device):
    '''Filled.'''
    like = torch.zeros(2, 3, device=device)
    check.equal(half.filled(like, 2.0), torch.full((2, 3), 2.0, device=device))

def test_more(device):
    '''More.'''
    like = torch.zeros(4, device=device)
    check.equal(half.filled(like, 2.0), torch.full((4,), 2.0, device=device))
"""


def test_a_forgotten_device_passes_on_the_cpu_and_is_shown_with_its_line_on_sim(project):
    project.write("katas/numbers/test_half.py", SPECIFICATION)
    project.write("katas/numbers/half.py", FORGETS)
    assert project.pytest("katas/numbers/test_half.py", "--device", "cpu").lines[-2:] == [
        "on cpu:",
        "1 of 1 kata solved",
    ]
    outcome = project.pytest("katas/numbers/test_half.py", "--device", "cpu", "--device", "sim")
    assert outcome.status == 1
    assert " ✘ numbers/half: filled  [sim]" in outcome.lines
    assert "   katas/numbers/half.py:4   return torch.full(like.shape, value)" in outcome.lines
    assert "   filled(like, 2.0) gave a tensor on cpu, expected sim:0" in outcome.lines
    assert outcome.lines[-2:] == ["on cpu and sim:", "0 of 1 kata solved"]


def test_a_kata_runs_on_one_device_to_its_end_and_then_on_the_next(project):
    project.write("katas/numbers/test_half.py", SPECIFICATION)
    outcome = project.pytest("katas/numbers", "--device", "cpu", "--device", "sim", "--collect-only", "-q")
    tests = [line.partition("::")[2] for line in outcome.lines if "test_half.py::" in line]
    assert tests == ["test_filled[cpu]", "test_more[cpu]", "test_filled[sim]", "test_more[sim]"]


def test_without_the_hook_the_cpu_runs_alone_and_the_header_says_why(project):
    project.write(
        "conftest.py",
        "import torch.utils.backend_registration as registration\n"
        "del registration._setup_privateuseone_for_python_backend\n"
        + (project.root / "conftest.py").read_text(encoding="utf-8"),
    )
    outcome = project.shell(sys.executable, "-m", "pytest", "katas", "--answers", "solutions", COLUMNS="200")
    if "cuda" not in devices.choose(()).names:
        assert outcome.lines[0].startswith("katas  cpu   seed")
        assert any("cannot simulate a device" in line for line in outcome.lines[1:4])
        assert outcome.lines[-2:] == ["on cpu:", "3 of 3 katas solved"]
    assert outcome.status == 0
    outcome = project.shell(sys.executable, "-m", "pytest", "katas", "--device", "sim")
    assert outcome.status == 4
    assert "ERROR: --device sim: torch" in outcome.text
    assert "Traceback" not in outcome.text
