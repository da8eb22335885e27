"""Other right answers to autograd/requires_grad."""

import copy

import torch


class FromListsAndByRecursion:
    def leaf(values, dtype, device):
        fresh = torch.tensor(values.tolist(), dtype=dtype, device=device)
        return fresh.reshape(values.shape).requires_grad_(True)

    def role(tensor):
        if tensor.grad_fn is not None:
            return "computed"
        return "leaf" if tensor.requires_grad else "untracked"

    def history(tensor):
        def walk(function):
            if function is None or type(function).__name__ == "AccumulateGrad":
                return []
            earlier = [each for each, _ in function.next_functions if each is not None]
            return [type(function).__name__, *(walk(earlier[0]) if earlier else [])]

        return walk(tensor.grad_fn)

    def cut(tensor):
        return torch.autograd.Variable(tensor.detach(), requires_grad=False).view_as(tensor)


class WithParameters:
    def leaf(values, dtype, device):
        return torch.nn.Parameter(values.detach().clone().to(device, dtype))

    def role(tensor):
        return {(True, True): "leaf", (True, False): "computed"}.get(
            (tensor.requires_grad, tensor.is_leaf), "untracked"
        )

    def history(tensor):
        names, function = (), tensor.grad_fn
        while function and "AccumulateGrad" not in function.name():
            names += (function.name(),)
            for function, _ in function.next_functions:
                if function is not None:
                    break
        return names


class WithoutRecording:
    def leaf(values, dtype, device):
        with torch.no_grad():
            fresh = torch.empty_like(values, dtype=dtype, device=device, memory_format=torch.contiguous_format)
            fresh.copy_(values)
        fresh.requires_grad = True
        return fresh

    def cut(tensor):
        return torch.Tensor.detach(tensor)


class CopiesDeeply:
    def leaf(values, dtype, device):
        result = copy.deepcopy(values.detach()).to(device).to(dtype)
        return result.requires_grad_()

    def role(tensor):
        if tensor.requires_grad and tensor.is_leaf:
            return "leaf"
        if tensor.requires_grad:
            return "computed"
        return "untracked"
