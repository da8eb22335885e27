"""Wrong answers to autograd/accumulation."""

import torch


def _descend(loss, batches, parameter, learning_rate, sign=-1):
    values = []
    for batch in batches:
        value = loss(parameter, batch)
        parameter.grad = None
        value.backward()
        with torch.no_grad():
            parameter += sign * learning_rate * parameter.grad
        values.append(value.item())
    return values


class ClearsNothing:
    """what .grad held before was added"""

    def fresh_gradient(loss, parameter):
        loss.backward()
        return parameter.grad


class ClearsAfterBackward:
    """the gradient was cleared after backward()"""

    def fresh_gradient(loss, parameter):
        parameter.grad = None
        loss.backward()
        gradient = parameter.grad.clone()
        parameter.grad.zero_()
        return gradient


class ReturnsWithoutFilling:
    """backward() did not run"""

    def fresh_gradient(loss, parameter):
        return torch.autograd.grad(loss, parameter)[0]


class ClearsATensorThatMayNotBeThere:
    """NoneType"""

    def fresh_gradient(loss, parameter):
        parameter.grad.zero_()
        loss.backward()
        return parameter.grad


class MultipliesTheOldGradientByZero:
    """NaN"""

    def fresh_gradient(loss, parameter):
        if parameter.grad is not None:
            parameter.grad *= 0
        loss.backward()
        return parameter.grad


class SubtractsWhatWasThere:
    """the parameter's .grad"""

    def fresh_gradient(loss, parameter):
        before = 0 if parameter.grad is None else parameter.grad.clone()
        loss.backward()
        parameter.grad -= before
        return parameter.grad


class ClearsWithZerosOnTheCpu:
    """device"""

    def fresh_gradient(loss, parameter):
        parameter.grad = torch.zeros(parameter.shape, dtype=parameter.dtype)
        loss.backward()
        return parameter.grad


class KeepsAGraphOfTheGradient:
    """requires_grad=True"""

    def fresh_gradient(loss, parameter):
        parameter.grad = None
        loss.backward(create_graph=True)
        return parameter.grad


class ReturnsTheLoss:
    def fresh_gradient(loss, parameter):
        parameter.grad = None
        loss.backward()
        return loss.detach()


class ClearsTheParameterToo:
    """changed its input"""

    def fresh_gradient(loss, parameter):
        parameter.grad = None
        loss.backward()
        with torch.no_grad():
            parameter.zero_()
        return parameter.grad


class RunsBackwardOnADetachedLoss:
    """does not require grad"""

    def fresh_gradient(loss, parameter):
        parameter.grad = None
        loss.detach().backward()
        return parameter.grad


class AveragesTheMeans:
    """a larger one weighs more"""

    def accumulate(mean_loss, micro_batches, parameter):
        total = 0
        for batch in micro_batches:
            loss = mean_loss(batch) / len(micro_batches)
            loss.backward()
            total = total + loss.detach()
        return total


class AddsTheMeans:
    """the mean losses were added"""

    def accumulate(mean_loss, micro_batches, parameter):
        total = 0
        for batch in micro_batches:
            loss = mean_loss(batch)
            loss.backward()
            total = total + loss.detach()
        return total


class WeighsWithoutDividing:
    """not divided by the number of all samples"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples, total = sum(map(len, micro_batches)), 0
        for batch in micro_batches:
            loss = mean_loss(batch) * len(batch)
            loss.backward()
            total = total + loss.detach()
        return total / samples


class DividesByTheNumberOfSamples:
    """multiply by its own number as well"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples, total = sum(map(len, micro_batches)), 0
        for batch in micro_batches:
            loss = mean_loss(batch)
            (loss / samples).backward()
            total = total + loss.detach() * len(batch) / samples
        return total


class OverwritesTheGradient:
    """only the last micro-batch counts"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples, total = sum(map(len, micro_batches)), 0
        for batch in micro_batches:
            loss = mean_loss(batch) * (len(batch) / samples)
            parameter.grad = None
            loss.backward()
            total = total + loss.detach()
        return total


class OverwritesWithTheLastMean:
    """its gradient replaced the others"""

    def accumulate(mean_loss, micro_batches, parameter):
        for batch in micro_batches:
            loss = mean_loss(batch)
            parameter.grad = torch.autograd.grad(loss, parameter)[0]
        return loss.detach()


class ClearsAtTheStart:
    """accumulate adds, and clears nothing"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples, total = sum(map(len, micro_batches)), 0
        parameter.grad = None
        for batch in micro_batches:
            loss = mean_loss(batch) * (len(batch) / samples)
            loss.backward()
            total = total + loss.detach()
        return total


class ScalesWhatWasThereToo:
    """the parameter's .grad"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples, total = sum(map(len, micro_batches)), 0
        for batch in micro_batches:
            loss = mean_loss(batch) * len(batch)
            loss.backward()
            total = total + loss.detach()
        parameter.grad /= samples
        return total / samples


class GivesTheMeanOfTheMeans:
    """this is the mean of the means"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples, total = sum(map(len, micro_batches)), 0
        for batch in micro_batches:
            loss = mean_loss(batch)
            (loss * (len(batch) / samples)).backward()
            total = total + loss.detach()
        return total / len(micro_batches)


