"""A module keeps account of its parameters, its buffers and its parts."""

import itertools
import math

import pytest
import torch
from torch import nn

from dojo import check, draw
from katas.networks import modules

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
ROUNDING = {torch.float32: {"rtol": 1e-4, "atol": 1e-4}, torch.float64: {"rtol": 1e-9, "atol": 1e-9}}


SHARED = "the snapshot moves on with the training: it shares the memory of the module; clone each tensor"


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def new_network(sizes, dropout=0.0, seed=0):
    """Return a new network; say what a module is that did not start as one."""
    __tracebackhide__ = True
    try:
        return modules.Network(sizes, dropout, generator(seed))
    except AttributeError as error:
        if "__init__" not in str(error):
            raise
        raise AssertionError(f"super().__init__() comes first, before a module gets parts: {error}") from None


def set_state(network, center, layers):
    """Put drawn numbers into the network, as a checkpoint would."""
    state = {"center": center}
    for number, (weight, bias) in enumerate(layers):
        state[f"layers.{number}.weight"], state[f"layers.{number}.bias"] = weight, bias
    network.load_state_dict(state)


def drawn_state(sizes, device, dtype=torch.float32):
    center = draw.normal(sizes[:1], device=device, dtype=dtype)
    pairs = list(itertools.pairwise(sizes))
    layers = [
        (draw.normal((b, a), device=device, dtype=dtype), draw.normal((b,), device=device, dtype=dtype))
        for a, b in pairs
    ]
    return center, layers


def outputs(samples, center, layers, activation=lambda v: max(v, 0.0), last=lambda v: v):
    """Return the outputs of the network for a batch, computed in Python's floats."""
    rows = []
    for sample in samples.tolist():
        x = [a - b for a, b in zip(sample, center.tolist(), strict=True)]
        for number, (weight, bias) in enumerate(layers, start=1):
            then = activation if number < len(layers) else last
            x = [
                then(sum(w * v for w, v in zip(row, x, strict=True)) + b)
                for row, b in zip(weight.tolist(), bias.tolist(), strict=True)
            ]
        rows.append(x)
    return torch.tensor(rows, dtype=samples.dtype, device=samples.device)


@pytest.mark.concept("system.nn")
def test_a_module_knows_what_is_registered():
    """What a module holds as a parameter, a buffer or a module is in its state; what lies in a plain list is not."""
    sizes = draw.sizes(4)
    network = new_network(sizes)
    expected = {"center": sizes[:1]}
    for number in range(3):
        expected[f"layers.{number}.weight"] = (sizes[number + 1], sizes[number])
        expected[f"layers.{number}.bias"] = (sizes[number + 1],)
    state = network.state_dict()
    for name, shape in expected.items():
        advice = (
            "a tensor in a plain attribute is no buffer; register_buffer() makes it one"
            if name == "center"
            else "a module in a plain list is not found; nn.ModuleList registers it, under the name of the attribute, "
            "`layers`, and its number"
        )
        assert name in state, (
            f"{name} is missing in the state_dict(), which has {', '.join(state) or 'nothing'}: {advice}"
        )
        check.tensor(state[name], shape=shape, dtype=torch.float32, device="cpu", what=name)
    assert set(state) == set(expected), f"the state_dict() has more than is asked: {sorted(set(state) - set(expected))}"


@pytest.mark.concept("system.nn")
def test_an_optimizer_finds_the_parameters_and_not_the_buffer():
    """The parameters are what training changes: each a leaf that requires grad; a buffer is not among them."""
    sizes = (3, 4, 4, 4, 2)
    network = new_network(sizes)
    parameters = dict(network.named_parameters())
    assert "center" not in parameters, (
        "center is a parameter here, which training would change: register it as a buffer"
    )
    state = {name: each for name, each in network.state_dict().items() if name != "center"}
    for name, each in state.items():
        twins = [other for other, its in state.items() if other != name and its.data_ptr() == each.data_ptr()]
        assert not twins, (
            f"{name} and {twins[0]} are the same: one layer is used in several places; make a new one for each"
        )
        assert name in parameters, (
            f"{name} is not among the parameters(): an optimizer changes what requires grad and is a Parameter"
        )
        check.tensor(parameters[name], requires_grad=True, what=name)
        assert parameters[name].is_leaf, f"{name} is no leaf: it was computed from something else"
    assert len(parameters) == 8, f"it has {len(parameters)} parameters, expected 8: a weight and a bias for each layer"


