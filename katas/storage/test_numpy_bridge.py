"""Tensors and NumPy arrays share CPU memory, and nothing else."""

import numpy as np
import pytest
import torch

from dojo import check, draw
from katas.storage import numpy_bridge

pytestmark = pytest.mark.storage


def array_of(actual: object, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Refuse what is no array of this shape and dtype, and return it."""
    assert isinstance(actual, np.ndarray), f"gave a {type(actual).__name__}, give an array: a numpy.ndarray"
    assert actual.shape == shape, f"gave shape {actual.shape}, expected {shape}: the shape is lost"
    assert str(actual.dtype) == dtype, (
        f"gave dtype {actual.dtype}, expected {dtype}:"
        " the dtype must stay, and np.array of a list takes NumPy's default"
    )
    return actual


def listed(tensor: torch.Tensor) -> list:
    """Return the elements of a matrix as lists, one by one, without a conversion."""
    return [[tensor[i, j].item() for j in range(tensor.shape[1])] for i in range(tensor.shape[0])]


@pytest.mark.concept("numpy.same-content")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int16, torch.bool])
def test_the_array_has_the_shape_the_dtype_and_the_content_of_the_tensor(device, dtype):
    """numpy() gives an array of the same shape, dtype and content."""
    rows, columns = draw.sizes(2)
    x = draw.integers((rows, columns), 0, 9, device=device, dtype=dtype)
    array = array_of(numpy_bridge.to_array(x), (rows, columns), str(dtype).removeprefix("torch."))
    check.equal(array.tolist(), listed(x), what="the array's content")


@pytest.mark.concept("numpy.same-content")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_array_reads_as_the_tensor_does_whatever_its_layout(device, layout):
    """An array has strides as well: a view becomes an array that reads the same."""
    x = draw.laid_out(draw.distinct((3, 4), device=device) + 1, layout)
    with check.unchanged(x):
        array = numpy_bridge.to_array(x)
    array_of(array, (3, 4), "float32")
    wrong = "this is the order of the storage: the array must read as the tensor does"
    assert array.tolist() == listed(x), f"gave {array.tolist()}, expected {listed(x)}: {wrong}"


@pytest.mark.concept("numpy.gpu-copy")
@pytest.mark.concept("numpy.same-content")
def test_a_gradient_and_another_device_are_left_behind_first(device):
    """detach() leaves the gradient behind and cpu() the device; NumPy knows neither."""
    weights = draw.normal((3, 2), device=device).requires_grad_()
    product = weights * 2.0
    in_place = "detach() gives a tensor that requires no gradient, and leaves the weights as they are"
    with check.unchanged(weights, mistake=in_place):
        array = numpy_bridge.to_array(weights)
    check.close(array_of(array, (3, 2), "float32").tolist(), listed(weights), what="the array's content")
    array = numpy_bridge.to_array(product)
    check.close(array_of(array, (3, 2), "float32").tolist(), listed(product), what="the array's content")


@pytest.mark.concept("numpy.shared")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_what_is_written_to_the_array_is_seen_by_the_tensor(layout):
    """Array and CPU tensor share memory: what is written to the array is in the tensor."""
    x = draw.laid_out(draw.normal((3, 4)), layout)
    array = array_of(numpy_bridge.shared_array(x), (3, 4), "float32")
    array[2, 1] = 50.0
    value = x[2, 1].item()
    assert value == 50.0, (
        f"x[2, 1] is {value:.6g} after array[2, 1] = 50.0: this array is a copy; numpy() shares memory,"
        " clone(), copy(), np.array() do not, and contiguous() copies what is not contiguous"
    )
    check.close(array.tolist(), listed(x), what="the array's content")


@pytest.mark.concept("numpy.shared")
def test_what_is_written_to_the_tensor_is_seen_by_the_array():
    """Sharing works both ways: an in-place operation on the tensor changes the array."""
    x = torch.zeros(draw.sizes(2), dtype=torch.int32)
    array = array_of(numpy_bridge.shared_array(x), tuple(x.shape), "int32")
    x.add_(3)
    total = int(array.sum())
    assert total == 3 * x.numel(), "the tensor was changed and the array was not: it is a copy, numpy() shares memory"


@pytest.mark.concept("numpy.shared")
def test_a_parameter_shares_its_memory_with_an_array_too():
    """A parameter's numbers can be shared once it is detached; it still requires its gradient."""
    weights = draw.normal((2, 3)).requires_grad_()
    in_place = "detach() gives a tensor that requires no gradient, and leaves the parameter as it is"
    with check.unchanged(weights, mistake=in_place):
        array = numpy_bridge.shared_array(weights)
    array_of(array, (2, 3), "float32")[1, 2] = 9.0
    check.equal(weights[1, 2].item(), 9.0, what="weights[1, 2], after array[1, 2] = 9.0,")


@pytest.mark.concept("numpy.gpu-copy")
def test_memory_that_is_not_the_cpus_cannot_be_shared(device):
    """numpy() does not copy from another device by itself: it raises TypeError, so that no write is lost."""
    here = torch.zeros(2)
    numpy_bridge.shared_array(here)
    elsewhere = torch.empty(2, 3, device="meta" if device.type == "cpu" else device)
    copied = None
    with check.raises(TypeError, "the tensor is not in CPU memory"):
        try:
            numpy_bridge.shared_array(elsewhere)
        except NotImplementedError as error:  # what a copy out of the device meta raises, where there are no numbers
            copied = error
            raise TypeError from None
    assert copied is None, (
        f"copies what lies on another device ({copied}): leave .cpu() and force=True out, and numpy() raises TypeError"
    )


@pytest.mark.concept("numpy.shared")
@pytest.mark.concept("numpy.default-dtype")
def test_a_tensor_over_an_array_keeps_its_dtype_and_its_memory():
    """NumPy's default is float64, and a tensor over its memory keeps that: another dtype takes a copy."""
    array = np.arange(6) / 4
    x = numpy_bridge.shared_tensor(array)
    advice = "this is a float32 copy: memory is shared only with the dtype of the array, float64"
    check.equal(
        x,
        torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0, 1.25], dtype=torch.float64),
        mistakes={advice: torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0, 1.25])},
    )
    array[4] = -2.0
    value = x[4].item()
    assert value == -2.0, f"x[4] is {value:.6g} after array[4] = -2.0: torch.tensor copies, from_numpy shares memory"


