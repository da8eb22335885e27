"""Wrong answers to autograd/no_grad."""

import torch


class MakesANewTensor:
    """change p in place"""

    def update_(parameters, learning_rate):
        for parameter in parameters:
            if parameter.grad is not None:
                parameter = parameter - learning_rate * parameter.grad


class MakesANewTensorUnrecorded:
    """change p in place"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter = parameter - learning_rate * parameter.grad


class RecordsTheStep:
    """in-place operation"""

    def update_(parameters, learning_rate):
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= learning_rate * parameter.grad


class GoesUphill:
    """this went uphill"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter += learning_rate * parameter.grad


class LeavesTheLearningRateOut:
    """the learning rate is left out"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter -= parameter.grad


class PutsTheStepInPlaceOfTheParameter:
    """these are the steps"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter.copy_(learning_rate * parameter.grad)


class ExpectsAGradient:
    """NoneType"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                parameter -= learning_rate * parameter.grad


class StopsAtTheFirstWithoutAGradient:
    """the parameter behind the one without a gradient"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is None:
                    break
                parameter -= learning_rate * parameter.grad


class GoesThroughTheData:
    """.data hides that"""

    def update_(parameters, learning_rate):
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.data -= learning_rate * parameter.grad


class GivesTheParameterNewMemory:
    """new memory"""

    def update_(parameters, learning_rate):
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.data = parameter.data - learning_rate * parameter.grad


class SwitchesRecordingOffForGood:
    """recording is still switched off after the call"""

    def update_(parameters, learning_rate):
        torch.set_grad_enabled(False)
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= learning_rate * parameter.grad


class SwitchesRecordingOnAtTheEnd:
    """put it back to what it was"""

    def update_(parameters, learning_rate):
        torch.set_grad_enabled(False)
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= learning_rate * parameter.grad
        torch.set_grad_enabled(True)


class DoesNotSwitchBackAfterAnException:
    """after an exception"""

    def update_(parameters, learning_rate):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= learning_rate * parameter.grad
        torch.set_grad_enabled(before)


class LeavesRequiresGradSwitchedOff:
    """requires_grad=False"""

    def update_(parameters, learning_rate):
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.requires_grad_(False)
                parameter -= learning_rate * parameter.grad


class SwitchesRequiresGradOnForAll:
    """changed its input"""

    def update_(parameters, learning_rate):
        for parameter in parameters:
            parameter.requires_grad_(False)
            if parameter.grad is not None:
                parameter -= learning_rate * parameter.grad
            parameter.requires_grad_(True)


class ClearsTheGradient:
    """the gradient is gone"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter -= learning_rate * parameter.grad
                    parameter.grad = None


class ScalesTheGradientInPlace:
    """the parameter's .grad"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter -= parameter.grad.mul_(learning_rate)


class ChangesAFlatCopy:
    """change p in place"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    flat = parameter.reshape(-1)
                    flat -= learning_rate * parameter.grad.reshape(-1)


class GoesThroughTheParametersTwice:
    """the weight afterwards"""

    def update_(parameters, learning_rate):
        some = any(parameter.grad is not None for parameter in parameters)
        if some:
            with torch.no_grad():
                for parameter in parameters:
                    if parameter.grad is not None:
                        parameter -= learning_rate * parameter.grad


class MakesTheRateOnTheCpu:
    """same device"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter -= torch.full(parameter.shape, learning_rate, dtype=parameter.dtype) * parameter.grad


class RunsTheModelAsItIs:
    """run it inside torch.no_grad()"""

    def predict(model, x):
        return model(x)


class CutsTheResultOffAtTheEnd:
    """only its result was cut off"""

    def predict(model, x):
        return model(x).detach()


class CutsTheInputOnly:
    """run it inside torch.no_grad()"""

    def predict(model, x):
        return model(x.detach())


class RunsInInferenceMode:
    """inference_mode()"""

    def predict(model, x):
        with torch.inference_mode():
            return model(x)


class RunsBehindTheBlock:
    """run it inside torch.no_grad()"""

    def predict(model, x):
        with torch.no_grad():
            x = x.clone()
        return model(x)


class LeavesRecordingOffAfterAPrediction:
    """recording is still switched off after the call"""

    def predict(model, x):
        torch.set_grad_enabled(False)
        return model(x)


