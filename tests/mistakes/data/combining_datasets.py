"""Wrong answers to data/combining_datasets."""

import torch
from torch.utils.data import ConcatDataset, Dataset, IterableDataset, Subset

from dojo.runner.variants import body, replaces


def cut(items, order, shares):
    count = len(items)
    sizes = [int(count * share) for share in shares]
    for place in range(count - sum(sizes)):
        sizes[place] += 1
    parts, start = [], 0
    for size in sizes:
        parts.append(Subset(items, order[start : start + size]))
        start += size
    return parts


TakesTheFirstItems = body("subset", "return Subset(items, range(len(indices)))", "the first items")
SortsTheIndices = body("subset", "return Subset(items, sorted(indices))", "sorted")
DropsRepeatedIndices = body("subset", "return Subset(items, list(dict.fromkeys(indices)))", "more than once")
ReadsAllItemsOfTheSubset = body(
    "subset", "return Subset([items[index] for index in indices], range(len(indices)))", "before anybody asked"
)


@replaces("subset", "this is the index")
def GivesTheIndices(items, indices):
    class Part(Dataset):
        def __len__(self):
            return len(indices)

        def __getitem__(self, index):
            return indices[index]

    return Part()


@replaces("subset", "the length of the whole")
def LeavesTheLengthOfTheWhole(items, indices):
    class Part(Dataset):
        def __len__(self):
            return len(items)

        def __getitem__(self, index):
            return items[indices[index]]

    return Part()


SplitsInOrder = body(
    "random_split", "return cut(items, list(range(len(items))), shares)", "in the order of the dataset"
)
TakesTheGlobalGenerator = body(
    "random_split", "return cut(items, torch.randperm(len(items)).tolist(), shares)", "global generator"
)


@replaces("random_split", "the same seed")
def StartsFromANewSeed(items, shares, generator):
    generator.seed()
    return cut(items, torch.randperm(len(items), generator=generator).tolist(), shares)


@replaces("random_split", "another seed")
def SeedsAGeneratorOfItsOwn(items, shares, generator):
    return cut(items, torch.randperm(len(items), generator=torch.Generator().manual_seed(0)).tolist(), shares)


@replaces("random_split", "global generator")
def SeedsTheGlobalGenerator(items, shares, generator):
    torch.manual_seed(generator.initial_seed())
    return cut(items, torch.randperm(len(items)).tolist(), shares)


@replaces("random_split", "in more than one part")
def DrawsEachPartAnew(items, shares, generator):
    parts = cut(items, list(range(len(items))), shares)
    return [Subset(items, torch.randperm(len(items), generator=generator)[: len(part)].tolist()) for part in parts]


@replaces("random_split", "more than once")
def DrawsWithReplacement(items, shares, generator):
    count = len(items)
    return cut(items, torch.randint(count, (count,), generator=generator).tolist(), shares)


@replaces("random_split", "in no part")
def DropsTheRest(items, shares, generator):
    order = torch.randperm(len(items), generator=generator).tolist()
    parts, start = [], 0
    for share in shares:
        size = int(len(items) * share)
        parts.append(Subset(items, order[start : start + size]))
        start += size
    return parts


@replaces("random_split", "go to the first parts")
def GivesTheRestToTheLast(items, shares, generator):
    order = torch.randperm(len(items), generator=generator).tolist()
    parts, start = [], 0
    for place, share in enumerate(shares):
        stop = start + int(len(items) * share) if place < len(shares) - 1 else len(items)
        parts.append(Subset(items, order[start:stop]))
        start = stop
    return parts


@replaces("random_split", "one to each")
def GivesTheRestToTheFirst(items, shares, generator):
    order = torch.randperm(len(items), generator=generator).tolist()
    sizes = [int(len(items) * share) for share in shares]
    sizes[0] += len(items) - sum(sizes)
    parts, start = [], 0
    for size in sizes:
        parts.append(Subset(items, order[start : start + size]))
        start += size
    return parts


@replaces("random_split", "equal parts")
def SplitsEqually(items, shares, generator):
    order = torch.randperm(len(items), generator=generator).tolist()
    return cut(items, order, [1 / len(shares)] * len(shares))


@replaces("random_split", "before anybody asked")
def ReadsAllItemsToSplit(items, shares, generator):
    return cut(
        [items[index] for index in range(len(items))],
        torch.randperm(len(items), generator=generator).tolist(),
        shares,
    )


@replaces("random_split", "a run of neighbours")
def DrawsWhereToBeginOnly(items, shares, generator):
    count = len(items)
    start = int(torch.randint(count, (), generator=generator))
    return cut(items, [(start + place) % count for place in range(count)], shares)


