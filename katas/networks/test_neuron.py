"""A neuron is a linear transformation, then an activation."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from dojo import check, draw
from katas.networks import neuron

READY_MADE = ("addmm", "addmv", "baddbmm", "addbmm", "_addmm_activation", "_trilinear", "convolution")


ACTIVATIONS = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "cos": torch.cos}
IN_PYTHON = {"tanh": math.tanh, "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "cos": math.cos}


@contextmanager
def by_hand() -> Iterator[None]:
    """Refuse torch's own linear layer, also without a bias, and what it is made of."""
    __tracebackhide__ = True
    instead = "a product of matrices and a sum"
    with check.built_without(*READY_MADE, instead=instead), check.built_without_call("linear", instead=instead):
        yield


def layer_in_python(samples, weight, bias, activation):
    """Return the responses, computed in Python's floats, one neuron and one sample after the other."""
    rows = [
        [
            activation(sum(x * w for x, w in zip(sample, one, strict=True)) + b)
            for one, b in zip(weight.tolist(), bias.tolist(), strict=True)
        ]
        for sample in samples.tolist()
    ]
    return torch.tensor(rows, dtype=samples.dtype, device=samples.device)


def drawn_layer(batch, inputs, neurons, device, dtype=torch.float32):
    """Return samples, weight and bias whose sums stay small, so that tanh and sigmoid tell them apart."""
    samples = draw.normal((batch, inputs), device=device, dtype=dtype)
    weight = draw.normal((neurons, inputs), device=device, dtype=dtype) / inputs
    bias = draw.normal((neurons,), device=device, dtype=dtype) / 2
    return samples, weight, bias


@pytest.mark.concept("neuron.linear-then-activation")
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_neuron_weighs_its_inputs_adds_its_bias_and_activates_the_sum(device, name):
    """A neuron multiplies each input by its weight, adds all up with its bias, and hands the sum to its activation."""
    activation = ACTIVATIONS[name]
    sample = torch.tensor([2.0, 1.0, -0.5], device=device)
    weight = torch.tensor([0.75, -0.5, 0.25], device=device)
    bias = torch.tensor(0.375, device=device)
    total = 2.0 * 0.75 - 1.0 * 0.5 - 0.5 * 0.25 + 0.375

    def wrong(value):
        return torch.tensor(value, device=device)

    f = IN_PYTHON[name]
    with check.unchanged(sample, weight, bias):
        given = neuron.response(sample, weight, bias, activation)
    check.close(
        given,
        torch.tensor(f(total), device=device),
        mistakes={
            "the activation is left out: this is the linear part alone": wrong(total),
            "the bias is left out": wrong(f(total - 0.375)),
            "the bias is added after the activation; it belongs to the sum inside": wrong(f(total - 0.375) + 0.375),
            "the bias is subtracted": wrong(f(total - 0.75)),
            "the bias is added once for each input; a neuron adds it once": wrong(f(total + 0.75)),
            "the activation comes before the linear part here: the sum is what it is applied to": wrong(
                f(2.0) * 0.75 - f(1.0) * 0.5 + f(-0.5) * 0.25 + 0.375
            ),
            "the activation was applied to each product; it is applied once, to their sum": wrong(
                f(1.5 + 0.375) + f(-0.5 + 0.375) + f(-0.125 + 0.375)
            ),
            "the activation is applied twice": wrong(f(f(total))),
            "this takes the mean of the products; a neuron adds them up": wrong(f((total - 0.375) / 3 + 0.375)),
            "this is another activation: use the activation that was passed": wrong(
                math.tanh(total) if name != "tanh" else 1 / (1 + math.exp(-total))
            ),
        },
    )


@pytest.mark.concept("neuron.linear-then-activation")
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_layer_is_many_neurons_over_the_same_inputs(device, name):
    """A layer takes a batch: a row for each sample, and in it the response of each neuron."""
    activation, f = ACTIVATIONS[name], IN_PYTHON[name]
    batch, inputs, neurons = draw.sizes(3, low=3)
    samples, weight, bias = drawn_layer(batch, inputs, neurons, device)
    s, w, b = samples.clone(), weight.clone(), bias.clone()  # for the mistakes, should the answer change its input
    other = math.tanh if name != "tanh" else IN_PYTHON["sigmoid"]
    expected = layer_in_python(s, w, b, f)
    linear = layer_in_python(s, w, b, lambda z: z)
    zeros, first = torch.zeros_like(b), torch.arange(batch, device=device)[:, None] == 0
    with check.unchanged(samples, weight, bias), by_hand():
        given = neuron.responses(samples, weight, bias, activation)
    check.close(
        given,
        expected,
        mistakes={
            "the activation is left out: this is the linear part alone": linear,
            "the bias is left out": lambda: layer_in_python(s, w, zeros, f),
            "the bias is added after the activation; it belongs to the sum inside": lambda: (
                layer_in_python(s, w, zeros, f) + b
            ),
            "the activation comes before the linear part here: the sum is what it is applied to": lambda: (
                layer_in_python(activation(s), w, b, lambda z: z)
            ),
            "the activation is applied twice": lambda: activation(expected),
            "the bias reaches the first sample only; every sample meets it": lambda: torch.where(
                first, expected, layer_in_python(s, w, zeros, f)
            ),
            "the bias of the first neuron is added to all; each neuron has a bias of its own": lambda: layer_in_python(
                s, w, b[0].expand(neurons), f
            ),
            "one number is added to all: each neuron has a bias of its own": lambda: layer_in_python(
                s, w, b.mean().expand(neurons), f
            ),
            "this is another activation: use the activation that was passed": lambda: layer_in_python(s, w, b, other),
            "this has a row for each neuron; it is asked for a row for each sample": lambda: expected.T,
        },
    )


