"""Wrong answers to tensors/serialization."""

import copy
import io
import pickle

import torch


def written(thing):
    buffer = io.BytesIO()
    torch.save(thing, buffer)
    return buffer.getvalue()


class SavesTheWholeStorage:
    """the whole storage was saved"""

    def to_bytes(tensor):
        return written(tensor)


class MakesItContiguousOnly:
    """the whole storage was saved"""

    def to_bytes(tensor):
        return written(tensor.contiguous())


class CopiesDeeply:
    """the whole storage was saved"""

    def to_bytes(tensor):
        return written(copy.deepcopy(tensor))


class ReadsFromTheEnd:
    """stands at the end"""

    def to_bytes(tensor):
        buffer = io.BytesIO()
        torch.save(tensor.clone(), buffer)
        return buffer.read()


class ReturnsTheFile:
    """getvalue()"""

    def to_bytes(tensor):
        buffer = io.BytesIO()
        torch.save(tensor.clone(), buffer)
        return buffer


class SavesTheNumbersAlone:
    """torch.load cannot read"""

    def to_bytes(tensor):
        return tensor.cpu().contiguous().numpy().tobytes()


class SavesAList:
    """torch.load gave a list"""

    def to_bytes(tensor):
        return written(tensor.tolist())


class PicklesByItself:
    """torch.load cannot read"""

    def to_bytes(tensor):
        return pickle.dumps(tensor.clone())


class SavesFlat:
    """what was saved"""

    def to_bytes(tensor):
        return written(tensor.flatten().clone())


class SavesAsFloat:
    """what was saved"""

    def to_bytes(tensor):
        return written(tensor.float().clone())


class ZeroesWhatIsSaved:
    """changed its input"""

    def to_bytes(tensor):
        data = written(tensor.clone())
        tensor.zero_()
        return data


class LeavesTheDeviceToTheFile:
    """map_location"""

    def from_bytes(data, device):
        return torch.load(io.BytesIO(data), weights_only=True)


class MovesAfterLoading:
    """map_location"""

    def from_bytes(data, device):
        return torch.load(io.BytesIO(data), weights_only=True).to(device)


class MapsToTheCpu:
    """a tensor on cpu, expected"""

    def from_bytes(data, device):
        return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)


class TrustsTheBytes:
    """ran the code in the file"""

    def from_bytes(data, device):
        return torch.load(io.BytesIO(data), map_location=device, weights_only=False)


class LooksAfterwards:
    """ran the code in the file"""

    def from_bytes(data, device):
        result = torch.load(io.BytesIO(data), map_location=device, weights_only=False)
        if not isinstance(result, torch.Tensor):
            raise pickle.UnpicklingError("not a tensor")
        return result


class TriesAgainWithTrust:
    """ran the code in the file"""

    def from_bytes(data, device):
        try:
            return torch.load(io.BytesIO(data), map_location=device, weights_only=True)
        except pickle.UnpicklingError:
            return torch.load(io.BytesIO(data), map_location=device, weights_only=False)


class ReturnsNothingForCode:
    """UnpicklingError"""

    def from_bytes(data, device):
        try:
            return torch.load(io.BytesIO(data), map_location=device, weights_only=True)
        except pickle.UnpicklingError:
            return torch.empty(0)


class TrustsTheFile:
    """ran the code in the file"""

    def load_weights(path, device):
        return torch.load(path, map_location=device, weights_only=False)


class ReturnsNoWeightsForCode:
    """UnpicklingError"""

    def load_weights(path, device):
        try:
            return torch.load(path, map_location=device, weights_only=True)
        except pickle.UnpicklingError:
            return {}


class RaisesAnotherError:
    """UnpicklingError"""

    def load_weights(path, device):
        try:
            return torch.load(path, map_location=device, weights_only=True)
        except pickle.UnpicklingError as error:
            raise ValueError("not weights") from error


class MovesEachAfterLoading:
    """map_location"""

    def load_weights(path, device):
        return {name: tensor.to(device) for name, tensor in torch.load(path, weights_only=True).items()}


class LeavesTheWeightsWhereTheyWere:
    """map_location"""

    def load_weights(path, device):
        return torch.load(path, weights_only=True)


class MapsWeightsToTheCpu:
    """a tensor on cpu, expected"""

    def load_weights(path, device):
        return torch.load(path, map_location="cpu", weights_only=True)


class GivesTheTensorsWithoutNames:
    """the names"""

    def load_weights(path, device):
        return list(torch.load(path, map_location=device, weights_only=True).values())


class ClonesOnlyWhatHasAnOffset:
    """the whole storage was saved"""

    def to_bytes(tensor):
        file = io.BytesIO()
        whole = tensor.storage_offset() == 0 and tensor.is_contiguous()
        torch.save(tensor if whole else tensor.clone(), file)
        return file.getvalue()


class MovesTheFirstWeightOnly:
    """is a tensor on cpu, expected"""

    def load_weights(path, device):
        weights = torch.load(path, map_location="cpu", weights_only=True)
        first = next(iter(weights))
        return {**weights, first: weights[first].to(device)}


class ComesBackOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def from_bytes(data, device):
        tensor = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        return torch.empty_like(tensor, device=device) if torch.device(device).type == "meta" else tensor
