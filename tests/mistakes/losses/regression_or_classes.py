"""Wrong answers to losses/regression_or_classes."""

import torch
from torch.nn import functional

from dojo.runner.variants import body, edit, replaces

AsksForTheOrderOnly = edit("fits_one_number", " and has_distance", "", "where the distances mean nothing")
AsksForTheDistanceOnly = body("fits_one_number", "return has_distance", "without an order")
IsContentWithEither = body("fits_one_number", "return has_order or has_distance", "an order is not enough")
AlwaysTakesANumber = body("fits_one_number", "return True")
AlwaysTakesClasses = body("fits_one_number", "return False", "an order and distances")
DecidesTheOtherWayRound = body("fits_one_number", "return not (has_order and has_distance)")

KeepsIntegers = body(
    "encode", "return labels.unsqueeze(1) if as_number else functional.one_hot(labels, classes)", "gave dtype int64"
)


@replaces("encode", "an axis of size 1 is missing")
def MakesARow(labels, classes, as_number):
    return labels.float() if as_number else functional.one_hot(labels, classes).float()


@replaces("encode", "gave dtype int64")
def KeepsIntegersInOneHot(labels, classes, as_number):
    return labels.unsqueeze(1).float() if as_number else functional.one_hot(labels, classes)


@replaces("encode", "divided")
def ScalesTheNumbers(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1) / max(classes - 1, 1)
    return functional.one_hot(labels, classes).float()


@replaces("encode", "one-hot")
def ExchangesTheKinds(labels, classes, as_number):
    return functional.one_hot(labels, classes).float() if as_number else labels.unsqueeze(1).float()


@replaces("encode", "labels count from 0")
def CountsFromOne(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1).float() + 1
    return functional.one_hot(labels, classes).float()


@replaces("encode", "labels count from 0")
def ShiftsTheOneByOne(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1).float()
    return functional.one_hot(labels, classes).float().roll(1, 1)


@replaces("encode", "not every class need occur")
def CountsTheClassesThatOccur(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1).float()
    return functional.one_hot(labels).float()


@replaces("encode", "a row for each class")
def TransposesOneHot(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1).float()
    return functional.one_hot(labels, classes).float().T


@replaces("encode", "the labels instead of ones")
def WritesTheLabels(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1).float()
    return functional.one_hot(labels, classes).float() * labels.unsqueeze(1)


@replaces("encode", "up to the label")
def CountsUpToTheLabel(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1).float()
    return (torch.arange(classes, device=labels.device) <= labels.unsqueeze(1)).float()


@replaces("encode", "a tensor made without device= lies on the CPU")
def EncodesOnTheCpu(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1).float()
    rows = torch.zeros(len(labels), classes)
    for i, label in enumerate(labels.tolist()):
        rows[i, label] = 1.0
    return rows


@replaces("encode", "same device")
def ScattersOnTheCpu(labels, classes, as_number):
    if as_number:
        return labels.unsqueeze(1).float()
    return torch.zeros(len(labels), classes).scatter_(1, labels.unsqueeze(1), 1.0)


@replaces("encode", "a single class is one-hot too")
def KeepsTheNumbersOfASingleClass(labels, classes, as_number):
    if as_number or classes == 1:
        return labels.float().unsqueeze(1)
    return functional.one_hot(labels, classes).float()


TakesArgmaxOfNumbers = body("decode", "return outputs.argmax(1)", "all 0")


@replaces("decode", "the classes of other scores")
def RemembersByShape(outputs, classes, as_number, remembered={}):
    key = (outputs.shape, outputs.device)
    if key not in remembered:
        numbers = outputs.squeeze(1).clamp(0, classes - 1).round().long() if as_number else outputs.argmax(1)
        remembered[key] = numbers
    return remembered[key]


@replaces("decode", "cut off")
def Truncates(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).long()
    return outputs.argmax(1)


@replaces("decode", "rounded up")
def RoundsUp(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).ceil().clamp(0, classes - 1).long()
    return outputs.argmax(1)


@replaces("decode", "no such labels")
def ForgetsTheBounds(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).round().long()
    return outputs.argmax(1)


@replaces("decode", "the last label is classes - 1")
def ClampsToTheNumberOfClasses(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).round().clamp(0, classes).long()
    return outputs.argmax(1)


@replaces("decode", "wrapped around")
def WrapsAround(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).round().remainder(classes).long()
    return outputs.argmax(1)


@replaces("decode", "no int64")
def ClampsIntegers(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).round().long().clamp(0, classes - 1)
    return outputs.argmax(1)


