"""Wrong answers to networks/convolution."""

import torch
from torch import nn

from dojo.runner.variants import body, edit, replaces


def slide(images, weight, bias, padding=(0, 0), stride=(1, 1), mode="constant", pads=None):
    (rows, columns), (down, right) = padding, stride
    padded = nn.functional.pad(images, pads or (columns, columns, rows, rows), mode=mode)
    windows = padded.unfold(2, weight.shape[2], down).unfold(3, weight.shape[3], right)
    return torch.einsum("bcyxij,ocij->boyx", windows, weight) + bias[:, None, None]


def counts(image, weight):
    (c, h, w), (o, _, kh, kw) = image, weight
    outputs = o * (h - kh + 1) * (w - kw + 1)
    return c, h, w, o, kh, kw, outputs


ForgetsTheLastPlace = edit("output_size", " + 1", "", "the last place")
PadsOneEndOnly = edit("output_size", "2 * padding", "padding", "both ends")
RoundsUp = body("output_size", "return -(-(size + 2 * padding - kernel) // stride) + 1", "reach beyond")
ForgetsTheKernel = edit("output_size", "- kernel", "- 1", "the window has a size of its own")
DividesInFloats = body("output_size", "return (size + 2 * padding - kernel) / stride + 1", "an int")
ForgetsTheStrideInTheSize = edit("output_size", " // stride", "", "the stride is left out")

FlipsTheKernel = body(
    "convolve", "return slide(images, weight.flip(2, 3), bias, padding, stride)", "the kernel is flipped"
)
PadsAboveAndLeftOnly = body(
    "convolve", "return slide(images, weight, bias, padding, stride, pads=(padding[1], 0, padding[0], 0))", "gave shape"
)
PadsAround = body(
    "convolve", 'return slide(images, weight, bias, padding, stride, mode="circular")', "the other end of the image"
)
PadsWithTheEdge = body("convolve", 'return slide(images, weight, bias, padding, stride, mode="replicate")', "repeated")
ForgetsThePadding = body("convolve", "return slide(images, weight, bias, (0, 0), stride)", "the padding is left out")
ForgetsTheStride = body("convolve", "return slide(images, weight, bias, padding)", "the stride is left out")
ForgetsTheBias = body("convolve", "return slide(images, weight, 0 * bias, padding, stride)", "the bias is left out")
TakesTheMeanOverTheChannels = body(
    "convolve", "return slide(images, weight / weight.shape[1], bias, padding, stride)", "the mean over the channels"
)
GivesTheFirstImageForAll = body(
    "convolve", "return slide(images[:1].expand_as(images), weight, bias, padding, stride)", "the first image for all"
)
SwapsHeightAndWidth = body("convolve", "return slide(images, weight, bias, padding, stride).mT", "gave shape")
MissesTheLastRow = body("convolve", "return slide(images, weight, bias, padding, stride)[:, :, :-1]", "gave shape")
CallsConv2d = body(
    "convolve", "return nn.functional.conv2d(images, weight, bias, stride, padding)", "ran torch's own convolution"
)
CutsTheGraph = body(
    "convolve", "return slide(images, weight.detach(), bias.detach(), padding, stride)", "autograd did not record"
)


