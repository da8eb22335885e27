from collections.abc import Sequence

import torch


def images_to_batch(images: Sequence[torch.Tensor]) -> torch.Tensor:
    shapes = {image.shape for image in images}
    if len(shapes) != 1:
        raise ValueError(f"expected pictures of one shape, got {[tuple(shape) for shape in shapes]}")
    stack = torch.stack([image if image.dim() == 3 else image.unsqueeze(-1) for image in images])
    return stack.permute(0, 3, 1, 2).to(torch.float32) / 255


def batch_to_images(batch: torch.Tensor) -> torch.Tensor:
    # The conversion alone would cut the fraction off, and wrap round what lies outside the range.
    return (batch.clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1)


def channel_statistics(batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return batch.mean(dim=(0, 2, 3)), batch.std(dim=(0, 2, 3), correction=0)


def grey_to_batch(images: torch.Tensor, white: int) -> torch.Tensor:
    return images.unsqueeze(1).to(torch.float32) / white
