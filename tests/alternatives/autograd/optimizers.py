"""Other right answers to autograd/optimizers."""

import torch


class InPlaceWithBuffers:
    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        with torch.no_grad():
            for p in parameters:
                if p.grad is None:
                    continue
                d = p.grad.add(p, alpha=weight_decay)
                if p in state:
                    state[p].mul_(momentum).add_(d)
                else:
                    state[p] = d.clone()
                p.add_(state[p], alpha=-learning_rate)

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        with torch.no_grad():
            for p in parameters:
                if p.grad is None:
                    continue
                kept = state.setdefault(id(p), {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)})
                kept["t"] += 1
                kept["m"].lerp_(p.grad, 1 - betas[0])
                kept["v"].mul_(betas[1]).addcmul_(p.grad, p.grad, value=1 - betas[1])
                root = (kept["v"].sqrt() / (1 - betas[1] ** kept["t"]) ** 0.5).add_(eps)
                p.addcdiv_(kept["m"], root, value=-learning_rate / (1 - betas[0] ** kept["t"]))

    def clear_gradients(parameters, set_to_none=True):
        for p in parameters:
            if p.grad is not None:
                if set_to_none:
                    p.grad = None
                else:
                    p.grad.fill_(0)

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        optimiser = torch.optim.SGD(features.parameters(), lr=learning_rate, momentum=momentum)
        optimiser.add_param_group({"params": list(head.parameters()), "lr": head_learning_rate})
        return optimiser


class ThroughDetachedViewsAndLists:
    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        buffers = state.setdefault("buffers", [None] * len(parameters))
        for place, p in enumerate(parameters):
            if p.grad is not None:
                values = p.detach()
                d = p.grad.clone() if not weight_decay else p.grad + weight_decay * values
                buffers[place] = d if buffers[place] is None else momentum * buffers[place] + d
                values -= learning_rate * buffers[place]

    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if not state:
            state.update(t=[0] * len(parameters), m=[0.0] * len(parameters), v=[0.0] * len(parameters))
        for place, p in enumerate(parameters):
            if p.grad is not None:
                state["t"][place] += 1
                for name, beta, power in (("m", betas[0], 1), ("v", betas[1], 2)):
                    state[name][place] = beta * state[name][place] + (1 - beta) * p.grad**power
                m, v = (state[name][place] / (1 - beta ** state["t"][place]) for name, beta in zip("mv", betas))
                p.detach().sub_(learning_rate * m / (torch.sqrt(v) + eps))

    def clear_gradients(parameters, set_to_none=True):
        torch.optim.SGD(list(parameters), lr=1.0).zero_grad(set_to_none=set_to_none)

    def optimiser_for(features, head, learning_rate, head_learning_rate, momentum):
        groups = [{"params": [each], "lr": learning_rate} for each in features.parameters()]
        groups += [{"params": [each], "lr": head_learning_rate} for each in head.parameters()]
        return torch.optim.SGD(groups, lr=1.0, momentum=momentum)


class WithThePowersMultipliedUp:
    def sgd_step_(parameters, state, learning_rate, momentum=0.0, weight_decay=0.0):
        for place in range(len(parameters)):
            p = parameters[place]
            if p.grad is None:
                continue
            p.requires_grad_(False)
            b = state.get(place, torch.zeros_like(p)) * momentum + (p.grad + p * weight_decay)
            p -= b * learning_rate
            p.requires_grad_(True)
            state[place] = b

    @torch.no_grad()
    def adam_step_(parameters, state, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        for p in parameters:
            if p.grad is None:
                continue
            m, v, one, two = state.get(p, (0, 0, 1.0, 1.0))
            m, v = betas[0] * m + (1 - betas[0]) * p.grad, betas[1] * v + (1 - betas[1]) * p.grad.square()
            one, two = one * betas[0], two * betas[1]
            state[p] = m, v, one, two
            p.copy_(p - learning_rate * (m / (1 - one)) / (torch.sqrt(v / (1 - two)) + eps))

    def clear_gradients(parameters, set_to_none=True):
        for p in parameters:
            p.grad = None if set_to_none or p.grad is None else p.grad.zero_()
