"""Stacked linear layers equal one; an activation between them breaks this."""

import itertools

import pytest
import torch
from torch import nn

from dojo import check, draw
from katas.networks import linear_collapse

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])


def product(first, second):
    """Return the matrix product of two lists of rows."""
    columns = list(zip(*second, strict=True))
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in first]


def stack(sizes, device, dtype=torch.float32, without_bias=()):
    """Return linear layers from each size to the next, with drawn weights and biases."""
    layers = []
    for number, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        layer = nn.Linear(inputs, outputs, bias=number not in without_bias, device=device, dtype=dtype)
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter.copy_(draw.normal(parameter.shape, device=device, dtype=dtype))
        layers.append(layer)
    return nn.Sequential(*layers)


def matrices(network):
    """Return weight and bias of each layer as lists, the bias as a matrix of one column, of 0 where there is none."""
    return [
        (layer.weight.tolist(), [[0.0]] * layer.out_features if layer.bias is None else layer.bias[:, None].tolist())
        for layer in network
    ]


def collapsed(layers):
    """Return weight and bias of the one layer, computed in Python's floats."""
    weight, bias = layers[0]
    for own, own_bias in layers[1:]:
        weight = product(own, weight)
        bias = [[a + b] for (a,), (b,) in zip(product(own, bias), own_bias, strict=True)]
    return weight, bias


def the_layer(given):
    __tracebackhide__ = True
    assert isinstance(given, nn.Linear), f"gave {check.describe(given)[:60]}, expected a torch.nn.Linear"
    assert given.bias is not None, "the layer has no bias (bias=None); it always has a bias, of 0 if need be"
    return given


def weight_of(layer):
    return check.tensor(layer.weight, what="the weight").detach()


def bias_of(layer):
    return check.tensor(layer.bias, what="the bias").detach()


ROUNDING = {torch.float32: {"rtol": 1e-4, "atol": 1e-4}, torch.float64: {"rtol": 1e-9, "atol": 1e-9}}


@pytest.mark.concept("neuron.linear-collapse")
def test_a_line_of_a_line_is_a_line(device):
    """Three times x plus 1, and of that twice plus 5, is 6 * x + 7: two linear layers are one."""
    network = stack((1, 1, 1), device)
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), (3.0, 1.0, 2.0, 5.0), strict=True):
            parameter.fill_(value)
    layer = the_layer(linear_collapse.collapse(network))
    check.close(weight_of(layer), torch.tensor([[6.0]], device=device), what="the weight")
    check.close(
        bias_of(layer),
        torch.tensor([7.0], device=device),
        what="the bias",
        mistakes={
            "the biases are added up; the first one goes through the second weight as well": torch.tensor(
                [6.0], device=device
            ),
            "this is the bias of the last layer alone": torch.tensor([5.0], device=device),
            "the bias is left out": torch.tensor([0.0], device=device),
        },
    )


@pytest.mark.concept("neuron.linear-collapse")
@DTYPES
def test_a_stack_of_any_depth_is_one_layer(device, dtype):
    """However many linear layers there are, and however wide, they do no more than one."""
    for sizes in (draw.sizes(4), draw.sizes(3), (3, 5, 4, 2, 6), (3, 2)):
        network = stack(sizes, device, dtype)
        layers = matrices(network)
        weight, bias = (torch.tensor(rows, dtype=dtype, device=device) for rows in collapsed(layers))
        layer = the_layer(linear_collapse.collapse(network))

        def column(rows):
            return torch.tensor(rows, dtype=dtype, device=device)[:, 0]

        depth = f"of a stack of {len(layers)} layers, "
        check.close(weight_of(layer), weight, what=depth + "the weight", **ROUNDING[dtype])
        check.close(
            bias_of(layer),
            bias[:, 0],
            what=depth + "the bias",
            mistakes={
                "each bias goes through all the weights behind it, not through the next one only": lambda: column(
                    collapsed([(layers[-2][0], layers[-2][1]), layers[-1]])[1]
                ),
                "this is the bias of the last layer alone": lambda: column(layers[-1][1]),
                "the biases are added up; each goes through all the weights behind it first": lambda: column(
                    [
                        [sum(own[k][0] if len(own) == sizes[-1] else sum(row[0] for row in own) for _, own in layers)]
                        for k in range(sizes[-1])
                    ]
                ),
                "the bias is left out": lambda: 0 * bias[:, 0],
            },
            **ROUNDING[dtype],
        )
        assert (layer.in_features, layer.out_features) == (sizes[0], sizes[-1]), (
            f"the layer says in_features={layer.in_features} and out_features={layer.out_features}, "
            f"expected {sizes[0]} and {sizes[-1]}"
        )


