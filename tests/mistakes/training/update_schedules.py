"""Wrong answers to training/update_schedules."""

import math

import torch


class UpdatesAfterAllEpochs:
    """one update after all epochs"""

    def full_batch(loss, optimizer, samples, epochs):
        optimizer.zero_grad()
        for _ in range(epochs):
            for sample in samples:
                (loss(sample) / len(samples)).backward()
        if epochs:
            optimizer.step()


class UpdatesTheWholeSetAfterEverySample:
    """this is one update after every sample"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            for sample in samples:
                optimizer.zero_grad()
                loss(sample).backward()
                optimizer.step()


class UpdatesAfterEverySampleWithTheSumSoFar:
    """the step is inside the loop over the samples"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            optimizer.zero_grad()
            for sample in samples:
                (loss(sample) / len(samples)).backward()
                optimizer.step()


class SumsOverTheWholeSet:
    """the sum over all samples"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            optimizer.zero_grad()
            for sample in samples:
                loss(sample).backward()
            optimizer.step()


class ClearsOnceForAllEpochs:
    """of the epochs before joins in"""

    def full_batch(loss, optimizer, samples, epochs):
        optimizer.zero_grad()
        for _ in range(epochs):
            for sample in samples:
                (loss(sample) / len(samples)).backward()
            optimizer.step()


class ClearsBeforeEverySample:
    """only the last sample counts"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            for sample in samples:
                optimizer.zero_grad()
                (loss(sample) / len(samples)).backward()
            optimizer.step()


class KeepsTheLastLossOnly:
    """only the last sample counts"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            optimizer.zero_grad()
            for sample in samples:
                value = loss(sample)
            value.backward()
            optimizer.step()


class ClearsAfterTheStepOnly:
    """left from before the call"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            for sample in samples:
                (loss(sample) / len(samples)).backward()
            optimizer.step()
            optimizer.zero_grad()


class ClearsBeforeTheStep:
    """the parameters have their old values"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            for sample in samples:
                (loss(sample) / len(samples)).backward()
            optimizer.zero_grad()
            optimizer.step()


class TrainsForOneEpochOnly:
    """one update after all epochs"""

    def full_batch(loss, optimizer, samples, epochs):
        optimizer.zero_grad()
        for sample in samples:
            (loss(sample) / len(samples)).backward()
        optimizer.step()


class AddsUpOnTheCPU:
    """same device"""

    def full_batch(loss, optimizer, samples, epochs):
        parameters = [each for group in optimizer.param_groups for each in group["params"]]
        for _ in range(epochs):
            totals = [torch.zeros(each.shape, dtype=each.dtype) for each in parameters]
            for sample in samples:
                for total, gradient in zip(totals, torch.autograd.grad(loss(sample), parameters)):
                    total += gradient / len(samples)
            for each, total in zip(parameters, totals):
                each.grad = total
            optimizer.step()


class CollectsTheLossesOnTheCPU:
    """same device"""

    def full_batch(loss, optimizer, samples, epochs):
        share = torch.full((len(samples),), 1 / len(samples), dtype=torch.float64)
        for _ in range(epochs):
            optimizer.zero_grad()
            losses = torch.stack([loss(sample) for sample in samples])
            torch.dot(losses, share.to(losses.dtype)).backward()
            optimizer.step()


class WritesTheStepItself:
    """the optimiser took"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            optimizer.zero_grad()
            for sample in samples:
                (loss(sample) / len(samples)).backward()
            with torch.no_grad():
                for group in optimizer.param_groups:
                    for each in group["params"]:
                        each -= group["lr"] * each.grad


class MeasuresTwice:
    """as often as there are epochs"""

    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            [loss(sample) for sample in samples]
            optimizer.zero_grad()
            for sample in samples:
                (loss(sample) / len(samples)).backward()
            optimizer.step()


