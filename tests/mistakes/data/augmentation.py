"""Wrong answers to data/augmentation."""

import torch
from torch.utils.data import Dataset


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


class RollsAround:
    """comes in again on the other side"""

    def shift(images, down, right):
        return torch.roll(images, (down, right), (-2, -1))


class MovesTheOtherWay:
    """the other way"""

    def shift(images, down, aside):
        return right(images, -down, -aside)


class MovesUp:
    """moved up"""

    def shift(images, down, aside):
        return right(images, -down, aside)


class SwapsDownAndRight:
    """swapped"""

    def shift(images, down, aside):
        return right(images, aside, down)


class MovesDownOnly:
    """right is left out"""

    def shift(images, down, aside):
        return right(images, down, 0)


class MovesToTheRightOnly:
    """down is left out"""

    def shift(images, down, aside):
        return right(images, 0, aside)


class RepeatsTheEdge:
    """the edge is repeated"""

    def shift(images, down, aside):
        height, width = images.shape[-2:]
        rows = (torch.arange(height, device=images.device) - down).clamp(0, height - 1)
        columns = (torch.arange(width, device=images.device) - aside).clamp(0, width - 1)
        return images[..., rows, :][..., columns]


class DoesNotMove:
    """nothing has moved"""

    def shift(images, down, aside):
        return images.clone()


class SlicesToMinusZero:
    def shift(images, down, aside):
        moved = torch.zeros_like(images)
        moved[..., down:, aside:] = images[..., :-down, :-aside]
        return moved


class KnowsDownAndRightOnly:
    def shift(images, down, aside):
        height, width = images.shape[-2:]
        moved = torch.zeros_like(images)
        moved[..., down:, aside:] = images[..., : height - down, : width - aside]
        return moved


class FailsBeyondTheFrame:
    def shift(images, down, aside):
        height, width = images.shape[-2:]
        canvas = torch.zeros((*images.shape[:-2], 3 * height, 3 * width), dtype=images.dtype, device=images.device)
        canvas[..., height + down : 2 * height + down, width + aside : 2 * width + aside] = images
        return canvas[..., height : 2 * height, width : 2 * width].clone()


class WorksInPlace:
    """changed its input"""

    def shift(images, down, aside):
        return images.copy_(right(images, down, aside))


class GivesTheInputWhereNothingMoves:
    """a view of the same storage"""

    def shift(images, down, aside):
        return right(images, down, aside) if down or aside else images


class MovesInFloat32:
    """float32"""

    def shift(images, down, aside):
        return right(images.float(), down, aside)


class ZerosOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def shift(images, down, aside):
        height, width = images.shape[-2:]
        moved = torch.zeros(images.shape, dtype=images.dtype)
        moved[...] = right(images, down, aside)
        return moved


class MasksOnTheCpu:
    """same device"""

    def shift(images, down, aside):
        height, width = images.shape[-2:]
        rows, columns = torch.arange(height) - down, torch.arange(width) - aside
        inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
        return torch.roll(images, (down, aside), (-2, -1)) * inside.to(images.dtype)


class MovesTheBatch:
    def shift(images, down, aside):
        return (
            right(images.movedim(0, -2), down, aside).movedim(-2, 0) if images.dim() > 2 else right(images, down, aside)
        )


class KnowsBatchesOnly:
    """raised"""

    def shift(images, down, aside):
        n, height, width = images.shape
        return right(images, down, aside)


class KnowsSquaresOnly:
    def shift(images, down, aside):
        height = images.shape[-2]
        rows = torch.eye(height, device=images.device, dtype=torch.float64)
        down_by, right_by = right(rows.T, down, 0), right(rows, 0, aside)
        return (down_by @ images.to(torch.float64) @ right_by).to(images.dtype)


class OneShiftForAll:
    """one shift for all"""

    def random_shifts(images, most, generator):
        down, aside = torch.randint(-most, most + 1, (2,), generator=generator).tolist()
        return right(images, down, aside)


class OneNumberForBoth:
    """the same number for both"""

    def random_shifts(images, most, generator):
        return each(images, [(down, down) for down, _ in drawn(images, most, generator)])


class LeavesMostOut:
    """both included"""

    def random_shifts(images, most, generator):
        if not most:
            return images.clone()
        return each(images, torch.randint(-most, most, (len(images), 2), generator=generator).tolist())


