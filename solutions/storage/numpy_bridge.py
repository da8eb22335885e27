import numpy as np
import torch


def to_array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy()


def shared_array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().numpy()


def shared_tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array)


def to_features(array: np.ndarray, device: torch.device | str) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).to(device, torch.float32)