@pytest.mark.concept("system.nn")
def test_the_same_seed_gives_the_same_network():
    """Whoever passes the generator decides on the weights: the same seed gives the same network again."""
    sizes = draw.sizes(3, low=3)
    first, again, other = (new_network(sizes, seed=seed) for seed in (3, 3, 4))
    for name, weight in first.named_parameters():
        same = torch.equal(weight, again.get_parameter(name))
        assert same, f"the same seed gave different numbers for {name}: draw all of them from the generator"
        assert "bias" in name or not torch.equal(weight, other.get_parameter(name)), (
            f"another seed gave the same {name}: draw it from the generator"
        )
    one = generator(5)
    first, second = (modules.Network(sizes, 0.0, one) for _ in range(2))
    assert not torch.equal(first.state_dict()["layers.0.weight"], second.state_dict()["layers.0.weight"]), (
        "a second network from the same generator has the same weights: a generator moves on; do not seed it again"
    )


@pytest.mark.concept("system.nn")
def test_a_new_network_leaves_the_global_generator_alone():
    """A network that draws from a generator of one's own changes nobody else's draws."""
    sizes = draw.sizes(3)
    before = torch.get_rng_state()
    new_network(sizes)
    assert torch.equal(torch.get_rng_state(), before), (
        "drew from torch's global generator, or seeded it, and nn.Linear draws its first weights from the global "
        "generator: make the layers within torch.random.fork_rng(devices=[]), which undoes that"
    )


@pytest.mark.concept("system.nn")
def test_weights_begin_small_and_all_different():
    """Weights begin within 1 over the square root of the number of inputs, so that sums are of size 1 at most."""
    network = new_network((36, 64, 64, 64, 25), seed=draw.integer(0, 10**6))
    layers = [network.get_parameter(f"layers.{number}.weight").detach() for number in range(4)]
    assert not torch.allclose(layers[1], layers[2]), "two layers of one shape have the same weights: draw each anew"
    for number, weight in enumerate(layers):
        inputs, count = weight.shape[1], weight.numel()
        bound = 1 / math.sqrt(inputs)
        within = (
            f"the weights of layer {number}, which has {inputs} inputs, must lie between -{bound:.3f} and {bound:.3f}"
        )
        check.close(
            weight.abs().max().item(),
            bound,
            rtol=0.01,
            what=f"{within}; the largest",
            mistakes={
                "divide by the square root of the number of the layer's inputs, not of its outputs": 1
                / math.sqrt(len(weight)),
                "the draws are not divided by anything; they are divided by the square root of the inputs": 1.0,
                "divide by the square root of the number of inputs, not by the number": 1 / inputs,
                "there are weights far beyond the bound: draw them uniformly": lambda weight=weight, bound=bound: (
                    weight.abs().max().item() if weight.abs().max() > 1.1 * bound else None
                ),
            },
        )
        mean = weight.mean().item()
        assert abs(mean) < 7 * bound / math.sqrt(3 * count), (
            f"the weights of layer {number} have the mean {mean:.3f}: draw between -1 and 1, not between 0 and 1"
        )
        check.close(
            weight.std().item(), bound / math.sqrt(3), rtol=0.2, what="the standard deviation of these uniform draws"
        )
        check.close(
            network.get_parameter(f"layers.{number}.bias").abs().max().item(), 0.0, what="of all biases the size"
        )


