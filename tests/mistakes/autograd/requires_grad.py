"""Wrong answers to autograd/requires_grad."""

import torch


class MovesTheTensorAfterItRequiresAGradient:
    """to() is recorded"""

    def leaf(values, dtype, device):
        return torch.tensor(values.tolist(), requires_grad=True).to(device=device, dtype=dtype)


class MovesTheLeafToTheDeviceAtTheEnd:
    """to() is recorded"""

    def leaf(values, dtype, device):
        return values.detach().cpu().to(dtype, copy=True).requires_grad_().to(device)


class ForgetsTheDevice:
    """a tensor made without device= lies on the CPU"""

    def leaf(values, dtype, device):
        return (
            torch.tensor(values.tolist(), dtype=dtype, requires_grad=True)
            .reshape(values.shape)
            .detach()
            .requires_grad_()
        )


class StaysOnTheDeviceOfTheValues:
    def leaf(values, dtype, device):
        return values.detach().to(dtype, copy=True).requires_grad_()


class ForgetsTheDtype:
    """dtype"""

    def leaf(values, dtype, device):
        return values.detach().clone().to(device).float().requires_grad_()


class ForgetsToRequireAGradient:
    """requires_grad=False"""

    def leaf(values, dtype, device):
        return values.detach().to(device=device, dtype=dtype, copy=True)


class ClonesWithTheHistory:
    """cut from its history first"""

    def leaf(values, dtype, device):
        return values.clone().to(device=device, dtype=dtype).requires_grad_()


class CopiesOnlyWhereItMust:
    """detach() and to() copy nothing"""

    def leaf(values, dtype, device):
        return values.detach().to(device=device, dtype=dtype).requires_grad_()


class MakesTheValuesThemselvesRequireAGradient:
    """changed its input"""

    def leaf(values, dtype, device):
        if values.dtype == dtype and values.device.type == device.type:
            return values.requires_grad_()
        return values.detach().to(device=device, dtype=dtype, copy=True).requires_grad_()


class MakesALeafOnce:
    made = {}

    def leaf(values, dtype, device, made=made):
        key = (tuple(values.shape), dtype, str(device))
        if key not in made:
            made[key] = values.detach().to(device=device, dtype=dtype, copy=True).requires_grad_()
        return made[key]


class GoesThroughAListWithoutItsShape:
    """gave shape"""

    def leaf(values, dtype, device):
        return torch.tensor(values.flatten().tolist(), dtype=dtype, device=device, requires_grad=True)


class GoesThroughFloat32:
    """lost digits"""

    def leaf(values, dtype, device):
        return values.detach().float().to(device=device, dtype=dtype, copy=True).requires_grad_()


class AsksIsLeafAlone:
    """is_leaf is True for every untracked tensor as well"""

    def role(tensor):
        return "leaf" if tensor.is_leaf else "computed"


class AsksGradFnAlone:
    """a leaf has no grad_fn either"""

    def role(tensor):
        return "computed" if tensor.grad_fn is not None else "untracked"


class AsksRequiresGradAlone:
    """what was computed from tracked tensors requires a gradient as well"""

    def role(tensor):
        return "leaf" if tensor.requires_grad else "untracked"


class WaitsForAGradient:
    """before the first backward()"""

    def role(tensor):
        if tensor.grad_fn is not None:
            return "computed"
        return "leaf" if tensor.grad is not None else "untracked"


class KnowsParametersOnly:
    """torch.nn.Parameter"""

    def role(tensor):
        if tensor.grad_fn is not None:
            return "computed"
        return "leaf" if isinstance(tensor, torch.nn.Parameter) else "untracked"


class TakesWhatHasAGradientForALeaf:
    """retain_grad()"""

    def role(tensor):
        if not tensor.requires_grad:
            return "untracked"
        return "leaf" if tensor.grad is not None or tensor.is_leaf else "computed"


class TakesFloatingTensorsWithoutGradFnForLeaves:
    """is_leaf is True for every untracked tensor as well"""

    def role(tensor):
        if tensor.grad_fn is not None:
            return "computed"
        return "leaf" if tensor.is_floating_point() else "untracked"


class NamesTheAccumulatorToo:
    """AccumulateGrad stands for the leaf"""

    def history(tensor):
        names, function = [], tensor.grad_fn
        while function is not None:
            names.append(type(function).__name__)
            function = next((earlier for earlier, _ in function.next_functions if earlier is not None), None)
        return names


