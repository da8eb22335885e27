"""Wrong answers to losses/cross_entropy."""

import copy

import torch
from torch import nn


class MultipliesZeroByInfinity:
    """0 * -inf is NaN"""

    def expected_loss(logits, targets):
        return -(targets * log_probabilities(logits)).sum(1)


class RoundsBeforeTheLog:
    """log(0)"""

    def expected_loss(logits, targets):
        return -torch.xlogy(targets, logits.softmax(1)).sum(1)


class TakesTheLogOfZero:
    """log(0)"""

    def expected_loss(logits, targets):
        logs = logits.softmax(1).log()
        return -torch.where(targets == 0, 0, targets * torch.where(targets == 0, 0, logs)).sum(1)


class TakesTheLikeliestTarget:
    """the likeliest class of the target alone"""

    def expected_loss(logits, targets):
        return -log_probabilities(logits).gather(1, targets.argmax(1, keepdim=True)).squeeze(1)


class SwapsTheRoles:
    """target and prediction are swapped"""

    def expected_loss(logits, targets):
        return -(logits.softmax(1) * (targets + 1e-30).log()).sum(1)


class SubtractsTheEntropy:
    """less the entropy of the target"""

    def expected_loss(logits, targets):
        logs = log_probabilities(logits).masked_fill(targets == 0, 0.0)
        return (torch.xlogy(targets, targets) - targets * logs).sum(1)


class AveragesTheClasses:
    """the mean over the classes"""

    def expected_loss(logits, targets):
        return -(targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).mean(1)


class AveragesTheBatch:
    """gave shape ()"""

    def expected_loss(logits, targets):
        return -(targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).sum(1).mean()


class SumsOverTheSamples:
    """gave shape"""

    def expected_loss(logits, targets):
        return -(targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).sum(0)


class FlipsTheSign:
    """the sign is flipped"""

    def expected_loss(logits, targets):
        return (targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).sum(1)


class TakesLogitsForLogs:
    """logits are no log-probabilities"""

    def expected_loss(logits, targets):
        return -(targets * logits.masked_fill(targets == 0, 0.0)).sum(1)


class ForgetsTheLog:
    """without the log"""

    def expected_loss(logits, targets):
        return -(targets * logits.softmax(1)).sum(1)


class TakesLogsToBaseTwo:
    """the log to base 2"""

    def expected_loss(logits, targets):
        logs = log_probabilities(logits).masked_fill(targets == 0, 0.0) / torch.log(torch.tensor(2.0))
        return -(targets * logs).sum(1)


class SoftmaxesTheTargets:
    """the targets are probabilities already"""

    def expected_loss(logits, targets):
        targets = targets.softmax(1)
        return -(targets * log_probabilities(logits)).sum(1)


class AddsTheBinaryLosses:
    """the classes as independent"""

    def expected_loss(logits, targets):
        p = logits.softmax(1)
        return -(torch.xlogy(targets, p) + torch.xlogy(1 - targets, 1 - p)).sum(1)


class CallsTorchsOwn:
    """ran torch's own log_softmax"""

    def expected_loss(logits, targets):
        return torch.nn.functional.cross_entropy(logits, targets, reduction="none")


class ChangesTheLogits:
    """changed its input"""

    def expected_loss(logits, targets):
        with torch.no_grad():
            logits[targets == 0] = 0.0
        return -(targets * log_probabilities(logits)).sum(1)


class MasksWithACpuZero:
    """same device"""

    def expected_loss(logits, targets):
        zeros = torch.zeros(logits.shape, dtype=logits.dtype)
        return -(targets * torch.where(targets == 0, zeros, log_probabilities(logits))).sum(1)


class PicksWithACpuIdentity:
    """got self is on cpu"""

    def label_loss(logits, labels, class_weights=None):
        one_hot = torch.eye(logits.shape[1], dtype=logits.dtype)[labels].movedim(-1, 1)
        weights = torch.ones_like(logits[0, :, ...].flatten()) if class_weights is None else class_weights[labels]
        losses = -(one_hot * log_probabilities(logits)).sum(1)
        return losses.mean() if class_weights is None else (losses * weights).sum() / weights.sum()


