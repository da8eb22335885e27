"""Wrong answers to data/data_loader."""

import random

import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler

from dojo.runner.variants import body, replaces


def order_of(count, generator):
    return list(range(count)) if generator is None else torch.randperm(count, generator=generator).tolist()


def stacked(dataset, indices):
    features, labels = zip(*[dataset[index] for index in indices])
    features = torch.stack(features)
    return features, torch.tensor(labels, device=features.device)


def cut(order, size, drop_last=False):
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    return [group for group in groups if len(group) == size] if drop_last else groups


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


EverythingAtOnce = body(
    "batches", "yield stacked(dataset, order_of(len(dataset), generator))", "batch_size is how many items a batch has"
)


@replaces("batches", "the last batch, which has fewer, is missing")
def DropsTheLastBatchAlways(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, True):
        yield stacked(dataset, group)


@replaces("batches", "drop_last=True leaves out")
def KeepsTheLastBatchAlways(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size):
        yield stacked(dataset, group)


@replaces("batches", "the last batch is as large as the others")
def DropsAFullLastBatch(dataset, batch_size, generator=None, drop_last=False):
    groups = cut(order_of(len(dataset), generator), batch_size)
    for group in groups[:-1] if drop_last else groups:
        yield stacked(dataset, group)


@replaces("batches", "filled up")
def FillsTheLastBatchWithTheFirstItems(dataset, batch_size, generator=None, drop_last=False):
    order = order_of(len(dataset), generator)
    for group in cut(order, batch_size, drop_last):
        yield stacked(dataset, (group + order)[:batch_size])


@replaces("batches", "filled up")
def LastBatchFromTheEnd(dataset, batch_size, generator=None, drop_last=False):
    order = order_of(len(dataset), generator)
    for group in cut(order, batch_size, drop_last):
        yield stacked(dataset, group if len(group) == batch_size else order[-batch_size:])


@replaces("batches", "batch_size is how many items a batch has")
def CountsBatchesForItems(dataset, batch_size, generator=None, drop_last=False):
    order = order_of(len(dataset), generator)
    for group in cut(order, -(-len(order) // batch_size), drop_last):
        yield stacked(dataset, group)


@replaces("batches", "batch_size is how many items a batch has")
def OneItemOnly(dataset, batch_size, generator=None, drop_last=False):
    for index in order_of(len(dataset), generator):
        yield stacked(dataset, [index])


@replaces("batches", "without shuffling")
def NeverShuffles(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), None), batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "Without a generator")
def ShufflesAlways(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator or torch.Generator()), batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "the batches only")
def ShufflesTheBatchesOnly(dataset, batch_size, generator=None, drop_last=False):
    groups = cut(order_of(len(dataset), None), batch_size, drop_last)
    for place in order_of(len(groups), generator):
        yield stacked(dataset, groups[place])


@replaces("batches", "within each batch only")
def ShufflesWithinBatchesOnly(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), None), batch_size, drop_last):
        yield stacked(dataset, [group[place] for place in order_of(len(group), generator)])


@replaces("batches", "only the place where it begins")
def RotatesTheOrder(dataset, batch_size, generator=None, drop_last=False):
    order = order_of(len(dataset), None)
    if generator is not None and order:
        start = int(torch.randint(len(order), (), generator=generator))
        order = order[start:] + order[:start]
    for group in cut(order, batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "several times")
def DrawsItemsWithReplacement(dataset, batch_size, generator=None, drop_last=False):
    order = order_of(len(dataset), None)
    if generator is not None and order:
        order = torch.randint(len(order), (len(order),), generator=generator).tolist()
    for group in cut(order, batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "several times")
def DrawsANewOrderForEachBatch(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), None), batch_size, drop_last):
        yield stacked(dataset, order_of(len(dataset), generator)[: len(group)] if generator else group)


@replaces("batches", "from the generator that is handed in")
def UsesTheGlobalGenerator(dataset, batch_size, generator=None, drop_last=False):
    order = torch.randperm(len(dataset)).tolist() if generator else order_of(len(dataset), None)
    for group in cut(order, batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "from the generator that is handed in")
def UsesPythonsGenerator(dataset, batch_size, generator=None, drop_last=False):
    order = list(range(len(dataset)))
    if generator:
        random.shuffle(order)
    for group in cut(order, batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "torch's global generator")
