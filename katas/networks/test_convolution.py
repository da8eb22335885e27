"""A convolution slides one small kernel over the whole image."""

import math

import pytest
import torch

from dojo import check, draw
from katas.networks import convolution

READY_MADE = (
    *("convolution", "_convolution", "convolution_overrideable", "conv_tbc", "thnn_conv2d", "_slow_conv2d_forward"),
    *("slow_conv3d_forward", "slow_conv_dilated2d", "slow_conv_dilated3d", "slow_conv_transpose2d"),
    *("slow_conv_transpose3d", "_conv_depthwise2d", "conv_depthwise3d", "mkldnn_convolution", "cudnn_convolution"),
    *("cudnn_convolution_relu", "cudnn_convolution_add_relu", "cudnn_convolution_transpose"),
)
DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
ROUNDING = {torch.float32: {"rtol": 1e-3, "atol": 1e-4}, torch.float64: {"rtol": 1e-9, "atol": 1e-9}}


def by_hand():
    return check.built_without(*READY_MADE, instead="windows, products and sums")


def places(size, kernel, padding, stride):
    """Return where each window begins along one axis; the image itself begins at 0."""
    return [start for start in range(-padding, size + padding - kernel + 1) if (start + padding) % stride == 0]


def nothing(image, y, x):
    """Return the element at a place of the image, 0 outside of it."""
    return image[y][x] if 0 <= y < len(image) and 0 <= x < len(image[0]) else 0.0


def around(image, y, x):
    return image[y % len(image)][x % len(image[0])]


def edge(image, y, x):
    return image[min(max(y, 0), len(image) - 1)][min(max(x, 0), len(image[0]) - 1)]


def slid(images, weight, bias, rows, columns, pixel=nothing):
    """Return the convolution with windows that begin at ``rows`` and ``columns``, computed in Python's floats."""
    kernels, biases = weight.tolist(), bias.tolist()
    result = [
        [
            [
                [
                    b
                    + sum(
                        value * pixel(channel, y + i, x + j)
                        for channel, matrix in zip(image, kernel, strict=True)
                        for i, row in enumerate(matrix)
                        for j, value in enumerate(row)
                    )
                    for x in columns
                ]
                for y in rows
            ]
            for kernel, b in zip(kernels, biases, strict=True)
        ]
        for image in images.tolist()
    ]
    return torch.tensor(result, dtype=images.dtype, device=images.device)


def expected_of(images, weight, bias, padding=(0, 0), stride=(1, 1), pixel=nothing):
    axes = zip(images.shape[2:], weight.shape[2:], padding, stride, strict=True)
    return slid(images, weight, bias, *(places(*axis) for axis in axes), pixel)


def drawn(device, dtype=torch.float32, batch=2, channels=(2, 3), image=(5, 6), kernel=(3, 2)):
    """Return images, weight and bias."""
    inputs, outputs = channels
    images = draw.normal((batch, inputs, *image), device=device, dtype=dtype)
    weight = draw.normal((outputs, inputs, *kernel), device=device, dtype=dtype)
    return images, weight, draw.normal((outputs,), device=device, dtype=dtype)


@pytest.mark.concept("vision.convolution")
def test_a_window_finds_so_many_places():
    """A window of size k finds size + 2 * padding - k + 1 places, of which a stride of 2 takes every second."""
    for size, kernel, padding, stride in (
        (10, 3, 2, 1),
        (8, 3, 1, 2),
        (7, 4, 2, 3),
        (10, 3, 0, 1),
        (10, 3, 2, 4),
        (5, 5, 0, 1),
        (3, 5, 1, 2),
        (draw.integer(20, 40), draw.integer(2, 6), draw.integer(1, 4), draw.integer(2, 5)),
    ):
        expected = len(places(size, kernel, padding, stride))
        check.equal(
            convolution.output_size(size, kernel, padding, stride),
            expected,
            what=f"with size {size}, kernel {kernel}, padding {padding} and stride {stride}, the count",
            mistakes={
                "the last place is missing: the window finds a place before its first step": expected - 1,
                "padding stands at both ends of the axis": (size + padding - kernel) // stride + 1,
                "the last window would reach beyond the padded image: it is left out": expected + 1,
                "the window has a size of its own: it finds no place in the last kernel - 1 elements": (
                    (size + 2 * padding - 1) // stride + 1
                ),
                "the stride is left out": size + 2 * padding - kernel + 1,
            },
        )


