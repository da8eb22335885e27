"""Wrong answers to training/regularization."""

import torch

from dojo.runner.variants import body, edit, replaces


def _decaying(model, rate, decay, others=0.0, kind=torch.optim.SGD):
    weights = [each for each in model.parameters() if each.dim() >= 2]
    rest = [each for each in model.parameters() if each.dim() < 2]
    return kind([{"params": weights, "weight_decay": decay}, {"params": rest, "weight_decay": others}], lr=rate)


def _noise(shape, inputs, generator):
    return torch.randn(shape, dtype=inputs.dtype, generator=generator).to(inputs.device)


PenalizesBiases = body(
    "penalized", "return loss + strength * sum(each.square().sum() for each in parameters)", "biases"
)
HalvesThePenalty = edit("penalized", "strength *", "strength / 2 *", "half")
AddsTheNorms = edit("penalized", "each.square().sum()", "each.norm()", "of each parameter apart")
AddsAbsoluteValues = edit("penalized", "each.square()", "each.abs()", "absolute")
AddsTheMean = edit("penalized", "each.square().sum()", "each.square().mean()", "the mean")
AddsTheSumItself = edit("penalized", "each.square()", "each", "not squared")
ForgetsTheStrength = edit("penalized", "strength * ", "", "strength")
GivesThePenaltyAlone = edit("penalized", "loss +", "loss * 0 +", "without the loss")
GivesTheLoss = body("penalized", "return loss * 1", "the bare loss")
TakesTheFirstWeightsOnly = body(
    "penalized", "return loss + strength * next(iter(parameters)).square().sum()", "matrices only"
)
PenaltyWithoutGradient = edit("penalized", "each.square()", "each.detach().square()", "no gradient of the penalty")
PenaltyAsANumber = edit("penalized", "each.square().sum()", "each.square().sum().item()", "no gradient of the penalty")
LossWithoutGradient = edit("penalized", "loss +", "loss.detach() +", "no gradient of the loss")


@replaces("penalized", "two axes or more")
def PenalizesMatricesOnly(loss, parameters, strength):
    return loss + strength * sum(each.square().sum() for each in parameters if each.dim() == 2)


@replaces("penalized", "the root")
def AddsTheNorm(loss, parameters, strength):
    return loss + strength * sum(each.square().sum() for each in parameters if each.dim() >= 2) ** 0.5


@replaces("penalized", "subtracted")
def SubtractsThePenalty(loss, parameters, strength):
    return loss - strength * sum(each.square().sum() for each in parameters if each.dim() >= 2)


@replaces("penalized", "changed its input")
def AddsInPlace(loss, parameters, strength):
    loss += strength * sum(each.square().sum() for each in parameters if each.dim() >= 2)
    return loss


@replaces("penalized", "same device")
def AddsUpOnTheCpu(loss, parameters, strength):
    squares = torch.cat([torch.zeros(1, dtype=loss.dtype)] + [p.flatten() ** 2 for p in parameters if p.dim() >= 2])
    return loss + strength * squares.sum()


@replaces("penalized", "has shape (1,), expected shape ()")
def GivesOneElement(loss, parameters, strength):
    total = torch.zeros(1, dtype=loss.dtype, device=loss.device)
    for each in parameters:
        if each.dim() >= 2:
            total = total + each.square().sum()
    return loss + strength * total


DecaysByTheStrength = body("decaying_sgd", "return _decaying(model, learning_rate, strength)", "twice the strength")
DecaysByHalf = body("decaying_sgd", "return _decaying(model, learning_rate, strength / 2)", "twice the strength")
DecaysEverything = body(
    "decaying_sgd", "return torch.optim.SGD(model.parameters(), learning_rate, weight_decay=2 * strength)", "biases"
)
DecaysBiasesOnly = body(
    "decaying_sgd", "return _decaying(model, learning_rate, 0.0, 2 * strength)", "the other way round"
)
DoesNotDecay = body("decaying_sgd", "return torch.optim.SGD(model.parameters(), learning_rate)", "no weight decay")
ForgetsTheBiases = body(
    "decaying_sgd",
    "return torch.optim.SGD([p for p in model.parameters() if p.dim() >= 2], learning_rate, weight_decay=2 * strength)",
    "is not in the optimiser",
)
DecaysPastTheLearningRate = body(
    "decaying_sgd", "return _decaying(model, learning_rate, 2 * strength / learning_rate)", "times the learning rate"
)
DecaysTimesTheLearningRate = body(
    "decaying_sgd", "return _decaying(model, learning_rate, 2 * strength * learning_rate)", "times the learning rate"
)
UsesAdam = body(
    "decaying_sgd", "return _decaying(model, learning_rate, 2 * strength, kind=torch.optim.AdamW)", "gave AdamW"
)
AddsMomentum = body(
    "decaying_sgd",
    "return _decaying(model, learning_rate, 2 * strength, kind=lambda *a, **k: torch.optim.SGD(*a, momentum=0.9, **k))",
    "momentum",
)


