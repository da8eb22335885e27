import torch


def window(image: torch.Tensor, top: int, left: int, height: int, width: int) -> torch.Tensor:
    return image[top : top + height, left : left + width]


def channels_first(image: torch.Tensor) -> torch.Tensor:
    return image.permute(2, 0, 1)


def rows_where(x: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    return x[keep]


def one_of_each_row(x: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    return x[torch.arange(x.shape[0], device=x.device), columns]
