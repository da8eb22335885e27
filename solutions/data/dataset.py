from collections.abc import Callable

import torch
from torch.utils.data import Dataset


class Digits(Dataset[tuple[torch.Tensor, int]]):
    def __init__(
        self,
        images: torch.Tensor,
        labels: torch.Tensor,
        transform: Callable[[torch.Tensor], torch.Tensor] | None = None,
    ) -> None:
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images cannot have {len(labels)} labels")
        self.images = images
        self.labels = labels
        self.transform = transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        features = self.images[index].to(torch.float32)
        if self.transform is not None:
            features = self.transform(features)
        return features, int(self.labels[index])
