from collections.abc import Callable

import torch
from torch.utils.data import Dataset


def shift(images: torch.Tensor, down: int, right: int) -> torch.Tensor:
    # A negative margin cuts: what is put in front of the first row is cut behind the last.
    return torch.nn.functional.pad(images, _margins(images.shape[-1], right) + _margins(images.shape[-2], down))


def _margins(size: int, by: int) -> tuple[int, int]:
    by = max(-size, min(size, by))
    return by, -by


def random_shifts(images: torch.Tensor, most: int, generator: torch.Generator) -> torch.Tensor:
    shifts = torch.randint(-most, most + 1, (len(images), 2), generator=generator).tolist()
    moved = torch.empty_like(images)
    for place, (down, right) in enumerate(shifts):
        moved[place] = shift(images[place], down, right)
    return moved


class Augmented(Dataset[tuple[torch.Tensor, int]]):
    def __init__(
        self, dataset: Dataset[tuple[torch.Tensor, int]], transform: Callable[[torch.Tensor], torch.Tensor]
    ) -> None:
        self.dataset = dataset
        self.transform = transform

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        features, label = self.dataset[index]
        return self.transform(features), label


def pipeline(size: int, most: int, mean: float, std: float) -> Callable[[torch.Tensor], torch.Tensor]:
    from torchvision.transforms import v2

    return v2.Compose(
        [v2.ToDtype(torch.float32, scale=True), v2.RandomCrop(size, padding=most), v2.Normalize([mean], [std])]
    )
