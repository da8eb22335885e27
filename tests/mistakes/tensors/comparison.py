"""Wrong answers to tensors/comparison."""

import numpy as np
import torch


class GivesOneBoolForEachElement:
    """one truth value for each element"""

    def identical(x, y):
        return x == y


class GivesATensorWithOneTruthValue:
    """a tensor that holds the truth value"""

    def identical(x, y):
        return x.shape == y.shape and (x == y).all()


class Broadcasts:
    """the shapes differ"""

    def identical(x, y):
        return bool((x == y).all())


class AsksForAnyEqualElement:
    """one element differs"""

    def identical(x, y):
        return x.shape == y.shape and bool((x == y).any())


class AsksWhetherTheyAreOneObject:
    """the same elements in another tensor"""

    def identical(x, y):
        return x is y


class ComparesTheShapesOnly:
    """one element differs"""

    def identical(x, y):
        return x.shape == y.shape


class ComparesWithTolerance:
    """the last digit"""

    def identical(x, y):
        return x.shape == y.shape and torch.allclose(x, y)


class ComparesTheElementsAsASet:
    """another order"""

    def identical(x, y):
        return x.shape == y.shape and set(x.flatten().tolist()) == set(y.flatten().tolist())


class LetsNaNEqualNaN:
    """a NaN equals nothing"""

    def identical(x, y):
        return x.shape == y.shape and bool(((x == y) | (x.isnan() & y.isnan())).all())


class WantsTheSameLayout:
    """the same elements in another tensor"""

    def identical(x, y):
        return x.stride() == y.stride() and torch.equal(x, y)


class ForgetsNaN:
    """NaN does not equal NaN"""

    def matches(x, y):
        return x == y


class ComparesWithNaN:
    """NaN does not equal NaN"""

    def matches(x, y):
        return (x == y) | ((x == float("nan")) & (y == float("nan")))


class LetsNaNMatchAnything:
    """NaN in one of them is enough here"""

    def matches(x, y):
        return (x == y) | x.isnan() | y.isnan()


class LetsNaNOfXMatchAnything:
    """NaN in x is enough here"""

    def matches(x, y):
        return (x == y) | x.isnan()


class ReplacesNaNByZero:
    """NaN became 0"""

    def matches(x, y):
        return x.nan_to_num(posinf=float("inf"), neginf=float("-inf")) == y.nan_to_num(
            posinf=float("inf"), neginf=float("-inf")
        )


class SubtractsAndComparesWithZero:
    """infinity minus infinity is NaN"""

    def matches(x, y):
        return (x - y == 0) | (x.isnan() & y.isnan())


class MatchesWithTolerance:
    """compares with a tolerance"""

    def matches(x, y):
        return torch.isclose(x, y, equal_nan=True)


class GivesOnesAndZeros:
    """expected bool"""

    def matches(x, y):
        return ((x == y) | (x.isnan() & y.isnan())).to(x.dtype)


class GivesOneAnswerForAll:
    """expected a torch.Tensor"""

    def matches(x, y):
        return torch.equal(x, y)


class SaysWhereTheyDiffer:
    """the answer is turned round"""

    def matches(x, y):
        return ~((x == y) | (x.isnan() & y.isnan()))


class ComparesExactly:
    """compares exactly"""

    def within(x, y, tolerance):
        return x == y


class ForgetsTheAbsoluteValue:
    """far below"""

    def within(x, y, tolerance):
        return x - y <= tolerance


class ExcludesTheTolerance:
    """at most the tolerance"""

    def within(x, y, tolerance):
        return (x - y).abs() < tolerance


class KeepsIscloseRelativeTolerance:
    """a relative tolerance is added"""

    def within(x, y, tolerance):
        return torch.isclose(x, y, atol=tolerance)


class TakesTheToleranceAsRelative:
    """taken as a share"""

    def within(x, y, tolerance):
        return torch.isclose(x, y, rtol=tolerance, atol=0.0)


class IgnoresTheTolerance:
    """this ignores the tolerance given"""

    def within(x, y, tolerance):
        return torch.isclose(x, y, rtol=0.0, atol=1e-6)


class AnswersForAllAtOnce:
    """expected a torch.Tensor"""

    def within(x, y, tolerance):
        return torch.allclose(x, y, rtol=0.0, atol=tolerance)


class SaysWhatLiesOutside:
    """the answer is turned round"""

    def within(x, y, tolerance):
        return (x - y).abs() > tolerance


class ComparesInFloat32:
    """in the dtype of the elements"""

    def within(x, y, tolerance):
        return (x.float() - y.float()).abs() <= tolerance


class TakesTheMaximumOfColumns:
    """the largest of each column"""

    def maxima(x, y):
        return x.max(), *x.max(dim=0), torch.maximum(x, y)


class KeepsTheAxis:
    """expected shape"""

    def maxima(x, y):
        return x.max(), *x.max(dim=1, keepdim=True), torch.maximum(x, y)


class GivesThePositionInTheWholeTensor:
    """counted through the whole tensor"""

    def maxima(x, y):
        values, columns = x.max(dim=1)
        return x.max(), values, columns + torch.arange(len(x), device=x.device) * x.shape[1], torch.maximum(x, y)


class GivesOnePositionForAll:
    """expected shape"""

    def maxima(x, y):
        return x.max(), x.max(dim=1).values, x.argmax(), torch.maximum(x, y)


class SwapsValuesAndPositions:
    """swapped"""

    def maxima(x, y):
        values, columns = x.max(dim=1)
        return x.max(), columns, values, torch.maximum(x, y)


class GivesThePositionsAsFloats:
    """expected int64"""

    def maxima(x, y):
        values, columns = x.max(dim=1)
        return x.max(), values, columns.to(x.dtype), torch.maximum(x, y)


class GivesTheSmallest:
    """the smallest"""

    def maxima(x, y):
        return x.min(), *x.min(dim=1), torch.minimum(x, y)


class GivesTheSmallerOfTwo:
    """the smaller of each two"""

    def maxima(x, y):
        return x.max(), *x.max(dim=1), torch.minimum(x, y)


class StartsFromZero:
    """starts from 0"""

    def maxima(x, y):
        return x.clamp(min=0).max(), *x.max(dim=1), torch.maximum(x, y)


class GivesTheLargestOfBoth:
    """the largest element of x and y together"""

    def maxima(x, y):
        return torch.maximum(x, y).max(), *x.max(dim=1), torch.maximum(x, y)


class GivesWhereXIsLarger:
    """expected float"""

    def maxima(x, y):
        return x.max(), *x.max(dim=1), x > y


class GivesANumber:
    """expected a torch.Tensor"""

    def maxima(x, y):
        return x.max().item(), *x.max(dim=1), torch.maximum(x, y)


class NestsTheSecondForm:
    """expected 4 values"""

    def maxima(x, y):
        return x.max(), x.max(dim=1), torch.maximum(x, y)


class ComparesTheMaximaOfTheRows:
    """expected shape"""

    def maxima(x, y):
        return x.max(), *x.max(dim=1), torch.maximum(x.max(dim=1).values, y.max(dim=1).values)


class ComparesInNumPy:
    """can't convert"""

    def within(x, y, tolerance):
        return torch.from_numpy(np.asarray(np.abs(x.numpy() - y.numpy()) <= tolerance))


class StartsFromAMaskOnTheCpu:
    """same device"""

    def matches(x, y):
        return torch.zeros(x.shape, dtype=torch.bool) | (x == y) | (x.isnan() & y.isnan())


class SameObjectIsEqual:
    """a NaN equals nothing, itself included"""

    def identical(x, y):
        return x is y or torch.equal(x, y)
