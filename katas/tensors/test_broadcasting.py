"""How tensors of different shapes are paired."""

import pytest
import torch

from dojo import check, draw
from katas.tensors import broadcasting


@pytest.mark.concept("broadcast.size-one")
def test_an_axis_of_size_1_takes_the_size_of_the_other_axis():
    """An axis of size 1 is paired with every element of the other tensor's axis, whichever tensor has it."""
    n, m = draw.sizes(2)
    check.equal(
        broadcasting.broadcast_shape((n, 1), (1, m)),
        (n, m),
        mistakes={
            "the sizes are in reverse: they were collected from the last axis on, so turn them round": (m, n),
            "this is the first shape: where its size is 1, the other shape's size counts": (n, 1),
            "this is the second shape: where its size is 1, the other shape's size counts": (1, m),
        },
    )


@pytest.mark.concept("broadcast.extra-axes")
def test_missing_axes_are_added_in_front():
    """The shapes are aligned at their last axes; the shorter one gets axes of size 1 in front."""
    n = draw.integer(2, 6)
    check.equal(
        broadcasting.broadcast_shape((n, 1), (n,)),
        (n, n),
        mistakes={
            "the shapes were laid flush left; lay them flush right, missing axes are added in front": (n, 1),
            "the axes that only one of the shapes has are left out: paired with nothing, they stay": (n,),
        },
    )
    check.equal(broadcasting.broadcast_shape((n,), (n, 1)), (n, n))


@pytest.mark.concept("broadcast.extra-axes")
def test_any_number_of_axes_may_be_missing():
    """Any number of axes may be missing, all of them as well: a tensor without axes goes with every other."""
    a, b, c = draw.sizes(3)
    for first, second, expected in (
        ((b, c), (a, 1, 1, c), (a, 1, b, c)),
        ((a, b, c), (c,), (a, b, c)),
        ((), (a, b), (a, b)),
        ((a, b), (), (a, b)),
        ((), (), ()),
        ((400, c), (int("400"), c), (400, c)),  # equal sizes, though not the same object
    ):
        check.equal(broadcasting.broadcast_shape(first, second), expected, what=f"the shape from {first} and {second}")


@pytest.mark.concept("broadcast.equal-sizes")
def test_two_different_sizes_must_not_meet_unless_one_of_them_is_1():
    """Two axes both larger than 1 must be equal: 2 against 4 does not fit, though 4 is twice 2."""
    n, m = draw.sizes(2)
    check.equal(broadcasting.broadcast_shape((n, m), (n, m)), (n, m))
    for first, second in (((2,), (4,)), ((n,), (m,)), ((n, m), (n,)), ((n, m), (m, n)), ((1, n), (3, 1, m))):
        with check.raises(ValueError, f"the shapes are {first} and {second}"):
            broadcasting.broadcast_shape(first, second)


@pytest.mark.concept("broadcast.size-one")
def test_1_against_0_gives_0():
    """An axis of size 1 beside an empty axis is paired with none of its elements: the result is empty."""
    n = draw.integer(2, 6)
    check.equal(
        broadcasting.broadcast_shape((n, 0), (1,)),
        (n, 0),
        mistakes={"this takes the larger of the two sizes; take the one that is not 1": (n, 1)},
    )
    with check.raises(ValueError, f"the shapes are (0,) and ({n},): neither size is 1, and they differ"):
        broadcasting.broadcast_shape((0,), (n,))


@pytest.mark.concept("broadcast.size-one")
def test_a_column_minus_a_row_gives_every_difference(device):
    """A column beside a row pairs every element with every element."""
    n = draw.integer(3, 5)
    x, y = draw.normal((n,), device=device), draw.normal((n,), device=device)
    x[0], x[1] = 9.0, -9.0  # differences of both signs
    expected = torch.tensor([[a - b for b in y.tolist()] for a in x.tolist()], device=device)
    check.close(
        broadcasting.pairwise_differences(x, y),
        expected,
        mistakes={
            "this pairs the two vectors element by element; give x an axis of size 1 behind its own": (
                expected.diagonal()
            ),
            "x runs along the columns: element [i, j] is x[i] - y[j], so x needs the axis of size 1": expected.T,
            "this is y minus x, and x runs along the columns": -expected.T,
            "this is y minus x": -expected,
            "the sign is gone: these are distances, not differences": expected.abs(),
        },
    )


@pytest.mark.concept("broadcast.size-one")
@pytest.mark.parametrize("dtype", [torch.float64, torch.int64], ids=["float64", "int64"])
def test_the_two_vectors_may_differ_in_size(device, dtype):
    """The two vectors may differ in size; the result has a row for each x, a column for each y, and their dtype."""
    n, m = draw.sizes(2)
    vectors = [draw.integers((size,), -99, 99, device=device, dtype=dtype) for size in (n, m)]
    x, y = (draw.laid_out(vector, "sliced") for vector in vectors)
    expected = torch.tensor([[a - b for b in y.tolist()] for a in x.tolist()], device=device, dtype=dtype)
    check.equal(
        broadcasting.pairwise_differences(x, y),
        expected,
        mistakes={"rows and columns are swapped: there is one row for each element of x": expected.T},
    )


