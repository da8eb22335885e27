"""Wrong answers to tensors/broadcasting."""

import torch

from dojo.runner.variants import body, edit, replaces

GivesTheShapeFromTheLastAxisOn = body(
    "broadcast_shape", "return tuple(reversed(torch.broadcast_shapes(tuple(first), tuple(second))))", "in reverse"
)
LetsTorchRefuse = body(
    "broadcast_shape", "return tuple(torch.broadcast_shapes(tuple(first), tuple(second)))", "raised RuntimeError"
)


@replaces("broadcast_shape", "must raise ValueError when")
def TakesTheLargerSizeAndNeverRefuses(first, second):
    count = max(len(first), len(second))
    one = (1,) * (count - len(first)) + tuple(first)
    other = (1,) * (count - len(second)) + tuple(second)
    return tuple(max(pair) for pair in zip(one, other, strict=True))


@replaces("broadcast_shape", "the larger of the two sizes")
def TakesTheLargerSizeOfOneAndZero(first, second):
    count = max(len(first), len(second))
    one = (1,) * (count - len(first)) + tuple(first)
    other = (1,) * (count - len(second)) + tuple(second)
    if any(a != b and a != 1 and b != 1 for a, b in zip(one, other, strict=True)):
        raise ValueError
    return tuple(max(pair) for pair in zip(one, other, strict=True))


@replaces("broadcast_shape", "flush left")
def AlignsTheShapesAtTheLeft(first, second):
    count = max(len(first), len(second))
    one = tuple(first) + (1,) * (count - len(first))
    other = tuple(second) + (1,) * (count - len(second))
    sizes = []
    for a, b in zip(one, other, strict=True):
        if a != b and a != 1 and b != 1:
            raise ValueError
        sizes.append(b if a == 1 else a)
    return tuple(sizes)


@replaces("broadcast_shape", "the axes that only one of the shapes has")
def DropsTheAxesThatOnlyOneShapeHas(first, second):
    sizes = []
    for a, b in zip(reversed(first), reversed(second), strict=False):
        if a != b and a != 1 and b != 1:
            raise ValueError
        sizes.append(b if a == 1 else a)
    return tuple(reversed(sizes))


@replaces("broadcast_shape")
def AddsAxesToTheSecondShapeOnly(first, second):
    second = (1,) * (len(first) - len(second)) + tuple(second)
    sizes = []
    for a, b in zip(first, second, strict=True):
        if a != b and a != 1 and b != 1:
            raise ValueError
        sizes.append(b if a == 1 else a)
    return tuple(sizes)


@replaces("broadcast_shape", "raised ValueError")
def StretchesTheFirstShapeOnly(first, second):
    count = max(len(first), len(second))
    one = (1,) * (count - len(first)) + tuple(first)
    other = (1,) * (count - len(second)) + tuple(second)
    if any(a not in (1, b) for a, b in zip(one, other, strict=True)):
        raise ValueError("no")
    return other


@replaces("broadcast_shape", "the shapes are (2,) and (4,)")
def TakesAnySizeThatDividesTheOther(first, second):
    count = max(len(first), len(second))
    one = (1,) * (count - len(first)) + tuple(first)
    other = (1,) * (count - len(second)) + tuple(second)
    sizes = []
    for a, b in zip(one, other, strict=True):
        if a != b and a != 1 and b != 1 and (a == 0 or b == 0 or (a % b and b % a)):
            raise ValueError
        sizes.append(b if a == 1 else a if b == 1 else max(a, b))
    return tuple(sizes)


