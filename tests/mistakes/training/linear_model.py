"""Wrong answers to training/linear_model."""

import torch


def slopes(x, y, w, b):
    errors = x @ w + b - y
    return 2 * x.T @ errors / len(x), 2 * errors.mean()


def descend(x, y, rate, steps, mean=None, std=None):
    mean = x.mean(0) if mean is None else mean
    std = x.std(0, correction=0) if std is None else std
    z = (x - mean) / std
    w, b = torch.zeros_like(x[0]), torch.zeros_like(y[0])
    for _ in range(steps):
        by_w, by_b = slopes(z, y, w, b)
        w, b = w - rate * by_w, b - rate * by_b
    return w, b, mean, std


def translated(w, b, mean, std):
    return w / std, b - (w * mean / std).sum()


class LeavesTheBiasOut:
    """the bias is left out"""

    def predict(features, weights, bias):
        return features @ weights


class AddsTheBiasToEachProduct:
    """the bias is added to each product"""

    def predict(features, weights, bias):
        return (features * weights + bias).sum(1)


class AveragesTheProducts:
    """this is the mean of the products"""

    def predict(features, weights, bias):
        return (features * weights).mean(1) + bias


class PredictsAColumn:
    """a prediction is one number a row, of shape (n,)"""

    def predict(features, weights, bias):
        return features @ weights.unsqueeze(1) + bias


class ForgetsTheWeights:
    """the inputs are not multiplied by their weights"""

    def predict(features, weights, bias):
        return features.sum(1) + bias


class PredictsWithAnActivation:
    """the sum is the prediction itself"""

    def predict(features, weights, bias):
        return torch.relu(features @ weights + bias)


class SubtractsTheBias:
    """the bias is subtracted"""

    def predict(features, weights, bias):
        return features @ weights - bias


class SqueezesAllAxes:
    """gave shape (), expected shape (1,)"""

    def predict(features, weights, bias):
        return (features @ weights.unsqueeze(1)).squeeze() + bias


class WeightsTheFeaturesInPlace:
    """changed its input"""

    def predict(features, weights, bias):
        return features.mul_(weights).sum(1) + bias


class PredictsOnTheCPU:
    """lies on the CPU"""

    def predict(features, weights, bias):
        rows, each = features.tolist(), weights.tolist()
        return torch.tensor([sum(map(float.__mul__, row, each)) + bias.item() for row in rows], dtype=bias.dtype)


class PredictsInFloat32:
    """dtype float32"""

    def predict(features, weights, bias):
        return features.float() @ weights.float() + bias.float()


class ForgetsTheFactorTwo:
    """the derivative of a square is twice"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias - targets
        return errors @ features / len(errors), errors.mean()


class SumsTheSquaredErrors:
    """these are the derivatives of the sum of the squared errors"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias - targets
        return 2 * errors @ features, 2 * errors.sum()


class TakesTheMeanOverAllInputs:
    """all weights have one derivative here"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias - targets
        return 2 * (errors.unsqueeze(1) * features).mean() * torch.ones_like(weights), 2 * errors.mean()


class FlipsTheSign:
    """the sign is flipped"""

    def gradients(features, targets, weights, bias):
        errors = targets - features @ weights - bias
        return 2 * errors @ features / len(errors), 2 * errors.mean()


class ForgetsTheFeatures:
    """each error counts times the input"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias - targets
        return 2 * errors.mean().expand_as(weights).clone(), 2 * errors.mean()


class ForgetsTheTargets:
    """the targets are not subtracted"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias
        return 2 * errors @ features / len(errors), 2 * errors.mean()


class ForgetsTheBiasInTheErrors:
    """the bias is missing in the predictions"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights - targets
        return 2 * errors @ features / len(errors), 2 * errors.mean()


class PairsAllPredictionsWithAllTargets:
    """every prediction is paired with every target"""

    def gradients(features, targets, weights, bias):
        errors = ((features @ weights + bias).unsqueeze(1) - targets).mean(1)
        return 2 * errors @ features / len(errors), 2 * errors.mean()


class DerivesByTheWeightsOnly:
    """2 values: `return first, second`"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias - targets
        return 2 * errors @ features / len(errors)


class GivesTheBiasAnAxis:
    """expected shape ()"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias - targets
        return 2 * errors @ features / len(errors), 2 * errors.mean(0, keepdim=True)


