"""Wrong answers to autograd/accumulation."""

import torch

from dojo.runner.variants import body, replaces


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


ClearsNothing = body("fresh_gradient", "loss.backward(); return parameter.grad", "what .grad held before was added")
ReturnsWithoutFilling = body(
    "fresh_gradient", "return torch.autograd.grad(loss, parameter)[0]", "backward() did not run"
)


@replaces("fresh_gradient", "the gradient was cleared after backward()")
def ClearsAfterBackward(loss, parameter):
    parameter.grad = None
    loss.backward()
    gradient = parameter.grad.clone()
    parameter.grad.zero_()
    return gradient


@replaces("fresh_gradient", "NoneType")
def ClearsATensorThatMayNotBeThere(loss, parameter):
    parameter.grad.zero_()
    loss.backward()
    return parameter.grad


@replaces("fresh_gradient", "NaN")
def MultipliesTheOldGradientByZero(loss, parameter):
    if parameter.grad is not None:
        parameter.grad *= 0
    loss.backward()
    return parameter.grad


@replaces("fresh_gradient", "the parameter's .grad")
def SubtractsWhatWasThere(loss, parameter):
    before = 0 if parameter.grad is None else parameter.grad.clone()
    loss.backward()
    parameter.grad -= before
    return parameter.grad


@replaces("fresh_gradient", "device")
def ClearsWithZerosOnTheCpu(loss, parameter):
    parameter.grad = torch.zeros(parameter.shape, dtype=parameter.dtype)
    loss.backward()
    return parameter.grad


@replaces("fresh_gradient", "requires_grad=True")
def KeepsAGraphOfTheGradient(loss, parameter):
    parameter.grad = None
    loss.backward(create_graph=True)
    return parameter.grad


@replaces("fresh_gradient")
def ReturnsTheLoss(loss, parameter):
    parameter.grad = None
    loss.backward()
    return loss.detach()


@replaces("fresh_gradient", "changed its input")
def ClearsTheParameterToo(loss, parameter):
    parameter.grad = None
    loss.backward()
    with torch.no_grad():
        parameter.zero_()
    return parameter.grad


@replaces("fresh_gradient", "does not require grad")
def RunsBackwardOnADetachedLoss(loss, parameter):
    parameter.grad = None
    loss.detach().backward()
    return parameter.grad


@replaces("accumulate", "a larger one weighs more")
def AveragesTheMeans(mean_loss, micro_batches, parameter):
    total = 0
    for batch in micro_batches:
        loss = mean_loss(batch) / len(micro_batches)
        loss.backward()
        total = total + loss.detach()
    return total


@replaces("accumulate", "the mean losses were added")
def AddsTheMeans(mean_loss, micro_batches, parameter):
    total = 0
    for batch in micro_batches:
        loss = mean_loss(batch)
        loss.backward()
        total = total + loss.detach()
    return total


@replaces("accumulate", "not divided by the number of all samples")
def WeighsWithoutDividing(mean_loss, micro_batches, parameter):
    samples, total = sum(map(len, micro_batches)), 0
    for batch in micro_batches:
        loss = mean_loss(batch) * len(batch)
        loss.backward()
        total = total + loss.detach()
    return total / samples


@replaces("accumulate", "multiply by its own number as well")
def DividesByTheNumberOfSamples(mean_loss, micro_batches, parameter):
    samples, total = sum(map(len, micro_batches)), 0
    for batch in micro_batches:
        loss = mean_loss(batch)
        (loss / samples).backward()
        total = total + loss.detach() * len(batch) / samples
    return total


@replaces("accumulate", "only the last micro-batch counts")
def OverwritesTheGradient(mean_loss, micro_batches, parameter):
    samples, total = sum(map(len, micro_batches)), 0
    for batch in micro_batches:
        loss = mean_loss(batch) * (len(batch) / samples)
        parameter.grad = None
        loss.backward()
        total = total + loss.detach()
    return total


@replaces("accumulate", "its gradient replaced the others")
def OverwritesWithTheLastMean(mean_loss, micro_batches, parameter):
    for batch in micro_batches:
        loss = mean_loss(batch)
        parameter.grad = torch.autograd.grad(loss, parameter)[0]
    return loss.detach()


@replaces("accumulate", "accumulate adds, and clears nothing")
def ClearsAtTheStart(mean_loss, micro_batches, parameter):
    samples, total = sum(map(len, micro_batches)), 0
    parameter.grad = None
    for batch in micro_batches:
        loss = mean_loss(batch) * (len(batch) / samples)
        loss.backward()
        total = total + loss.detach()
    return total


@replaces("accumulate", "the parameter's .grad")
def ScalesWhatWasThereToo(mean_loss, micro_batches, parameter):
    samples, total = sum(map(len, micro_batches)), 0
    for batch in micro_batches:
        loss = mean_loss(batch) * len(batch)
        loss.backward()
        total = total + loss.detach()
    parameter.grad /= samples
    return total / samples


@replaces("accumulate", "this is the mean of the means")
def GivesTheMeanOfTheMeans(mean_loss, micro_batches, parameter):
    samples, total = sum(map(len, micro_batches)), 0
    for batch in micro_batches:
        loss = mean_loss(batch)
        (loss * (len(batch) / samples)).backward()
        total = total + loss.detach()
    return total / len(micro_batches)


@replaces("accumulate", "requires_grad=True")
def KeepsTheHistoryOfTheLoss(mean_loss, micro_batches, parameter):
    samples, total = sum(map(len, micro_batches)), 0
    for batch in micro_batches:
        loss = mean_loss(batch) * (len(batch) / samples)
        loss.backward()
        total = total + loss
    return total


