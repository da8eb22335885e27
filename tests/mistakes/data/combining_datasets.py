"""Wrong answers to data/combining_datasets."""

import torch
from torch.utils.data import ConcatDataset, Dataset, IterableDataset, Subset


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


class TakesTheFirstItems:
    """the first items"""

    def subset(items, indices):
        return Subset(items, range(len(indices)))


class GivesTheIndices:
    """this is the index"""

    def subset(items, indices):
        class Part(Dataset):
            def __len__(self):
                return len(indices)

            def __getitem__(self, index):
                return indices[index]

        return Part()


class SortsTheIndices:
    """sorted"""

    def subset(items, indices):
        return Subset(items, sorted(indices))


class DropsRepeatedIndices:
    """more than once"""

    def subset(items, indices):
        return Subset(items, list(dict.fromkeys(indices)))


class LeavesTheLengthOfTheWhole:
    """the length of the whole"""

    def subset(items, indices):
        class Part(Dataset):
            def __len__(self):
                return len(items)

            def __getitem__(self, index):
                return items[indices[index]]

        return Part()


class ReadsAllItemsOfTheSubset:
    """before anybody asked"""

    def subset(items, indices):
        return Subset([items[index] for index in indices], range(len(indices)))


class StartsFromANewSeed:
    """the same seed"""

    def random_split(items, shares, generator):
        generator.seed()
        return cut(items, torch.randperm(len(items), generator=generator).tolist(), shares)


class SplitsInOrder:
    """in the order of the dataset"""

    def random_split(items, shares, generator):
        return cut(items, list(range(len(items))), shares)


class TakesTheGlobalGenerator:
    """global generator"""

    def random_split(items, shares, generator):
        return cut(items, torch.randperm(len(items)).tolist(), shares)


class SeedsAGeneratorOfItsOwn:
    """another seed"""

    def random_split(items, shares, generator):
        return cut(items, torch.randperm(len(items), generator=torch.Generator().manual_seed(0)).tolist(), shares)


class SeedsTheGlobalGenerator:
    """global generator"""

    def random_split(items, shares, generator):
        torch.manual_seed(generator.initial_seed())
        return cut(items, torch.randperm(len(items)).tolist(), shares)


class DrawsEachPartAnew:
    """in more than one part"""

    def random_split(items, shares, generator):
        parts = cut(items, list(range(len(items))), shares)
        return [Subset(items, torch.randperm(len(items), generator=generator)[: len(part)].tolist()) for part in parts]


class DrawsWithReplacement:
    """more than once"""

    def random_split(items, shares, generator):
        count = len(items)
        return cut(items, torch.randint(count, (count,), generator=generator).tolist(), shares)


class DropsTheRest:
    """in no part"""

    def random_split(items, shares, generator):
        order = torch.randperm(len(items), generator=generator).tolist()
        parts, start = [], 0
        for share in shares:
            size = int(len(items) * share)
            parts.append(Subset(items, order[start : start + size]))
            start += size
        return parts


class GivesTheRestToTheLast:
    """go to the first parts"""

    def random_split(items, shares, generator):
        order = torch.randperm(len(items), generator=generator).tolist()
        parts, start = [], 0
        for place, share in enumerate(shares):
            stop = start + int(len(items) * share) if place < len(shares) - 1 else len(items)
            parts.append(Subset(items, order[start:stop]))
            start = stop
        return parts


class GivesTheRestToTheFirst:
    """one to each"""

    def random_split(items, shares, generator):
        order = torch.randperm(len(items), generator=generator).tolist()
        sizes = [int(len(items) * share) for share in shares]
        sizes[0] += len(items) - sum(sizes)
        parts, start = [], 0
        for size in sizes:
            parts.append(Subset(items, order[start : start + size]))
            start += size
        return parts


class SplitsEqually:
    """equal parts"""

    def random_split(items, shares, generator):
        order = torch.randperm(len(items), generator=generator).tolist()
        return cut(items, order, [1 / len(shares)] * len(shares))


class ReadsAllItemsToSplit:
    """before anybody asked"""

    def random_split(items, shares, generator):
        return cut(
            [items[index] for index in range(len(items))],
            torch.randperm(len(items), generator=generator).tolist(),
            shares,
        )


class KeepsTheIndexOfTheWhole:
    """raised IndexError"""

    def concat(datasets):
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


class CountsTheBoundaryToTheFirst:
    """raised IndexError"""

    def concat(datasets):
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


class TakesTheItemsInTurn:
    """in turn"""

    def concat(datasets):
        order = [(k, i) for i in range(max(map(len, datasets))) for k in range(len(datasets)) if i < len(datasets[k])]

        class Row(Dataset):
            def __len__(self):
                return len(order)

            def __getitem__(self, index):
                k, i = order[index]
                return datasets[k][i]

        return Row()


class KnowsTwoDatasetsOnly:
    """only the first two"""

    def concat(datasets):
        return ConcatDataset(datasets[:2])


class CountsTheDatasets:
    """how many datasets"""

    def concat(datasets):
        class Row(ConcatDataset):
            def __len__(self):
                return len(self.datasets)

        return Row(datasets)


class ListsAllItems:
    """before anybody asked"""

    def concat(datasets):
        items = [each[index] for each in datasets for index in range(len(each))]
        return Subset(items, range(len(items)))


class StartsAgainBeyondTheEnd:
    """IndexError"""

    def concat(datasets):
        class Row(ConcatDataset):
            def __getitem__(self, index):
                return super().__getitem__(index % len(self))

        return Row(datasets)


class ReadsAllStreamsAtTheCall:
    """by the call itself"""

    def chain(streams):
        items = [item for each in streams for item in each]

        class Row(IterableDataset):
            def __iter__(self):
                return iter(items)

        return Row()


class ReadsAllStreamsAtTheStart:
    """before the first has ended"""

    def chain(streams):
        class Row(IterableDataset):
            def __iter__(self):
                return iter([item for each in streams for item in each])

        return Row()


class OpensAllStreamsAtOnce:
    """before the first has ended"""

    def chain(streams):
        class Row(IterableDataset):
            def __iter__(self):
                for each in [iter(each) for each in streams]:
                    yield from each

        return Row()


class ReadsEachStreamAsAWhole:
    """as soon as it is read"""

    def chain(streams):
        class Row(IterableDataset):
            def __iter__(self):
                for each in streams:
                    yield from list(each)

        return Row()


class ReadsOneItemAhead:
    """as soon as it is read"""

    def chain(streams):
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


class GivesTheStreamsInTurn:
    """in turn"""

    def chain(streams):
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


class YieldsTheStreams:
    """the streams themselves"""

    def chain(streams):
        class Row(IterableDataset):
            def __iter__(self):
                yield from streams

        return Row()


class CanBeReadOnce:
    """second iter()"""

    def chain(streams):
        def items():
            for each in streams:
                yield from each

        generator = items()

        class Row(IterableDataset):
            def __iter__(self):
                return generator

        return Row()


class GivesAnIterator:
    """IterableDataset"""

    def chain(streams):
        return (item for each in streams for item in each)


class DrawsWhereToBeginOnly:
    """a run of neighbours"""

    def random_split(items, shares, generator):
        count = len(items)
        start = int(torch.randint(count, (), generator=generator))
        return cut(items, [(start + place) % count for place in range(count)], shares)


class TriesOneAfterAnother:
    """asked beyond its end"""

    def concat(datasets):
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


class LeavesTheEndToTheLastDataset:
    """raised nothing; it must raise IndexError"""

    def concat(datasets):
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
