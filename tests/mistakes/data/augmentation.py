"""Wrong answers to data/augmentation."""

import torch
from torch.utils.data import Dataset

from dojo.runner.variants import body, edit, replaces


def right(images, down, right):
    height, width = images.shape[-2:]
    moved = torch.zeros_like(images)
    if abs(down) < height and abs(right) < width:
        rows, columns = slice(max(down, 0), height + min(down, 0)), slice(max(right, 0), width + min(right, 0))
        of_rows, of_columns = slice(max(-down, 0), height - max(down, 0)), slice(max(-right, 0), width - max(right, 0))
        moved[..., rows, columns] = images[..., of_rows, of_columns]
    return moved


def drawn(images, most, generator):
    return torch.randint(-most, most + 1, (len(images), 2), generator=generator).tolist()


def each(images, shifts):
    moved = torch.zeros_like(images)
    for place, (down, aside) in enumerate(shifts):
        moved[place] = right(images[place], down, aside)
    return moved


def base():
    class Right(Dataset):
        def __init__(self, dataset, transform):
            self.dataset, self.transform = dataset, transform

        def __len__(self):
            return len(self.dataset)

        def __getitem__(self, index):
            features, label = self.dataset[index]
            return self.transform(features), label

    return Right


Base = base()


RollsAround = body("shift", "return torch.roll(images, (down, right), (-2, -1))", "comes in again on the other side")


@replaces("shift", "the other way")
def MovesTheOtherWay(images, down, aside):
    return right(images, -down, -aside)


@replaces("shift", "moved up")
def MovesUp(images, down, aside):
    return right(images, -down, aside)


@replaces("shift", "swapped")
def SwapsDownAndRight(images, down, aside):
    return right(images, aside, down)


@replaces("shift", "right is left out")
def MovesDownOnly(images, down, aside):
    return right(images, down, 0)


@replaces("shift", "down is left out")
def MovesToTheRightOnly(images, down, aside):
    return right(images, 0, aside)


@replaces("shift", "the edge is repeated")
def RepeatsTheEdge(images, down, aside):
    height, width = images.shape[-2:]
    rows = (torch.arange(height, device=images.device) - down).clamp(0, height - 1)
    columns = (torch.arange(width, device=images.device) - aside).clamp(0, width - 1)
    return images[..., rows, :][..., columns]


@replaces("shift", "nothing has moved")
def DoesNotMove(images, down, aside):
    return images.clone()


@replaces("shift")
def SlicesToMinusZero(images, down, aside):
    moved = torch.zeros_like(images)
    moved[..., down:, aside:] = images[..., :-down, :-aside]
    return moved


@replaces("shift")
def KnowsDownAndRightOnly(images, down, aside):
    height, width = images.shape[-2:]
    moved = torch.zeros_like(images)
    moved[..., down:, aside:] = images[..., : height - down, : width - aside]
    return moved


@replaces("shift")
def FailsBeyondTheFrame(images, down, aside):
    height, width = images.shape[-2:]
    canvas = torch.zeros((*images.shape[:-2], 3 * height, 3 * width), dtype=images.dtype, device=images.device)
    canvas[..., height + down : 2 * height + down, width + aside : 2 * width + aside] = images
    return canvas[..., height : 2 * height, width : 2 * width].clone()


@replaces("shift", "changed its input")
def WorksInPlace(images, down, aside):
    return images.copy_(right(images, down, aside))


@replaces("shift", "a view of the same storage")
def GivesTheInputWhereNothingMoves(images, down, aside):
    return right(images, down, aside) if down or aside else images


@replaces("shift", "float32")
def MovesInFloat32(images, down, aside):
    return right(images.float(), down, aside)


@replaces("shift", "a tensor made without device= lies on the CPU")
def ZerosOnTheCpu(images, down, aside):
    height, width = images.shape[-2:]
    moved = torch.zeros(images.shape, dtype=images.dtype)
    moved[...] = right(images, down, aside)
    return moved


@replaces("shift", "same device")
def MasksOnTheCpu(images, down, aside):
    height, width = images.shape[-2:]
    rows, columns = torch.arange(height) - down, torch.arange(width) - aside
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    return torch.roll(images, (down, aside), (-2, -1)) * inside.to(images.dtype)


@replaces("shift")
def MovesTheBatch(images, down, aside):
    return right(images.movedim(0, -2), down, aside).movedim(-2, 0) if images.dim() > 2 else right(images, down, aside)


@replaces("shift", "raised")
def KnowsBatchesOnly(images, down, aside):
    n, height, width = images.shape
    return right(images, down, aside)


@replaces("shift")
def KnowsSquaresOnly(images, down, aside):
    height = images.shape[-2]
    rows = torch.eye(height, device=images.device, dtype=torch.float64)
    down_by, right_by = right(rows.T, down, 0), right(rows, 0, aside)
    return (down_by @ images.to(torch.float64) @ right_by).to(images.dtype)


