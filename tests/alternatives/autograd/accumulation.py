"""Other right answers to autograd/accumulation."""

import torch


class WithoutDotGradOnTheWay:
    def fresh_gradient(loss, parameter):
        (parameter.grad,) = torch.autograd.grad(loss, [parameter])
        return parameter.grad.clone()

    def accumulate(mean_loss, micro_batches, parameter):
        gradient, value, count = 0, 0, 0
        for batch in micro_batches:
            loss = mean_loss(batch)
            gradient = gradient + len(batch) * torch.autograd.grad(loss, parameter)[0]
            value = value + len(batch) * loss.detach()
            count += len(batch)
        gradient = gradient / count
        parameter.grad = gradient if parameter.grad is None else parameter.grad + gradient
        return value / count

    def train(loss, batches, parameter, learning_rate):
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            gradient = torch.autograd.grad(value, parameter)[0]
            with torch.no_grad():
                parameter.sub_(gradient, alpha=learning_rate)
            values.append(float(value))
        return tuple(values)


class WithAnOptimiser:
    def fresh_gradient(loss, parameter):
        torch.optim.SGD([parameter]).zero_grad(set_to_none=False)
        loss.backward()
        return parameter.grad.detach()

    def train(loss, batches, parameter, learning_rate):
        optimiser = torch.optim.SGD([parameter], lr=learning_rate)
        values = []
        for batch in batches:
            optimiser.zero_grad()
            value = loss(parameter, batch)
            value.backward()
            optimiser.step()
            values.append(value.item())
        return values


class ClearsBeforeAndAfter:
    def fresh_gradient(loss, parameter):
        if parameter.grad is not None:
            parameter.grad.zero_()
        torch.autograd.backward([loss])
        return parameter.grad

    def accumulate(mean_loss, micro_batches, parameter):
        sizes = torch.tensor([batch.shape[0] for batch in micro_batches], dtype=torch.float64)
        losses = []
        for batch, weight in zip(micro_batches, (sizes / sizes.sum()).tolist(), strict=True):
            loss = mean_loss(batch)
            loss.backward(torch.full_like(loss, weight))
            losses.append(loss.item() * weight)
        return torch.tensor(sum(losses), dtype=parameter.dtype, device=parameter.device)

    def train(loss, batches, parameter, learning_rate):
        parameter.grad = None
        values = []
        for batch in batches:
            value = loss(parameter, batch)
            value.backward()
            parameter.data -= learning_rate * parameter.grad
            values.append(value.detach().cpu().numpy().item())
            parameter.grad = None
        return values