@pytest.mark.concept("neuron.linear-then-activation")
def test_square_shapes_hide_a_missing_transpose(device):
    """Each row of the weight belongs to one neuron, also where as many neurons as inputs make any product fit."""
    size = draw.integer(3, 5)
    samples, weight, bias = drawn_layer(size, size, size, device)
    s, w, b = samples.clone(), weight.clone(), bias.clone()
    with check.unchanged(samples, weight, bias):
        given = neuron.responses(samples, weight, bias, torch.tanh)
    check.close(
        given,
        layer_in_python(s, w, b, math.tanh),
        mistakes={
            "the weight is not transposed: its rows belong to the neurons, so the product is samples @ weight.T": (
                lambda: layer_in_python(s, w.T, b, math.tanh)
            ),
            "the bias is added along the wrong axis: each neuron has one, and neurons are columns of the result": (
                lambda: torch.tanh(layer_in_python(s, w, torch.zeros_like(b), lambda z: z) + b[:, None])
            ),
            "the result is transposed: a row for each sample, a column for each neuron": lambda: (
                layer_in_python(s, w, b, math.tanh).T
            ),
        },
    )


@pytest.mark.concept("neuron.linear-then-activation")
def test_one_sample_is_a_batch_and_one_neuron_is_a_layer(device):
    """One sample makes a batch of one row, one neuron a layer of one column, and one input a weight of one column."""
    for batch, inputs, neurons in ((1, 3, 4), (4, 3, 1), (3, 1, 2), (1, 1, 1)):
        samples, weight, bias = drawn_layer(batch, inputs, neurons, device)
        expected = layer_in_python(samples, weight, bias, math.tanh)
        check.close(
            neuron.responses(samples, weight, bias, torch.tanh),
            expected,
            mistakes={"this squeezes away axes of size 1; the result has two axes always": expected.squeeze()},
        )


@pytest.mark.concept("neuron.linear-then-activation")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_layer_keeps_the_digits_of_float64(device, layout):
    """A layer computes in the dtype of its inputs, however these lie in storage."""
    samples, weight, bias = drawn_layer(3, 5, 4, device, torch.float64)
    samples, weight = draw.laid_out(samples, layout), draw.laid_out(weight, layout)
    given = neuron.responses(samples, weight, bias, torch.tanh)
    expected = layer_in_python(samples, weight, bias, math.tanh)
    check.close(given, expected, rtol=1e-4, atol=1e-4)
    lost = (given - expected).abs().max().item()
    assert lost < 1e-12, (
        f"is right up to {lost:.0e} only: the digits of float64 were lost in float32; stay in the dtype of the samples"
    )
    given = neuron.response(samples[1], weight[2], bias[2], torch.tanh)
    check.close(
        given, expected[1, 2], rtol=1e-9, atol=1e-9, what="in float64, the response of one neuron to one sample"
    )


def learns(given, what, mistake, cases):
    """Refuse ``given`` unless autograd followed it back to each of the parameters, with the right gradient."""
    __tracebackhide__ = True
    check.recorded(given, mistake=mistake)
    gradients = torch.autograd.grad(given.sum(), [each for each, _, _ in cases], allow_unused=True)
    for gradient, (_, name, expected) in zip(gradients, cases, strict=True):
        assert gradient is not None, f"no gradient comes to the {name}: {mistake}"
        check.close(gradient, expected, what=f"the gradient of the {name} {what}")


