"""Wrong answers to storage/numpy_bridge."""

import numpy as np
import torch

from dojo.runner.variants import body, edit, replaces

ForgetsToDetach = edit("to_array", "tensor.detach()", "tensor", "Can't call numpy() on Tensor that requires grad")
GoesThroughAList = body("to_array", "return np.array(tensor.tolist())", "np.array of a list")
FlattensToAnArray = edit("to_array", "tensor.detach().cpu()", "tensor.detach().cpu().reshape(-1)", "the shape is lost")
ReturnsATensor = body("to_array", "return tensor.detach().cpu()", "give an array")
TurnsTheGradientOff = edit("to_array", "tensor.detach()", "tensor.requires_grad_(False)", "changed its input")
GivesDoubles = edit("to_array", "tensor.detach().cpu()", "tensor.detach().cpu().double()", "the dtype must stay")
MakesOneAxisOfNone = body("to_array", "return np.atleast_1d(tensor.detach().cpu().numpy())", "expected ()")
ConvertsWithoutMovingToTheCpu = edit("to_array", "tensor.detach().cpu()", "tensor.detach()", "can't convert")


@replaces("to_array", "the order of the storage")
def ReadsTheStorage(tensor):
    plain = tensor.detach().cpu()
    count = plain.untyped_storage().nbytes() // plain.element_size()
    return plain.as_strided((count,), (1,), 0).numpy()[: plain.numel()].reshape(tuple(plain.shape))


CopiesToAnArray = edit("shared_array", ".numpy()", ".numpy().copy()", "this array is a copy")
ClonesFirst = edit("shared_array", "tensor.detach()", "tensor.detach().clone()", "this array is a copy")
CopiesWhatIsNotContiguous = edit("shared_array", "tensor.detach", "tensor.detach().contiguous", "this array is a copy")
MakesAnArrayOfIt = body("shared_array", "return np.array(tensor.detach())", "this array is a copy")
MovesToTheCpuFirst = body("shared_array", "return tensor.detach().cpu().numpy()", "copies what lies on another device")
Forces = body("shared_array", "return tensor.numpy(force=True)", "copies what lies on another device")
ForgetsToDetachTheShared = edit(
    "shared_array", "tensor.detach()", "tensor", "Can't call numpy() on Tensor that requires grad"
)
TurnsTheGradientOffToShare = body("shared_array", "return tensor.requires_grad_(False).numpy()", "changed its input")


@replaces("shared_array", "must raise TypeError when")
def RefusesWithAnotherError(tensor):
    if tensor.device.type != "cpu":
        raise ValueError("not on the CPU")
    return tensor.detach().numpy()


@replaces("shared_array", "raised nothing")
def GivesZerosInstead(tensor):
    if tensor.device.type == "meta":
        return np.zeros(tuple(tensor.shape), dtype=np.float32)
    return tensor.detach().numpy()


CopiesToATensor = body("shared_tensor", "return torch.tensor(array)", "torch.tensor copies")
ConvertsToFloat32 = body("shared_tensor", "return torch.from_numpy(array).float()", "float32 copy")
UsesTheTensorClass = body("shared_tensor", "return torch.Tensor(array)", "float32 copy")
MakesItContiguous = body("shared_tensor", "return torch.from_numpy(np.ascontiguousarray(array))", "ascontiguousarray")

KeepsFloat64 = edit("to_features", ", torch.float32", "", "NumPy's default float64 is still there")
RefusesNegativeSteps = edit(
    "to_features", "np.ascontiguousarray(array)", "array", "At least one stride in the given numpy array is negative"
)
ForgetsTheDevice = edit("to_features", ".to(device, torch.float32)", ".float()", "gave a tensor on cpu, expected")
LosesHalves = edit("to_features", "np.ascontiguousarray(array)", "array.astype(np.int64)", "the fractions are lost")
TakesTheOrderInMemory = edit("to_features", "np.ascontiguousarray(array)", 'array.ravel("K").reshape(array.shape)')


@replaces("to_features", "the order is lost")
def TurnsReversedArraysBack(array, device):
    base = array.base if array.base is not None and array.base.shape == array.shape else array
    return torch.from_numpy(np.ascontiguousarray(base)).to(device, torch.float32)


@replaces("to_features", "view() reads the bytes anew")
def ReinterpretsTheBytes(array, device):
    whole = torch.from_numpy(np.ascontiguousarray(array))
    return whole.view(torch.float32).to(device) if whole.dtype != torch.uint8 else whole.to(device, torch.float32)


@replaces("to_features", "are divided by 255")
def ScalesImages(array, device):
    result = torch.from_numpy(np.ascontiguousarray(array)).to(device, torch.float32)
    return result / 255 if array.dtype == np.uint8 else result


@replaces("to_features", "the array was changed")
def ChangesTheArray(array, device):
    features = torch.from_numpy(np.ascontiguousarray(array)).to(device, torch.float32)
    array[...] = 0
    return features


@replaces("to_features")
def SqueezesIntegersIntoBytes(array, device):
    narrow = array.astype(np.uint8) if np.issubdtype(array.dtype, np.integer) else array
    return torch.from_numpy(np.ascontiguousarray(narrow)).to(device, torch.float32)


@replaces("to_features", "a tensor made without device= lies on the CPU")
def LeavesTheFeaturesOnTheCpu(array, device):
    features = torch.from_numpy(np.ascontiguousarray(array)).to(torch.float32)
    return features.to(device) if torch.device(device).type == "meta" else features
