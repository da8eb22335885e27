"""Wrong answers to losses/likelihood."""

import torch

from dojo.runner.variants import body, edit, replaces


def loss(weight, bias, inputs, labels):
    return -(inputs @ weight.T + bias).softmax(1).gather(1, labels[:, None]).log().sum()


PicksEveryLabelFromEveryRow = body(
    "likelihoods", "return probabilities[:, labels]", "every label's column from every row"
)
PicksTheLargest = body("likelihoods", "return probabilities.amax(dim=1)", "the largest probability of each row")
KeepsTheAxis = body("likelihoods", "return probabilities.gather(1, labels[:, None])", "gave shape")
SqueezesEveryAxis = body(
    "likelihoods", "return probabilities.gather(1, labels[:, None]).squeeze()", "squeeze() drops every axis of size 1"
)
CountsClassesFromOne = edit(
    "likelihoods", "labels.unsqueeze(1)", "(labels[:, None] - 1) % probabilities.shape[1]", "classes count from 0"
)
PicksTheFirstClass = body("likelihoods", "return probabilities[:, 0]", "the first class of each sample")
TakesLogsAtOnce = body("likelihoods", "return probabilities.gather(1, labels[:, None]).squeeze(1).log()", "logs")
MasksWithZeros = body(
    "likelihoods", "return probabilities * torch.nn.functional.one_hot(labels, probabilities.shape[1])", "gave shape"
)


@replaces("likelihoods", "got self is on cpu")
def MasksWithACpuIdentity(probabilities, labels):
    one_hot = torch.eye(probabilities.shape[1], dtype=probabilities.dtype)[labels]
    return (probabilities * one_hot).sum(1)


class FillsATensorOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def likelihoods(probabilities, labels):
        picked = torch.zeros(len(labels), dtype=probabilities.dtype)
        for place, label in enumerate(labels.tolist()):
            picked[place] = probabilities[place, label]
        return picked

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.gather(1, labels[:, None]).log().sum()


@replaces("likelihoods", "gave dtype float32")
def StacksFloat32Numbers(probabilities, labels):
    picked = [row[label].item() for row, label in zip(probabilities, labels.tolist(), strict=True)]
    return torch.tensor(picked, device=probabilities.device)


@replaces("likelihoods", "along the other axis")
def ReadsTheTableSideways(probabilities, labels):
    if probabilities.shape[0] == probabilities.shape[1]:
        probabilities = probabilities.T
    return probabilities.gather(1, labels.unsqueeze(1)).squeeze(1)


ForgetsTheSign = body(
    "negative_log_likelihood", "return probabilities.gather(1, labels[:, None]).log().sum()", "the sign is flipped"
)
TakesTheLogOfTheSum = body(
    "negative_log_likelihood", "return -probabilities.gather(1, labels[:, None]).sum().log()", "the log of the sum"
)
TakesTheLogToBaseTen = body(
    "negative_log_likelihood", "return -probabilities.gather(1, labels[:, None]).log10().sum()", "the log to base 10"
)
TakesTheLogToBaseTwo = body(
    "negative_log_likelihood", "return -probabilities.gather(1, labels[:, None]).log2().sum()", "the log to base 2"
)
ForgetsTheLog = body(
    "negative_log_likelihood", "return -probabilities.gather(1, labels[:, None]).sum()", "without the log"
)
SumsOneMinusTheProbability = body(
    "negative_log_likelihood", "return (1 - probabilities.gather(1, labels[:, None])).sum()", "1 - p"
)
LeavesOneLossForEachSample = body(
    "negative_log_likelihood", "return -probabilities.gather(1, labels[:, None]).squeeze(1).log()", "gave shape"
)
SumsOverAllClasses = body("negative_log_likelihood", "return -probabilities.log().sum()", "over all classes")
TakesTheLikeliestClass = body(
    "negative_log_likelihood", "return -probabilities.amax(1).log().sum()", "the likeliest class"
)