@replaces("convolve", "the channels of the weight are swapped")
def SwapsTheChannels(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(
        images, weight.transpose(0, 1) if weight.shape[0] == weight.shape[1] else weight, bias, padding, stride
    )


@replaces("convolve", "rows and columns of the kernel are swapped")
def TransposesTheKernel(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(images, weight.mT if weight.shape[2] == weight.shape[3] else weight, bias, padding, stride)


@replaces("convolve", "on one side only")
def PadsAboveAndLeftTwice(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(images, weight, bias, padding, stride, pads=(2 * padding[1], 0, 2 * padding[0], 0))


@replaces("convolve", "the padding of rows and that of columns are swapped")
def SwapsThePadding(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(images, weight, bias, padding[::-1], stride)


@replaces("convolve", "the stride of rows and that of columns are swapped")
def SwapsTheStride(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(images, weight, bias, padding, stride[::-1])


@replaces("convolve", "the bias is added for each element of the window")
def AddsTheBiasForEachElement(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(images, weight, bias * weight[0].numel(), padding, stride)


@replaces("convolve", "the bias is added for each channel of the input")
def AddsTheBiasForEachChannel(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(images, weight, bias * weight.shape[1], padding, stride)


@replaces("convolve", "the bias is added along the width")
def AddsTheBiasAlongTheWidth(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    result = slide(images, weight, 0 * bias, padding, stride)
    return result + (bias if result.shape[-1] == len(bias) else bias[:, None, None])


@replaces("convolve", "the first channel of the input alone")
def TakesTheFirstChannelOnly(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(images[:, :1], weight[:, :1], bias, padding, stride)


@replaces("convolve", "gave shape")
def TakesTheHeightForTheWidth(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    result = slide(images, weight, bias, padding, stride)
    size = min(result.shape[2:])
    return result[:, :, :size, :size]


@replaces("convolve", "ran torch's own convolution")
def CallsTheModule(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    layer = nn.Conv2d(weight.shape[1], weight.shape[0], tuple(weight.shape[2:]), stride, padding).to(weight)
    return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, images)


@replaces("convolve", "ran torch's own convolution")
def CallsConv3d(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return torch.conv3d(images[:, :, None], weight[:, :, None], bias, (1, *stride), (0, *padding))[:, :, 0]


@replaces("convolve", "ran torch's own convolution")
def CallsTheTransposedConvolution(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    kh, kw = weight.shape[2:]
    full = nn.functional.conv_transpose2d(images, weight.transpose(0, 1).flip(2, 3))
    full = nn.functional.pad(full, (padding[1], padding[1], padding[0], padding[0]))
    h, w = images.shape[2] + 2 * padding[0], images.shape[3] + 2 * padding[1]
    return full[:, :, kh - 1 : h : stride[0], kw - 1 : w : stride[1]] + bias[:, None, None]


@replaces("convolve", "ran torch's own convolution")
def CallsTheOperation(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return torch.ops.aten.convolution(images, weight, bias, stride, padding, (1, 1), False, (0, 0), 1)


@replaces("convolve", "ran torch's own")
def CallsTheSlowOne(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return torch.ops.aten.thnn_conv2d(images, weight, tuple(weight.shape[2:]), bias, stride, padding)


@replaces("convolve", "a tensor made without device= lies on the CPU")
def PutsTheOutputOnTheCpu(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    right = slide(images, weight, bias, padding, stride)
    result = torch.zeros(right.shape, dtype=right.dtype)
    return result.copy_(right)


@replaces("convolve", "same device")
def PadsWithZerosFromTheCpu(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    b, c, h, w = images.shape
    rows = torch.zeros(b, c, padding[0], w, dtype=images.dtype)
    images = torch.cat([rows, images, rows], dim=2)
    columns = torch.zeros(b, c, images.shape[2], padding[1], dtype=images.dtype)
    return slide(torch.cat([columns, images, columns], dim=3), weight, bias, (0, 0), stride)


@replaces("convolve", "gave dtype float32, expected float64")
def ComputesInFloat32(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    return slide(images.float(), weight.float(), bias.float(), padding, stride)


@replaces("convolve", "changed its input")
def WritesIntoTheImages(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    result = slide(images, weight, bias, padding, stride)
    images.mul_(2)
    return result


@replaces("convolve", "images with padding (0, 0), the convolution")
def TakesAnyImageForContiguous(images, weight, bias, padding=(0, 0), stride=(1, 1)):
    if padding == (0, 0):
        images = images.as_strided(images.shape, torch.empty(images.shape).stride())
    return slide(images, weight, bias, padding, stride)


StopsAtTheBorder = body("circular", "return slide(images, weight, weight.new_zeros(len(weight)))", "gave shape")


@replaces("circular", "zeros")
def PutsZerosBehindTheBorder(images, weight):
    pads = (0, weight.shape[3] - 1, 0, weight.shape[2] - 1)
    return slide(images, weight, weight.new_zeros(len(weight)), pads=pads)


@replaces("circular", "ends at row y")
def BeginsTheWindowInFront(images, weight):
    pads = (weight.shape[3] - 1, 0, weight.shape[2] - 1, 0)
    return slide(images, weight, weight.new_zeros(len(weight)), pads=pads, mode="circular")


@replaces("circular", "the kernel is flipped")
def RollsTheOtherWay(images, weight):
    pads = (weight.shape[3] - 1, 0, weight.shape[2] - 1, 0)
    return slide(images, weight.flip(2, 3), weight.new_zeros(len(weight)), pads=pads, mode="circular")


@replaces("circular", "the kernel is flipped")
def FlipsTheCircularKernel(images, weight):
    pads = (0, weight.shape[3] - 1, 0, weight.shape[2] - 1)
    return slide(images, weight.flip(2, 3), weight.new_zeros(len(weight)), pads=pads, mode="circular")


@replaces("circular", "around both edges")
def GoesAroundTheColumnsOnly(images, weight):
    images = nn.functional.pad(images, (0, weight.shape[3] - 1, 0, 0), mode="circular")
    return slide(images, weight, weight.new_zeros(len(weight)), pads=(0, 0, 0, weight.shape[2] - 1))


@replaces("circular", "ran torch's own convolution")
def CallsConv2dAroundTheEdges(images, weight):
    around = nn.functional.pad(images, (0, weight.shape[3] - 1, 0, weight.shape[2] - 1), mode="circular")
    return torch.conv2d(around, weight)


@replaces("circular", "same device")
def MakesTheSumOnTheCpu(images, weight):
    result = torch.zeros(len(images), len(weight), *images.shape[2:], dtype=images.dtype)
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            result = result + torch.einsum("bcyx,oc->boyx", images.roll((-i, -j), (2, 3)), weight[:, :, i, j])
    return result


@replaces("circular", "something cuts circular's output off")
def CutsCircularOffFromTheWeight(images, weight):
    pads = (0, weight.shape[3] - 1, 0, weight.shape[2] - 1)
    return slide(images, weight.detach(), weight.new_zeros(len(weight)), mode="circular", pads=pads)


@replaces("parameter_counts", "the biases count as well")
def LeavesTheBiasesOut(image, weight):
    c, h, w, o, kh, kw, outputs = counts(image, weight)
    return o * c * kh * kw, outputs * c * h * w


@replaces("parameter_counts", "serves every place")
def CountsAKernelForEachPlace(image, weight):
    c, h, w, o, kh, kw, outputs = counts(image, weight)
    return outputs * (c * kh * kw + 1), outputs * (c * h * w + 1)


@replaces("parameter_counts", "a bias for each channel")
def CountsOneBiasOnly(image, weight):
    c, h, w, o, kh, kw, outputs = counts(image, weight)
    return o * c * kh * kw + 1, outputs * c * h * w + 1


@replaces("parameter_counts", "all channels of the input")
def ForgetsTheInputChannels(image, weight):
    c, h, w, o, kh, kw, outputs = counts(image, weight)
    return o * (kh * kw + 1), outputs * (c * h * w + 1)


@replaces("parameter_counts", "smaller than the image")
def KeepsTheImageSize(image, weight):
    c, h, w, o, kh, kw, outputs = counts(image, weight)
    return o * (c * kh * kw + 1), o * h * w * (c * h * w + 1)


@replaces("parameter_counts", "each place of each channel")
def GivesOneNumberPerChannel(image, weight):
    c, h, w, o, kh, kw, outputs = counts(image, weight)
    return o * (c * kh * kw + 1), o * (c * h * w + 1)


@replaces("parameter_counts", "the two counts are swapped")
def SwapsTheCounts(image, weight):
    c, h, w, o, kh, kw, outputs = counts(image, weight)
    return outputs * (c * h * w + 1), o * (c * kh * kw + 1)