class CallsCrossEntropy:
    """ran torch's own log_softmax"""

    def label_loss(logits, labels, class_weights=None):
        return nn.CrossEntropyLoss(weight=class_weights)(logits, labels)


class CallsCrossEntropyWithOneHot:
    """ran torch's own log_softmax"""

    def label_loss(logits, labels, class_weights=None):
        one_hot = nn.functional.one_hot(labels, logits.shape[1]).movedim(-1, 1).to(logits.dtype)
        return nn.functional.cross_entropy(logits, one_hot) * one_hot.sum() / labels.numel()


class CallsNllLoss:
    """ran torch's own nll_loss"""

    def label_loss(logits, labels, class_weights=None):
        return nn.functional.nll_loss(log_probabilities(logits), labels, weight=class_weights)


class AddsUpTheSamples:
    """this is the sum over the samples"""

    def label_loss(logits, labels, class_weights=None):
        losses, weights = weighted(logits, labels, class_weights)
        return (losses * weights).sum()


class DividesByTheNumberOfSamples:
    """divided by the number of samples"""

    def label_loss(logits, labels, class_weights=None):
        losses, weights = weighted(logits, labels, class_weights)
        return (losses * weights).mean()


class DividesByTheSumOfAllWeights:
    """the weights of all classes"""

    def label_loss(logits, labels, class_weights=None):
        losses, weights = weighted(logits, labels, class_weights)
        return losses.mean() if class_weights is None else (losses * weights).sum() / class_weights.sum()


class IgnoresTheWeights:
    """the class weights play no part"""

    def label_loss(logits, labels, class_weights=None):
        return weighted(logits, labels, None)[0].mean()


class WeighsThePredictedClass:
    """the predicted class"""

    def label_loss(logits, labels, class_weights=None):
        losses, _ = weighted(logits, labels, None)
        if class_weights is None:
            return losses.mean()
        weights = class_weights[logits.argmax(1)]
        return (losses * weights).sum() / weights.sum()


class WeighsTheLogits:
    """multiplied the logits"""

    def label_loss(logits, labels, class_weights=None):
        if class_weights is not None:
            logits = logits * class_weights.reshape(-1, *[1] * (logits.dim() - 2))
        return weighted(logits, labels, None)[0].mean()


class FlipsTheSignOfTheLabelLoss:
    """the sign is flipped"""

    def label_loss(logits, labels, class_weights=None):
        losses, weights = weighted(logits, labels, class_weights)
        return -(losses * weights).sum() / weights.sum()


class PicksLogits:
    """logits are no log-probabilities"""

    def label_loss(logits, labels, class_weights=None):
        return -logits.gather(1, labels.unsqueeze(1)).mean()


class PicksEveryLabelFromEveryRow:
    """every label's column from every row"""

    def label_loss(logits, labels, class_weights=None):
        if logits.dim() == 3 or class_weights is not None:
            losses, weights = weighted(logits, labels, class_weights)
            return (losses * weights).sum() / weights.sum()
        return -log_probabilities(logits)[:, labels].mean()


class NormalizesOverTheLastAxis:
    """the classes lie along axis 1"""

    def label_loss(logits, labels, class_weights=None):
        logs = logits - logits.logsumexp(-1, keepdim=True)
        losses = -logs.gather(1, labels.unsqueeze(1)).squeeze(1)
        weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
        return (losses * weights).sum() / weights.sum()


class ReshapesTheClassesAway:
    """reshape does not move axes"""

    def label_loss(logits, labels, class_weights=None):
        logits, labels = logits.reshape(-1, logits.shape[1]), labels.reshape(-1)
        losses, weights = weighted(logits, labels, class_weights)
        return (losses * weights).sum() / weights.sum()


class KnowsMatricesOnly:
    """raised"""

    def label_loss(logits, labels, class_weights=None):
        losses = -log_probabilities(logits)[range(len(labels)), labels]
        weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
        return (losses * weights).sum() / weights.sum()


class TakesTheLogOfARoundedProbability:
    """log(0)"""

    def label_loss(logits, labels, class_weights=None):
        losses = -logits.softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1).log()
        weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
        return (losses * weights).sum() / weights.sum()


