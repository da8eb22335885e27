"""Wrong answers to tensors/linear_algebra."""

import torch


class AddsUpTheWholeProduct:
    """every element of the product"""

    def traces_of_products(first, second):
        return (first @ second).sum(dim=(1, 2))


class TakesTheDiagonalOfTheFirstTwoAxes:
    """diagonal() goes along the first two axes"""

    def traces_of_products(first, second):
        return (first @ second).diagonal().sum(-1)


class MultipliesElementByElement:
    """multiplied element by element"""

    def traces_of_products(first, second):
        return (first * second).diagonal(dim1=1, dim2=2).sum(-1)


class PairsRowsWithRows:
    """rows with rows"""

    def traces_of_products(first, second):
        return (first * second).sum(dim=(1, 2))


class MultipliesTheTraces:
    """the product of the traces"""

    def traces_of_products(first, second):
        return first.diagonal(dim1=1, dim2=2).sum(-1) * second.diagonal(dim1=1, dim2=2).sum(-1)


class TakesTheTraceOfTheFirst:
    """the trace of first alone"""

    def traces_of_products(first, second):
        return first.diagonal(dim1=1, dim2=2).sum(-1)


class AddsUpTheBatch:
    """one number for the whole batch"""

    def traces_of_products(first, second):
        return torch.einsum("bij,bji->", first, second)


class KeepsTheDiagonal:
    """the diagonals"""

    def traces_of_products(first, second):
        return (first @ second).diagonal(dim1=1, dim2=2)


class TakesTheTraceOfABatch:
    """raised RuntimeError"""

    def traces_of_products(first, second):
        return torch.trace(first @ second)


class AveragesTheDiagonal:
    """this is the mean of the diagonal"""

    def traces_of_products(first, second):
        return (first @ second).diagonal(dim1=1, dim2=2).mean(-1)


class MultipliesIntoTheFirst:
    """changed its input"""

    def traces_of_products(first, second):
        return first.mul_(second.mT).sum(dim=(1, 2))


class SqueezesATraceOfOne:
    """squeezes away every axis of size 1"""

    def traces_of_products(first, second):
        return (first @ second).diagonal(dim1=1, dim2=2).sum(-1).squeeze()


class Inverts:
    """by way of the inverse"""

    def solve(systems, right_sides):
        return (torch.linalg.inv(systems) @ right_sides.unsqueeze(-1)).squeeze(-1)


class InvertsAndReadsTheVectorsAsOneMatrix:
    """read as one matrix"""

    def solve(systems, right_sides):
        return torch.linalg.inv(systems) @ right_sides


class SolvesForOneMatrixOfRightSides:
    """read as one matrix"""

    def solve(systems, right_sides):
        return torch.linalg.solve(systems, right_sides.expand(len(systems), -1, -1))


class Multiplies:
    """times the right sides"""

    def solve(systems, right_sides):
        return (systems @ right_sides.unsqueeze(-1)).squeeze(-1)


class SolvesTheTransposed:
    """the transposed matrices"""

    def solve(systems, right_sides):
        return torch.linalg.solve(systems.mT, right_sides)


class DividesElementByElement:
    """by the diagonal"""

    def solve(systems, right_sides):
        return right_sides / systems.diagonal(dim1=1, dim2=2)


class SolvesTheFirstOnly:
    """the first matrix solves all"""

    def solve(systems, right_sides):
        return torch.linalg.solve(systems[0], right_sides.T).T


class LeavesAnAxisBehind:
    """an axis of size 1"""

    def solve(systems, right_sides):
        return torch.linalg.solve(systems, right_sides.unsqueeze(-1))


class SqueezesEveryAxis:
    """squeezes away every axis of size 1"""

    def solve(systems, right_sides):
        return torch.linalg.solve(systems, right_sides.unsqueeze(-1)).squeeze()


class UsesThePseudoinverse:
    """singular"""

    def solve(systems, right_sides):
        return torch.linalg.lstsq(systems, right_sides.unsqueeze(-1)).solution.squeeze(-1)


class IgnoresThatAMatrixIsSingular:
    """singular"""

    def solve(systems, right_sides):
        return torch.linalg.solve_ex(systems, right_sides).result


class EliminatesWithoutExchangingRows:
    """was divided by: exchange rows"""

    def solve(systems, right_sides):
        rows = torch.cat([systems, right_sides.unsqueeze(-1)], dim=-1)
        n = rows.shape[1]
        for k in range(n):
            for i in range(n):
                if i != k:
                    rows[:, i] = rows[:, i] - rows[:, i, k, None] / rows[:, k, k, None] * rows[:, k]
        return rows[:, :, -1] / rows[:, :, :-1].diagonal(dim1=1, dim2=2)


class ExchangesRowsOnlyForAZero:
    """1e-20 was divided by: exchange rows"""

    def solve(systems, right_sides):
        solutions = []
        for system, right_side in zip(systems, right_sides, strict=True):
            rows = torch.cat([system, right_side.unsqueeze(-1)], dim=-1)
            n = len(rows)
            for k in range(n):
                candidates = [i for i in range(k, n) if rows[i, k] != 0]
                if not candidates:
                    raise RuntimeError("singular")
                rows[[k, candidates[0]]] = rows[[candidates[0], k]]
                for i in range(k + 1, n):
                    rows[i] = rows[i] - rows[i, k] / rows[k, k] * rows[k]
            solutions.append(torch.linalg.solve_triangular(rows[:, :n], rows[:, n:], upper=True).squeeze(-1))
        return torch.stack(solutions)


