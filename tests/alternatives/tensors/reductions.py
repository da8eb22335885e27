"""Other right answers to tensors/reductions."""

import numpy
import torch


class BuildsThemFromSums:
    def mean_along(x, axis, keep_axis):
        return torch.sum(x / 1, dim=axis, keepdim=keep_axis) / x.shape[axis]

    def deviation(x, axis, unbiased):
        n = x.shape[axis]
        distances = x - x.mean(dim=axis, keepdim=True)
        return torch.sqrt((distances**2).sum(axis) / (n - 1 if unbiased else n))

    def unit_rows(x):
        norms = (x * x).sum(dim=1, keepdim=True).sqrt()
        norms[norms == 0] = 1
        return x / norms


class Loops:
    def mean_along(x, axis, keep_axis):
        floating = x if x.is_floating_point() else x.float()
        n = x.shape[axis]
        total = torch.zeros_like(floating.sum(dim=axis))
        for part in floating.unbind(axis):
            total = total + part
        mean = total / n
        return mean.unsqueeze(axis) if keep_axis else mean

    def unit_rows(x):
        result = x.clone()
        for row in result:
            length = row.norm()
            if length > 0:
                row /= length
        return result


class UsesNamedFunctions:
    def mean_along(x, axis, keep_axis):
        x = x if x.is_floating_point() else x.to(torch.float32)
        return torch.mean(x, axis, keepdim=keep_axis)

    def deviation(x, axis, unbiased):
        return torch.std(x, axis, unbiased=unbiased)

    def unit_rows(x):
        return torch.nn.functional.normalize(x, dim=1, eps=torch.finfo(x.dtype).tiny)


class GoesThroughNumPy:
    def mean_along(x, axis, keep_axis):
        values = x.cpu().numpy() if x.is_floating_point() else x.float().cpu().numpy()
        with numpy.errstate(all="ignore"):
            sums = numpy.sum(values, axis=axis, keepdims=keep_axis) / numpy.float32(values.shape[axis])
        return torch.as_tensor(sums, device=x.device).to(x.dtype if x.is_floating_point() else torch.float32)

    def deviation(x, axis, unbiased):
        values = x.double().cpu().numpy().std(axis=axis, ddof=int(unbiased))
        return torch.as_tensor(values, device=x.device, dtype=x.dtype)

    def unit_rows(x):
        return x / x.norm(dim=1).clamp(min=torch.finfo(x.dtype).tiny).unsqueeze(1)


class Multiplies:
    def deviation(x, axis, unbiased):
        return torch.var(x, dim=axis, correction=1 if unbiased else 0) ** 0.5

    def unit_rows(x):
        return torch.nan_to_num(torch.einsum("ij,i->ij", x, 1 / x.norm(dim=1)), nan=0.0)