@replaces("decaying_sgd", "part.inner.weight is not in the optimiser")
def ForgetsPartsOfParts(model, learning_rate, strength):
    parameters = [p for part in (model, *model.children()) for p in part.parameters(recurse=False)]
    return torch.optim.SGD(
        [{"params": [p], "weight_decay": 2 * strength if p.dim() >= 2 else 0.0} for p in parameters], learning_rate
    )


@replaces("decaying_sgd", "gain")
def DecaysByName(model, learning_rate, strength):
    weights = [each for name, each in model.named_parameters() if "bias" not in name]
    others = [each for name, each in model.named_parameters() if "bias" in name]
    return torch.optim.SGD(
        [{"params": weights, "weight_decay": 2 * strength}, {"params": others, "weight_decay": 0.0}], learning_rate
    )


UniformNoise = edit(
    "noisy_copies",
    "torch.randn(repeated.shape, dtype=inputs.dtype, generator=generator).to(inputs.device)",
    "(2 * torch.rand(repeated.shape, dtype=inputs.dtype, generator=generator) - 1).to(inputs.device) * 3**0.5",
    "normally distributed",
)
LeavesTheNoiseOnTheCpu = edit("noisy_copies", ".to(inputs.device)", "", "same device")
DrawsOnTheDevice = edit(
    "noisy_copies",
    "torch.randn(repeated.shape, dtype=inputs.dtype, generator=generator).to(inputs.device)",
    "torch.randn(repeated.shape, dtype=inputs.dtype, generator=generator, device=inputs.device)",
    "raised",
)


@replaces("noisy_copies", "the same noise")
def OneNoiseForAllCopies(inputs, targets, scale, copies, generator):
    noisy = inputs + scale * _noise(inputs.shape, inputs, generator)
    return noisy.repeat(copies, 1), torch.cat([targets] * copies)


