"""Wrong answers to losses/likelihood."""

import torch


class PicksEveryLabelFromEveryRow:
    """every label's column from every row"""

    def likelihoods(probabilities, labels):
        return probabilities[:, labels]


class PicksTheLargest:
    """the largest probability of each row"""

    def likelihoods(probabilities, labels):
        return probabilities.amax(dim=1)


class KeepsTheAxis:
    """gave shape"""

    def likelihoods(probabilities, labels):
        return probabilities.gather(1, labels[:, None])


class SqueezesEveryAxis:
    """squeeze() drops every axis of size 1"""

    def likelihoods(probabilities, labels):
        return probabilities.gather(1, labels[:, None]).squeeze()


class CountsClassesFromOne:
    """classes count from 0"""

    def likelihoods(probabilities, labels):
        return probabilities.gather(1, (labels[:, None] - 1) % probabilities.shape[1]).squeeze(1)


class PicksTheFirstClass:
    """the first class of each sample"""

    def likelihoods(probabilities, labels):
        return probabilities[:, 0]


class TakesLogsAtOnce:
    """logs"""

    def likelihoods(probabilities, labels):
        return probabilities.gather(1, labels[:, None]).squeeze(1).log()


class MasksWithZeros:
    """gave shape"""

    def likelihoods(probabilities, labels):
        return probabilities * torch.nn.functional.one_hot(labels, probabilities.shape[1])


class MasksWithACpuIdentity:
    """got self is on cpu"""

    def likelihoods(probabilities, labels):
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


class StacksFloat32Numbers:
    """gave dtype float32"""

    def likelihoods(probabilities, labels):
        picked = [row[label].item() for row, label in zip(probabilities, labels.tolist(), strict=True)]
        return torch.tensor(picked, device=probabilities.device)


class CutsTheGraphInLists:
    """does not require grad"""

    def negative_log_likelihood(probabilities, labels):
        picked = [row[label].item() for row, label in zip(probabilities, labels.tolist(), strict=True)]
        total = torch.tensor(picked, dtype=probabilities.dtype, device=probabilities.device)
        return -total.log().sum()

    def likelihoods(probabilities, labels):
        return probabilities[range(len(labels)), labels]


class ForgetsTheSign:
    """the sign is flipped"""

    def negative_log_likelihood(probabilities, labels):
        return probabilities.gather(1, labels[:, None]).log().sum()


class TakesTheMean:
    """this is the mean over the batch"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.gather(1, labels[:, None]).log().mean()


class TakesTheLogOfTheSum:
    """the log of the sum"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.gather(1, labels[:, None]).sum().log()


class MultipliesFirst:
    """the product of many likelihoods"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.gather(1, labels[:, None]).prod().log()


class TakesTheLogToBaseTen:
    """the log to base 10"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.gather(1, labels[:, None]).log10().sum()


class TakesTheLogToBaseTwo:
    """the log to base 2"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.gather(1, labels[:, None]).log2().sum()


class ForgetsTheLog:
    """without the log"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.gather(1, labels[:, None]).sum()


class SumsOneMinusTheProbability:
    """1 - p"""

    def negative_log_likelihood(probabilities, labels):
        return (1 - probabilities.gather(1, labels[:, None])).sum()


class LeavesOneLossForEachSample:
    """gave shape"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.gather(1, labels[:, None]).squeeze(1).log()


class SumsOverAllClasses:
    """over all classes"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.log().sum()


class TakesTheLikeliestClass:
    """the likeliest class"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.amax(1).log().sum()


class MultipliesLogsByOneHot:
    """0 times the log of 0"""

    def negative_log_likelihood(probabilities, labels):
        return -(torch.nn.functional.one_hot(labels, probabilities.shape[1]) * probabilities.log()).sum()


class AddsALittleBeforeTheLog:
    """add nothing before the log"""

    def negative_log_likelihood(probabilities, labels):
        return -(probabilities.gather(1, labels[:, None]) + 1e-12).log().sum()


class AppliesSoftmaxTwice:
    """softmax was applied to the probabilities"""

    def negative_log_likelihood(probabilities, labels):
        return -probabilities.softmax(1).gather(1, labels[:, None]).log().sum()


class CallsTorchsLossOnLogs:
    """ran torch's own nll_loss"""

    def negative_log_likelihood(probabilities, labels):
        return torch.nn.functional.nll_loss(probabilities.log(), labels, reduction="sum")


class CallsTorchsModule:
    """ran torch's own nll_loss"""

    def negative_log_likelihood(probabilities, labels):
        return torch.nn.NLLLoss(reduction="sum")(probabilities.log(), labels)


class CallsCrossEntropy:
    """ran torch's own log_softmax"""

    def loss_of_parameters(weight, bias, inputs, labels):
        return torch.nn.CrossEntropyLoss(reduction="sum")(torch.nn.functional.linear(inputs, weight, bias), labels)


class CallsCrossEntropyWithOneHot:
    """ran torch's own log_softmax"""

    def loss_of_parameters(weight, bias, inputs, labels):
        one_hot = torch.nn.functional.one_hot(labels, len(bias)).to(inputs.dtype)
        return torch.nn.functional.cross_entropy(inputs @ weight.T + bias, one_hot, reduction="sum")


class LogsInPlace:
    """changed its input"""

    def negative_log_likelihood(probabilities, labels):
        with torch.no_grad():
            probabilities.log_()
        return -probabilities.gather(1, labels[:, None]).sum()


