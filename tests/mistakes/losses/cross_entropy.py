"""Wrong answers to losses/cross_entropy."""

import copy

import torch
from torch import nn

from dojo.runner.variants import body, edit, replaces


def log_probabilities(logits):
    return logits - logits.logsumexp(1, keepdim=True)


def weighted(logits, labels, class_weights):
    losses = -log_probabilities(logits).gather(1, labels.unsqueeze(1)).squeeze(1)
    return losses, torch.ones_like(losses) if class_weights is None else class_weights[labels]


MultipliesZeroByInfinity = body(
    "expected_loss", "return -(targets * log_probabilities(logits)).sum(1)", "0 * -inf is NaN"
)
RoundsBeforeTheLog = body("expected_loss", "return -torch.xlogy(targets, logits.softmax(1)).sum(1)", "log(0)")
SwapsTheRoles = body(
    "expected_loss", "return -(logits.softmax(1) * (targets + 1e-30).log()).sum(1)", "target and prediction are swapped"
)
SumsOverTheSamples = body(
    "expected_loss", "return -(targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).sum(0)", "gave shape"
)
ForgetsTheLog = body("expected_loss", "return -(targets * logits.softmax(1)).sum(1)", "without the log")


@replaces("expected_loss", "log(0)")
def TakesTheLogOfZero(logits, targets):
    logs = logits.softmax(1).log()
    return -torch.where(targets == 0, 0, targets * torch.where(targets == 0, 0, logs)).sum(1)


@replaces("expected_loss", "the likeliest class of the target alone")
def TakesTheLikeliestTarget(logits, targets):
    return -log_probabilities(logits).gather(1, targets.argmax(1, keepdim=True)).squeeze(1)


@replaces("expected_loss", "less the entropy of the target")
def SubtractsTheEntropy(logits, targets):
    logs = log_probabilities(logits).masked_fill(targets == 0, 0.0)
    return (torch.xlogy(targets, targets) - targets * logs).sum(1)


@replaces("expected_loss", "the mean over the classes")
def AveragesTheClasses(logits, targets):
    return -(targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).mean(1)


@replaces("expected_loss", "gave shape ()")
def AveragesTheBatch(logits, targets):
    return -(targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).sum(1).mean()


@replaces("expected_loss", "the sign is flipped")
def FlipsTheSign(logits, targets):
    return (targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).sum(1)


@replaces("expected_loss", "logits are no log-probabilities")
def TakesLogitsForLogs(logits, targets):
    return -(targets * logits.masked_fill(targets == 0, 0.0)).sum(1)


@replaces("expected_loss", "the log to base 2")
def TakesLogsToBaseTwo(logits, targets):
    logs = log_probabilities(logits).masked_fill(targets == 0, 0.0) / torch.log(torch.tensor(2.0))
    return -(targets * logs).sum(1)


@replaces("expected_loss", "the targets are probabilities already")
def SoftmaxesTheTargets(logits, targets):
    targets = targets.softmax(1)
    return -(targets * log_probabilities(logits)).sum(1)


@replaces("expected_loss", "the classes as independent")
def AddsTheBinaryLosses(logits, targets):
    p = logits.softmax(1)
    return -(torch.xlogy(targets, p) + torch.xlogy(1 - targets, 1 - p)).sum(1)


@replaces("expected_loss", "ran torch's own log_softmax")
def CallsTorchsOwn(logits, targets):
    return torch.nn.functional.cross_entropy(logits, targets, reduction="none")


@replaces("expected_loss", "changed its input")
def ChangesTheLogits(logits, targets):
    with torch.no_grad():
        logits[targets == 0] = 0.0
    return -(targets * log_probabilities(logits)).sum(1)


@replaces("expected_loss", "same device")
def MasksWithACpuZero(logits, targets):
    zeros = torch.zeros(logits.shape, dtype=logits.dtype)
    return -(targets * torch.where(targets == 0, zeros, log_probabilities(logits))).sum(1)


