"""From tensors to NumPy arrays and back.

A NumPy array is what a CPU tensor is: a shape and strides over a row of numbers. tensor.numpy() and
torch.from_numpy(array) therefore copy nothing: tensor and array look at the same memory, and what is written to one
is seen by the other.

    x = torch.zeros(3)
    a = x.numpy()            shape (3,), float32, the same memory
    a[1] = 7.0               now x is 0 7 0 as well
    torch.from_numpy(np.array([0.5, 1.5])).dtype        float64: NumPy's default stays, and meets float32 weights

NumPy knows CPU memory only, and no gradients. numpy() refuses a tensor on any other device with a TypeError: it does
not copy by itself, so .cpu() comes first, and that is a copy. It refuses a tensor that requires a gradient with a
RuntimeError: .detach() comes first.

Check with:  pytest katas/storage/test_numpy_bridge.py
"""

import numpy as np
import torch


def to_array(tensor: torch.Tensor) -> np.ndarray:
    """Return an array with the shape, the dtype and the elements of any tensor.

    Args:
        tensor: on any device, with or without requires_grad; of a real dtype that NumPy has. It is left alone.

    Returns:
        An array of its own or over the same memory, as is convenient.
    """
    raise NotImplementedError("turn a tensor from any device, with or without a gradient, into an array")


def shared_array(tensor: torch.Tensor) -> np.ndarray:
    """Return an array over the same memory as the tensor, so that what is written to one is seen by the other.

    Args:
        tensor: a tensor with or without requires_grad, contiguous or not; it is left alone.

    Returns:
        An array of the same shape and dtype.

    Raises:
        TypeError: if the tensor is not in CPU memory. A copy would lose what is written to it, so do not make one.
    """
    raise NotImplementedError("give an array over the tensor's memory, and refuse what is not in CPU memory")


def shared_tensor(array: np.ndarray) -> torch.Tensor:
    """Return a CPU tensor over the same memory as the array, with its shape and dtype.

    Args:
        array: with one axis or more, writable, with steps that are not negative, of a dtype that torch has.
    """
    raise NotImplementedError("give a tensor over the array's memory")


def to_features(array: np.ndarray, device: torch.device | str) -> torch.Tensor:
    """Return an array's numbers as a float32 tensor on a device, ready for a layer with float32 weights.

    Args:
        array: integers or floating point numbers, with one axis or more, in any layout, also one with negative steps
            such as image[::-1], which from_numpy and torch.tensor both refuse with a ValueError. It is left alone.
        device: where the tensor belongs.

    Returns:
        A float32 tensor of the same shape, on the device.
    """
    raise NotImplementedError("turn the array into a float32 tensor on the device, whatever its dtype and its steps")
