"""The training loss shows a model that is too simple, and the gap to the validation loss one that overfits."""

import itertools
import math

import pytest
import torch

from dojo import check, draw
from katas.training import overfitting

NOISE = 0.2
SETS = 4  # what one set of samples shows may be chance
ROUNDING = {torch.float32: 1e-3, torch.float64: 1e-7}
Samples = tuple[torch.Tensor, torch.Tensor]


def spread(count: int) -> torch.Tensor:
    """Return numbers all over [-1, 1], one at random in each of so many parts of it, in random order."""
    numbers = (torch.arange(count) + torch.rand(count, dtype=torch.float64)) / count * 2 - 1
    return numbers[torch.randperm(count)]


def noisy(x: torch.Tensor, device: torch.device) -> Samples:
    """Return x, and a wave over x with normally distributed noise."""
    y = torch.tensor([2 * math.cos(3 * number) for number in x.tolist()], dtype=x.dtype)
    return x.to(device), (y + NOISE * draw.normal(x.shape, dtype=x.dtype)).to(device)


def polynomial(coefficients: list[float], x: torch.Tensor) -> torch.Tensor:
    """Return the values of a polynomial, in Python's floats."""
    values = [sum(c * number**power for power, c in enumerate(coefficients)) for number in x.tolist()]
    return torch.tensor(values, dtype=x.dtype, device=x.device)


def columns(x: torch.Tensor, powers: range) -> torch.Tensor:
    return torch.stack([x**power for power in powers], dim=1)


def solved(x: torch.Tensor, y: torch.Tensor, powers: range, penalty: float = 0.0) -> torch.Tensor:
    """Return the coefficients of these powers by the normal equations, in float64 on the CPU."""
    matrix = columns(x.cpu().double(), powers)
    square = matrix.T @ matrix + penalty * torch.eye(len(powers), dtype=torch.float64)
    return torch.linalg.solve(square, matrix.T @ y.cpu().double())


