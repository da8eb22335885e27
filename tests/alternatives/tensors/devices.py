"""Other right answers to tensors/devices."""

import torch


class MakesTensorsFromTheTable:
    def column_of(table, value):
        return table.new_full((table.shape[0], 1), value)

    def constants_for(table, values):
        return table.new_tensor(values)

    def move(tensor, device):
        there = torch.empty(0, device=device).device
        return tensor if tensor.device == there else tensor.to(there)

    def best_device(names):
        ranks = {"cuda": 0, "mps": 1, "cpu": 2}
        known = [name for name in names if name.partition(":")[0] in ranks]
        if not known:
            raise ValueError("no device")
        return torch.device(min(known, key=lambda name: ranks[name.partition(":")[0]]))


class UsesADeviceContext:
    def column_of(table, value):
        with table.device:
            return torch.zeros(table.size(0), 1, dtype=table.dtype).fill_(value)

    def constants_for(table, values):
        with torch.device(table.device):
            return torch.tensor(list(values), dtype=table.dtype)

    def move(tensor, device):
        return tensor.to(device=torch.device(device), non_blocking=False)

    def best_device(names):
        devices = [torch.device(name) for name in names]
        for kind in ("cuda", "mps", "cpu"):
            matching = [device for device in devices if device.type == kind]
            if matching:
                return matching[0]
        raise ValueError("no device")


class FillsWhatIsLikeTheTable:
    def column_of(table, value):
        return torch.full_like(table.new_empty(len(table), 1), value)

    def constants_for(table, values):
        constants = table.new_empty(len(values))
        for place, value in enumerate(values):
            constants[place] = value
        return constants

    def move(tensor, device):
        return torch.as_tensor(tensor, device=device)

    def best_device(names):
        found = next((name for kind in ("cuda", "mps", "cpu") for name in names if name.startswith(kind)), None)
        if found is None:
            raise ValueError("no device")
        return torch.device(found)


class RepeatsOneNumber:
    def column_of(table, value):
        return torch.tensor([[value]], dtype=table.dtype, device=table.device).repeat(table.shape[0], 1)

    def constants_for(table, values):
        numbers = [torch.scalar_tensor(value, dtype=torch.float64, device=table.device) for value in values]
        return torch.stack(numbers).to(table.dtype)

    def move(tensor, device):
        device = torch.device(device)
        same = tensor.device.type == device.type and device.index in (None, tensor.device.index)
        return tensor if same else tensor.to(device)

    def best_device(names):
        best, rank = None, 3
        for name in names:
            device = torch.device(name)
            place = {"cuda": 0, "mps": 1, "cpu": 2}.get(device.type, 3)
            if place < rank:
                best, rank = device, place
        if best is None:
            raise ValueError("no device")
        return best
