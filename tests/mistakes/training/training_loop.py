"""Wrong answers to training/training_loop."""

import torch
from torch import nn


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


class NeverClearsTheGradients:
    """the gradients were never cleared"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, epochs, clear=False)


class ClearsTheGradientsOnceAnEpoch:
    """cleared once an epoch"""

    def train(model, loss, optimizer, batches, epochs):
        means = []
        for _ in range(epochs):
            optimizer.zero_grad()
            means += loop(model, loss, optimizer, batches, 1, clear=False)
        return means


class ClearsTheGradientsAfterTheStepOnly:
    """left from before the call"""

    def train(model, loss, optimizer, batches, epochs):
        step = optimizer.step

        def and_clear(*_):
            step()
            optimizer.zero_grad()

        optimizer.step = and_clear
        return loop(model, loss, optimizer, batches, epochs, clear=False)


class ClearsTheGradientsBeforeTheStep:
    """the parameters have their old values"""

    def train(model, loss, optimizer, batches, epochs):
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


class StepsBeforeBackward:
    """the step came before backward()"""

    def train(model, loss, optimizer, batches, epochs):
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


class NeverSteps:
    """the parameters have their old values"""

    def train(model, loss, optimizer, batches, epochs):
        step, optimizer.step = optimizer.step, lambda: None
        means = loop(model, loss, optimizer, batches, epochs)
        optimizer.step = step
        return means


class StepsOnceAnEpoch:
    """one step an epoch"""

    def train(model, loss, optimizer, batches, epochs):
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


class StepsAfterTheLastBatchOnly:
    """by the last batch of the epoch only"""

    def train(model, loss, optimizer, batches, epochs):
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


class WritesTheStepItself:
    """the optimiser took"""

    def train(model, loss, optimizer, batches, epochs):
        def step():
            with torch.no_grad():
                for group in optimizer.param_groups:
                    for each in group["params"]:
                        each -= group["lr"] * each.grad

        optimizer.step = step
        return loop(model, loss, optimizer, batches, epochs)


class MakesAnOptimiserOfItsOwn:
    """the optimiser took"""

    def train(model, loss, optimizer, batches, epochs):
        own = torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]["lr"])
        return loop(model, loss, own, batches, epochs)


class TrainsForOneEpochOnly:
    """this is 1 epoch"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, 1)


class DropsTheSmallLastBatch:
    """the smaller last batch is missing"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, list(batches)[:-1], epochs)


class TrainsInTheOppositeOrder:
    """the batches in reverse"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, list(batches)[::-1], epochs)


class ReadsTheBatchesOnceForAllEpochs:
    """once for each epoch"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, list(batches), epochs)


class AsksForTheLength:
    """no len()"""

    def train(model, loss, optimizer, batches, epochs):
        assert len(batches)
        return loop(model, loss, optimizer, batches, epochs)


class AveragesTheMeansOfTheBatches:
    """the mean of the batches' means"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, epochs, weigh=False)


class GivesTheLossOfTheLastBatch:
    """the loss of the last batch"""

    def train(model, loss, optimizer, batches, epochs):
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


class SumsTheLosses:
    """the sum of the batches' losses"""

    def train(model, loss, optimizer, batches, epochs):
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


class AddsUpOverAllEpochs:
    """began at 0 only once"""

    def train(model, loss, optimizer, batches, epochs):
        means, total = [], 0.0
        for _ in range(epochs):
            total += loop(model, loss, optimizer, batches, 1)[0]
            means.append(total)
        return means


class MeasuresAfterTheUpdate:
    """after the update"""

    def train(model, loss, optimizer, batches, epochs):
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


class KeepsTheLossesAsTensors:
    """.item() takes the number out"""

    def train(model, loss, optimizer, batches, epochs):
        return [torch.tensor(mean) for mean in loop(model, loss, optimizer, batches, epochs)]


class GivesOneLossForAll:
    """a loss for each epoch"""

    def train(model, loss, optimizer, batches, epochs):
        means = loop(model, loss, optimizer, batches, epochs)
        return means[-1]


