"""A fully connected network must learn every place of an image; a convolution need not."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from dojo import check, draw
from katas.training import translation

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
FRAME, MOST = 14, 3  # digits of 8 x 8 hang in a frame of 14 x 14: 3 pixels are left on each side
LEARN, HELD_OUT = 80, 150


def set_parameters(model: nn.Module, *values: torch.Tensor) -> None:
    """Write values into the model's parameters, which are told by their shapes."""
    __tracebackhide__ = True
    assert isinstance(model, nn.Module), f"gave {check.describe(model)}, expected a torch.nn.Module"
    parameters = list(model.parameters())
    shapes = sorted(tuple(each.shape) for each in parameters)
    wanted = sorted(tuple(each.shape) for each in values)
    assert shapes == wanted, f"the parameters have the shapes {shapes}, expected {wanted}"
    with torch.no_grad():
        for value in values:
            next(each for each in parameters if each.shape == value.shape).copy_(value)


def responses(images: torch.Tensor, kernels: torch.Tensor, around: int) -> torch.Tensor:
    """Return what each kernel answers at each place, for images in a frame of zeros, in float64 on the CPU."""
    images, kernels = images.double().cpu(), kernels.double().cpu()
    n, height, width = images.shape
    size = kernels.shape[-1]
    wall = images.new_zeros(n, height + 2 * around, width + 2 * around)
    wall[:, around : around + height, around : around + width] = images
    rows, columns = height + 2 * around - size + 1, width + 2 * around - size + 1
    total = images.new_zeros(n, len(kernels), rows, columns)
    for i in range(size):
        for j in range(size):
            total += wall[:, None, i : i + rows, j : j + columns] * kernels[:, 0, i, j, None, None]
    return total


def hung(images: torch.Tensor, downs: torch.Tensor, rights: torch.Tensor) -> torch.Tensor:
    """Return images of 8 x 8 in a larger frame, each moved away from the middle by numbers of its own."""
    place = torch.arange(8, device=images.device)
    frame = images.new_zeros(len(images), FRAME, FRAME)
    rows, columns = (MOST + by.to(images.device)[:, None] + place for by in (downs, rights))
    which = torch.arange(len(images), device=images.device)[:, None, None]
    frame[which, rows[:, :, None], columns[:, None, :]] = images
    return frame


def in_the_middle(images: torch.Tensor) -> torch.Tensor:
    """Return images of 8 x 8 in the middle of a larger frame."""
    nothing = torch.zeros(len(images), dtype=torch.int64)
    return hung(images, nothing, nothing)


def anywhere(images: torch.Tensor) -> torch.Tensor:
    """Return images of 8 x 8 in a larger frame, each moved by up to 3 pixels at random."""
    return hung(images, *(draw.integers((len(images),), -MOST, MOST) for _ in range(2)))


class Split:
    """Real zeros and ones: some to learn from, others held out."""

    def __init__(self, digits: tuple[torch.Tensor, torch.Tensor], device: torch.device) -> None:
        images, labels = digits
        chosen = (labels < 2).nonzero().flatten()
        chosen = chosen[torch.randperm(len(chosen))].to(device)
        images, labels = images.to(device)[chosen].float() / 16, labels.to(device)[chosen]
        self.images, self.labels = images[:LEARN], labels[:LEARN]
        self.other_images, self.other_labels = (each[LEARN : LEARN + HELD_OUT] for each in (images, labels))

    def correct(self, model: nn.Module, place: Callable[[torch.Tensor], torch.Tensor]) -> float:
        """Return the share of the held-out images that the model recognises, put where ``place`` says."""
        with torch.no_grad():
            return (model(place(self.other_images)).argmax(dim=1) == self.other_labels).float().mean().item()


def trained(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    epochs: int,
    change: Callable[[torch.Tensor], torch.Tensor] | None = None,
    rate: float = 0.04,
) -> list[float]:
    """Train the model with the answer's loop and Adam, and return the losses."""
    __tracebackhide__ = True
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    return translation.train(model, optimizer, images, labels, epochs, change)


