"""What a batch is good for: one call for many samples, and statistics that none of them has alone."""

from contextlib import AbstractContextManager

import pytest
import torch
from torch import nn

from dojo import check, draw
from katas.networks import batch_norm

# What batch_norm arrives as on any device, and the normalisations that give the same for an input turned round.
TORCHS_OWN = (
    "native_batch_norm",
    "batch_norm",
    "cudnn_batch_norm",
    "miopen_batch_norm",
    "_native_batch_norm_legit",
    "_native_batch_norm_legit_functional",
    "_native_batch_norm_legit_no_training",
    "_batch_norm_with_update",
    "_batch_norm_with_update_functional",
    "_batch_norm_no_update",
    "batch_norm_stats",
    "batch_norm_elemt",
    "batch_norm_update_stats",
    "instance_norm",
    "native_layer_norm",
    "layer_norm",
    "native_group_norm",
    "group_norm",
)
NAMES = ("weight", "bias", "running_mean", "running_var")


def by_hand() -> AbstractContextManager[None]:
    return check.built_without(*TORCHS_OWN, instead="mean, var and sqrt")


def wide(values: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
    """Return one value a feature with axes of size 1, to stand beside the inputs."""
    return values.reshape(1, -1, *[1] * (inputs.dim() - 2))


def numbers_of(inputs: torch.Tensor) -> torch.Tensor:
    """Return all numbers of each feature, a row for each feature."""
    return inputs.detach().transpose(0, 1).reshape(inputs.shape[1], -1)


def mean_of(inputs: torch.Tensor) -> torch.Tensor:
    numbers = numbers_of(inputs)
    return numbers.sum(1) / numbers.shape[1]


def variance_of(inputs: torch.Tensor, less: int) -> torch.Tensor:
    """Return the variance of each feature with n - ``less`` below the line."""
    numbers = numbers_of(inputs)
    return (numbers - mean_of(inputs).unsqueeze(1)).square().sum(1) / (numbers.shape[1] - less)


def normalised(inputs: torch.Tensor, eps: float) -> torch.Tensor:
    """Return the inputs normalised by the statistics of the batch."""
    return (inputs - wide(mean_of(inputs), inputs)) / wide(variance_of(inputs, 0) + eps, inputs).sqrt()


def features_of(shape: tuple[int, ...], device: torch.device, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """Return inputs whose features (axis 1) differ in mean and in size."""
    size = torch.arange(shape[1], device=device, dtype=dtype) + 1
    values = draw.normal(shape, device=device, dtype=dtype)
    return values * wide(size, values) + wide(3 - 2 * size, values)


def give_values(layer: nn.Module, device: torch.device) -> tuple[torch.Tensor, ...]:
    """Give the layer drawn weights, biases and running statistics, and return a copy of these in this order."""
    features = layer.get_parameter("weight").shape[0]
    values = [draw.normal((features,), device=device, dtype=torch.float64) for _ in range(3)]
    values.append(draw.distinct((features,), device=device, dtype=torch.float64) + 1.5)
    values[0] += 4
    with torch.no_grad():
        for name, value in zip(NAMES, values, strict=True):
            getattr(layer, name).copy_(value)
    return tuple(values)


@pytest.mark.concept("batch.hardware")
@pytest.mark.parametrize("n", [1, 2, 5])
def test_one_call_with_a_batch_equals_a_loop_over_its_samples(device, n):
    """A batch needs one call, and its rows are what a loop over the samples gives, with much less waiting between."""
    features, outputs = 3, 4
    weight = draw.normal((features, outputs), device=device, dtype=torch.float64)
    samples = [draw.normal((features,), device=device, dtype=torch.float64) for _ in range(n)]
    samples = [draw.laid_out(sample, "sliced" if n == 5 else "contiguous") for sample in samples]
    calls = []

    def layer(batch):
        calls.append(tuple(batch.shape))
        if batch.shape[-1] != features:
            raise RuntimeError(f"the layer was given shape {tuple(batch.shape)}, expected ({n}, {features})")
        return batch @ weight + 1

    expected = torch.stack([(sample.unsqueeze(1) * weight).sum(0) + 1 for sample in samples])
    with check.unchanged(*samples):
        result = batch_norm.in_one_call(layer, samples)
    sentence = "squeeze() drops every axis of size 1; a batch of one sample stays a batch"
    check.close(result, expected, mistakes={sentence: expected.squeeze()})
    assert len(calls) == 1, f"the layer was called {len(calls)} times: make one batch of the samples first"
    assert calls == [(n, features)], (
        f"the layer was given shape {calls[0]}, expected {(n, features)}: the batch has one row a sample and no more, "
        "for what else is in it changes the statistics of the batch"
    )
    weight.requires_grad_()
    result = batch_norm.in_one_call(layer, [sample.requires_grad_() for sample in samples])
    cut = "something cuts the result off from the layer and the samples: no_grad(), .detach(), .data or torch.tensor()"
    check.recorded(result, mistake=cut)
    for name, gradient in zip(
        ("the layer", *(f"samples[{i}]" for i in range(n))),
        torch.autograd.grad(result.sum(), (weight, *samples), allow_unused=True),
        strict=True,
    ):
        assert gradient is not None, f"no gradient comes to {name}: {cut}"


@pytest.mark.concept("batch.statistics")
def test_two_parameters_are_learnt_and_two_buffers_are_kept(device):
    """Weight and bias are parameters; the running statistics are buffers: state that no optimiser touches."""
    features = draw.integer(3, 6)
    layer = batch_norm.BatchNorm(features)
    parameters, buffers, state = dict(layer.named_parameters()), dict(layer.named_buffers()), layer.state_dict()
    for name in NAMES[:2]:
        assert name in parameters, f"{name} must be a parameter: nn.Parameter, as an attribute of the module"
    for name in NAMES[2:]:
        assert name not in parameters, f"{name} must be no parameter: it is computed, not learnt; use register_buffer"
        assert name in buffers, f"{name} is no buffer: to() leaves a plain tensor behind; use register_buffer"
        assert name in state, f"{name} is no buffer in the state dict: a saved layer lacks it; it must be persistent"
    assert len(parameters) == 2, f"expected the parameters weight and bias only, got {', '.join(parameters)}"
    for name, start in zip(NAMES, (1.0, 0.0, 0.0, 1.0), strict=True):
        check.close(state[name], torch.full((features,), start), what=name)
    layer = layer.to(device, torch.float64)
    for name in NAMES:
        check.tensor(getattr(layer, name), shape=(features,), dtype=torch.float64, device=device, what=name)


@pytest.mark.concept("batch.statistics")
def test_in_training_each_feature_is_normalised_by_the_batch(device):
    """In training, each feature is normalised by its own mean and variance in the batch, eps being under the root."""
    n, features = draw.sizes(2, low=4)
    inputs = features_of((n, features), device)
    eps = 0.5
    mean, variance = mean_of(inputs), variance_of(inputs, 0)
    centred = inputs - mean
    running_mean = 0.1 * mean
    running_variance = 0.9 + 0.1 * variance_of(inputs, 1)
    rows = inputs - inputs.mean(1, keepdim=True)
    all_centred = inputs - inputs.mean()
    layer = batch_norm.BatchNorm(features, eps=eps).to(device, torch.float64)
    with check.unchanged(inputs), by_hand():
        result = layer(inputs)
    check.close(
        result,
        centred / (variance + eps).sqrt(),
        requires_grad=True,
        mistakes={
            "each sample was normalised over its features: normalise each feature over the samples": (
                rows / (rows.square().mean(1, keepdim=True) + eps).sqrt()
            ),
            "the mean and variance are those of all features together: each feature has its own": (
                all_centred / (all_centred.square().mean() + eps).sqrt()
            ),
            "the variance has n - 1 below the line here: the batch is normalised with n": (
                centred / (variance_of(inputs, 1) + eps).sqrt()
            ),
            "this was divided by the variance: divide by its root": centred / (variance + eps),
            "eps was added outside the root: it belongs to the variance": centred / (variance.sqrt() + eps),
            "eps is left out": centred / variance.sqrt(),
            "the mean was not subtracted": inputs / (variance + eps).sqrt(),
            "the running statistics were used in training: the batch's are to be used": inputs / (1 + eps) ** 0.5,
            "the running statistics were used in training, after the update: the batch's are to be used": (
                (inputs - running_mean) / (running_variance + eps).sqrt()
            ),
        },
    )


@pytest.mark.concept("batch.statistics")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_normalised_features_are_scaled_and_shifted(device, dtype):
    """What is normalised is multiplied by the feature's weight, and the feature's bias is added."""
    n, features = draw.sizes(2, low=4)
    inputs = features_of((n, features), device, dtype)
    layer = batch_norm.BatchNorm(features).to(device, dtype)
    weight, bias = (values.to(dtype) for values in give_values(layer, device)[:2])
    with check.unchanged(inputs), by_hand():
        result = layer(inputs)
    normal = normalised(inputs, 1e-5)
    tolerance = 1e-4 if dtype is torch.float32 else 1e-9
    check.close(
        result,
        normal * weight + bias,
        requires_grad=True,
        rtol=tolerance,
        atol=tolerance,
        mistakes={
            "the weight is left out": normal + bias,
            "the bias is left out": normal * weight,
            "weight and bias are left out": normal,
            "the bias was added before: multiply first, then add": (normal + bias) * weight,
        },
    )


@pytest.mark.concept("batch.statistics")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_of_images_each_channel_is_a_feature(device, layout):
    """Of images (n, features, height, width), the statistics of a feature go over samples and pixels alike."""
    n, features, height, width = draw.sizes(4, low=2, high=6)
    inputs = draw.laid_out(features_of((n, features, height, width), device), layout)
    layer = batch_norm.BatchNorm(features).to(device, torch.float64)
    weight, bias = give_values(layer, device)[:2]
    images = inputs - inputs.mean((2, 3), keepdim=True)
    images = images / (images.square().mean((2, 3), keepdim=True) + 1e-5).sqrt()
    pixels = inputs - inputs.mean(0)
    pixels = pixels / (pixels.square().mean(0) + 1e-5).sqrt()
    with check.unchanged(inputs), by_hand():
        result = layer(inputs)
    check.close(
        result,
        normalised(inputs, 1e-5) * wide(weight, inputs) + wide(bias, inputs),
        requires_grad=True,
        mistakes={
            "each channel was normalised in each image by itself: the samples count together": (
                images * wide(weight, inputs) + wide(bias, inputs)
            ),
            "each pixel was normalised by itself: the pixels of a channel count together": (
                pixels * wide(weight, inputs) + wide(bias, inputs)
            ),
        },
    )
    alike = features_of((features, features, features, features), device)
    with by_hand():
        result = layer(alike)
    expected = normalised(alike, 1e-5) * wide(weight, alike) + wide(bias, alike)
    check.close(result, expected, requires_grad=True, what="the result for as many samples, channels and pixels")


@pytest.mark.concept("batch.statistics")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_a_large_mean_leaves_the_variance_its_digits(device, dtype):
    """To subtract the mean first, and then to square, keeps the digits that large squares lose."""
    inputs = features_of((6, 3), device, dtype) + 4096
    expected = normalised(inputs.double(), 1e-5).to(dtype)
    layer = batch_norm.BatchNorm(3).to(device, dtype)
    with by_hand():
        result = layer(inputs)
    check.tensor(result, shape=(6, 3), dtype=dtype, device=device)
    error = (result.detach() - expected).abs().max().item()
    assert error < 0.02, (
        f"with a mean of about 4096, the result is wrong by {error:.2g}: the mean of the squares less the square of "
        "the mean loses its digits; subtract the mean first, and then square"
    )


@pytest.mark.concept("batch.statistics")
@pytest.mark.parametrize("pixels", [(), (3, 2)], ids=["matrix", "images"])
def test_training_moves_the_running_statistics(device, pixels):
    """Each batch moves the running statistics by its share, the momentum; the running variance has n - 1."""
    n, features = draw.sizes(2, low=4)
    inputs = features_of((n, features, *pixels), device)
    momentum = 0.2
    layer = batch_norm.BatchNorm(features, momentum=momentum).to(device, torch.float64)
    *_, old_mean, old_variance = give_values(layer, device)
    mean, biased, unbiased = mean_of(inputs), variance_of(inputs, 0), variance_of(inputs, 1)

    def moved(old: torch.Tensor, new: torch.Tensor, share: float = momentum) -> torch.Tensor:
        return (1 - share) * old + share * new

    with check.unchanged(inputs), by_hand():
        layer(inputs)
    running_mean, running_variance = layer.running_mean, layer.running_var
    check.close(
        running_mean,
        moved(old_mean, mean),
        what="running_mean",
        mistakes={
            "the running mean was not updated": old_mean,
            "momentum is the share of the new batch, and 1 - momentum that of the old value": moved(
                old_mean, mean, 1 - momentum
            ),
            "this is the last batch's mean: it counts by momentum, the old value by 1 - momentum": mean,
            "momentum times the batch's mean was added: its old value must count less, by 1 - momentum": (
                old_mean + momentum * mean
            ),
        },
    )
    check.close(
        running_variance,
        moved(old_variance, unbiased),
        what="running_var",
        mistakes={
            "the running variance was not updated": old_variance,
            "this takes the variance with n below the line: the running variance takes n - 1": moved(
                old_variance, biased
            ),
            "this takes the standard deviation: the running variance is to be moved": moved(
                old_variance, unbiased.sqrt()
            ),
            "n was taken to be the number of samples: it is how many numbers each feature has, pixels included": moved(
                old_variance, biased * n / (n - 1)
            ),
            "momentum is the share of the new batch, and 1 - momentum that of the old value": moved(
                old_variance, unbiased, 1 - momentum
            ),
        },
    )
    for share in (0.0, 1.0, None):
        given = {} if share is None else {"momentum": share}
        layer = batch_norm.BatchNorm(features, **given).to(device, torch.float64)
        *_, old_mean, old_variance = give_values(layer, device)
        with by_hand():
            layer(inputs)
        for name, old, new in (("running_mean", old_mean, mean), ("running_var", old_variance, unbiased)):
            check.close(
                getattr(layer, name),
                moved(old, new, 0.1 if share is None else share),
                what=f"with {'the default momentum' if share is None else f'momentum {share}'}, {name}",
                mistakes={
                    "momentum 0 is a momentum as well, and moves nothing: `momentum or 0.1` makes 0.1 of it": moved(
                        old, new, 0.1
                    )
                    if share == 0
                    else [],
                },
            )


@pytest.mark.concept("batch.statistics")
@pytest.mark.parametrize("pixels", [(), (3, 2)], ids=["matrix", "images"])
def test_in_evaluation_the_running_statistics_are_used_and_left_alone(device, pixels):
    """In evaluation a sample's result depends on no other sample: the running ones serve, and stay as they are."""
    n, features = draw.sizes(2, low=4)
    inputs = features_of((n, features, *pixels), device)
    layer = batch_norm.BatchNorm(features).to(device, torch.float64)
    weight, bias, mean, variance = (wide(each, inputs) for each in give_values(layer, device))
    layer.eval()
    expected = (inputs - mean) / (variance + 1e-5).sqrt() * weight + bias
    with check.unchanged(inputs), by_hand():
        result = layer(inputs)
    mistakes = {
        "the batch's statistics were used in evaluation: the running ones are to be used": (
            normalised(inputs, 1e-5) * weight + bias
        ),
    }
    check.close(result, expected, requires_grad=True, mistakes=mistakes)
    for name, before in (("running_mean", mean), ("running_var", variance)):
        now = getattr(layer, name)
        assert torch.equal(now, before.flatten()), f"evaluation changed the running statistics: {name} must stay"
    for sample, row in zip(inputs, expected, strict=True):
        single = sample.unsqueeze(0)
        with by_hand():
            result = layer(single)
        check.close(result, row.unsqueeze(0), requires_grad=True, what="the result for one sample alone")


@pytest.mark.concept("batch.statistics")
@pytest.mark.parametrize("pixels", [(), (2, 3)], ids=["matrix", "images"])
def test_over_several_batches_it_does_what_torch_does(device, pixels):
    """Over several batches, training and evaluation in turn, the layer is torch's BatchNorm."""
    n, features = draw.sizes(2, low=3)
    momentum, eps = 0.3, 1e-3
    torchs = (nn.BatchNorm2d if pixels else nn.BatchNorm1d)(features, momentum=momentum, eps=eps).double().to(device)
    layer = batch_norm.BatchNorm(features, momentum, eps).to(device, torch.float64)
    for step in range(4):
        training = step not in (2, 3)
        torchs.train(training)
        layer.train(training)
        inputs = features_of((n + step, features, *pixels), device) * (step + 1)
        expected = torchs(inputs)
        with by_hand():
            result = layer(inputs)
        check.close(result, expected, requires_grad=True, rtol=1e-7, atol=1e-7)
        for name in NAMES[2:]:
            check.close(getattr(layer, name), getattr(torchs, name), what=name, rtol=1e-7, atol=1e-7)
    again = batch_norm.BatchNorm(features, momentum, eps).to(device, torch.float64)
    again.load_state_dict(layer.state_dict())
    again.eval()
    with by_hand():
        result = again(inputs)
    check.close(
        result, expected, requires_grad=True, what="the result of a layer with this state", rtol=1e-7, atol=1e-7
    )


@pytest.mark.concept("batch.statistics")
def test_gradients_flow_through_the_statistics_of_the_batch(device):
    """Mean and variance depend on every sample, and so each result of the feature does: gradients tell."""
    n, features = draw.sizes(2, low=3)
    eps = 1e-3
    inputs = features_of((n, features), device)
    pull = draw.normal((n, features), device=device, dtype=torch.float64)
    layer = batch_norm.BatchNorm(features, eps=eps).to(device, torch.float64)
    weight = give_values(layer, device)[0]
    normal, spread = normalised(inputs, eps), (variance_of(inputs, 0) + eps).sqrt()
    scaled = pull * weight
    through_mean = scaled - scaled.mean(0)
    expected = (through_mean - normal * (scaled * normal).mean(0)) / spread
    inputs.requires_grad_()
    for _ in range(2):  # a second time: nothing of the first graph may be needed
        with by_hand():
            result = layer(inputs)
        assert result.requires_grad, "the result does not require grad: compute it without detach or no_grad"
        for running in (layer.running_mean, layer.running_var):
            assert not running.requires_grad, (
                "the running statistics hang on the graph of this batch, and in time on all: update them under no_grad"
            )
        of_inputs, of_weight, of_bias = torch.autograd.grad(
            (result * pull).sum(), (inputs, layer.weight, layer.bias), allow_unused=True
        )
        check.close(
            of_inputs,
            expected,
            what="the gradient of the inputs",
            mistakes={
                "mean and variance depend on the inputs too: they were cut out of the graph": scaled / spread,
                "the variance depends on the inputs too: it was cut out of the graph": through_mean / spread,
                "the mean depends on the inputs too: it was cut out of the graph": (
                    (scaled - normal * (scaled * normal).mean(0)) / spread
                ),
            },
        )
        check.close(of_weight, (pull * normal).sum(0), what="the gradient of the weight")
        check.close(of_bias, pull.sum(0), what="the gradient of the bias")


@pytest.mark.concept("batch.statistics")
def test_one_number_has_no_variance(device):
    """A batch of one number a feature has no statistics to train with; a single image has as many as it has pixels."""
    layer = batch_norm.BatchNorm(3).to(device, torch.float64)
    for shape in ((1, 3), (1, 3, 1, 1)):
        single = features_of(shape, device)
        with check.raises(ValueError, f"the batch has the shape {shape} in training"), by_hand():
            layer(single)
    image = features_of((1, 3, 2, 2), device)
    with by_hand():
        result = layer(image)
    check.close(result, normalised(image, 1e-5), requires_grad=True, what="the result for one image")