@replaces("expected_loss", "the result for other targets")
def RemembersByShape(logits, targets, remembered={}):
    key = (logits.shape, logits.dtype, logits.device, logits.requires_grad)
    if key not in remembered:
        remembered[key] = -(targets * log_probabilities(logits).masked_fill(targets == 0, 0.0)).sum(1)
    return remembered[key]


@replaces("expected_loss", "expected inf")
def MasksWhereTheLogitIsInfinite(logits, targets):
    logs = logits - logits.logsumexp(1, keepdim=True)
    return -(targets * logs.masked_fill(logits == -torch.inf, 0.0)).sum(1)


@replaces("expected_loss", "expected inf")
def PutsALargeNumberForInfinity(logits, targets):
    logs = logits - logits.logsumexp(1, keepdim=True)
    return -(targets * logs.clamp(min=-3e4)).sum(1)


@replaces("expected_loss", "a target probability of 0.001 was taken for 0")
def LeavesSmallTargetsOut(logits, targets):
    logs = logits - logits.logsumexp(1, keepdim=True)
    return -(targets * logs.masked_fill(targets < 0.01, 0.0)).sum(1)


CallsCrossEntropy = body(
    "label_loss", "return nn.CrossEntropyLoss(weight=class_weights)(logits, labels)", "ran torch's own log_softmax"
)
IgnoresTheWeights = body(
    "label_loss", "return weighted(logits, labels, None)[0].mean()", "the class weights play no part"
)
PicksLogits = body(
    "label_loss", "return -logits.gather(1, labels.unsqueeze(1)).mean()", "logits are no log-probabilities"
)


@replaces("label_loss", "got self is on cpu")
def PicksWithACpuIdentity(logits, labels, class_weights=None):
    one_hot = torch.eye(logits.shape[1], dtype=logits.dtype)[labels].movedim(-1, 1)
    weights = torch.ones_like(logits[0, :, ...].flatten()) if class_weights is None else class_weights[labels]
    losses = -(one_hot * log_probabilities(logits)).sum(1)
    return losses.mean() if class_weights is None else (losses * weights).sum() / weights.sum()


@replaces("label_loss", "ran torch's own log_softmax")
def CallsCrossEntropyWithOneHot(logits, labels, class_weights=None):
    one_hot = nn.functional.one_hot(labels, logits.shape[1]).movedim(-1, 1).to(logits.dtype)
    return nn.functional.cross_entropy(logits, one_hot) * one_hot.sum() / labels.numel()


@replaces("label_loss", "ran torch's own nll_loss")
def CallsNllLoss(logits, labels, class_weights=None):
    return nn.functional.nll_loss(log_probabilities(logits), labels, weight=class_weights)


@replaces("label_loss", "this is the sum over the samples")
def AddsUpTheSamples(logits, labels, class_weights=None):
    losses, weights = weighted(logits, labels, class_weights)
    return (losses * weights).sum()


@replaces("label_loss", "divided by the number of samples")
def DividesByTheNumberOfSamples(logits, labels, class_weights=None):
    losses, weights = weighted(logits, labels, class_weights)
    return (losses * weights).mean()


@replaces("label_loss", "the weights of all classes")
def DividesByTheSumOfAllWeights(logits, labels, class_weights=None):
    losses, weights = weighted(logits, labels, class_weights)
    return losses.mean() if class_weights is None else (losses * weights).sum() / class_weights.sum()


@replaces("label_loss", "the predicted class")
def WeighsThePredictedClass(logits, labels, class_weights=None):
    losses, _ = weighted(logits, labels, None)
    if class_weights is None:
        return losses.mean()
    weights = class_weights[logits.argmax(1)]
    return (losses * weights).sum() / weights.sum()


@replaces("label_loss", "multiplied the logits")
def WeighsTheLogits(logits, labels, class_weights=None):
    if class_weights is not None:
        logits = logits * class_weights.reshape(-1, *[1] * (logits.dim() - 2))
    return weighted(logits, labels, None)[0].mean()


@replaces("label_loss", "the sign is flipped")
def FlipsTheSignOfTheLabelLoss(logits, labels, class_weights=None):
    losses, weights = weighted(logits, labels, class_weights)
    return -(losses * weights).sum() / weights.sum()