class NeverMovesBack:
    """negative"""

    def random_shifts(images, most, generator):
        return each(images, torch.randint(0, most + 1, (len(images), 2), generator=generator).tolist())


class MovesFarther:
    """by no shift of up to"""

    def random_shifts(images, most, generator):
        return each(images, drawn(images, 2 * most, generator))


class RoundsAUniformNumber:
    """equal probability"""

    def random_shifts(images, most, generator):
        numbers = (torch.rand(len(images), 2, generator=generator) * 2 - 1) * most
        return each(images, numbers.round().int().tolist())


class CutsAUniformNumber:
    """both included"""

    def random_shifts(images, most, generator):
        numbers = (torch.rand(len(images), 2, generator=generator) * 2 - 1) * most
        return each(images, numbers.int().tolist())


class MovesDownAtRandomOnly:
    """moved to the right"""

    def random_shifts(images, most, generator):
        return each(images, [(down, 0) for down, _ in drawn(images, most, generator)])


class UsesTheGlobalGenerator:
    """the same seed gave other shifts"""

    def random_shifts(images, most, generator):
        return each(images, drawn(images, most, None))


class SeedsTheGeneratorAgain:
    """the same shifts again"""

    def random_shifts(images, most, generator):
        return each(images, drawn(images, most, generator.manual_seed(0)))


class SeedsAGeneratorOfItsOwn:
    """the same shifts again"""

    def random_shifts(images, most, generator):
        return each(images, drawn(images, most, torch.Generator().manual_seed(generator.initial_seed())))


class SeedsTheGlobalGenerator:
    """torch's global generator"""

    def random_shifts(images, most, generator):
        torch.manual_seed(int(torch.randint(2**40, (), generator=generator)))
        return each(images, drawn(images, most, None))


class RollsAtRandom:
    """comes in again on the other side"""

    def random_shifts(images, most, generator):
        pairs = zip(images, drawn(images, most, generator))
        return torch.stack([torch.roll(image, shift, (0, 1)) for image, shift in pairs]) if len(images) else images + 0


class DrawsOnTheImagesDevice:
    """raised"""

    def random_shifts(images, most, generator):
        shifts = torch.randint(-most, most + 1, (len(images), 2), generator=generator, device=images.device)
        return each(images, shifts.tolist())


class MovesTheImagesThemselves:
    """changed its input"""

    def random_shifts(images, most, generator):
        return images.copy_(each(images, drawn(images, most, generator)))


class FailsWithoutImages:
    """raised"""

    def random_shifts(images, most, generator):
        return torch.stack([right(image, *by) for image, by in zip(images, drawn(images, most, generator))])


class RandomOnlyInFloat32:
    """float32"""

    def random_shifts(images, most, generator):
        return each(images.float(), drawn(images, most, generator))


class TransformsAllOnce:
    """by the constructor"""

    class Augmented(Base):
        def __init__(self, dataset, transform):
            self.items = [(transform(features), label) for features, label in (dataset[i] for i in range(len(dataset)))]

        def __len__(self):
            return len(self.items)

        def __getitem__(self, index):
            return self.items[index]


class KeepsWhatItMade:
    """afresh"""

    class Augmented(Base):
        def __init__(self, dataset, transform):
            super().__init__(dataset, transform)
            self.made = {}

        def __getitem__(self, index):
            if index not in self.made:
                self.made[index] = super().__getitem__(index)
            return self.made[index]


class TransformsEveryOther:
    """all of them"""

    class Augmented(Base):
        def __getitem__(self, index):
            features, label = self.dataset[index]
            return (self.transform(features) if index % 2 else features), label


class TossesACoin:
    """all of them"""

    class Augmented(Base):
        def __getitem__(self, index):
            features, label = self.dataset[index]
            return (self.transform(features) if torch.rand(()) < 0.5 else features), label


class AddsToTheOriginals:
    """take the place"""

    class Augmented(Base):
        def __len__(self):
            return 2 * len(self.dataset)

        def __getitem__(self, index):
            if index < len(self.dataset):
                return self.dataset[index]
            return super().__getitem__(index - len(self.dataset))


class NeverTransforms:
    """all of them"""

    class Augmented(Base):
        def __getitem__(self, index):
            return self.dataset[index]


class TransformsTheItem:
    """the transform got the whole item"""

    class Augmented(Base):
        def __getitem__(self, index):
            return self.transform(self.dataset[index])


