"""Wrong answers to autograd/chain_rule."""

import itertools

import torch

from dojo.runner.variants import body, replaces


def _forward(x, w1, b1, w2, b2):
    sums = x @ w1.T + b1
    hidden = torch.tanh(sums)
    return sums, hidden, hidden @ w2.T + b2


def _back(x, hidden, d_output, slope, w2):
    d_sums = (d_output @ w2) * slope
    return d_sums.T @ x, d_sums.sum(0), d_output.T @ hidden, d_output.sum(0)


def _places(x):
    return itertools.product(*map(range, x.shape))


@replaces("gradients", "the loss is their mean")
def TakesTheGradientOfTheSum(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (output - target), 1 - hidden**2, w2)


@replaces("gradients", "the mean is over all n * k elements")
def DividesByTheSamplesOnly(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (output - target) / len(x), 1 - hidden**2, w2)


@replaces("gradients", "the 2 is missing")
def LeavesTheTwoOut(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, (output - target) / output.numel(), 1 - hidden**2, w2)


@replaces("gradients", "the sign is flipped")
def FlipsTheSign(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (target - output) / output.numel(), 1 - hidden**2, w2)


@replaces("gradients", "the derivative of tanh is missing")
def ForgetsTheTanh(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (output - target) / output.numel(), 1, w2)


@replaces("gradients", "is taken at its result")
def TakesTheSlopeAtTheResult(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (output - target) / output.numel(), 1 - torch.tanh(hidden) ** 2, w2)


@replaces("gradients", "belongs to tanh(a), not to a")
def SquaresTheSum(x, target, w1, b1, w2, b2):
    sums, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (output - target) / output.numel(), 1 - sums**2, w2)


@replaces("gradients", "the square is missing")
def ForgetsTheSquare(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden, w2)


@replaces("gradients", "derivative of the logistic function")
def TakesTheSlopeOfTheLogisticFunction(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (output - target) / output.numel(), hidden * (1 - hidden), w2)


@replaces("gradients", "a gradient has the shape of its parameter")
def TransposesTheWeights(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    a, b, c, d = _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)
    return a.T, b, c.T, d


@replaces("gradients", "sum over it, a bias goes to every sample")
def DoesNotSumTheBiases(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    d_output = 2 * (output - target) / output.numel()
    d_sums = (d_output @ w2) * (1 - hidden**2)
    return d_sums.T @ x, d_sums, d_output.T @ hidden, d_output


@replaces("gradients", "not the mean")
def AveragesTheBiases(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    a, b, c, d = _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)
    return a, b / len(x), c, d / len(x)


@replaces("gradients", "shape")
def SqueezesASingleSample(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    gradients = _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)
    return tuple(each.squeeze() for each in gradients)


@replaces("gradients", "this order begins with the second layer")
def GivesTheSecondLayerFirst(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    gradients = _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)
    return *gradients[2:], *gradients[:2]


@replaces("gradients", "same device")
def SumsWithOnesFromTheCpu(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    d_output = 2 * (output - target) / output.numel()
    d_sums = (d_output @ w2) * (1 - hidden**2)
    ones = torch.ones(len(x), dtype=x.dtype)
    return d_sums.T @ x, ones @ d_sums, d_output.T @ hidden, ones @ d_output


@replaces("gradients", "dtype")
def ComputesInFloat64Throughout(x, target, w1, b1, w2, b2):
    x, target, w1, b1, w2, b2 = (each.double() for each in (x, target, w1, b1, w2, b2))
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)


@replaces("gradients", "changed its input")
def WorksInPlaceOnTheTarget(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    target -= output
    return _back(x, hidden, -2 * target / output.numel(), 1 - hidden**2, w2)


@replaces("gradients", "where this kata asks for them by hand")
def RunsBackward(x, target, w1, b1, w2, b2):
    leaves = [each.detach().clone().requires_grad_() for each in (w1, b1, w2, b2)]
    with torch.enable_grad():
        torch.nn.functional.mse_loss(_forward(x, *leaves)[2], target).backward()
    return tuple(each.grad for each in leaves)


@replaces("gradients", "where this kata asks for them by hand")
def AsksTheFunctionalGradient(x, target, w1, b1, w2, b2):
    def loss(*parameters):
        return ((_forward(x, *parameters)[2] - target) ** 2).mean()

    return torch.func.grad(loss, argnums=(0, 1, 2, 3))(w1, b1, w2, b2)


@replaces("gradients", "where this kata asks for them by hand")
def AsksTheJacobian(x, target, w1, b1, w2, b2):
    def loss(*parameters):
        return ((_forward(x, *parameters)[2] - target) ** 2).mean()

    return torch.autograd.functional.jacobian(loss, (w1, b1, w2, b2))


@replaces("gradients", "where this kata asks for them by hand")
def DifferentiatesForward(x, target, w1, b1, w2, b2):
    def loss(*parameters):
        return ((_forward(x, *parameters)[2] - target) ** 2).mean()

    return torch.func.jacfwd(loss, argnums=(0, 1, 2, 3))(w1, b1, w2, b2)


@replaces("gradients", "where this kata asks for them by hand")
def DifferentiatesAndSwallowsTheRefusal(x, target, w1, b1, w2, b2):
    try:
        leaves = [each.detach().clone().requires_grad_() for each in (w1, b1, w2, b2)]
        return torch.autograd.grad(((_forward(x, *leaves)[2] - target) ** 2).mean(), leaves)
    except AssertionError:
        _, hidden, output = _forward(x, w1, b1, w2, b2)
        return _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)


@replaces("gradients", "wrong values")
def TakesFiniteDifferences(x, target, w1, b1, w2, b2):
    parameters, result = [w1, b1, w2, b2], []
    for place, parameter in enumerate(parameters):
        gradient = torch.zeros_like(parameter)
        for index in _places(parameter):
            values = []
            for way in (1e-6, -1e-6):
                moved = parameter.clone()
                moved[index] += way
                output = _forward(x, *parameters[:place], moved, *parameters[place + 1 :])[2]
                values.append(((output - target) ** 2).mean())
            gradient[index] = (values[0] - values[1]) / 2e-6
        result.append(gradient)
    return tuple(result)


@replaces("gradients", "biases")
def LeavesTheAxisOfTheBatch(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    a, b, c, d = _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)
    return a, b[None], c, d[None]


@replaces("gradients", "expected a torch.Tensor")
def GivesLists(x, target, w1, b1, w2, b2):
    _, hidden, output = _forward(x, w1, b1, w2, b2)
    return [each.tolist() for each in _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)]


