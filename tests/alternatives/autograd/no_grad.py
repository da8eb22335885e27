"""Other right answers to autograd/no_grad."""

import functools

import torch


class ThroughDetachedViews:
    def update_(parameters, learning_rate):
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.detach().sub_(parameter.grad, alpha=learning_rate)

    def predict(model, x):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            return model(x)
        finally:
            torch.set_grad_enabled(before)

    def moving_average_(averages, parameters, decay):
        for average, parameter in zip(averages, parameters):
            average *= decay
            average += (1 - decay) * parameter.detach()


class WithAnOptimiserAndDecorators:
    def update_(parameters, learning_rate):
        torch.optim.SGD([{"params": list(parameters)}], lr=learning_rate).step()

    @torch.no_grad()
    def predict(model, x):
        return model(x).detach()

    @torch.no_grad
    def moving_average_(averages, parameters, decay):
        for average, parameter in zip(averages, parameters):
            average.lerp_(parameter, 1 - decay)


class CopiesNewElements:
    def update_(parameters, learning_rate):
        with torch.set_grad_enabled(False):
            for parameter in parameters:
                if parameter.grad is None:
                    continue
                parameter.copy_(parameter - learning_rate * parameter.grad)

    def predict(model, x):
        with torch.inference_mode():
            result = model(x)
        return result.clone()

    def moving_average_(averages, parameters, decay):
        with torch.inference_mode(False), torch.no_grad():
            for place, average in enumerate(averages):
                average[...] = decay * average + (1 - decay) * parameters[place]


class InAFunctionOfItsOwn:
    def update_(parameters, learning_rate):
        @torch.no_grad()
        def step(parameter):
            parameter.add_(parameter.grad, alpha=-learning_rate)

        for parameter in filter(lambda each: each.grad is not None, parameters):
            step(parameter)

    def predict(model, x):
        return torch.no_grad()(functools.partial(model, x))()
