"""Wrong answers to tensors/linear_algebra."""

import torch

from dojo.runner.variants import body, edit, replaces

AddsUpTheWholeProduct = body(
    "traces_of_products", "return (first @ second).sum(dim=(1, 2))", "every element of the product"
)
TakesTheDiagonalOfTheFirstTwoAxes = body(
    "traces_of_products", "return (first @ second).diagonal().sum(-1)", "diagonal() goes along the first two axes"
)
MultipliesElementByElement = body(
    "traces_of_products", "return (first * second).diagonal(dim1=1, dim2=2).sum(-1)", "multiplied element by element"
)
PairsRowsWithRows = body("traces_of_products", "return (first * second).sum(dim=(1, 2))", "rows with rows")
TakesTheTraceOfTheFirst = body(
    "traces_of_products", "return first.diagonal(dim1=1, dim2=2).sum(-1)", "the trace of first alone"
)
AddsUpTheBatch = body(
    "traces_of_products", 'return torch.einsum("bij,bji->", first, second)', "one number for the whole batch"
)
KeepsTheDiagonal = body("traces_of_products", "return (first @ second).diagonal(dim1=1, dim2=2)", "the diagonals")
TakesTheTraceOfABatch = body("traces_of_products", "return torch.trace(first @ second)", "raised RuntimeError")
MultipliesIntoTheFirst = body("traces_of_products", "return first.mul_(second.mT).sum(dim=(1, 2))", "changed its input")


@replaces("traces_of_products", "the product of the traces")
def MultipliesTheTraces(first, second):
    return first.diagonal(dim1=1, dim2=2).sum(-1) * second.diagonal(dim1=1, dim2=2).sum(-1)


@replaces("traces_of_products", "this is the mean of the diagonal")
def AveragesTheDiagonal(first, second):
    return (first @ second).diagonal(dim1=1, dim2=2).mean(-1)


@replaces("traces_of_products", "squeezes away every axis of size 1")
def SqueezesATraceOfOne(first, second):
    return (first @ second).diagonal(dim1=1, dim2=2).sum(-1).squeeze()


@replaces("traces_of_products", "same device")
def MasksWithAnIdentityOnTheCpu(first, second):
    return ((first @ second) * torch.eye(first.shape[-2], dtype=first.dtype)).sum((-2, -1))


Inverts = body(
    "solve", "return (torch.linalg.inv(systems) @ right_sides.unsqueeze(-1)).squeeze(-1)", "by way of the inverse"
)
InvertsAndReadsTheVectorsAsOneMatrix = body(
    "solve", "return torch.linalg.inv(systems) @ right_sides", "read as one matrix"
)
SolvesForOneMatrixOfRightSides = body(
    "solve", "return torch.linalg.solve(systems, right_sides.expand(len(systems), -1, -1))", "read as one matrix"
)
Multiplies = body("solve", "return (systems @ right_sides.unsqueeze(-1)).squeeze(-1)", "times the right sides")
SolvesTheTransposed = body("solve", "return torch.linalg.solve(systems.mT, right_sides)", "the transposed matrices")
DividesElementByElement = body("solve", "return right_sides / systems.diagonal(dim1=1, dim2=2)", "by the diagonal")
SolvesTheFirstOnly = edit(
    "solve", ".solve(systems, right_sides)", ".solve(systems[0], right_sides.T).T", "the first matrix solves all"
)
LeavesAnAxisBehind = body("solve", "return torch.linalg.solve(systems, right_sides.unsqueeze(-1))", "an axis of size 1")
UsesThePseudoinverse = body(
    "solve", "return torch.linalg.lstsq(systems, right_sides.unsqueeze(-1)).solution.squeeze(-1)", "singular"
)
IgnoresThatAMatrixIsSingular = body("solve", "return torch.linalg.solve_ex(systems, right_sides).result", "singular")
SolvesInFloat64 = edit(
    "solve", ".solve(systems, right_sides)", ".solve(systems.double(), right_sides.double())", "gave dtype float64"
)


@replaces("solve", "squeezes away every axis of size 1")
def SqueezesEveryAxis(systems, right_sides):
    return torch.linalg.solve(systems, right_sides.unsqueeze(-1)).squeeze()


@replaces("solve", "was divided by: exchange rows")
def EliminatesWithoutExchangingRows(systems, right_sides):
    rows = torch.cat([systems, right_sides.unsqueeze(-1)], dim=-1)
    n = rows.shape[1]
    for k in range(n):
        for i in range(n):
            if i != k:
                rows[:, i] = rows[:, i] - rows[:, i, k, None] / rows[:, k, k, None] * rows[:, k]
    return rows[:, :, -1] / rows[:, :, :-1].diagonal(dim1=1, dim2=2)


