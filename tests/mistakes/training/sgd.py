"""Wrong answers to training/sgd."""

import math
import random

import torch
from torch.utils.data import DataLoader

from dojo.runner.variants import body, replaces


def shuffled(samples, generator):
    return torch.randperm(len(samples), generator=generator).to(samples.device)


def cut(samples, size, generator):
    return list(samples[shuffled(samples, generator)].split(size))


def run(loss, parameter, batches, rate, clear=True):
    if not clear:
        parameter.grad = None
    for batch in batches:
        if clear:
            parameter.grad = None
        loss(batch).backward()
        with torch.no_grad():
            parameter -= rate * parameter.grad


DoesNotShuffle = body(
    "minibatches", "return list(samples.split(size))", "the samples come in the order in which they were"
)
TakesSizeForTheNumber = body(
    "minibatches", "return list(samples[shuffled(samples, generator)].chunk(size))", "the number of mini-batches"
)
TurnsTheOrderRound = body("minibatches", "return list(samples.flip(0).split(size))", "the same samples are together")
AsksTheGlobalGenerator = body(
    "minibatches", "return list(samples[torch.randperm(len(samples)).to(samples.device)].split(size))", "the same seed"
)
SeedsTheGeneratorAnew = body(
    "minibatches", "return cut(samples, size, generator.manual_seed(0))", "the next epoch has the same order"
)
GivesTheIndices = body("minibatches", "return list(shuffled(samples, generator).split(size))", "these are indices")
GivesFloats = body("minibatches", "return cut(samples.float(), size, generator)", "a mini-batch has dtype float32")
GivesTheMiniBatchesOnTheCPU = body("minibatches", "return cut(samples.cpu(), size, generator)", "lies on the CPU")
ForgetsToReturn = body("minibatches", "cut(samples, size, generator)", "is there a `return`?")


@replaces("minibatches", "some come twice")
def DrawsWithReplacement(samples, size, generator):
    order = torch.randint(len(samples), (len(samples),), generator=generator).to(samples.device)
    return list(samples[order].split(size))


@replaces("minibatches", "some come twice")
def DrawsEachMiniBatchFromTheWholeSet(samples, size, generator):
    starts = range(0, len(samples), size)
    return [samples[shuffled(samples, generator)[: min(size, len(samples) - start)]] for start in starts]


@replaces("minibatches", "what is left over makes a smaller mini-batch")
def DropsTheLastMiniBatch(samples, size, generator):
    return [batch for batch in cut(samples, size, generator) if len(batch) == size]


@replaces("minibatches", "the last mini-batch was filled up")
def FillsTheLastMiniBatch(samples, size, generator):
    order = shuffled(samples, generator)
    order = torch.cat([order, order[: -len(order) % size]])
    return list(samples[order].split(size))