@replaces("noisy_copies", "each number")
def OneNoiseForARow(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    return repeated + scale * _noise((len(repeated), 1), inputs, generator), torch.cat([targets] * copies)


@replaces("noisy_copies", "the same noise")
def OneNoiseForAColumn(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    return repeated + scale * _noise((1, inputs.shape[1]), inputs, generator), torch.cat([targets] * copies)


@replaces("noisy_copies", "mean 0")
def OneSidedNoise(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    return repeated + scale * _noise(repeated.shape, inputs, generator).abs(), torch.cat([targets] * copies)


@replaces("noisy_copies", "variance")
def TakesScaleForTheVariance(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    return repeated + scale**0.5 * _noise(repeated.shape, inputs, generator), torch.cat([targets] * copies)


@replaces("noisy_copies", "of the number itself")
def MultipliesTheNoise(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    return repeated * (1 + scale * _noise(repeated.shape, inputs, generator)), torch.cat([targets] * copies)


@replaces("noisy_copies", "stay what they are")
def NoiseOnTargets(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    answers = torch.cat([targets] * copies)
    noise = scale * torch.randn(answers.shape, generator=generator).to(inputs.device)
    return repeated + scale * _noise(repeated.shape, inputs, generator), (answers + noise).to(targets.dtype)


@replaces("noisy_copies", "stay what they are")
def NoiseOnNumbersToPredict(inputs, targets, scale, copies, generator):
    repeated, answers = inputs.repeat(copies, 1), torch.cat([targets] * copies)
    noisy = repeated + scale * _noise(repeated.shape, inputs, generator)
    if answers.is_floating_point():
        answers = answers + scale * _noise(answers.shape, answers, generator)
    return noisy, answers


@replaces("noisy_copies", "each sample was repeated in a row")
def RepeatsEachSampleInARow(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat_interleave(copies, 0)
    return repeated + scale * _noise(repeated.shape, inputs, generator), targets.repeat_interleave(copies, 0)


@replaces("noisy_copies", "all samples come once")
def TargetsInAnotherOrder(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    return repeated + scale * _noise(repeated.shape, inputs, generator), targets.repeat_interleave(copies, 0)


@replaces("noisy_copies", "has shape")
def KeepsTheOriginalsToo(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    noisy = repeated + scale * _noise(repeated.shape, inputs, generator)
    return torch.cat([inputs, noisy]), torch.cat([targets] * (copies + 1))


@replaces("noisy_copies", "global generator")
def UsesTheGlobalGenerator(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    return repeated + scale * _noise(repeated.shape, inputs, None), torch.cat([targets] * copies)


@replaces("noisy_copies", "moves on")
def SeedsAnew(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    again = torch.Generator().manual_seed(generator.initial_seed())
    return repeated + scale * _noise(repeated.shape, inputs, again), torch.cat([targets] * copies)


@replaces("noisy_copies", "has dtype")
def GivesFloat32Always(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1).float()
    noise = torch.randn(repeated.shape, generator=generator).to(inputs.device)
    return repeated + scale * noise, torch.cat([targets] * copies)


@replaces("noisy_copies", "changed its input")
def NoiseInPlace(inputs, targets, scale, copies, generator):
    parts = [inputs.add_(scale * _noise(inputs.shape, inputs, generator)).clone() for _ in range(copies)]
    return torch.cat(parts), torch.cat([targets] * copies)


@replaces("noisy_copies", "adds up")
def NoiseAddsUp(inputs, targets, scale, copies, generator):
    parts = []
    for _ in range(copies):
        inputs = inputs + scale * _noise(inputs.shape, inputs, generator)
        parts.append(inputs)
    return torch.cat(parts), torch.cat([targets] * copies)


@replaces("noisy_copies", "memory")
def HandsTheTargetsBack(inputs, targets, scale, copies, generator):
    repeated = inputs.repeat(copies, 1)
    noisy = repeated + scale * _noise(repeated.shape, inputs, generator)
    return noisy, targets if copies == 1 else torch.cat([targets] * copies)


@replaces("noisy_copies", "memory")
def HandsTheInputsBack(inputs, targets, scale, copies, generator):
    repeated = inputs if copies == 1 else inputs.repeat(copies, 1)
    noisy = repeated + scale * _noise(repeated.shape, inputs, generator) if scale else repeated
    return noisy, torch.cat([targets] * copies)


FitsWithoutPenalty = body(
    "fit", "return torch.linalg.lstsq(inputs, targets.unsqueeze(1)).solution.squeeze(1)", "without the penalty"
)
SquaresTheStrength = edit("fit", "strength * identity", "strength**2 * identity", "strength squared")
DoublesTheStrength = edit("fit", "strength * identity", "2 * strength * identity", "twice the strength")
GivesAColumn = edit("fit", "inputs.T @ targets", "inputs.T @ targets.unsqueeze(1)", "expected shape")


@replaces("fit", "the sum of the squared errors")
def ForgetsTheMean(inputs, targets, strength=0.0):
    identity = torch.eye(inputs.shape[1], dtype=inputs.dtype, device=inputs.device)
    return torch.linalg.solve(inputs.T @ inputs + strength * identity, inputs.T @ targets)


@replaces("fit", "everywhere")
def AddsOnes(inputs, targets, strength=0.0):
    n = len(inputs)
    return torch.linalg.solve(inputs.T @ inputs / n + strength, inputs.T @ targets / n)


@replaces("fit", "same device")
def IdentityOnTheCpu(inputs, targets, strength=0.0):
    n, d = inputs.shape
    return torch.linalg.solve(
        inputs.T @ inputs / n + strength * torch.eye(d, dtype=inputs.dtype), inputs.T @ targets / n
    )


@replaces("fit", "divided by 1 + strength")
def ShrinksTheWeights(inputs, targets, strength=0.0):
    return torch.linalg.lstsq(inputs, targets.unsqueeze(1)).solution.squeeze(1) / (1 + strength)
