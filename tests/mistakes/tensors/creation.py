"""Wrong answers to tensors/creation."""

import math

import torch

from dojo.runner.variants import body, edit, replaces

FillsWithTorchsOwnDtype = edit("filled", ", dtype=like.dtype", "", "torch.full picked the dtype")
FillsWithFloat32 = body(
    "filled", "return torch.zeros(like.shape, device=like.device) + value", "float32, torch's default"
)
FillsOnTheDefaultDevice = edit("filled", ", device=like.device", "", "a tensor made without device= lies on the CPU")
FillsWithOnes = body("filled", "return torch.ones_like(like)", "these are ones")
FillsWithZeros = body("filled", "return torch.zeros_like(like)", "these are zeros")
ComputesWithTheElements = body(
    "filled", "return (like * 0 + value).to(like.dtype)", "computed from the elements of like"
)
FillsLikeItself = body("filled", "return like.fill_(value)", "changed its input")
MakesASingleElement = body("filled", "return torch.tensor(value, dtype=like.dtype, device=like.device)", "shape")
TakesABoolForANumber = edit(
    "filled",
    "torch.full(like.shape, value, dtype=like.dtype, device=like.device)",
    "torch.full(like.shape, value, dtype=torch.uint8 if like.dtype == torch.bool else like.dtype).to(like.device)",
    "bool is a dtype too",
)


@replaces("filled", "the value went through float32")
def FillsThroughFloat32(like, value):
    return torch.full(like.shape, value, dtype=torch.float32, device=like.device).to(like.dtype)


@replaces("filled", "the value went through float64")
def FillsThroughFloat64(like, value):
    return torch.full(like.shape, value, dtype=torch.float64, device=like.device).to(like.dtype)


@replaces("filled")
def FillsRowByRow(like, value):
    result = torch.full_like(like, 0)
    for i in range(like.shape[0] if like.dim() else 0):
        result[i] = value
    return result


NumbersWithInt64 = edit("numbered", ", dtype=like.dtype", "", "torch.arange counts in int64")
NumbersFromOne = edit("numbered", "like.numel()", "1, like.numel() + 1", "the first number is 0")
LeavesTheNumbersInARow = edit("numbered", ".reshape(like.shape)", "", "shape")


@replaces("numbered", "the first index moves fastest")
def NumbersDownTheColumns(like):
    axes = tuple(reversed(range(like.dim())))
    numbers = torch.arange(like.numel(), dtype=like.dtype, device=like.device)
    return numbers.reshape(tuple(reversed(like.shape))).permute(axes)


@replaces("numbered", "these are the row numbers")
def NumbersTheRows(like):
    rows = torch.arange(like.shape[0] if like.dim() else 1, dtype=like.dtype, device=like.device)
    return rows.reshape(-1, *[1] * (like.dim() - 1)).expand(like.shape) if like.dim() else rows.reshape(())


@replaces("numbered")
def NumbersMatricesOnly(like):
    rows, columns = like.shape
    return torch.arange(rows * columns, dtype=like.dtype, device=like.device).reshape(rows, columns)


@replaces("numbered", "in the order in which like lies in memory")
def FollowsTheOrderInStorage(like):
    result = torch.empty_like(like)
    numbers = torch.arange(like.numel(), dtype=like.dtype, device=like.device)
    result.as_strided((like.numel(),), (1,)).copy_(numbers)
    return result


@replaces("numbered", "counts in twos")
def CountsInTheDtype(like):
    ones = torch.ones(like.numel(), dtype=like.dtype, device=like.device)
    return (ones.cumsum(0, dtype=like.dtype) - 1).reshape(like.shape)


TakesCountForTheIntervals = edit("sample_points", "high, count", "high, count + 1", "one point more than count")
ForgetsLow = edit("sample_points", "low, high", "0, high", "begin at 0")
SpacesInFloat32 = edit("sample_points", ", dtype=like.dtype", "", "expected float64")


