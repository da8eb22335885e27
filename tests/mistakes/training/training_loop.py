"""Wrong answers to training/training_loop."""

import torch
from torch import nn

from dojo.runner.variants import body, edit, replaces


def loop(
    model,
    loss,
    optimizer,
    batches,
    epochs,
    *,
    clear=True,
    first_step=False,
    mode=True,
    weigh=True,
    move=("inputs", "targets"),
    change=lambda t: t,
    target=lambda t: t,
):
    device = next(model.parameters()).device
    if mode is not None:
        model.train(mode)
    means = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for inputs, targets in batches:
            if "inputs" in move:
                inputs = inputs.to(device)
            if "targets" in move:
                targets = targets.to(device)
            weight = len(inputs) if weigh else 1
            value = loss(model(change(inputs)), target(targets))
            if clear:
                optimizer.zero_grad()
            if first_step:
                optimizer.step()
            value.backward()
            if not first_step:
                optimizer.step()
            total, count = total + value.item() * weight, count + weight
        means.append(total / count)
    return means


NeverClearsTheGradients = body(
    "train", "return loop(model, loss, optimizer, batches, epochs, clear=False)", "the gradients were never cleared"
)
TrainsForOneEpochOnly = body("train", "return loop(model, loss, optimizer, batches, 1)", "this is 1 epoch")
DropsTheSmallLastBatch = body(
    "train", "return loop(model, loss, optimizer, list(batches)[:-1], epochs)", "the smaller last batch is missing"
)
TrainsInTheOppositeOrder = body(
    "train", "return loop(model, loss, optimizer, list(batches)[::-1], epochs)", "the batches in reverse"
)
ReadsTheBatchesOnceForAllEpochs = body(
    "train", "return loop(model, loss, optimizer, list(batches), epochs)", "once for each epoch"
)
AsksForTheLength = body(
    "train", "assert len(batches); return loop(model, loss, optimizer, batches, epochs)", "no len()"
)
AveragesTheMeansOfTheBatches = body(
    "train", "return loop(model, loss, optimizer, batches, epochs, weigh=False)", "the mean of the batches' means"
)
GivesOneLossForAll = body(
    "train", "means = loop(model, loss, optimizer, batches, epochs); return means[-1]", "a loss for each epoch"
)
ForgetsToReturn = body("train", "loop(model, loss, optimizer, batches, epochs)", "is there a `return`?")
TrainsInEvaluation = body("train", "return loop(model, loss, optimizer, batches, epochs, mode=False)", "in evaluation")
LeavesTheModeAsItWas = body("train", "return loop(model, loss, optimizer, batches, epochs, mode=None)", "in evaluation")
SwitchesTheOutermostModuleOnly = body(
    "train", "model.training = True; return loop(model, loss, optimizer, batches, epochs, mode=None)", "in evaluation"
)
LeavesTheBatchWhereItLies = body(
    "train", "return loop(model, loss, optimizer, batches, epochs, move=())", "same device"
)
MovesTheInputsOnly = body(
    "train", 'return loop(model, loss, optimizer, batches, epochs, move=("inputs",))', "same device"
)


@replaces("train", "cleared once an epoch")
def ClearsTheGradientsOnceAnEpoch(model, loss, optimizer, batches, epochs):
    means = []
    for _ in range(epochs):
        optimizer.zero_grad()
        means += loop(model, loss, optimizer, batches, 1, clear=False)
    return means


@replaces("train", "left from before the call")
def ClearsTheGradientsAfterTheStepOnly(model, loss, optimizer, batches, epochs):
    step = optimizer.step

    def and_clear(*_):
        step()
        optimizer.zero_grad()

    optimizer.step = and_clear
    return loop(model, loss, optimizer, batches, epochs, clear=False)


@replaces("train", "the parameters have their old values")
def ClearsTheGradientsBeforeTheStep(model, loss, optimizer, batches, epochs):
    device = next(model.parameters()).device
    means = []
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        for inputs, targets in batches:
            value = loss(model(inputs.to(device)), targets.to(device))
            value.backward()
            optimizer.zero_grad()
            optimizer.step()
            total, count = total + value.item() * len(inputs), count + len(inputs)
        means.append(total / count)
    return means


@replaces("train", "the step came before backward()")
def StepsBeforeBackward(model, loss, optimizer, batches, epochs):
    device = next(model.parameters()).device
    means = []
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        for inputs, targets in batches:
            value = loss(model(inputs.to(device)), targets.to(device))
            optimizer.step()
            optimizer.zero_grad()
            value.backward()
            total, count = total + value.item() * len(inputs), count + len(inputs)
        means.append(total / count)
    return means


@replaces("train", "the parameters have their old values")
def NeverSteps(model, loss, optimizer, batches, epochs):
    step, optimizer.step = optimizer.step, lambda: None
    means = loop(model, loss, optimizer, batches, epochs)
    optimizer.step = step
    return means


@replaces("train", "one step an epoch")
def StepsOnceAnEpoch(model, loss, optimizer, batches, epochs):
    device = next(model.parameters()).device
    means = []
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        optimizer.zero_grad()
        for inputs, targets in batches:
            value = loss(model(inputs.to(device)), targets.to(device))
            value.backward()
            total, count = total + value.item() * len(inputs), count + len(inputs)
        optimizer.step()
        means.append(total / count)
    return means


@replaces("train", "by the last batch of the epoch only")
def StepsAfterTheLastBatchOnly(model, loss, optimizer, batches, epochs):
    device = next(model.parameters()).device
    means = []
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        for inputs, targets in batches:
            value = loss(model(inputs.to(device)), targets.to(device))
            total, count = total + value.item() * len(inputs), count + len(inputs)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        means.append(total / count)
    return means