def SeedsTheGlobalGeneratorWithIt(dataset, batch_size, generator=None, drop_last=False):
    order = list(range(len(dataset)))
    if generator:
        torch.manual_seed(int(torch.randint(2**40, (), generator=generator)))
        order = torch.randperm(len(dataset)).tolist()
    for group in cut(order, batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "the same order in each epoch")
def SeedsTheGeneratorAgain(dataset, batch_size, generator=None, drop_last=False):
    if generator:
        generator.manual_seed(generator.initial_seed())
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "another seed")
def SeedsTheGeneratorWithZero(dataset, batch_size, generator=None, drop_last=False):
    copy = torch.Generator().manual_seed(0) if generator else None
    for group in cut(order_of(len(dataset), copy), batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "the same order in each epoch")
def RemembersTheOrder(dataset, batch_size, generator=None, drop_last=False, orders={}):
    key = (len(dataset), generator and generator.initial_seed())
    if key not in orders:
        orders[key] = order_of(len(dataset), generator)
    for group in cut(orders[key], batch_size, drop_last):
        yield stacked(dataset, group)


@replaces("batches", "when that batch is asked for")
def ReadsAllItemsAtOnce(dataset, batch_size, generator=None, drop_last=False):
    features, labels = zip(*[dataset[index] for index in range(len(dataset))]) if len(dataset) else ((), ())
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        yield (
            torch.stack([features[index] for index in group]),
            torch.tensor([labels[index] for index in group], device=features[0].device),
        )


@replaces("batches", "expected an iterator")
def GivesAList(dataset, batch_size, generator=None, drop_last=False):
    groups = cut(order_of(len(dataset), generator), batch_size, drop_last)
    return [stacked(dataset, group) for group in groups]


@replaces("batches", "when that batch is asked for")
def ReadsTheNextBatchAhead(dataset, batch_size, generator=None, drop_last=False):
    ahead = None
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        batch = stacked(dataset, group)
        if ahead is not None:
            yield ahead
        ahead = batch
    if ahead is not None:
        yield ahead