@pytest.mark.concept("vision.convolution")
def test_a_kernel_is_slid_over_a_row(device):
    """The kernel 1 10 gives 21, 42 and 84 on the row 1 2 4 8: it is not flipped, and serves every place."""
    images = torch.tensor([[[[1.0, 2.0, 4.0, 8.0]]]], device=device)
    weight, bias = torch.tensor([[[[1.0, 10.0]]]], device=device), torch.tensor([0.5], device=device)

    def row(*values):
        return torch.tensor([[[values]]], device=device)

    with by_hand():
        given = convolution.convolve(images, weight, bias)
    check.close(
        given,
        row(21.5, 42.5, 84.5),
        mistakes={
            "the kernel is flipped: its first element meets the first of the window": row(12.5, 24.5, 48.5),
            "the bias is left out": row(21.0, 42.0, 84.0),
            "the bias is added for each element of the window; it is added once": row(22.0, 43.0, 85.0),
        },
    )


@pytest.mark.concept("vision.convolution")
@DTYPES
def test_each_output_channel_has_a_kernel_for_each_input_channel(device, dtype):
    """A convolution sums over the window and over all channels of the input, for each channel of the output anew."""
    images, weight, bias = drawn(device, dtype)
    i, w, b = images.clone(), weight.clone(), bias.clone()  # for the mistakes, should the answer change its input
    with check.unchanged(images, weight, bias), by_hand():
        given = convolution.convolve(images, weight, bias)
    check.close(
        given,
        expected_of(i, w, b),
        **ROUNDING[dtype],
        mistakes={
            "the kernel is flipped: its first element meets the first of the window": lambda: expected_of(
                i, w.flip(2, 3), b
            ),
            "the bias is left out": lambda: expected_of(i, w, 0 * b),
            "the bias is added for each element of the window; it is added once": lambda: expected_of(
                i, w, b * w[0].numel()
            ),
            "the bias is added for each channel of the input; it is added once": lambda: expected_of(i, w, 2 * b),
            "this takes the first channel of the input alone; the sum runs over all": lambda: expected_of(
                i[:, :1], w[:, :1], b
            ),
            "this takes the mean over the channels; a convolution takes the sum": lambda: expected_of(i, w / 2, b),
            "this is the result of the first image for all; each image of the batch has its own": lambda: expected_of(
                i[:1].expand_as(i), w, b
            ),
        },
    )


@pytest.mark.concept("vision.convolution")
def test_square_shapes_hide_swapped_axes(device):
    """With as many channels out as in, and square kernels, swapped axes fit; they still mean different things."""
    images, weight, bias = drawn(device, torch.float64, channels=(3, 3), image=(5, 5), kernel=(3, 3))
    i, w, b = images.clone(), weight.clone(), bias.clone()
    expected, zero = expected_of(i, w, b), 0 * b
    check.close(
        convolution.convolve(images, weight, bias),
        expected,
        mistakes={
            "the channels of the weight are swapped: its first axis is that of the output": lambda: expected_of(
                i, w.transpose(0, 1), b
            ),
            "rows and columns of the kernel are swapped": lambda: expected_of(i, w.mT, b),
            "the kernel is flipped: its first element meets the first of the window": lambda: expected_of(
                i, w.flip(2, 3), b
            ),
            "rows and columns of the output are swapped": lambda: expected.mT,
            "the bias is added along the width; it belongs to the channels, axis 1": lambda: (
                expected_of(i, w, zero) + b
            ),
        },
    )


@pytest.mark.concept("vision.convolution")
@DTYPES
@pytest.mark.parametrize("padding", [(2, 1), (1, 2), (0, 3)], ids=str)
def test_padding_puts_zeros_on_all_sides(device, dtype, padding):
    """Padding lets the window reach beyond the border, where it finds zeros."""
    images, weight, bias = drawn(device, dtype, image=(4, 5))
    i, w, b = images.clone(), weight.clone(), bias.clone()

    def wrong(pixel=nothing, padding=padding):
        return expected_of(i, w, b, padding, pixel=pixel)

    def one_sided():
        rows, columns = (places(*axis) for axis in zip((4, 5), (3, 2), padding, (1, 1), strict=True))
        return slid(i, w, b, [y - padding[0] for y in rows], [x - padding[1] for x in columns])

    with check.unchanged(images, weight, bias), by_hand():
        given = convolution.convolve(images, weight, bias, padding)
    check.close(
        given,
        wrong(),
        **ROUNDING[dtype],
        mistakes={
            "the padding is left out": lambda: wrong(padding=(0, 0)),
            "the padding of rows and that of columns are swapped: rows come first": lambda: wrong(
                padding=padding[::-1]
            ),
            "the padding is on one side only; as many zeros stand on the other side": one_sided,
            "beyond the border this finds the other end of the image; padding is zeros": lambda: wrong(around),
            "beyond the border this finds the last element repeated; padding is zeros": lambda: wrong(edge),
        },
    )


