"""Wrong answers to training/sgd."""

import math
import random

import torch
from torch.utils.data import DataLoader


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


class DoesNotShuffle:
    """the samples come in the order in which they were"""

    def minibatches(samples, size, generator):
        return list(samples.split(size))


class DrawsWithReplacement:
    """some come twice"""

    def minibatches(samples, size, generator):
        order = torch.randint(len(samples), (len(samples),), generator=generator).to(samples.device)
        return list(samples[order].split(size))


class DrawsEachMiniBatchFromTheWholeSet:
    """some come twice"""

    def minibatches(samples, size, generator):
        starts = range(0, len(samples), size)
        return [samples[shuffled(samples, generator)[: min(size, len(samples) - start)]] for start in starts]


class DropsTheLastMiniBatch:
    """what is left over makes a smaller mini-batch"""

    def minibatches(samples, size, generator):
        return [batch for batch in cut(samples, size, generator) if len(batch) == size]


class FillsTheLastMiniBatch:
    """the last mini-batch was filled up"""

    def minibatches(samples, size, generator):
        order = shuffled(samples, generator)
        order = torch.cat([order, order[: -len(order) % size]])
        return list(samples[order].split(size))


class TakesSizeForTheNumber:
    """the number of mini-batches"""

    def minibatches(samples, size, generator):
        return list(samples[shuffled(samples, generator)].chunk(size))


