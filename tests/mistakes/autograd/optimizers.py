"""Wrong answers to autograd/optimizers."""

import copy

import torch
from torch.optim.adam import adam
from torch.optim.sgd import _single_tensor_sgd


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


class RunsTorchsSgd:
    """where this kata asks for the work by hand"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        if "optimiser" not in state:
            state["optimiser"] = torch.optim.SGD(parameters, learning_rate, momentum, weight_decay=weight_decay)
        state["optimiser"].param_groups[0]["lr"] = learning_rate
        state["optimiser"].step()


class RunsTorchsAdam:
    """where this kata asks for the work by hand"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if "optimiser" not in state:
            state["optimiser"] = torch.optim.AdamW(parameters, learning_rate, betas, eps, weight_decay=0.0)
        state["optimiser"].step()


class RunsTheFunctionBehindSgd:
    """where this kata asks for the work by hand"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
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


class RunsTheFunctionBehindAdam:
    """where this kata asks for the work by hand"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
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


class RunsTheFusedOperation:
    """which is what this kata asks for"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
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


class RunsTheFusedAdam:
    """which is what this kata asks for"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
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


class CarriesNothingOver:
    """nothing carried over"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        _sgd(parameters, {}, learning_rate, lambda b, d: momentum * b + d, decay=weight_decay)


class DampensTheMomentum:
    """this has (1 - momentum) * d"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        _sgd(parameters, state, learning_rate, lambda b, d: momentum * b + (1 - momentum) * d, decay=weight_decay)


class DampensTheFirstStepToo:
    """without (1 - momentum)"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        _sgd(
            parameters,
            state,
            learning_rate,
            lambda b, d: momentum * b + (1 - momentum) * d,
            decay=weight_decay,
            first=lambda d: (1 - momentum) * d,
        )


class LooksAhead:
    """Nesterov's form"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        def change(p, d, b, rate):
            return rate * (d + momentum * b if momentum else b)

        _sgd(parameters, state, learning_rate, lambda b, d: momentum * b + d, change, weight_decay)


class PutsTheLearningRateIntoTheMomentum:
    """b already holds the learning rate of earlier steps"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        _sgd(
            parameters,
            state,
            learning_rate,
            lambda b, d: momentum * b + learning_rate * d,
            lambda p, d, b, rate: b,
            weight_decay,
            first=lambda d: learning_rate * d,
        )


class MultipliesByTheLearningRateTwice:
    """twice, in b and in the change of p"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        _sgd(
            parameters,
            state,
            learning_rate,
            lambda b, d: momentum * b + learning_rate * d,
            decay=weight_decay,
            first=lambda d: learning_rate * d,
        )


class LeavesTheWeightDecayOut:
    """the weight decay is missing"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        _sgd(parameters, state, learning_rate, lambda b, d: momentum * b + d)


class DecaysPastTheMomentum:
    """the weight decay goes past the momentum"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        _sgd(
            parameters,
            state,
            learning_rate,
            lambda b, d: momentum * b + d,
            lambda p, d, b, rate: rate * (b + weight_decay * p),
        )


class PushesAwayFromZero:
    """the weight decay has the wrong sign"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        _sgd(parameters, state, learning_rate, lambda b, d: momentum * b + d, decay=-weight_decay)


class AddsTheDecayToTheGradientInPlace:
    """changed the gradient"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    p.grad += weight_decay * p
                    state[p] = momentum * state.get(p, 0) + p.grad
                    p -= learning_rate * state[p]


class KeepsTheGradientItself:
    """state holds the gradient itself"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    d = p.grad + weight_decay * p if weight_decay else p.grad
                    state[p] = momentum * state[p] + d if p in state else d
                    p -= learning_rate * state[p]


class MakesNewTensors:
    """change it in place"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        for place, p in enumerate(parameters):
            if p.grad is not None:
                d = p.grad + weight_decay * p
                state[place] = momentum * state[place] + d if place in state else d
                p = p - learning_rate * state[place]


class PutsNewLeavesIntoTheList:
    """a view of the parameter"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        for place, p in enumerate(parameters):
            if p.grad is not None:
                gradient, p = p.grad, p.detach()
                d = gradient + weight_decay * p
                state[place] = momentum * state[place] + d if place in state else d
                parameters[place] = (p - learning_rate * state[place]).requires_grad_()
                parameters[place].grad = gradient


class RecordsTheStep:
    """in-place operation"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        for p in parameters:
            if p.grad is not None:
                state[p] = momentum * state.get(p, 0) + p.grad + weight_decay * p
                p -= learning_rate * state[p]