class ExponentiatesByHand:
    """exp overflows"""

    def label_loss(logits, labels, class_weights=None):
        logs = logits - logits.exp().sum(1, keepdim=True).log()
        losses = -logs.gather(1, labels.unsqueeze(1)).squeeze(1)
        weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
        return (losses * weights).sum() / weights.sum()


class CutsTheGraph:
    """does not require grad"""

    def label_loss(logits, labels, class_weights=None):
        losses, weights = weighted(logits.detach(), labels, class_weights)
        return (losses * weights).sum() / weights.sum()


class ExchangesTheLosses:
    """NLLLoss only picks"""

    def loss_module(ends_with):
        if ends_with == "logits":
            return nn.NLLLoss()
        if ends_with == "log-probabilities":
            return nn.CrossEntropyLoss()
        raise ValueError(ends_with)


class TakesNllForBoth:
    """NLLLoss only picks"""

    def loss_module(ends_with):
        if ends_with not in ("logits", "log-probabilities"):
            raise ValueError(ends_with)
        return nn.NLLLoss()


class PutsSoftmaxBeforeCrossEntropy:
    """softmax was applied twice"""

    def loss_module(ends_with):
        class SoftmaxFirst(nn.Module):
            def forward(self, outputs, labels):
                return nn.functional.cross_entropy(outputs.softmax(1), labels)

        return {"logits": SoftmaxFirst(), "log-probabilities": nn.NLLLoss()}[ends_with]


class LooksTheLossUp:
    """raised KeyError"""

    def loss_module(ends_with):
        return {"logits": nn.CrossEntropyLoss(), "log-probabilities": nn.NLLLoss()}[ends_with]


class HasALossForProbabilities:
    """raised nothing"""

    def loss_module(ends_with):
        return nn.CrossEntropyLoss() if ends_with == "logits" else nn.NLLLoss()


class AddsUp:
    """the mean over the samples"""

    def loss_module(ends_with):
        if ends_with == "logits":
            return nn.CrossEntropyLoss(reduction="sum")
        if ends_with == "log-probabilities":
            return nn.NLLLoss(reduction="sum")
        raise ValueError(ends_with)


class GivesTheFunction:
    """expected a torch.nn.Module"""

    def loss_module(ends_with):
        if ends_with == "logits":
            return nn.functional.cross_entropy
        if ends_with == "log-probabilities":
            return nn.functional.nll_loss
        raise ValueError(ends_with)


class PutsSoftmaxLast:
    """these are probabilities"""

    def with_last_layer(network):
        return nn.Sequential(network, nn.Softmax(dim=1))


class NormalizesOverTheBatch:
    """over the samples"""

    def with_last_layer(network):
        return nn.Sequential(network, nn.LogSoftmax(dim=0))


class LeavesTheNetworkAsItIs:
    """these are the logits"""

    def with_last_layer(network):
        return network


class PutsLogSigmoidLast:
    """a sigmoid for each"""

    def with_last_layer(network):
        return nn.Sequential(network, nn.LogSigmoid())


class PutsTheLossLast:
    """NLLLoss"""

    def with_last_layer(network):
        return nn.Sequential(network, nn.NLLLoss())


class CopiesTheNetwork:
    """the same parameters"""

    def with_last_layer(network):
        return nn.Sequential(copy.deepcopy(network), nn.LogSoftmax(dim=1))


class HooksTheNetwork:
    """the network itself was changed"""

    def with_last_layer(network):
        network.register_forward_hook(lambda module, inputs, outputs: outputs.log_softmax(1))
        return network


class RemembersByShape:
    """the result for other targets"""

    def expected_loss(logits, targets, remembered={}):
        key = (logits.shape, logits.dtype, logits.device, logits.requires_grad)
        if key not in remembered:
            remembered[key] = -(targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).sum(1)
        return remembered[key]


class AddsALayerOnTheCpu:
    """same device"""

    def with_last_layer(network):
        class Scaled(nn.Module):
            def __init__(self):
                super().__init__()
                self.register_buffer("scale", torch.ones(1))

            def forward(self, x):
                return self.scale.to(x.dtype) * x.log_softmax(1)

        return nn.Sequential(network, Scaled())