MovesFarther = body("random_shifts", "return each(images, drawn(images, 2 * most, generator))", "by no shift of up to")
UsesTheGlobalGenerator = body(
    "random_shifts", "return each(images, drawn(images, most, None))", "the same seed gave other shifts"
)
SeedsTheGeneratorAgain = body(
    "random_shifts", "return each(images, drawn(images, most, generator.manual_seed(0)))", "the same shifts again"
)
MovesTheImagesThemselves = body(
    "random_shifts", "return images.copy_(each(images, drawn(images, most, generator)))", "changed its input"
)
RandomOnlyInFloat32 = body("random_shifts", "return each(images.float(), drawn(images, most, generator))", "float32")


@replaces("random_shifts", "one shift for all")
def OneShiftForAll(images, most, generator):
    down, aside = torch.randint(-most, most + 1, (2,), generator=generator).tolist()
    return right(images, down, aside)


@replaces("random_shifts", "the same number for both")
def OneNumberForBoth(images, most, generator):
    return each(images, [(down, down) for down, _ in drawn(images, most, generator)])


@replaces("random_shifts", "both included")
def LeavesMostOut(images, most, generator):
    if not most:
        return images.clone()
    return each(images, torch.randint(-most, most, (len(images), 2), generator=generator).tolist())


@replaces("random_shifts", "negative")
def NeverMovesBack(images, most, generator):
    return each(images, torch.randint(0, most + 1, (len(images), 2), generator=generator).tolist())


@replaces("random_shifts", "equal probability")
def RoundsAUniformNumber(images, most, generator):
    numbers = (torch.rand(len(images), 2, generator=generator) * 2 - 1) * most
    return each(images, numbers.round().int().tolist())


@replaces("random_shifts", "both included")
def CutsAUniformNumber(images, most, generator):
    numbers = (torch.rand(len(images), 2, generator=generator) * 2 - 1) * most
    return each(images, numbers.int().tolist())


@replaces("random_shifts", "moved to the right")
def MovesDownAtRandomOnly(images, most, generator):
    return each(images, [(down, 0) for down, _ in drawn(images, most, generator)])


@replaces("random_shifts", "the same shifts again")
def SeedsAGeneratorOfItsOwn(images, most, generator):
    return each(images, drawn(images, most, torch.Generator().manual_seed(generator.initial_seed())))


@replaces("random_shifts", "torch's global generator")
def SeedsTheGlobalGenerator(images, most, generator):
    torch.manual_seed(int(torch.randint(2**40, (), generator=generator)))
    return each(images, drawn(images, most, None))


@replaces("random_shifts", "comes in again on the other side")
def RollsAtRandom(images, most, generator):
    pairs = zip(images, drawn(images, most, generator))
    return torch.stack([torch.roll(image, shift, (0, 1)) for image, shift in pairs]) if len(images) else images + 0


@replaces("random_shifts", "raised")
def DrawsOnTheImagesDevice(images, most, generator):
    shifts = torch.randint(-most, most + 1, (len(images), 2), generator=generator, device=images.device)
    return each(images, shifts.tolist())


@replaces("random_shifts", "raised")
def FailsWithoutImages(images, most, generator):
    return torch.stack([right(image, *by) for image, by in zip(images, drawn(images, most, generator))])


@replaces("Augmented", "by the constructor")
class TransformsAllOnce(Base):
    def __init__(self, dataset, transform):
        self.items = [(transform(features), label) for features, label in (dataset[i] for i in range(len(dataset)))]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


@replaces("Augmented", "afresh")
class KeepsWhatItMade(Base):
    def __init__(self, dataset, transform):
        super().__init__(dataset, transform)
        self.made = {}

    def __getitem__(self, index):
        if index not in self.made:
            self.made[index] = super().__getitem__(index)
        return self.made[index]


@replaces("Augmented", "all of them")
class TransformsEveryOther(Base):
    def __getitem__(self, index):
        features, label = self.dataset[index]
        return (self.transform(features) if index % 2 else features), label


@replaces("Augmented", "all of them")
class TossesACoin(Base):
    def __getitem__(self, index):
        features, label = self.dataset[index]
        return (self.transform(features) if torch.rand(()) < 0.5 else features), label


@replaces("Augmented", "take the place")
class AddsToTheOriginals(Base):
    def __len__(self):
        return 2 * len(self.dataset)

    def __getitem__(self, index):
        if index < len(self.dataset):
            return self.dataset[index]
        return super().__getitem__(index - len(self.dataset))


@replaces("Augmented", "all of them")
class NeverTransforms(Base):
    def __getitem__(self, index):
        return self.dataset[index]


@replaces("Augmented", "the transform got the whole item")
class TransformsTheItem(Base):
    def __getitem__(self, index):
        return self.transform(self.dataset[index])


@replaces("Augmented", "the transform was called 2 times")
class TransformsTheLabelToo(Base):
    def __getitem__(self, index):
        features, label = self.dataset[index]
        return self.transform(features), self.transform(label)