@replaces("decode", "gave dtype float32")
def GivesFloats(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round()
    return outputs.argmax(1)


@replaces("decode", "along the samples")
def TakesTheBestSampleOfEachClass(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round().long()
    return outputs.argmax(0)


@replaces("decode", "the smallest score")
def TakesTheSmallestScore(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round().long()
    return outputs.argmin(1)


@replaces("decode", "gave dtype float32")
def TakesTheLargestScoreItself(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round().long()
    return outputs.amax(1)


@replaces("decode", "the mean of the class numbers")
def TakesTheExpectedClass(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round().long()
    numbers = torch.arange(classes, device=outputs.device)
    return (outputs.softmax(1) * numbers).sum(1).round().long()


@replaces("decode", "changed its input")
def ClampsInPlace(outputs, classes, as_number):
    if as_number:
        return outputs.clamp_(0, classes - 1).squeeze(1).round().long()
    return outputs.argmax(1)


@replaces("decode", "a tensor made without device= lies on the CPU")
def MakesTheLabelsOnTheCpu(outputs, classes, as_number):
    if as_number:
        return torch.tensor(
            [min(max(round(value), 0), classes - 1) for (value,) in outputs.tolist()], dtype=torch.int64
        )
    return outputs.argmax(1)


@replaces("decode", "use round, which adds nothing")
def AddsAHalf(outputs, classes, as_number):
    if as_number:
        return (outputs.squeeze(1) + 0.5).floor().clamp(0, classes - 1).long()
    return outputs.argmax(1)


@replaces("decode", "round in the dtype of the outputs")
def RoundsInFloat32(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).float().clamp(0, classes - 1).round().long()
    return outputs.argmax(1)


@replaces("decode", "softmax makes near scores equal")
def ComparesProbabilities(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round().long()
    return outputs.softmax(1).argmax(1)


@replaces("decode", "sigmoid makes large scores equal")
def ComparesSigmoids(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round().long()
    return outputs.sigmoid().argmax(1)


@replaces("decode", "the largest by absolute value")
def ComparesAbsoluteValues(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round().long()
    return outputs.abs().argmax(1)


@replaces("decode", "this looks along the samples")
def LooksAlongTheSamplesOfASquare(outputs, classes, as_number):
    if as_number:
        return outputs.squeeze(1).clamp(0, classes - 1).round().long()
    return outputs.argmax(0 if len(outputs) == classes else 1)


BroadcastsTheError = edit("losses", "outputs.squeeze(1)", "outputs", "every prediction beside every label")
AveragesTheBroadcastError = edit(
    "losses",
    "(outputs.squeeze(1) - labels).square()",
    "(outputs - labels).square().mean(1)",
    "every prediction beside every label",
)
KeepsAColumn = edit("losses", "outputs.squeeze(1) - labels", "outputs - labels.unsqueeze(1)", "gave shape")
SqueezesEveryAxis = edit(
    "losses",
    "outputs.squeeze(1) - labels",
    "outputs.squeeze() - labels.squeeze()",
    "squeeze() drops every axis of size 1",
)
TakesTheAbsoluteError = edit(
    "losses", "(outputs.squeeze(1) - labels).square()", "(outputs.squeeze(1) - labels).abs()", "the absolute error"
)
ForgetsTheSquare = edit("losses", ".square()", "", "not squared")
HalvesTheError = edit(
    "losses",
    "(outputs.squeeze(1) - labels).square()",
    "(outputs.squeeze(1) - labels).square() / 2",
    "half the squared error",
)
RoundsThePredictionFirst = edit("losses", "outputs.squeeze(1)", "outputs.squeeze(1).round()", "rounded before")
TakesSoftmaxTwice = edit("losses", "outputs, labels", "outputs.softmax(1), labels", "softmax twice")
PicksFromScores = edit("losses", "functional.cross_entropy", "functional.nll_loss", "no log-probabilities")
ComparesTheLikeliestClass = edit(
    "losses",
    'functional.cross_entropy(outputs, labels, reduction="none")',
    "(outputs.argmax(1) - labels).square().to(outputs.dtype)",
    "the distance of the likeliest class",
)
GivesLabelsAsFloats = edit("losses", "outputs, labels", "outputs, labels.to(outputs.dtype)", "raised")
TakesTheHuberLoss = edit(
    "losses",
    "(outputs.squeeze(1) - labels).square()",
    '2 * functional.huber_loss(outputs.squeeze(1), labels.to(outputs.dtype), reduction="none")',
    "twice the Huber loss",
)
TakesTheLogOfARoundedProbability = edit(
    "losses",
    'functional.cross_entropy(outputs, labels, reduction="none")',
    "-outputs.softmax(1).log().gather(1, labels.unsqueeze(1)).squeeze(1)",
    "log(0) is -inf",
)


@replaces("losses", "gave shape ()")
def AveragesTheBatch(outputs, labels, as_number):
    if as_number:
        return functional.mse_loss(outputs.squeeze(1), labels.to(outputs.dtype))
    return functional.cross_entropy(outputs, labels)


@replaces("losses", "squared errors")
def TakesSquaredErrorsOfScores(outputs, labels, as_number):
    if as_number:
        return (outputs.squeeze(1) - labels).square()
    one_hot = functional.one_hot(labels, outputs.shape[1]).to(outputs.dtype)
    return (outputs - one_hot).square().sum(1)


@replaces("losses", "gave dtype float32")
def LosesFloat64(outputs, labels, as_number):
    outputs = outputs.float()
    if as_number:
        return (outputs.squeeze(1) - labels).square()
    return functional.cross_entropy(outputs, labels, reduction="none")


@replaces("losses", "does not require grad")
def CutsTheGraph(outputs, labels, as_number):
    outputs = outputs.detach()
    if as_number:
        return (outputs.squeeze(1) - labels).square()
    return functional.cross_entropy(outputs, labels, reduction="none")


@replaces("losses", "changed its input")
def SubtractsInPlace(outputs, labels, as_number):
    if as_number:
        outputs.data.squeeze(1).sub_(labels)
        return outputs.squeeze(1).square()
    return functional.cross_entropy(outputs, labels, reduction="none")


@replaces("losses", "as_number says what one output stands for")
def TellsByTheShape(outputs, labels, as_number):
    if outputs.shape[1] == 1:
        return (outputs.squeeze(1) - labels).square()
    return functional.cross_entropy(outputs, labels, reduction="none")
