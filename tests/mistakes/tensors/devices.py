"""Wrong answers to tensors/devices."""

import torch


class FillsOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def column_of(table, value):
        return torch.full((len(table), 1), value, dtype=table.dtype)


class FillsOnTheBestDevice:
    """expected meta"""

    def column_of(table, value):
        best = "cuda" if torch.cuda.is_available() else "cpu"
        return torch.full((len(table), 1), value, dtype=table.dtype, device=best)


class GoesOverTheCpu:
    """from its device to the CPU"""

    def column_of(table, value):
        return torch.full_like(table.cpu()[:, :1], value).to(table.device)


class SetsTheDefaultDevice:
    """the default device of the whole process"""

    def column_of(table, value):
        torch.set_default_device(table.device)
        return torch.full((len(table), 1), value, dtype=table.dtype)


class ForgetsTheDtype:
    """dtype=table.dtype"""

    def column_of(table, value):
        return torch.full((len(table), 1), value, device=table.device)


class AlwaysFloat32:
    """dtype=table.dtype"""

    def column_of(table, value):
        return torch.full((len(table), 1), value, dtype=torch.float32, device=table.device)


class GivesOneAxis:
    """torch.cat needs two axes"""

    def column_of(table, value):
        return torch.full((len(table),), value, dtype=table.dtype, device=table.device)


class GivesARow:
    """this is a row"""

    def column_of(table, value):
        return torch.full((1, table.shape[1]), value, dtype=table.dtype, device=table.device)


class GivesOnes:
    """these are ones"""

    def column_of(table, value):
        return torch.ones(len(table), 1, dtype=table.dtype, device=table.device)


class FillsTheTable:
    """changed its input"""

    def column_of(table, value):
        return table[:, :1].fill_(value)


class CatsByItself:
    """the column alone"""

    def column_of(table, value):
        return torch.cat([table, table.new_full((len(table), 1), value)], dim=1)


class ConstantsOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def constants_for(table, values):
        return torch.tensor(values, dtype=table.dtype)


class ConstantsWhereCudaIs:
    """a tensor made without device= lies on the CPU"""

    def constants_for(table, values):
        return torch.tensor(values, dtype=table.dtype, device="cuda" if table.is_cuda else "cpu")


class ConstantsOfFloat32:
    """dtype=table.dtype"""

    def constants_for(table, values):
        return torch.tensor(values, device=table.device)


class ConstantsOverFloat32:
    """went through float32"""

    def constants_for(table, values):
        return torch.tensor(values, device=table.device).to(table.dtype)


class ConstantsOfTheTableClass:
    """went through float32"""

    def constants_for(table, values):
        return torch.Tensor(values).to(table)


class RoundsTheConstants:
    """integers"""

    def constants_for(table, values):
        return torch.tensor([int(value) for value in values], dtype=table.dtype, device=table.device)


class AddsThemAlready:
    """the numbers alone"""

    def constants_for(table, values):
        return table + torch.tensor(values, dtype=table.dtype, device=table.device)


class AlwaysCopies:
    """the tensor lies there already"""

    def move(tensor, device):
        return tensor.to(device, copy=True)


class ComparesNamesOfDevices:
    """the tensor lies there already"""

    def move(tensor, device):
        return tensor if tensor.device == device else torch.empty_like(tensor, device=device).copy_(tensor)


class LeavesItWhereItIs:
    """expected meta"""

    def move(tensor, device):
        return tensor


class MovesToTheCpu:
    """a tensor on cpu, expected"""

    def move(tensor, device):
        return tensor.cpu()


class MakesZerosThere:
    """the elements are lost"""

    def move(tensor, device):
        return torch.zeros_like(tensor, device=device)


class AsksThisMachine:
    """names what is there"""

    def best_device(names):
        if not {"cuda", "mps", "cpu"} & {name.split(":")[0] for name in names}:
            raise ValueError
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class TakesTheFirst:
    """this is the first of the list"""

    def best_device(names):
        if not {"cuda", "mps", "cpu"} & {name.split(":")[0] for name in names}:
            raise ValueError
        return torch.device(names[0])


class TakesTheLargestName:
    """by the alphabet"""

    def best_device(names):
        known = [name for name in names if name.split(":")[0] in ("cuda", "mps", "cpu")]
        if not known:
            raise ValueError
        return torch.device(max(known))


class KnowsNoNumbers:
    """with a number"""

    def best_device(names):
        for kind in ("cuda", "mps", "cpu"):
            if kind in names:
                return torch.device(kind)
        raise ValueError


