"""Other right answers to data/augmentation."""

import torch
from torch.utils.data import Dataset


class RollsAndClears:
    def shift(images, down, right):
        moved = torch.roll(images, (down, right), dims=(-2, -1)).clone()
        if down > 0:
            moved[..., :down, :] = 0
        elif down < 0:
            moved[..., down:, :] = 0
        if right > 0:
            moved[..., :, :right] = 0
        elif right < 0:
            moved[..., :, right:] = 0
        return moved

    def random_shifts(images, most, generator):
        downs = torch.randint(-most, most + 1, (len(images),), generator=generator)
        rights = torch.randint(-most, most + 1, (len(images),), generator=generator)
        rows = torch.arange(images.shape[1]) - downs[:, None]
        columns = torch.arange(images.shape[2]) - rights[:, None]
        inside = ((rows >= 0) & (rows < images.shape[1]))[:, :, None]
        inside = inside & ((columns >= 0) & (columns < images.shape[2]))[:, None, :]
        rows = rows.clamp(0, images.shape[1] - 1).to(images.device)
        columns = columns.clamp(0, images.shape[2] - 1).to(images.device)
        which = torch.arange(len(images), device=images.device)
        moved = images[which[:, None, None], rows[:, :, None], columns[:, None, :]]
        return moved.masked_fill(~inside.to(images.device), 0)

    def pipeline(size, most, mean, std):
        import torchvision.transforms.v2 as transforms

        return transforms.Compose(
            [
                transforms.Pad(most),
                transforms.RandomCrop(size),
                transforms.ToDtype(torch.float32, scale=True),
                transforms.Normalize(mean=(mean,), std=(std,)),
            ]
        )


class CutsFromAWall:
    def shift(images, down, right):
        height, width = images.shape[-2:]
        if abs(down) >= height or abs(right) >= width:
            return torch.zeros_like(images)
        moved = images.new_zeros(images.shape)
        moved[..., max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = images[
            ..., max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)
        ]
        return moved

    def random_shifts(images, most, generator):
        n, height, width = images.shape
        wall = images.new_zeros(n, height + 2 * most, width + 2 * most)
        wall[:, most : most + height, most : most + width] = images
        cut = images.clone()
        for place in range(n):
            top = int(torch.randint(2 * most + 1, (), generator=generator))
            left = int(torch.randint(2 * most + 1, (), generator=generator))
            cut[place] = wall[place, top : top + height, left : left + width]
        return cut

    class Augmented(Dataset):
        def __init__(self, dataset, transform):
            super().__init__()
            self.__dict__.update(dataset=dataset, transform=transform)

        def __len__(self):
            return self.dataset.__len__()

        def __getitem__(self, index):
            item = self.dataset[index]
            return [self.transform(item[0]), item[1]]

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2

        return v2.Compose(
            [
                v2.RandomAffine(degrees=0, translate=(most / size, most / size)),
                v2.ConvertImageDtype(torch.float32),
                v2.Lambda(lambda image: (image - mean) / std),
            ]
        )


class MultipliesByShiftedUnits:
    def shift(images, down, right):
        def unit(size, by):
            matrix = torch.zeros(size, size, dtype=torch.float64)
            for place in range(size):
                if 0 <= place - by < size:
                    matrix[place, place - by] = 1
            return matrix.to(images.device)

        height, width = images.shape[-2:]
        exact = unit(height, down) @ images.to(torch.float64) @ unit(width, right).T
        return exact.to(images.dtype)

    def random_shifts(images, most, generator):
        both = (torch.rand(len(images), 2, generator=generator, dtype=torch.float64) * (2 * most + 1)).floor() - most
        moved = torch.zeros_like(images)
        height, width = images.shape[1:]
        for image, target, (down, right) in zip(images, moved, both.int().tolist()):
            source = image[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
            target[max(0, down) :, max(0, right) :][: source.shape[0], : source.shape[1]] = source
        return moved

    def pipeline(size, most, mean, std):
        from torchvision.transforms import v2
        from torchvision.transforms.v2 import functional

        class Shift(torch.nn.Module):
            def forward(self, image):
                top, left = torch.randint(2 * most + 1, (2,)).tolist()
                return functional.crop(functional.pad(image, [most]), top, left, size, size)

        return v2.Compose([v2.Compose([Shift()]), v2.ToDtype(torch.float32, scale=True), v2.Normalize([mean], [std])])
