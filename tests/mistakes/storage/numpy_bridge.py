"""Wrong answers to storage/numpy_bridge."""

import numpy as np
import torch


class ForgetsToDetach:
    """Can't call numpy() on Tensor that requires grad"""

    def to_array(tensor):
        return tensor.cpu().numpy()


class GoesThroughAList:
    """np.array of a list"""

    def to_array(tensor):
        return np.array(tensor.tolist())


class FlattensToAnArray:
    """the shape is lost"""

    def to_array(tensor):
        return tensor.detach().cpu().reshape(-1).numpy()


class ReadsTheStorage:
    """the order of the storage"""

    def to_array(tensor):
        plain = tensor.detach().cpu()
        count = plain.untyped_storage().nbytes() // plain.element_size()
        return plain.as_strided((count,), (1,), 0).numpy()[: plain.numel()].reshape(tuple(plain.shape))


class ReturnsATensor:
    """give an array"""

    def to_array(tensor):
        return tensor.detach().cpu()


class TurnsTheGradientOff:
    """changed its input"""

    def to_array(tensor):
        return tensor.requires_grad_(False).cpu().numpy()


class GivesDoubles:
    """the dtype must stay"""

    def to_array(tensor):
        return tensor.detach().cpu().double().numpy()


class CopiesToAnArray:
    """this array is a copy"""

    def shared_array(tensor):
        return tensor.detach().numpy().copy()


class ClonesFirst:
    """this array is a copy"""

    def shared_array(tensor):
        return tensor.detach().clone().numpy()


class CopiesWhatIsNotContiguous:
    """this array is a copy"""

    def shared_array(tensor):
        return tensor.detach().contiguous().numpy()


class MakesAnArrayOfIt:
    """this array is a copy"""

    def shared_array(tensor):
        return np.array(tensor.detach())


class MovesToTheCpuFirst:
    """copies what lies on another device"""

    def shared_array(tensor):
        return tensor.detach().cpu().numpy()


class Forces:
    """copies what lies on another device"""

    def shared_array(tensor):
        return tensor.numpy(force=True)


class RefusesWithAnotherError:
    """must raise TypeError when"""

    def shared_array(tensor):
        if tensor.device.type != "cpu":
            raise ValueError("not on the CPU")
        return tensor.detach().numpy()


class GivesZerosInstead:
    """raised nothing"""

    def shared_array(tensor):
        if tensor.device.type == "meta":
            return np.zeros(tuple(tensor.shape), dtype=np.float32)
        return tensor.detach().numpy()


class ForgetsToDetachTheShared:
    """Can't call numpy() on Tensor that requires grad"""

    def shared_array(tensor):
        return tensor.numpy()


class TurnsTheGradientOffToShare:
    """changed its input"""

    def shared_array(tensor):
        return tensor.requires_grad_(False).numpy()


class CopiesToATensor:
    """torch.tensor copies"""

    def shared_tensor(array):
        return torch.tensor(array)


class ConvertsToFloat32:
    """float32 copy"""

    def shared_tensor(array):
        return torch.from_numpy(array).float()


class UsesTheTensorClass:
    """float32 copy"""

    def shared_tensor(array):
        return torch.Tensor(array)


class MakesItContiguous:
    """ascontiguousarray"""

    def shared_tensor(array):
        return torch.from_numpy(np.ascontiguousarray(array))


class KeepsFloat64:
    """NumPy's default float64 is still there"""

    def to_features(array, device):
        return torch.from_numpy(np.ascontiguousarray(array)).to(device)


class RefusesNegativeSteps:
    """At least one stride in the given numpy array is negative"""

    def to_features(array, device):
        return torch.from_numpy(array).to(device, torch.float32)


class ForgetsTheDevice:
    """gave a tensor on cpu, expected"""

    def to_features(array, device):
        return torch.from_numpy(np.ascontiguousarray(array)).float()


class TurnsReversedArraysBack:
    """the order is lost"""

    def to_features(array, device):
        base = array.base if array.base is not None and array.base.shape == array.shape else array
        return torch.from_numpy(np.ascontiguousarray(base)).to(device, torch.float32)


class ReinterpretsTheBytes:
    """view() reads the bytes anew"""

    def to_features(array, device):
        whole = torch.from_numpy(np.ascontiguousarray(array))
        return whole.view(torch.float32).to(device) if whole.dtype != torch.uint8 else whole.to(device, torch.float32)


class LosesHalves:
    """the fractions are lost"""

    def to_features(array, device):
        return torch.from_numpy(array.astype(np.int64)).to(device, torch.float32)


class ScalesImages:
    """are divided by 255"""

    def to_features(array, device):
        result = torch.from_numpy(np.ascontiguousarray(array)).to(device, torch.float32)
        return result / 255 if array.dtype == np.uint8 else result


class ChangesTheArray:
    """the array was changed"""

    def to_features(array, device):
        features = torch.from_numpy(np.ascontiguousarray(array)).to(device, torch.float32)
        array[...] = 0
        return features


class SqueezesIntegersIntoBytes:
    def to_features(array, device):
        narrow = array.astype(np.uint8) if np.issubdtype(array.dtype, np.integer) else array
        return torch.from_numpy(np.ascontiguousarray(narrow)).to(device, torch.float32)


class TakesTheOrderInMemory:
    def to_features(array, device):
        return torch.from_numpy(array.ravel("K").reshape(array.shape)).to(device, torch.float32)


class MakesOneAxisOfNone:
    """expected ()"""

    def to_array(tensor):
        return np.atleast_1d(tensor.detach().cpu().numpy())


class ConvertsWithoutMovingToTheCpu:
    """can't convert"""

    def to_array(tensor):
        return tensor.detach().numpy()


class LeavesTheFeaturesOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def to_features(array, device):
        features = torch.from_numpy(np.ascontiguousarray(array)).to(torch.float32)
        return features.to(device) if torch.device(device).type == "meta" else features
