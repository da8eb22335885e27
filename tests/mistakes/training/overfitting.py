"""Wrong answers to training/overfitting."""

import numpy
import torch


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


class HighestPowerFirst:
    """the constant comes first"""

    def fit_polynomial(x, y, degree):
        return _fit(x, y, degree).flip(0)

    def mean_squared_error(coefficients, x, y):
        return _error(coefficients.flip(0), x, y)


class ForgetsTheConstant:
    """has shape"""

    def fit_polynomial(x, y, degree):
        powers = torch.stack([x**power for power in range(1, degree + 1)], dim=1)
        return torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)


class ConstantZero:
    """the constant is left at 0"""

    def fit_polynomial(x, y, degree):
        if degree == 0:
            return x.new_zeros(1)
        powers = torch.stack([x**power for power in range(1, degree + 1)], dim=1)
        return torch.cat([x.new_zeros(1), torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)])


class OnePowerTooMany:
    """has shape"""

    def fit_polynomial(x, y, degree):
        return _fit(x, y, degree + 1)


class OnePowerTooFew:
    """has shape"""

    def fit_polynomial(x, y, degree):
        return torch.linalg.lstsq(_powers(x, max(degree, 1)), y.unsqueeze(1)).solution.squeeze(1)


class KeepsTheColumn:
    """has shape (4, 1), expected shape (4,)"""

    def fit_polynomial(x, y, degree):
        return torch.linalg.lstsq(_powers(x, degree + 1), y.unsqueeze(1)).solution


class MakesThePowersOnTheCpu:
    """same device"""

    def fit_polynomial(x, y, degree):
        powers = torch.tensor([[v**k for k in range(degree + 1)] for v in x.tolist()], dtype=x.dtype)
        return torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)


class ExponentsOnTheCpu:
    """same device"""

    def fit_polynomial(x, y, degree):
        powers = x.unsqueeze(1) ** torch.arange(degree + 1)
        return torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)


class FitsWithNumpy:
    """a tensor made without device= lies on the CPU"""

    def fit_polynomial(x, y, degree):
        found = numpy.polynomial.polynomial.polyfit(x.cpu().double().numpy(), y.cpu().double().numpy(), degree)
        return torch.from_numpy(found).to(x.dtype)


class GivesFloat64:
    """float64, expected float32"""

    def fit_polynomial(x, y, degree):
        return _fit(x.double(), y.double(), degree)


class PullsToZero:
    """a penalty"""

    def fit_polynomial(x, y, degree):
        powers = _powers(x, degree + 1)
        ridge = torch.eye(degree + 1, dtype=x.dtype, device=x.device)
        return torch.linalg.solve(powers.T @ powers + ridge, powers.T @ y)


class TakesAFewStepsOnly:
    """not the least"""

    def fit_polynomial(x, y, degree):
        powers = _powers(x, degree + 1)
        weights = torch.zeros(degree + 1, dtype=x.dtype, device=x.device)
        for _ in range(30):
            weights -= 0.05 * powers.T @ (powers @ weights - y) / len(x)
        return weights


class GoesThroughTheFirstSamples:
    """goes through"""

    def fit_polynomial(x, y, degree):
        return _fit(x[: degree + 1], y[: degree + 1], degree)


class FitsXToY:
    """not the least"""

    def fit_polynomial(x, y, degree):
        return _fit(y, x, degree)


class AlwaysALine:
    """has shape"""

    def fit_polynomial(x, y, degree):
        return _fit(x, y, 1)


class CentresX:
    """differences from the mean of x"""

    def fit_polynomial(x, y, degree):
        return _fit(x - x.mean(), y, degree)


class ChangesTheSamples:
    """changed its input"""

    def fit_polynomial(x, y, degree):
        result = _fit(x, y, degree)
        y -= _powers(x, degree + 1) @ result
        return result


class GivesTheSum:
    """the sum"""

    def mean_squared_error(coefficients, x, y):
        return _error(coefficients, x, y) * len(x)


class GivesTheRoot:
    """the root"""

    def mean_squared_error(coefficients, x, y):
        return _error(coefficients, x, y) ** 0.5


class GivesTheMeanDistance:
    """absolute"""

    def mean_squared_error(coefficients, x, y):
        return (_powers(x, len(coefficients)) @ coefficients - y).abs().mean().item()


class GivesHalf:
    """half"""

    def mean_squared_error(coefficients, x, y):
        return _error(coefficients, x, y) / 2


class GivesAnUnbiasedMean:
    """n - 1"""

    def mean_squared_error(coefficients, x, y):
        return _error(coefficients, x, y) * len(x) / (len(x) - 1)


class EvaluatesTheOtherWayRound:
    """highest power"""

    def mean_squared_error(coefficients, x, y):
        return _error(coefficients.flip(0), x, y)


class ForgetsToSquare:
    """squared"""

    def mean_squared_error(coefficients, x, y):
        return (_powers(x, len(coefficients)) @ coefficients - y).mean().item()


class GivesATensor:
    """.item() takes the number out"""

    def mean_squared_error(coefficients, x, y):
        return (_powers(x, len(coefficients)) @ coefficients - y).square().mean()

    learning_curve = _curve


class EvaluatesOnTheCpu:
    """same device"""

    def mean_squared_error(coefficients, x, y):
        powers = x.unsqueeze(1) ** torch.arange(len(coefficients))
        return (powers @ coefficients - y).square().mean().item()


