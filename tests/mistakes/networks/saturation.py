"""Wrong answers to networks/saturation."""

import torch

from dojo.runner.variants import body, replaces


def slopes_of(activation, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(activation(x).sum(), x)[0]


SwitchesGradientsOnInX = body(
    "derivative", "x.requires_grad_(); return torch.autograd.grad(activation(x).sum(), x)[0]", "work on x.detach()"
)
KnowsTheSigmoidOnly = body(
    "derivative", "s = torch.sigmoid(x.detach()); return s * (1 - s)", "the sigmoid's derivative"
)
TakesTheOutputForTheDerivative = body("derivative", "return activation(x.detach())", "what the activation gives")
DifferentiatesAtTheOutput = body(
    "derivative", "return slopes_of(activation, activation(x.detach()))", "at the activation's output"
)
TakesADifference = body(
    "derivative", "x = x.detach(); return (activation(x + 0.01) - activation(x)) / 0.01", "a difference quotient"
)
AddsUpTheDerivatives = body("derivative", "return slopes_of(activation, x).sum()", "gave shape ()")
DropsTheSign = body("derivative", "return slopes_of(activation, x).abs()", "the sign is lost")


@replaces("derivative", "x.grad")
def GoesBackwardIntoX(activation, x):
    leaf = x if x.requires_grad and x.is_leaf else x.detach().requires_grad_()
    before = None if leaf.grad is None else leaf.grad.clone()
    activation(leaf).sum().backward()
    return leaf.grad.clone() if before is None else leaf.grad - before


@replaces("derivative", "was added up with the grad that x had before")
def GivesTheGradThatWasThere(activation, x):
    leaf = x if x.requires_grad and x.is_leaf else x.detach().requires_grad_()
    activation(leaf).sum().backward()
    return leaf.grad


@replaces("derivative", "a parameter of the activation")
def GoesBackwardThroughTheParameters(activation, x):
    leaf = x.detach().clone().requires_grad_()
    activation(leaf).sum().backward()
    return leaf.grad


@replaces("derivative", "gave requires_grad=True, expected False")
def LeavesTheGraphAttached(activation, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(activation(x).sum(), x, create_graph=True)[0]


@replaces("derivative", "divided by the number of elements")
def TakesTheMean(activation, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(activation(x).mean(), x)[0]


@replaces("derivative", "got cpu")
def MakesOnesOnTheCpu(activation, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(activation(x), x, torch.ones(x.shape, dtype=x.dtype))[0]


@replaces("derivative", "gave a tensor on cpu")
def ComputesOnACopyOnTheCpu(activation, x):
    x = x.detach().cpu().requires_grad_()
    return torch.autograd.grad(activation(x).sum(), x)[0]


@replaces("derivative", "switched off")
def TurnsGradientsOffForAll(activation, x):
    result = slopes_of(activation, x)
    torch.set_grad_enabled(False)
    return result


@replaces("derivative", "the wrong values")
def ComputesOncePerShape(activation, x, kept={}):
    if (x.shape, x.dtype, x.device) not in kept:
        kept[x.shape, x.dtype, x.device] = slopes_of(activation, x)
    return kept[x.shape, x.dtype, x.device].clone()


@replaces("saturated_shares", "a share for each sample")
def CountsEachSample(activation, sums, threshold):
    return (slopes_of(activation, sums).abs() < threshold).to(sums.dtype).mean(dim=1)


@replaces("saturated_shares", "sensitive")
def CountsTheSensitive(activation, sums, threshold):
    return (slopes_of(activation, sums).abs() >= threshold).to(sums.dtype).mean(dim=0)


@replaces("saturated_shares", "a falling activation")
def CountsWithTheSign(activation, sums, threshold):
    return (slopes_of(activation, sums) < threshold).to(sums.dtype).mean(dim=0)


@replaces("saturated_shares", "divide by the number of samples")
def GivesCounts(activation, sums, threshold):
    return (slopes_of(activation, sums).abs() < threshold).to(sums.dtype).sum(dim=0)


@replaces("saturated_shares", "one share for the whole layer")
def GivesOneShareForAll(activation, sums, threshold):
    return (slopes_of(activation, sums).abs() < threshold).to(sums.dtype).mean()


@replaces("saturated_shares", "the output of the activation")
def LooksAtTheOutput(activation, sums, threshold):
    return (activation(sums.detach()).abs() < threshold).to(sums.dtype).mean(dim=0)


@replaces("saturated_shares", "gave the wrong values")
def LooksAtTheMeanDerivative(activation, sums, threshold):
    return (slopes_of(activation, sums).abs().mean(dim=0) < threshold).to(sums.dtype)


@replaces("saturated_shares", "gave dtype float32, expected float64")
def GivesFloat32(activation, sums, threshold):
    return (slopes_of(activation, sums).abs() < threshold).float().mean(dim=0)


@replaces("saturated_shares", "with the threshold 0.01")
def IgnoresTheThreshold(activation, sums, threshold):
    return (slopes_of(activation, sums).abs() < 0.1).to(sums.dtype).mean(dim=0)


@replaces("saturated_shares", "a tensor made without device= lies on the CPU")
def CountsOnTheCpu(activation, sums, threshold):
    counts = torch.zeros(sums.shape[1], dtype=sums.dtype)
    for k, column in enumerate((slopes_of(activation, sums).abs() < threshold).unbind(dim=1)):
        counts[k] = column.sum().item()
    return counts / len(sums)


@replaces("saturated_shares", "work on x.detach()")
def GoesBackwardIntoTheSums(activation, sums, threshold):
    sums.requires_grad_()
    slopes = torch.autograd.grad(activation(sums).sum(), sums)[0]
    return (slopes.abs() < threshold).to(sums.dtype).mean(dim=0)


@replaces("saturated_shares", "equal to the threshold")
def CountsTheThresholdItself(activation, sums, threshold):
    return (slopes_of(activation, sums).abs() <= threshold).to(sums.dtype).mean(dim=0)


@replaces("saturated_shares", "in saturated_shares, a parameter of the activation has got a grad")
def LeavesAGradWithAParameter(activation, sums, threshold):
    leaf = sums.detach().clone().requires_grad_()
    activation(leaf).sum().backward()
    return (leaf.grad.abs() < threshold).to(sums.dtype).mean(dim=0)


TakesThePower = body(
    "derivative_through", "return slopes_of(activation, x) ** depth", "the derivative at x, to the power of depth"
)
MultipliesByDepth = body("derivative_through", "return slopes_of(activation, x) * depth", "depth times the derivative")


@replaces("derivative_through", "one activation too many")
def TakesOneTooMany(activation, x, depth):
    def through(value):
        for _ in range(depth + 1):
            value = activation(value)
        return value

    return slopes_of(through, x)


@replaces("derivative_through", "one activation too few")
def TakesOneTooFew(activation, x, depth):
    def through(value):
        for _ in range(max(depth - 1, 0)):
            value = activation(value)
        return value

    return slopes_of(through, x)


@replaces("derivative_through", "the derivative of the last activation alone")
def GivesTheLastDerivativeOnly(activation, x, depth):
    value = x.detach()
    for _ in range(depth - 1):
        value = activation(value)
    return slopes_of(activation, value) if depth else torch.ones_like(value)


@replaces("derivative_through", "with depth 0")
def KnowsNoDepthZero(activation, x, depth):
    def through(value):
        for _ in range(depth):
            value = activation(value)
        return value

    return slopes_of(through, x) if depth else torch.zeros_like(x)


@replaces("derivative_through", "same device")
def MultipliesOnTheCpu(activation, x, depth):
    product, value = torch.ones(x.shape, dtype=x.dtype), x.detach()
    for _ in range(depth):
        product = product * slopes_of(activation, value)
        value = activation(value).detach()
    return product.detach().to(x.device)


ForgetsTheSlope = body(
    "moves", "return (errors.T @ samples).detach().norm(dim=1)", "without the activation's derivative"
)


@replaces("moves", "the derivative was taken at the responses")
def TakesTheSlopeAtTheResponses(samples, weight, bias, activation, errors):
    responses = activation(samples.detach() @ weight.detach().T + bias.detach())
    return ((errors.detach() * slopes_of(activation, responses)).T @ samples.detach()).norm(dim=1)


@replaces("moves", "without the errors")
def ForgetsTheErrors(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    return (slopes.T @ samples.detach()).norm(dim=1)


@replaces("moves", "the bias is left out of the sums")
def ForgetsTheBias(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T)
    return ((errors.detach() * slopes).T @ samples.detach()).norm(dim=1)


@replaces("moves", "the mean over the batch")
def TakesTheMeanOverTheBatch(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    return ((errors.detach() * slopes).T @ samples.detach()).norm(dim=1) / len(samples)


@replaces("moves", "each sample by itself")
def AddsUpTheNormsOfTheSamples(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    deltas = errors.detach() * slopes
    return (deltas[:, :, None] * samples.detach()[:, None, :]).norm(dim=2).sum(dim=0)


@replaces("moves", "for each input")
def GivesANormForEachInput(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    return ((errors.detach() * slopes).T @ samples.detach()).norm(dim=0)


@replaces("moves", "the gradient of the bias")
def CountsTheBias(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    deltas = (errors.detach() * slopes).T
    return torch.cat([deltas @ samples.detach(), deltas.sum(dim=1, keepdim=True)], dim=1).norm(dim=1)


@replaces("moves", "the square root is left out")
def GivesTheSquares(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    return ((errors.detach() * slopes).T @ samples.detach()).square().sum(dim=1)


@replaces("moves", "not their sum")
def AddsUpTheGradient(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    return ((errors.detach() * slopes).T @ samples.detach()).abs().sum(dim=1)


@replaces("moves", "the grad of a tensor that came in")
def GoesBackwardIntoTheWeight(samples, weight, bias, activation, errors):
    leaf = weight if weight.requires_grad else weight.detach().requires_grad_()
    before = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad.clone()
    activation(samples.detach() @ leaf.T + bias.detach()).backward(errors.detach())
    return (leaf.grad - before).norm(dim=1)


@replaces("moves", "gave requires_grad=True, expected False")
def StaysInTheGraph(samples, weight, bias, activation, errors):
    sums = samples @ weight.T + bias
    slopes = slopes_of(activation, sums)
    return ((errors * slopes).T @ samples).norm(dim=1)


@replaces("moves", "a tensor made without device= lies on the CPU")
def FillsTheNormsOnTheCpu(samples, weight, bias, activation, errors):
    slopes = slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    gradient = (errors.detach() * slopes).T @ samples.detach()
    return torch.tensor([row.norm().item() for row in gradient], dtype=weight.dtype)


@replaces("moves", "requires_grad=True, expected False")
def FollowsTheErrors(samples, weight, bias, activation, errors):
    delta = errors * slopes_of(activation, samples.detach() @ weight.detach().T + bias.detach())
    return (delta.T @ samples.detach()).norm(dim=1)