@replaces("gradients", "digits of float32 only")
def GoesThroughPythonNumbers(x, target, w1, b1, w2, b2):
    hidden = torch.tanh(x @ w1.T + b1)
    d_output = 2 * (hidden @ w2.T + b2 - target) / target.numel()
    d_sums = (d_output @ w2) * (1 - hidden**2)
    results = d_sums.T @ x, d_sums.sum(0), d_output.T @ hidden, d_output.sum(0)
    return tuple(torch.tensor(each.tolist()).to(dtype=x.dtype, device=x.device) for each in results)


@replaces("numeric_gradient", "forward difference")
def GoesUpOnly(function, x, step=1e-5):
    x = x.detach().clone()
    gradient = torch.zeros_like(x)
    for index in _places(x):
        above = x.clone()
        above[index] += step
        gradient[index] = ((function(above) - function(x)) / step).detach()
    return gradient


@replaces("numeric_gradient", "the distance of the two points is 2 * step, not step")
def DividesByOneStep(function, x, step=1e-5):
    x = x.detach().clone()
    gradient = torch.zeros_like(x)
    for index in _places(x):
        above, below = x.clone(), x.clone()
        above[index] += step
        below[index] -= step
        gradient[index] = ((function(above) - function(below)) / step).detach()
    return gradient


@replaces("numeric_gradient", "multiplies by h")
def MultipliesByTheStep(function, x, step=1e-5):
    x = x.detach().clone()
    gradient = torch.zeros_like(x)
    for index in _places(x):
        above, below = x.clone(), x.clone()
        above[index] += step
        below[index] -= step
        gradient[index] = ((function(above) - function(below)) / 2 * step).detach()
    return gradient


@replaces("numeric_gradient", "move one at a time")
def MovesAllElementsAtOnce(function, x, step=1e-5):
    x = x.detach().clone()
    return ((function(x + step) - function(x - step)) / (2 * step)).detach().expand(x.shape).clone()


@replaces("numeric_gradient", "the step that was asked for is not used")
def TakesAStepOfItsOwn(function, x, step=1e-5):
    step = 1e-5 if x.dtype == torch.float64 else 1e-2
    x = x.detach().clone()
    gradient = torch.zeros_like(x)
    for index in _places(x):
        above, below = x.clone(), x.clone()
        above[index] += step
        below[index] -= step
        gradient[index] = ((function(above) - function(below)) / (2 * step)).detach()
    return gradient


@replaces("numeric_gradient", "does not require grad")
def AsksAutogradForTheSlope(function, x, step=1e-5):
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(function(x), x)[0]


@replaces("numeric_gradient", "changed its input")
def MovesTheInputItself(function, x, step=1e-5):
    gradient = torch.zeros_like(x, requires_grad=False)
    with torch.no_grad():
        for index in _places(x):
            x[index] += step
            up = function(x)
            x[index] -= 2 * step
            gradient[index] = (up - function(x)) / (2 * step)
    return gradient


@replaces("numeric_gradient", "was a copy moved that the function never saw?")
def MovesThroughAReshapedTensor(function, x, step=1e-5):
    if x.is_contiguous():
        x = x.detach().clone()
    flat = x.detach().reshape(-1)
    gradient = torch.zeros(x.numel(), dtype=x.dtype, device=x.device)
    with torch.no_grad():
        for place in range(x.numel()):
            old = flat[place].item()
            flat[place] = old + step
            up = function(x)
            flat[place] = old - step
            gradient[place] = (up - function(x)) / (2 * step)
            flat[place] = old
    return gradient.reshape(x.shape)