@pytest.mark.concept("vision.not-invariant")
@DTYPES
def test_every_hidden_neuron_sees_all_pixels(device, dtype):
    """Fully connected: each hidden neuron has a weight of its own for each pixel."""
    height, width, hidden, classes = 3, 4, 6, 2
    weights, scores = draw.normal((hidden, height * width)), draw.normal((classes, hidden))
    biases, last = draw.normal((hidden,)), draw.normal((classes,))
    model = translation.fully_connected(height, width, hidden, classes)
    set_parameters(model, weights, biases, scores, last)
    images = draw.laid_out(draw.normal((5, height, width), device=device, dtype=dtype), "transposed")
    with check.unchanged(images):
        given = model.to(device, dtype)(images)

    def expected(activation: Callable[[float], float] = lambda x: max(x, 0.0), by_column: bool = False) -> torch.Tensor:
        rows = []
        for image in images.transpose(1, 2) if by_column else images:
            pixels = [pixel for row in image.tolist() for pixel in row]
            x = [
                activation(sum(w * pixel for w, pixel in zip(row, pixels, strict=True)) + b)
                for row, b in zip(weights.tolist(), biases.tolist(), strict=True)
            ]
            rows.append(
                [
                    sum(w * v for w, v in zip(row, x, strict=True)) + b
                    for row, b in zip(scores.tolist(), last.tolist(), strict=True)
                ]
            )
        return torch.tensor(rows, dtype=dtype, device=device)

    tolerance = 1e-4 if dtype == torch.float32 else 1e-9
    check.close(
        given,
        expected(),
        requires_grad=True,
        rtol=tolerance,
        atol=tolerance,
        what="the scores",
        mistakes={
            "ReLU between the layers is left out": lambda: expected(lambda x: x),
            "this is tanh between the layers; it is to be ReLU": lambda: expected(math.tanh),
            "this is the sigmoid between the layers; it is to be ReLU": lambda: expected(
                lambda x: 1 / (1 + math.exp(-x))
            ),
            "ReLU follows the last layer as well; logits may be negative": lambda: expected().clamp(min=0),
            "these are probabilities; logits are asked for, without softmax": lambda: expected().softmax(dim=1),
            "these are log-probabilities; logits are asked for, as they come": lambda: expected().log_softmax(dim=1),
            "the pixels are in one row column after column; take them row after row": lambda: expected(by_column=True),
        },
    )


@pytest.mark.concept("vision.not-invariant")
@pytest.mark.parametrize("size", [3, 4])
def test_a_convolution_keeps_the_largest_response(device, size):
    """A kernel is compared with every place of the image; how strongly it answers at best is kept, not where."""
    features, classes = 5, 2
    kernels, biases = draw.normal((features, 1, size, size)), draw.normal((features,)) / 4
    biases[1] = -1000  # of this kernel all responses are negative, and ReLU matters
    kernels[2] = -kernels[2].abs() - 0.1  # of this one, the response is largest where it meets the least
    biases[2] = 15
    weights, last = draw.normal((classes, features)), draw.normal((classes,))
    weights[0] = -weights[0].abs() - 0.2
    model = translation.convolutional(features, size, classes)
    set_parameters(model, kernels, biases, weights, last)
    model = model.to(device, torch.float64)
    for height, width in ((6, 7), (4, 9), (2, 2)):
        # Images without dark pixels have much to see at the edge.
        images = draw.normal((3, height, width), device=device, dtype=torch.float64).abs() + 0.5
        with check.unchanged(images):
            given = model(images)

        def expected(
            around: int = size - 1,
            pool: Callable[[torch.Tensor], torch.Tensor] = lambda x: x.amax(dim=(2, 3)),
            activation: Callable[[torch.Tensor], torch.Tensor] = lambda x: x.clamp(min=0),
            images: torch.Tensor = images,
        ) -> torch.Tensor:
            pooled = pool(activation(responses(images, kernels, around) + biases.double()[:, None, None]))
            return (pooled @ weights.double().T + last.double()).to(device)

        check.close(
            given,
            expected(),
            requires_grad=True,
            what=f"of images of shape ({height}, {width}), the scores",
            rtol=1e-6,
            atol=1e-6,
            mistakes={
                "these are the means of the responses; keep the largest": lambda: expected(
                    pool=lambda x: x.mean((2, 3))
                ),
                "these are the sums of the responses; keep the largest": lambda: expected(pool=lambda x: x.sum((2, 3))),
                "the image is not surrounded by zeros: patterns at its edge are missed": lambda: expected(around=0),
                f"too few zeros surround the image; put {size - 1} on each side": lambda: expected(around=1),
                f"a kernel was compared with zeros alone: put {size - 1} on each side, no more": lambda: expected(
                    around=size
                ),
                "ReLU is left out": lambda: expected(activation=lambda x: x),
                "this is tanh; it is to be ReLU": lambda: expected(activation=torch.tanh),
                "these are probabilities; logits are asked for, without softmax": lambda: expected().softmax(dim=1),
                "ReLU follows the last layer as well; logits may be negative": lambda: expected().clamp(min=0),
            },
        )


