"""Wrong answers to losses/regression_or_classes."""

import torch
from torch.nn import functional


class AsksForTheOrderOnly:
    """where the distances mean nothing"""

    def fits_one_number(has_order, has_distance):
        return has_order


class AsksForTheDistanceOnly:
    """without an order"""

    def fits_one_number(has_order, has_distance):
        return has_distance


class IsContentWithEither:
    """an order is not enough"""

    def fits_one_number(has_order, has_distance):
        return has_order or has_distance


class AlwaysTakesANumber:
    def fits_one_number(has_order, has_distance):
        return True


class AlwaysTakesClasses:
    """an order and distances"""

    def fits_one_number(has_order, has_distance):
        return False


class DecidesTheOtherWayRound:
    def fits_one_number(has_order, has_distance):
        return not (has_order and has_distance)


class MakesARow:
    """an axis of size 1 is missing"""

    def encode(labels, classes, as_number):
        return labels.float() if as_number else functional.one_hot(labels, classes).float()


class KeepsIntegers:
    """gave dtype int64"""

    def encode(labels, classes, as_number):
        return labels.unsqueeze(1) if as_number else functional.one_hot(labels, classes)


class KeepsIntegersInOneHot:
    """gave dtype int64"""

    def encode(labels, classes, as_number):
        return labels.unsqueeze(1).float() if as_number else functional.one_hot(labels, classes)


class ScalesTheNumbers:
    """divided"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1) / max(classes - 1, 1)
        return functional.one_hot(labels, classes).float()


class ExchangesTheKinds:
    """one-hot"""

    def encode(labels, classes, as_number):
        return functional.one_hot(labels, classes).float() if as_number else labels.unsqueeze(1).float()


class CountsFromOne:
    """labels count from 0"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1).float() + 1
        return functional.one_hot(labels, classes).float()


class ShiftsTheOneByOne:
    """labels count from 0"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1).float()
        return functional.one_hot(labels, classes).float().roll(1, 1)


class CountsTheClassesThatOccur:
    """not every class need occur"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1).float()
        return functional.one_hot(labels).float()


class TransposesOneHot:
    """a row for each class"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1).float()
        return functional.one_hot(labels, classes).float().T


class WritesTheLabels:
    """the labels instead of ones"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1).float()
        return functional.one_hot(labels, classes).float() * labels.unsqueeze(1)


class CountsUpToTheLabel:
    """up to the label"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1).float()
        return (torch.arange(classes, device=labels.device) <= labels.unsqueeze(1)).float()


class RemembersByShape:
    """the classes of other scores"""

    def decode(outputs, classes, as_number, remembered={}):
        key = (outputs.shape, outputs.device)
        if key not in remembered:
            numbers = outputs.squeeze(1).clamp(0, classes - 1).round().long() if as_number else outputs.argmax(1)
            remembered[key] = numbers
        return remembered[key]


class EncodesOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1).float()
        rows = torch.zeros(len(labels), classes)
        for i, label in enumerate(labels.tolist()):
            rows[i, label] = 1.0
        return rows


class ScattersOnTheCpu:
    """same device"""

    def encode(labels, classes, as_number):
        if as_number:
            return labels.unsqueeze(1).float()
        return torch.zeros(len(labels), classes).scatter_(1, labels.unsqueeze(1), 1.0)


class BroadcastsTheError:
    """every prediction beside every label"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs - labels).square()
        return functional.cross_entropy(outputs, labels, reduction="none")


class AveragesTheBroadcastError:
    """every prediction beside every label"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs - labels).square().mean(1)
        return functional.cross_entropy(outputs, labels, reduction="none")


class KeepsAColumn:
    """gave shape"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs - labels.unsqueeze(1)).square()
        return functional.cross_entropy(outputs, labels, reduction="none")


class SqueezesEveryAxis:
    """squeeze() drops every axis of size 1"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze() - labels.squeeze()).square()
        return functional.cross_entropy(outputs, labels, reduction="none")


class TakesTheAbsoluteError:
    """the absolute error"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1) - labels).abs()
        return functional.cross_entropy(outputs, labels, reduction="none")


class ForgetsTheSquare:
    """not squared"""

    def losses(outputs, labels, as_number):
        if as_number:
            return outputs.squeeze(1) - labels
        return functional.cross_entropy(outputs, labels, reduction="none")


class HalvesTheError:
    """half the squared error"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1) - labels).square() / 2
        return functional.cross_entropy(outputs, labels, reduction="none")


class AveragesTheBatch:
    """gave shape ()"""

    def losses(outputs, labels, as_number):
        if as_number:
            return functional.mse_loss(outputs.squeeze(1), labels.to(outputs.dtype))
        return functional.cross_entropy(outputs, labels)


class RoundsThePredictionFirst:
    """rounded before"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1).round() - labels).square()
        return functional.cross_entropy(outputs, labels, reduction="none")


class TakesSquaredErrorsOfScores:
    """squared errors"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1) - labels).square()
        one_hot = functional.one_hot(labels, outputs.shape[1]).to(outputs.dtype)
        return (outputs - one_hot).square().sum(1)


class TakesSoftmaxTwice:
    """softmax twice"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1) - labels).square()
        return functional.cross_entropy(outputs.softmax(1), labels, reduction="none")


