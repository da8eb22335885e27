"""Wrong answers to tensors/broadcasting."""

import torch


class TakesTheLargerSizeAndNeverRefuses:
    """must raise ValueError when"""

    def broadcast_shape(first, second):
        count = max(len(first), len(second))
        one = (1,) * (count - len(first)) + tuple(first)
        other = (1,) * (count - len(second)) + tuple(second)
        return tuple(max(pair) for pair in zip(one, other, strict=True))


class TakesTheLargerSizeOfOneAndZero:
    """the larger of the two sizes"""

    def broadcast_shape(first, second):
        count = max(len(first), len(second))
        one = (1,) * (count - len(first)) + tuple(first)
        other = (1,) * (count - len(second)) + tuple(second)
        if any(a != b and a != 1 and b != 1 for a, b in zip(one, other, strict=True)):
            raise ValueError
        return tuple(max(pair) for pair in zip(one, other, strict=True))


class AlignsTheShapesAtTheLeft:
    """flush left"""

    def broadcast_shape(first, second):
        count = max(len(first), len(second))
        one = tuple(first) + (1,) * (count - len(first))
        other = tuple(second) + (1,) * (count - len(second))
        sizes = []
        for a, b in zip(one, other, strict=True):
            if a != b and a != 1 and b != 1:
                raise ValueError
            sizes.append(b if a == 1 else a)
        return tuple(sizes)


class DropsTheAxesThatOnlyOneShapeHas:
    """the axes that only one of the shapes has"""

    def broadcast_shape(first, second):
        sizes = []
        for a, b in zip(reversed(first), reversed(second), strict=False):
            if a != b and a != 1 and b != 1:
                raise ValueError
            sizes.append(b if a == 1 else a)
        return tuple(reversed(sizes))


class GivesTheShapeFromTheLastAxisOn:
    """in reverse"""

    def broadcast_shape(first, second):
        return tuple(reversed(torch.broadcast_shapes(tuple(first), tuple(second))))


class AddsAxesToTheSecondShapeOnly:
    def broadcast_shape(first, second):
        second = (1,) * (len(first) - len(second)) + tuple(second)
        sizes = []
        for a, b in zip(first, second, strict=True):
            if a != b and a != 1 and b != 1:
                raise ValueError
            sizes.append(b if a == 1 else a)
        return tuple(sizes)


class StretchesTheFirstShapeOnly:
    """raised ValueError"""

    def broadcast_shape(first, second):
        count = max(len(first), len(second))
        one = (1,) * (count - len(first)) + tuple(first)
        other = (1,) * (count - len(second)) + tuple(second)
        if any(a not in (1, b) for a, b in zip(one, other, strict=True)):
            raise ValueError("no")
        return other


class TakesAnySizeThatDividesTheOther:
    """the shapes are (2,) and (4,)"""

    def broadcast_shape(first, second):
        count = max(len(first), len(second))
        one = (1,) * (count - len(first)) + tuple(first)
        other = (1,) * (count - len(second)) + tuple(second)
        sizes = []
        for a, b in zip(one, other, strict=True):
            if a != b and a != 1 and b != 1 and (a == 0 or b == 0 or (a % b and b % a)):
                raise ValueError
            sizes.append(b if a == 1 else a if b == 1 else max(a, b))
        return tuple(sizes)


class LetsTorchRefuse:
    """raised RuntimeError"""

    def broadcast_shape(first, second):
        return tuple(torch.broadcast_shapes(tuple(first), tuple(second)))


class PairsElementWithElement:
    """pairs the two vectors element by element"""

    def pairwise_differences(x, y):
        return x - y


class PutsXAlongTheColumns:
    """x runs along the columns"""

    def pairwise_differences(x, y):
        return x - y.unsqueeze(1)


class SubtractsTheWrongWay:
    """this is y minus x"""

    def pairwise_differences(x, y):
        return y - x.unsqueeze(1)


class SubtractsTheWrongWayWithYAlongTheRows:
    """this is y minus x, and x runs along the columns"""

    def pairwise_differences(x, y):
        return y.unsqueeze(1) - x