@replaces("label_loss", "every label's column from every row")
def PicksEveryLabelFromEveryRow(logits, labels, class_weights=None):
    if logits.dim() == 3 or class_weights is not None:
        losses, weights = weighted(logits, labels, class_weights)
        return (losses * weights).sum() / weights.sum()
    return -log_probabilities(logits)[:, labels].mean()


@replaces("label_loss", "the classes lie along axis 1")
def NormalizesOverTheLastAxis(logits, labels, class_weights=None):
    logs = logits - logits.logsumexp(-1, keepdim=True)
    losses = -logs.gather(1, labels.unsqueeze(1)).squeeze(1)
    weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
    return (losses * weights).sum() / weights.sum()


@replaces("label_loss", "reshape does not move axes")
def ReshapesTheClassesAway(logits, labels, class_weights=None):
    logits, labels = logits.reshape(-1, logits.shape[1]), labels.reshape(-1)
    losses, weights = weighted(logits, labels, class_weights)
    return (losses * weights).sum() / weights.sum()


@replaces("label_loss", "raised")
def KnowsMatricesOnly(logits, labels, class_weights=None):
    losses = -log_probabilities(logits)[range(len(labels)), labels]
    weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
    return (losses * weights).sum() / weights.sum()


@replaces("label_loss", "log(0)")
def TakesTheLogOfARoundedProbability(logits, labels, class_weights=None):
    losses = -logits.softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1).log()
    weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
    return (losses * weights).sum() / weights.sum()


@replaces("label_loss", "exp overflows")
def ExponentiatesByHand(logits, labels, class_weights=None):
    logs = logits - logits.exp().sum(1, keepdim=True).log()
    losses = -logs.gather(1, labels.unsqueeze(1)).squeeze(1)
    weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
    return (losses * weights).sum() / weights.sum()


@replaces("label_loss", "does not require grad")
def CutsTheGraph(logits, labels, class_weights=None):
    losses, weights = weighted(logits.detach(), labels, class_weights)
    return (losses * weights).sum() / weights.sum()


@replaces("label_loss", "the classes were sought along the last axis")
def SeeksTheClassesAlongTheLastAxis(logits, labels, class_weights=None):
    if logits.dim() == 3 and logits.shape[1] == logits.shape[2]:
        logits = logits.transpose(1, 2)
    losses = logits.logsumexp(1) - logits.gather(1, labels.unsqueeze(1)).squeeze(1)
    if class_weights is None:
        return losses.mean()
    return (class_weights[labels] * losses).sum() / class_weights[labels].sum()


HasALossForProbabilities = body(
    "loss_module", 'return nn.CrossEntropyLoss() if ends_with == "logits" else nn.NLLLoss()', "raised nothing"
)


@replaces("loss_module", "NLLLoss only picks")
def ExchangesTheLosses(ends_with):
    if ends_with == "logits":
        return nn.NLLLoss()
    if ends_with == "log-probabilities":
        return nn.CrossEntropyLoss()
    raise ValueError(ends_with)


@replaces("loss_module", "NLLLoss only picks")
def TakesNllForBoth(ends_with):
    if ends_with not in ("logits", "log-probabilities"):
        raise ValueError(ends_with)
    return nn.NLLLoss()


@replaces("loss_module", "softmax was applied twice")
def PutsSoftmaxBeforeCrossEntropy(ends_with):
    class SoftmaxFirst(nn.Module):
        def forward(self, outputs, labels):
            return nn.functional.cross_entropy(outputs.softmax(1), labels)

    return {"logits": SoftmaxFirst(), "log-probabilities": nn.NLLLoss()}[ends_with]


@replaces("loss_module", "raised KeyError")
def LooksTheLossUp(ends_with):
    return {"logits": nn.CrossEntropyLoss(), "log-probabilities": nn.NLLLoss()}[ends_with]


@replaces("loss_module", "the mean over the samples")
def AddsUp(ends_with):
    if ends_with == "logits":
        return nn.CrossEntropyLoss(reduction="sum")
    if ends_with == "log-probabilities":
        return nn.NLLLoss(reduction="sum")
    raise ValueError(ends_with)