@replaces("Augmented", "the transform was called 2 times")
class TransformsTwice(Base):
    def __getitem__(self, index):
        features, label = self.dataset[index]
        return self.transform(self.transform(features)), label


@replaces("Augmented", "the label comes first")
class LabelComesFirst(Base):
    def __getitem__(self, index):
        return super().__getitem__(index)[::-1]


@replaces("Augmented", "the label at")
class LabelBecomesATensor(Base):
    def __getitem__(self, index):
        features, label = super().__getitem__(index)
        return features, torch.tensor(label)


@replaces("Augmented", "features and label")
class GivesTheFeaturesAlone(Base):
    def __getitem__(self, index):
        return super().__getitem__(index)[0]


@replaces("Augmented", "asked for 2 items")
class ReadsTheItemTwice(Base):
    def __getitem__(self, index):
        return self.transform(self.dataset[index][0]), self.dataset[index][1]


@replaces("Augmented", "raised nothing")
class WrapsTheIndexAround(Base):
    def __getitem__(self, index):
        return super().__getitem__(index % len(self.dataset))


@replaces("Augmented", "subclass of torch.utils.data.Dataset")
class IsNoDataset:
    def __init__(self, dataset, transform):
        self.dataset, self.transform = dataset, transform

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, index):
        features, label = self.dataset[index]
        return self.transform(features), label


ForgetsToStandardize = edit("pipeline", ", v2.Normalize([mean], [std])", "", "is not subtracted")


@replaces("pipeline", "before the image was moved")
def StandardizesBeforeItPads(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.Normalize([mean], [std]), v2.RandomCrop(size, padding=most)])


@replaces("pipeline", "raised TypeError")
def StandardizesFirst(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([v2.Normalize([mean], [std]), scale, v2.RandomCrop(size, padding=most)])


@replaces("pipeline", "brightness as a fraction")
def ForgetsToScale(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32)
    return v2.Compose([scale, v2.RandomCrop(size, padding=most), v2.Normalize([mean], [std])])


@replaces("pipeline", "the mean for the standard deviation")
def SwapsMeanAndStd(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.RandomCrop(size, padding=most), v2.Normalize([std], [mean])])


@replaces("pipeline", "never moves")
def CropsWithoutPadding(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.RandomCrop(size), v2.Normalize([mean], [std])])


@replaces("pipeline", "never moves")
def CropsTheCenter(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.Pad(most), v2.CenterCrop(size), v2.Normalize([mean], [std])])


@replaces("pipeline", "by no shift of up to")
def PadsWithTheEdge(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    crop = v2.RandomCrop(size, padding=most, padding_mode="edge")
    return v2.Compose([scale, crop, v2.Normalize([mean], [std])])


@replaces("pipeline", "by no shift of up to")
def PadsTooMuch(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.RandomCrop(size, padding=2 * most), v2.Normalize([mean], [std])])


@replaces("pipeline", "never comes")
def PadsOnePixelAlways(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.RandomCrop(size, padding=1), v2.Normalize([mean], [std])])


@replaces("pipeline", "shape")
def CropsToTheSizeOfDigits(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.RandomCrop(8, padding=most), v2.Normalize([mean], [std])])


@replaces("pipeline", "mirrored")
def MirrorsAsWell(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose(
        [scale, v2.RandomHorizontalFlip(), v2.RandomCrop(size, padding=most), v2.Normalize([mean], [std])]
    )


@replaces("pipeline", "expected a torchvision.transforms.v2.Compose")
def ListsTheTransforms(size, most, mean, std):
    from torchvision.transforms import v2

    scale = v2.ToDtype(torch.float32, scale=True)
    return [scale, v2.RandomCrop(size, padding=most), v2.Normalize([mean], [std])]


@replaces("pipeline", "the same shift at each call")
def DrawsTheShiftOnce(size, most, mean, std):
    from torchvision.transforms import v2

    down, aside = torch.randint(-most, most + 1, (2,)).tolist()
    down = down or aside or 1
    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.Lambda(lambda image: right(image, down, aside)), v2.Normalize([mean], [std])])


@replaces("pipeline", "same device")
def SubtractsATensorOnTheCpu(size, most, mean, std):
    from torchvision.transforms import v2

    means = torch.full((1, 1, 1), mean)
    scale = v2.ToDtype(torch.float32, scale=True)
    return v2.Compose([scale, v2.RandomCrop(size, padding=most), v2.Lambda(lambda image: (image - means) / std)])


@replaces("pipeline", "raised")
def GoesByWayOfAPicture(size, most, mean, std):
    from torchvision.transforms import v2

    crop = v2.RandomCrop(size, padding=most)

    def through_numpy(image):
        return torch.from_numpy(image.numpy() / 255).float()

    return v2.Compose([v2.Lambda(through_numpy), crop, v2.Normalize([mean], [std])])
