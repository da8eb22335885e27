import io
from pathlib import Path

import torch


def to_bytes(tensor: torch.Tensor) -> bytes:
    buffer = io.BytesIO()
    torch.save(tensor.clone(), buffer)
    return buffer.getvalue()


def from_bytes(data: bytes, device: torch.device | str) -> torch.Tensor:
    return torch.load(io.BytesIO(data), map_location=device, weights_only=True)


def load_weights(path: Path, device: torch.device | str) -> dict[str, torch.Tensor]:
    return torch.load(path, map_location=device, weights_only=True)
