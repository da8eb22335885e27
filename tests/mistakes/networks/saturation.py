"""Wrong answers to networks/saturation."""

import torch


def slopes_of(activation, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(activation(x).sum(), x)[0]


class SwitchesGradientsOnInX:
    """work on x.detach()"""

    def derivative(activation, x):
        x.requires_grad_()
        return torch.autograd.grad(activation(x).sum(), x)[0]


class GoesBackwardIntoX:
    """x.grad"""

    def derivative(activation, x):
        leaf = x if x.requires_grad and x.is_leaf else x.detach().requires_grad_()
        before = None if leaf.grad is None else leaf.grad.clone()
        activation(leaf).sum().backward()
        return leaf.grad.clone() if before is None else leaf.grad - before


class GivesTheGradThatWasThere:
    """was added up with the grad that x had before"""

    def derivative(activation, x):
        leaf = x if x.requires_grad and x.is_leaf else x.detach().requires_grad_()
        activation(leaf).sum().backward()
        return leaf.grad


class GoesBackwardThroughTheParameters:
    """a parameter of the activation"""

    def derivative(activation, x):
        leaf = x.detach().clone().requires_grad_()
        activation(leaf).sum().backward()
        return leaf.grad


class LeavesTheGraphAttached:
    """gave requires_grad=True, expected False"""

    def derivative(activation, x):
        x = x.detach().requires_grad_()
        return torch.autograd.grad(activation(x).sum(), x, create_graph=True)[0]


class TakesTheMean:
    """divided by the number of elements"""

    def derivative(activation, x):
        x = x.detach().requires_grad_()
        return torch.autograd.grad(activation(x).mean(), x)[0]


class KnowsTheSigmoidOnly:
    """the sigmoid's derivative"""

    def derivative(activation, x):
        s = torch.sigmoid(x.detach())
        return s * (1 - s)


class TakesTheOutputForTheDerivative:
    """what the activation gives"""

    def derivative(activation, x):
        return activation(x.detach())


class DifferentiatesAtTheOutput:
    """at the activation's output"""

    def derivative(activation, x):
        return slopes_of(activation, activation(x.detach()))


class TakesADifference:
    """a difference quotient"""

    def derivative(activation, x):
        x = x.detach()
        return (activation(x + 0.01) - activation(x)) / 0.01


class AddsUpTheDerivatives:
    """gave shape ()"""

    def derivative(activation, x):
        return slopes_of(activation, x).sum()


class MakesOnesOnTheCpu:
    """got cpu"""

    def derivative(activation, x):
        x = x.detach().requires_grad_()
        return torch.autograd.grad(activation(x), x, torch.ones(x.shape, dtype=x.dtype))[0]


class ComputesOnACopyOnTheCpu:
    """gave a tensor on cpu"""

    def derivative(activation, x):
        x = x.detach().cpu().requires_grad_()
        return torch.autograd.grad(activation(x).sum(), x)[0]


class DropsTheSign:
    """the sign is lost"""

    def derivative(activation, x):
        return slopes_of(activation, x).abs()


class TurnsGradientsOffForAll:
    """switched off"""

    def derivative(activation, x):
        result = slopes_of(activation, x)
        torch.set_grad_enabled(False)
        return result


class CountsEachSample:
    """a share for each sample"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums).abs() < threshold).to(sums.dtype).mean(dim=1)


class CountsTheSensitive:
    """sensitive"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums).abs() >= threshold).to(sums.dtype).mean(dim=0)


class CountsWithTheSign:
    """a falling activation"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums) < threshold).to(sums.dtype).mean(dim=0)


class GivesCounts:
    """divide by the number of samples"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums).abs() < threshold).to(sums.dtype).sum(dim=0)


class GivesOneShareForAll:
    """one share for the whole layer"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums).abs() < threshold).to(sums.dtype).mean()


class LooksAtTheOutput:
    """the output of the activation"""

    def saturated_shares(activation, sums, threshold):
        return (activation(sums.detach()).abs() < threshold).to(sums.dtype).mean(dim=0)


class LooksAtTheMeanDerivative:
    """gave the wrong values"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums).abs().mean(dim=0) < threshold).to(sums.dtype)


class GivesFloat32:
    """gave dtype float32, expected float64"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums).abs() < threshold).float().mean(dim=0)


class IgnoresTheThreshold:
    """with the threshold 0.01"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums).abs() < 0.1).to(sums.dtype).mean(dim=0)


class CountsOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def saturated_shares(activation, sums, threshold):
        counts = torch.zeros(sums.shape[1], dtype=sums.dtype)
        for k, column in enumerate((slopes_of(activation, sums).abs() < threshold).unbind(dim=1)):
            counts[k] = column.sum().item()
        return counts / len(sums)


class GoesBackwardIntoTheSums:
    """work on x.detach()"""

    def saturated_shares(activation, sums, threshold):
        sums.requires_grad_()
        slopes = torch.autograd.grad(activation(sums).sum(), sums)[0]
        return (slopes.abs() < threshold).to(sums.dtype).mean(dim=0)


class TakesThePower:
    """the derivative at x, to the power of depth"""

    def derivative_through(activation, x, depth):
        return slopes_of(activation, x) ** depth


class MultipliesByDepth:
    """depth times the derivative"""

    def derivative_through(activation, x, depth):
        return slopes_of(activation, x) * depth


class TakesOneTooMany:
    """one activation too many"""

    def derivative_through(activation, x, depth):
        def through(value):
            for _ in range(depth + 1):
                value = activation(value)
            return value

        return slopes_of(through, x)


class TakesOneTooFew:
    """one activation too few"""

    def derivative_through(activation, x, depth):
        def through(value):
            for _ in range(max(depth - 1, 0)):
                value = activation(value)
            return value

        return slopes_of(through, x)


class GivesTheLastDerivativeOnly:
    """the derivative of the last activation alone"""

    def derivative_through(activation, x, depth):
        value = x.detach()
        for _ in range(depth - 1):
            value = activation(value)
        return slopes_of(activation, value) if depth else torch.ones_like(value)


class KnowsNoDepthZero:
    """with depth 0"""

    def derivative_through(activation, x, depth):
        def through(value):
            for _ in range(depth):
                value = activation(value)
            return value

        return slopes_of(through, x) if depth else torch.zeros_like(x)


class MultipliesOnTheCpu:
    """same device"""

    def derivative_through(activation, x, depth):
        product, value = torch.ones(x.shape, dtype=x.dtype), x.detach()
        for _ in range(depth):
            product = product * slopes_of(activation, value)
            value = activation(value).detach()
        return product.detach().to(x.device)


class ForgetsTheSlope:
    """without the activation's derivative"""

    def moves(samples, weight, bias, activation, errors):
        return (errors.T @ samples).detach().norm(dim=1)


class TakesTheSlopeAtTheResponses:
    """the derivative was taken at the responses"""

    def moves(samples, weight, bias, activation, errors):
        responses = activation(samples.detach() @ weight.detach().T + bias.detach())
        return ((errors.detach() * slopes_of(activation, responses)).T @ samples.detach()).norm(dim=1)


class ForgetsTheErrors:
    """without the errors"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        return (slopes.T @ samples.detach()).norm(dim=1)


class ForgetsTheBias:
    """the bias is left out of the sums"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T)
        return ((errors.detach() * slopes).T @ samples.detach()).norm(dim=1)


class TakesTheMeanOverTheBatch:
    """the mean over the batch"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        return ((errors.detach() * slopes).T @ samples.detach()).norm(dim=1) / len(samples)


class AddsUpTheNormsOfTheSamples:
    """each sample by itself"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        deltas = errors.detach() * slopes
        return (deltas[:, :, None] * samples.detach()[:, None, :]).norm(dim=2).sum(dim=0)


class GivesANormForEachInput:
    """for each input"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        return ((errors.detach() * slopes).T @ samples.detach()).norm(dim=0)


class CountsTheBias:
    """the gradient of the bias"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        deltas = (errors.detach() * slopes).T
        return torch.cat([deltas @ samples.detach(), deltas.sum(dim=1, keepdim=True)], dim=1).norm(dim=1)


class GivesTheSquares:
    """the square root is left out"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        return ((errors.detach() * slopes).T @ samples.detach()).square().sum(dim=1)


class AddsUpTheGradient:
    """not their sum"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        return ((errors.detach() * slopes).T @ samples.detach()).abs().sum(dim=1)


class GoesBackwardIntoTheWeight:
    """the grad of a tensor that came in"""

    def moves(samples, weight, bias, activation, errors):
        leaf = weight if weight.requires_grad else weight.detach().requires_grad_()
        before = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad.clone()
        activation(samples.detach() @ leaf.T + bias.detach()).backward(errors.detach())
        return (leaf.grad - before).norm(dim=1)


class StaysInTheGraph:
    """gave requires_grad=True, expected False"""

    def moves(samples, weight, bias, activation, errors):
        sums = samples @ weight.T + bias
        slopes = slopes_of(activation, sums)
        return ((errors * slopes).T @ samples).norm(dim=1)


class FillsTheNormsOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def moves(samples, weight, bias, activation, errors):
        slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        gradient = (errors.detach() * slopes).T @ samples.detach()
        return torch.tensor([row.norm().item() for row in gradient], dtype=weight.dtype)


class CountsTheThresholdItself:
    """equal to the threshold"""

    def saturated_shares(activation, sums, threshold):
        return (slopes_of(activation, sums).abs() <= threshold).to(sums.dtype).mean(dim=0)


class ComputesOncePerShape:
    """the wrong values"""

    def derivative(activation, x, kept={}):
        if (x.shape, x.dtype, x.device) not in kept:
            kept[x.shape, x.dtype, x.device] = slopes_of(activation, x)
        return kept[x.shape, x.dtype, x.device].clone()


class LeavesAGradWithAParameter:
    """in saturated_shares, a parameter of the activation has got a grad"""

    def saturated_shares(activation, sums, threshold):
        leaf = sums.detach().clone().requires_grad_()
        activation(leaf).sum().backward()
        return (leaf.grad.abs() < threshold).to(sums.dtype).mean(dim=0)


class FollowsTheErrors:
    """requires_grad=True, expected False"""

    def moves(samples, weight, bias, activation, errors):
        delta = errors * slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
        return (delta.T @ samples.detach()).norm(dim=1)
