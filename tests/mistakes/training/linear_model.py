"""Wrong answers to training/linear_model."""

import torch

from dojo.runner.variants import body, edit, replaces


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


kept = {}


LeavesTheBiasOut = body("predict", "return features @ weights", "the bias is left out")
AddsTheBiasToEachProduct = body(
    "predict", "return (features * weights + bias).sum(1)", "the bias is added to each product"
)
AveragesTheProducts = body("predict", "return (features * weights).mean(1) + bias", "this is the mean of the products")
PredictsAColumn = edit(
    "predict", "@ weights", "@ weights.unsqueeze(1)", "a prediction is one number a row, of shape (n,)"
)
ForgetsTheWeights = body("predict", "return features.sum(1) + bias", "the inputs are not multiplied by their weights")
PredictsWithAnActivation = body(
    "predict", "return torch.relu(features @ weights + bias)", "the sum is the prediction itself"
)
SubtractsTheBias = body("predict", "return features @ weights - bias", "the bias is subtracted")
SqueezesAllAxes = edit(
    "predict", "features @ weights", "(features @ weights.unsqueeze(1)).squeeze()", "gave shape (), expected shape (1,)"
)
WeightsTheFeaturesInPlace = edit("predict", "features @ weights", "features.mul_(weights).sum(1)", "changed its input")
PredictsInFloat32 = body("predict", "return features.float() @ weights.float() + bias.float()", "dtype float32")


@replaces("predict", "lies on the CPU")
def PredictsOnTheCPU(features, weights, bias):
    rows, each = features.tolist(), weights.tolist()
    return torch.tensor([sum(map(float.__mul__, row, each)) + bias.item() for row in rows], dtype=bias.dtype)


@replaces("gradients", "the derivative of a square is twice")
def ForgetsTheFactorTwo(features, targets, weights, bias):
    errors = features @ weights + bias - targets
    return errors @ features / len(errors), errors.mean()


@replaces("gradients", "these are the derivatives of the sum of the squared errors")
def SumsTheSquaredErrors(features, targets, weights, bias):
    errors = features @ weights + bias - targets
    return 2 * errors @ features, 2 * errors.sum()


@replaces("gradients", "all weights have one derivative here")
def TakesTheMeanOverAllInputs(features, targets, weights, bias):
    errors = features @ weights + bias - targets
    return 2 * (errors.unsqueeze(1) * features).mean() * torch.ones_like(weights), 2 * errors.mean()


@replaces("gradients", "the sign is flipped")
def FlipsTheSign(features, targets, weights, bias):
    errors = targets - features @ weights - bias
    return 2 * errors @ features / len(errors), 2 * errors.mean()


@replaces("gradients", "each error counts times the input")
def ForgetsTheFeatures(features, targets, weights, bias):
    errors = features @ weights + bias - targets
    return 2 * errors.mean().expand_as(weights).clone(), 2 * errors.mean()


@replaces("gradients", "the targets are not subtracted")
def ForgetsTheTargets(features, targets, weights, bias):
    errors = features @ weights + bias
    return 2 * errors @ features / len(errors), 2 * errors.mean()


@replaces("gradients", "the bias is missing in the predictions")
def ForgetsTheBiasInTheErrors(features, targets, weights, bias):
    errors = features @ weights - targets
    return 2 * errors @ features / len(errors), 2 * errors.mean()


@replaces("gradients", "every prediction is paired with every target")
def PairsAllPredictionsWithAllTargets(features, targets, weights, bias):
    errors = ((features @ weights + bias).unsqueeze(1) - targets).mean(1)
    return 2 * errors @ features / len(errors), 2 * errors.mean()


@replaces("gradients", "2 values: `return first, second`")
def DerivesByTheWeightsOnly(features, targets, weights, bias):
    errors = features @ weights + bias - targets
    return 2 * errors @ features / len(errors)


@replaces("gradients", "expected shape ()")
def GivesTheBiasAnAxis(features, targets, weights, bias):
    errors = features @ weights + bias - targets
    return 2 * errors @ features / len(errors), 2 * errors.mean(0, keepdim=True)


@replaces("gradients", "the bias comes second")
def SwapsTheTwo(features, targets, weights, bias):
    errors = features @ weights + bias - targets
    return 2 * errors.mean(), 2 * errors @ features / len(errors)


@replaces("gradients", "autograd")
def HasAutogradDerive(features, targets, weights, bias):
    with torch.enable_grad():
        w, b = weights.clone().requires_grad_(), bias.clone().requires_grad_()
        return torch.autograd.grad(((features @ w + b - targets) ** 2).mean(), (w, b))


@replaces("gradients", "autograd")
def HasTheFunctionalApiDerive(features, targets, weights, bias):
    return torch.func.grad(lambda w, b: ((features @ w + b - targets) ** 2).mean(), argnums=(0, 1))(weights, bias)


@replaces("gradients", "changed its input")
def SubtractsTheTargetsInPlace(features, targets, weights, bias):
    errors = targets.neg_().add_(features @ weights + bias)
    return 2 * errors @ features / len(errors), 2 * errors.mean()


@replaces("gradients", "divided by the number of inputs as well")
def DividesByTheNumberOfInputsToo(features, targets, weights, bias):
    errors = features @ weights + bias - targets
    return 2 * errors @ features / features.numel(), 2 * errors.mean()


