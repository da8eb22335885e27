"""Other right answers to networks/activations."""

import math

import torch


class KeepsBothPiecesFinite:
    def sigmoid(x):
        right = 1 / (1 + torch.exp(-x.clamp(min=0)))
        left = torch.exp(x.clamp(max=0))
        left = left / (1 + left)
        return torch.where(x < 0, left, torch.where(x > 0, right, 1 / (1 + torch.exp(-x.clamp(-1, 1)))))

    def softplus(x):
        zeros = torch.zeros_like(x)
        return torch.maximum(x, zeros) + torch.log1p(torch.exp(-x.abs()))

    def leaky_relu(x, slope):
        return x.clamp(min=0) + slope * x.clamp(max=0)

    def hardtanh(x, low, high):
        return torch.minimum(torch.maximum(x, torch.full_like(x, low)), torch.full_like(x, high))

    def limits(activation):
        found = []
        for sign in (-1, 1):
            near, far = (float(activation(torch.tensor(sign * place))) for place in (1e15, 1e30))
            found.append(far if abs(far - near) < 1 else math.copysign(math.inf, far))
        return found[0], found[1]

    def confined(x, low, high):
        return (low + high) / 2 + (high - low) / 2 * torch.tanh(x / 2)


class UsesMasksAndIndices:
    def sigmoid(x):
        result = torch.empty_like(x)
        below = x < 0
        small = x[below].exp()
        result[below] = small / (1 + small)
        result[~below] = 1 / (1 + (-x[~below]).exp())
        return result

    def softplus(x):
        result = x.clone()
        middle = x < 40
        result[middle] = x[middle].exp().log1p()
        return result

    def leaky_relu(x, slope):
        return x * torch.where(x > 0, torch.ones_like(x), torch.full_like(x, slope))

    def hardtanh(x, low, high):
        result = x.clone()
        result[x < low] = low
        result[x > high] = high
        return result

    def limits(activation):
        left = activation(torch.full((1,), -1e35)).item()
        right = activation(torch.full((1,), 1e35)).item()
        return (-math.inf if left < -1e20 else math.inf if left > 1e20 else left), (
            -math.inf if right < -1e20 else math.inf if right > 1e20 else right
        )

    def confined(x, low, high):
        return torch.sigmoid(x).mul(high - low).add(low)


class WritesTheDerivativesByHand:
    def sigmoid(x):
        class Sigmoid(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                z = torch.exp(-x.abs())
                result = torch.where(x >= 0, 1 / (1 + z), z / (1 + z))
                ctx.save_for_backward(result)
                return result

            @staticmethod
            def backward(ctx, gradient):
                (result,) = ctx.saved_tensors
                return gradient * result * (1 - result)

        return Sigmoid.apply(x)

    def softplus(x):
        wide = x.double().clamp(max=500)
        return torch.where(x < 500, torch.log1p(torch.exp(wide)), x.double()).to(x.dtype)

    def leaky_relu(x, slope):
        return (x + x.abs()) / 2 + slope * (x - x.abs()) / 2

    def hardtanh(x, low, high):
        return torch.clip(x, low, high)

    def confined(x, low, high):
        share = torch.nn.functional.sigmoid(x)
        return low * (1 - share) + high * share


class UsesHeavisideAndPowers:
    def sigmoid(x):
        return (1 + (-x.clamp(min=-85)).exp()) ** -1

    def softplus(x):
        part = torch.log1p(torch.exp(-x.abs().clamp(min=1)))
        near = torch.log1p(torch.exp(x.clamp(-2, 2)))
        far = torch.where(x > 0, x + part, part)
        return torch.where(x.abs() > 1.5, far, near)

    def leaky_relu(x, slope):
        right = torch.heaviside(x.detach(), torch.zeros_like(x))
        return right * x + (1 - right) * slope * x

    def hardtanh(x, low, high):
        return torch.clamp_max(torch.clamp_min(x, low), high)

    def limits(activation):
        def limit(sign):
            near, far = activation(sign * torch.tensor([1e12, 1e13], dtype=torch.float64)).tolist()
            return far * math.inf if abs(far) > 1e6 else far

        return limit(-1), limit(1)