class MeasuresOnAllTrainingSamples:
    """on all training samples"""

    def learning_curve(training, validation, degree, counts):
        one = [_error(_fit(training[0][:n], training[1][:n], degree), *training) for n in counts]
        return one, _curve(training, validation, degree, counts)[1]


class FitsToAllSamples:
    """fitted to all"""

    def learning_curve(training, validation, degree, counts):
        best = _fit(*training, degree)
        one = [_error(best, training[0][:n], training[1][:n]) for n in counts]
        return one, [_error(best, *validation) for _ in counts]


class FitsToTheLastSamples:
    """the last samples"""

    def learning_curve(training, validation, degree, counts):
        return _curve(tuple(each.flip(0) for each in training), validation, degree, counts)


class ValidatesOnAsMany:
    """as many validation samples"""

    def learning_curve(training, validation, degree, counts):
        pairs = [_curve(training, tuple(each[:n] for each in validation), degree, [n]) for n in counts]
        return [a[0] for a, _ in pairs], [b[0] for _, b in pairs]


class FitsToValidationToo:
    """fitted to the validation samples"""

    def learning_curve(training, validation, degree, counts):
        one, two = [], []
        for n in counts:
            x, y = (torch.cat([a[:n], b]) for a, b in zip(training, validation))
            best = _fit(x, y, degree)
            one.append(_error(best, training[0][:n], training[1][:n]))
            two.append(_error(best, *validation))
        return one, two


class SwapsTheCurves:
    """the training losses come first"""

    def learning_curve(*args):
        return _curve(*args)[::-1]


class GivesPairs:
    """2 values"""

    def learning_curve(*args):
        return list(zip(*_curve(*args)))


class SortsTheCounts:
    """in the order of counts"""

    def learning_curve(training, validation, degree, counts):
        return _curve(training, validation, degree, sorted(counts))


class LeavesRepeatsOut:
    """a count that came again"""

    def learning_curve(training, validation, degree, counts):
        curves = {}
        for count in counts:
            some = [each[:count] for each in training]
            best = _fit(*some, degree)
            curves[count] = _error(best, *some), _error(best, *validation)
        return [one for one, _ in curves.values()], [two for _, two in curves.values()]


class CountsFromOne:
    """one sample less"""

    def learning_curve(training, validation, degree, counts):
        return _curve(training, validation, degree, [max(n - 1, 1) for n in counts])


class AlwaysALearningCurveOfALine:
    """degree 1"""

    def learning_curve(training, validation, degree, counts):
        return _curve(training, validation, 1, counts)


class LooksAtTheGapFirst:
    """did not fall"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if validation_losses[-1] > gap * training_losses[-1]:
            return "overfitting"
        return "too simple" if training_losses[-1] > fall * training_losses[0] else "fits"


class SubtractsTheGap:
    """times"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] > fall * training_losses[0]:
            return "too simple"
        return "overfitting" if validation_losses[-1] - training_losses[-1] > gap else "fits"


class SubtractsTheFall:
    """expected 'too simple'"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[0] - training_losses[-1] < fall:
            return "too simple"
        return "overfitting" if validation_losses[-1] > gap * training_losses[-1] else "fits"


class LooksAtTheBestEpoch:
    """the last"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] > fall * training_losses[0]:
            return "too simple"
        return "overfitting" if min(validation_losses) > gap * training_losses[-1] else "fits"


class LooksAtTheLowestTrainingLoss:
    """the last"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if min(training_losses) > fall * max(training_losses):
            return "too simple"
        return "overfitting" if validation_losses[-1] > gap * training_losses[-1] else "fits"


class LooksForARise:
    """times the last training loss"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] > fall * training_losses[0]:
            return "too simple"
        return "overfitting" if validation_losses[-1] > min(validation_losses) else "fits"


class LooksAtTheValidationLossForTheFall:
    """training loss"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if validation_losses[-1] > fall * validation_losses[0]:
            return "too simple"
        return "overfitting" if validation_losses[-1] > gap * training_losses[-1] else "fits"


class IgnoresTheLimits:
    """fall"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] > 0.5 * training_losses[0]:
            return "too simple"
        return "overfitting" if validation_losses[-1] > 2 * training_losses[-1] else "fits"


class IgnoresTheGap:
    """gap"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] > fall * training_losses[0]:
            return "too simple"
        return "overfitting" if validation_losses[-1] > 2 * training_losses[-1] else "fits"


class CountsTheLimitIn:
    """more than"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] >= fall * training_losses[0]:
            return "too simple"
        return "overfitting" if validation_losses[-1] >= gap * training_losses[-1] else "fits"


class CountsTheGapIn:
    """more than"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] > fall * training_losses[0]:
            return "too simple"
        return "overfitting" if validation_losses[-1] >= gap * training_losses[-1] else "fits"


class Divides:
    """raised ZeroDivisionError"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] / training_losses[0] > fall:
            return "too simple"
        return "overfitting" if validation_losses[-1] / training_losses[-1] > gap else "fits"


class OtherWords:
    """'underfitting', expected 'too simple'"""

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        if training_losses[-1] > fall * training_losses[0]:
            return "underfitting"
        return "overfitting" if validation_losses[-1] > gap * training_losses[-1] else "fits"