class LosesTheNumber:
    """the number of the device is lost"""

    def best_device(names):
        kinds = [name.split(":")[0] for name in names]
        for kind in ("cuda", "mps", "cpu"):
            if kind in kinds:
                return torch.device(kind)
        raise ValueError


class TakesTheLastOfAKind:
    """the one that comes first"""

    def best_device(names):
        for kind in ("cuda", "mps", "cpu"):
            for name in reversed(names):
                if name.split(":")[0] == kind:
                    return torch.device(name)
        raise ValueError


class GivesTheName:
    """torch.device(name)"""

    def best_device(names):
        for kind in ("cuda", "mps", "cpu"):
            for name in names:
                if name.split(":")[0] == kind:
                    return name
        raise ValueError


class FallsBackOnTheCpu:
    """it must raise ValueError"""

    def best_device(names):
        for kind in ("cuda", "mps", "cpu"):
            for name in names:
                if name.split(":")[0] == kind:
                    return torch.device(name)
        return torch.device("cpu")


class FillsOverFloat32:
    """went through float32"""

    def column_of(table, value):
        return torch.full((len(table), 1), float(value), dtype=torch.float32, device=table.device).to(table.dtype)


class FillsOverAPythonFloat:
    """went through float64"""

    def column_of(table, value):
        return (
            torch.tensor([[float(value)]] * len(table), dtype=torch.float64, device=table.device)
            .to(table.dtype)
            .reshape(-1, 1)
        )


class ComputesWithTheNumbersOfTheTable:
    """computed from the table's numbers"""

    def column_of(table, value):
        return table[:, :1] * 0 + value


class FillsWhatIsLikeTheFirstColumn:
    """which there need not be"""

    def column_of(table, value):
        return torch.full_like(table[:, :1], value, memory_format=torch.contiguous_format)


class LeavesTheDefaultDeviceChanged:
    """the default device of the whole process"""

    def constants_for(table, values):
        torch.set_default_device(table.device)
        return torch.tensor(values, dtype=table.dtype)


class PutsTheDefaultDeviceBackToTheCpu:
    """the default device of the whole process"""

    def column_of(table, value):
        torch.set_default_device(table.device)
        column = torch.full((len(table), 1), value, dtype=table.dtype)
        torch.set_default_device("cpu")
        return column


class MakesTheBestDeviceTheDefault:
    """the default device of the whole process"""

    def best_device(names):
        for kind in ("cuda", "mps", "cpu"):
            for name in names:
                if name.split(":")[0] == kind:
                    torch.set_default_device(name)
                    return torch.device(name)
        raise ValueError


class AddsTheConstantsToZerosOfTheTable:
    """computed from the table's numbers"""

    def constants_for(table, values):
        numbers = torch.tensor(values, dtype=table.dtype, device=table.device)
        return (table * 0).sum(dim=0) + numbers


class MakesItContiguousFirst:
    """however it lies"""

    def move(tensor, device):
        return tensor.contiguous().to(device)


class TakesTheSmallestNumberOfAKind:
    """take the one that comes first"""

    def best_device(names):
        for kind in ("cuda", "mps", "cpu"):
            alike = [name for name in names if name.split(":")[0] == kind]
            if alike:
                return torch.device(min(alike))
        raise ValueError


class PrefersTheNameWithoutANumber:
    """take the one that comes first"""

    def best_device(names):
        for kind in ("cuda", "mps", "cpu"):
            alike = [name for name in names if name.split(":")[0] == kind]
            if alike:
                return torch.device(kind if kind in alike else alike[0])
        raise ValueError


class NumbersEachDevice:
    """a number was made up"""

    def best_device(names):
        for kind in ("cuda", "mps", "cpu"):
            for name in names:
                if name.split(":")[0] == kind:
                    return torch.device(name if ":" in name or kind == "cpu" else f"{name}:0")
        raise ValueError


class SortsTheListOfTheCaller:
    """leave it as it is"""

    def best_device(names):
        if isinstance(names, list):
            names.sort()
        for kind in ("cuda", "mps", "cpu"):
            for name in names:
                if name.split(":")[0] == kind:
                    return torch.device(name)
        raise ValueError


class ExpandsOneElement:
    """expand repeats one element"""

    def column_of(table, value):
        return torch.tensor(value, dtype=table.dtype, device=table.device).expand(len(table), 1)


class MakesFloat32There:
    """dtype"""

    def move(tensor, device):
        return tensor if tensor.device == torch.device(device) else tensor.float().to(device)
