"""Wrong answers to training/overfitting."""

import numpy
import torch

from dojo.runner.variants import body, replaces


def _powers(x, count):
    return x.unsqueeze(1) ** torch.arange(count, device=x.device)


def _fit(x, y, degree):
    return torch.linalg.lstsq(_powers(x, degree + 1), y.unsqueeze(1)).solution.squeeze(1)


def _error(coefficients, x, y):
    return (_powers(x, len(coefficients)) @ coefficients - y).square().mean().item()


def _curve(training, validation, degree, counts):
    rows = []
    for count in counts:
        x, y = training[0][:count], training[1][:count]
        coefficients = _fit(x, y, degree)
        rows.append((_error(coefficients, x, y), _error(coefficients, *validation)))
    return [a for a, _ in rows], [b for _, b in rows]


OnePowerTooMany = body("fit_polynomial", "return _fit(x, y, degree + 1)", "has shape")
GivesFloat64 = body("fit_polynomial", "return _fit(x.double(), y.double(), degree)", "float64, expected float32")
GoesThroughTheFirstSamples = body(
    "fit_polynomial", "return _fit(x[: degree + 1], y[: degree + 1], degree)", "goes through"
)
FitsXToY = body("fit_polynomial", "return _fit(y, x, degree)", "not the least")
AlwaysALine = body("fit_polynomial", "return _fit(x, y, 1)", "has shape")
CentresX = body("fit_polynomial", "return _fit(x - x.mean(), y, degree)", "differences from the mean of x")


class HighestPowerFirst:
    """the constant comes first"""

    def fit_polynomial(x, y, degree):
        return _fit(x, y, degree).flip(0)

    def mean_squared_error(coefficients, x, y):
        return _error(coefficients.flip(0), x, y)


@replaces("fit_polynomial", "has shape")
def ForgetsTheConstant(x, y, degree):
    powers = torch.stack([x**power for power in range(1, degree + 1)], dim=1)
    return torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)


@replaces("fit_polynomial", "the constant is left at 0")
def ConstantZero(x, y, degree):
    if degree == 0:
        return x.new_zeros(1)
    powers = torch.stack([x**power for power in range(1, degree + 1)], dim=1)
    return torch.cat([x.new_zeros(1), torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)])


@replaces("fit_polynomial", "has shape")
def OnePowerTooFew(x, y, degree):
    return torch.linalg.lstsq(_powers(x, max(degree, 1)), y.unsqueeze(1)).solution.squeeze(1)


@replaces("fit_polynomial", "has shape (4, 1), expected shape (4,)")
def KeepsTheColumn(x, y, degree):
    return torch.linalg.lstsq(_powers(x, degree + 1), y.unsqueeze(1)).solution


@replaces("fit_polynomial", "same device")
def MakesThePowersOnTheCpu(x, y, degree):
    powers = torch.tensor([[v**k for k in range(degree + 1)] for v in x.tolist()], dtype=x.dtype)
    return torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)


@replaces("fit_polynomial", "same device")
def ExponentsOnTheCpu(x, y, degree):
    powers = x.unsqueeze(1) ** torch.arange(degree + 1)
    return torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)


@replaces("fit_polynomial", "a tensor made without device= lies on the CPU")
def FitsWithNumpy(x, y, degree):
    found = numpy.polynomial.polynomial.polyfit(x.cpu().double().numpy(), y.cpu().double().numpy(), degree)
    return torch.from_numpy(found).to(x.dtype)


@replaces("fit_polynomial", "a penalty")
def PullsToZero(x, y, degree):
    powers = _powers(x, degree + 1)
    ridge = torch.eye(degree + 1, dtype=x.dtype, device=x.device)
    return torch.linalg.solve(powers.T @ powers + ridge, powers.T @ y)


@replaces("fit_polynomial", "not the least")
def TakesAFewStepsOnly(x, y, degree):
    powers = _powers(x, degree + 1)
    weights = torch.zeros(degree + 1, dtype=x.dtype, device=x.device)
    for _ in range(30):
        weights -= 0.05 * powers.T @ (powers @ weights - y) / len(x)
    return weights


@replaces("fit_polynomial", "changed its input")
def ChangesTheSamples(x, y, degree):
    result = _fit(x, y, degree)
    y -= _powers(x, degree + 1) @ result
    return result


GivesTheSum = body("mean_squared_error", "return _error(coefficients, x, y) * len(x)", "the sum")
GivesTheRoot = body("mean_squared_error", "return _error(coefficients, x, y) ** 0.5", "the root")
GivesHalf = body("mean_squared_error", "return _error(coefficients, x, y) / 2", "half")
GivesAnUnbiasedMean = body("mean_squared_error", "return _error(coefficients, x, y) * len(x) / (len(x) - 1)", "n - 1")
EvaluatesTheOtherWayRound = body("mean_squared_error", "return _error(coefficients.flip(0), x, y)", "highest power")


@replaces("mean_squared_error", "absolute")
def GivesTheMeanDistance(coefficients, x, y):
    return (_powers(x, len(coefficients)) @ coefficients - y).abs().mean().item()


@replaces("mean_squared_error", "squared")
def ForgetsToSquare(coefficients, x, y):
    return (_powers(x, len(coefficients)) @ coefficients - y).mean().item()


class GivesATensor:
    """.item() takes the number out"""

    def mean_squared_error(coefficients, x, y):
        return (_powers(x, len(coefficients)) @ coefficients - y).square().mean()

    learning_curve = _curve


@replaces("mean_squared_error", "same device")
def EvaluatesOnTheCpu(coefficients, x, y):
    powers = x.unsqueeze(1) ** torch.arange(len(coefficients))
    return (powers @ coefficients - y).square().mean().item()


