import torch
from torch import nn


def output_size(size: int, kernel: int, padding: int, stride: int) -> int:
    return (size + 2 * padding - kernel) // stride + 1


def convolve(
    images: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor,
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> torch.Tensor:
    (rows, columns), (down, right) = padding, stride
    padded = nn.functional.pad(images, (columns, columns, rows, rows))
    windows = padded.unfold(2, weight.shape[2], down).unfold(3, weight.shape[3], right)
    return torch.einsum("bcyxij,ocij->boyx", windows, weight) + bias[:, None, None]


def circular(images: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    around = nn.functional.pad(images, (0, weight.shape[3] - 1, 0, weight.shape[2] - 1), mode="circular")
    return convolve(around, weight, weight.new_zeros(len(weight)))


def parameter_counts(image: tuple[int, int, int], weight: tuple[int, int, int, int]) -> tuple[int, int]:
    channels, height, width = image
    out_channels, _, rows, columns = weight
    inputs = channels * height * width
    outputs = out_channels * output_size(height, rows, 0, 1) * output_size(width, columns, 0, 1)
    return out_channels * (channels * rows * columns + 1), outputs * (inputs + 1)
