"""Wrong answers to data/data_loader."""

import random

import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler


def order_of(count, generator):
    return list(range(count)) if generator is None else torch.randperm(count, generator=generator).tolist()


def stacked(dataset, indices):
    features, labels = zip(*[dataset[index] for index in indices])
    features = torch.stack(features)
    return features, torch.tensor(labels, device=features.device)


def cut(order, size, drop_last=False):
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    return [group for group in groups if len(group) == size] if drop_last else groups


class DropsTheLastBatchAlways:
    """the last batch, which has fewer, is missing"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, True):
            yield stacked(dataset, group)


class KeepsTheLastBatchAlways:
    """drop_last=True leaves out"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size):
            yield stacked(dataset, group)


class DropsAFullLastBatch:
    """the last batch is as large as the others"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        groups = cut(order_of(len(dataset), generator), batch_size)
        for group in groups[:-1] if drop_last else groups:
            yield stacked(dataset, group)


class FillsTheLastBatchWithTheFirstItems:
    """filled up"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = order_of(len(dataset), generator)
        for group in cut(order, batch_size, drop_last):
            yield stacked(dataset, (group + order)[:batch_size])


class LastBatchFromTheEnd:
    """filled up"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = order_of(len(dataset), generator)
        for group in cut(order, batch_size, drop_last):
            yield stacked(dataset, group if len(group) == batch_size else order[-batch_size:])


class CountsBatchesForItems:
    """batch_size is how many items a batch has"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = order_of(len(dataset), generator)
        for group in cut(order, -(-len(order) // batch_size), drop_last):
            yield stacked(dataset, group)


class OneItemOnly:
    """batch_size is how many items a batch has"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for index in order_of(len(dataset), generator):
            yield stacked(dataset, [index])


class EverythingAtOnce:
    """batch_size is how many items a batch has"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        yield stacked(dataset, order_of(len(dataset), generator))


class NeverShuffles:
    """without shuffling"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), None), batch_size, drop_last):
            yield stacked(dataset, group)


class ShufflesAlways:
    """Without a generator"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator or torch.Generator()), batch_size, drop_last):
            yield stacked(dataset, group)


class ShufflesTheBatchesOnly:
    """the batches only"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        groups = cut(order_of(len(dataset), None), batch_size, drop_last)
        for place in order_of(len(groups), generator):
            yield stacked(dataset, groups[place])


class ShufflesWithinBatchesOnly:
    """within each batch only"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), None), batch_size, drop_last):
            yield stacked(dataset, [group[place] for place in order_of(len(group), generator)])


class RotatesTheOrder:
    """only the place where it begins"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = order_of(len(dataset), None)
        if generator is not None and order:
            start = int(torch.randint(len(order), (), generator=generator))
            order = order[start:] + order[:start]
        for group in cut(order, batch_size, drop_last):
            yield stacked(dataset, group)


class DrawsItemsWithReplacement:
    """several times"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = order_of(len(dataset), None)
        if generator is not None and order:
            order = torch.randint(len(order), (len(order),), generator=generator).tolist()
        for group in cut(order, batch_size, drop_last):
            yield stacked(dataset, group)


class DrawsANewOrderForEachBatch:
    """several times"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), None), batch_size, drop_last):
            yield stacked(dataset, order_of(len(dataset), generator)[: len(group)] if generator else group)


class UsesTheGlobalGenerator:
    """from the generator that is handed in"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = torch.randperm(len(dataset)).tolist() if generator else order_of(len(dataset), None)
        for group in cut(order, batch_size, drop_last):
            yield stacked(dataset, group)


class UsesPythonsGenerator:
    """from the generator that is handed in"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = list(range(len(dataset)))
        if generator:
            random.shuffle(order)
        for group in cut(order, batch_size, drop_last):
            yield stacked(dataset, group)


class SeedsTheGlobalGeneratorWithIt:
    """torch's global generator"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = list(range(len(dataset)))
        if generator:
            torch.manual_seed(int(torch.randint(2**40, (), generator=generator)))
            order = torch.randperm(len(dataset)).tolist()
        for group in cut(order, batch_size, drop_last):
            yield stacked(dataset, group)


class SeedsTheGeneratorAgain:
    """the same order in each epoch"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        if generator:
            generator.manual_seed(generator.initial_seed())
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            yield stacked(dataset, group)


class SeedsTheGeneratorWithZero:
    """another seed"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        copy = torch.Generator().manual_seed(0) if generator else None
        for group in cut(order_of(len(dataset), copy), batch_size, drop_last):
            yield stacked(dataset, group)


class RemembersTheOrder:
    """the same order in each epoch"""

    def batches(dataset, batch_size, generator=None, drop_last=False, orders={}):
        key = (len(dataset), generator and generator.initial_seed())
        if key not in orders:
            orders[key] = order_of(len(dataset), generator)
        for group in cut(orders[key], batch_size, drop_last):
            yield stacked(dataset, group)


class ReadsAllItemsAtOnce:
    """when that batch is asked for"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        features, labels = zip(*[dataset[index] for index in range(len(dataset))]) if len(dataset) else ((), ())
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            yield (
                torch.stack([features[index] for index in group]),
                torch.tensor([labels[index] for index in group], device=features[0].device),
            )


class GivesAList:
    """expected an iterator"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        groups = cut(order_of(len(dataset), generator), batch_size, drop_last)
        return [stacked(dataset, group) for group in groups]


class ReadsTheNextBatchAhead:
    """when that batch is asked for"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        ahead = None
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            batch = stacked(dataset, group)
            if ahead is not None:
                yield ahead
            ahead = batch
        if ahead is not None:
            yield ahead


class ReadsEachItemTwice:
    """each item once"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features = torch.stack([dataset[index][0] for index in group])
            yield features, torch.tensor([dataset[index][1] for index in group], device=features.device)


class IndexesWithTensors:
    """expected a Python int"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        order = torch.randperm(len(dataset), generator=generator) if generator else torch.arange(len(dataset))
        for group in order.split(batch_size) if len(dataset) else ():
            if len(group) == batch_size or not drop_last:
                yield stacked(dataset, group)


class LabelsFirst:
    """the labels come first"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = stacked(dataset, group)
            yield labels, features


class LabelsAreFloats:
    """the labels have dtype float32"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = stacked(dataset, group)
            yield features, labels.float()


class LabelsAreAList:
    """expected a torch.Tensor"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = stacked(dataset, group)
            yield features, labels.tolist()


class LabelsLieOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = zip(*[dataset[index] for index in group])
            yield torch.stack(features), torch.tensor(labels)


class FeaturesGoThroughNumpy:
    """raised"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = zip(*[dataset[index] for index in group])
            batch = torch.stack([torch.from_numpy(each.numpy()) for each in features])
            yield batch, torch.tensor(labels, device=batch.device)


class FeaturesAreConcatenated:
    """cat() puts the rows"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = zip(*[dataset[index] for index in group])
            yield torch.cat(features), torch.tensor(labels, device=features[0].device)


class FeaturesAreStackedAtTheEnd:
    """along the last axis"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = zip(*[dataset[index] for index in group])
            yield torch.stack(features, dim=-1), torch.tensor(labels, device=features[0].device)


class FeaturesBecomeFloat32:
    """float32"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = stacked(dataset, group)
            yield features.float(), labels


class ReusesOneBuffer:
    """share memory"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        buffer = None
        for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
            features, labels = stacked(dataset, group)
            buffer = features.clone() if buffer is None else buffer
            buffer[: len(group)] = features
            yield buffer[: len(group)], labels


class LeavesTheWorkToADataLoader:
    """ran torch.utils.data.dataloader"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        shuffle = generator is not None
        quiet = generator or torch.Generator()
        if not len(dataset):
            return
        for features, labels in DataLoader(dataset, batch_size, shuffle, generator=quiet, drop_last=drop_last):
            yield features, labels.to(features.device)


class LeavesTheWorkToALoaderOfSamplers:
    """ran torch.utils.data.dataloader"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        if not len(dataset):
            return
        sampler = RandomSampler(dataset, generator=generator) if generator else SequentialSampler(dataset)
        loader = type("Mine", (DataLoader,), {})(
            dataset, batch_sampler=BatchSampler(sampler, batch_size, drop_last), generator=torch.Generator()
        )
        yield from ((features, labels.to(features.device)) for features, labels in loader)


class FailsWithoutItems:
    """raised"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        count = len(dataset)
        order = torch.randperm(count, generator=generator) if generator else torch.arange(count)
        for group in order.split(batch_size):
            if len(group) == batch_size or not drop_last:
                yield stacked(dataset, group.tolist())


class SlicesOneStackOfAll:
    """a view of the same storage"""

    def batches(dataset, batch_size, generator=None, drop_last=False):
        features, labels = stacked(dataset, order_of(len(dataset), generator))
        for start in range(0, len(labels), batch_size):
            yield features[start : start + batch_size], labels[start : start + batch_size]


def padded(samples, longest=None, before=False, value=0):
    sequences, labels = zip(*samples)
    longest = longest or max(map(len, sequences))
    batch = sequences[0].new_full((len(samples), longest, sequences[0].shape[1]), value)
    for row, sequence in zip(batch, sequences):
        if before:
            row[longest - len(sequence) :] = sequence
        else:
            row[: len(sequence)] = sequence[:longest]
    device = sequences[0].device
    lengths = torch.tensor([len(each) for each in sequences], device=device)
    return batch, lengths, torch.tensor(labels, device=device)


class PadsInFront:
    """in front"""

    def pad(samples):
        return padded(samples, before=True)


class CutsToTheShortest:
    """cut to the shortest"""

    def pad(samples):
        return padded(samples, longest=min(len(sequence) for sequence, _ in samples))


class PadsToAFixedLength:
    """the longest in this batch"""

    def pad(samples):
        return padded(samples, longest=20)


class PadsToTheFirst:
    def pad(samples):
        return padded(samples, longest=len(samples[0][0]))


class PadsByRepeating:
    """repeated"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        for row, (sequence, _) in zip(batch, samples):
            if len(sequence):
                row[len(sequence) :] = sequence[-1]
        return batch, lengths, labels


class PadsWithOnes:
    """pad with zeros"""

    def pad(samples):
        return padded(samples, value=1)


class PadsWithGarbage:
    """pad with zeros"""

    def pad(samples):
        return padded(samples, value=-100)


class SortsByLength:
    """sorted by length"""

    def pad(samples):
        return padded(sorted(samples, key=lambda sample: -len(sample[0])))


class TimeFirst:
    """time is the first axis"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch.transpose(0, 1), lengths, labels


class LengthsOfThePadded:
    """the lengths with the zeros"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch, torch.full_like(lengths, batch.shape[1]), labels


class LengthsCountNumbers:
    """all numbers of a sequence"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch, lengths * batch.shape[2], labels


class LengthsByZeros:
    """a sequence may contain zeros"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch, (batch != 0).any(dim=2).sum(dim=1), labels


class SwapsLengthsAndLabels:
    """these are the labels"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch, labels, lengths


class LengthsLieOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch, lengths.cpu(), labels


class ZerosLieOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def pad(samples):
        sequences, labels = zip(*samples)
        batch = torch.zeros(len(samples), max(map(len, sequences)), sequences[0].shape[1], dtype=sequences[0].dtype)
        for row, sequence in zip(batch, sequences):
            row[: len(sequence)] = sequence
        return batch, *padded(samples)[1:]


class PaddedIsFloat32:
    """float32"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch.float(), lengths, labels


class PadLabelsAreFloats:
    """the labels have dtype float32"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch, lengths, labels.float()


class PadLengthsAreInt32:
    """the lengths have dtype int32"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch, lengths.int(), labels


class PadForgetsTheLengths:
    """3 values"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        return batch, labels


class PadsTheSequencesThemselves:
    """changed its input"""

    def pad(samples):
        batch, lengths, labels = padded(samples)
        for row, (sequence, _) in zip(batch, samples):
            sequence.resize_(row.shape).copy_(row)
        return batch, lengths, labels


class LoaderDoesNotShuffle:
    """in the order of the dataset"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        return DataLoader(
            dataset, batch_size, collate_fn=collate, num_workers=workers, generator=torch.Generator().manual_seed(seed)
        )


class LoaderIgnoresTheSeed:
    """another seed"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        return DataLoader(
            dataset, batch_size, True, collate_fn=collate, num_workers=workers, generator=torch.Generator()
        )


class LoaderUsesTheGlobalGenerator:
    """torch's global generator"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers)


class LoaderSeedsTheGlobalGenerator:
    """torch's global generator"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        torch.manual_seed(seed)
        return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers)