@pytest.mark.concept("numpy.shared")
def test_a_tensor_over_a_part_of_an_array_writes_to_the_whole():
    """A slice of an array is a view, and so is the tensor over it."""
    rows, columns = draw.sizes(2, low=3)
    whole = np.zeros((rows, 2 * columns), dtype=np.int64)
    part = whole[1:, ::2].T
    x = numpy_bridge.shared_tensor(part)
    check.equal(x, torch.zeros(columns, rows - 1, dtype=torch.int64))
    x[2, 1] = 8
    value = int(whole[2, 4])
    assert value == 8, (
        f"the array has {value} where 8 was written to the tensor: ascontiguousarray, copy() and torch.tensor copy;"
        " from_numpy takes strides as they are"
    )


@pytest.mark.concept("numpy.default-dtype")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "uint8"])
def test_features_are_float32_whatever_numpy_took_for_its_default(device, dtype):
    """NumPy defaults to float64 and torch to float32: convert, or the first matmul with weights fails."""
    rows, columns = draw.sizes(2)
    array = (draw.integers((rows, columns), 0, 249).numpy() + (0.25 if "float" in dtype else 0)).astype(dtype)
    copy = array.copy()
    values = torch.tensor(array.tolist(), dtype=torch.float32, device=device)
    features = numpy_bridge.to_features(array, device)
    check.equal(
        features,
        values,
        mistakes={
            "NumPy's default float64 is still there: convert to float32": lambda: values.double(),
            "the integers are divided by 255: only the dtype was to change": lambda: values / 255,
            "the fractions are lost: the numbers went through integers": lambda: values.floor(),
            "view() reads the bytes anew as other numbers; to() or float() converts them": (
                lambda: (
                    torch.from_numpy(array).view(torch.float32).to(device) if dtype != "uint8" else values.new_empty(0)
                )
            ),
        },
    )
    assert (array == copy).all(), "the array was changed: leave it alone"


@pytest.mark.concept("numpy.default-dtype")
def test_features_keep_every_number_that_float32_can_hold(device):
    """A conversion keeps the numbers: negative ones, large ones, and those of an unsigned dtype."""
    for array in (
        np.array([-3, 300, 70000]),
        np.array([[65535, 1]], dtype=np.uint16),
        np.arange(6.0).reshape(2, 3).T,
        np.zeros((0, 3)),
    ):
        values = torch.tensor(array.tolist(), dtype=torch.float32, device=device).reshape(array.shape)
        check.equal(numpy_bridge.to_features(array, device), values)


@pytest.mark.concept("numpy.same-content")
@pytest.mark.concept("numpy.shared")
def test_a_tensor_without_axes_becomes_an_array_without_axes():
    """A tensor without axes becomes an array without axes, over the same one number."""
    x = torch.tensor(1.5)
    array_of(numpy_bridge.to_array(x), (), "float32")
    array = array_of(numpy_bridge.shared_array(x), (), "float32")
    array[...] = 4.0
    check.equal(x.item(), 4.0, what="the tensor, after 4.0 was written to the array,")


@pytest.mark.concept("numpy.default-dtype")
def test_features_meet_float32_weights(device):
    """A layer's weights are float32, and a product takes two tensors of one dtype."""
    array = np.linspace(-1.0, 1.0, 12).reshape(4, 3)
    weights = draw.normal((3, 2), device=device)
    features = numpy_bridge.to_features(array, device)
    check.tensor(features, shape=(4, 3), dtype=torch.float32, device=device)
    expected = [[sum(array[i, k] * weights[k, j].item() for k in range(3)) for j in range(2)] for i in range(4)]
    check.close(features @ weights, torch.tensor(expected, dtype=torch.float32, device=device), atol=1e-4)


@pytest.mark.concept("numpy.same-content")
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_an_array_with_negative_steps_is_copied_into_order_first(device, dtype):
    """Tensors have no negative strides: an array turned round by [::-1] is copied into order first."""
    array = np.arange(12).reshape(3, 4).astype(dtype)
    turned = array[::-1, ::-1]
    values = [[11.0 - 4 * i - j for j in range(4)] for i in range(3)]
    check.equal(
        numpy_bridge.to_features(turned, device),
        torch.tensor(values, device=device),
        mistakes={
            "the order is lost: the array is turned round, and the tensor must read as it does": (
                torch.arange(12.0, device=device).reshape(3, 4)
            ),
        },
    )
    row = np.arange(5.0)
    check.equal(numpy_bridge.to_features(row[::-2], device), torch.tensor([4.0, 2.0, 0.0], device=device))


@pytest.mark.concept("numpy.gpu-copy")
def test_features_lie_on_the_device_that_is_named():
    """from_numpy makes a CPU tensor: it must be moved to the device where it is wanted."""
    array = np.ones((2, 3))
    check.tensor(numpy_bridge.to_features(array, "meta"), shape=(2, 3), dtype=torch.float32, device="meta")
