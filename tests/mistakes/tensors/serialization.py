"""Wrong answers to tensors/serialization."""

import copy
import io
import pickle

import torch

from dojo.runner.variants import body, edit, replaces


def written(thing):
    buffer = io.BytesIO()
    torch.save(thing, buffer)
    return buffer.getvalue()


SavesTheWholeStorage = body("to_bytes", "return written(tensor)", "the whole storage was saved")
MakesItContiguousOnly = body("to_bytes", "return written(tensor.contiguous())", "the whole storage was saved")
CopiesDeeply = body("to_bytes", "return written(copy.deepcopy(tensor))", "the whole storage was saved")
ReadsFromTheEnd = edit("to_bytes", "buffer.getvalue()", "buffer.read()", "stands at the end")
ReturnsTheFile = edit("to_bytes", "buffer.getvalue()", "buffer", "getvalue()")
SavesTheNumbersAlone = body("to_bytes", "return tensor.cpu().contiguous().numpy().tobytes()", "torch.load cannot read")
SavesAList = body("to_bytes", "return written(tensor.tolist())", "torch.load gave a list")
PicklesByItself = body("to_bytes", "return pickle.dumps(tensor.clone())", "torch.load cannot read")
SavesFlat = body("to_bytes", "return written(tensor.flatten().clone())", "what was saved")
SavesAsFloat = body("to_bytes", "return written(tensor.float().clone())", "what was saved")


@replaces("to_bytes", "changed its input")
def ZeroesWhatIsSaved(tensor):
    data = written(tensor.clone())
    tensor.zero_()
    return data


@replaces("to_bytes", "the whole storage was saved")
def ClonesOnlyWhatHasAnOffset(tensor):
    file = io.BytesIO()
    whole = tensor.storage_offset() == 0 and tensor.is_contiguous()
    torch.save(tensor if whole else tensor.clone(), file)
    return file.getvalue()


LeavesTheDeviceToTheFile = edit("from_bytes", ", map_location=device", "", "map_location")
MovesAfterLoading = body(
    "from_bytes", "return torch.load(io.BytesIO(data), weights_only=True).to(device)", "map_location"
)
MapsToTheCpu = edit("from_bytes", "map_location=device", 'map_location="cpu"', "a tensor on cpu, expected")
TrustsTheBytes = edit("from_bytes", "weights_only=True", "weights_only=False", "ran the code in the file")


@replaces("from_bytes", "ran the code in the file")
def LooksAfterwards(data, device):
    result = torch.load(io.BytesIO(data), map_location=device, weights_only=False)
    if not isinstance(result, torch.Tensor):
        raise pickle.UnpicklingError("not a tensor")
    return result


@replaces("from_bytes", "ran the code in the file")
def TriesAgainWithTrust(data, device):
    try:
        return torch.load(io.BytesIO(data), map_location=device, weights_only=True)
    except pickle.UnpicklingError:
        return torch.load(io.BytesIO(data), map_location=device, weights_only=False)


@replaces("from_bytes", "UnpicklingError")
def ReturnsNothingForCode(data, device):
    try:
        return torch.load(io.BytesIO(data), map_location=device, weights_only=True)
    except pickle.UnpicklingError:
        return torch.empty(0)


@replaces("from_bytes", "a tensor made without device= lies on the CPU")
def ComesBackOnTheCpu(data, device):
    tensor = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    return torch.empty_like(tensor, device=device) if torch.device(device).type == "meta" else tensor


TrustsTheFile = edit("load_weights", "weights_only=True", "weights_only=False", "ran the code in the file")
LeavesTheWeightsWhereTheyWere = edit("load_weights", ", map_location=device", "", "map_location")
MapsWeightsToTheCpu = edit("load_weights", "map_location=device", 'map_location="cpu"', "a tensor on cpu, expected")
GivesTheTensorsWithoutNames = body(
    "load_weights", "return list(torch.load(path, map_location=device, weights_only=True).values())", "the names"
)


@replaces("load_weights", "UnpicklingError")
def ReturnsNoWeightsForCode(path, device):
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except pickle.UnpicklingError:
        return {}


@replaces("load_weights", "UnpicklingError")
def RaisesAnotherError(path, device):
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError("not weights") from error


@replaces("load_weights", "map_location")
def MovesEachAfterLoading(path, device):
    return {name: tensor.to(device) for name, tensor in torch.load(path, weights_only=True).items()}


@replaces("load_weights", "is a tensor on cpu, expected")
def MovesTheFirstWeightOnly(path, device):
    weights = torch.load(path, map_location="cpu", weights_only=True)
    first = next(iter(weights))
    return {**weights, first: weights[first].to(device)}