SortsTheCounts = body(
    "learning_curve", "return _curve(training, validation, degree, sorted(counts))", "in the order of counts"
)
CountsFromOne = body(
    "learning_curve", "return _curve(training, validation, degree, [max(n - 1, 1) for n in counts])", "one sample less"
)
AlwaysALearningCurveOfALine = body("learning_curve", "return _curve(training, validation, 1, counts)", "degree 1")


@replaces("learning_curve", "on all training samples")
def MeasuresOnAllTrainingSamples(training, validation, degree, counts):
    one = [_error(_fit(training[0][:n], training[1][:n], degree), *training) for n in counts]
    return one, _curve(training, validation, degree, counts)[1]


@replaces("learning_curve", "fitted to all")
def FitsToAllSamples(training, validation, degree, counts):
    best = _fit(*training, degree)
    one = [_error(best, training[0][:n], training[1][:n]) for n in counts]
    return one, [_error(best, *validation) for _ in counts]


@replaces("learning_curve", "the last samples")
def FitsToTheLastSamples(training, validation, degree, counts):
    return _curve(tuple(each.flip(0) for each in training), validation, degree, counts)


@replaces("learning_curve", "as many validation samples")
def ValidatesOnAsMany(training, validation, degree, counts):
    pairs = [_curve(training, tuple(each[:n] for each in validation), degree, [n]) for n in counts]
    return [a[0] for a, _ in pairs], [b[0] for _, b in pairs]


@replaces("learning_curve", "fitted to the validation samples")
def FitsToValidationToo(training, validation, degree, counts):
    one, two = [], []
    for n in counts:
        x, y = (torch.cat([a[:n], b]) for a, b in zip(training, validation))
        best = _fit(x, y, degree)
        one.append(_error(best, training[0][:n], training[1][:n]))
        two.append(_error(best, *validation))
    return one, two


@replaces("learning_curve", "the training losses come first")
def SwapsTheCurves(*args):
    return _curve(*args)[::-1]


@replaces("learning_curve", "2 values")
def GivesPairs(*args):
    return list(zip(*_curve(*args)))


@replaces("learning_curve", "a count that came again")
def LeavesRepeatsOut(training, validation, degree, counts):
    curves = {}
    for count in counts:
        some = [each[:count] for each in training]
        best = _fit(*some, degree)
        curves[count] = _error(best, *some), _error(best, *validation)
    return [one for one, _ in curves.values()], [two for _, two in curves.values()]


@replaces("diagnosis", "did not fall")
def LooksAtTheGapFirst(training_losses, validation_losses, fall=0.5, gap=2.0):
    if validation_losses[-1] > gap * training_losses[-1]:
        return "overfitting"
    return "too simple" if training_losses[-1] > fall * training_losses[0] else "fits"


@replaces("diagnosis", "times")
def SubtractsTheGap(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] > fall * training_losses[0]:
        return "too simple"
    return "overfitting" if validation_losses[-1] - training_losses[-1] > gap else "fits"


@replaces("diagnosis", "expected 'too simple'")
def SubtractsTheFall(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[0] - training_losses[-1] < fall:
        return "too simple"
    return "overfitting" if validation_losses[-1] > gap * training_losses[-1] else "fits"


@replaces("diagnosis", "the last")
def LooksAtTheBestEpoch(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] > fall * training_losses[0]:
        return "too simple"
    return "overfitting" if min(validation_losses) > gap * training_losses[-1] else "fits"


@replaces("diagnosis", "the last")
def LooksAtTheLowestTrainingLoss(training_losses, validation_losses, fall=0.5, gap=2.0):
    if min(training_losses) > fall * max(training_losses):
        return "too simple"
    return "overfitting" if validation_losses[-1] > gap * training_losses[-1] else "fits"


@replaces("diagnosis", "times the last training loss")
def LooksForARise(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] > fall * training_losses[0]:
        return "too simple"
    return "overfitting" if validation_losses[-1] > min(validation_losses) else "fits"


@replaces("diagnosis", "training loss")
def LooksAtTheValidationLossForTheFall(training_losses, validation_losses, fall=0.5, gap=2.0):
    if validation_losses[-1] > fall * validation_losses[0]:
        return "too simple"
    return "overfitting" if validation_losses[-1] > gap * training_losses[-1] else "fits"


@replaces("diagnosis", "fall")
def IgnoresTheLimits(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] > 0.5 * training_losses[0]:
        return "too simple"
    return "overfitting" if validation_losses[-1] > 2 * training_losses[-1] else "fits"


@replaces("diagnosis", "gap")
def IgnoresTheGap(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] > fall * training_losses[0]:
        return "too simple"
    return "overfitting" if validation_losses[-1] > 2 * training_losses[-1] else "fits"


@replaces("diagnosis", "more than")
def CountsTheLimitIn(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] >= fall * training_losses[0]:
        return "too simple"
    return "overfitting" if validation_losses[-1] >= gap * training_losses[-1] else "fits"


@replaces("diagnosis", "more than")
def CountsTheGapIn(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] > fall * training_losses[0]:
        return "too simple"
    return "overfitting" if validation_losses[-1] >= gap * training_losses[-1] else "fits"


@replaces("diagnosis", "raised ZeroDivisionError")
def Divides(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] / training_losses[0] > fall:
        return "too simple"
    return "overfitting" if validation_losses[-1] / training_losses[-1] > gap else "fits"


@replaces("diagnosis", "'underfitting', expected 'too simple'")
def OtherWords(training_losses, validation_losses, fall=0.5, gap=2.0):
    if training_losses[-1] > fall * training_losses[0]:
        return "underfitting"
    return "overfitting" if validation_losses[-1] > gap * training_losses[-1] else "fits"