@pytest.mark.concept("vision.convolution")
@pytest.mark.parametrize("stride", [(2, 1), (1, 3), (3, 2)], ids=str)
def test_a_stride_leaves_places_out(device, stride):
    """A stride of 2 takes every second place; a window that would reach beyond the image is left out."""
    images, weight, bias = drawn(device, image=(7, 8))
    i, w, b = images.clone(), weight.clone(), bias.clone()
    for padding in ((0, 0), (1, 2)):
        with check.unchanged(images, weight, bias), by_hand():
            given = convolution.convolve(images, weight, bias, padding, stride)
        check.close(
            given,
            expected_of(i, w, b, padding, stride),
            **ROUNDING[torch.float32],
            mistakes={
                "the stride is left out": lambda padding=padding: expected_of(i, w, b, padding),
                "the stride of rows and that of columns are swapped: rows come first": lambda padding=padding: (
                    expected_of(i, w, b, padding, stride[::-1])
                ),
            },
        )


@pytest.mark.concept("vision.convolution")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_convolution_takes_images_of_any_size_and_layout(device, layout):
    """One image, one channel, one pixel, a kernel as large as the image: all are convolutions."""
    for batch, channels, image, kernel in (
        (1, (1, 1), (1, 1), (1, 1)),
        (1, (3, 1), (2, 4), (2, 4)),
        (3, (1, 2), (4, 3), (1, 3)),
        (2, (2, 4), (3, 6), (2, 1)),
    ):
        images, weight, bias = drawn(device, torch.float64, batch, channels, image, kernel)
        images, weight = draw.laid_out(images, layout), draw.laid_out(weight, layout)
        for padding in ((1, 0), (0, 0)):
            expected = expected_of(images, weight, bias, padding, (1, 2))
            check.close(
                convolution.convolve(images, weight, bias, padding, (1, 2)),
                expected,
                what=f"of {layout} images with padding {padding}, the convolution",
            )


@pytest.mark.concept("system.nn")
def test_torch_nn_has_convolution_layers(device):
    """The layer torch.nn.Conv2d computes the same, from a weight and a bias of the same shapes."""
    images, weight, bias = drawn(device, torch.float64, image=(6, 7))
    layer = torch.nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 2), dtype=torch.float64, device=device)
    layer.load_state_dict({"weight": weight, "bias": bias})
    given = convolution.convolve(images, weight, bias, (1, 2), (2, 1))
    check.close(given, layer(images).detach())


@pytest.mark.concept("vision.convolution")
def test_gradients_come_back_to_kernel_and_bias(device):
    """A kernel learns from all places at once: its gradient is the sum over all of them."""
    images, weight, bias = drawn(device, torch.float64)
    weight.requires_grad_()
    bias.requires_grad_()
    given = convolution.convolve(images, weight, bias)
    check.recorded(given, mistake="something cuts the output off from weight and bias: .detach(), .data or .tolist()")
    of_weight, of_bias = torch.autograd.grad(given.sum(), [weight, bias])
    count = given.shape[0] * given.shape[2] * given.shape[3]
    check.close(of_bias, torch.full_like(bias, count, requires_grad=False), what="the gradient of the bias")
    seen = [
        [
            [
                sum(image[c][y + i][x + j] for image in images.tolist() for y in range(3) for x in range(5))
                for j in (0, 1)
            ]
            for i in (0, 1, 2)
        ]
        for c in (0, 1)
    ]
    check.close(
        of_weight, torch.tensor([seen] * 3, dtype=torch.float64, device=device), what="the gradient of the weight"
    )


@pytest.mark.concept("vision.convolution")
def test_a_shifted_image_gives_a_shifted_output(device):
    """Shift a figure in the image, and away from the border the output shifts alike: a convolution is equivariant."""
    _, weight, bias = drawn(device, torch.float64)
    figure = draw.normal((1, 2, 3, 3), device=device, dtype=torch.float64)
    image = torch.zeros(1, 2, 10, 11, device=device, dtype=torch.float64)
    shifted = image.clone()
    image[:, :, 2:5, 2:5], shifted[:, :, 4:7, 5:8] = figure, figure  # 2 rows down, 3 columns to the right
    before = convolution.convolve(image, weight, bias)
    after = convolution.convolve(shifted, weight, bias)
    check.close(before, expected_of(image, weight, bias))
    check.close(after[:, :, 2:, 3:], before[:, :, :-2, :-3], what="the output for the shifted image, shifted back,")


