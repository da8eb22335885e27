"""Other right answers to training/overfitting."""

import numpy
import torch


class Orthogonal:
    def fit_polynomial(x, y, degree):
        powers = x.double().unsqueeze(1) ** torch.arange(degree + 1, device=x.device)
        q, r = torch.linalg.qr(powers)
        return torch.linalg.solve(r, q.T @ y.double()).to(x.dtype)

    def mean_squared_error(coefficients, x, y):
        value = torch.zeros_like(x)
        for coefficient in coefficients.flip(0):
            value = value * x + coefficient
        return float(torch.nn.functional.mse_loss(value, y))

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        *_, last = training_losses
        simple, large = last > fall * training_losses[0], validation_losses[-1] > gap * last
        return "too simple" if simple else "overfitting" if large else "fits"


class Numpy:
    def fit_polynomial(x, y, degree):
        found = numpy.polynomial.polynomial.polyfit(x.cpu().double().numpy(), y.cpu().double().numpy(), degree)
        return torch.tensor(found, dtype=x.dtype, device=x.device)

    def mean_squared_error(coefficients, x, y):
        values = numpy.polynomial.polynomial.polyval(x.cpu().numpy(), coefficients.cpu().numpy())
        return numpy.mean((values - y.cpu().numpy()) ** 2)

    def learning_curve(training, validation, degree, counts):
        curves = ([], [])
        for count in counts:
            some = [each[:count].cpu().double().numpy() for each in training]
            found = numpy.polyfit(*some, degree)
            for curve, (x, y) in zip(curves, (some, [each.cpu().double().numpy() for each in validation])):
                curve.append(float(((numpy.polyval(found, x) - y) ** 2).mean()))
        return curves


class NormalEquations:
    def fit_polynomial(x, y, degree):
        powers = torch.stack([x.double() ** k for k in range(degree + 1)])
        scale = powers.norm(dim=1, keepdim=True)
        powers = powers / scale
        right = torch.linalg.solve(powers @ powers.T, powers @ y.double())
        return (right / scale.squeeze(1)).to(x.dtype)

    def mean_squared_error(coefficients, x, y):
        total = 0.0
        for a, b in zip(x.tolist(), y.tolist()):
            total += (sum(c * a**k for k, c in enumerate(coefficients.tolist())) - b) ** 2
        return total / len(x)

    def diagnosis(training_losses, validation_losses, fall=0.5, gap=2.0):
        match (training_losses[-1] <= fall * training_losses[0], validation_losses[-1] <= gap * training_losses[-1]):
            case False, _:
                return "too simple"
            case True, False:
                return "overfitting"
        return "fits"


class PseudoInverse:
    def fit_polynomial(x, y, degree):
        return (torch.linalg.pinv(torch.vander(x, degree + 1, increasing=True).double()) @ y.double()).to(x.dtype)

    def learning_curve(training, validation, degree, counts):
        def fitted(x, y, n):
            powers = torch.vander(x.double(), degree + 1, increasing=True)
            return torch.linalg.lstsq(powers[:n], y.double()[:n, None]).solution, powers

        one, two = [], []
        for n in counts:
            best, powers = fitted(*training, n)
            one.append(((powers[:n] @ best)[:, 0] - training[1][:n]).pow(2).mean().item())
            new = torch.vander(validation[0].double(), degree + 1, increasing=True)
            two.append(((new @ best)[:, 0] - validation[1]).pow(2).mean().item())
        return tuple(one), tuple(two)