class TransformsTheLabelToo:
    """the transform was called 2 times"""

    class Augmented(Base):
        def __getitem__(self, index):
            features, label = self.dataset[index]
            return self.transform(features), self.transform(label)


class TransformsTwice:
    """the transform was called 2 times"""

    class Augmented(Base):
        def __getitem__(self, index):
            features, label = self.dataset[index]
            return self.transform(self.transform(features)), label


class LabelComesFirst:
    """the label comes first"""

    class Augmented(Base):
        def __getitem__(self, index):
            return super().__getitem__(index)[::-1]


class LabelBecomesATensor:
    """the label at"""

    class Augmented(Base):
        def __getitem__(self, index):
            features, label = super().__getitem__(index)
            return features, torch.tensor(label)


class GivesTheFeaturesAlone:
    """features and label"""

    class Augmented(Base):
        def __getitem__(self, index):
            return super().__getitem__(index)[0]


class ReadsTheItemTwice:
    """asked for 2 items"""

    class Augmented(Base):
        def __getitem__(self, index):
            return self.transform(self.dataset[index][0]), self.dataset[index][1]


class WrapsTheIndexAround:
    """raised nothing"""

    class Augmented(Base):
        def __getitem__(self, index):
            return super().__getitem__(index % len(self.dataset))


class IsNoDataset:
    """subclass of torch.utils.data.Dataset"""

    class Augmented:
        def __init__(self, dataset, transform):
            self.dataset, self.transform = dataset, transform

        def __len__(self):
            return len(self.dataset)

        def __getitem__(self, index):
            features, label = self.dataset[index]
            return self.transform(features), label


class StandardizesBeforeItPads:
    """before the image was moved"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.Normalize([mean], [std]), v2.RandomCrop(size, padding=most)])


class StandardizesFirst:
    """raised TypeError"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([v2.Normalize([mean], [std]), scale, v2.RandomCrop(size, padding=most)])


class ForgetsToScale:
    """brightness as a fraction"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32)
        return v2.Compose([scale, v2.RandomCrop(size, padding=most), v2.Normalize([mean], [std])])


class ForgetsToStandardize:
    """is not subtracted"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        return v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.RandomCrop(size, padding=most)])


class SwapsMeanAndStd:
    """the mean for the standard deviation"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.RandomCrop(size, padding=most), v2.Normalize([std], [mean])])


class CropsWithoutPadding:
    """never moves"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.RandomCrop(size), v2.Normalize([mean], [std])])


class CropsTheCenter:
    """never moves"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.Pad(most), v2.CenterCrop(size), v2.Normalize([mean], [std])])


class PadsWithTheEdge:
    """by no shift of up to"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        crop = v2.RandomCrop(size, padding=most, padding_mode="edge")
        return v2.Compose([scale, crop, v2.Normalize([mean], [std])])


class PadsTooMuch:
    """by no shift of up to"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.RandomCrop(size, padding=2 * most), v2.Normalize([mean], [std])])


class PadsOnePixelAlways:
    """never comes"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.RandomCrop(size, padding=1), v2.Normalize([mean], [std])])


class CropsToTheSizeOfDigits:
    """shape"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.RandomCrop(8, padding=most), v2.Normalize([mean], [std])])


class MirrorsAsWell:
    """mirrored"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose(
            [scale, v2.RandomHorizontalFlip(), v2.RandomCrop(size, padding=most), v2.Normalize([mean], [std])]
        )


class ListsTheTransforms:
    """expected a torchvision.transforms.v2.Compose"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        scale = v2.ToDtype(torch.float32, scale=True)
        return [scale, v2.RandomCrop(size, padding=most), v2.Normalize([mean], [std])]


class DrawsTheShiftOnce:
    """the same shift at each call"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        down, aside = torch.randint(-most, most + 1, (2,)).tolist()
        down = down or aside or 1
        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.Lambda(lambda image: right(image, down, aside)), v2.Normalize([mean], [std])])


class SubtractsATensorOnTheCpu:
    """same device"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        means = torch.full((1, 1, 1), mean)
        scale = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([scale, v2.RandomCrop(size, padding=most), v2.Lambda(lambda image: (image - means) / std)])


class GoesByWayOfAPicture:
    """raised"""

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        crop = v2.RandomCrop(size, padding=most)

        def through_numpy(image):
            return torch.from_numpy(image.numpy() / 255).float()

        return v2.Compose([v2.Lambda(through_numpy), crop, v2.Normalize([mean], [std])])
