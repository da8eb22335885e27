"""Products, systems of equations and least squares, one matrix or many at once.

The last two axes of a tensor are a matrix; all axes in front of them count the matrices of a batch, and one call works
on them all. A vector in a batch needs care: (b, n) is read as one matrix where (b, n, n) @ (b, n) is written.

    A = [[2, 1], [1, 3]]    b = [5, 10]     A x = b has the solution x = [1, 3]

Solving is not inverting: solve() finds x without A's inverse, in less time and with far smaller rounding errors where A
is nearly singular. And where there are more equations than unknowns, least squares gives the x that misses b by least.

All dtypes are float32 or float64, every size is at least 1, and no function changes its input.

Check with:  pytest katas/tensors/test_linear_algebra.py
"""

import torch


def traces_of_products(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Return for each pair of matrices the trace of their product, which is the sum of the product's diagonal.

    Args:
        first: shape (b, n, m); it is left as it is.
        second: shape (b, m, n), of the same dtype; it is left as it is.

    Returns:
        Shape (b,), of the same dtype; element [i] belongs to first[i] times second[i].
    """
    raise NotImplementedError("multiply the matrices of each pair, and add up the diagonal of each product")


def solve(systems: torch.Tensor, right_sides: torch.Tensor) -> torch.Tensor:
    """Return the solution of each of b systems of n linear equations.

    Args:
        systems: shape (b, n, n); it is left as it is. Any element may be 0 or tiny, those on the diagonal too.
        right_sides: shape (b, n), of the same dtype; it is left as it is.

    Returns:
        Shape (b, n), of the same dtype; systems[i] times row i of it is right_sides[i]. It misses right_sides[i] by no
        more than rounding does, also where systems[i] is nearly singular.

    Raises:
        RuntimeError: if one of the matrices is singular, and elimination shows it by a column of nothing but zeros, as
            with a row of zeros; rounding may hide it. (torch.linalg.LinAlgError is a RuntimeError.)
    """
    raise NotImplementedError("solve the systems, without their inverses")


def least_squares(matrix: torch.Tensor, right_side: torch.Tensor) -> torch.Tensor:
    """Return the vector x for which the sum of the squares of ``matrix`` times x minus ``right_side`` is least.

    Args:
        matrix: shape (n, m), with n at least m; it is left as it is. Its columns are linearly independent, but need not
            be of one size: one with elements thousands of times smaller counts like the others.
        right_side: shape (n,), of the same dtype; it is left as it is.

    Returns:
        Shape (m,), of the same dtype.
    """
    raise NotImplementedError("find the x that comes nearest to fulfilling all n equations")


def normals(triangles: torch.Tensor) -> torch.Tensor:
    """Return for each triangle in space the cross product of two of its edges, which stands upright on it.

    Args:
        triangles: shape (n, 3, 3); triangles[i, k] is corner k of triangle i, as (x, y, z). It is left as it is.

    Returns:
        Shape (n, 3), of the same dtype: the edge from corner 0 to corner 1, cross the edge from corner 0 to corner 2.
        Its length, which is twice the triangle's area, stays as it comes.
    """
    raise NotImplementedError("take two edges of each triangle, and their cross product along the axis of coordinates")
