"""Batches of pictures are N x C x H x W."""

import pytest
import torch

from dojo import check, draw
from katas.data import images


@pytest.mark.concept("represent.image-axes")
def test_the_channels_come_before_rows_and_columns(device):
    """A batch of pictures is N x C x H x W: image, channel, row, column."""
    n, height, width, channels = draw.sizes(4)
    # None is as bright as 255, so that a division by the brightest value shows.
    pictures = [draw.integers((height, width, channels), 0, 240, device=device, dtype=torch.uint8) for _ in range(n)]
    values = [picture.tolist() for picture in pictures]
    expected = torch.tensor(
        [
            [[[values[i][y][x][c] / 255 for x in range(width)] for y in range(height)] for c in range(channels)]
            for i in range(n)
        ],
        device=device,
    )
    stack = torch.stack(pictures)
    scaled = stack / 255
    ordered = stack.permute(0, 3, 1, 2)
    check.close(
        images.images_to_batch(pictures),
        expected,
        mistakes={
            "reshape() cuts the numbers anew, and colours get mixed; permute() puts axes in another order": (
                scaled.reshape(n, channels, height, width)
            ),
            "rows and columns are swapped: it is channel, row, column": scaled.permute(0, 3, 2, 1),
            "the channels are still the last axis; they come before rows and columns": scaled,
            "the channels are the first axis; the first axis says which picture": scaled.permute(3, 0, 1, 2),
            "the channels are in reverse": expected.flip(1),
            "these are numbers from 0 to 255; divide them by 255": ordered.float(),
            "this is whole division: anything below 255 becomes 0; divide floating-point numbers": (
                torch.zeros_like(expected)
            ),
            "this divides by 256; the largest number is 255, and it stands for 1": ordered / 256,
            "this divides by the brightest value that is there; 255 stands for 1, whether it occurs or not": (
                lambda: ordered / ordered.max()
            ),
            "this divides by the brightest value of each picture; 255 stands for 1, in all of them": (
                lambda: ordered / ordered.amax(dim=(1, 2, 3), keepdim=True)
            ),
        },
    )


@pytest.mark.concept("represent.image-axes")
def test_each_number_stays_with_its_pixel_and_its_channel(device):
    """One pixel with one channel lit is lit at the same row and column, in that channel alone."""
    # A size tells nothing about what an axis is: three rows are no three channels.
    for height, width, channels in (draw.sizes(3), (3, 5, 4), (1, 4, 3), (4, 3, 1), (3, 4, 3)):
        picture = torch.zeros(height, width, channels, dtype=torch.uint8, device=device)
        y, x, c = draw.integer(0, height - 1), draw.integer(1, width - 1), draw.integer(0, channels - 1)
        picture[y, x, c] = 255
        batch = check.tensor(images.images_to_batch([picture]), shape=(1, channels, height, width), dtype=torch.float32)
        check.equal(
            batch.nonzero().tolist(), [[0, c, y, x]], what="the place [image, channel, row, column] that is lit"
        )
        check.close(batch.max().item(), 1.0, what="the brightness of 255")


@pytest.mark.concept("represent.image-axes")
def test_a_grey_picture_has_one_channel(device):
    """A grey picture has an axis of channels in a batch, of size 1, though it may come without one."""
    n, height, width = draw.sizes(3)
    grey = [draw.integers((height, width), 0, 255, device=device, dtype=torch.uint8) for _ in range(n)]
    expected = torch.tensor([[[[v / 255 for v in row] for row in each.tolist()]] for each in grey], device=device)
    check.close(
        images.images_to_batch(grey),
        expected,
        mistakes={
            "there is no axis of channels: one channel is an axis of size 1": lambda: expected.squeeze(1),
            "the axis of channels is the last; it is the second": lambda: expected.movedim(1, -1),
            "the axis of channels is the first; it is the second": lambda: expected.movedim(1, 0),
        },
    )
    with_channel = [each.unsqueeze(-1) for each in grey]
    check.close(images.images_to_batch(with_channel), expected, what="the batch of pictures of shape (H, W, 1)")


@pytest.mark.concept("represent.image-axes")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_pictures_may_lie_in_memory_in_any_way(device, layout):
    """Which number is which pixel follows from the axes, not from the order in memory."""
    height, width, channels = draw.sizes(3)
    drawn = [draw.integers((height, width, channels), 0, 255, dtype=torch.uint8) for _ in range(2)]
    expected = torch.stack([torch.stack([each[:, :, c] for c in range(channels)]) for each in drawn]).float() / 255
    pictures = [draw.laid_out(each.to(device), layout) for each in drawn]
    with check.unchanged(*pictures):
        batch = images.images_to_batch(pictures)
    check.close(batch, expected.to(device))


@pytest.mark.concept("represent.image-axes")
def test_pictures_of_different_sizes_make_no_batch(device):
    """A batch is one tensor, so all its pictures have one size; others must be cut or scaled before."""
    height, width = draw.sizes(2)
    one, other, grey = (
        torch.zeros(shape, dtype=torch.uint8, device=device)
        for shape in ((height, width, 3), (width, height, 3), (height, width))
    )
    with check.raises(ValueError, "two pictures differ in size"):
        images.images_to_batch([one, other])
    with check.raises(ValueError, "a grey picture of shape (H, W) lies among pictures of shape (H, W, C)"):
        images.images_to_batch([grey, one])
    with check.raises(ValueError, "there is no picture"):
        images.images_to_batch([])