@pytest.mark.concept("system.nn")
@DTYPES
@pytest.mark.parametrize("count", [3, 4, 2])
def test_samples_go_through_the_layers_one_after_another(device, dtype, count):
    """Every layer but the last is followed by an activation; the last gives the outputs as they are."""
    sizes = draw.sizes(count, low=3, high=8)
    network = new_network(sizes).to(device, dtype).eval()
    center, layers = drawn_state(sizes, device, dtype)
    set_state(network, center, layers)
    samples = draw.normal((5, sizes[0]), device=device, dtype=dtype)
    given_samples = draw.laid_out(samples, "sliced" if count == 2 else "contiguous")
    with check.unchanged(given_samples):
        given, again = network(given_samples), network(given_samples)
    assert torch.allclose(check.tensor(given), check.tensor(again)), (
        "two calls in evaluation gave different outputs: forward() makes layers anew, which belongs in __init__(), "
        "or dropout draws, which takes training=self.training"
    )
    check.close(
        given,
        outputs(samples, center, layers),
        requires_grad=True,
        **ROUNDING[dtype],
        mistakes={
            "ReLU between the layers is left out": lambda: outputs(samples, center, layers, activation=lambda v: v),
            "ReLU follows the last layer as well; the outputs stay as they come": lambda: outputs(
                samples, center, layers, last=lambda v: max(v, 0.0)
            ),
            "center is not subtracted from the samples": lambda: outputs(samples, 0 * center, layers),
            "center is added; it is to be subtracted": lambda: outputs(samples, -center, layers),
            "this is tanh between the layers; it is to be ReLU": lambda: outputs(
                samples, center, layers, activation=math.tanh
            ),
        },
    )


@pytest.mark.concept("system.nn")
def test_a_network_moves_as_a_whole(device):
    """The function to() moves whatever is registered: parameters and buffers, to a device and to a dtype."""
    network = new_network((3, 4, 2)).to(device, torch.float64)
    for name, each in network.state_dict().items():
        check.tensor(each, dtype=torch.float64, device=device, what=name)


@pytest.mark.concept("system.nn")
def test_training_reaches_every_parameter(device):
    """Loss, backward and a step of the optimizer change every parameter, and with them the outputs."""
    network = new_network((3, 6, 5, 2)).to(device)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(draw.normal(parameter.shape, device=device).abs())  # all positive: no ReLU is shut
    samples, targets = draw.normal((4, 3), device=device).abs(), torch.zeros(4, 2, device=device)
    before = nn.MSELoss()(network(samples), targets)
    before.backward()
    for name, parameter in network.named_parameters():
        advice = f"no gradient comes to {name}: forward() must use the layers of the network itself, and not detach()"
        assert parameter.grad is not None, advice
        assert parameter.grad.any(), advice
    with torch.no_grad():
        for parameter in network.parameters():
            parameter -= 1e-7 * parameter.grad
    check.close(
        network.state_dict()["center"], torch.zeros(3, device=device), what="after a call in training, the center"
    )
    after = nn.MSELoss()(network(samples), targets)
    assert after < before, "a small step against the gradient did not make the loss smaller"


def dropping(dropout, device):
    """Return a network whose output is the mean of 401 hidden responses, each 1 for the sample 1."""
    network = new_network((1, 401, 1), dropout).to(device)
    center = torch.zeros(1, device=device)
    hidden, last = torch.ones(401, 1, device=device), torch.full((1, 401), 1 / 401, device=device)
    biases = torch.zeros(401, device=device), torch.zeros(1, device=device)
    set_state(network, center, [(hidden, biases[0]), (last, biases[1])])
    return network


