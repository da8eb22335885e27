"""Wrong answers to tensors/reductions."""

import torch

from dojo.runner.variants import body, edit, replaces

TakesTheMeanOfAll = body("mean_along", "return x.mean()", "the mean of all elements")
AlwaysTakesTheFirstAxis = body("mean_along", "return x.mean(dim=0, keepdim=keep_axis)", "along the other axis")
KnowsNoNegativeAxis = body("mean_along", "return x.mean(dim=max(axis, 0), keepdim=keep_axis)", "counts from the end")
NeverKeepsTheAxis = body("mean_along", "return x.mean(dim=axis)", "must stay in the shape")
AlwaysKeepsTheAxis = body("mean_along", "return x.mean(dim=axis, keepdim=True)", "must go from the shape")
TakesTheSum = body("mean_along", "return x.sum(dim=axis, keepdim=keep_axis)", "this is the sum")
DividesByTheNumberOfAll = body(
    "mean_along", "return x.sum(dim=axis, keepdim=keep_axis) / x.numel()", "divided by the number of all elements"
)
TakesTheMedian = body("mean_along", "return x.median(dim=axis, keepdim=keep_axis).values", "this is the median")
TakesTheMeanOfIntegers = body(
    "mean_along", "return x.mean(dim=axis, keepdim=keep_axis)", "could not infer output dtype"
)
MakesFloat32OfEverything = body("mean_along", "return x.float().mean(dim=axis, keepdim=keep_axis)", "expected float64")
SumInInt64 = body("mean_along", "return x.sum(dim=axis, keepdim=keep_axis) / x.shape[axis]", "wrapped around")


@replaces("mean_along", "along the other axis")
def TakesTheOtherAxis(x, axis, keep_axis):
    return x.mean(dim=1 - axis, keepdim=keep_axis) if x.dim() == 2 else x.mean(dim=axis, keepdim=keep_axis)


@replaces("mean_along", "expected float32")
def RoundsTheMeanOfIntegers(x, axis, keep_axis):
    if x.is_floating_point():
        return x.mean(dim=axis, keepdim=keep_axis)
    return x.sum(dim=axis, keepdim=keep_axis) // x.shape[axis]


@replaces("mean_along", "the mean of no elements is NaN")
def GivesZeroForNothing(x, axis, keep_axis):
    dtype = x.dtype if x.is_floating_point() else torch.float32
    return x.mean(dim=axis, keepdim=keep_axis, dtype=dtype).nan_to_num(nan=0.0)


@replaces("mean_along", "squeeze() without an axis")
def SqueezesEveryAxisOfSizeOne(x, axis, keep_axis):
    means = (x if x.is_floating_point() else x.float()).mean(dim=axis, keepdim=True)
    return means if keep_axis else means.squeeze()


@replaces("mean_along", "wrapped around")
def SumsInTheDtypeOfIntegers(x, axis, keep_axis):
    if x.is_floating_point():
        return x.mean(dim=axis, keepdim=keep_axis)
    return x.sum(dim=axis, keepdim=keep_axis, dtype=x.dtype).float() / x.shape[axis]


@replaces("mean_along", "the NaN was left out")
def LeavesNaNOut(x, axis, keep_axis):
    return (x if x.is_floating_point() else x.float()).nanmean(dim=axis, keepdim=keep_axis)


@replaces("mean_along", "changed its input")
def ClearsTheIntegers(x, axis, keep_axis):
    if x.is_floating_point():
        return x.mean(dim=axis, keepdim=keep_axis)
    return x.zero_().float().sum(dim=axis, keepdim=keep_axis)


@replaces("mean_along", "divided by the size of the other axis")
def DividesByTheSizeOfTheFirstAxis(x, axis, keep_axis):
    return x.to(x.dtype if x.is_floating_point() else torch.float32).sum(axis, keepdim=keep_axis) / x.shape[0]


IsAlwaysUnbiased = body("deviation", "return x.std(dim=axis)", "divides by n - 1")
IsAlwaysBiased = edit("deviation", "1 if unbiased else 0", "0", "divides by n:")
TurnsTheFlagRound = edit("deviation", "1 if unbiased else 0", "0 if unbiased else 1", "divides by n:")
GivesTheVariance = body("deviation", "return x.var(dim=axis, correction=int(unbiased))", "this is the variance")
DeviatesOverAll = body("deviation", "return x.std(correction=int(unbiased))", "of all elements")
TakesTheMeanDistance = body(
    "deviation", "return (x - x.mean(dim=axis, keepdim=True)).abs().mean(dim=axis)", "the mean absolute distance"
)
DividesTwoElementsByTwo = edit(
    "deviation", "1 if unbiased else 0", "int(unbiased and x.shape[axis] > 2)", "divides by n:"
)
TakesAwayEveryAxisOfSizeOne = body(
    "deviation", "return x.std(dim=axis, correction=int(unbiased), keepdim=True).squeeze()", "squeeze() without an axis"
)


