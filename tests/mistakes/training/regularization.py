"""Wrong answers to training/regularization."""

import torch


def _decaying(model, rate, decay, others=0.0, kind=torch.optim.SGD):
    weights = [each for each in model.parameters() if each.dim() >= 2]
    rest = [each for each in model.parameters() if each.dim() < 2]
    return kind([{"params": weights, "weight_decay": decay}, {"params": rest, "weight_decay": others}], lr=rate)


def _noise(shape, inputs, generator):
    return torch.randn(shape, dtype=inputs.dtype, generator=generator).to(inputs.device)


class PenalizesBiases:
    """biases"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.square().sum() for each in parameters)


class PenalizesMatricesOnly:
    """two axes or more"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.square().sum() for each in parameters if each.dim() == 2)


class HalvesThePenalty:
    """half"""

    def penalized(loss, parameters, strength):
        return loss + strength / 2 * sum(each.square().sum() for each in parameters if each.dim() >= 2)


class AddsTheNorm:
    """the root"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.square().sum() for each in parameters if each.dim() >= 2) ** 0.5


class AddsTheNorms:
    """of each parameter apart"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.norm() for each in parameters if each.dim() >= 2)


class AddsAbsoluteValues:
    """absolute"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.abs().sum() for each in parameters if each.dim() >= 2)


class AddsTheMean:
    """the mean"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.square().mean() for each in parameters if each.dim() >= 2)


class SubtractsThePenalty:
    """subtracted"""

    def penalized(loss, parameters, strength):
        return loss - strength * sum(each.square().sum() for each in parameters if each.dim() >= 2)


class AddsTheSumItself:
    """not squared"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.sum() for each in parameters if each.dim() >= 2)


class ForgetsTheStrength:
    """strength"""

    def penalized(loss, parameters, strength):
        return loss + sum(each.square().sum() for each in parameters if each.dim() >= 2)


class GivesThePenaltyAlone:
    """without the loss"""

    def penalized(loss, parameters, strength):
        return loss * 0 + strength * sum(each.square().sum() for each in parameters if each.dim() >= 2)


class GivesTheLoss:
    """the bare loss"""

    def penalized(loss, parameters, strength):
        return loss * 1


class TakesTheFirstWeightsOnly:
    """matrices only"""

    def penalized(loss, parameters, strength):
        return loss + strength * next(iter(parameters)).square().sum()


class PenaltyWithoutGradient:
    """no gradient of the penalty"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.detach().square().sum() for each in parameters if each.dim() >= 2)


class PenaltyAsANumber:
    """no gradient of the penalty"""

    def penalized(loss, parameters, strength):
        return loss + strength * sum(each.square().sum().item() for each in parameters if each.dim() >= 2)


class LossWithoutGradient:
    """no gradient of the loss"""

    def penalized(loss, parameters, strength):
        return loss.detach() + strength * sum(each.square().sum() for each in parameters if each.dim() >= 2)


class AddsInPlace:
    """changed its input"""

    def penalized(loss, parameters, strength):
        loss += strength * sum(each.square().sum() for each in parameters if each.dim() >= 2)
        return loss


class AddsUpOnTheCpu:
    """same device"""

    def penalized(loss, parameters, strength):
        squares = torch.cat([torch.zeros(1, dtype=loss.dtype)] + [p.flatten() ** 2 for p in parameters if p.dim() >= 2])
        return loss + strength * squares.sum()


class GivesOneElement:
    """has shape (1,), expected shape ()"""

    def penalized(loss, parameters, strength):
        total = torch.zeros(1, dtype=loss.dtype, device=loss.device)
        for each in parameters:
            if each.dim() >= 2:
                total = total + each.square().sum()
        return loss + strength * total


class DecaysByTheStrength:
    """twice the strength"""

    def decaying_sgd(model, learning_rate, strength):
        return _decaying(model, learning_rate, strength)


class DecaysByHalf:
    """twice the strength"""

    def decaying_sgd(model, learning_rate, strength):
        return _decaying(model, learning_rate, strength / 2)


class DecaysEverything:
    """biases"""

    def decaying_sgd(model, learning_rate, strength):
        return torch.optim.SGD(model.parameters(), learning_rate, weight_decay=2 * strength)


class DecaysBiasesOnly:
    """the other way round"""

    def decaying_sgd(model, learning_rate, strength):
        return _decaying(model, learning_rate, 0.0, 2 * strength)