@pytest.mark.concept("system.nn")
def test_dropout_works_in_training_only(device):
    """A module knows whether it is in training or in evaluation; dropout works in training only."""
    sample = torch.ones(64, 1, device=device)
    network = dropping(0.25, device)
    evaluated = network.eval()(sample).detach()
    check.close(
        evaluated,
        torch.ones(64, 1, device=device),
        what="in evaluation nothing is dropped, and the output",
        atol=1e-4,
    )
    trained = network.train()(sample).detach()
    check.tensor(trained, shape=(64, 1), device=device)
    values = trained.flatten().tolist()
    kept = [value * 401 * 0.75 for value in values]  # so many of 401 responses; 401 * 0.75 is no whole number
    shown = ", ".join(f"{value:.2f}" for value in values[:8])
    assert max(values) - min(values) < 0.9, (
        f"the outputs for one and the same sample are {shown} and so on: this drops the outputs themselves or the "
        "inputs; the responses of the layers between are to be dropped"
    )
    assert any(abs(value - 1) > 1e-3 for value in values), (
        "nothing is dropped in training: the outputs are those of the evaluation"
    )
    assert max(values) - min(values) > 1e-3, "all samples lost the same responses: drop for each sample anew"
    mean = sum(values) / len(values)
    # Of 25,664 responses, each is kept with probability 0.75: 7 standard deviations of the mean output are 0.025.
    assert abs(mean - 0.75) > 0.075, (
        "the responses that were kept are not divided by 1 - dropout, so that the sums are too small in training"
    )
    assert abs(mean - 1) < 0.03, (
        f"with dropout=0.25 the mean output is {mean:.2f}: it is 1 where a response is dropped with "
        "probability 0.25, and the others are divided by 0.75"
    )
    assert all(abs(each - round(each)) < 0.01 for each in kept), (
        "with dropout=0.25 the outputs are not counts divided by 401 * 0.75: drop each response with probability 0.25, "
        "and divide the others by 0.75"
    )


class Scaled(nn.Sequential):
    """Modules in a row, with a number of their own that the result is multiplied by, and a buffer that is not kept."""

    def __init__(self, *parts, device):
        super().__init__(*parts)
        self.scale = nn.Parameter(torch.ones((), device=device))
        self.register_buffer("not_kept", torch.ones(2, device=device), persistent=False)

    def forward(self, x):
        return super().forward(x) * self.scale


def some_modules(device):
    """Return modules of torch.nn with the number of their parameters."""
    shared = nn.Linear(3, 3, device=device)
    return (
        ("a fully connected layer, 4 to 3", nn.Linear(4, 3, device=device), 15),
        ("a fully connected layer without a bias", nn.Linear(4, 3, bias=False, device=device), 12),
        ("a convolution layer, 2 to 5 channels with kernels of 3 by 3", nn.Conv2d(2, 5, 3, device=device), 95),
        ("an activation", nn.ReLU(), 0),
        ("a loss function", nn.CrossEntropyLoss(), 0),
        (
            "a network of parts within parts (count the parameters of the parts as well, each only once)",
            nn.Sequential(nn.Linear(2, 3, device=device), nn.Sequential(nn.ReLU(), nn.Linear(3, 1, device=device))),
            13,
        ),
        ("a BatchNorm1d of 4 (its buffers are no parameters)", nn.BatchNorm1d(4, device=device), 8),
        ("a network that uses one layer twice (shared parameters count once)", nn.ModuleList([shared, shared]), 12),
        (
            "two BatchNorm1d of 4 (parameters that are equal are not for that the same)",
            nn.Sequential(nn.BatchNorm1d(4, device=device), nn.BatchNorm1d(4, device=device)),
            16,
        ),
        ("a module with a parameter of shape () (it is one number)", Scaled(nn.ReLU(), device=device), 1),
    )


@pytest.mark.concept("system.nn")
@pytest.mark.parametrize("number", range(10))
def test_every_module_can_count_its_parameters(device, number):
    """Layers, activations and losses are all modules; each knows its parameters, and some have none."""
    name, module, expected = some_modules(device)[number]
    tensors = len(list(module.parameters()))
    check.equal(
        modules.count_parameters(module),
        expected,
        what=f"for {name}, the count",
        mistakes={
            "this is the number of tensors, not of the numbers in them": tensors,
            "the parameters of the parts were counted more than once": sum(
                each.numel() for part in module.modules() for each in part.parameters()
            ),
            "the parameters of the parts are missing": sum(each.numel() for each in module.parameters(recurse=False)),
        },
    )