class ForgetsToReturn:
    """is there a `return`?"""

    def train(model, loss, optimizer, batches, epochs):
        loop(model, loss, optimizer, batches, epochs)


class TrainsInEvaluation:
    """in evaluation"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, epochs, mode=False)


class LeavesTheModeAsItWas:
    """in evaluation"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, epochs, mode=None)


class SwitchesTheOutermostModuleOnly:
    """in evaluation"""

    def train(model, loss, optimizer, batches, epochs):
        model.training = True
        return loop(model, loss, optimizer, batches, epochs, mode=None)


class AsksTheOutermostModuleOnly:
    """a part of it in evaluation, and stayed so"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, epochs, mode=None if model.training else True)


class MakesFloatsOfTheInputs:
    """inputs that were int64 came as"""

    def train(model, loss, optimizer, batches, epochs):
        kind = next(model.parameters()).dtype
        return loop(model, loss, optimizer, batches, epochs, change=lambda inputs: inputs.to(kind))


class SqueezesOutputsAndTargets:
    """hand them on as they are"""

    def train(model, loss, optimizer, batches, epochs):
        def squeezed(outputs, targets):
            return loss(outputs.squeeze(), targets.squeeze())

        return loop(model, squeezed, optimizer, batches, epochs)


class LeavesTheBatchWhereItLies:
    """same device"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, epochs, move=())


class MovesTheInputsOnly:
    """same device"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, epochs, move=("inputs",))


class MovesTheModelInstead:
    """the model was moved"""

    def train(model, loss, optimizer, batches, epochs):
        forward = model.forward

        def moved(inputs):
            model.to(inputs.device)
            return forward(inputs)

        model.forward = moved
        return loop(model, loss, optimizer, batches, epochs, move=())


class MakesFloatsOfTheLabels:
    """they keep their dtype"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, loss, optimizer, batches, epochs, target=lambda t: t if t.is_floating_point() else t.float())


class SwapsOutputsAndTargets:
    """the model's outputs come first"""

    def train(model, loss, optimizer, batches, epochs):
        return loop(model, lambda outputs, targets: loss(targets, outputs), optimizer, batches, epochs)


class ScalesTheInputsInPlace:
    """changed its input"""

    def train(model, loss, optimizer, batches, epochs):
        for inputs, _ in batches:
            inputs -= inputs.mean()
        return loop(model, loss, optimizer, batches, epochs)


class LeavesGradientsSwitchedOff:
    """switched off"""

    def train(model, loss, optimizer, batches, epochs):
        means = loop(model, loss, optimizer, batches, epochs)
        torch.set_grad_enabled(False)
        return means


class LeavesTheActivationOut:
    """there is no activation"""

    def curve_network(hidden):
        return nn.Sequential(nn.Linear(1, hidden), nn.Linear(hidden, 1))


class TakesReLU:
    """this is ReLU"""

    def curve_network(hidden):
        return nn.Sequential(nn.Linear(1, hidden), nn.ReLU(), nn.Linear(hidden, 1))


class SendsTheOutputThroughTanhToo:
    """follows the last layer as well"""

    def curve_network(hidden):
        return nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1), nn.Tanh())


class HasOneLayerMore:
    """6 parameters"""

    def curve_network(hidden):
        return nn.Sequential(
            nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1)
        )


class IgnoresTheNumberOfNeurons:
    """the weights of the hidden layer"""

    def curve_network(hidden):
        return nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))


class DropsTheBias:
    """a bias each"""

    def curve_network(hidden):
        return nn.Sequential(nn.Linear(1, hidden, bias=False), nn.Tanh(), nn.Linear(hidden, 1))


class BeginsWithZeros:
    """all neurons begin alike"""

    def curve_network(hidden):
        network = nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1))
        for each in network.parameters():
            nn.init.constant_(each, 0.1)
        return network


class SeedsTheGlobalGenerator:
    """the same numbers"""

    def curve_network(hidden):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1))


class GivesALinearModel:
    """2 parameters"""

    def curve_network(hidden):
        return nn.Linear(1, 1)


class IsMadeInFloat64:
    """dtype float64"""

    def curve_network(hidden):
        return nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1)).double()
