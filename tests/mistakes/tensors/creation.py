"""Wrong answers to tensors/creation."""

import math

import torch


class FillsWithTorchsOwnDtype:
    """torch.full picked the dtype"""

    def filled(like, value):
        return torch.full(like.shape, value, device=like.device)


class FillsWithFloat32:
    """float32, torch's default"""

    def filled(like, value):
        return torch.zeros(like.shape, device=like.device) + value


class FillsOnTheDefaultDevice:
    """a tensor made without device= lies on the CPU"""

    def filled(like, value):
        return torch.full(like.shape, value, dtype=like.dtype)


class FillsWithOnes:
    """these are ones"""

    def filled(like, value):
        return torch.ones_like(like)


class FillsWithZeros:
    """these are zeros"""

    def filled(like, value):
        return torch.zeros_like(like)


class ComputesWithTheElements:
    """computed from the elements of like"""

    def filled(like, value):
        return (like * 0 + value).to(like.dtype)


class FillsLikeItself:
    """changed its input"""

    def filled(like, value):
        return like.fill_(value)


class MakesASingleElement:
    """shape"""

    def filled(like, value):
        return torch.tensor(value, dtype=like.dtype, device=like.device)


class NumbersWithInt64:
    """torch.arange counts in int64"""

    def numbered(like):
        return torch.arange(like.numel(), device=like.device).reshape(like.shape)


class NumbersFromOne:
    """the first number is 0"""

    def numbered(like):
        return torch.arange(1, like.numel() + 1, dtype=like.dtype, device=like.device).reshape(like.shape)


class NumbersDownTheColumns:
    """the first index moves fastest"""

    def numbered(like):
        axes = tuple(reversed(range(like.dim())))
        numbers = torch.arange(like.numel(), dtype=like.dtype, device=like.device)
        return numbers.reshape(tuple(reversed(like.shape))).permute(axes)


class NumbersTheRows:
    """these are the row numbers"""

    def numbered(like):
        rows = torch.arange(like.shape[0] if like.dim() else 1, dtype=like.dtype, device=like.device)
        return rows.reshape(-1, *[1] * (like.dim() - 1)).expand(like.shape) if like.dim() else rows.reshape(())


class NumbersMatricesOnly:
    def numbered(like):
        rows, columns = like.shape
        return torch.arange(rows * columns, dtype=like.dtype, device=like.device).reshape(rows, columns)


class LeavesTheNumbersInARow:
    """shape"""

    def numbered(like):
        return torch.arange(like.numel(), dtype=like.dtype, device=like.device)


class FollowsTheOrderInStorage:
    """in the order in which like lies in memory"""

    def numbered(like):
        result = torch.empty_like(like)
        numbers = torch.arange(like.numel(), dtype=like.dtype, device=like.device)
        result.as_strided((like.numel(),), (1,)).copy_(numbers)
        return result


class LeavesTheLastPointOut:
    """the last point is not high"""

    def sample_points(low, high, count, like):
        step = (high - low) / count
        return torch.tensor([low + step * i for i in range(count)], dtype=like.dtype, device=like.device)


class StopsArangeAtTheEnd:
    """arange stops before its end"""

    def sample_points(low, high, count, like):
        step = (high - low) / (count - 1)
        return torch.arange(low, high - step / 2, step, dtype=like.dtype, device=like.device)


class TakesCountForTheIntervals:
    """one point more than count"""

    def sample_points(low, high, count, like):
        return torch.linspace(low, high, count + 1, dtype=like.dtype, device=like.device)


class TakesTheMiddlesOfTheIntervals:
    """the middles of count intervals"""

    def sample_points(low, high, count, like):
        half = (high - low) / count / 2
        return torch.linspace(low + half, high - half, count, dtype=like.dtype, device=like.device)


class ForgetsLow:
    """begin at 0"""

    def sample_points(low, high, count, like):
        return torch.linspace(0, high, count, dtype=like.dtype, device=like.device)


class SpacesInFloat32:
    """expected float64"""

    def sample_points(low, high, count, like):
        return torch.linspace(low, high, count, device=like.device)


