"""Other right answers to data/data_loader."""

import itertools

import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, Sampler, SequentialSampler, default_collate


class Samplers:
    def batches(dataset, batch_size, generator=None, drop_last=False):
        if not len(dataset):
            return
        sampler = SequentialSampler(dataset) if generator is None else RandomSampler(dataset, generator=generator)
        for group in BatchSampler(sampler, batch_size, drop_last):
            features, labels = default_collate([dataset[index] for index in group])
            yield features, labels.to(features.device)

    def pad(samples):
        longest = max(len(sequence) for sequence, _ in samples)
        padded = torch.stack(
            [torch.nn.functional.pad(sequence, (0, 0, 0, longest - len(sequence))) for sequence, _ in samples]
        )
        device = padded.device
        lengths = torch.tensor([len(sequence) for sequence, _ in samples]).to(device)
        return [padded, lengths, torch.tensor([label for _, label in samples]).to(device)]

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        generator = torch.Generator()
        generator.manual_seed(seed)
        sampler = RandomSampler(dataset, generator=generator)
        options = {"collate_fn": collate} if collate else {}
        return DataLoader(
            dataset, batch_size, sampler=sampler, generator=torch.Generator(), num_workers=workers, **options
        )


class Islices:
    def batches(dataset, batch_size, generator=None, drop_last=False):
        indices = iter(range(len(dataset)))
        if generator is not None:
            indices = iter(torch.rand(len(dataset), generator=generator, dtype=torch.float64).argsort().tolist())
        while group := list(itertools.islice(indices, batch_size)):
            if drop_last and len(group) < batch_size:
                return
            items = [dataset[index] for index in group]
            features = torch.stack([features for features, _ in items])
            yield [features, features.new_tensor([label for _, label in items], dtype=torch.long)]

    def pad(samples):
        first = samples[0][0]
        longest = max(sequence.shape[0] for sequence, _ in samples)
        padded = first.new_zeros(len(samples), longest, first.shape[1])
        lengths = first.new_zeros(len(samples), dtype=torch.int64)
        labels = torch.zeros_like(lengths)
        for place, (sequence, label) in enumerate(samples):
            padded[place, : len(sequence)] = sequence
            lengths[place] = len(sequence)
            labels[place] = label
        return padded, lengths, labels

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        class Shuffled(Sampler):
            def __init__(self):
                self.epoch = 0

            def __len__(self):
                return len(dataset)

            def __iter__(self):
                draws = torch.Generator().manual_seed(seed * 1000 + self.epoch)
                self.epoch += 1
                return iter(torch.randperm(len(dataset), generator=draws).tolist())

        return DataLoader(
            dataset,
            batch_size,
            sampler=Shuffled(),
            collate_fn=collate or default_collate,
            num_workers=workers,
            generator=torch.Generator().manual_seed(seed),
            persistent_workers=workers > 0,
        )


class AnIteratorClass:
    def batches(dataset, batch_size, generator=None, drop_last=False):
        class Batches:
            def __init__(self):
                order = list(range(len(dataset)))
                if generator is not None:
                    # Fisher and Yates: each place gets one of those that are left.
                    for last in range(len(order) - 1, 0, -1):
                        other = int(torch.randint(last + 1, (1,), generator=generator))
                        order[last], order[other] = order[other], order[last]
                self.order = order

            def __iter__(self):
                return self

            def __next__(self):
                group, self.order = self.order[:batch_size], self.order[batch_size:]
                if not group or (drop_last and len(group) < batch_size):
                    raise StopIteration
                first, label = dataset[group[0]]
                features = first.new_empty((len(group), *first.shape))
                labels = torch.empty(len(group), dtype=torch.int64, device=first.device)
                features[0], labels[0] = first, label
                for place, index in enumerate(group[1:], start=1):
                    features[place], labels[place] = dataset[index]
                return features, labels

        return Batches()

    def loader(dataset, batch_size, seed, collate=None, workers=0):
        class Seeded(DataLoader):
            pass

        generator = torch.Generator().manual_seed(seed)
        batches = BatchSampler(RandomSampler(dataset, generator=generator), batch_size, drop_last=False)
        return Seeded(
            dataset,
            batch_sampler=batches,
            generator=generator,
            collate_fn=collate,
            num_workers=workers,
        )
