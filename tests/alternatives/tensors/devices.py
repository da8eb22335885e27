"""Other right answers to tensors/devices."""

import torch


class MakesTensorsFromTheTable:
    def append_row_numbers(table):
        wider = table.new_empty(table.shape[0], table.shape[1] + 1)
        wider[:, :-1] = table
        wider[:, -1] = torch.arange(table.shape[0], device=table.device)
        return wider

    def at_least(table, floors):
        return table.clamp(min=table.new_tensor(floors))

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
    def append_row_numbers(table):
        with table.device:
            return torch.hstack([table, torch.arange(len(table), dtype=table.dtype).view(-1, 1)])

    def at_least(table, floors):
        with torch.device(table.device):
            return torch.maximum(table, torch.tensor(list(floors), dtype=table.dtype))

    def move(tensor, device):
        return tensor.to(device=torch.device(device), non_blocking=False)

    def best_device(names):
        devices = [torch.device(name) for name in names]
        for kind in ("cuda", "mps", "cpu"):
            matching = [device for device in devices if device.type == kind]
            if matching:
                return matching[0]
        raise ValueError("no device")


class MakesNoTensorOfNumbers:
    def append_row_numbers(table):
        numbers = torch.ones_like(table[:, :1]).cumsum(0, dtype=table.dtype) - 1
        return torch.cat((table, numbers), -1)

    def at_least(table, floors):
        columns = [column.clamp(min=floor) for column, floor in zip(table.unbind(1), floors)]
        return torch.stack(columns, dim=1)

    def move(tensor, device):
        return torch.as_tensor(tensor, device=device)

    def best_device(names):
        found = next((name for kind in ("cuda", "mps", "cpu") for name in names if name.startswith(kind)), None)
        if found is None:
            raise ValueError("no device")
        return torch.device(found)