@pytest.mark.concept("neuron.linear-then-activation")
def test_gradients_reach_the_weights_and_the_bias(device):
    """A neuron can learn, because autograd follows its response back to its weights and its bias."""
    sample = torch.tensor([2.0, -1.0, 3.0], device=device)
    weight = torch.tensor([0.5, 0.25, -1.0], device=device, requires_grad=True)
    bias = torch.tensor(0.5, device=device, requires_grad=True)
    slope = 2 * (2.0 * 0.5 - 0.25 - 3.0 + 0.5)
    learns(
        neuron.response(sample, weight, bias, torch.square),
        "of one neuron",
        "something cuts the response off from the weights: .detach(), .data, .item(), .tolist() and new tensors do",
        [(weight, "weights", sample * slope), (bias, "bias", torch.tensor(slope, device=device))],
    )
    samples = torch.tensor([[2.0, -1.0, 3.0], [1.0, 0.0, 0.5]], device=device)
    weights = weight.detach()[None].clone().requires_grad_()
    biases = bias.detach()[None].clone().requires_grad_()
    slopes = torch.tensor([[slope], [2 * (0.5 - 0.5 + 0.5)]], device=device)
    learns(
        neuron.responses(samples, weights, biases, torch.square),
        "of a layer",
        "something cuts the responses off from the weights: .detach(), .data, .item(), .tolist() and new tensors do",
        [
            (weights, "weights", (samples * slopes).sum(dim=0, keepdim=True)),
            (biases, "biases", slopes.sum().reshape(1)),
        ],
    )


@pytest.mark.concept("neuron.different-response")
def test_neurons_of_one_layer_respond_differently_to_one_input(device):
    """One input excites the neurons of a layer to different degrees, because each weighs it in its own way."""
    sample = torch.tensor([[1.0, 2.0]], device=device)
    weight = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [-1.0, -1.0]], device=device)
    bias = torch.tensor([0.0, 0.0, 0.5, 1.0], device=device)
    check.close(neuron.responses(sample, weight, bias, torch.relu), torch.tensor([[1.0, 3.0, 2.5, 0.0]], device=device))
    check.equal(
        neuron.strongest(sample, weight, bias, torch.relu),
        torch.tensor([1], device=device),
        mistakes={
            "these are the responses themselves; asked is the neuron's number": torch.tensor([3.0], device=device),
            "this is the neuron that responds least": torch.tensor([3], device=device),
            "this is the sample to which each neuron responds most; look along each row": torch.zeros(
                4, dtype=torch.int64, device=device
            ),
            "neurons are counted from 0": torch.tensor([2], device=device),
            "the whole batch was searched at once; each sample has an answer of its own": torch.tensor(
                1, device=device
            ),
            "the answer has an axis too many: one number for each sample": torch.tensor([[1]], device=device),
        },
    )


@pytest.mark.concept("neuron.different-response")
@pytest.mark.parametrize(
    ("dtype", "layout"), [(torch.float32, "contiguous"), (torch.float64, "sliced")], ids=["float32", "float64-sliced"]
)
def test_another_input_excites_other_neurons(device, dtype, layout):
    """Which neuron responds most depends on the sample: a neuron is a detector of what its weights look for."""
    batch, neurons = draw.sizes(2, low=4, high=8)
    samples, weight, bias = drawn_layer(batch, 3, neurons, device, dtype)
    samples = draw.laid_out(samples, layout)
    weight[0], bias[0] = 2.0, 0.0
    samples[0], samples[1] = -1.0, 1.0  # neuron 0 responds with nearly -1, and with nearly 1
    table = layer_in_python(samples, weight, bias, math.tanh).tolist()
    strongest = [row.index(max(row)) for row in table]
    columns, flat = list(zip(*table, strict=True)), [value for row in table for value in row]

    def numbers(values):
        return torch.tensor(values, device=device)

    with check.unchanged(samples, weight, bias):
        given = neuron.strongest(samples, weight, bias, torch.tanh)
    check.equal(
        given,
        numbers(strongest),
        mistakes={
            "this is the sample to which each neuron responds most; look along each row": numbers(
                [column.index(max(column)) for column in columns]
            ),
            "this is the neuron that responds least": numbers([row.index(min(row)) for row in table]),
            "a strongly negative response is a small one: do not take the absolute value": lambda: numbers(
                [max(range(neurons), key=lambda k: abs(row[k])) for row in table]
            ),
            "the whole batch was searched at once; each sample has an answer of its own": lambda: numbers(
                flat.index(max(flat))
            ),
            "neurons are counted from 0": numbers([each + 1 for each in strongest]),
        },
    )


@pytest.mark.concept("neuron.different-response")
def test_a_response_is_what_comes_out_of_the_activation(device):
    """The response is what the activation gives, and the largest sum need not give the largest response."""
    samples = torch.tensor([[1.0], [-1.0]], device=device)
    weight = torch.tensor([[3.0], [1.0], [-2.0], [-4.0]], device=device)
    bias = torch.tensor([0.25, 0.5, 0.0, 0.125], device=device)

    def bump(x):
        return 1 / (1 + x * x)

    check.equal(
        neuron.strongest(samples, weight, bias, bump),
        torch.tensor([1, 1], device=device),
        mistakes={
            "this looks at the sums before the activation; the response is what the activation gives": torch.tensor(
                [0, 3], device=device
            ),
        },
    )
    check.equal(
        neuron.strongest(samples, weight, bias, lambda x: bump(x) - 2),
        torch.tensor([1, 1], device=device),
        what="where all responses are negative, the answer",
        mistakes={
            "the largest response may be negative: a search for it must not begin at 0": torch.tensor(
                [0, 0], device=device
            ),
        },
    )