PairsElementWithElement = edit("pairwise_differences", "x[:, None]", "x", "pairs the two vectors element by element")
PutsXAlongTheColumns = edit("pairwise_differences", "x[:, None] - y", "x - y.unsqueeze(1)", "x runs along the columns")
SubtractsTheWrongWay = edit("pairwise_differences", "x[:, None] - y", "y - x.unsqueeze(1)", "this is y minus x")
SubtractsTheWrongWayWithYAlongTheRows = edit(
    "pairwise_differences", "x[:, None] - y", "y.unsqueeze(1) - x", "this is y minus x, and x runs along the columns"
)
GivesDistances = edit("pairwise_differences", "x[:, None] - y", "(x.unsqueeze(1) - y).abs()", "the sign is gone")
GivesDistancesByCdist = edit(
    "pairwise_differences", "x[:, None] - y", "torch.cdist(x.unsqueeze(1), y.unsqueeze(1), p=1.0)", "the sign is gone"
)
PairsInFloat32 = body("pairwise_differences", "return x.float().unsqueeze(1) - y.float()", "gave dtype float32")
GivesEachPairAnAxisOfItsOwn = body("pairwise_differences", "return (x.unsqueeze(1) - y).unsqueeze(-1)", "gave shape")

ScalesTheColumnsTwice = edit("scale", "row_factors[:, None]", "row_factors", "row_factors is paired with the columns")
SwapsRowsAndColumns = body(
    "scale", "return matrix * row_factors * column_factors.unsqueeze(1)", "the factors are swapped"
)
ScalesTheRowsOnly = body("scale", "return matrix * row_factors.unsqueeze(1)", "only the rows are scaled")
ScalesTheColumnsOnly = edit("scale", "matrix * row_factors[:, None]", "matrix", "only the columns are scaled")
GivesTheMatrixBack = body("scale", "return matrix", "this is the matrix as it came")


@replaces("scale", "column_factors is paired with the rows")
def ScalesTheRowsTwice(matrix, row_factors, column_factors):
    return matrix * row_factors.unsqueeze(1) * column_factors.unsqueeze(1)


@replaces("scale", "changed its input")
def ScalesInPlace(matrix, row_factors, column_factors):
    matrix *= row_factors.unsqueeze(1)
    matrix *= column_factors
    return matrix


@replaces("scale", "raised RuntimeError")
def ViewsTheMatrixAsContiguous(matrix, row_factors, column_factors):
    return (matrix.view(-1) * torch.outer(row_factors, column_factors).view(-1)).view(matrix.shape)


@replaces("scale", "same device")
def ScalesWithOnesMadeOnTheCpu(matrix, row_factors, column_factors):
    return matrix * (row_factors[:, None] * torch.ones(1, matrix.shape[1], dtype=matrix.dtype)) * column_factors


PairsEachPredictionWithEachLabel = edit(
    "mean_squared_error", "predictions.squeeze(1)", "predictions", "pairs each prediction with each label"
)
GivesTheSumOfSquares = edit("mean_squared_error", ".mean()", ".sum()", "this is the sum")
GivesTheRoot = edit("mean_squared_error", ".mean()", ".mean().sqrt()", "the square root")
SquaresTheMean = body(
    "mean_squared_error", "return (predictions.squeeze(1) - labels).mean().square()", "the square of the mean"
)
GivesANumber = edit("mean_squared_error", ".mean()", ".mean().item()", "expected a torch.Tensor")
LeavesOneErrorForEachRow = body(
    "mean_squared_error", "return (predictions - labels.unsqueeze(1)).square().mean(dim=0)", "gave shape (1,)"
)


@replaces("mean_squared_error", "pairs each prediction with each label")
def AddsAnAxisOnTheWrongSide(predictions, labels):
    return (predictions - labels.unsqueeze(0)).square().mean()


@replaces("mean_squared_error", "the mean of the absolute differences")
def GivesTheMeanDistance(predictions, labels):
    return (predictions.squeeze(1) - labels).abs().mean()


@replaces("mean_squared_error", "a tensor made without device= lies on the CPU")
def SumsTheSquaresInATensorOnTheCpu(predictions, labels):
    total = sum(((p - label) ** 2).item() for p, label in zip(predictions[:, 0], labels, strict=True))
    return torch.tensor(total / len(labels), dtype=predictions.dtype)