@replaces("solve", "1e-20 was divided by: exchange rows")
def ExchangesRowsOnlyForAZero(systems, right_sides):
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


@replaces("solve", "raised RuntimeError")
def AsksTheDeterminantWhetherItIsSingular(systems, right_sides):
    if (torch.linalg.det(systems) == 0).any():
        raise RuntimeError("singular")
    return torch.linalg.solve(systems, right_sides)


@replaces("solve", "changed its input")
def EliminatesInPlace(systems, right_sides):
    solution = torch.linalg.solve(systems, right_sides)
    right_sides.copy_(solution)
    return solution


GivesEverythingThatLstsqGives = edit("least_squares", ".solution", "", "expected a torch.Tensor")
GivesAColumn = edit("least_squares", "matrix, right_side", "matrix, right_side.unsqueeze(1)", "gave shape")
GivesWhatIsMissed = body(
    "least_squares", "return matrix @ torch.linalg.lstsq(matrix, right_side).solution - right_side", "this is how far"
)
GivesTheFittedValues = body(
    "least_squares", "return matrix @ torch.linalg.lstsq(matrix, right_side).solution", "the fitted values"
)
ForgetsTheInverseOfTheNormalMatrix = body(
    "least_squares", "return matrix.T @ right_side", "the transposed matrix times the right side"
)
CutsSmallColumnsOff = body(
    "least_squares", "return torch.linalg.pinv(matrix, rtol=1e-2) @ right_side", "taken for rounding errors"
)


@replaces("least_squares", "the first m equations")
def SolvesTheFirstEquations(matrix, right_side):
    m = matrix.shape[1]
    return torch.linalg.solve(matrix[:m], right_side[:m])


@replaces("least_squares", "a column of ones")
def AddsAnIntercept(matrix, right_side):
    ones = torch.ones_like(matrix[:, :1])
    return torch.linalg.lstsq(torch.cat([matrix, ones], dim=1), right_side).solution[:-1]


@replaces("least_squares", "a penalty")
def AddsARidge(matrix, right_side):
    normal = matrix.T @ matrix
    return torch.linalg.solve(
        normal + torch.eye(len(normal), dtype=matrix.dtype, device=matrix.device), matrix.T @ right_side
    )


@replaces("least_squares", "squeezes away every axis of size 1")
def SqueezesOneUnknown(matrix, right_side):
    return torch.linalg.lstsq(matrix, right_side.unsqueeze(1)).solution.squeeze()


TakesCornersForCoordinates = edit("normals", "dim=1", "dim=2", "corners and coordinates are swapped")
CrossesCornersInsteadOfEdges = body(
    "normals", "return torch.linalg.cross(triangles[:, 1], triangles[:, 2], dim=-1)", "corners, not of edges"
)
MultipliesTheEdges = body(
    "normals", "return (triangles[:, 1] - triangles[:, 0]) * (triangles[:, 2] - triangles[:, 0])", "element by element"
)


@replaces("normals", "along the axis of triangles")
def CrossesAlongTheFirstAxis(triangles):
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return torch.linalg.cross(first, second, dim=0)


@replaces("normals", "the other way")
def CrossesTheWrongWay(triangles):
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return torch.linalg.cross(second, first, dim=-1)


@replaces("normals", "made of length 1")
def MakesThemOfLengthOne(triangles):
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return torch.nn.functional.normalize(torch.linalg.cross(first, second, dim=-1), dim=-1)


@replaces("normals", "half as long")
def HalvesThem(triangles):
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return torch.linalg.cross(first, second, dim=-1) / 2


@replaces("normals", "gave shape")
def GivesTheAreas(triangles):
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return torch.linalg.cross(first, second, dim=-1).norm(dim=-1)


@replaces("normals", "changed its input")
def MovesTheFirstCorner(triangles):
    triangles -= triangles[:, :1].clone()
    return torch.linalg.cross(triangles[:, 1], triangles[:, 2], dim=-1)


@replaces("normals", "squeezes away every axis of size 1")
def SqueezesOneTriangle(triangles):
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return torch.linalg.cross(first, second, dim=-1).squeeze()


@replaces("normals", "the corners were crossed, not the edges")
def ThroughTheMiddle(triangles):
    a, b, c = triangles.unbind(1)
    return torch.linalg.cross(a, b) + torch.linalg.cross(b, c) + torch.linalg.cross(c, a)
