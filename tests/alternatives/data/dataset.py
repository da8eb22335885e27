"""Other right answers to data/dataset."""

import torch
from torch.utils.data import Dataset, TensorDataset


class WrapsATensorDataset:
    class Digits(Dataset):
        def __init__(self, images, labels, transform=None):
            if images.shape[0] != labels.shape[0]:
                raise ValueError("as many labels as images")
            self.pairs = TensorDataset(images, labels)
            self.transform = transform or (lambda features: features)

        def __len__(self):
            return len(self.pairs)

        def __getitem__(self, index):
            image, label = self.pairs[index]
            return self.transform(image.float()), label.item()


class ChecksTheIndexItself:
    class Digits(Dataset):
        def __init__(self, images, labels, transform=None):
            self.data = (images, labels, transform)
            if images.size(0) != labels.numel():
                raise ValueError

        def __len__(self):
            return self.data[0].shape[0]

        def __getitem__(self, index):
            images, labels, transform = self.data
            count = len(self)
            if not -count <= index < count:
                raise IndexError(f"no item at {index}")
            index %= count
            features = torch.empty(images.shape[1:], device=images.device)
            features.copy_(images[index])
            return [features if transform is None else transform(features), labels.tolist()[index]]


class TakesSlices:
    class Digits(Dataset):
        def __init__(self, images, labels, transform=None):
            if len(images) - len(labels):
                raise ValueError
            vars(self).update(images=images, labels=labels, transform=transform)

        def __len__(self):
            return self.labels.numel()

        def __getitem__(self, index):
            place = range(len(self))[index]
            features = self.images.narrow(0, place, 1).squeeze(0) * 1.0
            if self.transform:
                features = self.transform(features)
            return features, self.labels[place : place + 1].item()


class IndexesWithATensor:
    class Digits(Dataset):
        def __init__(self, images, labels, transform=None):
            if labels.shape != images.shape[:1]:
                raise ValueError("lengths differ")
            self.images, self.labels, self.transform = images, labels, transform

        def __len__(self):
            return int(torch.tensor(self.images.shape)[0])

        def __getitem__(self, index):
            if index >= len(self) or index < -len(self):
                raise IndexError(index)
            place = torch.tensor([index % len(self)], device=self.images.device)
            features = self.images.index_select(0, place)[0].type(torch.float32)
            label = self.labels[place].cpu().numpy()[0]
            return (self.transform(features) if self.transform else features), int(label)
