"""Wrong answers to data/dataset."""

import numpy
import torch
from torch.utils.data import Dataset


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


class PutsTheLabelFirst:
    """the label comes first"""

    class Digits(Base):
        def __getitem__(self, index):
            return self.label(index), self.features(index)


class GivesTheLabelAsATensor:
    """.item() takes the number out of a tensor"""

    class Digits(Base):
        def label(self, index):
            return self.labels[index]


class GivesTheLabelAsAFloat:
    """the label is 4.0, expected an int"""

    class Digits(Base):
        def label(self, index):
            return float(self.labels[index])


class GivesTheLabelAsOneHot:
    """the label is one-hot"""

    class Digits(Base):
        def label(self, index):
            return torch.eye(10)[self.labels[index].cpu()]


class GivesTheFeaturesOnly:
    """features and label"""

    class Digits(Base):
        def __getitem__(self, index):
            return self.features(index)


class GivesADictionary:
    """features and label"""

    class Digits(Base):
        def __getitem__(self, index):
            return {"features": self.features(index), "label": self.label(index)}


class LeavesTheImageAsItIs:
    """dtype uint8, expected float32"""

    class Digits(Base):
        def features(self, index):
            return self.transform(self.images[index]) if self.transform else self.images[index]


class GivesFloat64:
    """dtype float64, expected float32"""

    class Digits(Base):
        def features(self, index):
            return super().features(index).double()


class ScalesTheFeatures:
    """these are fractions"""

    class Digits(Base):
        def features(self, index):
            features = self.images[index] / 16
            return self.transform(features) if self.transform else features


class CountsTheRowsOfAnImage:
    """how many rows an image has"""

    class Digits(Base):
        def __len__(self):
            return self.images.shape[1]


class CountsThePixels:
    """how many numbers all images have"""

    class Digits(Base):
        def __len__(self):
            return self.images.numel()


class CountsOneTooFew:
    """one too few"""

    class Digits(Base):
        def __len__(self):
            return len(self.images) - 1


class CountsOneTooMany:
    """one too many"""

    class Digits(Base):
        def __len__(self):
            return len(self.images) + 1


class KnowsTheNumberByHeart:
    """the whole set"""

    class Digits(Base):
        def __len__(self):
            return 1797


class CountsClasses:
    """how many different labels"""

    class Digits(Base):
        def __len__(self):
            return len(self.labels.unique())


class CountsFromOne:
    """the image of the item before"""

    class Digits(Base):
        def features(self, index):
            return super().features(index - 1)

        def label(self, index):
            return super().label(index - 1)


class TakesTheLabelOfTheNextItem:
    """the label of the next item"""

    class Digits(Base):
        def label(self, index):
            return int(self.labels[(index + 1) % len(self.labels)])


class GivesTheIndexAsLabel:
    """this is the index of the item"""

    class Digits(Base):
        def label(self, index):
            return index


class GivesTheFirstItemAlways:
    """the first item"""

    class Digits(Base):
        def __getitem__(self, index):
            if not -len(self) <= index < len(self):
                raise IndexError(index)
            return self.features(0), self.label(0)


class TransposesTheImage:
    """rows and columns"""

    class Digits(Base):
        def features(self, index):
            features = self.images[index].float().T
            return self.transform(features) if self.transform else features


class FlattensTheImage:
    """expected shape (8, 8)"""

    class Digits(Base):
        def features(self, index):
            features = self.images[index].float().flatten()
            return self.transform(features) if self.transform else features


class WrapsAround:
    """IndexError"""

    class Digits(Base):
        def __getitem__(self, index):
            return super().__getitem__(index % max(1, len(self)))


class GivesNoneBeyondTheEnd:
    """IndexError"""

    class Digits(Base):
        def __getitem__(self, index):
            return super().__getitem__(index) if index < len(self) else None


class RaisesStopIteration:
    """IndexError"""

    class Digits(Base):
        def __getitem__(self, index):
            if not -len(self) <= index < len(self):
                raise StopIteration
            return super().__getitem__(index)


class RaisesValueError:
    """IndexError"""

    class Digits(Base):
        def __getitem__(self, index):
            if not -len(self) <= index < len(self):
                raise ValueError(index)
            return super().__getitem__(index)


class RefusesNegativeIndices:
    """raised IndexError"""

    class Digits(Base):
        def __getitem__(self, index):
            if not 0 <= index < len(self):
                raise IndexError(index)
            return super().__getitem__(index)


class TakesAnySliceForAnItem:
    class Digits(Base):
        def features(self, index):
            features = self.images[index : index + 1].float().squeeze(0)
            return self.transform(features) if self.transform else features


