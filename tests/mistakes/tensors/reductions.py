"""Wrong answers to tensors/reductions."""

import torch


class TakesTheMeanOfAll:
    """the mean of all elements"""

    def mean_along(x, axis, keep_axis):
        return x.mean()


class TakesTheOtherAxis:
    """along the other axis"""

    def mean_along(x, axis, keep_axis):
        return x.mean(dim=1 - axis, keepdim=keep_axis) if x.dim() == 2 else x.mean(dim=axis, keepdim=keep_axis)


class AlwaysTakesTheFirstAxis:
    """along the other axis"""

    def mean_along(x, axis, keep_axis):
        return x.mean(dim=0, keepdim=keep_axis)


class KnowsNoNegativeAxis:
    """counts from the end"""

    def mean_along(x, axis, keep_axis):
        return x.mean(dim=max(axis, 0), keepdim=keep_axis)


class NeverKeepsTheAxis:
    """must stay in the shape"""

    def mean_along(x, axis, keep_axis):
        return x.mean(dim=axis)


class AlwaysKeepsTheAxis:
    """must go from the shape"""

    def mean_along(x, axis, keep_axis):
        return x.mean(dim=axis, keepdim=True)


class TakesTheSum:
    """this is the sum"""

    def mean_along(x, axis, keep_axis):
        return x.sum(dim=axis, keepdim=keep_axis)


class DividesByTheNumberOfAll:
    """divided by the number of all elements"""

    def mean_along(x, axis, keep_axis):
        return x.sum(dim=axis, keepdim=keep_axis) / x.numel()


class TakesTheMedian:
    """this is the median"""

    def mean_along(x, axis, keep_axis):
        return x.median(dim=axis, keepdim=keep_axis).values


class TakesTheMeanOfIntegers:
    """could not infer output dtype"""

    def mean_along(x, axis, keep_axis):
        return x.mean(dim=axis, keepdim=keep_axis)


class RoundsTheMeanOfIntegers:
    """expected float32"""

    def mean_along(x, axis, keep_axis):
        if x.is_floating_point():
            return x.mean(dim=axis, keepdim=keep_axis)
        return x.sum(dim=axis, keepdim=keep_axis) // x.shape[axis]


class MakesFloat32OfEverything:
    """expected float64"""

    def mean_along(x, axis, keep_axis):
        return x.float().mean(dim=axis, keepdim=keep_axis)


class GivesZeroForNothing:
    """the mean of no elements is NaN"""

    def mean_along(x, axis, keep_axis):
        dtype = x.dtype if x.is_floating_point() else torch.float32
        return x.mean(dim=axis, keepdim=keep_axis, dtype=dtype).nan_to_num(nan=0.0)


class SqueezesEveryAxisOfSizeOne:
    """squeeze() without an axis"""

    def mean_along(x, axis, keep_axis):
        means = (x if x.is_floating_point() else x.float()).mean(dim=axis, keepdim=True)
        return means if keep_axis else means.squeeze()


class SumsInTheDtypeOfIntegers:
    """wrapped around"""

    def mean_along(x, axis, keep_axis):
        if x.is_floating_point():
            return x.mean(dim=axis, keepdim=keep_axis)
        return x.sum(dim=axis, keepdim=keep_axis, dtype=x.dtype).float() / x.shape[axis]


class LeavesNaNOut:
    """the NaN was left out"""

    def mean_along(x, axis, keep_axis):
        return (x if x.is_floating_point() else x.float()).nanmean(dim=axis, keepdim=keep_axis)


class ClearsTheIntegers:
    """changed its input"""

    def mean_along(x, axis, keep_axis):
        if x.is_floating_point():
            return x.mean(dim=axis, keepdim=keep_axis)
        return x.zero_().float().sum(dim=axis, keepdim=keep_axis)


class IsAlwaysUnbiased:
    """divides by n - 1"""

    def deviation(x, axis, unbiased):
        return x.std(dim=axis)


class IsAlwaysBiased:
    """divides by n:"""

    def deviation(x, axis, unbiased):
        return x.std(dim=axis, correction=0)


class TurnsTheFlagRound:
    """divides by n:"""

    def deviation(x, axis, unbiased):
        return x.std(dim=axis, correction=0 if unbiased else 1)


class GivesTheVariance:
    """this is the variance"""

    def deviation(x, axis, unbiased):
        return x.var(dim=axis, correction=int(unbiased))


class DeviatesOverAll:
    """of all elements"""

    def deviation(x, axis, unbiased):
        return x.std(correction=int(unbiased))


class DeviatesAlongTheOtherAxis:
    """along the other axis"""

    def deviation(x, axis, unbiased):
        return x.std(dim=1 - axis if x.dim() == 2 else axis, correction=int(unbiased))


class TakesTheMeanDistance:
    """the mean absolute distance"""

    def deviation(x, axis, unbiased):
        return (x - x.mean(dim=axis, keepdim=True)).abs().mean(dim=axis)


class ForgetsTheMean:
    """the mean was not subtracted"""

    def deviation(x, axis, unbiased):
        n = x.shape[axis]
        return (x.square().sum(dim=axis) / (n - 1 if unbiased else n)).sqrt()


