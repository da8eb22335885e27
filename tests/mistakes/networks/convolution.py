"""Wrong answers to networks/convolution."""

import torch
from torch import nn


def slide(images, weight, bias, padding=(0, 0), stride=(1, 1), mode="constant", pads=None):
    (rows, columns), (down, right) = padding, stride
    padded = nn.functional.pad(images, pads or (columns, columns, rows, rows), mode=mode)
    windows = padded.unfold(2, weight.shape[2], down).unfold(3, weight.shape[3], right)
    return torch.einsum("bcyxij,ocij->boyx", windows, weight) + bias[:, None, None]


class ForgetsTheLastPlace:
    """the last place"""

    def output_size(size, kernel, padding, stride):
        return (size + 2 * padding - kernel) // stride


class PadsOneEndOnly:
    """both ends"""

    def output_size(size, kernel, padding, stride):
        return (size + padding - kernel) // stride + 1


class RoundsUp:
    """reach beyond"""

    def output_size(size, kernel, padding, stride):
        return -(-(size + 2 * padding - kernel) // stride) + 1


class ForgetsTheKernel:
    """the window has a size of its own"""

    def output_size(size, kernel, padding, stride):
        return (size + 2 * padding - 1) // stride + 1


class DividesInFloats:
    """an int"""

    def output_size(size, kernel, padding, stride):
        return (size + 2 * padding - kernel) / stride + 1


class ForgetsTheStrideInTheSize:
    """the stride is left out"""

    def output_size(size, kernel, padding, stride):
        return size + 2 * padding - kernel + 1


class FlipsTheKernel:
    """the kernel is flipped"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight.flip(2, 3), bias, padding, stride)


class SwapsTheChannels:
    """the channels of the weight are swapped"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(
            images, weight.transpose(0, 1) if weight.shape[0] == weight.shape[1] else weight, bias, padding, stride
        )


class TransposesTheKernel:
    """rows and columns of the kernel are swapped"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight.mT if weight.shape[2] == weight.shape[3] else weight, bias, padding, stride)


class PadsAboveAndLeftOnly:
    """gave shape"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding, stride, pads=(padding[1], 0, padding[0], 0))


class PadsAboveAndLeftTwice:
    """on one side only"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding, stride, pads=(2 * padding[1], 0, 2 * padding[0], 0))


class PadsAround:
    """the other end of the image"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding, stride, mode="circular")


class PadsWithTheEdge:
    """repeated"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding, stride, mode="replicate")


class SwapsThePadding:
    """the padding of rows and that of columns are swapped"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding[::-1], stride)


class ForgetsThePadding:
    """the padding is left out"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, (0, 0), stride)


class SwapsTheStride:
    """the stride of rows and that of columns are swapped"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding, stride[::-1])


class ForgetsTheStride:
    """the stride is left out"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding)


class ForgetsTheBias:
    """the bias is left out"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, 0 * bias, padding, stride)


class AddsTheBiasForEachElement:
    """the bias is added for each element of the window"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias * weight[0].numel(), padding, stride)


class AddsTheBiasForEachChannel:
    """the bias is added for each channel of the input"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias * weight.shape[1], padding, stride)


class AddsTheBiasAlongTheWidth:
    """the bias is added along the width"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        result = slide(images, weight, 0 * bias, padding, stride)
        return result + (bias if result.shape[-1] == len(bias) else bias[:, None, None])


class TakesTheFirstChannelOnly:
    """the first channel of the input alone"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images[:, :1], weight[:, :1], bias, padding, stride)


class TakesTheMeanOverTheChannels:
    """the mean over the channels"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight / weight.shape[1], bias, padding, stride)


class GivesTheFirstImageForAll:
    """the first image for all"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images[:1].expand_as(images), weight, bias, padding, stride)


class TakesTheHeightForTheWidth:
    """gave shape"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        result = slide(images, weight, bias, padding, stride)
        size = min(result.shape[2:])
        return result[:, :, :size, :size]


class SwapsHeightAndWidth:
    """gave shape"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding, stride).mT


class MissesTheLastRow:
    """gave shape"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight, bias, padding, stride)[:, :, :-1]


class CallsConv2d:
    """ran torch's own convolution"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return nn.functional.conv2d(images, weight, bias, stride, padding)


class CallsTheModule:
    """ran torch's own convolution"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        layer = nn.Conv2d(weight.shape[1], weight.shape[0], tuple(weight.shape[2:]), stride, padding).to(weight)
        return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, images)


class CallsConv3d:
    """ran torch's own convolution"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return torch.conv3d(images[:, :, None], weight[:, :, None], bias, (1, *stride), (0, *padding))[:, :, 0]


class CallsTheTransposedConvolution:
    """ran torch's own convolution"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        kh, kw = weight.shape[2:]
        full = nn.functional.conv_transpose2d(images, weight.transpose(0, 1).flip(2, 3))
        full = nn.functional.pad(full, (padding[1], padding[1], padding[0], padding[0]))
        h, w = images.shape[2] + 2 * padding[0], images.shape[3] + 2 * padding[1]
        return full[:, :, kh - 1 : h : stride[0], kw - 1 : w : stride[1]] + bias[:, None, None]


class CallsTheOperation:
    """ran torch's own convolution"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return torch.ops.aten.convolution(images, weight, bias, stride, padding, (1, 1), False, (0, 0), 1)