@pytest.mark.concept("neuron.linear-collapse")
def test_the_weights_multiply_from_the_last_to_the_first(device):
    """The first layer's weight meets the input first, so it stands rightmost in the product of the weights."""
    size = draw.integer(3, 4)
    network = stack((size,) * 4, device, torch.float64)
    layers = matrices(network)

    def square(rows):
        return torch.tensor(rows, dtype=torch.float64, device=device)

    (first, _), (second, _), (third, _) = layers
    right = product(third, product(second, first))
    with check.unchanged(*network.parameters()):
        layer = the_layer(linear_collapse.collapse(network))
    check.close(
        weight_of(layer),
        square(right),
        what="the weight",
        mistakes={
            "the weights are multiplied in the wrong order: weight2 @ (weight1 @ x) is (weight2 @ weight1) @ x": square(
                product(product(first, second), third)
            ),
            "the weight is transposed: a row for each output": square(right).T,
        },
    )
    samples = draw.normal((5, size), device=device, dtype=torch.float64)
    check.close(layer(samples).detach(), network(samples).detach(), what="of five samples, the new layer's output")


@pytest.mark.concept("neuron.linear-collapse")
def test_a_layer_without_a_bias_adds_nothing(device):
    """A linear layer may have no bias; the one that does the work of all has one, and be it 0."""
    sizes = draw.sizes(4)
    for without in ((0,), (2,), (0, 2), (1,), (0, 1, 2)):
        network = stack(sizes, device, without_bias=without)
        expected = torch.tensor(collapsed(matrices(network))[1], device=device)[:, 0]
        layer = the_layer(linear_collapse.collapse(network))
        assert [number for number, each in enumerate(network) if each.bias is None] == list(without), (
            "a layer of the network has got a bias that it had not: leave the network as it is"
        )
        nothing = ": no layer has one, so that the bias is 0" if len(without) == 3 else ""
        what = f"where layers {without} of three have no bias{nothing}, the bias"
        check.close(bias_of(layer), expected, what=what, **ROUNDING[torch.float32])


@pytest.mark.concept("neuron.linear-collapse")
@DTYPES
def test_the_new_layer_is_like_any_new_layer(device, dtype):
    """A new layer has two parameters, leaves that require grad, of the dtype and on the device of the stack."""
    for frozen in (False, True):
        network = stack((4, 3, 5), device, dtype).requires_grad_(not frozen)
        layer = the_layer(linear_collapse.collapse(network))
        for name, shape in (("weight", (5, 4)), ("bias", (5,))):
            parameter = getattr(layer, name)
            assert isinstance(parameter, nn.Parameter), (
                f"the {name} is no parameter but a plain tensor, which no optimizer will find: copy the numbers into "
                "the parameters of a new layer"
            )
            check.tensor(parameter, shape=shape, dtype=dtype, device=device, requires_grad=True, what=f"the {name}")
            assert parameter.is_leaf, f"the {name} is no leaf: it hangs in the graph of the network"


@pytest.mark.concept("neuron.linear-collapse")
def test_the_stack_stays_as_it_is(device):
    """The new layer has memory of its own, for a single layer as well, and the stack keeps its numbers."""
    for sizes in ((3, 3), (3, 3, 3), (2, 4, 3)):
        network = stack(sizes, device)
        with check.unchanged(*network.parameters()):
            layer = the_layer(linear_collapse.collapse(network))
        assert len(network) == len(sizes) - 1, "took layers out of the network"
        for mine in (layer.weight, layer.bias):
            for theirs in network.parameters():
                assert mine.data_ptr() != theirs.data_ptr(), (
                    f"of a stack of {len(sizes) - 1} layers, the result shares its numbers with a layer of the stack: "
                    "it must have memory of its own"
                )
        assert all(each.grad is None for each in network.parameters()), "left gradients in the network"