KnowsTwoDatasetsOnly = body("concat", "return ConcatDataset(datasets[:2])", "only the first two")


@replaces("concat", "raised IndexError")
def KeepsTheIndexOfTheWhole(datasets):
    class Row(Dataset):
        def __len__(self):
            return sum(map(len, datasets))

        def __getitem__(self, index):
            before = 0
            for each in datasets:
                before += len(each)
                if index < before:
                    return each[index]
            raise IndexError(index)

    return Row()


@replaces("concat", "raised IndexError")
def CountsTheBoundaryToTheFirst(datasets):
    class Row(Dataset):
        def __len__(self):
            return sum(map(len, datasets))

        def __getitem__(self, index):
            for each in datasets:
                if index <= len(each):
                    return each[index]
                index -= len(each)
            raise IndexError(index)

    return Row()


@replaces("concat", "in turn")
def TakesTheItemsInTurn(datasets):
    order = [(k, i) for i in range(max(map(len, datasets))) for k in range(len(datasets)) if i < len(datasets[k])]

    class Row(Dataset):
        def __len__(self):
            return len(order)

        def __getitem__(self, index):
            k, i = order[index]
            return datasets[k][i]

    return Row()


@replaces("concat", "how many datasets")
def CountsTheDatasets(datasets):
    class Row(ConcatDataset):
        def __len__(self):
            return len(self.datasets)

    return Row(datasets)


@replaces("concat", "before anybody asked")
def ListsAllItems(datasets):
    items = [each[index] for each in datasets for index in range(len(each))]
    return Subset(items, range(len(items)))


@replaces("concat", "IndexError")
def StartsAgainBeyondTheEnd(datasets):
    class Row(ConcatDataset):
        def __getitem__(self, index):
            return super().__getitem__(index % len(self))

    return Row(datasets)


@replaces("concat", "asked beyond its end")
def TriesOneAfterAnother(datasets):
    class Row(Dataset):
        def __len__(self):
            return sum(map(len, datasets))

        def __getitem__(self, index):
            for each in datasets:
                try:
                    return each[index]
                except IndexError:
                    index -= len(each)
            raise IndexError(index)

    return Row()


@replaces("concat", "raised nothing; it must raise IndexError")
def LeavesTheEndToTheLastDataset(datasets):
    class Row(Dataset):
        def __len__(self):
            return sum(map(len, datasets))

        def __getitem__(self, index):
            for each in datasets[:-1]:
                if index < len(each):
                    return each[index]
                index -= len(each)
            return datasets[-1][index]

    return Row()


GivesAnIterator = body("chain", "return (item for each in streams for item in each)", "IterableDataset")


@replaces("chain", "by the call itself")
def ReadsAllStreamsAtTheCall(streams):
    items = [item for each in streams for item in each]

    class Row(IterableDataset):
        def __iter__(self):
            return iter(items)

    return Row()


@replaces("chain", "before the first has ended")
def ReadsAllStreamsAtTheStart(streams):
    class Row(IterableDataset):
        def __iter__(self):
            return iter([item for each in streams for item in each])

    return Row()


@replaces("chain", "before the first has ended")
def OpensAllStreamsAtOnce(streams):
    class Row(IterableDataset):
        def __iter__(self):
            for each in [iter(each) for each in streams]:
                yield from each

    return Row()


@replaces("chain", "as soon as it is read")
def ReadsEachStreamAsAWhole(streams):
    class Row(IterableDataset):
        def __iter__(self):
            for each in streams:
                yield from list(each)

    return Row()


@replaces("chain", "as soon as it is read")
def ReadsOneItemAhead(streams):
    class Row(IterableDataset):
        def __iter__(self):
            for each in streams:
                held = []
                for item in each:
                    if held:
                        yield held.pop()
                    held.append(item)
                yield from held

    return Row()


@replaces("chain", "in turn")
def GivesTheStreamsInTurn(streams):
    class Row(IterableDataset):
        def __iter__(self):
            running = [iter(each) for each in streams]
            while running:
                for each in list(running):
                    try:
                        yield next(each)
                    except StopIteration:
                        running.remove(each)

    return Row()


@replaces("chain", "the streams themselves")
def YieldsTheStreams(streams):
    class Row(IterableDataset):
        def __iter__(self):
            yield from streams

    return Row()


@replaces("chain", "second iter()")
def CanBeReadOnce(streams):
    def items():
        for each in streams:
            yield from each

    generator = items()

    class Row(IterableDataset):
        def __iter__(self):
            return generator

    return Row()