@replaces("numeric_gradient", "it takes the shape of x")
def HandsAFlatTensorOver(function, x, step=1e-5):
    flat = x.detach().flatten()
    gradient = torch.zeros_like(flat)
    with torch.no_grad():
        for place in range(flat.numel()):
            above, below = flat.clone(), flat.clone()
            above[place] += step
            below[place] -= step
            gradient[place] = (function(above) - function(below)) / (2 * step)
    return gradient.reshape(x.shape)


@replaces("numeric_gradient")
def KnowsMatricesOnly(function, x, step=1e-5):
    x = x.detach()
    gradient = torch.zeros_like(x)
    with torch.no_grad():
        for row in range(x.shape[0]):
            for column in range(x.shape[1]):
                above, below = x.clone(), x.clone()
                above[row, column] += step
                below[row, column] -= step
                gradient[row, column] = (function(above) - function(below)) / (2 * step)
    return gradient


@replaces("numeric_gradient", "a tensor made without device= lies on the CPU")
def CollectsTheSlopesOnTheCpu(function, x, step=1e-5):
    x = x.detach()
    gradient = torch.zeros(x.shape, dtype=x.dtype)
    with torch.no_grad():
        for index in _places(x):
            above, below = x.clone(), x.clone()
            above[index] += step
            below[index] -= step
            gradient[index] = (function(above) - function(below)).item() / (2 * step)
    return gradient


@replaces("numeric_gradient", "requires_grad=True")
def RecordsTheSlopes(function, x, step=1e-5):
    slopes = []
    for index in _places(x):
        above, below = x.detach().clone(), x.detach().clone()
        above[index] += step
        below[index] -= step
        slopes.append((function(above) - function(below)) / (2 * step))
    return torch.stack(slopes).reshape(x.shape) if slopes else torch.zeros_like(x)


@replaces("numeric_gradient", "recording is still switched off")
def SwitchesRecordingOff(function, x, step=1e-5):
    torch.set_grad_enabled(False)
    gradient = torch.zeros_like(x)
    for index in _places(x):
        above, below = x.clone(), x.clone()
        above[index] += step
        below[index] -= step
        gradient[index] = (function(above) - function(below)) / (2 * step)
    return gradient


@replaces("numeric_gradient", "x itself was moved")
def MovesXItself(function, x, step=1e-5):
    result = torch.zeros_like(x)
    for index in itertools.product(*map(range, x.shape)):
        above, below = x, x.clone()
        above[index] += step
        below[index] -= step
        result[index] = (function(above) - function(below)) / (2 * step)
    return result


@replaces("numeric_gradient", "each needs a clone of x of its own")
def MovesOneTensorBothWays(function, x, step=1e-5):
    result = torch.zeros_like(x)
    for index in itertools.product(*map(range, x.shape)):
        moved = x.detach().clone()
        moved[index] += step
        above = moved
        moved[index] -= 2 * step
        result[index] = (function(above) - function(moved)) / (2 * step)
    return result


GivesTheParameters = body("backward_gradients", "loss.backward(); return list(parameters)", "not their gradients")


@replaces("backward_gradients", "w.grad is still None")
def AsksForGradientsWithoutFillingThem(loss, parameters):
    return list(torch.autograd.grad(loss, parameters, allow_unused=True))


@replaces("backward_gradients", "requires_grad=True")
def KeepsAGraphOfTheGradients(loss, parameters):
    loss.backward(create_graph=True)
    return [each.grad for each in parameters]


@replaces("backward_gradients", "expected 2 values")
def LeavesOutWhatGotNoGradient(loss, parameters):
    loss.backward()
    return [each.grad for each in parameters if each.grad is not None]


@replaces("backward_gradients", "expected None")
def FillsInZeros(loss, parameters):
    loss.backward()
    return [torch.zeros_like(each) if each.grad is None else each.grad for each in parameters]


@replaces("backward_gradients", "second time")
def RunsBackwardForEachParameter(loss, parameters):
    gradients = []
    for each in parameters:
        loss.backward()
        gradients.append(each.grad)
    return gradients


@replaces("backward_gradients", "w.grad")
def RunsBackwardForEachParameterOnAKeptGraph(loss, parameters):
    gradients = []
    for each in parameters:
        loss.backward(retain_graph=True)
        gradients.append(each.grad)
    return gradients


class KeepsTheGradientsOfTheFirstProblem:
    kept = {}

    def gradients(x, target, w1, b1, w2, b2, kept=kept):
        key = tuple(tuple(each.shape) for each in (x, w1, w2)) + (x.dtype, str(x.device))
        if key not in kept:
            _, hidden, output = _forward(x, w1, b1, w2, b2)
            kept[key] = _back(x, hidden, 2 * (output - target) / output.numel(), 1 - hidden**2, w2)
        return kept[key]