ForgetsToTranslate = body(
    "fit", "return descend(features, targets, learning_rate, steps)[:2]", "these belong to the standardised features"
)
TakesOneStepTooMany = body(
    "fit", "return translated(*descend(features, targets, learning_rate, steps + 1))", "this is one step too many"
)
GoesUphill = body("fit", "return translated(*descend(features, targets, -learning_rate, steps))", "this went uphill")
IgnoresTheLearningRate = body(
    "fit", "return translated(*descend(features, targets, 0.01, steps))", "another learning rate"
)


@replaces("fit", "the features are not standardised")
def DescendsOnTheRawFeatures(features, targets, learning_rate, steps):
    zero, one = torch.zeros_like(features[0]), torch.ones_like(features[0])
    return translated(*descend(features, targets, learning_rate, steps, zero, one))


@replaces("fit", "not divided by their standard deviation")
def DescendsOnCentredFeatures(features, targets, learning_rate, steps):
    one = torch.ones_like(features[0])
    return translated(*descend(features, targets, learning_rate, steps, None, one))


@replaces("fit", "divided by n - 1")
def TakesTheUnbiasedDeviation(features, targets, learning_rate, steps):
    return translated(*descend(features, targets, learning_rate, steps, None, features.std(0)))


@replaces("fit", "each column has a mean and a standard deviation of its own")
def StandardizesAllColumnsAlike(features, targets, learning_rate, steps):
    mean = features.mean().expand_as(features[0])
    std = features.std(correction=0).expand_as(features[0])
    return translated(*descend(features, targets, learning_rate, steps, mean, std))


@replaces("fit", "the bias still belongs to the standardised features")
def TranslatesTheWeightsOnly(features, targets, learning_rate, steps):
    w, b, _, std = descend(features, targets, learning_rate, steps)
    return w / std, b


@replaces("fit", "the bias was translated with the weights of the standardised features")
def TranslatesTheBiasWithTheOldWeights(features, targets, learning_rate, steps):
    w, b, mean, std = descend(features, targets, learning_rate, steps)
    return w / std, b - w @ mean


@replaces("fit", "the weights were multiplied by the standard deviations")
def MultipliesByTheDeviation(features, targets, learning_rate, steps):
    w, b, mean, std = descend(features, targets, learning_rate, steps)
    return w * std, b - (w * std) @ mean


@replaces("fit", "this is one step too few")
def TakesOneStepTooFew(features, targets, learning_rate, steps):
    return translated(*descend(features, targets, learning_rate, max(steps - 1, 0)))


@replaces("fit", "the bias never moved")
def NeverMovesTheBias(features, targets, learning_rate, steps):
    mean, std = features.mean(0), features.std(0, correction=0)
    z, w, b = (features - mean) / std, torch.zeros_like(mean), torch.zeros_like(targets[0])
    for _ in range(steps):
        w = w - learning_rate * slopes(z, targets, w, b)[0]
    return translated(w, b, mean, std)


@replaces("fit", "this is the end of the descent")
def SolvesItAtOnce(features, targets, learning_rate, steps):
    x = torch.cat([features, torch.ones_like(features[:, :1])], dim=1).cpu().double()
    both = torch.linalg.lstsq(x, targets.cpu().double().unsqueeze(1)).solution.flatten().to(features)
    return both[:-1], both[-1]


@replaces("fit", "the model before the first step")
def StartsAtRandomNumbers(features, targets, learning_rate, steps):
    mean, std = features.mean(0), features.std(0, correction=0)
    z = (features - mean) / std
    w, b = torch.randn(len(mean)).to(mean), torch.zeros_like(targets[0])
    for _ in range(steps):
        by_w, by_b = slopes(z, targets, w, b)
        w, b = w - learning_rate * by_w, b - learning_rate * by_b
    return translated(w, b, mean, std)


@replaces("fit", "changed its input")
def StandardizesInPlace(features, targets, learning_rate, steps):
    mean, std = features.mean(0), features.std(0, correction=0)
    features -= mean
    features /= std
    zero, one = torch.zeros_like(mean), torch.ones_like(mean)
    w, b, *_ = descend(features, targets, learning_rate, steps, zero, one)
    return translated(w, b, mean, std)


@replaces("fit", "same device")
def StartsOnTheCPU(features, targets, learning_rate, steps):
    mean, std = features.mean(0), features.std(0, correction=0)
    z, w, b = (features - mean) / std, torch.zeros(len(mean), dtype=mean.dtype), torch.zeros((), dtype=mean.dtype)
    for _ in range(steps):
        by_w, by_b = slopes(z, targets, w, b)
        w, b = w - learning_rate * by_w, b - learning_rate * by_b
    return translated(w, b, mean, std)


@replaces("fit", "has requires_grad=True")
def LeavesTheResultOnTheGraph(features, targets, learning_rate, steps):
    return tuple(each.requires_grad_() for each in translated(*descend(features, targets, learning_rate, steps)))


@replaces("fit")
def FitsOnlyOneInput(features, targets, learning_rate, steps):
    w, b = translated(*descend(features[:, :1], targets, learning_rate, steps))
    return torch.cat([w, torch.zeros_like(features[0, 1:])]), b


@replaces("fit")
def RemembersAnEarlierFit(features, targets, learning_rate, steps):
    key = features.shape, features.dtype, features.device, steps
    if key not in kept:
        kept[key] = translated(*descend(features, targets, learning_rate, steps))
    return kept[key]
