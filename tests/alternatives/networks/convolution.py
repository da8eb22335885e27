"""Other right answers to networks/convolution."""

import torch
from torch import nn


class LoopsOverTheOutputs:
    def output_size(size, kernel, padding, stride):
        return len(range(0, size + 2 * padding - kernel + 1, stride))

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        b, c, h, w = images.shape
        o, _, kh, kw = weight.shape
        padded = images.new_zeros(b, c, h + 2 * padding[0], w + 2 * padding[1])
        padded[:, :, padding[0] : padding[0] + h, padding[1] : padding[1] + w] = images
        rows = []
        for y in range(0, padded.shape[2] - kh + 1, stride[0]):
            row = []
            for x in range(0, padded.shape[3] - kw + 1, stride[1]):
                window = padded[:, None, :, y : y + kh, x : x + kw]
                row.append((window * weight).sum(dim=(2, 3, 4)) + bias)
            rows.append(torch.stack(row, dim=-1))
        return torch.stack(rows, dim=-2)

    def circular(images, weight):
        h, w = images.shape[2:]
        result = 0
        for i in range(weight.shape[2]):
            for j in range(weight.shape[3]):
                moved = torch.roll(images, (-i, -j), (2, 3))
                result = result + torch.einsum("bcyx,oc->boyx", moved, weight[:, :, i, j])
        return result

    def parameter_counts(image, weight):
        o, c, kh, kw = weight
        _, h, w = image
        conv = nn.Conv2d(c, o, (kh, kw), device="meta")
        full = nn.Linear(c * h * w, o * (h - kh + 1) * (w - kw + 1), device="meta")
        return sum(p.numel() for p in conv.parameters()), sum(p.numel() for p in full.parameters())


class MultipliesMatrices:
    def output_size(size, kernel, padding, stride):
        count, start = 0, -padding
        while start + kernel <= size + padding:
            count, start = count + 1, start + stride
        return count

    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        kernel = tuple(weight.shape[2:])
        columns = nn.functional.unfold(images, kernel, padding=padding, stride=stride)
        result = weight.flatten(1) @ columns + bias[:, None]
        height = (images.shape[2] + 2 * padding[0] - kernel[0]) // stride[0] + 1
        return result.unflatten(2, (height, -1))

    def circular(images, weight):
        h, w = images.shape[2:]
        rows = (torch.arange(h)[:, None] + torch.arange(weight.shape[2])) % h
        columns = (torch.arange(w)[:, None] + torch.arange(weight.shape[3])) % w
        windows = images[:, :, rows[:, None, :, None], columns[None, :, None, :]]
        return torch.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3])).movedim(-1, 1)

    def parameter_counts(image, weight):
        c, h, w = image
        o, _, kh, kw = weight
        return [o * c * kh * kw + o, c * h * w * o * (h - kh + 1) * (w - kw + 1) + o * (h - kh + 1) * (w - kw + 1)]


class GoesTapByTap:
    def convolve(images, weight, bias, padding=(0, 0), stride=(1, 1)):
        ph, pw = padding
        sh, sw = stride
        padded = nn.ZeroPad2d((pw, pw, ph, ph))(images)
        kh, kw = weight.shape[2:]
        oh, ow = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
        result = bias.reshape(1, -1, 1, 1)
        for i in range(kh):
            for j in range(kw):
                part = padded[:, :, i : i + sh * (oh - 1) + 1 : sh, j : j + sw * (ow - 1) + 1 : sw]
                result = result + (part.movedim(1, -1) @ weight[:, :, i, j].T).movedim(-1, 1)
        return result

    def circular(images, weight):
        kernel = torch.zeros(*weight.shape[:2], *images.shape[2:], dtype=images.dtype, device=images.device)
        kernel[:, :, : weight.shape[2], : weight.shape[3]] = weight
        twice = torch.cat([images, images], dim=2)
        twice = torch.cat([twice, twice], dim=3)
        h, w = images.shape[2:]
        windows = twice.unfold(2, h, 1).unfold(3, w, 1)[:, :, :h, :w]
        return torch.einsum("bcyxij,ocij->boyx", windows, kernel)