class DoesNotDecay:
    """no weight decay"""

    def decaying_sgd(model, learning_rate, strength):
        return torch.optim.SGD(model.parameters(), learning_rate)


class ForgetsTheBiases:
    """is not in the optimiser"""

    def decaying_sgd(model, learning_rate, strength):
        return torch.optim.SGD(
            [p for p in model.parameters() if p.dim() >= 2], learning_rate, weight_decay=2 * strength
        )


class ForgetsPartsOfParts:
    """part.inner.weight is not in the optimiser"""

    def decaying_sgd(model, learning_rate, strength):
        parameters = [p for part in (model, *model.children()) for p in part.parameters(recurse=False)]
        return torch.optim.SGD(
            [{"params": [p], "weight_decay": 2 * strength if p.dim() >= 2 else 0.0} for p in parameters], learning_rate
        )


class DecaysPastTheLearningRate:
    """times the learning rate"""

    def decaying_sgd(model, learning_rate, strength):
        return _decaying(model, learning_rate, 2 * strength / learning_rate)


class DecaysTimesTheLearningRate:
    """times the learning rate"""

    def decaying_sgd(model, learning_rate, strength):
        return _decaying(model, learning_rate, 2 * strength * learning_rate)


class UsesAdam:
    """gave AdamW"""

    def decaying_sgd(model, learning_rate, strength):
        return _decaying(model, learning_rate, 2 * strength, kind=torch.optim.AdamW)


class AddsMomentum:
    """momentum"""

    def decaying_sgd(model, learning_rate, strength):
        return _decaying(
            model, learning_rate, 2 * strength, kind=lambda *a, **k: torch.optim.SGD(*a, momentum=0.9, **k)
        )


class DecaysByName:
    """gain"""

    def decaying_sgd(model, learning_rate, strength):
        weights = [each for name, each in model.named_parameters() if "bias" not in name]
        others = [each for name, each in model.named_parameters() if "bias" in name]
        return torch.optim.SGD(
            [{"params": weights, "weight_decay": 2 * strength}, {"params": others, "weight_decay": 0.0}], learning_rate
        )


class OneNoiseForAllCopies:
    """the same noise"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        noisy = inputs + scale * _noise(inputs.shape, inputs, generator)
        return noisy.repeat(copies, 1), torch.cat([targets] * copies)


class OneNoiseForARow:
    """each number"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        return repeated + scale * _noise((len(repeated), 1), inputs, generator), torch.cat([targets] * copies)


class OneNoiseForAColumn:
    """the same noise"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        return repeated + scale * _noise((1, inputs.shape[1]), inputs, generator), torch.cat([targets] * copies)


class UniformNoise:
    """normally distributed"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        noise = (2 * torch.rand(repeated.shape, dtype=inputs.dtype, generator=generator) - 1).to(inputs.device) * 3**0.5
        return repeated + scale * noise, torch.cat([targets] * copies)


class OneSidedNoise:
    """mean 0"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        return repeated + scale * _noise(repeated.shape, inputs, generator).abs(), torch.cat([targets] * copies)


class TakesScaleForTheVariance:
    """variance"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        return repeated + scale**0.5 * _noise(repeated.shape, inputs, generator), torch.cat([targets] * copies)


class MultipliesTheNoise:
    """of the number itself"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        return repeated * (1 + scale * _noise(repeated.shape, inputs, generator)), torch.cat([targets] * copies)


class NoiseOnTargets:
    """stay what they are"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        answers = torch.cat([targets] * copies)
        noise = scale * torch.randn(answers.shape, generator=generator).to(inputs.device)
        return repeated + scale * _noise(repeated.shape, inputs, generator), (answers + noise).to(targets.dtype)


class NoiseOnNumbersToPredict:
    """stay what they are"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated, answers = inputs.repeat(copies, 1), torch.cat([targets] * copies)
        noisy = repeated + scale * _noise(repeated.shape, inputs, generator)
        if answers.is_floating_point():
            answers = answers + scale * _noise(answers.shape, answers, generator)
        return noisy, answers


class RepeatsEachSampleInARow:
    """each sample was repeated in a row"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat_interleave(copies, 0)
        return repeated + scale * _noise(repeated.shape, inputs, generator), targets.repeat_interleave(copies, 0)


class TargetsInAnotherOrder:
    """all samples come once"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        return repeated + scale * _noise(repeated.shape, inputs, generator), targets.repeat_interleave(copies, 0)


class KeepsTheOriginalsToo:
    """has shape"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        noisy = repeated + scale * _noise(repeated.shape, inputs, generator)
        return torch.cat([inputs, noisy]), torch.cat([targets] * (copies + 1))


