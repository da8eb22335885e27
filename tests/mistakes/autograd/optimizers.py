"""Wrong answers to autograd/optimizers."""

import copy

import torch
from torch.optim.adam import adam
from torch.optim.sgd import _single_tensor_sgd

from dojo.runner.variants import edit, replaces


def _sgd(parameters, state, rate, new, change=lambda p, g, b, rate: rate * b, decay=0.0, first=None):
    """Take a step with b from ``new(b, d)``, and p less ``change(p, d, b, rate)``."""
    with torch.no_grad():
        for place, p in enumerate(parameters):
            if p.grad is None:
                continue
            d = p.grad + decay * p
            if place in state:
                state[place] = new(state[place], d)
            else:
                state[place] = (first or (lambda d: d))(d)
            p -= change(p, d, state[place], rate)


def _adam(parameters, state, rate, betas, change, square=torch.square, first=0):
    with torch.no_grad():
        for place, p in enumerate(parameters):
            if p.grad is None:
                continue
            t, m, v = state.get(place, (first, 0, 0))
            t, m, v = t + 1, betas[0] * m + (1 - betas[0]) * p.grad, betas[1] * v + (1 - betas[1]) * square(p.grad)
            state[place] = t, m, v
            p -= rate * change(m, v, t)


@replaces("sgd_step_", "where this kata asks for the work by hand")
def RunsTorchsSgd(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    if "optimiser" not in state:
        state["optimiser"] = torch.optim.SGD(parameters, learning_rate, momentum, weight_decay=weight_decay)
    state["optimiser"].param_groups[0]["lr"] = learning_rate
    state["optimiser"].step()


@replaces("sgd_step_", "where this kata asks for the work by hand")
def RunsTheFunctionBehindSgd(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        some = [p for p in parameters if p.grad is not None]
        buffers = [state.get(p) for p in some]
        _single_tensor_sgd(
            some,
            [p.grad for p in some],
            buffers,
            None,
            None,
            weight_decay=weight_decay,
            momentum=momentum,
            lr=learning_rate,
            dampening=0.0,
            nesterov=False,
            maximize=False,
            has_sparse_grad=False,
        )
        state.update(zip(some, buffers))


@replaces("sgd_step_", "which is what this kata asks for")
def RunsTheFusedOperation(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        some = [p for p in parameters if p.grad is not None]
        first = not state
        buffers = [state.setdefault(p, torch.zeros_like(p)) for p in some] if momentum else []
        torch._fused_sgd_(
            some,
            [p.grad for p in some],
            buffers,
            weight_decay=weight_decay,
            momentum=momentum,
            lr=learning_rate,
            dampening=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=first,
        )


@replaces("sgd_step_", "nothing carried over")
def CarriesNothingOver(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    _sgd(parameters, {}, learning_rate, lambda b, d: momentum * b + d, decay=weight_decay)


@replaces("sgd_step_", "this has (1 - momentum) * d")
def DampensTheMomentum(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    _sgd(parameters, state, learning_rate, lambda b, d: momentum * b + (1 - momentum) * d, decay=weight_decay)


@replaces("sgd_step_", "without (1 - momentum)")
def DampensTheFirstStepToo(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    _sgd(
        parameters,
        state,
        learning_rate,
        lambda b, d: momentum * b + (1 - momentum) * d,
        decay=weight_decay,
        first=lambda d: (1 - momentum) * d,
    )


@replaces("sgd_step_", "Nesterov's form")
def LooksAhead(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    def change(p, d, b, rate):
        return rate * (d + momentum * b if momentum else b)

    _sgd(parameters, state, learning_rate, lambda b, d: momentum * b + d, change, weight_decay)


@replaces("sgd_step_", "b already holds the learning rate of earlier steps")
def PutsTheLearningRateIntoTheMomentum(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    _sgd(
        parameters,
        state,
        learning_rate,
        lambda b, d: momentum * b + learning_rate * d,
        lambda p, d, b, rate: b,
        weight_decay,
        first=lambda d: learning_rate * d,
    )


@replaces("sgd_step_", "twice, in b and in the change of p")
def MultipliesByTheLearningRateTwice(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    _sgd(
        parameters,
        state,
        learning_rate,
        lambda b, d: momentum * b + learning_rate * d,
        decay=weight_decay,
        first=lambda d: learning_rate * d,
    )


@replaces("sgd_step_", "the weight decay is missing")
def LeavesTheWeightDecayOut(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    _sgd(parameters, state, learning_rate, lambda b, d: momentum * b + d)


@replaces("sgd_step_", "the weight decay goes past the momentum")
def DecaysPastTheMomentum(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    _sgd(
        parameters,
        state,
        learning_rate,
        lambda b, d: momentum * b + d,
        lambda p, d, b, rate: rate * (b + weight_decay * p),
    )


@replaces("sgd_step_", "the weight decay has the wrong sign")
def PushesAwayFromZero(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    _sgd(parameters, state, learning_rate, lambda b, d: momentum * b + d, decay=-weight_decay)


@replaces("sgd_step_", "changed the gradient")
def AddsTheDecayToTheGradientInPlace(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                p.grad += weight_decay * p
                state[p] = momentum * state.get(p, 0) + p.grad
                p -= learning_rate * state[p]


@replaces("sgd_step_", "state holds the gradient itself")
def KeepsTheGradientItself(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                d = p.grad + weight_decay * p if weight_decay else p.grad
                state[p] = momentum * state[p] + d if p in state else d
                p -= learning_rate * state[p]


@replaces("sgd_step_", "change it in place")
def MakesNewTensors(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    for place, p in enumerate(parameters):
        if p.grad is not None:
            d = p.grad + weight_decay * p
            state[place] = momentum * state[place] + d if place in state else d
            p = p - learning_rate * state[place]


@replaces("sgd_step_", "a view of the parameter")
def PutsNewLeavesIntoTheList(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    for place, p in enumerate(parameters):
        if p.grad is not None:
            gradient, p = p.grad, p.detach()
            d = gradient + weight_decay * p
            state[place] = momentum * state[place] + d if place in state else d
            parameters[place] = (p - learning_rate * state[place]).requires_grad_()
            parameters[place].grad = gradient


@replaces("sgd_step_", "in-place operation")
def RecordsTheStep(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    for p in parameters:
        if p.grad is not None:
            state[p] = momentum * state.get(p, 0) + p.grad + weight_decay * p
            p -= learning_rate * state[p]


@replaces("sgd_step_", "with a state of its own")
def SharesTheStateByShape(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                d = p.grad + weight_decay * p
                state[p.shape] = momentum * state[p.shape] + d if p.shape in state else d
                p -= learning_rate * state[p.shape]


@replaces("sgd_step_")
def HasOneBufferForAll(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                d = p.grad + weight_decay * p
                state["b"] = momentum * state["b"] + d if "b" in state else d
                p -= learning_rate * state["b"]


@replaces("sgd_step_", "NoneType")
def ExpectsGradients(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p in parameters:
            state[p] = momentum * state.get(p, 0) + p.grad + weight_decay * p
            p -= learning_rate * state[p]


@replaces("sgd_step_", "None was taken for zeros")
def TakesNoneForZeros(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p in parameters:
            g = torch.zeros_like(p) if p.grad is None else p.grad
            state[p] = momentum * state.get(p, 0) + g + weight_decay * p
            p -= learning_rate * state[p]


@replaces("sgd_step_", "same device")
def KeepsTheBufferOnTheCpu(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                if p not in state:
                    state[p] = torch.zeros(p.shape, dtype=p.dtype)
                state[p] = momentum * state[p] + p.grad + weight_decay * p
                p -= learning_rate * state[p]


@replaces("sgd_step_", "change it in place")
def ChangesAFlatCopy(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for place, p in enumerate(parameters):
            if p.grad is not None:
                d = p.grad + weight_decay * p
                state[place] = momentum * state[place] + d if place in state else d
                flat = p.reshape(-1)
                flat -= learning_rate * state[place].reshape(-1)


@replaces("sgd_step_", "which is a first step again")
def KeepsTheStateOnTheParameter(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
    with torch.no_grad():
        for p in parameters:
            if p.grad is not None:
                d = p.grad + weight_decay * p
                p.buffer = momentum * p.buffer + d if hasattr(p, "buffer") else d
                p -= learning_rate * p.buffer


@replaces("adam_step_", "where this kata asks for the work by hand")
def RunsTorchsAdam(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if "optimiser" not in state:
        state["optimiser"] = torch.optim.AdamW(parameters, learning_rate, betas, eps, weight_decay=0.0)
    state["optimiser"].step()


@replaces("adam_step_", "where this kata asks for the work by hand")
def RunsTheFunctionBehindAdam(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    with torch.no_grad():
        some = [p for p in parameters if p.grad is not None]
        kept = [state.setdefault(p, (torch.zeros_like(p), torch.zeros_like(p), torch.tensor(0.0))) for p in some]
        adam(
            some,
            [p.grad for p in some],
            [k[0] for k in kept],
            [k[1] for k in kept],
            [],
            [k[2] for k in kept],
            foreach=False,
            amsgrad=False,
            beta1=betas[0],
            beta2=betas[1],
            lr=learning_rate,
            weight_decay=0.0,
            eps=eps,
            maximize=False,
        )


@replaces("adam_step_", "which is what this kata asks for")
def RunsTheFusedAdam(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    with torch.no_grad():
        some = [p for p in parameters if p.grad is not None]
        kept = [
            state.setdefault(p, (torch.zeros_like(p), torch.zeros_like(p), torch.zeros((), device=p.device)))
            for p in some
        ]
        torch._fused_adam_(
            some,
            [p.grad for p in some],
            [k[0] for k in kept],
            [k[1] for k in kept],
            [],
            [k[2] for k in kept],
            lr=learning_rate,
            beta1=betas[0],
            beta2=betas[1],
            weight_decay=0.0,
            eps=eps,
            amsgrad=False,
            maximize=False,
        )


@replaces("adam_step_", "recording is still switched off")
def LeavesRecordingSwitchedOff(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    torch.set_grad_enabled(False)
    _adam(
        parameters,
        state,
        learning_rate,
        betas,
        lambda m, v, t: m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps),
    )
    torch._C._set_grad_enabled(False)


@replaces("adam_step_", "the bias correction is missing")
def CorrectsNothing(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _adam(parameters, state, learning_rate, betas, lambda m, v, t: m / (v.sqrt() + eps))


@replaces("adam_step_", "only m is corrected")
def CorrectsTheMeanOnly(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _adam(parameters, state, learning_rate, betas, lambda m, v, t: m / (1 - betas[0] ** t) / (v.sqrt() + eps))


@replaces("adam_step_", "eps is under the root")
def PutsEpsUnderTheRoot(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, t):
        return m / (1 - betas[0] ** t) / (v / (1 - betas[1] ** t) + eps).sqrt()

    _adam(parameters, state, learning_rate, betas, change)


@replaces("adam_step_", "eps was added before the root was corrected")
def AddsEpsBeforeTheCorrection(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, t):
        return m / (1 - betas[0] ** t) * (1 - betas[1] ** t) ** 0.5 / (v.sqrt() + eps)

    _adam(parameters, state, learning_rate, betas, change)


@replaces("adam_step_", "division by zero")
def CountsFromZero(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, t):
        return 1 / (1 - betas[0] ** t) * m / ((v / (1 - betas[1] ** t)).sqrt() + eps)

    _adam(parameters, state, learning_rate, betas, change, first=-1)


@replaces("adam_step_", "t begins at 2")
def CountsFromTwo(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, t):
        return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

    _adam(parameters, state, learning_rate, betas, change, first=1)


@replaces("adam_step_", "t stays at 1")
def DoesNotCount(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, t):
        return m / (1 - betas[0]) / ((v / (1 - betas[1])).sqrt() + eps)

    _adam(parameters, state, learning_rate, betas, change)


@replaces("adam_step_", "carried over from step to step")
def ForgetsTheAverages(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, t):
        return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

    _adam(parameters, {}, learning_rate, betas, change)


@replaces("adam_step_", "the root is missing")
def ForgetsTheRoot(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, t):
        return m / (1 - betas[0] ** t) / (v / (1 - betas[1] ** t) + eps)

    _adam(parameters, state, learning_rate, betas, change)


@replaces("adam_step_", "the betas are swapped")
def SwapsTheBetas(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, t):
        return m / (1 - betas[1] ** t) / ((v / (1 - betas[0] ** t)).sqrt() + eps)

    _adam(parameters, state, learning_rate, betas[::-1], change)


@replaces("adam_step_", "count them for each parameter apart")
def CountsForAllParametersTogether(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    state["t"] = t = state.get("t", 0) + 1

    def change(m, v, _):
        return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

    _adam(parameters, state, learning_rate, betas, change)


@replaces("adam_step_", "with a state of its own")
def CountsEachParameterAsAStep(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    def change(m, v, _):
        state["t"] = t = state.get("t", 0) + 1
        return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

    _adam(parameters, state, learning_rate, betas, change)


@replaces("adam_step_")
def UsesBetasOfItsOwn(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    betas = (0.9, 0.999)

    def change(m, v, t):
        return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

    _adam(parameters, state, learning_rate, betas, change)


@replaces("adam_step_", "wrong values")
def PutsTheLearningRateIntoTheAverage(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    with torch.no_grad():
        for place, p in enumerate(parameters):
            if p.grad is None:
                continue
            t, m, v = state.get(place, (0, 0, 0))
            t, m = t + 1, betas[0] * m + (1 - betas[0]) * learning_rate * p.grad
            v = betas[1] * v + (1 - betas[1]) * p.grad**2
            state[place] = t, m, v
            p -= m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)


@replaces("adam_step_", "the default learning rate is 1e-3")
def HasAnotherDefaultRate(parameters, state, learning_rate=1e-2, betas=(0.9, 0.999), eps=1e-8):
    first, second = betas
    with torch.no_grad():
        for place, parameter in enumerate(parameters):
            if parameter.grad is None:
                continue
            zeros = torch.zeros_like(parameter)
            t, m, v = state.get(place, (0, zeros, zeros))
            t, m = t + 1, first * m + (1 - first) * parameter.grad
            v = second * v + (1 - second) * parameter.grad**2
            state[place] = t, m, v
            parameter -= learning_rate * (m / (1 - first**t)) / ((v / (1 - second**t)).sqrt() + eps)


@replaces("adam_step_", "t was 0 in the first step")
@torch.no_grad()
def NeverCountsTheSteps(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    for i, p in enumerate(parameters):
        if p.grad is None:
            continue
        t, m, v = state.get(i, (0, torch.zeros_like(p), torch.zeros_like(p)))
        m = betas[0] * m + (1 - betas[0]) * p.grad
        v = betas[1] * v + (1 - betas[1]) * p.grad**2
        state[i] = t, m, v
        p -= learning_rate * (m / (1 - betas[0] ** t)) / ((v / (1 - betas[1] ** t)).sqrt() + eps)


class KeepsTheStateInTheModule:
    """the parameter of optimiser"""

    kept = {}

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0, kept=kept):
        with torch.no_grad():
            for place, p in enumerate(parameters):
                if p.grad is not None:
                    d = p.grad + weight_decay * p
                    key = place, p.shape, momentum, weight_decay, p.dtype, str(p.device)
                    b = kept.get(key)
                    kept[key] = d if b is None else momentum * b + d
                    p -= learning_rate * kept[key]


@replaces("clear_gradients", "expected None")
def ClearsToZerosAlways(parameters, set_to_none=True):
    for p in parameters:
        if p.grad is not None:
            p.grad.zero_()


@replaces("clear_gradients", "it stays a tensor, of zeros")
def ClearsToNoneAlways(parameters, set_to_none=True):
    for p in parameters:
        p.grad = None


@replaces("clear_gradients", "NaN times 0 is NaN")
def MultipliesByZero(parameters, set_to_none=True):
    for p in parameters:
        if set_to_none:
            p.grad = None
        elif p.grad is not None:
            p.grad *= 0


@replaces("clear_gradients", "cleared in place")
def MakesNewZeros(parameters, set_to_none=True):
    for p in parameters:
        if set_to_none:
            p.grad = None
        elif p.grad is not None:
            p.grad = torch.zeros_like(p)


@replaces("clear_gradients", "leave it None")
def FillsZerosIntoNone(parameters, set_to_none=True):
    for p in parameters:
        if set_to_none:
            p.grad = None
        else:
            p.grad = torch.zeros_like(p) if p.grad is None else p.grad.zero_()


@replaces("clear_gradients", "changed its input")
def ClearsTheParameters(parameters, set_to_none=True):
    with torch.no_grad():
        for p in parameters:
            p.grad = None
            p.zero_()


LeavesTheMomentumOut = edit("optimiser_for", ", momentum=momentum", "", "the momentum is missing")
TakesAdam = edit("optimiser_for", ".SGD(groups, momentum=momentum)", ".Adam(groups)", "expected torch.optim.SGD")


@replaces("optimiser_for", "each other's learning rate")
def HasOneLearningRate(features, head, learning_rate, head_learning_rate, momentum):
    return torch.optim.SGD([*features.parameters(), *head.parameters()], lr=learning_rate, momentum=momentum)


@replaces("optimiser_for", "each other's learning rate")
def SwapsTheLearningRates(features, head, learning_rate, head_learning_rate, momentum):
    groups = [
        {"params": features.parameters(), "lr": head_learning_rate},
        {"params": head.parameters(), "lr": learning_rate},
    ]
    return torch.optim.SGD(groups, momentum=momentum)


@replaces("optimiser_for", "themselves and not copies")
def TakesCopiesOfTheParameters(features, head, learning_rate, head_learning_rate, momentum):
    features, head = copy.deepcopy(features), copy.deepcopy(head)
    groups = [
        {"params": features.parameters(), "lr": learning_rate},
        {"params": head.parameters(), "lr": head_learning_rate},
    ]
    return torch.optim.SGD(groups, momentum=momentum)


@replaces("optimiser_for", "hand it all")
def TakesTheHeadOnly(features, head, learning_rate, head_learning_rate, momentum):
    return torch.optim.SGD(head.parameters(), lr=head_learning_rate, momentum=momentum)


@replaces("optimiser_for", "hand it all")
def TakesTheWeightsOnly(features, head, learning_rate, head_learning_rate, momentum):
    groups = [
        {"params": [p for name, p in features.named_parameters() if name.endswith("weight")], "lr": learning_rate},
        {"params": [p for name, p in head.named_parameters() if name.endswith("weight")], "lr": head_learning_rate},
    ]
    return torch.optim.SGD(groups, momentum=momentum)


@replaces("optimiser_for", "expected an optimiser of torch.optim")
def GivesTwoOptimisers(features, head, learning_rate, head_learning_rate, momentum):
    return (
        torch.optim.SGD(features.parameters(), lr=learning_rate, momentum=momentum),
        torch.optim.SGD(head.parameters(), lr=head_learning_rate, momentum=momentum),
    )


@replaces("optimiser_for", "hand it all 4 parameters of both")
def ForgetsTheSubmodules(features, head, learning_rate, head_learning_rate, momentum):
    groups = [
        {"params": list(features.parameters(recurse=False)), "lr": learning_rate},
        {"params": list(head.parameters(recurse=False)), "lr": head_learning_rate},
    ]
    return torch.optim.SGD(groups, momentum=momentum)