@replaces("loss_module", "expected a torch.nn.Module")
def GivesTheFunction(ends_with):
    if ends_with == "logits":
        return nn.functional.cross_entropy
    if ends_with == "log-probabilities":
        return nn.functional.nll_loss
    raise ValueError(ends_with)


PutsSoftmaxLast = edit("with_last_layer", "nn.LogSoftmax(dim=1)", "nn.Softmax(dim=1)", "these are probabilities")
NormalizesOverTheBatch = edit("with_last_layer", "dim=1", "dim=0", "over the samples")
LeavesTheNetworkAsItIs = body("with_last_layer", "return network", "these are the logits")
PutsLogSigmoidLast = edit("with_last_layer", "nn.LogSoftmax(dim=1)", "nn.LogSigmoid()", "a sigmoid for each")
PutsTheLossLast = edit("with_last_layer", "nn.LogSoftmax(dim=1)", "nn.NLLLoss()", "NLLLoss")
CopiesTheNetwork = body(
    "with_last_layer", "return nn.Sequential(copy.deepcopy(network), nn.LogSoftmax(dim=1))", "the same parameters"
)
FlattensTheInputs = body("with_last_layer", "return nn.Sequential(nn.Flatten(), network, nn.LogSoftmax(dim=1))")
SwitchesToEvaluation = body(
    "with_last_layer", "return nn.Sequential(network.eval(), nn.LogSoftmax(dim=1))", "leave its mode alone"
)


@replaces("with_last_layer", "the network itself was changed")
def HooksTheNetwork(network):
    network.register_forward_hook(lambda module, inputs, outputs: outputs.log_softmax(1))
    return network


@replaces("with_last_layer", "same device")
def AddsALayerOnTheCpu(network):
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("scale", torch.ones(1))

        def forward(self, x):
            return self.scale.to(x.dtype) * x.log_softmax(1)

    return nn.Sequential(network, Scaled())


@replaces("with_last_layer", "parameters of its own")
def AddsALearnableLayer(network):
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.tensor(1.0))

        def forward(self, x):
            return (x * self.scale.to(x.device, x.dtype)).log_softmax(1)

    return nn.Sequential(network, Scaled())


@replaces("with_last_layer", "the same parameters")
def HidesTheNetworkInAFunction(network):
    class Wrapped(nn.Module):
        def forward(self, inputs):
            return network(inputs).log_softmax(1)

    return Wrapped()


@replaces("label_loss_ignoring", "still counts in the divisor")
def CountsWhatIsIgnored(logits, labels, ignore_index, class_weights=None):
    kept = labels != ignore_index
    used = labels.masked_fill(~kept, 0)
    losses = logits.logsumexp(1) - logits.gather(1, used.unsqueeze(1)).squeeze(1)
    weights = torch.ones_like(losses) if class_weights is None else class_weights[used]
    return (weights * losses * kept).sum() / weights.sum()


@replaces("label_loss_ignoring", "was taken for class 0")
def TakesWhatIsIgnoredForClass0(logits, labels, ignore_index, class_weights=None):
    used = labels.masked_fill(labels == ignore_index, 0)
    losses = logits.logsumexp(1) - logits.gather(1, used.unsqueeze(1)).squeeze(1)
    weights = torch.ones_like(losses) if class_weights is None else class_weights[used]
    return (weights * losses).sum() / weights.sum()


@replaces("label_loss_ignoring", "ignore_index is one of the classes here")
def IgnoresWhatIsNoClass(logits, labels, ignore_index, class_weights=None):
    kept = (labels >= 0) & (labels < logits.shape[1])
    rows, used = logits.movedim(1, -1)[kept], labels[kept]
    losses = rows.logsumexp(1) - rows.gather(1, used.unsqueeze(1)).squeeze(1)
    weights = torch.ones_like(losses) if class_weights is None else class_weights[used]
    return (weights * losses).sum() / weights.sum()


@replaces("label_loss_ignoring", "ran torch's own")
def AsksTorchToIgnore(logits, labels, ignore_index, class_weights=None):
    return nn.functional.cross_entropy(logits, labels, class_weights, ignore_index=ignore_index)