@replaces("accumulate", "both graphs are in memory at once")
def ComputesAllLossesFirst(mean_loss, micro_batches, parameter):
    samples = sum(map(len, micro_batches))
    loss = sum(mean_loss(batch) * (len(batch) / samples) for batch in micro_batches)
    loss.backward()
    return loss.detach()


@replaces("accumulate", "the sizes of the micro-batches")
def PutsTheMicroBatchesTogether(mean_loss, micro_batches, parameter):
    loss = mean_loss(torch.cat(list(micro_batches)))
    loss.backward()
    return loss.detach()


@replaces("accumulate", "same device")
def CollectsTheLossOnTheCpu(mean_loss, micro_batches, parameter):
    samples = sum(map(len, micro_batches))
    total = torch.zeros((), dtype=parameter.dtype)
    for batch in micro_batches:
        loss = mean_loss(batch) * (len(batch) / samples)
        loss.backward()
        total += loss.detach()
    return total


@replaces("accumulate", "expected a torch.Tensor")
def GivesTheLossAsANumber(mean_loss, micro_batches, parameter):
    samples, total = sum(map(len, micro_batches)), 0.0
    for batch in micro_batches:
        loss = mean_loss(batch) * (len(batch) / samples)
        loss.backward()
        total += loss.item()
    return total


GoesUphill = body("train", "return _descend(loss, batches, parameter, learning_rate, sign=1)", "this went uphill")
LeavesTheLearningRateOut = body(
    "train", "return _descend(loss, batches, parameter, 1.0)", "the learning rate is left out"
)
UsesTheFirstBatchOnly = body(
    "train", "return _descend(loss, batches[:1], parameter, learning_rate)", "only the first batch was used"
)


@replaces("train", "the gradients of all batches add up")
def NeverClears(loss, batches, parameter, learning_rate):
    values = []
    for batch in batches:
        value = loss(parameter, batch)
        value.backward()
        with torch.no_grad():
            parameter -= learning_rate * parameter.grad
        values.append(value.item())
    return values


@replaces("train", "not between backward() and the step")
def ClearsBetweenBackwardAndStep(loss, batches, parameter, learning_rate):
    values = []
    for batch in batches:
        value = loss(parameter, batch)
        value.backward()
        parameter.grad.zero_()
        with torch.no_grad():
            parameter -= learning_rate * parameter.grad
        values.append(value.item())
    return values


@replaces("train", "not only after the step")
def ClearsAfterTheStepOnly(loss, batches, parameter, learning_rate):
    values = []
    for batch in batches:
        value = loss(parameter, batch)
        value.backward()
        with torch.no_grad():
            parameter -= learning_rate * parameter.grad
        parameter.grad = None
        values.append(value.item())
    return values


@replaces("train", "the gradients of all batches add up")
def ClearsOnceBeforeTheLoop(loss, batches, parameter, learning_rate):
    parameter.grad = None
    values = []
    for batch in batches:
        value = loss(parameter, batch)
        value.backward()
        with torch.no_grad():
            parameter -= learning_rate * parameter.grad
        values.append(value.item())
    return values


@replaces("train", "the parameter did not change")
def MakesANewParameter(loss, batches, parameter, learning_rate):
    values = []
    for batch in batches:
        value = loss(parameter, batch)
        gradient = torch.autograd.grad(value, parameter)[0]
        parameter = (parameter - learning_rate * gradient).detach().requires_grad_()
        values.append(value.item())
    return values


@replaces("train", "change it in place")
def GivesTheParameterNewMemory(loss, batches, parameter, learning_rate):
    values = []
    for batch in batches:
        value = loss(parameter, batch)
        gradient = torch.autograd.grad(value, parameter)[0]
        parameter.data = parameter.data - learning_rate * gradient
        values.append(value.item())
    return values


@replaces("train", "in-place operation")
def RecordsTheStep(loss, batches, parameter, learning_rate):
    values = []
    for batch in batches:
        value = loss(parameter, batch)
        parameter.grad = None
        value.backward()
        parameter -= learning_rate * parameter.grad
        values.append(value.item())
    return values


@replaces("train", "all gradients were taken at the first parameter")
def TakesAllGradientsAtTheStart(loss, batches, parameter, learning_rate):
    values, parameter.grad = [], None
    for batch in batches:
        value = loss(parameter, batch)
        value.backward()
        values.append(value.item())
    if batches:
        with torch.no_grad():
            parameter -= learning_rate * parameter.grad
    return values


@replaces("train", "requires_grad=False")
def LeavesGradientsSwitchedOff(loss, batches, parameter, learning_rate):
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


@replaces("train", "recording is still switched off")
def LeavesRecordingSwitchedOff(loss, batches, parameter, learning_rate):
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


@replaces("train", ".item()")
def GivesTheLossesAsTensors(loss, batches, parameter, learning_rate):
    values = _descend(loss, batches, parameter, learning_rate)
    return [torch.tensor(value) for value in values]


@replaces("train", "the losses")
def GivesTheLossesAfterTheSteps(loss, batches, parameter, learning_rate):
    values = []
    for batch in batches:
        parameter.grad = None
        loss(parameter, batch).backward()
        with torch.no_grad():
            parameter -= learning_rate * parameter.grad
        values.append(loss(parameter, batch).item())
    return values


@replaces("train", "NaN times 0 is NaN")
def ClearsByMultiplication(loss, batches, parameter, learning_rate):
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