@replaces("batches", "each item once")
def ReadsEachItemTwice(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features = torch.stack([dataset[index][0] for index in group])
        yield features, torch.tensor([dataset[index][1] for index in group], device=features.device)


@replaces("batches", "expected a Python int")
def IndexesWithTensors(dataset, batch_size, generator=None, drop_last=False):
    order = torch.randperm(len(dataset), generator=generator) if generator else torch.arange(len(dataset))
    for group in order.split(batch_size) if len(dataset) else ():
        if len(group) == batch_size or not drop_last:
            yield stacked(dataset, group)


@replaces("batches", "the labels come first")
def LabelsFirst(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = stacked(dataset, group)
        yield labels, features


@replaces("batches", "the labels have dtype float32")
def LabelsAreFloats(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = stacked(dataset, group)
        yield features, labels.float()


@replaces("batches", "expected a torch.Tensor")
def LabelsAreAList(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = stacked(dataset, group)
        yield features, labels.tolist()


@replaces("batches", "a tensor made without device= lies on the CPU")
def LabelsLieOnTheCpu(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = zip(*[dataset[index] for index in group])
        yield torch.stack(features), torch.tensor(labels)


@replaces("batches", "raised")
def FeaturesGoThroughNumpy(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = zip(*[dataset[index] for index in group])
        batch = torch.stack([torch.from_numpy(each.numpy()) for each in features])
        yield batch, torch.tensor(labels, device=batch.device)


@replaces("batches", "cat() puts the rows")
def FeaturesAreConcatenated(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = zip(*[dataset[index] for index in group])
        yield torch.cat(features), torch.tensor(labels, device=features[0].device)


@replaces("batches", "along the last axis")
def FeaturesAreStackedAtTheEnd(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = zip(*[dataset[index] for index in group])
        yield torch.stack(features, dim=-1), torch.tensor(labels, device=features[0].device)


@replaces("batches", "float32")
def FeaturesBecomeFloat32(dataset, batch_size, generator=None, drop_last=False):
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = stacked(dataset, group)
        yield features.float(), labels


@replaces("batches", "share memory")
def ReusesOneBuffer(dataset, batch_size, generator=None, drop_last=False):
    buffer = None
    for group in cut(order_of(len(dataset), generator), batch_size, drop_last):
        features, labels = stacked(dataset, group)
        buffer = features.clone() if buffer is None else buffer
        buffer[: len(group)] = features
        yield buffer[: len(group)], labels


@replaces("batches", "ran torch.utils.data.dataloader")
def LeavesTheWorkToADataLoader(dataset, batch_size, generator=None, drop_last=False):
    shuffle = generator is not None
    quiet = generator or torch.Generator()
    if not len(dataset):
        return
    for features, labels in DataLoader(dataset, batch_size, shuffle, generator=quiet, drop_last=drop_last):
        yield features, labels.to(features.device)


@replaces("batches", "ran torch.utils.data.dataloader")
def LeavesTheWorkToALoaderOfSamplers(dataset, batch_size, generator=None, drop_last=False):
    if not len(dataset):
        return
    sampler = RandomSampler(dataset, generator=generator) if generator else SequentialSampler(dataset)
    loader = type("Mine", (DataLoader,), {})(
        dataset, batch_sampler=BatchSampler(sampler, batch_size, drop_last), generator=torch.Generator()
    )
    yield from ((features, labels.to(features.device)) for features, labels in loader)


@replaces("batches", "raised")
def FailsWithoutItems(dataset, batch_size, generator=None, drop_last=False):
    count = len(dataset)
    order = torch.randperm(count, generator=generator) if generator else torch.arange(count)
    for group in order.split(batch_size):
        if len(group) == batch_size or not drop_last:
            yield stacked(dataset, group.tolist())


@replaces("batches", "a view of the same storage")
def SlicesOneStackOfAll(dataset, batch_size, generator=None, drop_last=False):
    features, labels = stacked(dataset, order_of(len(dataset), generator))
    for start in range(0, len(labels), batch_size):
        yield features[start : start + batch_size], labels[start : start + batch_size]


PadsInFront = body("pad", "return padded(samples, before=True)", "in front")
CutsToTheShortest = body(
    "pad", "return padded(samples, longest=min(len(sequence) for sequence, _ in samples))", "cut to the shortest"
)
PadsToAFixedLength = body("pad", "return padded(samples, longest=20)", "the longest in this batch")
PadsToTheFirst = body("pad", "return padded(samples, longest=len(samples[0][0]))")
PadsWithOnes = body("pad", "return padded(samples, value=1)", "pad with zeros")
PadsWithGarbage = body("pad", "return padded(samples, value=-100)", "pad with zeros")
SortsByLength = body("pad", "return padded(sorted(samples, key=lambda sample: -len(sample[0])))", "sorted by length")
SwapsLengthsAndLabels = body(
    "pad", "batch, lengths, labels = padded(samples); return batch, labels, lengths", "these are the labels"
)
PaddedIsFloat32 = body(
    "pad", "batch, lengths, labels = padded(samples); return batch.float(), lengths, labels", "float32"
)
PadForgetsTheLengths = body("pad", "batch, lengths, labels = padded(samples); return batch, labels", "3 values")


@replaces("pad", "repeated")
def PadsByRepeating(samples):
    batch, lengths, labels = padded(samples)
    for row, (sequence, _) in zip(batch, samples):
        if len(sequence):
            row[len(sequence) :] = sequence[-1]
    return batch, lengths, labels


@replaces("pad", "time is the first axis")
def TimeFirst(samples):
    batch, lengths, labels = padded(samples)
    return batch.transpose(0, 1), lengths, labels


@replaces("pad", "the lengths with the zeros")
def LengthsOfThePadded(samples):
    batch, lengths, labels = padded(samples)
    return batch, torch.full_like(lengths, batch.shape[1]), labels


@replaces("pad", "all numbers of a sequence")
def LengthsCountNumbers(samples):
    batch, lengths, labels = padded(samples)
    return batch, lengths * batch.shape[2], labels


@replaces("pad", "a sequence may contain zeros")
def LengthsByZeros(samples):
    batch, lengths, labels = padded(samples)
    return batch, (batch != 0).any(dim=2).sum(dim=1), labels


@replaces("pad", "a tensor made without device= lies on the CPU")
def LengthsLieOnTheCpu(samples):
    batch, lengths, labels = padded(samples)
    return batch, lengths.cpu(), labels


@replaces("pad", "a tensor made without device= lies on the CPU")
def ZerosLieOnTheCpu(samples):
    sequences, labels = zip(*samples)
    batch = torch.zeros(len(samples), max(map(len, sequences)), sequences[0].shape[1], dtype=sequences[0].dtype)
    for row, sequence in zip(batch, sequences):
        row[: len(sequence)] = sequence
    return batch, *padded(samples)[1:]


@replaces("pad", "the labels have dtype float32")
def PadLabelsAreFloats(samples):
    batch, lengths, labels = padded(samples)
    return batch, lengths, labels.float()


@replaces("pad", "the lengths have dtype int32")
def PadLengthsAreInt32(samples):
    batch, lengths, labels = padded(samples)
    return batch, lengths.int(), labels


@replaces("pad", "changed its input")
def PadsTheSequencesThemselves(samples):
    batch, lengths, labels = padded(samples)
    for row, (sequence, _) in zip(batch, samples):
        sequence.resize_(row.shape).copy_(row)
    return batch, lengths, labels


@replaces("loader", "in the order of the dataset")
def LoaderDoesNotShuffle(dataset, batch_size, seed, collate=None, workers=0):
    return DataLoader(
        dataset, batch_size, collate_fn=collate, num_workers=workers, generator=torch.Generator().manual_seed(seed)
    )


@replaces("loader", "another seed")
def LoaderIgnoresTheSeed(dataset, batch_size, seed, collate=None, workers=0):
    return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers, generator=torch.Generator())


@replaces("loader", "torch's global generator")
def LoaderUsesTheGlobalGenerator(dataset, batch_size, seed, collate=None, workers=0):
    return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers)


@replaces("loader", "torch's global generator")
def LoaderSeedsTheGlobalGenerator(dataset, batch_size, seed, collate=None, workers=0):
    torch.manual_seed(seed)
    return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers)


@replaces("loader", "torch's global generator")
def LoaderGivesTheSamplerAloneTheGenerator(dataset, batch_size, seed, collate=None, workers=0):
    sampler = RandomSampler(dataset, generator=torch.Generator().manual_seed(seed))
    return DataLoader(dataset, batch_size, sampler=sampler, collate_fn=collate, num_workers=workers)


@replaces("loader", "the same order in each epoch")
def LoaderShufflesOnceForAll(dataset, batch_size, seed, collate=None, workers=0):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(dataset), generator=generator).tolist()
    return DataLoader(dataset, batch_size, sampler=order, collate_fn=collate, num_workers=workers, generator=generator)


@replaces("loader", "the last batch, which has fewer, is missing")
def LoaderDropsTheLastBatch(dataset, batch_size, seed, collate=None, workers=0):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(
        dataset, batch_size, True, collate_fn=collate, num_workers=workers, generator=generator, drop_last=True
    )


@replaces("loader", "batch_size is how many items a batch has")
def LoaderForgetsTheBatchSize(dataset, batch_size, seed, collate=None, workers=0):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, shuffle=True, collate_fn=collate, num_workers=workers, generator=generator)


@replaces("loader", "the collate function was not called")
def LoaderForgetsTheCollateFunction(dataset, batch_size, seed, collate=None, workers=0):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size, True, num_workers=workers, generator=generator)


@replaces("loader", "no child process")
def LoaderForgetsTheWorkers(dataset, batch_size, seed, collate=None, workers=0):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size, True, collate_fn=collate, generator=generator)


@replaces("loader", "1 child process")
def LoaderHasOneWorker(dataset, batch_size, seed, collate=None, workers=0):
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size, True, collate_fn=collate, generator=generator, num_workers=min(workers, 1))


@replaces("loader", "child process although workers is 0")
def LoaderHasWorkersAlways(dataset, batch_size, seed, collate=None, workers=0):
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


@replaces("loader", "expected a torch.utils.data.DataLoader")
def LoaderIsNone(dataset, batch_size, seed, collate=None, workers=0):
    return iter(DataLoader(dataset, batch_size, True, generator=torch.Generator().manual_seed(seed)))


@replaces("loader", "No module named 'torch.util'")
def LoaderOfTheNotes(dataset, batch_size, seed, collate=None, workers=0):
    import torch.util.data

    return torch.util.data.DataLoader(dataset, batch_size)


@replaces("loader", "the same seed")
def LoaderSharesOneGenerator(dataset, batch_size, seed, collate=None, workers=0, generators={}):
    generator = generators.setdefault(seed, torch.Generator().manual_seed(seed))
    return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers, generator=generator)


@replaces("loader", "with any number of workers")
def LoaderShufflesWithTheNumberOfWorkers(dataset, batch_size, seed, collate=None, workers=0):
    generator = torch.Generator().manual_seed(seed + workers)
    return DataLoader(dataset, batch_size, True, collate_fn=collate, num_workers=workers, generator=generator)