class CallsTheSlowOne:
    """ran torch's own"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return torch.ops.aten.thnn_conv2d(images, weight, tuple(weight.shape[2:]), bias, stride, padding)


class PutsTheOutputOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        right = slide(images, weight, bias, padding, stride)
        result = torch.zeros(right.shape, dtype=right.dtype)
        return result.copy_(right)


class PadsWithZerosFromTheCpu:
    """same device"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        b, c, h, w = images.shape
        rows = torch.zeros(b, c, padding[0], w, dtype=images.dtype)
        images = torch.cat([rows, images, rows], dim=2)
        columns = torch.zeros(b, c, images.shape[2], padding[1], dtype=images.dtype)
        return slide(torch.cat([columns, images, columns], dim=3), weight, bias, (0, 0), stride)


class ComputesInFloat32:
    """gave dtype float32, expected float64"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images.float(), weight.float(), bias.float(), padding, stride)


class CutsTheGraph:
    """autograd did not record"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        return slide(images, weight.detach(), bias.detach(), padding, stride)


class WritesIntoTheImages:
    """changed its input"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        result = slide(images, weight, bias, padding, stride)
        images.mul_(2)
        return result


class StopsAtTheBorder:
    """gave shape"""

    def circular(images, weight):
        return slide(images, weight, weight.new_zeros(len(weight)))


class PutsZerosBehindTheBorder:
    """zeros"""

    def circular(images, weight):
        pads = (0, weight.shape[3] - 1, 0, weight.shape[2] - 1)
        return slide(images, weight, weight.new_zeros(len(weight)), pads=pads)


class BeginsTheWindowInFront:
    """ends at row y"""

    def circular(images, weight):
        pads = (weight.shape[3] - 1, 0, weight.shape[2] - 1, 0)
        return slide(images, weight, weight.new_zeros(len(weight)), pads=pads, mode="circular")


class RollsTheOtherWay:
    """the kernel is flipped"""

    def circular(images, weight):
        pads = (weight.shape[3] - 1, 0, weight.shape[2] - 1, 0)
        return slide(images, weight.flip(2, 3), weight.new_zeros(len(weight)), pads=pads, mode="circular")


class FlipsTheCircularKernel:
    """the kernel is flipped"""

    def circular(images, weight):
        pads = (0, weight.shape[3] - 1, 0, weight.shape[2] - 1)
        return slide(images, weight.flip(2, 3), weight.new_zeros(len(weight)), pads=pads, mode="circular")


class GoesAroundTheColumnsOnly:
    """around both edges"""

    def circular(images, weight):
        images = nn.functional.pad(images, (0, weight.shape[3] - 1, 0, 0), mode="circular")
        return slide(images, weight, weight.new_zeros(len(weight)), pads=(0, 0, 0, weight.shape[2] - 1))


class CallsConv2dAroundTheEdges:
    """ran torch's own convolution"""

    def circular(images, weight):
        around = nn.functional.pad(images, (0, weight.shape[3] - 1, 0, weight.shape[2] - 1), mode="circular")
        return torch.conv2d(around, weight)


class MakesTheSumOnTheCpu:
    """same device"""

    def circular(images, weight):
        result = torch.zeros(len(images), len(weight), *images.shape[2:], dtype=images.dtype)
        for i in range(weight.shape[2]):
            for j in range(weight.shape[3]):
                result = result + torch.einsum("bcyx,oc->boyx", images.roll((-i, -j), (2, 3)), weight[:, :, i, j])
        return result


def counts(image, weight):
    (c, h, w), (o, _, kh, kw) = image, weight
    outputs = o * (h - kh + 1) * (w - kw + 1)
    return c, h, w, o, kh, kw, outputs


class LeavesTheBiasesOut:
    """the biases count as well"""

    def parameter_counts(image, weight):
        c, h, w, o, kh, kw, outputs = counts(image, weight)
        return o * c * kh * kw, outputs * c * h * w


class CountsAKernelForEachPlace:
    """serves every place"""

    def parameter_counts(image, weight):
        c, h, w, o, kh, kw, outputs = counts(image, weight)
        return outputs * (c * kh * kw + 1), outputs * (c * h * w + 1)


class CountsOneBiasOnly:
    """a bias for each channel"""

    def parameter_counts(image, weight):
        c, h, w, o, kh, kw, outputs = counts(image, weight)
        return o * c * kh * kw + 1, outputs * c * h * w + 1


class ForgetsTheInputChannels:
    """all channels of the input"""

    def parameter_counts(image, weight):
        c, h, w, o, kh, kw, outputs = counts(image, weight)
        return o * (kh * kw + 1), outputs * (c * h * w + 1)


class KeepsTheImageSize:
    """smaller than the image"""

    def parameter_counts(image, weight):
        c, h, w, o, kh, kw, outputs = counts(image, weight)
        return o * (c * kh * kw + 1), o * h * w * (c * h * w + 1)


class GivesOneNumberPerChannel:
    """each place of each channel"""

    def parameter_counts(image, weight):
        c, h, w, o, kh, kw, outputs = counts(image, weight)
        return o * (c * kh * kw + 1), o * (c * h * w + 1)


class SwapsTheCounts:
    """the two counts are swapped"""

    def parameter_counts(image, weight):
        c, h, w, o, kh, kw, outputs = counts(image, weight)
        return outputs * (c * h * w + 1), o * (c * kh * kw + 1)


class TakesAnyImageForContiguous:
    """images with padding (0, 0), the convolution"""

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        if padding == (0, 0):
            images = images.as_strided(images.shape, torch.empty(images.shape).stride())
        return slide(images, weight, bias, padding, stride)


class CutsCircularOffFromTheWeight:
    """something cuts circular's output off"""

    def circular(images, weight):
        pads = (0, weight.shape[3] - 1, 0, weight.shape[2] - 1)
        return slide(images, weight.detach(), weight.new_zeros(len(weight)), mode="circular", pads=pads)