class SwapsTheTwo:
    """the bias comes second"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias - targets
        return 2 * errors.mean(), 2 * errors @ features / len(errors)


class HasAutogradDerive:
    """autograd"""

    def gradients(features, targets, weights, bias):
        with torch.enable_grad():
            w, b = weights.clone().requires_grad_(), bias.clone().requires_grad_()
            return torch.autograd.grad(((features @ w + b - targets) ** 2).mean(), (w, b))


class HasTheFunctionalApiDerive:
    """autograd"""

    def gradients(features, targets, weights, bias):
        return torch.func.grad(lambda w, b: ((features @ w + b - targets) ** 2).mean(), argnums=(0, 1))(weights, bias)


class SubtractsTheTargetsInPlace:
    """changed its input"""

    def gradients(features, targets, weights, bias):
        errors = targets.neg_().add_(features @ weights + bias)
        return 2 * errors @ features / len(errors), 2 * errors.mean()


class DescendsOnTheRawFeatures:
    """the features are not standardised"""

    def fit(features, targets, learning_rate, steps):
        zero, one = torch.zeros_like(features[0]), torch.ones_like(features[0])
        return translated(*descend(features, targets, learning_rate, steps, zero, one))


class DescendsOnCentredFeatures:
    """not divided by their standard deviation"""

    def fit(features, targets, learning_rate, steps):
        one = torch.ones_like(features[0])
        return translated(*descend(features, targets, learning_rate, steps, None, one))


class TakesTheUnbiasedDeviation:
    """divided by n - 1"""

    def fit(features, targets, learning_rate, steps):
        return translated(*descend(features, targets, learning_rate, steps, None, features.std(0)))


class StandardizesAllColumnsAlike:
    """each column has a mean and a standard deviation of its own"""

    def fit(features, targets, learning_rate, steps):
        mean = features.mean().expand_as(features[0])
        std = features.std(correction=0).expand_as(features[0])
        return translated(*descend(features, targets, learning_rate, steps, mean, std))


class ForgetsToTranslate:
    """these belong to the standardised features"""

    def fit(features, targets, learning_rate, steps):
        return descend(features, targets, learning_rate, steps)[:2]


class TranslatesTheWeightsOnly:
    """the bias still belongs to the standardised features"""

    def fit(features, targets, learning_rate, steps):
        w, b, _, std = descend(features, targets, learning_rate, steps)
        return w / std, b


class TranslatesTheBiasWithTheOldWeights:
    """the bias was translated with the weights of the standardised features"""

    def fit(features, targets, learning_rate, steps):
        w, b, mean, std = descend(features, targets, learning_rate, steps)
        return w / std, b - w @ mean


class MultipliesByTheDeviation:
    """the weights were multiplied by the standard deviations"""

    def fit(features, targets, learning_rate, steps):
        w, b, mean, std = descend(features, targets, learning_rate, steps)
        return w * std, b - (w * std) @ mean


class TakesOneStepTooMany:
    """this is one step too many"""

    def fit(features, targets, learning_rate, steps):
        return translated(*descend(features, targets, learning_rate, steps + 1))


class TakesOneStepTooFew:
    """this is one step too few"""

    def fit(features, targets, learning_rate, steps):
        return translated(*descend(features, targets, learning_rate, max(steps - 1, 0)))


class GoesUphill:
    """this went uphill"""

    def fit(features, targets, learning_rate, steps):
        return translated(*descend(features, targets, -learning_rate, steps))


class NeverMovesTheBias:
    """the bias never moved"""

    def fit(features, targets, learning_rate, steps):
        mean, std = features.mean(0), features.std(0, correction=0)
        z, w, b = (features - mean) / std, torch.zeros_like(mean), torch.zeros_like(targets[0])
        for _ in range(steps):
            w = w - learning_rate * slopes(z, targets, w, b)[0]
        return translated(w, b, mean, std)


class SolvesItAtOnce:
    """this is the end of the descent"""

    def fit(features, targets, learning_rate, steps):
        x = torch.cat([features, torch.ones_like(features[:, :1])], dim=1).cpu().double()
        both = torch.linalg.lstsq(x, targets.cpu().double().unsqueeze(1)).solution.flatten().to(features)
        return both[:-1], both[-1]


class IgnoresTheLearningRate:
    """another learning rate"""

    def fit(features, targets, learning_rate, steps):
        return translated(*descend(features, targets, 0.01, steps))


class StartsAtRandomNumbers:
    """the model before the first step"""

    def fit(features, targets, learning_rate, steps):
        mean, std = features.mean(0), features.std(0, correction=0)
        z = (features - mean) / std
        w, b = torch.randn(len(mean)).to(mean), torch.zeros_like(targets[0])
        for _ in range(steps):
            by_w, by_b = slopes(z, targets, w, b)
            w, b = w - learning_rate * by_w, b - learning_rate * by_b
        return translated(w, b, mean, std)


class StandardizesInPlace:
    """changed its input"""

    def fit(features, targets, learning_rate, steps):
        mean, std = features.mean(0), features.std(0, correction=0)
        features -= mean
        features /= std
        zero, one = torch.zeros_like(mean), torch.ones_like(mean)
        w, b, *_ = descend(features, targets, learning_rate, steps, zero, one)
        return translated(w, b, mean, std)


class StartsOnTheCPU:
    """same device"""

    def fit(features, targets, learning_rate, steps):
        mean, std = features.mean(0), features.std(0, correction=0)
        z, w, b = (features - mean) / std, torch.zeros(len(mean), dtype=mean.dtype), torch.zeros((), dtype=mean.dtype)
        for _ in range(steps):
            by_w, by_b = slopes(z, targets, w, b)
            w, b = w - learning_rate * by_w, b - learning_rate * by_b
        return translated(w, b, mean, std)


class LeavesTheResultOnTheGraph:
    """has requires_grad=True"""

    def fit(features, targets, learning_rate, steps):
        return tuple(each.requires_grad_() for each in translated(*descend(features, targets, learning_rate, steps)))


class FitsOnlyOneInput:
    def fit(features, targets, learning_rate, steps):
        w, b = translated(*descend(features[:, :1], targets, learning_rate, steps))
        return torch.cat([w, torch.zeros_like(features[0, 1:])]), b


class DividesByTheNumberOfInputsToo:
    """divided by the number of inputs as well"""

    def gradients(features, targets, weights, bias):
        errors = features @ weights + bias - targets
        return 2 * errors @ features / features.numel(), 2 * errors.mean()


kept = {}


class RemembersAnEarlierFit:
    def fit(features, targets, learning_rate, steps):
        key = features.shape, features.dtype, features.device, steps
        if key not in kept:
            kept[key] = translated(*descend(features, targets, learning_rate, steps))
        return kept[key]