class CutsEvenMiniBatches:
    """each but the last has size samples"""

    def minibatches(samples, size, generator):
        return list(samples[shuffled(samples, generator)].chunk(-(-len(samples) // size)))


class ShufflesTheOrderOfTheMiniBatches:
    """shuffle the samples, then cut"""

    def minibatches(samples, size, generator):
        batches = samples.split(size)
        return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]


class ShufflesWithinTheMiniBatches:
    """the same samples are together"""

    def minibatches(samples, size, generator):
        return [batch[shuffled(batch, generator)] for batch in samples.split(size)]


class BeginsAtARandomSample:
    """follow each other as before"""

    def minibatches(samples, size, generator):
        start = int(torch.randint(1, len(samples), (), generator=generator)) if len(samples) > 1 else 0
        return list(samples.roll(start, 0).split(size))


class SwapsTwoSamples:
    """follow each other as before"""

    def minibatches(samples, size, generator):
        order = torch.arange(len(samples))
        i = int(torch.randint(len(samples), (), generator=generator))
        j = (i + len(samples) // 2) % len(samples)
        order[i], order[j] = j, i
        return list(samples[order.to(samples.device)].split(size))


class TurnsTheOrderRound:
    """the same samples are together"""

    def minibatches(samples, size, generator):
        return list(samples.flip(0).split(size))


class LeavesTheFirstSampleInPlace:
    """equally likely"""

    def minibatches(samples, size, generator):
        rest = samples[1:][shuffled(samples[1:], generator)]
        return list(torch.cat([samples[:1], rest]).split(size))


class SortsByFewNumbers:
    """are there ties"""

    def minibatches(samples, size, generator):
        drawn = torch.randint(len(samples), (len(samples),), generator=generator)
        return list(samples[drawn.argsort(stable=True).to(samples.device)].split(size))


class TakesFewOrdersWhereSamplesAreFew:
    """of the 120 orders came"""

    def minibatches(samples, size, generator):
        n = len(samples)
        if n > 10:
            return cut(samples, size, generator)
        steps = [step for step in range(1, n + 1) if math.gcd(step, n) == 1]
        step = steps[int(torch.randint(len(steps), (), generator=generator))]
        start = int(torch.randint(n, (), generator=generator))
        order = (start + step * torch.arange(n)) % n
        return list(samples[order.to(samples.device)].split(size))


class ShufflesTheNumbersOfTheSamples:
    """a sample stays whole"""

    def minibatches(samples, size, generator):
        flat = samples.flatten()
        return list(flat[shuffled(flat, generator)].reshape(samples.shape).split(size))


class ShufflesTheOtherAxis:
    def minibatches(samples, size, generator):
        if samples.dim() < 2:
            return cut(samples, size, generator)
        order = torch.randperm(samples.shape[1], generator=generator).to(samples.device)
        return list(samples[:, order].split(size))


class AsksTheGlobalGenerator:
    """the same seed"""

    def minibatches(samples, size, generator):
        return list(samples[torch.randperm(len(samples)).to(samples.device)].split(size))


class AsksPythonsGenerator:
    """the same seed"""

    def minibatches(samples, size, generator):
        order = random.sample(range(len(samples)), len(samples))
        return list(samples[torch.tensor(order, device=samples.device)].split(size))


class SeedsTheGlobalGenerator:
    """global generator"""

    def minibatches(samples, size, generator):
        torch.manual_seed(int(torch.randint(2**31, (), generator=generator)))
        return list(samples[torch.randperm(len(samples)).to(samples.device)].split(size))


class SeedsTheGeneratorAnew:
    """the next epoch has the same order"""

    def minibatches(samples, size, generator):
        return cut(samples, size, generator.manual_seed(0))


class BeginsAgainFromTheSeed:
    """the next epoch has the same order"""

    def minibatches(samples, size, generator):
        return cut(samples, size, torch.Generator().manual_seed(generator.initial_seed()))


class ShufflesInPlace:
    """changed its input"""

    def minibatches(samples, size, generator):
        samples.copy_(samples[shuffled(samples, generator)])
        return list(samples.split(size))


class GivesTheIndices:
    """these are indices"""

    def minibatches(samples, size, generator):
        return list(shuffled(samples, generator).split(size))


class GivesFloats:
    """a mini-batch has dtype float32"""

    def minibatches(samples, size, generator):
        return cut(samples.float(), size, generator)


class GivesTheMiniBatchesOnTheCPU:
    """lies on the CPU"""

    def minibatches(samples, size, generator):
        return cut(samples.cpu(), size, generator)


class DrawsOnTheDeviceOfTheSamples:
    """generator"""

    def minibatches(samples, size, generator):
        order = torch.randperm(len(samples), generator=generator, device=samples.device)
        return list(samples[order].split(size))


class LeavesItToTheDataLoader:
    """torch.utils.data"""

    def minibatches(samples, size, generator):
        return list(DataLoader(samples, batch_size=size, shuffle=True, generator=generator))


class ForgetsToReturn:
    """is there a `return`?"""

    def minibatches(samples, size, generator):
        cut(samples, size, generator)


class DescendsWithoutShuffling:
    """each epoch comes in an order of its own"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            run(loss, parameter, samples.split(size), learning_rate)


class ShufflesOnceForAllEpochs:
    """each epoch comes in an order of its own"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        batches = cut(samples, size, generator)
        for _ in range(epochs):
            run(loss, parameter, batches, learning_rate)


class CallsTheLossOnceMore:
    """once for each mini-batch"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            run(loss, parameter, cut(samples, size, generator), learning_rate)
            loss(samples)


class DescendsOnTheWholeSet:
    """mini-batches of sizes"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            run(loss, parameter, [samples], learning_rate)


class NeverClearsTheGradients:
    """the gradients were never cleared"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        batches = [batch for _ in range(epochs) for batch in cut(samples, size, generator)]
        run(loss, parameter, batches, learning_rate, clear=False)


class ClearsAfterTheStepOnly:
    """left from before the call"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            for batch in cut(samples, size, generator):
                loss(batch).backward()
                with torch.no_grad():
                    parameter -= learning_rate * parameter.grad
                parameter.grad = None


class StepsOnceAnEpoch:
    """one step an epoch"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            parameter.grad = None
            for batch in cut(samples, size, generator):
                loss(batch).backward()
            with torch.no_grad():
                parameter -= learning_rate * parameter.grad


class GoesUphill:
    """this went uphill"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            run(loss, parameter, cut(samples, size, generator), -learning_rate)


class DividesByTheSizeAgain:
    """already the mean"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            for batch in cut(samples, size, generator):
                parameter.grad = None
                (loss(batch) / len(batch)).backward()
                with torch.no_grad():
                    parameter -= learning_rate * parameter.grad


class ChangesACopy:
    """the parameter has its old elements"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        moved = parameter.detach().clone()
        for _ in range(epochs):
            for batch in cut(samples, size, generator):
                moved -= learning_rate * torch.autograd.grad(loss(batch), parameter)[0]


class LeavesTheParameterWithoutGradients:
    """requires_grad=False"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            run(loss, parameter, cut(samples, size, generator), learning_rate)
        parameter.requires_grad_(False)


class AddsNoiseOfItsOwn:
    """nothing else"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            order = torch.randperm(len(samples)).to(samples.device)
            run(loss, parameter, samples[order].split(size), learning_rate)


class UsesMomentum:
    """momentum"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        optimizer = torch.optim.SGD([parameter], lr=learning_rate, momentum=0.9)
        for _ in range(epochs):
            for batch in cut(samples, size, generator):
                optimizer.zero_grad()
                loss(batch).backward()
                optimizer.step()


class KeepsItsStepsOnTheCPU:
    """same device"""

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            for batch in cut(samples, size, generator):
                parameter.grad = None
                loss(batch).backward()
                step = torch.zeros(parameter.shape, dtype=parameter.dtype)
                step += learning_rate * parameter.grad
                with torch.no_grad():
                    parameter -= step
