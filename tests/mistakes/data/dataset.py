"""Wrong answers to data/dataset."""

import numpy
import torch
from torch.utils.data import Dataset

from dojo.runner.variants import replaces


def right():
    class Right(Dataset):
        def __init__(self, images, labels, transform=None):
            if len(images) != len(labels):
                raise ValueError("as many labels as images")
            self.images, self.labels, self.transform = images, labels, transform

        def __len__(self):
            return len(self.labels)

        def features(self, index):
            features = self.images[index].float()
            return self.transform(features) if self.transform else features

        def label(self, index):
            return int(self.labels[index])

        def __getitem__(self, index):
            return self.features(index), self.label(index)

    return Right


Base = right()


@replaces("Digits", "the label comes first")
class PutsTheLabelFirst(Base):
    def __getitem__(self, index):
        return self.label(index), self.features(index)


@replaces("Digits", ".item() takes the number out of a tensor")
class GivesTheLabelAsATensor(Base):
    def label(self, index):
        return self.labels[index]


@replaces("Digits", "the label is 4.0, expected an int")
class GivesTheLabelAsAFloat(Base):
    def label(self, index):
        return float(self.labels[index])


@replaces("Digits", "the label is one-hot")
class GivesTheLabelAsOneHot(Base):
    def label(self, index):
        return torch.eye(10)[self.labels[index].cpu()]


@replaces("Digits", "features and label")
class GivesTheFeaturesOnly(Base):
    def __getitem__(self, index):
        return self.features(index)


@replaces("Digits", "features and label")
class GivesADictionary(Base):
    def __getitem__(self, index):
        return {"features": self.features(index), "label": self.label(index)}


@replaces("Digits", "dtype uint8, expected float32")
class LeavesTheImageAsItIs(Base):
    def features(self, index):
        return self.transform(self.images[index]) if self.transform else self.images[index]


@replaces("Digits", "dtype float64, expected float32")
class GivesFloat64(Base):
    def features(self, index):
        return super().features(index).double()


@replaces("Digits", "these are fractions")
class ScalesTheFeatures(Base):
    def features(self, index):
        features = self.images[index] / 16
        return self.transform(features) if self.transform else features


@replaces("Digits", "how many rows an image has")
class CountsTheRowsOfAnImage(Base):
    def __len__(self):
        return self.images.shape[1]


@replaces("Digits", "how many numbers all images have")
class CountsThePixels(Base):
    def __len__(self):
        return self.images.numel()


@replaces("Digits", "one too few")
class CountsOneTooFew(Base):
    def __len__(self):
        return len(self.images) - 1


@replaces("Digits", "one too many")
class CountsOneTooMany(Base):
    def __len__(self):
        return len(self.images) + 1


@replaces("Digits", "the whole set")
class KnowsTheNumberByHeart(Base):
    def __len__(self):
        return 1797


@replaces("Digits", "how many different labels")
class CountsClasses(Base):
    def __len__(self):
        return len(self.labels.unique())


@replaces("Digits", "the image of the item before")
class CountsFromOne(Base):
    def features(self, index):
        return super().features(index - 1)

    def label(self, index):
        return super().label(index - 1)


@replaces("Digits", "the label of the next item")
class TakesTheLabelOfTheNextItem(Base):
    def label(self, index):
        return int(self.labels[(index + 1) % len(self.labels)])


@replaces("Digits", "this is the index of the item")
class GivesTheIndexAsLabel(Base):
    def label(self, index):
        return index


@replaces("Digits", "the first item")
class GivesTheFirstItemAlways(Base):
    def __getitem__(self, index):
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self.features(0), self.label(0)


@replaces("Digits", "rows and columns")
class TransposesTheImage(Base):
    def features(self, index):
        features = self.images[index].float().T
        return self.transform(features) if self.transform else features


@replaces("Digits", "expected shape (8, 8)")
class FlattensTheImage(Base):
    def features(self, index):
        features = self.images[index].float().flatten()
        return self.transform(features) if self.transform else features


@replaces("Digits", "IndexError")
class WrapsAround(Base):
    def __getitem__(self, index):
        return super().__getitem__(index % max(1, len(self)))


@replaces("Digits", "IndexError")
class GivesNoneBeyondTheEnd(Base):
    def __getitem__(self, index):
        return super().__getitem__(index) if index < len(self) else None


@replaces("Digits", "IndexError")
class RaisesStopIteration(Base):
    def __getitem__(self, index):
        if not -len(self) <= index < len(self):
            raise StopIteration
        return super().__getitem__(index)


@replaces("Digits", "IndexError")
class RaisesValueError(Base):
    def __getitem__(self, index):
        if not -len(self) <= index < len(self):
            raise ValueError(index)
        return super().__getitem__(index)


@replaces("Digits", "raised IndexError")
class RefusesNegativeIndices(Base):
    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        return super().__getitem__(index)


@replaces("Digits")
class TakesAnySliceForAnItem(Base):
    def features(self, index):
        features = self.images[index : index + 1].float().squeeze(0)
        return self.transform(features) if self.transform else features


@replaces("Digits", "anew at each access")
class TransformsOnceInTheConstructor(Base):
    def __init__(self, images, labels, transform=None):
        super().__init__(images, labels)
        if transform is not None:
            self.images = torch.stack([transform(image.float()) for image in images])


