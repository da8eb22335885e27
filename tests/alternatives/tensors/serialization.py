"""Other right answers to tensors/serialization."""

import io
import tempfile
from pathlib import Path

import torch


class SeeksToTheStart:
    def to_bytes(tensor):
        file = io.BytesIO()
        torch.save(torch.empty_like(tensor).copy_(tensor), file)
        file.seek(0)
        return file.read()

    def from_bytes(data, device):
        file = io.BytesIO()
        file.write(data)
        file.seek(0)
        return torch.load(file, device, weights_only=True)

    def load_weights(path, device):
        with open(path, "rb") as file:
            return torch.load(file, map_location=torch.device(device), weights_only=True)


class MapsToTheCpuFirst:
    def to_bytes(tensor):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tensor.pt"
            torch.save(tensor.cpu().clone(), path)
            return path.read_bytes()

    def from_bytes(data, device):
        return torch.load(io.BytesIO(data), map_location="cpu").to(device)

    def load_weights(path, device):
        loaded = torch.load(str(path), map_location=lambda storage, location: storage, weights_only=True)
        return {name: tensor.to(device) for name, tensor in loaded.items()}


class SavesInOtherWays:
    def to_bytes(tensor):
        file = io.BytesIO()
        torch.save(torch.stack(list(tensor)) if len(tensor) else tensor.clone(), file, pickle_protocol=2)
        return bytes(file.getbuffer())

    def from_bytes(data, device):
        with torch.device("cpu"):
            return torch.load(io.BytesIO(data), map_location=device, weights_only=True)

    def load_weights(path, device):
        return torch.load(io.BytesIO(Path(path).read_bytes()), map_location=str(device), weights_only=True)
