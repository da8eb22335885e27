"""Other right answers to tensors/in_place."""

import torch


class UsesOperators:
    def halved(x):
        return x * 0.5

    def scale_(x, factor):
        x *= factor
        return x

    def clip_negatives_(x):
        x[x < 0] = 0
        return x

    def swap_columns_(x, first, second):
        kept = x[:, first].clone()
        x[:, first] = x[:, second]
        x[:, second] = kept
        return x


class UsesFunctions:
    def halved(x):
        return torch.true_divide(x, 2)

    def scale_(x, factor):
        return torch.mul(x, factor, out=x)

    def clip_negatives_(x):
        return torch.nn.functional.relu_(x)

    def swap_columns_(x, first, second):
        order = list(range(x.shape[1]))
        order[first], order[second] = second, first
        return x.copy_(x[:, order])


class CopiesBack:
    def halved(x):
        half = x.clone() if x.is_floating_point() else x.float()
        return half.div_(2)

    def scale_(x, factor):
        x[...] = x * factor
        return x

    def clip_negatives_(x):
        return x.copy_(torch.where(x < 0, 0, x))

    def swap_columns_(x, first, second):
        old = x.clone()
        x[:, first], x[:, second] = old[:, second], old[:, first]
        return x


class FillsTheMask:
    def clip_negatives_(x):
        return x.masked_fill_(x < 0, 0)

    def scale_(x, factor):
        for row in x if x.dim() > 1 else [x]:
            row.mul_(factor)
        return x