@pytest.mark.concept("vision.not-invariant")
def test_a_moved_image_gives_another_answer_unless_kernels_look_everywhere(digits, device):
    """Whatever the weights, a convolution with the largest response gives a moved image the same scores."""
    digit = digits[0][draw.integer(0, 1700)].to(device).double() / 16
    downs, rights = torch.tensor([0, 3, -3, 0, 0, 1, -2, 3, -3]), torch.tensor([0, 0, 0, 3, -3, 1, 2, 3, -3])
    images = hung(digit.expand(9, 8, 8), downs, rights)
    first = translation.convolutional(4, 5, 3).to(device, torch.float64)(images)
    check.close(
        first[1:],
        first[:1].expand(8, 3).detach(),
        requires_grad=True,
        what="a list of the scores of the same digit at other places, with kernels,",
        rtol=1e-6,
        atol=1e-6,
    )
    # Of many hidden features, some respond wherever the digit is.
    other = translation.fully_connected(FRAME, FRAME, 64, 3).to(device, torch.float64)(images)
    changes = (other[1:] - other[:1]).abs().amax(dim=1)
    assert (changes > 1e-4).all(), (
        "a fully connected network gave a moved digit the same scores: each pixel has a weight"
    )


@pytest.mark.concept("vision.not-invariant")
def test_scores_keep_both_axes(device):
    """A batch of one image is a batch, and one class makes a row of one score."""
    for build in (
        lambda classes: translation.fully_connected(3, 4, 5, classes),
        lambda classes: translation.convolutional(5, 2, classes),
    ):
        for n, classes in ((1, 3), (4, 1), (1, 1)):
            scores = build(classes).to(device)(draw.normal((n, 3, 4), device=device))
            check.tensor(scores, shape=(n, classes), what=f"for n = {n} and {classes} classes, the tensor of scores")


def softmax_step(images: torch.Tensor, labels: torch.Tensor, weight: torch.Tensor) -> tuple[float, torch.Tensor]:
    """Return loss and gradient of linear logits, worked out without autograd."""
    logits = images.flatten(1) @ weight.T
    shares = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    right = torch.eye(len(weight), dtype=weight.dtype)[labels]
    loss = -(shares * right).sum(dim=1).log().mean().item()
    return loss, (shares - right).T @ images.flatten(1) / len(images)


class Linear(nn.Module):
    """Linear logits; notes in which mode it was called, and with how many images."""

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.clone())
        self.modes: list[bool] = []

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.modes.append(self.training)
        return images.flatten(1) @ self.weight.T


class Moves:
    """A change that notes what it is given, and gives something else at each call."""

    def __init__(self) -> None:
        self.got: list[torch.Tensor] = []

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        self.got.append(images.clone())
        return images.roll(len(self.got), dims=2)