@replaces("deviation", "along the other axis")
def DeviatesAlongTheOtherAxis(x, axis, unbiased):
    return x.std(dim=1 - axis if x.dim() == 2 else axis, correction=int(unbiased))


@replaces("deviation", "the mean was not subtracted")
def ForgetsTheMean(x, axis, unbiased):
    n = x.shape[axis]
    return (x.square().sum(dim=axis) / (n - 1 if unbiased else n)).sqrt()


@replaces("deviation", "the mean of the whole tensor")
def SubtractsTheMeanOfAll(x, axis, unbiased):
    n = x.shape[axis]
    return ((x - x.mean()).square().sum(dim=axis) / (n - 1 if unbiased else n)).sqrt()


@replaces("deviation", "without keepdim")
def ForgetsKeepdimOfTheMean(x, axis, unbiased):
    last_of_square = x.dim() == 2 and x.shape[0] == x.shape[1] and axis in (1, -1)
    distances = x - x.mean(dim=axis, keepdim=not last_of_square)
    return (distances.square().sum(dim=axis) / (x.shape[axis] - int(unbiased))).sqrt()


@replaces("deviation", "the mean of the whole tensor was subtracted first")
def SubtractsOneNumberFirst(x, axis, unbiased):
    n, y = x.shape[axis], x - x.mean()
    variance = y.square().mean(dim=axis) - y.mean(dim=axis).square()
    return (variance.clamp(min=0) * (n / (n - 1) if unbiased else 1)).sqrt()


@replaces("deviation", "mean of the squares minus the square of the mean")
def SubtractsTwoLargeNumbers(x, axis, unbiased):
    n = x.shape[axis]
    variance = x.square().mean(dim=axis) - x.mean(dim=axis).square()
    return (variance.clamp(min=0) * (n / (n - 1) if unbiased else 1)).sqrt()


@replaces("deviation", "the signs were lost")
def LosesTheSigns(x, axis, unbiased):
    x = x.abs() if (x.abs() > 5000).all() else x
    return x.std(dim=axis, correction=int(unbiased))


DividesByTheNormOfAll = body("unit_rows", "return x / x.norm()", "the norm of the whole matrix")
DividesByTheNormsOfColumns = body(
    "unit_rows", "return x / x.norm(dim=0, keepdim=True).clamp(min=1e-30)", "the norms of the columns"
)
ForgetsKeepdim = body("unit_rows", "return x / x.norm(dim=1)", "without keepdim")
TransposesToFit = body("unit_rows", "return (x.T / x.T.norm(dim=0).clamp(min=1e-30)).contiguous()")
DividesByTheSum = body("unit_rows", "return x / x.sum(dim=1, keepdim=True)", "the sum of the row")
DividesByTheSumOfAbsoluteValues = body(
    "unit_rows", "return x / x.norm(p=1, dim=1, keepdim=True)", "the sum of the absolute values"
)
ForgetsTheRoot = body("unit_rows", "return x / x.square().sum(dim=1, keepdim=True)", "the root is missing")
DividesByTheLargest = body("unit_rows", "return x / x.abs().amax(dim=1, keepdim=True)", "the largest absolute value")
DividesByZero = body("unit_rows", "return x / x.norm(dim=1, keepdim=True)", "0 / 0 is NaN")
DividesInPlace = body("unit_rows", "return x.div_(x.norm(dim=1, keepdim=True).clamp(min=1e-30))", "changed its input")
GivesTheNorms = body("unit_rows", "return x.norm(dim=1, keepdim=True)", "these are the norms")
LimitsTheNormFromBelow = body(
    "unit_rows", "return x / x.norm(dim=1, keepdim=True).clamp(min=1e-3)", "a norm below 0.001 was replaced by it"
)
GivesZerosBackAsTheyAre = body(
    "unit_rows", "return x / x.norm(dim=1, keepdim=True).clamp(min=1e-30) if x.any() else x", "this is x itself"
)
NormalizeOfTorch = body("unit_rows", "return torch.nn.functional.normalize(x, dim=1)", "only a norm of 0 must be")


@replaces("unit_rows", "a row with a 0 in it was left alone")
def LeavesRowsWithAZero(x):
    return torch.where((x == 0).any(dim=1, keepdim=True), x, x / x.norm(dim=1, keepdim=True))


@replaces("unit_rows", "a row that sums to 0 was left alone")
def LeavesRowsThatSumToZero(x):
    return torch.where(x.sum(dim=1, keepdim=True) == 0, x, x / x.norm(dim=1, keepdim=True))


@replaces("unit_rows", "same device")
def StacksTheNormsOnTheCpu(x):
    norms = torch.tensor([[row.norm().item() or 1.0] for row in x], dtype=x.dtype).reshape(len(x), 1)
    return x / norms