class KeepsTheHistoryOfTheLoss:
    """requires_grad=True"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples, total = sum(map(len, micro_batches)), 0
        for batch in micro_batches:
            loss = mean_loss(batch) * (len(batch) / samples)
            loss.backward()
            total = total + loss
        return total


class ComputesAllLossesFirst:
    """both graphs are in memory at once"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples = sum(map(len, micro_batches))
        loss = sum(mean_loss(batch) * (len(batch) / samples) for batch in micro_batches)
        loss.backward()
        return loss.detach()


class PutsTheMicroBatchesTogether:
    """the sizes of the micro-batches"""

    def accumulate(mean_loss, micro_batches, parameter):
        loss = mean_loss(torch.cat(list(micro_batches)))
        loss.backward()
        return loss.detach()


class CollectsTheLossOnTheCpu:
    """same device"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples = sum(map(len, micro_batches))
        total = torch.zeros((), dtype=parameter.dtype)
        for batch in micro_batches:
            loss = mean_loss(batch) * (len(batch) / samples)
            loss.backward()
            total += loss.detach()
        return total


class GivesTheLossAsANumber:
    """expected a torch.Tensor"""

    def accumulate(mean_loss, micro_batches, parameter):
        samples, total = sum(map(len, micro_batches)), 0.0
        for batch in micro_batches:
            loss = mean_loss(batch) * (len(batch) / samples)
            loss.backward()
            total += loss.item()
        return total


class NeverClears:
    """the gradients of all batches add up"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            value.backward()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad
            values.append(value.item())
        return values


class ClearsBetweenBackwardAndStep:
    """not between backward() and the step"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            value.backward()
            parameter.grad.zero_()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad
            values.append(value.item())
        return values


class ClearsAfterTheStepOnly:
    """not only after the step"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            value.backward()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad
            parameter.grad = None
            values.append(value.item())
        return values


class ClearsOnceBeforeTheLoop:
    """the gradients of all batches add up"""

    def train(loss, batches, parameter, learning_rate):
        parameter.grad = None
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            value.backward()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad
            values.append(value.item())
        return values


class GoesUphill:
    """this went uphill"""

    def train(loss, batches, parameter, learning_rate):
        return _descend(loss, batches, parameter, learning_rate, sign=1)


class LeavesTheLearningRateOut:
    """the learning rate is left out"""

    def train(loss, batches, parameter, learning_rate):
        return _descend(loss, batches, parameter, 1.0)


class MakesANewParameter:
    """the parameter did not change"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            gradient = torch.autograd.grad(value, parameter)[0]
            parameter = (parameter - learning_rate * gradient).detach().requires_grad_()
            values.append(value.item())
        return values


class GivesTheParameterNewMemory:
    """change it in place"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            gradient = torch.autograd.grad(value, parameter)[0]
            parameter.data = parameter.data - learning_rate * gradient
            values.append(value.item())
        return values


class RecordsTheStep:
    """in-place operation"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            parameter.grad = None
            value.backward()
            parameter -= learning_rate * parameter.grad
            values.append(value.item())
        return values


class TakesAllGradientsAtTheStart:
    """all gradients were taken at the first parameter"""

    def train(loss, batches, parameter, learning_rate):
        values, parameter.grad = [], None
        for batch in batches:
            value = loss(parameter, batch)
            value.backward()
            values.append(value.item())
        if batches:
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad
        return values


class LeavesGradientsSwitchedOff:
    """requires_grad=False"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            parameter.requires_grad_(True)
            parameter.grad = None
            value = loss(parameter, batch)
            value.backward()
            parameter.requires_grad_(False)
            parameter -= learning_rate * parameter.grad
            values.append(value.item())
        return values


class LeavesRecordingSwitchedOff:
    """recording is still switched off"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            torch.set_grad_enabled(True)
            parameter.grad = None
            value = loss(parameter, batch)
            value.backward()
            torch.set_grad_enabled(False)
            parameter -= learning_rate * parameter.grad
            values.append(value.item())
        return values


class GivesTheLossesAsTensors:
    """.item()"""

    def train(loss, batches, parameter, learning_rate):
        values = _descend(loss, batches, parameter, learning_rate)
        return [torch.tensor(value) for value in values]


class GivesTheLossesAfterTheSteps:
    """the losses"""

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            parameter.grad = None
            loss(parameter, batch).backward()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad
            values.append(loss(parameter, batch).item())
        return values


class UsesTheFirstBatchOnly:
    """only the first batch was used"""

    def train(loss, batches, parameter, learning_rate):
        return _descend(loss, batches[:1], parameter, learning_rate)


class ClearsByMultiplication:
    """NaN times 0 is NaN"""

    def train(loss, batches, parameter, learning_rate):
        losses = []
        for batch in batches:
            value = loss(parameter, batch)
            if parameter.grad is not None:
                parameter.grad *= 0
            value.backward()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad
            losses.append(value.item())
        return losses