class SwitchesOnAfterAPrediction:
    """put it back to what it was"""

    def predict(model, x):
        torch.set_grad_enabled(False)
        try:
            return model(x)
        finally:
            torch.set_grad_enabled(True)


class LeavesRecordingOffAfterAnException:
    """after an exception"""

    def predict(model, x):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        result = model(x)
        torch.set_grad_enabled(before)
        return result


class SwallowsTheException:
    """raised nothing"""

    def predict(model, x):
        try:
            with torch.no_grad():
                return model(x)
        except Exception:
            return None


class GivesThePredictionOnTheCpu:
    """a tensor on cpu"""

    def predict(model, x):
        with torch.no_grad():
            return model(x).cpu()


class RunsTheModelTwice:
    """once is enough"""

    def predict(model, x):
        with torch.no_grad():
            model(x)
            return model(x)


class RecordsTheAverage:
    """the average is part of the graph now"""

    def moving_average_(averages, parameters, decay):
        for average, parameter in zip(averages, parameters):
            average.mul_(decay).add_(parameter, alpha=1 - decay)


class PutsNewAveragesInTheList:
    """new memory"""

    def moving_average_(averages, parameters, decay):
        for place, parameter in enumerate(parameters):
            averages[place] = decay * averages[place] + (1 - decay) * parameter.detach()


class ComputesTheAverageAndDropsIt:
    """the average has its old elements"""

    def moving_average_(averages, parameters, decay):
        with torch.no_grad():
            for average, parameter in zip(averages, parameters):
                average = decay * average + (1 - decay) * parameter


class SwapsTheWeights:
    """the weights are swapped"""

    def moving_average_(averages, parameters, decay):
        with torch.no_grad():
            for average, parameter in zip(averages, parameters):
                average.lerp_(parameter, decay)


class AddsTheParameterWhole:
    """the parameter is added whole"""

    def moving_average_(averages, parameters, decay):
        with torch.no_grad():
            for average, parameter in zip(averages, parameters):
                average.mul_(decay).add_(parameter)


class ChangesTheParameters:
    """changed its input"""

    def moving_average_(averages, parameters, decay):
        with torch.no_grad():
            for average, parameter in zip(averages, parameters):
                average.mul_(decay).add_(parameter.mul_(1 - decay))


class WeighsWithATensorOnTheCpu:
    """same device"""

    def moving_average_(averages, parameters, decay):
        weights = torch.tensor([decay, 1 - decay])
        with torch.no_grad():
            for average, parameter in zip(averages, parameters):
                average.copy_((torch.stack([average, parameter], -1) * weights).sum(-1))


class AveragesTheFirstOnly:
    """the second average"""

    def moving_average_(averages, parameters, decay):
        with torch.no_grad():
            averages[0].lerp_(parameters[0], 1 - decay)


class TakesAFirstZeroForNoGradient:
    """skip a parameter only if .grad is None"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None and parameter.grad.flatten()[:1].any():
                    parameter -= learning_rate * parameter.grad


class MakesAFloat32Rate:
    """lost digits in float32"""

    def update_(parameters, learning_rate):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter -= torch.tensor(learning_rate, dtype=torch.float32).item() * parameter.grad


class FollowsTheFirstParameter:
    """each average has a parameter of its own"""

    def moving_average_(averages, parameters, decay):
        with torch.no_grad():
            for average, parameter in zip(averages, parameters, strict=True):
                other = parameters[0] if parameters[0].shape == parameter.shape else parameter
                average.mul_(decay).add_(other, alpha=1 - decay)


class ChangesTheDataOfTheAverage:
    """.data hides that"""

    def moving_average_(averages, parameters, decay):
        for average, parameter in zip(averages, parameters, strict=True):
            average.data.mul_(decay).add_(parameter.detach(), alpha=1 - decay)


class AlwaysSwitchesRecordingOn:
    """recording was off before the call"""

    def moving_average_(averages, parameters, decay):
        torch.set_grad_enabled(False)
        for average, parameter in zip(averages, parameters, strict=True):
            average.mul_(decay).add_(parameter, alpha=1 - decay)
        torch.set_grad_enabled(True)
