"""Wrong answers to tensors/devices."""

import torch


class CountsOnTheCpu:
    """a factory makes CPU tensors"""

    def append_row_numbers(table):
        return torch.cat([table, torch.arange(len(table), dtype=table.dtype)[:, None]], dim=1)


class CountsOnTheBestDevice:
    """a factory makes CPU tensors"""

    def append_row_numbers(table):
        numbers = torch.arange(len(table), dtype=table.dtype, device="cuda" if table.is_cuda else "cpu")
        return torch.cat([table, numbers[:, None]], dim=1)


class GoesOverTheCpu:
    """from its device to the CPU"""

    def append_row_numbers(table):
        numbers = torch.arange(len(table), dtype=table.dtype)
        return torch.cat([table.cpu(), numbers[:, None]], dim=1).to(table.device)


class FillsACpuTable:
    """from its device to the CPU"""

    def append_row_numbers(table):
        wider = torch.empty(len(table), table.shape[1] + 1, dtype=table.dtype)
        wider[:, :-1] = table
        wider[:, -1] = torch.arange(len(table))
        return wider.to(table.device)


class SetsTheDefaultDevice:
    """the default device of the whole process"""

    def append_row_numbers(table):
        torch.set_default_device(table.device)
        return torch.cat([table, torch.arange(len(table), dtype=table.dtype)[:, None]], dim=1)


class CountsInFloat32:
    """give the new tensor the table's dtype"""

    def append_row_numbers(table):
        return torch.cat([table, torch.arange(len(table), dtype=torch.float32, device=table.device)[:, None]], dim=1)


class CountsInInt64:
    """give the new tensor the table's dtype"""

    def append_row_numbers(table):
        return torch.cat([table, torch.arange(len(table), device=table.device)[:, None]], dim=1)


class CountsFromOne:
    """count from 0"""

    def append_row_numbers(table):
        numbers = torch.arange(1, len(table) + 1, dtype=table.dtype, device=table.device)
        return torch.cat([table, numbers[:, None]], dim=1)


class PutsTheNumbersFirst:
    """the numbers come first here"""

    def append_row_numbers(table):
        numbers = torch.arange(len(table), dtype=table.dtype, device=table.device)
        return torch.cat([numbers[:, None], table], dim=1)


class AppendsZeros:
    """the new column is all zeros"""

    def append_row_numbers(table):
        return torch.cat([table, table.new_zeros(len(table), 1)], dim=1)


class WritesOverTheLastColumn:
    """changed its input"""

    def append_row_numbers(table):
        numbers = torch.arange(len(table), dtype=table.dtype, device=table.device)
        wider = torch.cat([table, numbers[:, None]], dim=1)
        table[:, -1] = numbers
        return wider


class FloorsOnTheCpu:
    """a factory makes CPU tensors"""

    def at_least(table, floors):
        return torch.maximum(table, torch.tensor(floors, dtype=table.dtype))


class FloorsOfFloat32:
    """give the floors the table's dtype"""

    def at_least(table, floors):
        return torch.maximum(table, torch.tensor(floors, device=table.device))


class FloorsRounded:
    """went through float32"""

    def at_least(table, floors):
        return torch.maximum(table, torch.tensor(floors, device=table.device).to(table.dtype))


class TakesTheSmaller:
    """the smaller of both"""

    def at_least(table, floors):
        return torch.minimum(table, torch.tensor(floors, dtype=table.dtype, device=table.device))


class OneFloorForAll:
    """one floor was taken for all columns"""

    def at_least(table, floors):
        return table.clamp(min=floors[0])


class FloorsForRows:
    """must match the size of tensor b"""

    def at_least(table, floors):
        return torch.maximum(table, torch.tensor(floors, dtype=table.dtype, device=table.device)[:, None])


class RaisesTheTableItself:
    """changed its input"""

    def at_least(table, floors):
        return table.clamp_(min=torch.tensor(floors, dtype=table.dtype, device=table.device))


class ComparesOnTheCpu:
    """from its device to the CPU"""

    def at_least(table, floors):
        return torch.maximum(table.cpu(), torch.tensor(floors, dtype=table.dtype)).to(table.device)


class ZeroesWhatIsBelow:
    """what is below its floor became 0"""

    def at_least(table, floors):
        return table * (table >= torch.tensor(floors, dtype=table.dtype, device=table.device))


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
    """expected meta"""

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
        for kind in ("cuda", "mps"):
            for name in names:
                if name.split(":")[0] == kind:
                    return torch.device(name)
        return torch.device("cpu")
