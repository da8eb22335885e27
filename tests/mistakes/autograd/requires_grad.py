"""Wrong answers to autograd/requires_grad."""

import torch

from dojo.runner.variants import body, edit, replaces

MovesTheLeafToTheDeviceAtTheEnd = body(
    "leaf", "return values.detach().cpu().to(dtype, copy=True).requires_grad_().to(device)", "to() is recorded"
)
ForgetsTheDevice = edit(
    "leaf",
    "values.detach().to(device=device, dtype=dtype, copy=True)",
    "torch.tensor(values.tolist(), dtype=dtype, requires_grad=True).reshape(values.shape).detach()",
    "a tensor made without device= lies on the CPU",
)
StaysOnTheDeviceOfTheValues = body("leaf", "return values.detach().to(dtype, copy=True).requires_grad_()")
ForgetsTheDtype = body("leaf", "return values.detach().clone().to(device).float().requires_grad_()", "dtype")
ForgetsToRequireAGradient = edit("leaf", ".requires_grad_()", "", "requires_grad=False")
ClonesWithTheHistory = body(
    "leaf", "return values.clone().to(device=device, dtype=dtype).requires_grad_()", "cut from its history first"
)
CopiesOnlyWhereItMust = edit("leaf", ", copy=True", "", "detach() and to() copy nothing")
GoesThroughFloat32 = edit("leaf", "values.detach()", "values.detach().float()", "lost digits")
GoesThroughAList = body(
    "leaf", "return torch.tensor(values.tolist(), dtype=dtype, device=device, requires_grad=True)", "gave shape"
)


@replaces("leaf", "to() is recorded")
def MovesTheTensorAfterItRequiresAGradient(values, dtype, device):
    return torch.tensor(values.tolist(), requires_grad=True).to(device=device, dtype=dtype)


@replaces("leaf", "changed its input")
def MakesTheValuesThemselvesRequireAGradient(values, dtype, device):
    if values.dtype == dtype and values.device.type == device.type:
        return values.requires_grad_()
    return values.detach().to(device=device, dtype=dtype, copy=True).requires_grad_()


@replaces("leaf", "gave shape")
def GoesThroughAListWithoutItsShape(values, dtype, device):
    return torch.tensor(values.flatten().tolist(), dtype=dtype, device=device, requires_grad=True)


class MakesALeafOnce:
    made = {}

    def leaf(values, dtype, device, made=made):
        key = (tuple(values.shape), dtype, str(device))
        if key not in made:
            made[key] = values.detach().to(device=device, dtype=dtype, copy=True).requires_grad_()
        return made[key]


AsksIsLeafAlone = body(
    "role", 'return "leaf" if tensor.is_leaf else "computed"', "is_leaf is True for every untracked tensor as well"
)
AsksGradFnAlone = body(
    "role", 'return "computed" if tensor.grad_fn is not None else "untracked"', "a leaf has no grad_fn either"
)
TakesWhatHasAGradientForALeaf = edit(
    "role", "tensor.is_leaf", "tensor.grad is not None or tensor.is_leaf", "retain_grad()"
)


@replaces("role", "what was computed from tracked tensors requires a gradient as well")
def AsksRequiresGradAlone(tensor):
    return "leaf" if tensor.requires_grad else "untracked"


@replaces("role", "before the first backward()")
def WaitsForAGradient(tensor):
    if tensor.grad_fn is not None:
        return "computed"
    return "leaf" if tensor.grad is not None else "untracked"


@replaces("role", "torch.nn.Parameter")
def KnowsParametersOnly(tensor):
    if tensor.grad_fn is not None:
        return "computed"
    return "leaf" if isinstance(tensor, torch.nn.Parameter) else "untracked"


@replaces("role", "is_leaf is True for every untracked tensor as well")
def TakesFloatingTensorsWithoutGradFnForLeaves(tensor):
    if tensor.grad_fn is not None:
        return "computed"
    return "leaf" if tensor.is_floating_point() else "untracked"


@replaces("role", "ask for its requires_grad, not for its type")
def TakesEveryParameterForALeaf(tensor):
    if tensor.grad_fn is not None:
        return "computed"
    return "leaf" if tensor.requires_grad or isinstance(tensor, torch.nn.Parameter) else "untracked"