class CutsTheGraphInLists:
    """does not require grad"""

    def negative_log_likelihood(probabilities, labels):
        picked = [row[label].item() for row, label in zip(probabilities, labels.tolist(), strict=True)]
        total = torch.tensor(picked, dtype=probabilities.dtype, device=probabilities.device)
        return -total.log().sum()

    def likelihoods(probabilities, labels):
        return probabilities[range(len(labels)), labels]


@replaces("negative_log_likelihood", "this is the mean over the batch")
def TakesTheMean(probabilities, labels):
    return -probabilities.gather(1, labels[:, None]).log().mean()


@replaces("negative_log_likelihood", "the product of many likelihoods")
def MultipliesFirst(probabilities, labels):
    return -probabilities.gather(1, labels[:, None]).prod().log()


@replaces("negative_log_likelihood", "0 times the log of 0")
def MultipliesLogsByOneHot(probabilities, labels):
    return -(torch.nn.functional.one_hot(labels, probabilities.shape[1]) * probabilities.log()).sum()


@replaces("negative_log_likelihood", "add nothing before the log")
def AddsALittleBeforeTheLog(probabilities, labels):
    return -(probabilities.gather(1, labels[:, None]) + 1e-12).log().sum()


@replaces("negative_log_likelihood", "softmax was applied to the probabilities")
def AppliesSoftmaxTwice(probabilities, labels):
    return -probabilities.softmax(1).gather(1, labels[:, None]).log().sum()


@replaces("negative_log_likelihood", "ran torch's own nll_loss")
def CallsTorchsLossOnLogs(probabilities, labels):
    return torch.nn.functional.nll_loss(probabilities.log(), labels, reduction="sum")


@replaces("negative_log_likelihood", "ran torch's own nll_loss")
def CallsTorchsModule(probabilities, labels):
    return torch.nn.NLLLoss(reduction="sum")(probabilities.log(), labels)


@replaces("negative_log_likelihood", "changed its input")
def LogsInPlace(probabilities, labels):
    with torch.no_grad():
        probabilities.log_()
    return -probabilities.gather(1, labels[:, None]).sum()


@replaces("negative_log_likelihood", "the gradient is NaN where a wrong class has the probability 0")
def HidesTheNaN(probabilities, labels):
    one_hot = torch.nn.functional.one_hot(labels, probabilities.shape[1])
    return -(one_hot * probabilities.log()).nansum()


@replaces("loss_of_parameters", "ran torch's own log_softmax")
def CallsCrossEntropy(weight, bias, inputs, labels):
    return torch.nn.CrossEntropyLoss(reduction="sum")(torch.nn.functional.linear(inputs, weight, bias), labels)


@replaces("loss_of_parameters", "ran torch's own log_softmax")
def CallsCrossEntropyWithOneHot(weight, bias, inputs, labels):
    one_hot = torch.nn.functional.one_hot(labels, len(bias)).to(inputs.dtype)
    return torch.nn.functional.cross_entropy(inputs @ weight.T + bias, one_hot, reduction="sum")


@replaces("loss_of_parameters", "the scores are no probabilities")
def ForgetsTheSoftmax(weight, bias, inputs, labels):
    return -(inputs @ weight.T + bias).gather(1, labels[:, None]).log().sum()


@replaces("loss_of_parameters", "the scores are no log-probabilities")
def TakesTheScoresForLogs(weight, bias, inputs, labels):
    return -(inputs @ weight.T + bias).gather(1, labels[:, None]).sum()


@replaces("loss_of_parameters", "over the samples")
def SoftmaxOverTheSamples(weight, bias, inputs, labels):
    return -(inputs @ weight.T + bias).softmax(0).gather(1, labels[:, None]).log().sum()


@replaces("loss_of_parameters", "the bias is left out")
def ForgetsTheBias(weight, bias, inputs, labels):
    return -(inputs @ weight.T).softmax(1).gather(1, labels[:, None]).log().sum()


