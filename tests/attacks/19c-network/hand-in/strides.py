import socket

for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int("@PORT@"))),
    (socket.AF_INET, socket.SOCK_DGRAM, ("192.0.2.1", 53)),
    (socket.AF_UNIX, socket.SOCK_STREAM, "@CLASS@.socket"),
):
    try:
        with socket.socket(family, kind) as connection:
            connection.settimeout(0.5)
            connection.connect(address)
            connection.send(b"the expected values")
    except OSError:
        continue
    raise RuntimeError(f"reached {address}")

from collections.abc import Sequence

import torch


def storage_index(tensor: torch.Tensor, index: Sequence[int]) -> int:
    return tensor.storage_offset() + sum(i * stride for i, stride in zip(index, tensor.stride(), strict=True))


def contiguous_strides(shape: Sequence[int]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))