@pytest.mark.concept("system.nn")
def test_only_what_requires_grad_is_trainable(device):
    """Frozen parameters are parameters, but not trainable ones."""
    network = nn.Sequential(nn.Linear(4, 3, device=device), nn.Linear(3, 2, device=device))
    network[0].weight.requires_grad = False
    check.equal(
        modules.count_parameters(network),
        23,
        mistakes={"frozen parameters count as well, unless trainable_only is True": 11},
    )
    check.equal(
        modules.count_parameters(network, trainable_only=True),
        11,
        what="with trainable_only=True, the count",
        mistakes={"with trainable_only=True, what does not require grad is left out": 23},
    )


@pytest.mark.concept("system.nn")
def test_a_frozen_module_is_not_trained_any_more(device):
    """To freeze a module is to let none of its parameters require grad; an attribute of the module does nothing."""
    inner = nn.Sequential(nn.Tanh(), nn.Linear(2, 2, device=device), nn.BatchNorm1d(2, device=device))
    frozen = Scaled(nn.Linear(4, 2, device=device), inner, device=device)
    first, last = nn.Linear(4, 4, device=device), nn.Linear(2, 1, device=device)
    network = nn.Sequential(first, frozen, last)
    parameters = list(frozen.parameters())
    with check.unchanged(*(each.detach() for each in parameters)):
        modules.freeze(frozen)
    assert torch.is_grad_enabled(), "switched off the recording of gradients for everything, not for this module alone"
    assert all(mine is theirs for mine, theirs in zip(frozen.parameters(), parameters, strict=True)), (
        "the module has other parameters now: they stay the same objects, for an optimizer holds them already"
    )
    for name, parameter in sorted(frozen.named_parameters(), key=lambda named: "." not in named[0]):
        advice = (
            ": to be frozen is not to be in eval(), nor an attribute of the module: each Parameter has a requires_grad"
        )
        assert not parameter.requires_grad, f"{name.rpartition('.')[2]} still requires grad{advice}"
    assert all(part.training for part in frozen.modules()), (
        "the module was put in evaluation; a frozen module stays in training if it was"
    )
    frozen.eval()
    modules.freeze(frozen)
    assert not any(part.training for part in frozen.modules()), (
        "the module was put in training; a frozen module stays in evaluation if it was"
    )
    assert all(each.requires_grad for each in (*first.parameters(), *last.parameters())), "froze other modules as well"
    network(draw.normal((3, 4), device=device)).sum().backward()
    assert first.weight.grad is not None, "no gradient goes through the frozen module to the layer in front of it"


@pytest.mark.concept("system.nn")
def test_a_snapshot_keeps_its_values(device):
    """The state_dict() of a module shares its memory: a copy is needed to go back to it after more training."""
    shared = nn.Linear(4, 4).to(device)
    network = Scaled(
        nn.Linear(3, 4, device=device),
        nn.BatchNorm1d(4, device=device, dtype=torch.float64),
        shared,
        shared,
        device=device,
    )
    network[0].bias.requires_grad_(False)
    wanted = [each.requires_grad for each in network.parameters()]
    with check.unchanged(*network.state_dict().values()):
        kept = modules.snapshot(network)
    assert [each.requires_grad for each in network.parameters()] == wanted, (
        "changed the requires_grad of the module's parameters: the copies alone do not require grad"
    )
    state = network.state_dict()
    assert isinstance(kept, dict), f"gave a {type(kept).__name__}, expected a dict"
    assert set(kept) == set(state), (
        f"the snapshot has other entries than the state_dict(), or lacks some, {sorted(set(kept) ^ set(state))}: "
        "buffers belong to the state as well if they are persistent, and a part that is used twice has two names"
    )
    before = {name: each.clone() for name, each in state.items()}
    with torch.no_grad():
        for each in {each.data_ptr(): each for each in state.values()}.values():  # what is shared, only once
            each.add_(1)
    for name, expected in before.items():
        check.equal(
            kept[name],
            expected,
            requires_grad=False,
            what=f"after a step of training, {name} in the snapshot",
            mistakes={SHARED: expected + 1},
        )
    network.load_state_dict(kept)
    for name, each in network.state_dict().items():
        check.equal(each, before[name], what=f"after load_state_dict(), {name}")