@pytest.mark.concept("neuron.linear-collapse")
def test_an_activation_between_the_layers_cannot_be_collapsed(device):
    """With an activation between them, no single linear layer does what the layers do."""
    first, second = stack((3, 4, 2), device)
    for activation in (nn.ReLU(), nn.Tanh(), nn.GELU(), nn.Dropout(), nn.Embedding(4, 4, device=device)):
        name = type(activation).__name__
        article = "an" if name == "Embedding" else "a"
        for modules in ((first, activation, second), (activation, first), (first, second, activation)):
            network = nn.Sequential(*modules)
            with check.raises(ValueError, f"the network holds {article} {name}, which is no linear layer"):
                linear_collapse.collapse(network)


ROUNDED = "; what is missed is rounding, and rounding grows with the outputs"


def function_of(matrix, then):
    """Return a function that multiplies by a matrix and goes on with ``then``, given the products and the inputs."""
    return lambda x: then(x @ matrix, x)


STRAIGHT = {
    "itself": ("x itself is affine; a function that is not a module has no layers to look at", lambda _: lambda x: x),
    "matrix": ("x @ matrix is affine" + ROUNDED, lambda m: lambda x: x @ m),
    "bias": (
        "x @ matrix + 30 is affine; f(a) + f(b) counts its bias, f(0), twice",
        lambda m: lambda x: x @ m + 30,
    ),
    "stack": (
        "a stack of linear layers is affine" + ROUNDED,
        lambda m: stack((len(m), 6, 4, 2), m.device, m.dtype),
    ),
    "layer": ("one linear layer is affine" + ROUNDED, lambda m: stack((len(m), 1), m.device, m.dtype)[0]),
    "LeakyReLU(1)": (
        "a LeakyReLU with slope 1 gives back x, which is affine: the outputs tell, not the name of the module",
        lambda _: nn.LeakyReLU(1.0),
    ),
    "constant": ("a constant is affine", lambda _: lambda x: torch.full_like(x, 5.0)),
    "zero": ("0 is affine: mind what is divided by the largest output", lambda _: torch.zeros_like),
}


@pytest.mark.concept("neuron.linear-collapse")
@DTYPES
@pytest.mark.parametrize("name", STRAIGHT)
def test_linear_layers_are_affine_seen_from_outside(device, dtype, name):
    """Whatever a stack of linear layers computes is affine, and so is any other function with straight graphs."""
    sentence, made_of = STRAIGHT[name]
    inputs = draw.integer(3, 5)
    example = torch.full((inputs,), 3.0, device=device, dtype=dtype)
    function = made_of(draw.normal((inputs, 2), device=device, dtype=dtype))
    with check.unchanged(example):
        given = linear_collapse.is_affine(function, example)
    check.equal(given, True, mistakes={sentence: False})


@pytest.mark.concept("neuron.linear-collapse")
@DTYPES
@pytest.mark.parametrize("scale", [1e-6, 1e5])
def test_rounding_is_no_activation(device, dtype, scale):
    """Rounding grows with the outputs: what is missed must be compared with the largest of them."""
    inputs = draw.integer(3, 5)
    example = torch.zeros(inputs, device=device, dtype=dtype)
    matrix = draw.normal((inputs, 2), device=device, dtype=dtype) * scale
    for function, expected, sentence in (
        (lambda x: x @ matrix + 3 * scale, True, "what is missed here is rounding; rounding grows with the outputs"),
        (
            lambda x: torch.relu(x @ matrix),
            False,
            "this ReLU gives small numbers, so that what is missed is small: rounding grows with the outputs, compare",
        ),
    ):
        given = linear_collapse.is_affine(function, example)
        check.equal(
            given, expected, what=f"with outputs of size {scale}, the answer", mistakes={sentence: not expected}
        )