@pytest.mark.concept("vision.convolution")
@DTYPES
def test_a_convolution_can_go_around_the_edges(device, dtype):
    """Without borders a window goes on at the other end, and there are as many outputs as elements in the image."""
    images, weight, _ = drawn(device, dtype, image=(4, 5))
    i, w = images.clone(), weight.clone()
    none = torch.zeros(3, dtype=dtype, device=device)
    rows, columns = range(4), range(5)

    def only_columns(image, y, x):
        return nothing(image, y, x % len(image[0]))

    with check.unchanged(images, weight), by_hand():
        given = convolution.circular(images, weight)
    check.close(
        given,
        slid(i, w, none, rows, columns, around),
        **ROUNDING[dtype],
        mistakes={
            "beyond the border this finds zeros; it is to go on at the other end": lambda: slid(
                i, w, none, rows, columns
            ),
            "the window of row y ends at row y here, and likewise for columns; it is to begin there": lambda: slid(
                i, w, none, range(-2, 2), range(-1, 4), around
            ),
            "the kernel is flipped: its first element meets the first of the window": lambda: slid(
                i, w.flip(2, 3), none, rows, columns, around
            ),
            "the kernel is flipped, and the window reaches back from its place": lambda: slid(
                i, w.flip(2, 3), none, range(-2, 2), range(-1, 4), around
            ),
            "this goes around one edge only; it is to go around both edges": lambda: slid(
                i, w, none, rows, columns, only_columns
            ),
        },
    )


@pytest.mark.concept("vision.convolution")
def test_without_borders_a_shift_shifts_the_output_exactly(device):
    """Where there are no borders, to shift and then to convolve is to convolve and then to shift."""
    images, weight, _ = drawn(device, torch.float64, image=(6, 5), kernel=(6, 4))
    images = draw.laid_out(images, "sliced")
    given = convolution.circular(images, weight)
    check.close(given, slid(images, weight, torch.zeros(3), range(6), range(5), around))
    for rows, columns in ((1, 0), (0, 2), (4, 3)):
        check.close(
            convolution.circular(images.roll((rows, columns), (2, 3)), weight),
            given.roll((rows, columns), (2, 3)),
            what=f"of images shifted by {rows} rows and {columns} columns, the output",
        )


@pytest.mark.concept("vision.convolution")
def test_gradients_come_back_around_the_edges_as_well(device):
    """Without borders each weight meets each pixel once: its gradient is the sum of all pixels."""
    images, weight, _ = drawn(device, torch.float64)
    weight.requires_grad_()
    given = convolution.circular(images, weight)
    check.recorded(given, mistake="something cuts circular's output off from the weight: .detach(), .data or .tolist()")
    (of_weight,) = torch.autograd.grad(given.sum(), weight)
    everywhere = images.sum(dim=(0, 2, 3))[None, :, None, None].expand_as(weight)
    check.close(of_weight, everywhere, what="the gradient of circular's weight")


@pytest.mark.concept("vision.convolution")
def test_a_convolution_has_far_fewer_parameters(device):
    """A kernel serves every place, so that a convolution has few parameters; a connection to every pixel has many."""
    height, width, rows, columns = draw.sizes(4, low=8, high=16)
    image, weight = (3, 20 + height, 20 + width), (5, 3, rows - 6, columns - 6)
    (_, h, w), (o, c, kh, kw) = image, weight
    inputs, outputs = math.prod(image), o * (h - kh + 1) * (w - kw + 1)
    kernel = math.prod(weight)
    given = list(check.parts(convolution.parameter_counts(image, weight), 2))
    check.equal(
        given,
        [kernel + o, outputs * inputs + outputs],
        what="the pair of counts",
        mistakes={
            "the biases count as well": [kernel, outputs * inputs],
            "one kernel serves every place: it is counted once": [outputs * (c * kh * kw + 1), outputs * (inputs + 1)],
            "there is a bias for each channel of the output, and for each neuron": [kernel + 1, outputs * inputs + 1],
            "a kernel goes through all channels of the input": [o * (kh * kw + 1), outputs * (inputs + 1)],
            "without padding the output is smaller than the image": [kernel + o, o * h * w * (inputs + 1)],
            "the fully connected layer gives a number for each place of each channel": [kernel + o, o * (inputs + 1)],
            "the two counts are swapped: the convolution's comes first": [outputs * (inputs + 1), kernel + o],
        },
    )
    check.equal(
        list(check.parts(convolution.parameter_counts((1, 5, 3), (2, 1, 3, 3)), 2)),
        [2 * (9 + 1), 2 * 3 * (15 + 1)],
        what="of an image of shape (1, 5, 3) and a weight of shape (2, 1, 3, 3), the pair of counts",
    )
    assert 1000 * given[0] < given[1], "on such an image, the convolution has less than a thousandth of the parameters"
    larger = convolution.parameter_counts((3, 2 * h, 2 * w), weight)
    assert larger[0] == given[0], "the convolution's parameters are as many for a larger image"