class LoaderGivesTheSamplerAloneTheGenerator:
    """torch's global generator"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        sampler = RandomSampler(dataset, generator=torch.Generator().manual_seed(seed))
        return DataLoader(dataset, batch_size, sampler=sampler, collate_fn=collate, num_workers=workers)


class LoaderShufflesOnceForAll:
    """the same order in each epoch"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(dataset), generator=generator).tolist()
        return DataLoader(
            dataset, batch_size, sampler=order, collate_fn=collate, num_workers=workers, generator=generator
        )


class LoaderDropsTheLastBatch:
    """the last batch, which has fewer, is missing"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator().manual_seed(seed)
        return DataLoader(
            dataset, batch_size, True, collate_fn=collate, num_workers=workers, generator=generator, drop_last=True
        )


class LoaderForgetsTheBatchSize:
    """batch_size is how many items a batch has"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator().manual_seed(seed)
        return DataLoader(dataset, shuffle=True, collate_fn=collate, num_workers=workers, generator=generator)


class LoaderForgetsTheCollateFunction:
    """the collate function was not called"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator().manual_seed(seed)
        return DataLoader(dataset, batch_size, True, num_workers=workers, generator=generator)


class LoaderForgetsTheWorkers:
    """no child process"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator().manual_seed(seed)
        return DataLoader(dataset, batch_size, True, collate_fn=collate, generator=generator)


class LoaderHasOneWorker:
    """1 child process"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator().manual_seed(seed)
        return DataLoader(
            dataset, batch_size, True, collate_fn=collate, generator=generator, num_workers=min(workers, 1)
        )


class LoaderHasWorkersAlways:
    """child process although workers is 0"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator().manual_seed(seed)
        return DataLoader(
            dataset,
            batch_size,
            True,
            collate_fn=collate,
            generator=generator,
            num_workers=max(workers, 1),
            multiprocessing_context="fork",
        )


class LoaderIsNone:
    """expected a torch.utils.data.DataLoader"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        return iter(DataLoader(dataset, batch_size, True, generator=torch.Generator().manual_seed(seed)))


class LoaderOfTheNotes:
    """No module named 'torch.util'"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        import torch.util.data

        return torch.util.data.DataLoader(dataset, batch_size)


class LoaderSharesOneGenerator:
    """the same seed"""

    def loader(dataset, batch_size, seed, collate=None, workers=0, generators={}):
        generator = generators.setdefault(seed, torch.Generator().manual_seed(seed))
        return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers, generator=generator)


class LoaderShufflesWithTheNumberOfWorkers:
    """with any number of workers"""

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator().manual_seed(seed + workers)
        return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers, generator=generator)
