"""Wrong answers to tensors/comparison."""

import numpy as np
import torch

from dojo.runner.variants import body, edit, replaces

GivesOneBoolForEachElement = edit("identical", "torch.equal(x, y)", "x == y", "one truth value for each element")
GivesATensorWithOneTruthValue = edit(
    "identical", "torch.equal(x, y)", "x.shape == y.shape and (x == y).all()", "a tensor that holds the truth value"
)
Broadcasts = edit("identical", "torch.equal(x, y)", "bool((x == y).all())", "the shapes differ")
AsksForAnyEqualElement = body("identical", "return x.shape == y.shape and bool((x == y).any())", "one element differs")
AsksWhetherTheyAreOneObject = edit("identical", "torch.equal(x, y)", "x is y", "the same elements in another tensor")
ComparesTheShapesOnly = edit("identical", "torch.equal(x, y)", "x.shape == y.shape", "one element differs")
ComparesWithTolerance = body("identical", "return x.shape == y.shape and torch.allclose(x, y)", "the last digit")
ComparesTheElementsAsASet = body(
    "identical", "return x.shape == y.shape and set(x.flatten().tolist()) == set(y.flatten().tolist())", "another order"
)
WantsTheSameLayout = body(
    "identical", "return x.stride() == y.stride() and torch.equal(x, y)", "the same elements in another tensor"
)
SameObjectIsEqual = body("identical", "return x is y or torch.equal(x, y)", "a NaN equals nothing, itself included")


@replaces("identical", "a NaN equals nothing")
def LetsNaNEqualNaN(x, y):
    return x.shape == y.shape and bool(((x == y) | (x.isnan() & y.isnan())).all())


ForgetsNaN = body("matches", "return x == y", "NaN does not equal NaN")
ComparesWithNaN = edit(
    "matches", "x.isnan() & y.isnan()", '(x == float("nan")) & (y == float("nan"))', "NaN does not equal NaN"
)
LetsNaNMatchAnything = body("matches", "return (x == y) | x.isnan() | y.isnan()", "NaN in one of them is enough here")
LetsNaNOfXMatchAnything = edit("matches", "x.isnan() & y.isnan()", "x.isnan()", "NaN in x is enough here")
SubtractsAndComparesWithZero = edit("matches", "x == y", "x - y == 0", "infinity minus infinity is NaN")
MatchesWithTolerance = body("matches", "return torch.isclose(x, y, equal_nan=True)", "compares with a tolerance")
GivesOnesAndZeros = body("matches", "return ((x == y) | (x.isnan() & y.isnan())).to(x.dtype)", "expected bool")
GivesOneAnswerForAll = body("matches", "return torch.equal(x, y)", "expected a torch.Tensor")
SaysWhereTheyDiffer = body("matches", "return ~((x == y) | (x.isnan() & y.isnan()))", "the answer is turned round")
StartsFromAMaskOnTheCpu = edit("matches", "x == y", "torch.zeros(x.shape, dtype=torch.bool) | (x == y)", "same device")


@replaces("matches", "NaN became 0")
def ReplacesNaNByZero(x, y):
    return x.nan_to_num(posinf=float("inf"), neginf=float("-inf")) == y.nan_to_num(
        posinf=float("inf"), neginf=float("-inf")
    )


ComparesExactly = body("within", "return x == y", "compares exactly")
ForgetsTheAbsoluteValue = edit("within", "(x - y).abs()", "x - y", "far below")
ExcludesTheTolerance = body("within", "return (x - y).abs() < tolerance", "at most the tolerance")
KeepsIscloseRelativeTolerance = body(
    "within", "return torch.isclose(x, y, atol=tolerance)", "a relative tolerance is added"
)
TakesTheToleranceAsRelative = body("within", "return torch.isclose(x, y, rtol=tolerance, atol=0.0)", "taken as a share")
IgnoresTheTolerance = body(
    "within", "return torch.isclose(x, y, rtol=0.0, atol=1e-6)", "this ignores the tolerance given"
)
AnswersForAllAtOnce = body("within", "return torch.allclose(x, y, rtol=0.0, atol=tolerance)", "expected a torch.Tensor")
SaysWhatLiesOutside = body("within", "return (x - y).abs() > tolerance", "the answer is turned round")
ComparesInFloat32 = edit("within", "x - y", "x.float() - y.float()", "in the dtype of the elements")
ComparesInNumPy = body(
    "within", "return torch.from_numpy(np.asarray(np.abs(x.numpy() - y.numpy()) <= tolerance))", "can't convert"
)

TakesTheMaximumOfColumns = body(
    "maxima", "return x.max(), *x.max(dim=0), torch.maximum(x, y)", "the largest of each column"
)
KeepsTheAxis = body("maxima", "return x.max(), *x.max(dim=1, keepdim=True), torch.maximum(x, y)", "expected shape")
GivesOnePositionForAll = body(
    "maxima", "return x.max(), x.max(dim=1).values, x.argmax(), torch.maximum(x, y)", "expected shape"
)
SwapsValuesAndPositions = edit("maxima", "x.max(), values, columns", "x.max(), columns, values", "swapped")
GivesThePositionsAsFloats = edit(
    "maxima", "x.max(), values, columns", "x.max(), values, columns.to(x.dtype)", "expected int64"
)
GivesTheSmallest = body("maxima", "return x.min(), *x.min(dim=1), torch.minimum(x, y)", "the smallest")
GivesTheSmallerOfTwo = body("maxima", "return x.max(), *x.max(dim=1), torch.minimum(x, y)", "the smaller of each two")
StartsFromZero = body("maxima", "return x.clamp(min=0).max(), *x.max(dim=1), torch.maximum(x, y)", "starts from 0")
GivesWhereXIsLarger = body("maxima", "return x.max(), *x.max(dim=1), x > y", "expected float")
GivesANumber = body("maxima", "return x.max().item(), *x.max(dim=1), torch.maximum(x, y)", "expected a torch.Tensor")
NestsTheSecondForm = body("maxima", "return x.max(), x.max(dim=1), torch.maximum(x, y)", "expected 4 values")
ComparesTheMaximaOfTheRows = body(
    "maxima", "return x.max(), *x.max(dim=1), torch.maximum(x.max(dim=1).values, y.max(dim=1).values)", "expected shape"
)


@replaces("maxima", "counted through the whole tensor")
def GivesThePositionInTheWholeTensor(x, y):
    values, columns = x.max(dim=1)
    return x.max(), values, columns + torch.arange(len(x), device=x.device) * x.shape[1], torch.maximum(x, y)


@replaces("maxima", "the largest element of x and y together")
def GivesTheLargestOfBoth(x, y):
    return torch.maximum(x, y).max(), *x.max(dim=1), torch.maximum(x, y)