@replaces("train", "the optimiser took")
def WritesTheStepItself(model, loss, optimizer, batches, epochs):
    def step():
        with torch.no_grad():
            for group in optimizer.param_groups:
                for each in group["params"]:
                    each -= group["lr"] * each.grad

    optimizer.step = step
    return loop(model, loss, optimizer, batches, epochs)


@replaces("train", "the optimiser took")
def MakesAnOptimiserOfItsOwn(model, loss, optimizer, batches, epochs):
    own = torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]["lr"])
    return loop(model, loss, own, batches, epochs)


@replaces("train", "the loss of the last batch")
def GivesTheLossOfTheLastBatch(model, loss, optimizer, batches, epochs):
    last = []

    def noted(outputs, targets):
        value = loss(outputs, targets)
        last.append(value.item())
        return value

    means = []
    for _ in range(epochs):
        loop(model, noted, optimizer, batches, 1)
        means.append(last[-1])
    return means


@replaces("train", "the sum of the batches' losses")
def SumsTheLosses(model, loss, optimizer, batches, epochs):
    seen = []
    means = []
    for _ in range(epochs):
        seen.clear()

        def noted(outputs, targets):
            value = loss(outputs, targets)
            seen.append(value.item())
            return value

        loop(model, noted, optimizer, batches, 1)
        means.append(sum(seen))
    return means


@replaces("train", "began at 0 only once")
def AddsUpOverAllEpochs(model, loss, optimizer, batches, epochs):
    means, total = [], 0.0
    for _ in range(epochs):
        total += loop(model, loss, optimizer, batches, 1)[0]
        means.append(total)
    return means


@replaces("train", "after the update")
def MeasuresAfterTheUpdate(model, loss, optimizer, batches, epochs):
    device = next(model.parameters()).device
    means = []
    model.train()
    for _ in range(epochs):
        total, count = 0.0, 0
        for inputs, targets in batches:
            inputs, targets = inputs.to(device), targets.to(device)
            optimizer.zero_grad()
            loss(model(inputs), targets).backward()
            optimizer.step()
            total, count = total + loss(model(inputs), targets).item() * len(inputs), count + len(inputs)
        means.append(total / count)
    return means


@replaces("train", ".item() takes the number out")
def KeepsTheLossesAsTensors(model, loss, optimizer, batches, epochs):
    return [torch.tensor(mean) for mean in loop(model, loss, optimizer, batches, epochs)]


@replaces("train", "a part of it in evaluation, and stayed so")
def AsksTheOutermostModuleOnly(model, loss, optimizer, batches, epochs):
    return loop(model, loss, optimizer, batches, epochs, mode=None if model.training else True)


@replaces("train", "inputs that were int64 came as")
def MakesFloatsOfTheInputs(model, loss, optimizer, batches, epochs):
    kind = next(model.parameters()).dtype
    return loop(model, loss, optimizer, batches, epochs, change=lambda inputs: inputs.to(kind))


@replaces("train", "hand them on as they are")
def SqueezesOutputsAndTargets(model, loss, optimizer, batches, epochs):
    def squeezed(outputs, targets):
        return loss(outputs.squeeze(), targets.squeeze())

    return loop(model, squeezed, optimizer, batches, epochs)


@replaces("train", "the model was moved")
def MovesTheModelInstead(model, loss, optimizer, batches, epochs):
    forward = model.forward

    def moved(inputs):
        model.to(inputs.device)
        return forward(inputs)

    model.forward = moved
    return loop(model, loss, optimizer, batches, epochs, move=())


@replaces("train", "they keep their dtype")
def MakesFloatsOfTheLabels(model, loss, optimizer, batches, epochs):
    return loop(model, loss, optimizer, batches, epochs, target=lambda t: t if t.is_floating_point() else t.float())


@replaces("train", "the model's outputs come first")
def SwapsOutputsAndTargets(model, loss, optimizer, batches, epochs):
    return loop(model, lambda outputs, targets: loss(targets, outputs), optimizer, batches, epochs)


@replaces("train", "changed its input")
def ScalesTheInputsInPlace(model, loss, optimizer, batches, epochs):
    for inputs, _ in batches:
        inputs -= inputs.mean()
    return loop(model, loss, optimizer, batches, epochs)


@replaces("train", "switched off")
def LeavesGradientsSwitchedOff(model, loss, optimizer, batches, epochs):
    means = loop(model, loss, optimizer, batches, epochs)
    torch.set_grad_enabled(False)
    return means


LeavesTheActivationOut = edit("curve_network", ", nn.Tanh()", "", "there is no activation")
TakesReLU = edit("curve_network", "nn.Tanh()", "nn.ReLU()", "this is ReLU")
SendsTheOutputThroughTanhToo = edit(
    "curve_network", "nn.Linear(hidden, 1)", "nn.Linear(hidden, 1), nn.Tanh()", "follows the last layer as well"
)
HasOneLayerMore = edit("curve_network", "nn.Tanh()", "nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh()", "6 parameters")
DropsTheBias = edit("curve_network", "nn.Linear(1, hidden)", "nn.Linear(1, hidden, bias=False)", "a bias each")
GivesALinearModel = body("curve_network", "return nn.Linear(1, 1)", "2 parameters")


@replaces("curve_network", "the weights of the hidden layer")
def IgnoresTheNumberOfNeurons(hidden):
    return nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))


@replaces("curve_network", "all neurons begin alike")
def BeginsWithZeros(hidden):
    network = nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1))
    for each in network.parameters():
        nn.init.constant_(each, 0.1)
    return network


@replaces("curve_network", "the same numbers")
def SeedsTheGlobalGenerator(hidden):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1))


@replaces("curve_network", "dtype float64")
def IsMadeInFloat64(hidden):
    return nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1)).double()