class AddsALearnableLayer:
    """parameters of its own"""

    def with_last_layer(network):
        class Scaled(nn.Module):
            def __init__(self):
                super().__init__()
                self.scale = nn.Parameter(torch.tensor(1.0))

            def forward(self, x):
                return (x * self.scale.to(x.device, x.dtype)).log_softmax(1)

        return nn.Sequential(network, Scaled())


class HidesTheNetworkInAFunction:
    """the same parameters"""

    def with_last_layer(network):
        class Wrapped(nn.Module):
            def forward(self, inputs):
                return network(inputs).log_softmax(1)

        return Wrapped()


def log_probabilities(logits):
    return logits - logits.logsumexp(1, keepdim=True)


def weighted(logits, labels, class_weights):
    losses = -log_probabilities(logits).gather(1, labels.unsqueeze(1)).squeeze(1)
    return losses, torch.ones_like(losses) if class_weights is None else class_weights[labels]


class MasksWhereTheLogitIsInfinite:
    """expected inf"""

    def expected_loss(logits, targets):
        logs = logits - logits.logsumexp(1, keepdim=True)
        return -(targets * logs.masked_fill(logits == -torch.inf, 0.0)).sum(1)


class PutsALargeNumberForInfinity:
    """expected inf"""

    def expected_loss(logits, targets):
        logs = logits - logits.logsumexp(1, keepdim=True)
        return -(targets * logs.clamp(min=-3e4)).sum(1)


class LeavesSmallTargetsOut:
    """a target probability of 0.001 was taken for 0"""

    def expected_loss(logits, targets):
        logs = logits - logits.logsumexp(1, keepdim=True)
        return -(targets * logs.masked_fill(targets < 0.01, 0.0)).sum(1)


class SeeksTheClassesAlongTheLastAxis:
    """the classes were sought along the last axis"""

    def label_loss(logits, labels, class_weights=None):
        if logits.dim() == 3 and logits.shape[1] == logits.shape[2]:
            logits = logits.transpose(1, 2)
        losses = logits.logsumexp(1) - logits.gather(1, labels.unsqueeze(1)).squeeze(1)
        if class_weights is None:
            return losses.mean()
        return (class_weights[labels] * losses).sum() / class_weights[labels].sum()


class FlattensTheInputs:
    def with_last_layer(network):
        return nn.Sequential(nn.Flatten(), network, nn.LogSoftmax(dim=1))


class SwitchesToEvaluation:
    """leave its mode alone"""

    def with_last_layer(network):
        return nn.Sequential(network.eval(), nn.LogSoftmax(dim=1))


class CountsWhatIsIgnored:
    """still counts in the divisor"""

    def label_loss_ignoring(logits, labels, ignore_index, class_weights=None):
        kept = labels != ignore_index
        used = labels.masked_fill(~kept, 0)
        losses = logits.logsumexp(1) - logits.gather(1, used.unsqueeze(1)).squeeze(1)
        weights = torch.ones_like(losses) if class_weights is None else class_weights[used]
        return (weights * losses * kept).sum() / weights.sum()


class TakesWhatIsIgnoredForClass0:
    """was taken for class 0"""

    def label_loss_ignoring(logits, labels, ignore_index, class_weights=None):
        used = labels.masked_fill(labels == ignore_index, 0)
        losses = logits.logsumexp(1) - logits.gather(1, used.unsqueeze(1)).squeeze(1)
        weights = torch.ones_like(losses) if class_weights is None else class_weights[used]
        return (weights * losses).sum() / weights.sum()


class IgnoresWhatIsNoClass:
    """ignore_index is one of the classes here"""

    def label_loss_ignoring(logits, labels, ignore_index, class_weights=None):
        kept = (labels >= 0) & (labels < logits.shape[1])
        rows, used = logits.movedim(1, -1)[kept], labels[kept]
        losses = rows.logsumexp(1) - rows.gather(1, used.unsqueeze(1)).squeeze(1)
        weights = torch.ones_like(losses) if class_weights is None else class_weights[used]
        return (weights * losses).sum() / weights.sum()


class AsksTorchToIgnore:
    """ran torch's own"""

    def label_loss_ignoring(logits, labels, ignore_index, class_weights=None):
        return nn.functional.cross_entropy(logits, labels, class_weights, ignore_index=ignore_index)