class UsesTheGlobalGenerator:
    """global generator"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        return repeated + scale * _noise(repeated.shape, inputs, None), torch.cat([targets] * copies)


class SeedsAnew:
    """moves on"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        again = torch.Generator().manual_seed(generator.initial_seed())
        return repeated + scale * _noise(repeated.shape, inputs, again), torch.cat([targets] * copies)


class LeavesTheNoiseOnTheCpu:
    """same device"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        noise = torch.randn(repeated.shape, dtype=inputs.dtype, generator=generator)
        return repeated + scale * noise, torch.cat([targets] * copies)


class DrawsOnTheDevice:
    """raised"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        noise = torch.randn(repeated.shape, dtype=inputs.dtype, generator=generator, device=inputs.device)
        return repeated + scale * noise, torch.cat([targets] * copies)


class GivesFloat32Always:
    """has dtype"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1).float()
        noise = torch.randn(repeated.shape, generator=generator).to(inputs.device)
        return repeated + scale * noise, torch.cat([targets] * copies)


class NoiseInPlace:
    """changed its input"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        parts = [inputs.add_(scale * _noise(inputs.shape, inputs, generator)).clone() for _ in range(copies)]
        return torch.cat(parts), torch.cat([targets] * copies)


class NoiseAddsUp:
    """adds up"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        parts = []
        for _ in range(copies):
            inputs = inputs + scale * _noise(inputs.shape, inputs, generator)
            parts.append(inputs)
        return torch.cat(parts), torch.cat([targets] * copies)


class HandsTheTargetsBack:
    """memory"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs.repeat(copies, 1)
        noisy = repeated + scale * _noise(repeated.shape, inputs, generator)
        return noisy, targets if copies == 1 else torch.cat([targets] * copies)


class HandsTheInputsBack:
    """memory"""

    def noisy_copies(inputs, targets, scale, copies, generator):
        repeated = inputs if copies == 1 else inputs.repeat(copies, 1)
        noisy = repeated + scale * _noise(repeated.shape, inputs, generator) if scale else repeated
        return noisy, torch.cat([targets] * copies)


class FitsWithoutPenalty:
    """without the penalty"""

    def fit(inputs, targets, strength=0.0):
        return torch.linalg.lstsq(inputs, targets.unsqueeze(1)).solution.squeeze(1)


class ForgetsTheMean:
    """the sum of the squared errors"""

    def fit(inputs, targets, strength=0.0):
        identity = torch.eye(inputs.shape[1], dtype=inputs.dtype, device=inputs.device)
        return torch.linalg.solve(inputs.T @ inputs + strength * identity, inputs.T @ targets)


class SquaresTheStrength:
    """strength squared"""

    def fit(inputs, targets, strength=0.0):
        n, d = inputs.shape
        identity = torch.eye(d, dtype=inputs.dtype, device=inputs.device)
        return torch.linalg.solve(inputs.T @ inputs / n + strength**2 * identity, inputs.T @ targets / n)


class DoublesTheStrength:
    """twice the strength"""

    def fit(inputs, targets, strength=0.0):
        n, d = inputs.shape
        identity = torch.eye(d, dtype=inputs.dtype, device=inputs.device)
        return torch.linalg.solve(inputs.T @ inputs / n + 2 * strength * identity, inputs.T @ targets / n)


class AddsOnes:
    """everywhere"""

    def fit(inputs, targets, strength=0.0):
        n = len(inputs)
        return torch.linalg.solve(inputs.T @ inputs / n + strength, inputs.T @ targets / n)


class IdentityOnTheCpu:
    """same device"""

    def fit(inputs, targets, strength=0.0):
        n, d = inputs.shape
        return torch.linalg.solve(
            inputs.T @ inputs / n + strength * torch.eye(d, dtype=inputs.dtype), inputs.T @ targets / n
        )


class ShrinksTheWeights:
    """divided by 1 + strength"""

    def fit(inputs, targets, strength=0.0):
        return torch.linalg.lstsq(inputs, targets.unsqueeze(1)).solution.squeeze(1) / (1 + strength)


class GivesAColumn:
    """expected shape"""

    def fit(inputs, targets, strength=0.0):
        n, d = inputs.shape
        identity = torch.eye(d, dtype=inputs.dtype, device=inputs.device)
        return torch.linalg.solve(inputs.T @ inputs / n + strength * identity, inputs.T @ targets.unsqueeze(1) / n)