@pytest.mark.concept("represent.image-axes")
def test_pictures_to_look_at_have_their_channels_last(device):
    """To show or save pictures, the channels go behind rows and columns again, and fractions become 0 to 255."""
    n, height, width, channels = draw.sizes(4)
    levels = draw.integers((n, channels, height, width), 0, 254, device=device)
    # 0.7 of the way to the next level, so that cutting the fraction off shows.
    batch = (levels + 0.7).div(255).to(torch.float32)
    values = levels.tolist()
    expected = torch.tensor(
        [
            [[[values[i][c][y][x] + 1 for c in range(channels)] for x in range(width)] for y in range(height)]
            for i in range(n)
        ],
        dtype=torch.uint8,
        device=device,
    )
    check.equal(
        images.batch_to_images(batch),
        expected,
        mistakes={
            "reshape() cuts the numbers anew; permute() puts axes in another order": (
                (levels + 1).to(torch.uint8).reshape(n, height, width, channels)
            ),
            "rows and columns are swapped: it is row, column, channel": expected.transpose(1, 2),
            "the channels are still in front of rows and columns": (levels + 1).to(torch.uint8),
            "this cuts the fraction off; round to the nearest whole number": expected - 1,
            "these are the fractions themselves, rounded; multiply by 255 first": (
                lambda: batch.round().to(torch.uint8).permute(0, 2, 3, 1)
            ),
            "this multiplies by 256; 1 stands for 255": (
                lambda: (batch * 256).clamp(max=255).to(torch.uint8).permute(0, 2, 3, 1)
            ),
        },
    )


@pytest.mark.concept("represent.image-axes")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_each_of_the_256_levels_comes_back(device, dtype):
    """Rounding brings each of the 256 levels back, from a little below and from a little above."""
    levels = torch.arange(256)
    expected = levels.to(torch.uint8).reshape(2, 8, 16, 1).to(device)
    for step in (-0.3, 0.0, 0.3):
        batch = ((levels.to(torch.float64) + step) / 255).to(dtype).reshape(2, 1, 8, 16).to(device)
        check.equal(
            images.batch_to_images(batch),
            expected,
            mistakes={
                "this cuts the fraction off; round to the nearest whole number": (
                    (levels - 1).clamp(min=0).to(torch.uint8).reshape(2, 8, 16, 1).to(device)
                ),
                "this rounds up; round to the nearest whole number": (
                    (levels + 1).clamp(max=255).to(torch.uint8).reshape(2, 8, 16, 1).to(device)
                ),
            },
        )


@pytest.mark.concept("represent.image-axes")
def test_what_lies_outside_0_to_1_is_shown_as_0_or_1(device):
    """Numbers outside 0 to 1 must be clamped first: 1.02 would wrap round to nearly black."""
    batch = torch.tensor([-2.0, -0.1, 0.2, 1.02, 3.5, 1.0], device=device).reshape(1, 1, 2, 3)
    check.equal(
        images.batch_to_images(batch),
        torch.tensor([0, 0, 51, 255, 255, 255], dtype=torch.uint8, device=device).reshape(1, 2, 3, 1),
        mistakes={
            "this wraps round: 260 becomes 4 as uint8; clamp to the range first": (
                lambda: ((batch * 255).round().to(torch.int64) % 256).to(torch.uint8).reshape(1, 2, 3, 1)
            ),
        },
    )


@pytest.mark.concept("represent.image-axes")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_batch_may_lie_in_any_way_and_stays_as_it_is(device, layout):
    """Pictures are made from a copy: a batch that is shown is still the batch that the network gets."""
    n, height, width, channels = draw.sizes(4)
    shape = (n, channels, height, width)
    # Near whole numbers of 255ths, so that rounding is never a close call.
    levels = draw.integers(shape, -60, 320) + draw.normal(shape, dtype=torch.float64).clamp(-0.3, 0.3)
    batch = draw.laid_out(levels.div(255).to(torch.float32).to(device), layout)
    with check.unchanged(batch):
        pictures = images.batch_to_images(batch)
    nearest = [
        [[[min(255, max(0, round(255 * v))) for v in row] for row in plane] for plane in image]
        for image in batch.tolist()
    ]
    check.equal(pictures, torch.tensor(nearest, dtype=torch.uint8, device=device).permute(0, 2, 3, 1))


