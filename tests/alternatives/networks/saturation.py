"""Other right answers to networks/saturation."""

import torch


class TransformsFunctions:
    def derivative(activation, x):
        return torch.func.grad(lambda value: activation(value).sum())(x.detach()).detach()

    def saturated_shares(activation, sums, threshold):
        slopes = torch.func.grad(lambda value: activation(value).sum())(sums.detach())
        return torch.where(slopes.abs() < threshold, 1.0, 0.0).to(sums.dtype).sum(dim=0) / len(sums)

    def derivative_through(activation, x, depth):
        def through(value):
            for _ in range(depth):
                value = activation(value)
            return value.sum()

        return torch.func.grad(through)(x.detach()).detach()

    def moves(samples, weight, bias, activation, errors):
        def loss(weight):
            return (activation(samples.detach() @ weight.T + bias.detach()) * errors.detach()).sum()

        return torch.func.grad(loss)(weight.detach()).square().sum(dim=1).sqrt().detach()


class MultipliesTheChainByHand:
    def derivative(activation, x):
        x = x.detach().clone().requires_grad_(True)
        with torch.enable_grad():
            y = activation(x)
        return torch.autograd.grad(y, x, grad_outputs=torch.ones_like(y))[0]

    def derivative_through(activation, x, depth):
        product, value = torch.ones_like(x).detach(), x.detach()
        for _ in range(depth):
            value = value.detach().requires_grad_()
            after = activation(value)
            product = product * torch.autograd.grad(after.sum(), value)[0]
            value = after.detach()
        return product

    def moves(samples, weight, bias, activation, errors):
        sums = (samples.detach() @ weight.detach().T + bias.detach()).requires_grad_()
        slopes = torch.autograd.grad(activation(sums).sum(), sums)[0]
        return ((errors.detach() * slopes).T @ samples.detach()).pow(2).sum(1).sqrt().detach()


class LoopsOverElements:
    def derivative(activation, x):
        slopes = []
        for value in x.detach().flatten():
            value = value.clone().requires_grad_()
            slopes.append(torch.autograd.grad(activation(value), value)[0])
        return torch.stack(slopes).reshape(x.shape)

    def saturated_shares(activation, sums, threshold):
        shares = []
        for column in sums.detach().unbind(dim=1):
            column = column.clone().requires_grad_()
            slopes = torch.autograd.grad(activation(column).sum(), column)[0].tolist()
            shares.append(sum(abs(slope) < threshold for slope in slopes) / len(slopes))
        return torch.tensor(shares, dtype=sums.dtype, device=sums.device)

    def moves(samples, weight, bias, activation, errors):
        lengths = []
        for k in range(len(weight)):
            own = weight[k].detach().clone().requires_grad_()
            loss = (activation(samples.detach() @ own + bias[k].detach()) * errors[:, k].detach()).sum()
            lengths.append(torch.linalg.vector_norm(torch.autograd.grad(loss, own)[0]))
        return torch.stack(lengths).detach()


class PushesTangentsForward:
    def derivative_through(activation, x, depth):
        def through(value):
            for _ in range(depth):
                value = activation(value)
            return value + 0

        x = x.detach()
        return torch.func.jvp(through, (x,), (torch.ones_like(x),))[1].detach()

    def moves(samples, weight, bias, activation, errors):
        samples, errors, layer = samples.detach(), errors.detach(), torch.nn.Linear(1, 1, device=samples.device)
        layer.weight = torch.nn.Parameter(weight.detach().clone())
        layer.bias = torch.nn.Parameter(bias.detach().clone())
        activation(layer(samples)).backward(errors, inputs=[layer.weight])
        return torch.hypot(layer.weight.grad.norm(dim=1), torch.zeros_like(layer.bias.detach())).detach()


class TakesTheDiagonalOfTheJacobian:
    def derivative(activation, x):
        flat = x.detach().flatten()
        return torch.autograd.functional.jacobian(activation, flat).diagonal().reshape(x.shape).detach()