class LeavesRecordingSwitchedOff:
    """recording is still switched off"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        torch.set_grad_enabled(False)
        _adam(
            parameters,
            state,
            learning_rate,
            betas,
            lambda m, v, t: m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps),
        )
        torch._C._set_grad_enabled(False)


class SharesTheStateByShape:
    """with a state of its own"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    d = p.grad + weight_decay * p
                    state[p.shape] = momentum * state[p.shape] + d if p.shape in state else d
                    p -= learning_rate * state[p.shape]


class HasOneBufferForAll:
    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    d = p.grad + weight_decay * p
                    state["b"] = momentum * state["b"] + d if "b" in state else d
                    p -= learning_rate * state["b"]


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


class ExpectsGradients:
    """NoneType"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                state[p] = momentum * state.get(p, 0) + p.grad + weight_decay * p
                p -= learning_rate * state[p]


class TakesNoneForZeros:
    """None was taken for zeros"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                g = torch.zeros_like(p) if p.grad is None else p.grad
                state[p] = momentum * state.get(p, 0) + g + weight_decay * p
                p -= learning_rate * state[p]


class KeepsTheBufferOnTheCpu:
    """same device"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    if p not in state:
                        state[p] = torch.zeros(p.shape, dtype=p.dtype)
                    state[p] = momentum * state[p] + p.grad + weight_decay * p
                    p -= learning_rate * state[p]


class CorrectsNothing:
    """the bias correction is missing"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _adam(parameters, state, learning_rate, betas, lambda m, v, t: m / (v.sqrt() + eps))


class CorrectsTheMeanOnly:
    """only m is corrected"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        _adam(parameters, state, learning_rate, betas, lambda m, v, t: m / (1 - betas[0] ** t) / (v.sqrt() + eps))


class PutsEpsUnderTheRoot:
    """eps is under the root"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, t):
            return m / (1 - betas[0] ** t) / (v / (1 - betas[1] ** t) + eps).sqrt()

        _adam(parameters, state, learning_rate, betas, change)


class AddsEpsBeforeTheCorrection:
    """eps was added before the root was corrected"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, t):
            return m / (1 - betas[0] ** t) * (1 - betas[1] ** t) ** 0.5 / (v.sqrt() + eps)

        _adam(parameters, state, learning_rate, betas, change)


class CountsFromZero:
    """division by zero"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, t):
            return 1 / (1 - betas[0] ** t) * m / ((v / (1 - betas[1] ** t)).sqrt() + eps)

        _adam(parameters, state, learning_rate, betas, change, first=-1)


class CountsFromTwo:
    """t begins at 2"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, t):
            return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

        _adam(parameters, state, learning_rate, betas, change, first=1)


class DoesNotCount:
    """t stays at 1"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, t):
            return m / (1 - betas[0]) / ((v / (1 - betas[1])).sqrt() + eps)

        _adam(parameters, state, learning_rate, betas, change)


class ForgetsTheAverages:
    """carried over from step to step"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, t):
            return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

        _adam(parameters, {}, learning_rate, betas, change)


class ForgetsTheRoot:
    """the root is missing"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, t):
            return m / (1 - betas[0] ** t) / (v / (1 - betas[1] ** t) + eps)

        _adam(parameters, state, learning_rate, betas, change)


class SwapsTheBetas:
    """the betas are swapped"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, t):
            return m / (1 - betas[1] ** t) / ((v / (1 - betas[0] ** t)).sqrt() + eps)

        _adam(parameters, state, learning_rate, betas[::-1], change)


class CountsForAllParametersTogether:
    """count them for each parameter apart"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        state["t"] = t = state.get("t", 0) + 1

        def change(m, v, _):
            return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

        _adam(parameters, state, learning_rate, betas, change)


class CountsEachParameterAsAStep:
    """with a state of its own"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        def change(m, v, _):
            state["t"] = t = state.get("t", 0) + 1
            return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

        _adam(parameters, state, learning_rate, betas, change)


class UsesBetasOfItsOwn:
    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        betas = (0.9, 0.999)

        def change(m, v, t):
            return m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)

        _adam(parameters, state, learning_rate, betas, change)


class ClearsToZerosAlways:
    """expected None"""

    def clear_gradients(parameters, set_to_none=True):
        for p in parameters:
            if p.grad is not None:
                p.grad.zero_()


class ClearsToNoneAlways:
    """it stays a tensor, of zeros"""

    def clear_gradients(parameters, set_to_none=True):
        for p in parameters:
            p.grad = None


class MultipliesByZero:
    """NaN times 0 is NaN"""

    def clear_gradients(parameters, set_to_none=True):
        for p in parameters:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad *= 0


class MakesNewZeros:
    """cleared in place"""

    def clear_gradients(parameters, set_to_none=True):
        for p in parameters:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad = torch.zeros_like(p)


class FillsZerosIntoNone:
    """leave it None"""

    def clear_gradients(parameters, set_to_none=True):
        for p in parameters:
            if set_to_none:
                p.grad = None
            else:
                p.grad = torch.zeros_like(p) if p.grad is None else p.grad.zero_()


class ClearsTheParameters:
    """changed its input"""

    def clear_gradients(parameters, set_to_none=True):
        with torch.no_grad():
            for p in parameters:
                p.grad = None
                p.zero_()


class HasOneLearningRate:
    """each other's learning rate"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        return torch.optim.SGD([*features.parameters(), *head.parameters()], lr=learning_rate, momentum=momentum)