class DividesTheLossOfEachSample:
    """divided by the number of samples"""

    def per_sample(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            for sample in samples:
                optimizer.zero_grad()
                (loss(sample) / len(samples)).backward()
                optimizer.step()


class NeverClearsBetweenSamples:
    """add up from sample to sample"""

    def per_sample(loss, optimizer, samples, epochs):
        optimizer.zero_grad()
        for _ in range(epochs):
            for sample in samples:
                loss(sample).backward()
                optimizer.step()


class ClearsOnceAnEpoch:
    """cleared once an epoch"""

    def per_sample(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            optimizer.zero_grad()
            for sample in samples:
                loss(sample).backward()
                optimizer.step()


class StepsBeforeBackward:
    """the step came before backward()"""

    def per_sample(loss, optimizer, samples, epochs):
        optimizer.zero_grad()
        for _ in range(epochs):
            for sample in samples:
                value = loss(sample)
                optimizer.step()
                optimizer.zero_grad()
                value.backward()


class UpdatesOnceAnEpochForEachSample:
    """this is full batch"""

    def per_sample(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            optimizer.zero_grad()
            for sample in samples:
                (loss(sample) / len(samples)).backward()
            optimizer.step()


class MeasuresAllLossesFirst:
    """at the parameters that the epoch began with"""

    def per_sample(loss, optimizer, samples, epochs):
        parameters = [each for group in optimizer.param_groups for each in group["params"]]
        for _ in range(epochs):
            gradients = [torch.autograd.grad(loss(sample), parameters) for sample in samples]
            for each in gradients:
                for parameter, gradient in zip(parameters, each):
                    parameter.grad = gradient
                optimizer.step()


class RepeatsEachSampleBeforeTheNext:
    """the loops are the other way round"""

    def per_sample(loss, optimizer, samples, epochs):
        for sample in samples:
            for _ in range(epochs):
                optimizer.zero_grad()
                loss(sample).backward()
                optimizer.step()


class LeavesTheLastSampleOut:
    """the last sample is missing"""

    def per_sample(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            for sample in samples[:-1]:
                optimizer.zero_grad()
                loss(sample).backward()
                optimizer.step()


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


class DropsTheLastMiniBatch:
    """the smaller last mini-batch is missing"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        mini(loss, optimizer, samples, size, epochs, last=False)

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)


class DividesTheLastMiniBatchByTheSize:
    """the last mini-batch is divided by size"""

    def mini_batch(loss, optimizer, samples, size, epochs):
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


class CountsOnFromEpochToEpoch:
    """mini-batches reach over the end of an epoch"""

    def mini_batch(loss, optimizer, samples, size, epochs):
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


class CutsEvenMiniBatches:
    """each but the last of an epoch has size samples"""

    def mini_batch(loss, optimizer, samples, size, epochs):
        number = -(-len(samples) // size)
        mini(loss, optimizer, samples, -(-len(samples) // number), epochs)


class LeavesGradientsSwitchedOff:
    """switched off"""

    def full_batch(loss, optimizer, samples, epochs):
        mini(loss, optimizer, samples, len(samples), epochs)
        torch.set_grad_enabled(False)


class CountsFullMiniBatchesOnly:
    """the smaller last mini-batch counts as well"""

    def count_updates(samples, size, epochs):
        return samples // size * epochs


class CountsOneTooManyWhereItFits:
    """there is no rest left"""

    def count_updates(samples, size, epochs):
        return (samples // size + 1) * epochs


class CountsOneEpoch:
    """these are the updates of one epoch"""

    def count_updates(samples, size, epochs):
        return math.ceil(samples / size)


class CountsTheSamples:
    """the samples that are seen"""

    def count_updates(samples, size, epochs):
        return samples * epochs


class CountsTheSamplesOfAllEpochsTogether:
    """each epoch ends with a mini-batch of its own"""

    def count_updates(samples, size, epochs):
        return math.ceil(samples * epochs / size)


class CountsInFractions:
    """expected an int"""

    def count_updates(samples, size, epochs):
        return samples / size * epochs