class AsksTheDeterminantWhetherItIsSingular:
    """raised RuntimeError"""

    def solve(systems, right_sides):
        if (torch.linalg.det(systems) == 0).any():
            raise RuntimeError("singular")
        return torch.linalg.solve(systems, right_sides)


class SolvesInFloat64:
    """gave dtype float64"""

    def solve(systems, right_sides):
        return torch.linalg.solve(systems.double(), right_sides.double())


class EliminatesInPlace:
    """changed its input"""

    def solve(systems, right_sides):
        solution = torch.linalg.solve(systems, right_sides)
        right_sides.copy_(solution)
        return solution


class SolvesTheFirstEquations:
    """the first m equations"""

    def least_squares(matrix, right_side):
        m = matrix.shape[1]
        return torch.linalg.solve(matrix[:m], right_side[:m])


class GivesEverythingThatLstsqGives:
    """expected a torch.Tensor"""

    def least_squares(matrix, right_side):
        return torch.linalg.lstsq(matrix, right_side)


class GivesAColumn:
    """gave shape"""

    def least_squares(matrix, right_side):
        return torch.linalg.lstsq(matrix, right_side.unsqueeze(1)).solution


class GivesWhatIsMissed:
    """this is how far"""

    def least_squares(matrix, right_side):
        return matrix @ torch.linalg.lstsq(matrix, right_side).solution - right_side


class GivesTheFittedValues:
    """the fitted values"""

    def least_squares(matrix, right_side):
        return matrix @ torch.linalg.lstsq(matrix, right_side).solution


class ForgetsTheInverseOfTheNormalMatrix:
    """the transposed matrix times the right side"""

    def least_squares(matrix, right_side):
        return matrix.T @ right_side


class AddsAnIntercept:
    """a column of ones"""

    def least_squares(matrix, right_side):
        ones = torch.ones_like(matrix[:, :1])
        return torch.linalg.lstsq(torch.cat([matrix, ones], dim=1), right_side).solution[:-1]


class AddsARidge:
    """a penalty"""

    def least_squares(matrix, right_side):
        normal = matrix.T @ matrix
        return torch.linalg.solve(
            normal + torch.eye(len(normal), dtype=matrix.dtype, device=matrix.device), matrix.T @ right_side
        )


class CutsSmallColumnsOff:
    """taken for rounding errors"""

    def least_squares(matrix, right_side):
        return torch.linalg.pinv(matrix, rtol=1e-2) @ right_side


class SqueezesOneUnknown:
    """squeezes away every axis of size 1"""

    def least_squares(matrix, right_side):
        return torch.linalg.lstsq(matrix, right_side.unsqueeze(1)).solution.squeeze()


class CrossesAlongTheFirstAxis:
    """along the axis of triangles"""

    def normals(triangles):
        first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
        return torch.linalg.cross(first, second, dim=0)


class TakesCornersForCoordinates:
    """corners and coordinates are swapped"""

    def normals(triangles):
        corner, second, third = triangles.unbind(dim=2)
        return torch.linalg.cross(second - corner, third - corner, dim=-1)


class CrossesTheWrongWay:
    """the other way"""

    def normals(triangles):
        first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
        return torch.linalg.cross(second, first, dim=-1)


class CrossesCornersInsteadOfEdges:
    """corners, not of edges"""

    def normals(triangles):
        return torch.linalg.cross(triangles[:, 1], triangles[:, 2], dim=-1)


class MakesThemOfLengthOne:
    """made of length 1"""

    def normals(triangles):
        first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
        return torch.nn.functional.normalize(torch.linalg.cross(first, second, dim=-1), dim=-1)


class HalvesThem:
    """half as long"""

    def normals(triangles):
        first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
        return torch.linalg.cross(first, second, dim=-1) / 2


class MultipliesTheEdges:
    """element by element"""

    def normals(triangles):
        return (triangles[:, 1] - triangles[:, 0]) * (triangles[:, 2] - triangles[:, 0])


class GivesTheAreas:
    """gave shape"""

    def normals(triangles):
        first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
        return torch.linalg.cross(first, second, dim=-1).norm(dim=-1)


class MovesTheFirstCorner:
    """changed its input"""

    def normals(triangles):
        triangles -= triangles[:, :1].clone()
        return torch.linalg.cross(triangles[:, 1], triangles[:, 2], dim=-1)


class SqueezesOneTriangle:
    """squeezes away every axis of size 1"""

    def normals(triangles):
        first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
        return torch.linalg.cross(first, second, dim=-1).squeeze()


class MasksWithAnIdentityOnTheCpu:
    """same device"""

    def traces_of_products(first, second):
        return ((first @ second) * torch.eye(first.shape[-2], dtype=first.dtype)).sum((-2, -1))


class ThroughTheMiddle:
    """the corners were crossed, not the edges"""

    def normals(triangles):
        a, b, c = triangles.unbind(1)
        return torch.linalg.cross(a, b) + torch.linalg.cross(b, c) + torch.linalg.cross(c, a)
