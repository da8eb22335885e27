"""Other right answers to training/validation."""

import torch
from torch import nn


class PlainPython:
    def split(count, held_out, generator):
        if held_out < 0 or held_out > count:
            raise ValueError(held_out)
        left, held = list(range(count)), []
        for _ in range(held_out):
            place = int(torch.randint(len(left), (1,), generator=generator))
            held.append(left.pop(place))
        return torch.tensor(left, dtype=torch.int64), torch.tensor(held, dtype=torch.int64)

    def evaluate(model, loss, batches):
        device = next(model.parameters()).device
        modes = {part: part.training for part in model.modules()}
        total = torch.zeros((), dtype=torch.float64)
        count = 0
        try:
            model.train(False)
            with torch.inference_mode():
                for pair in batches:
                    inputs, targets = (each.to(device) for each in pair)
                    total += loss(model(inputs), targets).cpu().double() * inputs.shape[0]
                    count += inputs.shape[0]
        finally:
            for part, mode in modes.items():
                part.training = mode
        return float(total / count)


class TheRestIsTraining:
    def split(count, held_out, generator):
        if held_out not in range(count + 1):
            raise ValueError("too many")
        chosen = torch.zeros(count, dtype=torch.bool)
        chosen[torch.rand(count, generator=generator).argsort()[:held_out]] = True
        return [(~chosen).nonzero().flatten(), chosen.nonzero()[:, 0]]

    def fit(model, loss, optimizer, training, validation, epochs, patience):
        device = next(iter(model.parameters())).device

        @torch.no_grad()
        def measure(batches):
            model.eval()
            rows = [
                (len(inputs), loss(model(inputs.to(device)), targets.to(device)).item()) for inputs, targets in batches
            ]
            return sum(n * value for n, value in rows) / sum(n for n, _ in rows)

        curves, lowest, waited, best = ([], []), None, 0, {}
        while len(curves[0]) < epochs and waited < patience:
            model.train()
            for inputs, targets in training:
                value = loss(model(inputs.to(device)), targets.to(device))
                model.zero_grad(set_to_none=True)
                value.backward()
                optimizer.step()
            curves[0].append(measure(training))
            curves[1].append(measure(validation))
            if lowest is None or curves[1][-1] < lowest:
                lowest, waited = curves[1][-1], 0
                best = {name: each.clone() for name, each in model.state_dict().items()}
            else:
                waited += 1
        model.load_state_dict(best)
        return curves


class KeepsTheStateOfEveryEpoch:
    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        sizes = [count - held_out, held_out]
        parts = torch.utils.data.random_split(range(count), sizes, generator=generator)
        return tuple(torch.tensor(list(part.indices), dtype=torch.int64) for part in parts)

    def fit(model, loss, optimizer, training, validation, epochs, patience):
        device = next(model.parameters()).device

        def measure(batches):
            model.eval()
            with torch.no_grad():
                pairs = [(model(i.to(device)), t.to(device)) for i, t in batches]
                total = sum(loss(o, t).double().item() * len(t) for o, t in pairs)
            return total / sum(len(t) for _, t in pairs)

        kept, one, two = [], [], []
        for epoch in range(epochs):
            model.train()
            for inputs, targets in training:
                optimizer.zero_grad(set_to_none=False)
                value = loss(model(inputs.to(device)), targets.to(device))
                parameters = [p for p in model.parameters() if p.requires_grad]
                for parameter, gradient in zip(parameters, torch.autograd.grad(value, parameters)):
                    parameter.grad = gradient
                optimizer.step()
            one.append(measure(training))
            two.append(measure(validation))
            kept.append([each.detach().clone() for each in [*model.parameters(), *model.buffers()]])
            if epoch - two.index(min(two)) >= patience:
                break
        with torch.no_grad():
            for each, old in zip([*model.parameters(), *model.buffers()], kept[two.index(min(two))]):
                each.copy_(old)
        model.eval()
        return one, two


class FreezesForTheEvaluation:
    """Autograd records nothing where no parameter requires gradients."""

    def evaluate(model, loss, batches):
        device = next(model.parameters()).device
        learning = [each for each in model.parameters() if each.requires_grad]
        modes = {part: part.training for part in model.modules()}
        model.eval().requires_grad_(False)
        losses = [(len(i), float(loss(model(i.to(device)), t.to(device)))) for i, t in batches]
        for each in learning:
            each.requires_grad_(True)
        for part, mode in modes.items():
            part.training = mode
        return sum(n * value for n, value in losses) / sum(n for n, _ in losses)

    def fit(model, loss, optimizer, training, validation, epochs, patience):
        device = next(model.parameters()).device
        first, second = [], []
        for epoch in range(epochs):
            model.train()
            for inputs, targets in training:
                optimizer.zero_grad()
                loss(model(inputs.to(device)), targets.to(device)).backward()
                optimizer.step()
            first.append(FreezesForTheEvaluation.evaluate(model, loss, training))
            second.append(FreezesForTheEvaluation.evaluate(model, loss, validation))
            best = second.index(min(second))
            if best == epoch:
                state = {name: each.clone() for name, each in model.state_dict().items()}
            elif epoch - best == patience:
                break
        model.load_state_dict(state)
        model.eval()
        return first, second