def error(coefficients: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> float:
    values = polynomial(coefficients.tolist(), x).tolist()
    return sum((a - b) ** 2 for a, b in zip(values, y.tolist(), strict=True)) / len(values)


@pytest.mark.concept("fit.training-loss")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("degree", [3, 2, 1, 0])
def test_the_coefficients_are_those_of_the_least_error(device, dtype, degree):
    """A polynomial is linear in its coefficients, so that least squares finds the best ones without any steps."""
    x = (2 * spread(draw.integer(9, 14)) + 0.7).to(dtype).to(device)
    y = draw.normal(x.shape, device=device, dtype=dtype) + 3
    with check.unchanged(x, y):
        coefficients = overfitting.fit_polynomial(x, y, degree)
    best = solved(x, y, range(degree + 1))

    def put(values: torch.Tensor) -> torch.Tensor:
        return values.to(dtype).to(device)

    check.close(
        coefficients,
        put(best),
        rtol=ROUNDING[dtype],
        atol=ROUNDING[dtype],
        mistakes={
            "the order is reversed: the constant comes first": put(best.flip(0)),
            "the constant is left at 0: the powers of x begin with x to the 0, which is 1": lambda: put(
                torch.cat([torch.zeros(1), solved(x, y, range(1, degree + 1))])
            ),
            "this is pulled to 0, as by a penalty; only the squared errors count": put(
                solved(x, y, range(degree + 1), penalty=1.0)
            ),
            "this goes through the first samples; fit it to all of them": lambda: put(
                solved(x[: degree + 1], y[: degree + 1], range(degree + 1))
            ),
            "these belong to the differences from the mean of x; take x as it is": put(
                solved(x - x.mean(), y, range(degree + 1))
            ),
            "this is not the least error: solve for the coefficients, do not approach them in steps": lambda: (
                coefficients if error(coefficients, x, y) > error(best, x, y) * (1 + 1e-3) else None
            ),
        },
        what=f"the tensor of coefficients of degree {degree}",
    )


@pytest.mark.concept("fit.training-loss")
def test_what_is_a_polynomial_is_found_again(device):
    """Where the samples lie on a polynomial, a fit of its degree, or of a higher one, finds just that."""
    right = [1.5, -2.0, 0.5, 3.0]
    x = draw.laid_out(spread(12).to(device), "sliced")
    y = polynomial(right, x)
    for degree in (3, 5):
        expected = torch.tensor(right + [0.0] * (degree - 3), dtype=torch.float64, device=device)
        found = overfitting.fit_polynomial(x, y, degree)
        check.close(found, expected, rtol=1e-7, atol=1e-7, what=f"the tensor of coefficients of degree {degree}")


@pytest.mark.concept("fit.training-loss")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_the_error_is_squared_and_averaged(device, dtype):
    """The mean squared error does not grow with the number of samples, and so training and validation compare."""
    count, degree = draw.integer(4, 9), draw.integer(2, 4)
    coefficients = draw.normal((degree + 1,), device=device, dtype=dtype)
    x, y = spread(count).to(dtype).to(device), draw.normal((count,), device=device, dtype=dtype) + 3
    right = error(coefficients, x, y)
    values = polynomial(coefficients.tolist(), x)
    with check.unchanged(coefficients, x, y):
        result = overfitting.mean_squared_error(coefficients, x, y)
    check.close(
        result,
        right,
        rtol=1e-4,
        mistakes={
            "this is the sum of the squares: divide by the number of samples": right * count,
            "this is the root of the mean squared error": right**0.5,
            "this is half of the mean squared error": right / 2,
            "this is divided by n - 1; the mean divides by n": right * count / (count - 1),
            "these are the absolute errors; they are to be squared": (values - y).abs().mean().item(),
            "these are the errors themselves; they are to be squared": (values - y).mean().item(),
            "the first coefficient went with the highest power of x; it is the constant": error(
                coefficients.flip(0), x, y
            ),
        },
        what="the mean squared error",
    )


@pytest.mark.concept("fit.more-data")
def test_each_count_is_a_fit_of_its_own(device):
    """For a learning curve, the model is fitted to more and more samples, and always validated on the same ones."""
    training, validation = noisy(spread(40), device), noisy(spread(25), device)
    degree, counts = 2, [7, 30, 12, 30, 21]
    curves = overfitting.learning_curve(training, validation, degree, counts)
    training_losses, validation_losses = check.parts(curves, 2, what="the learning curve")

    def curve(part: str, sizes: list[int] = counts, degree: int = degree, last: bool = False) -> list[float]:
        losses = []
        for count in sizes:
            some = [each.flip(0)[:count] if last else each[:count] for each in training]
            losses.append(error(solved(*some, range(degree + 1)), *(some if part == "training" else validation)))
        return losses

    everything = solved(*training, range(degree + 1))
    with_validation = {
        count: solved(
            *(torch.cat([a[:count], b]) for a, b in zip(training, validation, strict=True)), range(degree + 1)
        )
        for count in counts
    }
    right = {part: curve(part) for part in ("training", "validation")}
    for part, mine in (("training", training_losses), ("validation", validation_losses)):
        other = "validation" if part == "training" else "training"
        on = [[each[:count] for each in training] if part == "training" else validation for count in counts]
        check.close(
            mine,
            right[part],
            rtol=1e-6,
            mistakes={
                "the two curves are swapped: the training losses come first": right[other],
                "this is the loss on all training samples; take those that were fitted": [
                    error(solved(*(each[:count] for each in training), range(degree + 1)), *training)
                    for count in counts
                ],
                "the polynomial was fitted to all training samples; fit it to the first `count`": [
                    error(everything, *samples) for samples in on
                ],
                "the polynomial was fitted to the last samples; take the first ones": curve(part, last=True),
                "this is the loss on as many validation samples; take all of them": [
                    error(
                        solved(*(each[:count] for each in training), range(degree + 1)),
                        *(each[:count] for each in validation),
                    )
                    for count in counts
                ],
                "the polynomial was fitted to the validation samples too; they are held out": [
                    error(with_validation[count], *samples) for count, samples in zip(counts, on, strict=True)
                ],
                "the losses are not in the order of counts": curve(part, sorted(counts)),
                "a count that came again was left out: each count has its own place in both curves": curve(
                    part, list(dict.fromkeys(counts))
                ),
                "each fit had one sample less than it should": curve(part, [count - 1 for count in counts]),
                "these are polynomials of degree 1, not of the degree that is given": curve(part, degree=1),
            },
            what=f"the list of {part} losses",
        )


@pytest.mark.concept("fit.too-simple")
@pytest.mark.concept("fit.training-loss")
def test_no_number_of_samples_helps_a_model_that_is_too_simple(device):
    """The training loss of a line stays high, however many samples of a wave there are: the model is too simple."""
    training, validation = noisy(spread(400)[:300], device), noisy(spread(100), device)
    training = draw.laid_out(training[0], "sliced"), training[1]
    line, _ = overfitting.learning_curve(training, validation, 1, [40, 300])
    fourth, _ = overfitting.learning_curve(training, validation, 4, [40, 300])
    assert min(line) > 0.4, f"a line cannot follow the wave; its training losses are {line}"
    assert max(fourth) < 0.1, f"a polynomial of degree 4 can follow the wave; its training losses are {fourth}"


@pytest.mark.concept("fit.training-loss")
@pytest.mark.concept("fit.overfitting")
def test_with_as_many_coefficients_as_samples_no_error_is_left(device):
    """Ten samples, ten coefficients: the training loss is 0, noise and all, and says nothing about other samples."""
    training, validation = noisy(spread(10), device), noisy(spread(200), device)
    training = draw.laid_out(training[0], "sliced"), training[1]
    coefficients = overfitting.fit_polynomial(*training, 9)
    training_loss = overfitting.mean_squared_error(coefficients, *training)
    validation_loss = overfitting.mean_squared_error(coefficients, *validation)
    check.close(training_loss, 0.0, atol=1e-6, what="the training loss")
    assert validation_loss > NOISE**2 / 2, (
        f"the validation loss is {validation_loss:.3g}, less than the noise, which nobody can foresee"
    )


@pytest.mark.concept("fit.overfitting")
def test_the_training_loss_falls_with_the_degree_and_the_gap_grows(device):
    """A higher degree never fits the training samples worse; once it follows the noise, the gap opens."""
    totals = {degree: [0.0, 0.0] for degree in (4, 11)}
    for _ in range(SETS):
        training, validation = noisy(spread(13), device), noisy(spread(200), device)
        fits = {degree: overfitting.fit_polynomial(*training, degree) for degree in (1, 4, 8, 11)}
        losses = [overfitting.mean_squared_error(each, *training) for each in fits.values()]
        falls = all(b <= a + 1e-7 for a, b in itertools.pairwise(losses))
        assert falls, f"the training losses of degree 1, 4, 8, 11 are {losses}: none can be above the one before"
        for degree, total in totals.items():
            for place, samples in enumerate((training, validation)):
                total[place] += overfitting.mean_squared_error(fits[degree], *samples)
    gap = {degree: held_out / learned for degree, (learned, held_out) in totals.items()}
    assert gap[11] > 1.5 * gap[4], (
        f"of degree 11, the validation loss is {gap[11]:.3g} times the training loss, of degree 4 {gap[4]:.3g} times"
    )


@pytest.mark.concept("fit.more-data")
def test_more_data_close_the_gap(device):
    """More training data reduce overfitting: the same model comes from a large gap to nearly none."""
    few = many = 0.0
    for _ in range(SETS):
        parts = noisy(spread(13), device), noisy(spread(387), device)
        training = tuple(torch.cat(both) for both in zip(*parts, strict=True))
        learned, held_out = overfitting.learning_curve(training, noisy(spread(200), device), 11, [13, 400])
        few, many = few + held_out[0] - learned[0], many + held_out[1] - learned[1]
    assert few > 4 * abs(many), (
        f"with 13 samples the gap is {few / SETS:.3g}, with 400 it is {many / SETS:.3g}: it should be smaller"
    )


@pytest.mark.concept("fit.overfitting")
@pytest.mark.concept("fit.too-simple")
@pytest.mark.parametrize(
    ("training_losses", "validation_losses", "expected"),
    [
        ([1.0, 0.9, 0.8], [1.1, 1.0, 0.9], "too simple"),
        ([1.0, 0.5, 0.1], [1.1, 0.6, 0.5], "overfitting"),
        ([1.0, 0.5, 0.1], [1.1, 0.5, 0.15], "fits"),
    ],
    ids=["too simple", "overfitting", "fits"],
)
def test_two_curves_have_three_diagnoses(training_losses, validation_losses, expected):
    """The training loss does not fall: too simple; it falls, and the gap is large: overfitting; otherwise it fits."""
    given = overfitting.diagnosis(training_losses, validation_losses)
    assert given == expected, (
        f"gave {given!r}, expected {expected!r}: the training loss went from 1.0 to {training_losses[-1]}, and the "
        f"validation loss is {validation_losses[-1] / training_losses[-1]:.2g} times the last training loss"
    )


CASES = {
    "a training loss that did not fall comes first, whatever the gap": ([1.0, 0.8], [3.0, 3.0], "too simple"),
    "look at the training loss for the fall, not at the validation loss": ([1.0, 0.4], [0.5, 0.5], "fits"),
    "a large gap is enough; the validation loss need not rise": ([8.0, 1.0], [9.0, 4.0], "overfitting"),
    "a validation loss that rises a little makes no large gap": ([8.0, 2.0, 1.0], [3.0, 1.5, 1.6], "fits"),
    "the last validation loss counts, not the lowest one": ([8.0, 3.0, 1.0], [9.0, 1.0, 5.0], "overfitting"),
    "the last training loss counts, not the lowest one": ([4.0, 1.0, 3.0], [4.0, 2.0, 3.0], "too simple"),
    "the first training loss counts, not the largest one": ([4.0, 9.0, 3.0], [4.0, 9.0, 3.0], "too simple"),
    "the gap is so many times the training loss, no difference": ([90.0, 30.0], [90.0, 40.0], "fits"),
    "the gap is so many times the training loss, small losses too": ([0.9, 0.01], [0.9, 0.4], "overfitting"),
    "the fall is so many times the first loss, no difference": ([90.0, 60.0], [90.0, 60.0], "too simple"),
    "a fall to half is no fall by 0.5: small losses fall too": ([0.09, 0.01], [0.09, 0.01], "fits"),
    "too simple is more than half of the first loss, not half itself": ([4.0, 2.0], [4.0, 3.0], "fits"),
    "a large gap is more than twice the training loss, not twice itself": ([8.0, 2.0], [8.0, 4.0], "fits"),
    "a validation loss of two and a half times the training loss is a large gap": (
        [8.0, 2.0],
        [8.0, 5.0],
        "overfitting",
    ),
    "after one epoch nothing has fallen yet": ([2.0], [2.0], "too simple"),
    "a training loss of 0 with an error on other samples": ([2.0, 0.0], [2.0, 1.0], "overfitting"),
    "no error at all": ([0.0, 0.0], [0.0, 0.0], "fits"),
}


@pytest.mark.concept("fit.overfitting")
@pytest.mark.concept("fit.too-simple")
@pytest.mark.parametrize("case", CASES)
def test_a_diagnosis_looks_at_the_last_losses(case):
    """First and last training loss show the fall, the last of both show the gap, both as so many times."""
    training_losses, validation_losses, expected = CASES[case]
    given = overfitting.diagnosis(training_losses, validation_losses)
    assert given == expected, (
        f"gave {given!r} for the training losses {training_losses} and the validation losses {validation_losses}, "
        f"expected {expected!r}: {case}"
    )


@pytest.mark.concept("fit.overfitting")
@pytest.mark.parametrize(
    ("limits", "expected"),
    [({"fall": 0.1}, "too simple"), ({"fall": 0.9}, "fits"), ({"gap": 1.2}, "overfitting"), ({"gap": 9.0}, "fits")],
    ids=lambda value: "-".join(map(str, *value.items())) if isinstance(value, dict) else value.replace(" ", "-"),
)
def test_the_limits_are_given(limits, expected):
    """What counts as a fall, and as a large gap, depends on the problem."""
    given = overfitting.diagnosis([10.0, 4.0], [10.0, 6.0], **limits)
    assert given == expected, (
        f"gave {given!r} with the limit {limits}, expected {expected!r}: use fall and gap as given"
    )


@pytest.mark.concept("fit.overfitting")
@pytest.mark.concept("fit.too-simple")
def test_polynomials_are_told_apart_by_their_losses(device):
    """Degree 1 is too simple for a wave, degree 4 fits it, and degree 11 with few samples overfits."""
    samples = tuple(torch.cat(both) for both in zip(noisy(spread(13), device), noisy(spread(287), device), strict=True))
    validation, guess = noisy(spread(400), device), torch.zeros(1, dtype=torch.float64, device=device)
    start = [overfitting.mean_squared_error(guess, *each) for each in (samples, validation)]
    for degree, count, expected in ((1, 300, "too simple"), (4, 300, "fits"), (11, 13, "overfitting")):
        training_losses, validation_losses = overfitting.learning_curve(samples, validation, degree, [count])
        given = overfitting.diagnosis([start[0], *training_losses], [start[1], *validation_losses])
        assert given == expected, (
            f"degree {degree} with {count} samples: {given}, expected {expected}, with the training loss "
            f"{training_losses[0]:.3g} and the validation loss {validation_losses[0]:.3g}"
        )


@pytest.mark.concept("fit.more-data")
@pytest.mark.concept("fit.overfitting")
def test_a_few_cars_are_fitted_and_many_are_understood(device, cars):
    """Fuel use by weight: a polynomial of degree 9 overfits 11 cars, and hardly 300."""
    weight, mpg = (
        (cars[name].double() - middle) / half for name, middle, half in (("weight", 3376, 1764), ("mpg", 23, 8))
    )
    order = torch.randperm(392)
    few_cars = list({weight[one].item(): one for one in order[:300].tolist()}.values())[:11]  # of different weights
    rest = [one for one in order[:300].tolist() if one not in few_cars]
    training, validation = ((weight[some].to(device), mpg[some].to(device)) for some in (few_cars + rest, order[300:]))
    training_losses, validation_losses = overfitting.learning_curve(training, validation, 9, [11, 300])
    few, many = (b / a for a, b in zip(training_losses, validation_losses, strict=True))
    assert few > 2 * many, (
        f"the validation loss is {few:.3g} times the training loss with 11 cars, and {many:.3g} times with 300"
    )
