"""Other right answers to data/combining_datasets."""

import bisect
import itertools
import math

import torch
from torch.utils.data import Dataset, IterableDataset, Subset


class ByHand:
    def subset(items, indices):
        class Part(Dataset):
            def __len__(self):
                return len(indices)

            def __getitem__(self, index):
                return items[indices[index]]

        return Part()

    def random_split(items, shares, generator):
        order = torch.randperm(len(items), generator=generator).tolist()
        sizes = [math.floor(len(items) * share) for share in shares]
        for place in range(len(items) - sum(sizes)):
            sizes[place] += 1
        stops = list(itertools.accumulate(sizes))
        return [Subset(items, order[stop - size : stop]) for size, stop in zip(sizes, stops)]

    def concat(datasets):
        class Row(Dataset):
            def __len__(self):
                return sum(len(each) for each in datasets)

            def __getitem__(self, index):
                for each in datasets:
                    if index < len(each):
                        return each[index]
                    index -= len(each)
                raise IndexError("beyond the end")

        return Row()

    def chain(streams):
        class Row(IterableDataset):
            def __iter__(self):
                for each in streams:
                    yield from each

        return Row()


class WithItertools:
    def random_split(items, shares, generator):
        count = len(items)
        order = iter(torch.rand(count, generator=generator).argsort().tolist())
        sizes = [int(count * share) for share in shares]
        rest = count - sum(sizes)
        return tuple(
            Subset(items, list(itertools.islice(order, size + (place < rest)))) for place, size in enumerate(sizes)
        )

    def concat(datasets):
        class Row(Dataset):
            stops = list(itertools.accumulate(map(len, datasets)))

            def __len__(self):
                return self.stops[-1]

            def __getitem__(self, index):
                place = bisect.bisect_right(self.stops, index)
                return datasets[place][index - (self.stops[place - 1] if place else 0)]

        return Row()

    def chain(streams):
        class Row(IterableDataset):
            def __iter__(self):
                return itertools.chain.from_iterable(streams)

        return Row()


class WithPlus:
    def subset(items, indices):
        return Subset(items, torch.tensor(list(indices), dtype=torch.int64).tolist())

    def random_split(items, shares, generator):
        count = len(items)
        sizes = torch.tensor([count * share for share in shares], dtype=torch.float64).floor().long()
        sizes[: count - int(sizes.sum())] += 1
        parts = torch.randperm(count, generator=generator).split(sizes.tolist())
        return [Subset(items, part.tolist()) for part in parts]

    def concat(datasets):
        joined, *others = datasets
        for other in others:
            joined = joined + other
        if not others:
            return Subset(joined, range(len(joined)))
        return joined

    def chain(streams):
        class Row(IterableDataset):
            def __iter__(self):
                for each in streams:
                    for item in each:
                        yield item

        return Row()