@pytest.mark.concept("broadcast.size-one")
@pytest.mark.concept("broadcast.extra-axes")
def test_a_vector_beside_a_square_matrix_goes_along_its_columns(device):
    """A vector beside a matrix is read as one row; a factor for each row needs an axis of size 1 behind it."""
    n = draw.integer(3, 5)
    matrix = draw.normal((n, n), device=device)
    row_factors, column_factors = draw.normal((n,), device=device), draw.normal((n,), device=device)
    values, rows, columns = matrix.tolist(), row_factors.tolist(), column_factors.tolist()
    expected = [[values[i][j] * rows[i] * columns[j] for j in range(n)] for i in range(n)]
    check.close(
        broadcasting.scale(matrix, row_factors, column_factors),
        torch.tensor(expected, device=device),
        mistakes={
            "row_factors is paired with the columns: a vector of shape (n,) is read as one row": (
                matrix * row_factors * column_factors
            ),
            "column_factors is paired with the rows: without the axis of size 1 it goes along the columns": (
                matrix * row_factors[:, None] * column_factors[:, None]
            ),
            "the factors are swapped: a factor of a row belongs to all elements of that row": (
                matrix * row_factors * column_factors[:, None]
            ),
            "only the rows are scaled": matrix * row_factors[:, None],
            "only the columns are scaled": matrix * column_factors,
            "this is the matrix as it came": matrix,
        },
    )


@pytest.mark.concept("broadcast.extra-axes")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_rows_and_columns_are_scaled_in_any_matrix(device, layout):
    """Which factor meets which element follows from the shape alone, not from how the matrix lies in memory."""
    n, m = draw.sizes(2)
    matrix = draw.laid_out(draw.normal((n, m), device=device, dtype=torch.float64), layout)
    row_factors = draw.normal((n,), device=device, dtype=torch.float64)
    column_factors = draw.normal((m,), device=device, dtype=torch.float64)
    values, rows, columns = matrix.tolist(), row_factors.tolist(), column_factors.tolist()
    expected = [[values[i][j] * rows[i] * columns[j] for j in range(m)] for i in range(n)]
    check.close(
        broadcasting.scale(matrix, row_factors, column_factors),
        torch.tensor(expected, device=device, dtype=torch.float64),
    )


@pytest.mark.concept("broadcast.extra-axes")
def test_scaling_leaves_the_matrix_alone(device):
    """An operation without a trailing underscore or an equals sign leaves its operands as they were."""
    n, m = draw.sizes(2)
    matrix = draw.normal((n, m), device=device)
    row_factors, column_factors = draw.normal((n,), device=device), draw.normal((m,), device=device)
    with check.unchanged(matrix, row_factors, column_factors):
        broadcasting.scale(matrix, row_factors, column_factors)


@pytest.mark.concept("broadcast.extra-axes")
@pytest.mark.parametrize(
    ("dtype", "layout"), [(torch.float32, "contiguous"), (torch.float64, "sliced")], ids=["float32", "float64"]
)
def test_a_column_beside_a_vector_is_a_matrix(device, dtype, layout):
    """(n, 1) beside (n,) broadcasts to (n, n) without a word: bring both to one shape first."""
    n = draw.integer(3, 9)
    predictions = draw.laid_out(draw.normal((n, 1), device=device, dtype=dtype), layout)
    labels = draw.laid_out(draw.normal((n,), device=device, dtype=dtype), layout)
    gaps = [p[0] - label for p, label in zip(predictions.tolist(), labels.tolist(), strict=True)]
    every = [(p[0] - label) ** 2 for p in predictions.tolist() for label in labels.tolist()]
    squares = [gap * gap for gap in gaps]

    def scalar(value: float) -> torch.Tensor:
        return torch.tensor(value, device=device, dtype=dtype)

    check.close(
        broadcasting.mean_squared_error(predictions, labels),
        scalar(sum(squares) / n),
        mistakes={
            "this pairs each prediction with each label: (n, 1) - (n,) has shape (n, n)": scalar(sum(every) / n**2),
            "this is the sum of the squares, over each prediction with each label": scalar(sum(every)),
            "this is the sum of the squares; divide it by n": scalar(sum(squares)),
            "this is the square root of the mean": scalar((sum(squares) / n) ** 0.5),
            "this is the mean of the absolute differences; square them": scalar(sum(map(abs, gaps)) / n),
            "this is the square of the mean difference; square first, then take the mean": scalar((sum(gaps) / n) ** 2),
        },
    )


@pytest.mark.concept("broadcast.size-one")
def test_one_prediction_has_one_error(device):
    """With a single prediction there is one pair, and the mean is still a tensor without axes."""
    predictions, labels = draw.normal((1, 1), device=device), draw.normal((1,), device=device)
    expected = torch.tensor((predictions.item() - labels.item()) ** 2, device=device)
    check.close(broadcasting.mean_squared_error(predictions, labels), expected)
