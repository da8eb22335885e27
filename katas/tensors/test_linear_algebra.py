"""Matrix products, systems of equations, least squares, cross products and traces."""

import math

import pytest
import torch

from dojo import check, draw
from katas.tensors import linear_algebra

SQUEEZED = "this squeezes away every axis of size 1; a batch of one, or one unknown, is an axis that stays"


def product(first: list[list[float]], second: list[list[float]]) -> list[list[float]]:
    """Return the matrix product of two lists of rows."""
    columns = list(zip(*second, strict=True))
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in first]


def systems_with_solutions(
    count: int, n: int, *, device: torch.device, dtype: torch.dtype = torch.float64
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return well-conditioned systems, their right sides and their solutions."""
    systems = draw.normal((count, n, n), device=device, dtype=dtype)
    systems += 3 * n * torch.eye(n, device=device, dtype=dtype)
    solutions = draw.normal((count, n), device=device, dtype=dtype)
    right_sides = [
        [row[0] for row in product(a, [[value] for value in x])]
        for a, x in zip(systems.tolist(), solutions.tolist(), strict=True)
    ]
    return systems, torch.tensor(right_sides, device=device, dtype=dtype), solutions


@pytest.mark.concept("ops.blas-lapack")
@pytest.mark.concept("ops.cross-trace")
def test_a_trace_adds_up_the_diagonal_of_each_product(device):
    """The trace is the sum of a matrix's diagonal; in a batch the matrices lie in the last two axes."""
    n = draw.integer(3, 4)
    first, second = draw.normal((n, n, n), device=device), draw.normal((n, n, n), device=device)
    products = [product(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    whole = torch.tensor(products, device=device)
    expected = torch.tensor([sum(rows[i][i] for i in range(n)) for rows in products], device=device)
    check.close(
        linear_algebra.traces_of_products(first, second),
        expected,
        mistakes={
            "this adds up every element of the product; a trace takes the diagonal only": whole.sum(dim=(1, 2)),
            "diagonal() goes along the first two axes unless told; the matrices lie in the last two": (
                whole.diagonal().sum(-1)
            ),
            "the matrices are multiplied element by element; the matrix product is @": (
                (first * second).diagonal(dim1=1, dim2=2).sum(-1)
            ),
            "this pairs rows with rows; a matrix product pairs rows with columns": (first * second).sum(dim=(1, 2)),
            "this is the product of the traces; the trace of the product is something else": (
                first.diagonal(dim1=1, dim2=2).sum(-1) * second.diagonal(dim1=1, dim2=2).sum(-1)
            ),
            "this is the trace of first alone": first.diagonal(dim1=1, dim2=2).sum(-1),
            "this is the trace of second alone": second.diagonal(dim1=1, dim2=2).sum(-1),
            "this is one number for the whole batch; each pair has a trace of its own": expected.sum(),
            "these are the diagonals; add up each one": whole.diagonal(dim1=1, dim2=2),
            "this is the mean of the diagonal; a trace is its sum": expected / n,
        },
    )


@pytest.mark.concept("ops.blas-lapack")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_product_takes_matrices_that_are_not_square(device, layout):
    """(n, m) times (m, n) gives (n, n), and a batch of pairs gives a batch of products."""
    for b, n, m in (draw.sizes(3), (1, 3, 2), (2, 1, 3), (3, 2, 1)):
        first = draw.laid_out(draw.normal((b, n, m), device=device, dtype=torch.float64), layout)
        second = draw.laid_out(draw.normal((b, m, n), device=device, dtype=torch.float64), layout)
        products = [product(x, y) for x, y in zip(first.tolist(), second.tolist(), strict=True)]
        traces = [sum(rows[i][i] for i in range(n)) for rows in products]
        expected = torch.tensor(traces, device=device, dtype=torch.float64)
        with check.unchanged(first, second):
            check.close(
                linear_algebra.traces_of_products(first, second), expected, mistakes={SQUEEZED: expected.squeeze()}
            )


@pytest.mark.concept("ops.blas-lapack")
def test_a_batch_of_systems_is_solved_at_once(device):
    """A batch of systems has a batch of right sides: each vector belongs to its own matrix."""
    n = draw.integer(3, 4)
    systems, right_sides, solutions = systems_with_solutions(n, n, device=device)
    a, b = systems.clone(), right_sides.clone()  # for the mistakes, should the answer change its input
    check.close(
        linear_algebra.solve(systems, right_sides),
        solutions,
        mistakes={
            "the vectors were read as one matrix: (b, n, n) @ (b, n) needs them as (b, n, 1)": torch.linalg.inv(a) @ b,
            "this is the matrices times the right sides; asked is what they multiply": torch.einsum("bij,bj->bi", a, b),
            "this solves with the transposed matrices": torch.einsum("bji,bj->bi", torch.linalg.inv(a), b),
            "this divides by the diagonal; the other elements count as well": b / a.diagonal(dim1=1, dim2=2),
            "the first matrix solves all right sides here; each has its own": (torch.linalg.inv(a[0]) @ b.T).T,
            "an axis of size 1 is left: the right sides come as (b, n), and so do the solutions": (
                solutions.unsqueeze(-1)
            ),
        },
    )


@pytest.mark.concept("ops.blas-lapack")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_a_solution_has_the_dtype_of_its_system(device, dtype):
    """A solution has the dtype of its system; a batch may be of one system, a system of one equation."""
    for count, n in ((1, 4), draw.sizes(2), (2, 1), (1, 1)):
        systems, right_sides, solutions = systems_with_solutions(count, n, device=device, dtype=dtype)
        check.close(linear_algebra.solve(systems, right_sides), solutions, mistakes={SQUEEZED: solutions.squeeze()})


@pytest.mark.concept("ops.blas-lapack")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_solving_does_not_hang_on_how_a_system_lies_in_storage(device, layout):
    """A transposed or sliced batch has the same solutions as a contiguous one."""
    b, n = draw.sizes(2)
    systems, right_sides, solutions = systems_with_solutions(b, n, device=device)
    systems, right_sides = draw.laid_out(systems, layout), draw.laid_out(right_sides, layout)
    check.close(linear_algebra.solve(systems, right_sides), solutions)


@pytest.mark.concept("ops.blas-lapack")
def test_a_solution_does_not_hang_on_the_size_of_the_numbers(device):
    """Small numbers do not make a system singular, though they make its determinant round to 0."""
    systems, right_sides, solutions = systems_with_solutions(2, 4, device=device, dtype=torch.float32)
    tiny_systems, tiny_right_sides = systems * 2.0**-60, right_sides * 2.0**-60
    check.close(linear_algebra.solve(tiny_systems, tiny_right_sides), solutions)


@pytest.mark.concept("ops.blas-lapack")
def test_elimination_exchanges_rows_where_a_pivot_is_small(device):
    """Elimination divides by a pivot: it first fetches a row whose pivot is neither 0 nor tiny."""
    for tiny, wrong in ((1e-20, [0, 1]), (0.0, [math.nan, math.nan])):
        systems = torch.tensor([[[2, 1], [1, 1]], [[tiny, 1], [1, 1]]], device=device, dtype=torch.float64)
        right_sides = torch.tensor([[3, 2], [1, 2]], device=device, dtype=torch.float64)
        divided = torch.tensor([[1, 1], wrong], device=device, dtype=torch.float64)
        check.close(
            linear_algebra.solve(systems, right_sides),
            torch.ones_like(right_sides),
            mistakes={f"{tiny} was divided by: exchange rows so that the pivot is the largest of its column": divided},
        )
    systems = torch.tensor([[[1, 1, 1], [1, 1, 2], [1, 2, 1]]], device=device, dtype=torch.float64)
    right_sides = torch.tensor([[6, 9, 8]], device=device, dtype=torch.float64)
    solutions = torch.tensor([[1, 2, 3]], device=device, dtype=torch.float64)
    check.close(linear_algebra.solve(systems, right_sides), solutions)


@pytest.mark.concept("ops.blas-lapack")
def test_solving_leaves_the_system_alone(device):
    """The matrices and the right sides are still as they were after solving."""
    b, n = draw.sizes(2)
    systems, right_sides, _ = systems_with_solutions(b, n, device=device)
    with check.unchanged(systems, right_sides):
        linear_algebra.solve(systems, right_sides)


@pytest.mark.concept("ops.blas-lapack")
def test_solving_is_more_exact_than_inverting(device):
    """Solving a nearly singular system fulfils its equations up to rounding; multiplying by the inverse does not."""
    n = 9
    counted = torch.arange(n, device=device, dtype=torch.float64)
    systems = (1 / (counted[:, None] + counted + 1)).expand(2, n, n)  # the Hilbert matrix: nearly singular
    right_sides = (systems @ draw.normal((2, n, 1), device=device, dtype=torch.float64)).squeeze(-1)
    solutions = linear_algebra.solve(systems, right_sides)
    check.tensor(solutions, shape=(2, n), dtype=torch.float64, device=device)
    missed = (systems @ solutions.unsqueeze(-1)).squeeze(-1) - right_sides
    share = (missed.abs().max() / right_sides.abs().max()).item()
    assert share < 1e-11, (
        f"the equations are missed by {share:.0e} of the right sides, rounding accounts for 1e-14: "
        "this is what solving by way of the inverse does; use torch.linalg.solve"
    )


@pytest.mark.concept("ops.blas-lapack")
def test_a_singular_system_has_no_solution_to_give(device):
    """A singular matrix in a batch is an error, not a row of infinities."""
    for rows in ([[0, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 2], [2, 4]], [[0]]):
        singular = torch.tensor(rows, device=device, dtype=torch.float64)
        n = len(singular)
        for count, place in ((3, 1), (2, 0), (1, 0)):
            systems = torch.eye(n, device=device, dtype=torch.float64).repeat(count, 1, 1)
            systems[place] = singular
            right_sides = draw.normal((count, n), device=device, dtype=torch.float64)
            with check.raises(RuntimeError, "one of the matrices is singular"):
                linear_algebra.solve(systems, right_sides)


@pytest.mark.concept("ops.blas-lapack")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_more_equations_than_unknowns_are_solved_as_nearly_as_can_be(device, layout):
    """Least squares takes all equations into account, and gives one number for each unknown."""
    n, m = draw.integer(12, 20), draw.integer(2, 4)
    matrix = draw.laid_out(draw.normal((n, m), device=device, dtype=torch.float64), layout)
    right_side = draw.normal((n,), device=device, dtype=torch.float64)
    a, b = matrix.clone(), right_side.clone()
    squares, eye = a.T @ a, torch.eye(m, device=device, dtype=torch.float64)
    expected = torch.linalg.inv(squares) @ (a.T @ b)  # the normal equations
    centred = a - a.mean(dim=0)
    with check.unchanged(matrix, right_side):
        fitted = linear_algebra.least_squares(matrix, right_side)
    check.close(
        fitted,
        expected,
        mistakes={
            "this solves the first m equations, and leaves the others out": torch.linalg.inv(a[:m]) @ b[:m],
            "this is how far the equations are missed; asked is x": a @ expected - b,
            "these are the fitted values, matrix @ x; asked is x": a @ expected,
            "this is the transposed matrix times the right side, which x times matrix.T @ matrix has to be": a.T @ b,
            "a column of ones was added; the matrix is complete as it comes": (
                torch.linalg.inv(centred.T @ centred) @ centred.T @ b
            ),
            "a penalty for large x was added; asked is the plain sum of squares": (
                torch.linalg.inv(squares + eye) @ a.T @ b
            ),
        },
    )


@pytest.mark.concept("ops.blas-lapack")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_equations_that_can_all_be_fulfilled_are(device, dtype):
    """Where one x fulfils all equations, least squares finds that x, in the dtype of the equations."""
    for m, more in ((draw.integer(2, 4), draw.integer(1, 5)), (3, 0), (1, 4), (1, 0)):
        matrix = torch.cat([torch.eye(m), draw.normal((more, m))]).to(device, dtype)
        x = draw.normal((m,), device=device, dtype=dtype)
        right_side = torch.tensor([row[0] for row in product(matrix.tolist(), [[v] for v in x.tolist()])])
        right_side = right_side.to(device, dtype)
        with check.unchanged(matrix, right_side):
            check.close(
                linear_algebra.least_squares(matrix, right_side),
                x,
                rtol=1e-4,
                atol=1e-4,
                mistakes={SQUEEZED: x.squeeze()},
            )


@pytest.mark.concept("ops.blas-lapack")
def test_a_column_of_small_numbers_counts_as_well(device):
    """A column of small numbers is no rounding error: its unknown is as large as it has to be."""
    n, m, small = 12, 3, draw.integer(0, 2)
    matrix = draw.normal((n, m), device=device, dtype=torch.float64)
    matrix[:, small] *= 1e-4
    x = draw.integers((m,), 1, 9, device=device, dtype=torch.float64)
    x[small] *= 1e4
    right_side = (matrix * x).sum(dim=1)
    a, b = matrix.clone(), right_side.clone()
    check.close(
        linear_algebra.least_squares(matrix, right_side),
        x,
        rtol=1e-7,
        atol=1e-7,
        mistakes={
            "a small column was taken for rounding errors and left out: leave rtol and rcond as they are": lambda: (
                torch.linalg.pinv(a, rtol=1e-2) @ b
            ),
        },
    )


@pytest.mark.concept("ops.cross-trace")
def test_the_cross_product_goes_along_the_coordinates(device):
    """A cross product needs to know which axis holds the three coordinates, also where other axes have size 3."""
    triangles = draw.normal((3, 3, 3), device=device)
    edges = triangles - triangles[:, :1]
    swapped = triangles - triangles[:, :, :1]
    expected = torch.tensor([crossed(*corners) for corners in triangles.tolist()], device=device)
    check.close(
        linear_algebra.normals(triangles),
        expected,
        mistakes={
            "this goes along the axis of triangles, which has size 3 as well; name the axis: dim=-1": (
                torch.linalg.cross(edges[:, 1], edges[:, 2], dim=0)
            ),
            "corners and coordinates are swapped: triangles[i, k] is corner k": (
                torch.linalg.cross(swapped[:, :, 1], swapped[:, :, 2], dim=-1)
            ),
            "this is the cross product the other way round, which points the other way": -expected,
            "this is the cross product of two corners, not of edges; an edge is a difference of corners": (
                torch.linalg.cross(triangles[:, 1], triangles[:, 2], dim=-1)
            ),
            "these were made of length 1; leave the length as it comes": (
                expected / expected.square().sum(dim=1, keepdim=True).sqrt()
            ),
            "these are half as long as asked": expected / 2,
            "the edges are multiplied element by element; that is no cross product": edges[:, 1] * edges[:, 2],
        },
    )


@pytest.mark.concept("ops.cross-trace")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_normal_stands_upright_on_its_triangle(device, layout):
    """For each of any number of triangles, the cross product of two edges is orthogonal to both."""
    for n in (draw.integer(4, 7), 2, 1):
        triangles = draw.laid_out(draw.normal((n, 3, 3), device=device, dtype=torch.float64), layout)
        vectors = [crossed(*corners) for corners in triangles.tolist()]
        expected = torch.tensor(vectors, device=device, dtype=torch.float64)
        with check.unchanged(triangles):
            normals = linear_algebra.normals(triangles)
            check.close(normals, expected, mistakes={SQUEEZED: expected.squeeze()})
        for corner in (1, 2):
            edge = triangles[:, corner] - triangles[:, 0]
            zeros = torch.zeros_like(edge[:, 0])
            check.close((normals * edge).sum(dim=1), zeros, what="the normals' product with an edge")


@pytest.mark.concept("ops.cross-trace")
def test_edges_are_taken_before_they_are_crossed(device):
    """Far from the origin, products of coordinates lose the digits of a small triangle; its edges keep them."""
    triangles = draw.integers((5, 3, 3), -8, 8, device=device, dtype=torch.float32) / 8 + 4096
    expected = torch.tensor([crossed(*corners) for corners in triangles.tolist()], device=device)
    a, b, c = triangles.unbind(1)
    check.close(
        linear_algebra.normals(triangles),
        expected,
        atol=1e-4,
        mistakes={
            "the corners were crossed, not the edges: far from the origin, the digits of the triangle are lost": (
                torch.linalg.cross(a, b) + torch.linalg.cross(b, c) + torch.linalg.cross(c, a)
            ),
        },
    )


def crossed(a: list[float], b: list[float], c: list[float]) -> list[float]:
    """Return the cross product of the edges from a to b and from a to c."""
    u, v = ([end - start for end, start in zip(corner, a, strict=True)] for corner in (b, c))
    return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