class NamesTheLastFunctionOnly:
    """only the last function"""

    def history(tensor):
        return [] if tensor.grad_fn is None else [tensor.grad_fn.name()]


class NamesFromTheLeafOn:
    """begin with the latest"""

    def history(tensor):
        names, function = [], tensor.grad_fn
        while function is not None and not hasattr(function, "variable"):
            names.append(function.name())
            function = next((earlier for earlier, _ in function.next_functions if earlier is not None), None)
        return names[::-1]


class StopsAtAnUntrackedFirstInput:
    """None stands for an untracked input"""

    def history(tensor):
        names, function = [], tensor.grad_fn
        while function is not None and not hasattr(function, "variable"):
            names.append(function.name())
            function = function.next_functions[0][0]
        return names


class FollowsTheLastInput:
    """the last of the tracked inputs"""

    def history(tensor):
        names, function = [], tensor.grad_fn
        while function is not None and not hasattr(function, "variable"):
            names.append(function.name())
            function = next((earlier for earlier, _ in reversed(function.next_functions) if earlier is not None), None)
        return names


class NamesTheOperationsOfTorch:
    """names as torch writes them"""

    def history(tensor):
        names, function = [], tensor.grad_fn
        while function is not None and not hasattr(function, "variable"):
            names.append(function.name().removesuffix("Backward0").lower())
            function = next((earlier for earlier, _ in function.next_functions if earlier is not None), None)
        return names


class NamesEveryFunctionOfTheGraph:
    """all inputs"""

    def history(tensor):
        names, queue = [], [tensor.grad_fn]
        while queue:
            function = queue.pop(0)
            if function is not None and not hasattr(function, "variable"):
                names.append(function.name())
                queue.extend(earlier for earlier, _ in function.next_functions)
        return names


class ExpectsAHistory:
    """NoneType"""

    def history(tensor):
        names, function = [], tensor.grad_fn
        while function.name() != "torch::autograd::AccumulateGrad":
            names.append(function.name())
            function = next(earlier for earlier, _ in function.next_functions if earlier is not None)
        return names


class RunsBackwardOnTheWay:
    """the graph was freed"""

    def history(tensor):
        names, function = [], tensor.grad_fn
        while function is not None and not hasattr(function, "variable"):
            names.append(function.name())
            function = next((earlier for earlier, _ in function.next_functions if earlier is not None), None)
        if tensor.requires_grad:
            tensor.sum().backward()
        return names


class CopiesWhatItCuts:
    """clone() copies"""

    def cut(tensor):
        return tensor.detach().clone()


class GivesTheTensorItself:
    """requires_grad=True"""

    def cut(tensor):
        return tensor


class CutsTheTensorItself:
    """detach_() cuts the tensor itself"""

    def cut(tensor):
        return tensor.detach_()


class TakesTheData:
    """.data hides that"""

    def cut(tensor):
        return tensor.data


class GoesThroughNumPy:
    """numpy"""

    def cut(tensor):
        if tensor.device.type == "cpu":
            return tensor.detach()
        return torch.from_numpy(tensor.detach().numpy())


class ClonesWithoutRecording:
    """clone() copies"""

    def cut(tensor):
        with torch.no_grad():
            return tensor.clone()


class LaysTheElementsInARow:
    """the same strides"""

    def cut(tensor):
        return tensor.detach().as_strided(tensor.shape, torch.empty(tensor.shape).stride())


class TakesAViewThatIsStillTracked:
    """requires_grad=True"""

    def cut(tensor):
        return tensor.view_as(tensor)


class TakesAViewWhileNothingIsRecorded:
    """requires_grad=True"""

    def cut(tensor):
        with torch.no_grad():
            return tensor.view_as(tensor)


class GoesThroughAList:
    """gave shape"""

    def leaf(values, dtype, device):
        return torch.tensor(values.tolist(), dtype=dtype, device=device, requires_grad=True)


class TakesEveryParameterForALeaf:
    """ask for its requires_grad, not for its type"""

    def role(tensor):
        if tensor.grad_fn is not None:
            return "computed"
        return "leaf" if tensor.requires_grad or isinstance(tensor, torch.nn.Parameter) else "untracked"


class PrefersComputedInputs:
    """a leaf is tracked too"""

    def history(tensor):
        names, function = [], tensor.grad_fn
        while function is not None:
            if not hasattr(function, "variable"):
                names.append(function.name())
            earlier = [each for each, _ in function.next_functions if each is not None]
            function = next((each for each in earlier if not hasattr(each, "variable")), None)
        return names