@replaces("Digits", "anew at each access")
class RemembersWhatItMade(Base):
    def __getitem__(self, index):
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        made = vars(self).setdefault("made", {})
        if index not in made:
            made[index] = super().__getitem__(index)
        return made[index]


@replaces("Digits", "transform was not called")
class ForgetsTheTransform(Base):
    def features(self, index):
        return self.images[index].float()


@replaces("Digits", "what the transform gave")
class CallsTheTransformForNothing(Base):
    def features(self, index):
        features = self.images[index].float()
        if self.transform:
            self.transform(features)
        return features


@replaces("Digits", "2 times")
class TransformsTwice(Base):
    def features(self, index):
        if self.transform:
            super().features(index)
        return super().features(index)


@replaces("Digits", "the whole item")
class TransformsTheWholeItem(Base):
    def __getitem__(self, index):
        item = (self.images[index].float(), self.label(index))
        return self.transform(item) if self.transform else item


@replaces("Digits", "2 times")
class TransformsTheLabelToo(Base):
    def label(self, index):
        label = self.labels[index]
        return int(self.transform(label.float())) if self.transform else int(label)


@replaces("Digits", "shape (10, 8, 8)")
class TransformsAllImagesAtEachAccess(Base):
    def features(self, index):
        images = self.images.float()
        return (self.transform(images) if self.transform else images)[index]


@replaces("Digits", "dtype uint8, expected float32")
class TransformsTheBytes(Base):
    def features(self, index):
        features = self.transform(self.images[index]) if self.transform else self.images[index]
        return features.float()


@replaces("Digits", "a copy of the images")
class KeepsAFloatCopy(Base):
    def __init__(self, images, labels, transform=None):
        super().__init__(images.float(), labels, transform)


@replaces("Digits", "a copy of the labels")
class KeepsACopyOfTheLabels(Base):
    def __init__(self, images, labels, transform=None):
        super().__init__(images, labels, transform)
        self.labels = labels.tolist()


@replaces("Digits", "a copy of the images")
class ListsAllItems(Base):
    def __init__(self, images, labels, transform=None):
        super().__init__(images, labels, transform)
        self.images = [image.float() for image in images]


@replaces("Digits", "converted all")
class ConvertsAllImagesForOne(Base):
    def features(self, index):
        features = self.images.float()[index]
        return self.transform(features) if self.transform else features


@replaces("Digits", "changed its input")
class ScalesTheImagesInPlace(Base):
    def __init__(self, images, labels, transform=None):
        super().__init__(images.sub_(images.min()).clamp_(max=9), labels, transform)


@replaces("Digits", "ValueError")
class TakesUnequalLengths(Base):
    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images, labels, transform


@replaces("Digits", "ValueError")
class CutsToTheShorter(Base):
    def __init__(self, images, labels, transform=None):
        count = min(len(images), len(labels))
        super().__init__(images[:count], labels[:count], transform)


@replaces("Digits", "raised ValueError")
class RefusesAnEmptySet(Base):
    def __init__(self, images, labels, transform=None):
        if not len(images):
            raise ValueError("no data")
        super().__init__(images, labels, transform)


@replaces("Digits", "subclass of torch.utils.data.Dataset")
class IsNoDataset:
    __init__ = Base.__init__
    __len__ = Base.__len__
    features = Base.features
    label = Base.label
    __getitem__ = Base.__getitem__


@replaces("Digits", "a tensor made without device= lies on the CPU")
class MakesTheFeaturesOnTheCpu(Base):
    def features(self, index):
        features = torch.tensor(self.images[index].tolist(), dtype=torch.float32)
        return self.transform(features) if self.transform else features


@replaces("Digits", "a tensor made without device= lies on the CPU")
class GoesThroughNumPy(Base):
    def features(self, index):
        features = torch.from_numpy(self.images[index].cpu().numpy().astype(numpy.float32))
        return self.transform(features) if self.transform else features


@replaces("Digits", "what the transform gave was made float32")
class MakesFloatsOfWhatTheTransformGave(Base):
    def features(self, index):
        features = self.images[index]
        if self.transform:
            features = self.transform(features.float())
        return features.float()


@replaces("Digits", "the transform was left out here")
class LeavesTheTransformOutForLabel0(Base):
    def features(self, index):
        features = self.images[index].float()
        return self.transform(features) if self.transform and self.label(index) else features


@replaces("Digits", "an axis of size 1 is lost")
class SqueezesTheImage(Base):
    def features(self, index):
        features = self.images[index].float().squeeze()
        return self.transform(features) if self.transform else features


@replaces("Digits", "shows a copy of the images")
class MakesTheDataContiguous(Base):
    def __init__(self, images, labels, transform=None):
        super().__init__(images.contiguous(), labels.contiguous(), transform)


@replaces("Digits", "the next item was written over it")
class WritesEachItemIntoOneBuffer(Base):
    def __init__(self, images, labels, transform=None):
        super().__init__(images, labels, transform)
        self.buffer = torch.empty(images.shape[1:], device=images.device)

    def features(self, index):
        self.buffer.copy_(self.images[index])
        return self.transform(self.buffer) if self.transform else self.buffer