NamesTheLastFunctionOnly = body(
    "history", "return [] if tensor.grad_fn is None else [tensor.grad_fn.name()]", "only the last function"
)


@replaces("history", "AccumulateGrad stands for the leaf")
def NamesTheAccumulatorToo(tensor):
    names, function = [], tensor.grad_fn
    while function is not None:
        names.append(type(function).__name__)
        function = next((earlier for earlier, _ in function.next_functions if earlier is not None), None)
    return names


@replaces("history", "begin with the latest")
def NamesFromTheLeafOn(tensor):
    names, function = [], tensor.grad_fn
    while function is not None and not hasattr(function, "variable"):
        names.append(function.name())
        function = next((earlier for earlier, _ in function.next_functions if earlier is not None), None)
    return names[::-1]


@replaces("history", "None stands for an untracked input")
def StopsAtAnUntrackedFirstInput(tensor):
    names, function = [], tensor.grad_fn
    while function is not None and not hasattr(function, "variable"):
        names.append(function.name())
        function = function.next_functions[0][0]
    return names


@replaces("history", "the last of the tracked inputs")
def FollowsTheLastInput(tensor):
    names, function = [], tensor.grad_fn
    while function is not None and not hasattr(function, "variable"):
        names.append(function.name())
        function = next((earlier for earlier, _ in reversed(function.next_functions) if earlier is not None), None)
    return names


@replaces("history", "names as torch writes them")
def NamesTheOperationsOfTorch(tensor):
    names, function = [], tensor.grad_fn
    while function is not None and not hasattr(function, "variable"):
        names.append(function.name().removesuffix("Backward0").lower())
        function = next((earlier for earlier, _ in function.next_functions if earlier is not None), None)
    return names


@replaces("history", "all inputs")
def NamesEveryFunctionOfTheGraph(tensor):
    names, queue = [], [tensor.grad_fn]
    while queue:
        function = queue.pop(0)
        if function is not None and not hasattr(function, "variable"):
            names.append(function.name())
            queue.extend(earlier for earlier, _ in function.next_functions)
    return names


@replaces("history", "NoneType")
def ExpectsAHistory(tensor):
    names, function = [], tensor.grad_fn
    while function.name() != "torch::autograd::AccumulateGrad":
        names.append(function.name())
        function = next(earlier for earlier, _ in function.next_functions if earlier is not None)
    return names


@replaces("history", "the graph was freed")
def RunsBackwardOnTheWay(tensor):
    names, function = [], tensor.grad_fn
    while function is not None and not hasattr(function, "variable"):
        names.append(function.name())
        function = next((earlier for earlier, _ in function.next_functions if earlier is not None), None)
    if tensor.requires_grad:
        tensor.sum().backward()
    return names


@replaces("history", "a leaf is tracked too")
def PrefersComputedInputs(tensor):
    names, function = [], tensor.grad_fn
    while function is not None:
        if not hasattr(function, "variable"):
            names.append(function.name())
        earlier = [each for each, _ in function.next_functions if each is not None]
        function = next((each for each in earlier if not hasattr(each, "variable")), None)
    return names


CopiesWhatItCuts = edit("cut", "tensor.detach()", "tensor.detach().clone()", "clone() copies")
GivesTheTensorItself = edit("cut", "tensor.detach()", "tensor", "requires_grad=True")
CutsTheTensorItself = edit("cut", "tensor.detach()", "tensor.detach_()", "detach_() cuts the tensor itself")
TakesTheData = edit("cut", "tensor.detach()", "tensor.data", ".data hides that")
LaysTheElementsInARow = edit(
    "cut", ".detach()", ".detach().as_strided(tensor.shape, torch.empty(tensor.shape).stride())", "the same strides"
)
TakesAViewThatIsStillTracked = edit("cut", "tensor.detach()", "tensor.view_as(tensor)", "requires_grad=True")


@replaces("cut", "numpy")
def GoesThroughNumPy(tensor):
    if tensor.device.type == "cpu":
        return tensor.detach()
    return torch.from_numpy(tensor.detach().numpy())


@replaces("cut", "clone() copies")
def ClonesWithoutRecording(tensor):
    with torch.no_grad():
        return tensor.clone()


@replaces("cut", "requires_grad=True")
def TakesAViewWhileNothingIsRecorded(tensor):
    with torch.no_grad():
        return tensor.view_as(tensor)
