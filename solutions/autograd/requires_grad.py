import torch


def leaf(values: torch.Tensor, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    # The order matters: to() after requires_grad_() would be recorded, and its result would be no leaf.
    return values.detach().to(device=device, dtype=dtype, copy=True).requires_grad_()


def role(tensor: torch.Tensor) -> str:
    if not tensor.requires_grad:
        return "untracked"
    return "leaf" if tensor.is_leaf else "computed"


def history(tensor: torch.Tensor) -> list[str]:
    names: list[str] = []
    function = tensor.grad_fn
    while function is not None and not hasattr(function, "variable"):  # AccumulateGrad alone has the leaf, as variable
        names.append(function.name())
        function = next(earlier for earlier, _ in function.next_functions if earlier is not None)
    return names


def cut(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach()