class TransformsOnceInTheConstructor:
    """anew at each access"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            super().__init__(images, labels)
            if transform is not None:
                self.images = torch.stack([transform(image.float()) for image in images])


class RemembersWhatItMade:
    """anew at each access"""

    class Digits(Base):
        def __getitem__(self, index):
            if not -len(self) <= index < len(self):
                raise IndexError(index)
            made = vars(self).setdefault("made", {})
            if index not in made:
                made[index] = super().__getitem__(index)
            return made[index]


class ForgetsTheTransform:
    """transform was not called"""

    class Digits(Base):
        def features(self, index):
            return self.images[index].float()


class CallsTheTransformForNothing:
    """what the transform gave"""

    class Digits(Base):
        def features(self, index):
            features = self.images[index].float()
            if self.transform:
                self.transform(features)
            return features


class TransformsTwice:
    """2 times"""

    class Digits(Base):
        def features(self, index):
            if self.transform:
                super().features(index)
            return super().features(index)


class TransformsTheWholeItem:
    """the whole item"""

    class Digits(Base):
        def __getitem__(self, index):
            item = (self.images[index].float(), self.label(index))
            return self.transform(item) if self.transform else item


class TransformsTheLabelToo:
    """2 times"""

    class Digits(Base):
        def label(self, index):
            label = self.labels[index]
            return int(self.transform(label.float())) if self.transform else int(label)


class TransformsAllImagesAtEachAccess:
    """shape (10, 8, 8)"""

    class Digits(Base):
        def features(self, index):
            images = self.images.float()
            return (self.transform(images) if self.transform else images)[index]


class TransformsTheBytes:
    """dtype uint8, expected float32"""

    class Digits(Base):
        def features(self, index):
            features = self.transform(self.images[index]) if self.transform else self.images[index]
            return features.float()


class KeepsAFloatCopy:
    """a copy of the images"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            super().__init__(images.float(), labels, transform)


class KeepsACopyOfTheLabels:
    """a copy of the labels"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            super().__init__(images, labels, transform)
            self.labels = labels.tolist()


class ListsAllItems:
    """a copy of the images"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            super().__init__(images, labels, transform)
            self.images = [image.float() for image in images]


class ConvertsAllImagesForOne:
    """converted all"""

    class Digits(Base):
        def features(self, index):
            features = self.images.float()[index]
            return self.transform(features) if self.transform else features


class ScalesTheImagesInPlace:
    """changed its input"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            super().__init__(images.sub_(images.min()).clamp_(max=9), labels, transform)


class TakesUnequalLengths:
    """ValueError"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            self.images, self.labels, self.transform = images, labels, transform


class CutsToTheShorter:
    """ValueError"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            count = min(len(images), len(labels))
            super().__init__(images[:count], labels[:count], transform)


class RefusesAnEmptySet:
    """raised ValueError"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            if not len(images):
                raise ValueError("no data")
            super().__init__(images, labels, transform)


class IsNoDataset:
    """subclass of torch.utils.data.Dataset"""

    class Digits:
        __init__ = Base.__init__
        __len__ = Base.__len__
        features = Base.features
        label = Base.label
        __getitem__ = Base.__getitem__


class MakesTheFeaturesOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    class Digits(Base):
        def features(self, index):
            features = torch.tensor(self.images[index].tolist(), dtype=torch.float32)
            return self.transform(features) if self.transform else features


class GoesThroughNumPy:
    """a tensor made without device= lies on the CPU"""

    class Digits(Base):
        def features(self, index):
            features = torch.from_numpy(self.images[index].cpu().numpy().astype(numpy.float32))
            return self.transform(features) if self.transform else features


class MakesFloatsOfWhatTheTransformGave:
    """what the transform gave was made float32"""

    class Digits(Base):
        def features(self, index):
            features = self.images[index]
            if self.transform:
                features = self.transform(features.float())
            return features.float()


class LeavesTheTransformOutForLabel0:
    """the transform was left out here"""

    class Digits(Base):
        def features(self, index):
            features = self.images[index].float()
            return self.transform(features) if self.transform and self.label(index) else features


class SqueezesTheImage:
    """an axis of size 1 is lost"""

    class Digits(Base):
        def features(self, index):
            features = self.images[index].float().squeeze()
            return self.transform(features) if self.transform else features


class MakesTheDataContiguous:
    """shows a copy of the images"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            super().__init__(images.contiguous(), labels.contiguous(), transform)


class WritesEachItemIntoOneBuffer:
    """the next item was written over it"""

    class Digits(Base):
        def __init__(self, images, labels, transform=None):
            super().__init__(images, labels, transform)
            self.buffer = torch.empty(images.shape[1:], device=images.device)

        def features(self, index):
            self.buffer.copy_(self.images[index])
            return self.transform(self.buffer) if self.transform else self.buffer