def descent(images: torch.Tensor, labels: torch.Tensor, weight: torch.Tensor, epochs: int, **wrong: Any) -> Any:
    """Return the losses and the weights of plain gradient descent with a rate of 0.5, in float64 on the CPU."""
    images, labels, weight = images.double().cpu(), labels.cpu(), weight.double().cpu()
    late = torch.zeros_like(weight)
    losses, sum_of_all = [], wrong.get("left", torch.zeros_like(weight)).double().cpu()
    for epoch in range(1, epochs + 1):
        by = {"afresh": epoch, "never": 0, "once": 1, "further": epoch * (epoch + 1) // 2}[wrong.get("change", "never")]
        loss, gradient = softmax_step(images.roll(by, dims=2), labels, weight)
        sum_of_all = sum_of_all + gradient
        losses.append(loss)
        if wrong.get("late"):
            gradient, late = late, gradient
        weight = weight - 0.5 * (sum_of_all if wrong.get("adds_up") else gradient * wrong.get("times", 1))
    return losses, weight


def inputs(device: torch.device, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return images, labels and weights for a linear model."""
    images = draw.normal((7, 3, 5), device=device, dtype=dtype)
    labels = torch.tensor([0, 2, 1, 3, 2, 0, 0])[torch.randperm(7)].to(device)
    return images, labels, draw.normal((4, 15), device=device, dtype=dtype) / 3


@pytest.mark.concept("vision.augment")
@DTYPES
def test_an_epoch_is_one_step_on_all_images(device, dtype):
    """Each epoch: the loss of all images, the gradients of this loss alone, one step."""
    images, labels, weight = inputs(device, dtype)
    model = Linear(weight).eval()
    left = draw.normal((4, 15), device=device, dtype=dtype)
    model.weight.grad = left.clone()
    with check.unchanged(images, labels):
        losses = translation.train(model, torch.optim.SGD(model.parameters(), lr=0.5), images, labels, 4)
    right, weights = descent(images, labels, weight, 4)
    added_up = descent(images, labels, weight, 4, adds_up=True, left=left)
    added_later = descent(images, labels, weight, 4, adds_up=True)
    one = descent(images, labels, weight, 1)[1]
    tolerance = {"rtol": 1e-4, "atol": 1e-4} if dtype == torch.float32 else {"rtol": 1e-9, "atol": 1e-9}
    assert len(model.modes) == 4, f"for 4 epochs, the model was called {len(model.modes)} times; once in each epoch"
    assert isinstance(losses, list | tuple), f"gave {check.describe(losses)}, expected a list of the epochs' losses"
    check.close(
        model.weight.detach().double().cpu(),
        weights,
        what="after 4 epochs, the model's weights",
        mistakes={
            "the weights are as they were: is there a step of the optimizer?": weight.double().cpu(),
            "gradients add up, those from before too: call optimizer.zero_grad() before backward()": added_up[1],
            "gradients add up from epoch to epoch: call optimizer.zero_grad() in each": added_later[1],
            "this is one step; there is one in each epoch": one,
            "the step comes before backward(), with the gradients of the epoch before": lambda: descent(
                images, labels, weight, 4, late=True
            )[1],
            "this is the sum of the images' losses; take the mean": lambda: descent(images, labels, weight, 4, times=7)[
                1
            ],
            "the step goes up the slope; the loss is to fall": lambda: descent(images, labels, weight, 4, times=-1)[1],
        },
        **tolerance,
    )
    assert all(type(loss) is float for loss in losses), (
        f"gave {check.describe(losses[0])}, expected Python floats: a tensor keeps its graph; .item() gives the number"
    )
    check.close(
        losses,
        right,
        what="a list of the losses",
        mistakes={
            "these are the losses after each step; give the one that the step was made with": lambda: descent(
                images, labels, weight, 5
            )[0][1:],
            "these are the sums of the images' losses; take the mean": [7 * loss for loss in right],
            "the loss of the last epoch alone; give one for each epoch": right[-1:],
        },
        **tolerance,
    )
    assert all(model.modes), "the model was called in evaluation mode: model.train() comes first"


@pytest.mark.concept("vision.augment")
def test_images_are_changed_afresh_in_each_epoch(device):
    """Augmentation draws other shifts in each epoch, and starts from the images themselves each time."""
    images, labels, weight = inputs(device, torch.float64)
    images = draw.laid_out(images, "sliced")
    model, change = Linear(weight), Moves()
    with check.unchanged(images):
        losses = translation.train(model, torch.optim.SGD(model.parameters(), lr=0.5), images, labels, 3, change)
    how = {"change": "afresh"}
    right, weights = descent(images, labels, weight, 3, **how)
    assert change.got, "the images were not changed: call change in each epoch"
    assert len(change.got) <= 3, f"for 3 epochs, change was called {len(change.got)} times; call it once in each"
    wrong = {
        "these are the losses of the images as they were; the model learns from what change returns": {
            "change": "never"
        },
        "the images were changed once, before the first epoch; change them afresh in each": {"change": "once"},
        "changed images were changed again, further and further; each epoch starts from images": {"change": "further"},
    }
    check.close(
        list(losses),
        right,
        what="a list of the losses",
        rtol=1e-9,
        mistakes={words: descent(images, labels, weight, 3, **each)[0] for words, each in wrong.items()},
    )
    check.close(model.weight.detach().cpu(), weights, what="the weights")
    assert len(change.got) == 3, f"for 3 epochs, change was called {len(change.got)} times; call it once in each"
    for got in change.got:
        check.equal(got, images, what="what change was called with")


@pytest.mark.concept("vision.augment")
def test_no_epochs_leave_the_model_as_it_is(device):
    """Without epochs nothing is learned, and there are no losses."""
    images, labels, weight = inputs(device, torch.float32)
    model = Linear(weight)
    losses = translation.train(model, torch.optim.SGD(model.parameters(), lr=0.5), images, labels, 0, Moves())
    assert isinstance(losses, list | tuple), f"gave {check.describe(losses)}, expected a list of the epochs' losses"
    check.equal(list(losses), [], what="a list of the losses")
    check.equal(model.weight.detach(), weight, what="the weights")


@pytest.mark.concept("vision.not-invariant")
def test_a_fully_connected_network_does_not_recognise_moved_digits(digits, device):
    """A fully connected network that knows digits in the middle is at a loss when they move by a few pixels."""
    split = Split(digits, device)
    model = translation.fully_connected(FRAME, FRAME, 48, 2).to(device)
    trained(model, in_the_middle(split.images), split.labels, 20)
    middle, moved = split.correct(model, in_the_middle), split.correct(model, anywhere)
    assert middle > 0.9, (
        f"in the middle, where they were in training, {middle:.0%} are recognised: it should learn these"
    )
    assert moved < 0.75, f"moved digits: {moved:.0%} are recognised, which is more than a fully connected network can"


@pytest.mark.concept("vision.not-invariant")
def test_a_convolution_recognises_moved_digits(digits, device):
    """Trained on digits in the middle alone, a convolution recognises them wherever they are."""
    split = Split(digits, device)
    model = translation.convolutional(12, 5, 2).to(device)
    for _ in range(6):  # once in some hundred times, the weights that were drawn need more than the first 25 epochs
        losses = trained(model, in_the_middle(split.images[:60]), split.labels[:60], 25, rate=0.03)
        if losses[-1] < 0.1:
            break
    middle, moved = split.correct(model, in_the_middle), split.correct(model, anywhere)
    assert middle > 0.85, (
        f"in the middle, where they were in training, {middle:.0%} are recognised: it should learn these"
    )
    assert moved > 0.85, f"moved digits: {moved:.0%} are recognised; with the largest response it does not matter where"


@pytest.mark.concept("vision.augment")
def test_random_shifts_teach_a_fully_connected_network(digits, device):
    """What a fully connected network cannot know it can be shown: trained on shifted images, it recognises them."""
    split = Split(digits, device)
    model = translation.fully_connected(FRAME, FRAME, 48, 2).to(device)
    trained(model, split.images, split.labels, 50, anywhere)
    moved = split.correct(model, anywhere)
    assert moved > 0.85, f"moved digits: {moved:.0%} are recognised after 50 epochs of shifted images: afresh in each?"


@pytest.mark.concept("vision.augment-cost")
def test_all_those_variants_need_enough_hidden_features(digits, device):
    """Augmentation asks for hidden features: with a single one the training loss stays high."""
    split = Split(digits, device)
    lasts = []
    for hidden in (1, 48):
        model = translation.fully_connected(FRAME, FRAME, hidden, 2).to(device)
        losses = trained(model, split.images, split.labels, 50, anywhere)
        lasts.append(sum(losses[-10:]) / 10)
    few, enough = lasts
    assert enough < 0.3, f"with 48 hidden features the training loss ends at {enough:.2f}, expected well below 0.3"
    assert few > 0.3, f"with a single hidden feature the training loss fell to {few:.2f}: is there just one neuron?"