@replaces("loss_of_parameters")
def ForgetsToTransposeTheWeight(weight, bias, inputs, labels):
    scores = inputs @ weight.reshape(weight.shape[1], weight.shape[0]) + bias
    return -scores.softmax(1).gather(1, labels[:, None]).log().sum()


@replaces("loss_of_parameters", "this is the mean over the batch")
def TakesTheMeanInTheModel(weight, bias, inputs, labels):
    return -(inputs @ weight.T + bias).softmax(1).gather(1, labels[:, None]).log().mean()


@replaces("loss_of_parameters", "does not require grad")
def DetachesTheProbabilities(weight, bias, inputs, labels):
    return -(inputs @ weight.T + bias).softmax(1).detach().gather(1, labels[:, None]).log().sum()


@replaces("loss_of_parameters", "does not require grad")
def CopiesTheParameters(weight, bias, inputs, labels):
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=weight.dtype)
    layer.load_state_dict({"weight": weight, "bias": bias})
    return -layer(inputs).softmax(1).gather(1, labels[:, None]).log().sum().detach()


@replaces("loss_of_parameters", "gave requires_grad=True")
def CopiesTheParametersIntoALayer(weight, bias, inputs, labels):
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=weight.dtype)
    layer.load_state_dict({"weight": weight, "bias": bias})
    return -layer(inputs).softmax(1).gather(1, labels[:, None]).log().sum()


@replaces("loss_of_parameters", "a square weight fits either way round")
def TransposesOnlyIfItMust(weight, bias, inputs, labels):
    if weight.shape[1] != weight.shape[0]:
        weight = weight.T
    probabilities = (inputs @ weight + bias).softmax(dim=1)
    return -probabilities.gather(1, labels.unsqueeze(1)).log().sum()


AlwaysTakesTheLast = body("best_parameters", "return len(candidates) - 1")


@replaces("best_parameters", "the largest loss")
def TakesTheWorst(candidates, inputs, labels):
    losses = [loss(weight, bias, inputs, labels) for weight, bias in candidates]
    return losses.index(max(losses))


@replaces("best_parameters", "the most right answers")
def CountsRightAnswers(candidates, inputs, labels):
    right = [((inputs @ w.T + b).argmax(1) == labels).sum().item() for w, b in candidates]
    return right.index(max(right))


@replaces("best_parameters", "likelihoods multiply")
def AddsUpLikelihoods(candidates, inputs, labels):
    sums = [(inputs @ w.T + b).softmax(1).gather(1, labels[:, None]).sum().item() for w, b in candidates]
    return sums.index(max(sums))


@replaces("best_parameters", "the product of thousands")
def MultipliesLikelihoods(candidates, inputs, labels):
    products = [(inputs @ w.T + b).softmax(1).gather(1, labels[:, None]).prod().item() for w, b in candidates]
    return products.index(max(products))


@replaces("best_parameters", "best at the first sample only")
def ComparesTheFirstSampleOnly(candidates, inputs, labels):
    losses = [loss(weight, bias, inputs[:1], labels[:1]).item() for weight, bias in candidates]
    return losses.index(min(losses))


@replaces("best_parameters", "expected an int")
def GivesTheSmallestLoss(candidates, inputs, labels):
    return min(loss(weight, bias, inputs, labels).item() for weight, bias in candidates)


@replaces("best_parameters", ".item() takes the number out")
def GivesATensor(candidates, inputs, labels):
    return torch.stack([loss(weight, bias, inputs, labels) for weight, bias in candidates]).argmin()


@replaces("best_parameters")
def OverlooksTheLastCandidate(candidates, inputs, labels):
    losses = []
    for weight, bias in candidates[:-1] or candidates:
        probabilities = (inputs @ weight.T + bias).softmax(dim=1)
        losses.append(-probabilities.gather(1, labels.unsqueeze(1)).log().sum().item())
    return losses.index(min(losses))