@replaces("sample_points", "the last point is not high")
def LeavesTheLastPointOut(low, high, count, like):
    step = (high - low) / count
    return torch.tensor([low + step * i for i in range(count)], dtype=like.dtype, device=like.device)


@replaces("sample_points", "arange stops before its end")
def StopsArangeAtTheEnd(low, high, count, like):
    step = (high - low) / (count - 1)
    return torch.arange(low, high - step / 2, step, dtype=like.dtype, device=like.device)


@replaces("sample_points", "the middles of count intervals")
def TakesTheMiddlesOfTheIntervals(low, high, count, like):
    half = (high - low) / count / 2
    return torch.linspace(low + half, high - half, count, dtype=like.dtype, device=like.device)


@replaces("sample_points", "made in float32 first")
def WidensTooLate(low, high, count, like):
    return torch.linspace(low, high, count, device=like.device).to(like.dtype)


@replaces("sample_points", "equal ratios")
def SpacesByRatios(low, high, count, like):
    if low <= 0:
        return torch.linspace(low, high, count, dtype=like.dtype, device=like.device)
    first, last = math.log10(low), math.log10(high)
    return torch.logspace(first, last, count, dtype=like.dtype, device=like.device)


@replaces("sample_points", "shape")
def LetsArangeRunOneStepFurther(low, high, count, like):
    step = (high - low) / (count - 1)
    return torch.arange(low, high + step, step, dtype=like.dtype, device=like.device)


@replaces("sample_points", "their rounding added up")
def AddsUpTheSteps(low, high, count, like):
    points = [torch.tensor(low, dtype=like.dtype, device=like.device)]
    for _ in range(count - 1):
        points.append(points[-1] + (high - low) / (count - 1))
    return torch.stack(points)


@replaces("sample_points", "each step was added to the point before")
def PythonStepsAddedUp(low, high, count, like):
    step = (high - low) / (count - 1)
    points = [float(low)]
    while len(points) < count:
        points.append(points[-1] + step)
    return torch.tensor(points, dtype=like.dtype, device=like.device)


PutsTheOnesInFront = body(
    "with_ones_column", "return torch.cat([x.new_ones(x.shape[0], 1), x], dim=1)", "in front of the first column"
)
AddsARow = body("with_ones_column", "return torch.cat([x, x.new_ones(1, x.shape[1])], dim=0)", "shape")
AddsAColumnOfZeros = edit("with_ones_column", "x.new_ones", "x.new_zeros", "a column of zeros")
DividesTheFirstColumnByItself = edit(
    "with_ones_column", "x.new_ones(x.shape[0], 1)", "(x[:, :1] / x[:, :1]).to(x.dtype)"
)
CopiesTheShapeOfTheFirstColumn = edit(
    "with_ones_column", "x.new_ones(x.shape[0], 1)", "torch.ones_like(x[:, :1])", "shape (2, 0), expected shape (2, 1)"
)
AddsOnesFromTheCpu = edit(
    "with_ones_column", "x.new_ones(x.shape[0], 1)", "torch.ones(x.shape[0], 1, dtype=x.dtype)", "same device"
)


@replaces("with_ones_column", "torch.ones makes float32")
def JoinsFloat32Ones(x):
    return torch.cat([x, torch.ones(x.shape[0], 1, device=x.device)], dim=1)


@replaces("with_ones_column", "shape")
def OverwritesTheLastColumn(x):
    result = x.clone()
    result[:, -1] = 1
    return result


@replaces("with_ones_column", "changed its input")
def OverwritesItsInput(x):
    result = torch.cat([x, x.new_ones(x.shape[0], 1)], dim=1)
    x.fill_(1)
    return result


@replaces("with_ones_column", "the elements went through float32")
def JoinsInFloat32(x):
    return torch.cat([x.float(), torch.ones(x.shape[0], 1, device=x.device)], dim=1).to(x.dtype)