class GivesDistances:
    """the sign is gone"""

    def pairwise_differences(x, y):
        return (x.unsqueeze(1) - y).abs()


class GivesDistancesByCdist:
    """the sign is gone"""

    def pairwise_differences(x, y):
        return torch.cdist(x.unsqueeze(1), y.unsqueeze(1), p=1.0)


class PairsInFloat32:
    """gave dtype float32"""

    def pairwise_differences(x, y):
        return x.float().unsqueeze(1) - y.float()


class GivesEachPairAnAxisOfItsOwn:
    """gave shape"""

    def pairwise_differences(x, y):
        return (x.unsqueeze(1) - y).unsqueeze(-1)


class ScalesTheColumnsTwice:
    """row_factors is paired with the columns"""

    def scale(matrix, row_factors, column_factors):
        return matrix * row_factors * column_factors


class SwapsRowsAndColumns:
    """the factors are swapped"""

    def scale(matrix, row_factors, column_factors):
        return matrix * row_factors * column_factors.unsqueeze(1)


class ScalesTheRowsTwice:
    """column_factors is paired with the rows"""

    def scale(matrix, row_factors, column_factors):
        return matrix * row_factors.unsqueeze(1) * column_factors.unsqueeze(1)


class ScalesTheRowsOnly:
    """only the rows are scaled"""

    def scale(matrix, row_factors, column_factors):
        return matrix * row_factors.unsqueeze(1)


class ScalesTheColumnsOnly:
    """only the columns are scaled"""

    def scale(matrix, row_factors, column_factors):
        return matrix * column_factors


class ScalesInPlace:
    """changed its input"""

    def scale(matrix, row_factors, column_factors):
        matrix *= row_factors.unsqueeze(1)
        matrix *= column_factors
        return matrix


class ViewsTheMatrixAsContiguous:
    """raised RuntimeError"""

    def scale(matrix, row_factors, column_factors):
        return (matrix.view(-1) * torch.outer(row_factors, column_factors).view(-1)).view(matrix.shape)


class GivesTheMatrixBack:
    """this is the matrix as it came"""

    def scale(matrix, row_factors, column_factors):
        return matrix


class PairsEachPredictionWithEachLabel:
    """pairs each prediction with each label"""

    def mean_squared_error(predictions, labels):
        return (predictions - labels).square().mean()


class AddsAnAxisOnTheWrongSide:
    """pairs each prediction with each label"""

    def mean_squared_error(predictions, labels):
        return (predictions - labels.unsqueeze(0)).square().mean()


class GivesTheSumOfSquares:
    """this is the sum"""

    def mean_squared_error(predictions, labels):
        return (predictions.squeeze(1) - labels).square().sum()


class GivesTheMeanDistance:
    """the mean of the absolute differences"""

    def mean_squared_error(predictions, labels):
        return (predictions.squeeze(1) - labels).abs().mean()


class GivesTheRoot:
    """the square root"""

    def mean_squared_error(predictions, labels):
        return (predictions.squeeze(1) - labels).square().mean().sqrt()


class SquaresTheMean:
    """the square of the mean"""

    def mean_squared_error(predictions, labels):
        return (predictions.squeeze(1) - labels).mean().square()


class GivesANumber:
    """expected a torch.Tensor"""

    def mean_squared_error(predictions, labels):
        return (predictions.squeeze(1) - labels).square().mean().item()


class LeavesOneErrorForEachRow:
    """gave shape (1,)"""

    def mean_squared_error(predictions, labels):
        return (predictions - labels.unsqueeze(1)).square().mean(dim=0)


class ScalesWithOnesMadeOnTheCpu:
    """same device"""

    def scale(matrix, row_factors, column_factors):
        return matrix * (row_factors[:, None] * torch.ones(1, matrix.shape[1], dtype=matrix.dtype)) * column_factors


class SumsTheSquaresInATensorOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def mean_squared_error(predictions, labels):
        total = sum(((p - label) ** 2).item() for p, label in zip(predictions[:, 0], labels, strict=True))
        return torch.tensor(total / len(labels), dtype=predictions.dtype)