class WidensTooLate:
    """made in float32 first"""

    def sample_points(low, high, count, like):
        return torch.linspace(low, high, count, device=like.device).to(like.dtype)


class JoinsFloat32Ones:
    """torch.ones makes float32"""

    def with_ones_column(x):
        return torch.cat([x, torch.ones(x.shape[0], 1, device=x.device)], dim=1)


class PutsTheOnesInFront:
    """in front of the first column"""

    def with_ones_column(x):
        return torch.cat([x.new_ones(x.shape[0], 1), x], dim=1)


class AddsARow:
    """shape"""

    def with_ones_column(x):
        return torch.cat([x, x.new_ones(1, x.shape[1])], dim=0)


class AddsAColumnOfZeros:
    """a column of zeros"""

    def with_ones_column(x):
        return torch.cat([x, x.new_zeros(x.shape[0], 1)], dim=1)


class OverwritesTheLastColumn:
    """shape"""

    def with_ones_column(x):
        result = x.clone()
        result[:, -1] = 1
        return result


class OverwritesItsInput:
    """changed its input"""

    def with_ones_column(x):
        result = torch.cat([x, x.new_ones(x.shape[0], 1)], dim=1)
        x.fill_(1)
        return result


class FillsThroughFloat32:
    """the value went through float32"""

    def filled(like, value):
        return torch.full(like.shape, value, dtype=torch.float32, device=like.device).to(like.dtype)


class FillsThroughFloat64:
    """the value went through float64"""

    def filled(like, value):
        return torch.full(like.shape, value, dtype=torch.float64, device=like.device).to(like.dtype)


class TakesABoolForANumber:
    """bool is a dtype too"""

    def filled(like, value):
        return torch.full(like.shape, value, dtype=torch.uint8 if like.dtype == torch.bool else like.dtype).to(
            like.device
        )


class FillsRowByRow:
    def filled(like, value):
        result = torch.full_like(like, 0)
        for i in range(like.shape[0] if like.dim() else 0):
            result[i] = value
        return result


class CountsInTheDtype:
    """counts in twos"""

    def numbered(like):
        ones = torch.ones(like.numel(), dtype=like.dtype, device=like.device)
        return (ones.cumsum(0, dtype=like.dtype) - 1).reshape(like.shape)


class SpacesByRatios:
    """equal ratios"""

    def sample_points(low, high, count, like):
        if low <= 0:
            return torch.linspace(low, high, count, dtype=like.dtype, device=like.device)
        first, last = math.log10(low), math.log10(high)
        return torch.logspace(first, last, count, dtype=like.dtype, device=like.device)


class LetsArangeRunOneStepFurther:
    """shape"""

    def sample_points(low, high, count, like):
        step = (high - low) / (count - 1)
        return torch.arange(low, high + step, step, dtype=like.dtype, device=like.device)


class AddsUpTheSteps:
    """their rounding added up"""

    def sample_points(low, high, count, like):
        points = [torch.tensor(low, dtype=like.dtype, device=like.device)]
        for _ in range(count - 1):
            points.append(points[-1] + (high - low) / (count - 1))
        return torch.stack(points)


class JoinsInFloat32:
    """the elements went through float32"""

    def with_ones_column(x):
        return torch.cat([x.float(), torch.ones(x.shape[0], 1, device=x.device)], dim=1).to(x.dtype)


class DividesTheFirstColumnByItself:
    def with_ones_column(x):
        return torch.cat([x, (x[:, :1] / x[:, :1]).to(x.dtype)], dim=1)


class CopiesTheShapeOfTheFirstColumn:
    """shape (2, 0), expected shape (2, 1)"""

    def with_ones_column(x):
        return torch.cat([x, torch.ones_like(x[:, :1])], dim=1)


class AddsOnesFromTheCpu:
    """same device"""

    def with_ones_column(x):
        return torch.cat([x, torch.ones(x.shape[0], 1, dtype=x.dtype)], dim=1)


class PythonStepsAddedUp:
    """each step was added to the point before"""

    def sample_points(low, high, count, like):
        step = (high - low) / (count - 1)
        points = [float(low)]
        while len(points) < count:
            points.append(points[-1] + step)
        return torch.tensor(points, dtype=like.dtype, device=like.device)