class ForgetsTheSoftmax:
    """the scores are no probabilities"""

    def loss_of_parameters(weight, bias, inputs, labels):
        return -(inputs @ weight.T + bias).gather(1, labels[:, None]).log().sum()


class TakesTheScoresForLogs:
    """the scores are no log-probabilities"""

    def loss_of_parameters(weight, bias, inputs, labels):
        return -(inputs @ weight.T + bias).gather(1, labels[:, None]).sum()


class SoftmaxOverTheSamples:
    """over the samples"""

    def loss_of_parameters(weight, bias, inputs, labels):
        return -(inputs @ weight.T + bias).softmax(0).gather(1, labels[:, None]).log().sum()


class ForgetsTheBias:
    """the bias is left out"""

    def loss_of_parameters(weight, bias, inputs, labels):
        return -(inputs @ weight.T).softmax(1).gather(1, labels[:, None]).log().sum()


class ForgetsToTransposeTheWeight:
    def loss_of_parameters(weight, bias, inputs, labels):
        scores = inputs @ weight.reshape(weight.shape[1], weight.shape[0]) + bias
        return -scores.softmax(1).gather(1, labels[:, None]).log().sum()


class TakesTheMeanInTheModel:
    """this is the mean over the batch"""

    def loss_of_parameters(weight, bias, inputs, labels):
        return -(inputs @ weight.T + bias).softmax(1).gather(1, labels[:, None]).log().mean()


class DetachesTheProbabilities:
    """does not require grad"""

    def loss_of_parameters(weight, bias, inputs, labels):
        return -(inputs @ weight.T + bias).softmax(1).detach().gather(1, labels[:, None]).log().sum()


class CopiesTheParameters:
    """does not require grad"""

    def loss_of_parameters(weight, bias, inputs, labels):
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=weight.dtype)
        layer.load_state_dict({"weight": weight, "bias": bias})
        return -layer(inputs).softmax(1).gather(1, labels[:, None]).log().sum().detach()


class CopiesTheParametersIntoALayer:
    """gave requires_grad=True"""

    def loss_of_parameters(weight, bias, inputs, labels):
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=weight.dtype)
        layer.load_state_dict({"weight": weight, "bias": bias})
        return -layer(inputs).softmax(1).gather(1, labels[:, None]).log().sum()


class TakesTheWorst:
    """the largest loss"""

    def best_parameters(candidates, inputs, labels):
        losses = [loss(weight, bias, inputs, labels) for weight, bias in candidates]
        return losses.index(max(losses))


class CountsRightAnswers:
    """the most right answers"""

    def best_parameters(candidates, inputs, labels):
        right = [((inputs @ w.T + b).argmax(1) == labels).sum().item() for w, b in candidates]
        return right.index(max(right))


class AddsUpLikelihoods:
    """likelihoods multiply"""

    def best_parameters(candidates, inputs, labels):
        sums = [(inputs @ w.T + b).softmax(1).gather(1, labels[:, None]).sum().item() for w, b in candidates]
        return sums.index(max(sums))


class MultipliesLikelihoods:
    """the product of thousands"""

    def best_parameters(candidates, inputs, labels):
        products = [(inputs @ w.T + b).softmax(1).gather(1, labels[:, None]).prod().item() for w, b in candidates]
        return products.index(max(products))


class ComparesTheFirstSampleOnly:
    """best at the first sample only"""

    def best_parameters(candidates, inputs, labels):
        losses = [loss(weight, bias, inputs[:1], labels[:1]).item() for weight, bias in candidates]
        return losses.index(min(losses))


class GivesTheSmallestLoss:
    """expected an int"""

    def best_parameters(candidates, inputs, labels):
        return min(loss(weight, bias, inputs, labels).item() for weight, bias in candidates)


class GivesATensor:
    """.item() takes the number out"""

    def best_parameters(candidates, inputs, labels):
        return torch.stack([loss(weight, bias, inputs, labels) for weight, bias in candidates]).argmin()


class AlwaysTakesTheLast:
    def best_parameters(candidates, inputs, labels):
        return len(candidates) - 1


def loss(weight, bias, inputs, labels):
    return -(inputs @ weight.T + bias).softmax(1).gather(1, labels[:, None]).log().sum()


class ReadsTheTableSideways:
    """along the other axis"""

    def likelihoods(probabilities, labels):
        if probabilities.shape[0] == probabilities.shape[1]:
            probabilities = probabilities.T
        return probabilities.gather(1, labels.unsqueeze(1)).squeeze(1)


class HidesTheNaN:
    """the gradient is NaN where a wrong class has the probability 0"""

    def negative_log_likelihood(probabilities, labels):
        one_hot = torch.nn.functional.one_hot(labels, probabilities.shape[1])
        return -(one_hot * probabilities.log()).nansum()


class TransposesOnlyIfItMust:
    """a square weight fits either way round"""

    def loss_of_parameters(weight, bias, inputs, labels):
        if weight.shape[1] != weight.shape[0]:
            weight = weight.T
        probabilities = (inputs @ weight + bias).softmax(dim=1)
        return -probabilities.gather(1, labels.unsqueeze(1)).log().sum()


class OverlooksTheLastCandidate:
    def best_parameters(candidates, inputs, labels):
        losses = []
        for weight, bias in candidates[:-1] or candidates:
            probabilities = (inputs @ weight.T + bias).softmax(dim=1)
            losses.append(-probabilities.gather(1, labels.unsqueeze(1)).log().sum().item())
        return losses.index(min(losses))