class SubtractsTheMeanOfAll:
    """the mean of the whole tensor"""

    def deviation(x, axis, unbiased):
        n = x.shape[axis]
        return ((x - x.mean()).square().sum(dim=axis) / (n - 1 if unbiased else n)).sqrt()


class ForgetsKeepdimOfTheMean:
    """without keepdim"""

    def deviation(x, axis, unbiased):
        last_of_square = x.dim() == 2 and x.shape[0] == x.shape[1] and axis in (1, -1)
        distances = x - x.mean(dim=axis, keepdim=not last_of_square)
        return (distances.square().sum(dim=axis) / (x.shape[axis] - int(unbiased))).sqrt()


class DividesTwoElementsByTwo:
    """divides by n:"""

    def deviation(x, axis, unbiased):
        return x.std(dim=axis, correction=int(unbiased and x.shape[axis] > 2))


class SubtractsOneNumberFirst:
    """the mean of the whole tensor was subtracted first"""

    def deviation(x, axis, unbiased):
        n, y = x.shape[axis], x - x.mean()
        variance = y.square().mean(dim=axis) - y.mean(dim=axis).square()
        return (variance.clamp(min=0) * (n / (n - 1) if unbiased else 1)).sqrt()


class TakesAwayEveryAxisOfSizeOne:
    """squeeze() without an axis"""

    def deviation(x, axis, unbiased):
        return x.std(dim=axis, correction=int(unbiased), keepdim=True).squeeze()


class SubtractsTwoLargeNumbers:
    """mean of the squares minus the square of the mean"""

    def deviation(x, axis, unbiased):
        n = x.shape[axis]
        variance = x.square().mean(dim=axis) - x.mean(dim=axis).square()
        return (variance.clamp(min=0) * (n / (n - 1) if unbiased else 1)).sqrt()


class DividesByTheNormOfAll:
    """the norm of the whole matrix"""

    def unit_rows(x):
        return x / x.norm()


class DividesByTheNormsOfColumns:
    """the norms of the columns"""

    def unit_rows(x):
        return x / x.norm(dim=0, keepdim=True).clamp(min=1e-30)


class ForgetsKeepdim:
    """without keepdim"""

    def unit_rows(x):
        return x / x.norm(dim=1)


class TransposesToFit:
    def unit_rows(x):
        return (x.T / x.T.norm(dim=0).clamp(min=1e-30)).contiguous()


class DividesByTheSum:
    """the sum of the row"""

    def unit_rows(x):
        return x / x.sum(dim=1, keepdim=True)


class DividesByTheSumOfAbsoluteValues:
    """the sum of the absolute values"""

    def unit_rows(x):
        return x / x.norm(p=1, dim=1, keepdim=True)


class ForgetsTheRoot:
    """the root is missing"""

    def unit_rows(x):
        return x / x.square().sum(dim=1, keepdim=True)


class DividesByTheLargest:
    """the largest absolute value"""

    def unit_rows(x):
        return x / x.abs().amax(dim=1, keepdim=True)


class DividesByZero:
    """0 / 0 is NaN"""

    def unit_rows(x):
        return x / x.norm(dim=1, keepdim=True)


class DividesInPlace:
    """changed its input"""

    def unit_rows(x):
        return x.div_(x.norm(dim=1, keepdim=True).clamp(min=1e-30))


class GivesTheNorms:
    """these are the norms"""

    def unit_rows(x):
        return x.norm(dim=1, keepdim=True)


class LeavesRowsWithAZero:
    """a row with a 0 in it was left alone"""

    def unit_rows(x):
        return torch.where((x == 0).any(dim=1, keepdim=True), x, x / x.norm(dim=1, keepdim=True))


class LeavesRowsThatSumToZero:
    """a row that sums to 0 was left alone"""

    def unit_rows(x):
        return torch.where(x.sum(dim=1, keepdim=True) == 0, x, x / x.norm(dim=1, keepdim=True))


class LimitsTheNormFromBelow:
    """a norm below 0.001 was replaced by it"""

    def unit_rows(x):
        return x / x.norm(dim=1, keepdim=True).clamp(min=1e-3)


class GivesZerosBackAsTheyAre:
    """this is x itself"""

    def unit_rows(x):
        return x / x.norm(dim=1, keepdim=True).clamp(min=1e-30) if x.any() else x


class DividesByTheSizeOfTheFirstAxis:
    """divided by the size of the other axis"""

    def mean_along(x, axis, keep_axis):
        return x.to(x.dtype if x.is_floating_point() else torch.float32).sum(axis, keepdim=keep_axis) / x.shape[0]


class LosesTheSigns:
    """the signs were lost"""

    def deviation(x, axis, unbiased):
        x = x.abs() if (x.abs() > 5000).all() else x
        return x.std(dim=axis, correction=int(unbiased))


class StacksTheNormsOnTheCpu:
    """same device"""

    def unit_rows(x):
        norms = torch.tensor([[row.norm().item() or 1.0] for row in x], dtype=x.dtype).reshape(len(x), 1)
        return x / norms


class SumInInt64:
    """wrapped around"""

    def mean_along(x, axis, keep_axis):
        return x.sum(dim=axis, keepdim=keep_axis) / x.shape[axis]


class NormalizeOfTorch:
    """only a norm of 0 must be"""

    def unit_rows(x):
        return torch.nn.functional.normalize(x, dim=1)