class SwapsTheLearningRates:
    """each other's learning rate"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        groups = [
            {"params": features.parameters(), "lr": head_learning_rate},
            {"params": head.parameters(), "lr": learning_rate},
        ]
        return torch.optim.SGD(groups, momentum=momentum)


class LeavesTheMomentumOut:
    """the momentum is missing"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        groups = [
            {"params": features.parameters(), "lr": learning_rate},
            {"params": head.parameters(), "lr": head_learning_rate},
        ]
        return torch.optim.SGD(groups)


class TakesCopiesOfTheParameters:
    """themselves and not copies"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        features, head = copy.deepcopy(features), copy.deepcopy(head)
        groups = [
            {"params": features.parameters(), "lr": learning_rate},
            {"params": head.parameters(), "lr": head_learning_rate},
        ]
        return torch.optim.SGD(groups, momentum=momentum)


class TakesTheHeadOnly:
    """hand it all"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        return torch.optim.SGD(head.parameters(), lr=head_learning_rate, momentum=momentum)


class TakesTheWeightsOnly:
    """hand it all"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        groups = [
            {"params": [p for name, p in features.named_parameters() if name.endswith("weight")], "lr": learning_rate},
            {"params": [p for name, p in head.named_parameters() if name.endswith("weight")], "lr": head_learning_rate},
        ]
        return torch.optim.SGD(groups, momentum=momentum)


class GivesTwoOptimisers:
    """expected an optimiser of torch.optim"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        return (
            torch.optim.SGD(features.parameters(), lr=learning_rate, momentum=momentum),
            torch.optim.SGD(head.parameters(), lr=head_learning_rate, momentum=momentum),
        )


class TakesAdam:
    """expected torch.optim.SGD"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        groups = [
            {"params": features.parameters(), "lr": learning_rate},
            {"params": head.parameters(), "lr": head_learning_rate},
        ]
        return torch.optim.Adam(groups)


class ChangesAFlatCopy:
    """change it in place"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for place, p in enumerate(parameters):
                if p.grad is not None:
                    d = p.grad + weight_decay * p
                    state[place] = momentum * state[place] + d if place in state else d
                    flat = p.reshape(-1)
                    flat -= learning_rate * state[place].reshape(-1)


class PutsTheLearningRateIntoTheAverage:
    """wrong values"""

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        with torch.no_grad():
            for place, p in enumerate(parameters):
                if p.grad is None:
                    continue
                t, m, v = state.get(place, (0, 0, 0))
                t, m = t + 1, betas[0] * m + (1 - betas[0]) * learning_rate * p.grad
                v = betas[1] * v + (1 - betas[1]) * p.grad**2
                state[place] = t, m, v
                p -= m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)


class KeepsTheStateOnTheParameter:
    """which is a first step again"""

    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:
                    d = p.grad + weight_decay * p
                    p.buffer = momentum * p.buffer + d if hasattr(p, "buffer") else d
                    p -= learning_rate * p.buffer


class HasAnotherDefaultRate:
    """the default learning rate is 1e-3"""

    def adam_step_(parameters, state, learning_rate=1e-2, betas=(0.9, 0.999), eps=1e-8):
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


class ForgetsTheSubmodules:
    """hand it all 4 parameters of both"""

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        groups = [
            {"params": list(features.parameters(recurse=False)), "lr": learning_rate},
            {"params": list(head.parameters(recurse=False)), "lr": head_learning_rate},
        ]
        return torch.optim.SGD(groups, momentum=momentum)


class NeverCountsTheSteps:
    """t was 0 in the first step"""

    @torch.no_grad()
    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        for i, p in enumerate(parameters):
            if p.grad is None:
                continue
            t, m, v = state.get(i, (0, torch.zeros_like(p), torch.zeros_like(p)))
            m = betas[0] * m + (1 - betas[0]) * p.grad
            v = betas[1] * v + (1 - betas[1]) * p.grad**2
            state[i] = t, m, v
            p -= learning_rate * (m / (1 - betas[0] ** t)) / ((v / (1 - betas[1] ** t)).sqrt() + eps)