ONE_MORE = {
    "relu": (
        lambda y, _: torch.relu(y),
        "relu(x @ matrix) is not affine",
    ),
    "leaky_relu of each input": (
        lambda _, x: torch.where(x > 0, x, x / 5),
        "leaky ReLU looks affine for positive inputs alone and for negative ones alone: mix the signs",
    ),
    "a cube": (lambda _, x: x**3, "f(a) + f(-a) = 2 * f(0) holds for all odd powers, and x ** 3 is not affine"),
    "clamp": (
        lambda _, x: x.clamp(-50, 50),
        "clamp(x, -50, 50) is not affine, which shows for large inputs only: choose some of several hundreds",
    ),
    "a floor": (
        lambda _, x: x.clamp(min=-50),
        "clamp(x, min=-50) is not affine, which shows for large negative inputs only: choose inputs on both sides of 0",
    ),
    "a ceiling": (
        lambda _, x: x.clamp(max=50),
        "clamp(x, max=50) is not affine, which shows for large positive inputs only: choose inputs on both sides of 0",
    ),
    "a fine ripple": (
        lambda _, x: x + 0.005 * torch.sin(20 * x),
        "x + 0.005 * sin(20 * x) is not affine, which shows for small inputs only, from -0.5 to 0.5",
    ),
    "a ripple": (
        lambda _, x: x + 0.2 * torch.sin(2 * x),
        "x + 0.2 * sin(2 * x) is not affine, which shows for small inputs only: choose some from -1 to 1",
    ),
    "a square": (lambda _, x: x * x, "x * x is not affine"),
    "a product": (
        lambda y, x: y + x[:, :1] * x[:, 1:2],
        "a product of two inputs is affine in each alone: it shows only where several inputs change together",
    ),
    "a bend in one output": (
        lambda y, x: torch.hstack([y, x[:, :1].abs()]),
        "one output, |x|, is not affine: that the others are, or a single output is, does not tell",
    ),
    "tanh": (lambda y, _: torch.tanh(y), "tanh(x @ matrix) is not affine"),
}


@pytest.mark.concept("neuron.linear-collapse")
@pytest.mark.parametrize("name", ONE_MORE)
def test_an_activation_shows_in_the_outputs(device, name):
    """A function with an activation in it is not affine, and somewhere its outputs show it."""
    then, sentence = ONE_MORE[name]
    inputs = draw.integer(3, 5)
    example = torch.zeros(inputs, 2, device=device)[:, 0]  # its elements do not lie side by side
    function = function_of(draw.normal((inputs, 3), device=device), then)
    given = linear_collapse.is_affine(function, example)
    check.equal(given, False, mistakes={sentence: True})


@pytest.mark.concept("neuron.linear-collapse")
def test_no_linear_layer_does_what_a_network_with_relu_does(device):
    """Two linear layers with a ReLU between them are not affine, also where large biases hide its kink."""
    first, second = stack((3, 8, 2), device)
    with torch.no_grad():
        first.bias += 60
    network = nn.Sequential(first, nn.ReLU(), second)
    example = torch.zeros(3, device=device)
    seed = torch.initial_seed()
    with check.unchanged(*network.parameters()):
        given = linear_collapse.is_affine(network, example)
    assert torch.initial_seed() == seed, (
        "seeds torch's global generator, on which all other draws depend: seed a torch.Generator of your own"
    )
    check.equal(
        given,
        False,
        mistakes={"the bias of 60 lifts small inputs over the kink of the ReLU: choose large inputs as well": True},
    )


@pytest.mark.concept("neuron.linear-collapse")
def test_a_bend_may_show_for_few_inputs(device):
    """A neuron that responds only where four inputs have the right signs is not affine, though most inputs miss it."""
    example = torch.zeros(4, device=device)
    for signs in itertools.product((-1.0, 1.0), repeat=4):
        pattern = torch.tensor(signs, device=device)

        def detector(x, pattern=pattern):
            return torch.relu((x * pattern).amin(dim=1, keepdim=True))

        given = linear_collapse.is_affine(detector, example)
        sentence = (
            "this responds only where all signs fit, so it shows for one pair in six: draw more pairs at each size"
        )
        check.equal(
            given, False, what=f"of a neuron that looks for the signs {signs}, the answer", mistakes={sentence: True}
        )