@replaces("minibatches", "each but the last has size samples")
def CutsEvenMiniBatches(samples, size, generator):
    return list(samples[shuffled(samples, generator)].chunk(-(-len(samples) // size)))


@replaces("minibatches", "shuffle the samples, then cut")
def ShufflesTheOrderOfTheMiniBatches(samples, size, generator):
    batches = samples.split(size)
    return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]


@replaces("minibatches", "the same samples are together")
def ShufflesWithinTheMiniBatches(samples, size, generator):
    return [batch[shuffled(batch, generator)] for batch in samples.split(size)]


@replaces("minibatches", "follow each other as before")
def BeginsAtARandomSample(samples, size, generator):
    start = int(torch.randint(1, len(samples), (), generator=generator)) if len(samples) > 1 else 0
    return list(samples.roll(start, 0).split(size))


@replaces("minibatches", "follow each other as before")
def SwapsTwoSamples(samples, size, generator):
    order = torch.arange(len(samples))
    i = int(torch.randint(len(samples), (), generator=generator))
    j = (i + len(samples) // 2) % len(samples)
    order[i], order[j] = j, i
    return list(samples[order.to(samples.device)].split(size))


@replaces("minibatches", "equally likely")
def LeavesTheFirstSampleInPlace(samples, size, generator):
    rest = samples[1:][shuffled(samples[1:], generator)]
    return list(torch.cat([samples[:1], rest]).split(size))


@replaces("minibatches", "are there ties")
def SortsByFewNumbers(samples, size, generator):
    drawn = torch.randint(len(samples), (len(samples),), generator=generator)
    return list(samples[drawn.argsort(stable=True).to(samples.device)].split(size))


@replaces("minibatches", "of the 120 orders came")
def TakesFewOrdersWhereSamplesAreFew(samples, size, generator):
    n = len(samples)
    if n > 10:
        return cut(samples, size, generator)
    steps = [step for step in range(1, n + 1) if math.gcd(step, n) == 1]
    step = steps[int(torch.randint(len(steps), (), generator=generator))]
    start = int(torch.randint(n, (), generator=generator))
    order = (start + step * torch.arange(n)) % n
    return list(samples[order.to(samples.device)].split(size))


@replaces("minibatches", "a sample stays whole")
def ShufflesTheNumbersOfTheSamples(samples, size, generator):
    flat = samples.flatten()
    return list(flat[shuffled(flat, generator)].reshape(samples.shape).split(size))


@replaces("minibatches")
def ShufflesTheOtherAxis(samples, size, generator):
    if samples.dim() < 2:
        return cut(samples, size, generator)
    order = torch.randperm(samples.shape[1], generator=generator).to(samples.device)
    return list(samples[:, order].split(size))


@replaces("minibatches", "the same seed")
def AsksPythonsGenerator(samples, size, generator):
    order = random.sample(range(len(samples)), len(samples))
    return list(samples[torch.tensor(order, device=samples.device)].split(size))


@replaces("minibatches", "global generator")
def SeedsTheGlobalGenerator(samples, size, generator):
    torch.manual_seed(int(torch.randint(2**31, (), generator=generator)))
    return list(samples[torch.randperm(len(samples)).to(samples.device)].split(size))


@replaces("minibatches", "the next epoch has the same order")
def BeginsAgainFromTheSeed(samples, size, generator):
    return cut(samples, size, torch.Generator().manual_seed(generator.initial_seed()))


@replaces("minibatches", "changed its input")
def ShufflesInPlace(samples, size, generator):
    samples.copy_(samples[shuffled(samples, generator)])
    return list(samples.split(size))


@replaces("minibatches", "generator")
def DrawsOnTheDeviceOfTheSamples(samples, size, generator):
    order = torch.randperm(len(samples), generator=generator, device=samples.device)
    return list(samples[order].split(size))


@replaces("minibatches", "torch.utils.data")
def LeavesItToTheDataLoader(samples, size, generator):
    return list(DataLoader(samples, batch_size=size, shuffle=True, generator=generator))


@replaces("descend", "each epoch comes in an order of its own")
def DescendsWithoutShuffling(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        run(loss, parameter, samples.split(size), learning_rate)


@replaces("descend", "each epoch comes in an order of its own")
def ShufflesOnceForAllEpochs(loss, parameter, samples, size, learning_rate, epochs, generator):
    batches = cut(samples, size, generator)
    for _ in range(epochs):
        run(loss, parameter, batches, learning_rate)


@replaces("descend", "once for each mini-batch")
def CallsTheLossOnceMore(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        run(loss, parameter, cut(samples, size, generator), learning_rate)
        loss(samples)


@replaces("descend", "mini-batches of sizes")
def DescendsOnTheWholeSet(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        run(loss, parameter, [samples], learning_rate)


@replaces("descend", "the gradients were never cleared")
def NeverClearsTheGradients(loss, parameter, samples, size, learning_rate, epochs, generator):
    batches = [batch for _ in range(epochs) for batch in cut(samples, size, generator)]
    run(loss, parameter, batches, learning_rate, clear=False)


@replaces("descend", "left from before the call")
def ClearsAfterTheStepOnly(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        for batch in cut(samples, size, generator):
            loss(batch).backward()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad
            parameter.grad = None


@replaces("descend", "one step an epoch")
def StepsOnceAnEpoch(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        parameter.grad = None
        for batch in cut(samples, size, generator):
            loss(batch).backward()
        with torch.no_grad():
            parameter -= learning_rate * parameter.grad


@replaces("descend", "this went uphill")
def GoesUphill(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        run(loss, parameter, cut(samples, size, generator), -learning_rate)


@replaces("descend", "already the mean")
def DividesByTheSizeAgain(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        for batch in cut(samples, size, generator):
            parameter.grad = None
            (loss(batch) / len(batch)).backward()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad


@replaces("descend", "the parameter has its old elements")
def ChangesACopy(loss, parameter, samples, size, learning_rate, epochs, generator):
    moved = parameter.detach().clone()
    for _ in range(epochs):
        for batch in cut(samples, size, generator):
            moved -= learning_rate * torch.autograd.grad(loss(batch), parameter)[0]


@replaces("descend", "requires_grad=False")
def LeavesTheParameterWithoutGradients(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        run(loss, parameter, cut(samples, size, generator), learning_rate)
    parameter.requires_grad_(False)


@replaces("descend", "nothing else")
def AddsNoiseOfItsOwn(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        order = torch.randperm(len(samples)).to(samples.device)
        run(loss, parameter, samples[order].split(size), learning_rate)


@replaces("descend", "momentum")
def UsesMomentum(loss, parameter, samples, size, learning_rate, epochs, generator):
    optimizer = torch.optim.SGD([parameter], lr=learning_rate, momentum=0.9)
    for _ in range(epochs):
        for batch in cut(samples, size, generator):
            optimizer.zero_grad()
            loss(batch).backward()
            optimizer.step()


@replaces("descend", "same device")
def KeepsItsStepsOnTheCPU(loss, parameter, samples, size, learning_rate, epochs, generator):
    for _ in range(epochs):
        for batch in cut(samples, size, generator):
            parameter.grad = None
            loss(batch).backward()
            step = torch.zeros(parameter.shape, dtype=parameter.dtype)
            step += learning_rate * parameter.grad
            with torch.no_grad():
                parameter -= step