class PicksFromScores:
    """no log-probabilities"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1) - labels).square()
        return functional.nll_loss(outputs, labels, reduction="none")


class ComparesTheLikeliestClass:
    """the distance of the likeliest class"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1) - labels).square()
        return (outputs.argmax(1) - labels).square().to(outputs.dtype)


class GivesLabelsAsFloats:
    """raised"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1) - labels).square()
        return functional.cross_entropy(outputs, labels.to(outputs.dtype), reduction="none")


class LosesFloat64:
    """gave dtype float32"""

    def losses(outputs, labels, as_number):
        outputs = outputs.float()
        if as_number:
            return (outputs.squeeze(1) - labels).square()
        return functional.cross_entropy(outputs, labels, reduction="none")


class CutsTheGraph:
    """does not require grad"""

    def losses(outputs, labels, as_number):
        outputs = outputs.detach()
        if as_number:
            return (outputs.squeeze(1) - labels).square()
        return functional.cross_entropy(outputs, labels, reduction="none")


class SubtractsInPlace:
    """changed its input"""

    def losses(outputs, labels, as_number):
        if as_number:
            outputs.data.squeeze(1).sub_(labels)
            return outputs.squeeze(1).square()
        return functional.cross_entropy(outputs, labels, reduction="none")


class Truncates:
    """cut off"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).long()
        return outputs.argmax(1)


class RoundsUp:
    """rounded up"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).ceil().clamp(0, classes - 1).long()
        return outputs.argmax(1)


class ForgetsTheBounds:
    """no such labels"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).round().long()
        return outputs.argmax(1)


class ClampsToTheNumberOfClasses:
    """the last label is classes - 1"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).round().clamp(0, classes).long()
        return outputs.argmax(1)


class WrapsAround:
    """wrapped around"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).round().remainder(classes).long()
        return outputs.argmax(1)


class ClampsIntegers:
    """no int64"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).round().long().clamp(0, classes - 1)
        return outputs.argmax(1)


class GivesFloats:
    """gave dtype float32"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round()
        return outputs.argmax(1)


class TakesArgmaxOfNumbers:
    """all 0"""

    def decode(outputs, classes, as_number):
        return outputs.argmax(1)


class TakesTheBestSampleOfEachClass:
    """along the samples"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round().long()
        return outputs.argmax(0)


class TakesTheSmallestScore:
    """the smallest score"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round().long()
        return outputs.argmin(1)


class TakesTheLargestScoreItself:
    """gave dtype float32"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round().long()
        return outputs.amax(1)


class TakesTheExpectedClass:
    """the mean of the class numbers"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round().long()
        numbers = torch.arange(classes, device=outputs.device)
        return (outputs.softmax(1) * numbers).sum(1).round().long()


class ClampsInPlace:
    """changed its input"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.clamp_(0, classes - 1).squeeze(1).round().long()
        return outputs.argmax(1)


class MakesTheLabelsOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def decode(outputs, classes, as_number):
        if as_number:
            return torch.tensor(
                [min(max(round(value), 0), classes - 1) for (value,) in outputs.tolist()], dtype=torch.int64
            )
        return outputs.argmax(1)


class KeepsTheNumbersOfASingleClass:
    """a single class is one-hot too"""

    def encode(labels, classes, as_number):
        if as_number or classes == 1:
            return labels.float().unsqueeze(1)
        return functional.one_hot(labels, classes).float()


class TakesTheHuberLoss:
    """twice the Huber loss"""

    def losses(outputs, labels, as_number):
        if as_number:
            return 2 * functional.huber_loss(outputs.squeeze(1), labels.to(outputs.dtype), reduction="none")
        return functional.cross_entropy(outputs, labels, reduction="none")


class TakesTheLogOfARoundedProbability:
    """log(0) is -inf"""

    def losses(outputs, labels, as_number):
        if as_number:
            return (outputs.squeeze(1) - labels).square()
        return -outputs.softmax(1).log().gather(1, labels.unsqueeze(1)).squeeze(1)


class TellsByTheShape:
    """as_number says what one output stands for"""

    def losses(outputs, labels, as_number):
        if outputs.shape[1] == 1:
            return (outputs.squeeze(1) - labels).square()
        return functional.cross_entropy(outputs, labels, reduction="none")


class AddsAHalf:
    """use round, which adds nothing"""

    def decode(outputs, classes, as_number):
        if as_number:
            return (outputs.squeeze(1) + 0.5).floor().clamp(0, classes - 1).long()
        return outputs.argmax(1)


class RoundsInFloat32:
    """round in the dtype of the outputs"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).float().clamp(0, classes - 1).round().long()
        return outputs.argmax(1)


class ComparesProbabilities:
    """softmax makes near scores equal"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round().long()
        return outputs.softmax(1).argmax(1)


class ComparesSigmoids:
    """sigmoid makes large scores equal"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round().long()
        return outputs.sigmoid().argmax(1)


class ComparesAbsoluteValues:
    """the largest by absolute value"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round().long()
        return outputs.abs().argmax(1)


class LooksAlongTheSamplesOfASquare:
    """this looks along the samples"""

    def decode(outputs, classes, as_number):
        if as_number:
            return outputs.squeeze(1).clamp(0, classes - 1).round().long()
        return outputs.argmax(0 if len(outputs) == classes else 1)
