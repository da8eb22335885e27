"""Wrong answers to training/update_schedules."""

import math

import torch

from dojo.runner.variants import body, replaces


def mini(loss, optimizer, samples, size, epochs, share=lambda batch, size: 1 / len(batch), last=True, clear=True):
    optimizer.zero_grad()
    for _ in range(epochs):
        for start in range(0, len(samples), size):
            batch = samples[start : start + size]
            if len(batch) < size and not last:
                continue
            if clear:
                optimizer.zero_grad()
            for sample in batch:
                (loss(sample) * share(batch, size)).backward()
            optimizer.step()


LeavesGradientsSwitchedOff = body(
    "full_batch", "mini(loss, optimizer, samples, len(samples), epochs); torch.set_grad_enabled(False)", "switched off"
)


@replaces("full_batch", "one update after all epochs")
def UpdatesAfterAllEpochs(loss, optimizer, samples, epochs):
    optimizer.zero_grad()
    for _ in range(epochs):
        for sample in samples:
            (loss(sample) / len(samples)).backward()
    if epochs:
        optimizer.step()


@replaces("full_batch", "this is one update after every sample")
def UpdatesTheWholeSetAfterEverySample(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        for sample in samples:
            optimizer.zero_grad()
            loss(sample).backward()
            optimizer.step()


@replaces("full_batch", "the step is inside the loop over the samples")
def UpdatesAfterEverySampleWithTheSumSoFar(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        for sample in samples:
            (loss(sample) / len(samples)).backward()
            optimizer.step()


@replaces("full_batch", "the sum over all samples")
def SumsOverTheWholeSet(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        for sample in samples:
            loss(sample).backward()
        optimizer.step()


@replaces("full_batch", "of the epochs before joins in")
def ClearsOnceForAllEpochs(loss, optimizer, samples, epochs):
    optimizer.zero_grad()
    for _ in range(epochs):
        for sample in samples:
            (loss(sample) / len(samples)).backward()
        optimizer.step()


@replaces("full_batch", "only the last sample counts")
def ClearsBeforeEverySample(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        for sample in samples:
            optimizer.zero_grad()
            (loss(sample) / len(samples)).backward()
        optimizer.step()


@replaces("full_batch", "only the last sample counts")
def KeepsTheLastLossOnly(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        for sample in samples:
            value = loss(sample)
        value.backward()
        optimizer.step()


@replaces("full_batch", "left from before the call")
def ClearsAfterTheStepOnly(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        for sample in samples:
            (loss(sample) / len(samples)).backward()
        optimizer.step()
        optimizer.zero_grad()


@replaces("full_batch", "the parameters have their old values")
def ClearsBeforeTheStep(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        for sample in samples:
            (loss(sample) / len(samples)).backward()
        optimizer.zero_grad()
        optimizer.step()


@replaces("full_batch", "one update after all epochs")
def TrainsForOneEpochOnly(loss, optimizer, samples, epochs):
    optimizer.zero_grad()
    for sample in samples:
        (loss(sample) / len(samples)).backward()
    optimizer.step()


@replaces("full_batch", "same device")
def AddsUpOnTheCPU(loss, optimizer, samples, epochs):
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    for _ in range(epochs):
        totals = [torch.zeros(each.shape, dtype=each.dtype) for each in parameters]
        for sample in samples:
            for total, gradient in zip(totals, torch.autograd.grad(loss(sample), parameters)):
                total += gradient / len(samples)
        for each, total in zip(parameters, totals):
            each.grad = total
        optimizer.step()


@replaces("full_batch", "same device")
def CollectsTheLossesOnTheCPU(loss, optimizer, samples, epochs):
    share = torch.full((len(samples),), 1 / len(samples), dtype=torch.float64)
    for _ in range(epochs):
        optimizer.zero_grad()
        losses = torch.stack([loss(sample) for sample in samples])
        torch.dot(losses, share.to(losses.dtype)).backward()
        optimizer.step()


@replaces("full_batch", "the optimiser took")
def WritesTheStepItself(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        for sample in samples:
            (loss(sample) / len(samples)).backward()
        with torch.no_grad():
            for group in optimizer.param_groups:
                for each in group["params"]:
                    each -= group["lr"] * each.grad


@replaces("full_batch", "as often as there are epochs")
def MeasuresTwice(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        [loss(sample) for sample in samples]
        optimizer.zero_grad()
        for sample in samples:
            (loss(sample) / len(samples)).backward()
        optimizer.step()


@replaces("per_sample", "divided by the number of samples")
def DividesTheLossOfEachSample(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        for sample in samples:
            optimizer.zero_grad()
            (loss(sample) / len(samples)).backward()
            optimizer.step()


@replaces("per_sample", "add up from sample to sample")
def NeverClearsBetweenSamples(loss, optimizer, samples, epochs):
    optimizer.zero_grad()
    for _ in range(epochs):
        for sample in samples:
            loss(sample).backward()
            optimizer.step()


@replaces("per_sample", "cleared once an epoch")
def ClearsOnceAnEpoch(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        for sample in samples:
            loss(sample).backward()
            optimizer.step()


@replaces("per_sample", "the step came before backward()")
def StepsBeforeBackward(loss, optimizer, samples, epochs):
    optimizer.zero_grad()
    for _ in range(epochs):
        for sample in samples:
            value = loss(sample)
            optimizer.step()
            optimizer.zero_grad()
            value.backward()


@replaces("per_sample", "this is full batch")
def UpdatesOnceAnEpochForEachSample(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        for sample in samples:
            (loss(sample) / len(samples)).backward()
        optimizer.step()


@replaces("per_sample", "at the parameters that the epoch began with")
def MeasuresAllLossesFirst(loss, optimizer, samples, epochs):
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    for _ in range(epochs):
        gradients = [torch.autograd.grad(loss(sample), parameters) for sample in samples]
        for each in gradients:
            for parameter, gradient in zip(parameters, each):
                parameter.grad = gradient
            optimizer.step()


@replaces("per_sample", "the loops are the other way round")
def RepeatsEachSampleBeforeTheNext(loss, optimizer, samples, epochs):
    for sample in samples:
        for _ in range(epochs):
            optimizer.zero_grad()
            loss(sample).backward()
            optimizer.step()


@replaces("per_sample", "the last sample is missing")
def LeavesTheLastSampleOut(loss, optimizer, samples, epochs):
    for _ in range(epochs):
        for sample in samples[:-1]:
            optimizer.zero_grad()
            loss(sample).backward()
            optimizer.step()


class DropsTheLastMiniBatch:
    """the smaller last mini-batch is missing"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        mini(loss, optimizer, samples, size, epochs, last=False)

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)


@replaces("mini_batch", "the last mini-batch is divided by size")
def DividesTheLastMiniBatchByTheSize(loss, optimizer, samples, size, epochs):
    mini(loss, optimizer, samples, size, epochs, share=lambda batch, size: 1 / size)


class SumsOverTheMiniBatch:
    """the sum over each mini-batch"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        mini(loss, optimizer, samples, size, epochs, share=lambda batch, size: 1)

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)


class DividesByAllSamples:
    """divided by the number of all samples"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        mini(loss, optimizer, samples, size, epochs, share=lambda batch, _: 1 / len(samples))

    def per_sample(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, 1, epochs)


class NeverClearsBetweenMiniBatches:
    """add up from mini-batch to mini-batch"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        mini(loss, optimizer, samples, size, epochs, clear=False)

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)

    def per_sample(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, 1, epochs)


class LetsTheRestLeakIntoTheNextEpoch:
    """the rest of an epoch, which makes no full mini-batch, went into the next epoch"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        optimizer.zero_grad()
        for _ in range(epochs):
            for place, sample in enumerate(samples, start=1):
                (loss(sample) / size).backward()
                if place % size == 0:
                    optimizer.step()
                    optimizer.zero_grad()

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)


@replaces("mini_batch", "mini-batches reach over the end of an epoch")
def CountsOnFromEpochToEpoch(loss, optimizer, samples, size, epochs):
    mini(loss, optimizer, list(samples) * epochs, size, 1)


class UpdatesAfterTheFirstSample:
    """the first mini-batch has one sample only"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        for _ in range(epochs):
            optimizer.zero_grad()
            batches = [samples[:1]] + [samples[i : i + size] for i in range(1, len(samples), size)]
            for batch in batches:
                optimizer.zero_grad()
                for sample in batch:
                    (loss(sample) / len(batch)).backward()
                if batch:
                    optimizer.step()

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)


class TakesOneSampleOfEachMiniBatch:
    """only the first sample of each mini-batch"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        mini(loss, optimizer, samples[::size], 1, epochs)

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)


class TakesTheSizeForTheNumberOfMiniBatches:
    """size is taken for the number of mini-batches"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        mini(loss, optimizer, samples, -(-len(samples) // size), epochs)

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)

    def per_sample(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, 1, epochs)


@replaces("mini_batch", "each but the last of an epoch has size samples")
def CutsEvenMiniBatches(loss, optimizer, samples, size, epochs):
    number = -(-len(samples) // size)
    mini(loss, optimizer, samples, -(-len(samples) // number), epochs)


CountsFullMiniBatchesOnly = body(
    "count_updates", "return samples // size * epochs", "the smaller last mini-batch counts as well"
)
CountsOneTooManyWhereItFits = body("count_updates", "return (samples // size + 1) * epochs", "there is no rest left")
CountsOneEpoch = body("count_updates", "return math.ceil(samples / size)", "these are the updates of one epoch")
CountsTheSamples = body("count_updates", "return samples * epochs", "the samples that are seen")
CountsTheSamplesOfAllEpochsTogether = body(
    "count_updates", "return math.ceil(samples * epochs / size)", "each epoch ends with a mini-batch of its own"
)
CountsInFractions = body("count_updates", "return samples / size * epochs", "expected an int")