@pytest.mark.concept("represent.image-axes")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_each_channel_has_one_mean_and_one_standard_deviation(device, dtype):
    """The statistics of a channel are taken over all pictures, rows and columns: axes 0, 2 and 3."""
    n, channels, height, width = draw.sizes(4)
    # Pictures and channels differ in brightness, so that every other way of averaging gives other numbers.
    offset = draw.distinct((n, channels, 1, 1), device=device, dtype=dtype) + 1
    batch = draw.normal((n, channels, height, width), device=device, dtype=dtype) + offset
    rows = batch.transpose(0, 1).flatten(1).tolist()
    count = n * height * width
    mean = [sum(row) / count for row in rows]
    var = [sum((v - m) ** 2 for v in row) / count for row, m in zip(rows, mean, strict=True)]
    means, stds = (torch.tensor(each, device=device, dtype=dtype) for each in (mean, [v**0.5 for v in var]))
    actual_means, actual_stds = check.parts(images.channel_statistics(batch), 2)
    check.close(
        actual_means,
        means,
        what="the tensor of means",
        mistakes={
            "this is one number over everything; each channel has its own": lambda: batch.mean(),
            "there is a row for each picture; take all pictures together": lambda: batch.mean(dim=(2, 3)),
            "there is a number for each pixel; take all rows and columns together": lambda: batch.mean(dim=0),
            "the axes of size 1 are left in: keepdim=True is not asked for": lambda: means.reshape(1, -1, 1, 1),
            "the two are swapped: the means come first": stds,
        },
    )
    check.close(
        actual_stds,
        stds,
        what="the tensor of standard deviations",
        mistakes={
            "this is the variance; the standard deviation is its root": torch.tensor(var, device=device, dtype=dtype),
            "the sum is divided by one less than the number of values; the biased one divides by the number": (
                lambda: batch.std(dim=(0, 2, 3))
            ),
            "this is the mean of the pictures' own standard deviations; their means differ too": (
                lambda: batch.std(dim=(2, 3), correction=0).mean(dim=0)
            ),
            "this is the mean distance from the mean; square the distances": (
                lambda: (batch - means[:, None, None]).abs().mean(dim=(0, 2, 3))
            ),
        },
    )


@pytest.mark.concept("represent.image-axes")
def test_a_single_pixel_has_standard_deviation_0(device):
    """With one pixel in all, the mean is that pixel, and nothing lies away from it."""
    batch = draw.normal((1, 3, 1, 1), device=device)
    with check.unchanged(batch):
        means, stds = check.parts(images.channel_statistics(batch), 2)
    check.close(means, batch.reshape(3).clone(), what="the tensor of means")
    check.close(stds, torch.zeros(3, device=device), what="the tensor of standard deviations")


@pytest.mark.concept("represent.image-axes")
def test_a_bright_even_channel_has_a_small_standard_deviation(device):
    """Subtract the mean before squaring: the difference of two nearly equal squares loses all digits that matter."""
    batch = draw.laid_out(draw.normal((3, 2, 4, 5), device=device) * 1e-4 + 0.9, "sliced")
    wide = batch.cpu().to(torch.float64).transpose(0, 1).flatten(1)
    means, stds = check.parts(images.channel_statistics(batch), 2)
    check.close(means, wide.mean(dim=1).float().to(device), what="the tensor of means")
    right = (wide - wide.mean(dim=1, keepdim=True)).square().mean(dim=1).sqrt()
    check.close(stds, right.float().to(device), what="the tensor of standard deviations", rtol=1e-3, atol=0.0)


@pytest.mark.concept("represent.image-axes")
def test_the_digits_are_a_batch_of_grey_pictures(device, digits):
    """The scale of a picture is part of its data: in the digits, 16 is as bright as it gets."""
    scans = digits[0][:50].to(device)
    expected = torch.tensor([[[[v / 16 for v in row] for row in scan]] for scan in scans.tolist()], device=device)
    with check.unchanged(scans):
        batch = images.grey_to_batch(scans, 16)
    check.close(
        batch,
        expected,
        mistakes={
            "there is no axis of channels: one channel is an axis of size 1": lambda: expected.squeeze(1),
            "the axis of channels is the last; it is the second": lambda: expected.movedim(1, -1),
            "the axis of channels is the first; it is the second": lambda: expected.movedim(1, 0),
            "this divides by 255; here 16 stands for 1": lambda: scans.unsqueeze(1) / 255,
            "these are numbers from 0 to white; divide them by white": lambda: scans.unsqueeze(1).float(),
            "rows and columns are swapped, so each digit lies on its side, mirrored": lambda: expected.transpose(2, 3),
        },
    )


@pytest.mark.concept("represent.image-axes")
def test_full_brightness_need_not_occur(device):
    """What stands for 1 is a property of the scale, not of the pictures that happen to be there."""
    n, height, width = draw.sizes(3)
    white = draw.integer(20, 255)
    values = draw.integers((n, height, width), 1, white - 5, device=device, dtype=torch.uint8)
    dark = draw.laid_out(values, "sliced")
    expected = [[[[v / white for v in row] for row in picture]] for picture in dark.tolist()]
    check.close(
        images.grey_to_batch(dark, white),
        torch.tensor(expected, device=device),
        mistakes={
            "this divides by the brightest value that is there; divide by white": (
                lambda: dark.unsqueeze(1) / dark.max()
            ),
            "this divides by 16, which is right for the digits only; divide by white": lambda: dark.unsqueeze(1) / 16,
        },
    )
