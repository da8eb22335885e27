"""Wrong answers to autograd/no_grad."""

import torch

from dojo.runner.variants import body, edit, replaces

RecordsTheStep = edit("update_", "@torch.no_grad()", "", "in-place operation")


@replaces("update_", "change p in place")
def MakesANewTensor(parameters, learning_rate):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter = parameter - learning_rate * parameter.grad


@replaces("update_", "change p in place")
def MakesANewTensorUnrecorded(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter = parameter - learning_rate * parameter.grad


@replaces("update_", "this went uphill")
def GoesUphill(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter += learning_rate * parameter.grad


@replaces("update_", "the learning rate is left out")
def LeavesTheLearningRateOut(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= parameter.grad


@replaces("update_", "these are the steps")
def PutsTheStepInPlaceOfTheParameter(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.copy_(learning_rate * parameter.grad)


@replaces("update_", "NoneType")
def ExpectsAGradient(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad


@replaces("update_", "the parameter behind the one without a gradient")
def StopsAtTheFirstWithoutAGradient(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is None:
                break
            parameter -= learning_rate * parameter.grad


@replaces("update_", ".data hides that")
def GoesThroughTheData(parameters, learning_rate):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.data -= learning_rate * parameter.grad


@replaces("update_", "new memory")
def GivesTheParameterNewMemory(parameters, learning_rate):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.data = parameter.data - learning_rate * parameter.grad


@replaces("update_", "recording is still switched off after the call")
def SwitchesRecordingOffForGood(parameters, learning_rate):
    torch.set_grad_enabled(False)
    for parameter in parameters:
        if parameter.grad is not None:
            parameter -= learning_rate * parameter.grad


@replaces("update_", "put it back to what it was")
def SwitchesRecordingOnAtTheEnd(parameters, learning_rate):
    torch.set_grad_enabled(False)
    for parameter in parameters:
        if parameter.grad is not None:
            parameter -= learning_rate * parameter.grad
    torch.set_grad_enabled(True)


@replaces("update_", "after an exception")
def DoesNotSwitchBackAfterAnException(parameters, learning_rate):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    for parameter in parameters:
        if parameter.grad is not None:
            parameter -= learning_rate * parameter.grad
    torch.set_grad_enabled(before)


@replaces("update_", "requires_grad=False")
def LeavesRequiresGradSwitchedOff(parameters, learning_rate):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.requires_grad_(False)
            parameter -= learning_rate * parameter.grad


@replaces("update_", "changed its input")
def SwitchesRequiresGradOnForAll(parameters, learning_rate):
    for parameter in parameters:
        parameter.requires_grad_(False)
        if parameter.grad is not None:
            parameter -= learning_rate * parameter.grad
        parameter.requires_grad_(True)


@replaces("update_", "the gradient is gone")
def ClearsTheGradient(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= learning_rate * parameter.grad
                parameter.grad = None


@replaces("update_", "the parameter's .grad")
def ScalesTheGradientInPlace(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= parameter.grad.mul_(learning_rate)


@replaces("update_", "change p in place")
def ChangesAFlatCopy(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                flat = parameter.reshape(-1)
                flat -= learning_rate * parameter.grad.reshape(-1)


@replaces("update_", "the weight afterwards")
def GoesThroughTheParametersTwice(parameters, learning_rate):
    some = any(parameter.grad is not None for parameter in parameters)
    if some:
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter -= learning_rate * parameter.grad


@replaces("update_", "same device")
def MakesTheRateOnTheCpu(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= torch.full(parameter.shape, learning_rate, dtype=parameter.dtype) * parameter.grad


@replaces("update_", "skip a parameter only if .grad is None")
def TakesAFirstZeroForNoGradient(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None and parameter.grad.flatten()[:1].any():
                parameter -= learning_rate * parameter.grad


@replaces("update_", "lost digits in float32")
def MakesAFloat32Rate(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= torch.tensor(learning_rate, dtype=torch.float32).item() * parameter.grad


RunsTheModelAsItIs = body("predict", "return model(x)", "run it inside torch.no_grad()")
CutsTheResultOffAtTheEnd = body("predict", "return model(x).detach()", "only its result was cut off")
CutsTheInputOnly = body("predict", "return model(x.detach())", "run it inside torch.no_grad()")
RunsInInferenceMode = edit("predict", "torch.no_grad()", "torch.inference_mode()", "inference_mode()")
LeavesRecordingOffAfterAPrediction = body(
    "predict", "torch.set_grad_enabled(False); return model(x)", "recording is still switched off after the call"
)
GivesThePredictionOnTheCpu = edit("predict", "model(x)", "model(x).cpu()", "a tensor on cpu")
RunsTheModelTwice = edit("predict", "return model(x)", "model(x); return model(x)", "once is enough")


@replaces("predict", "run it inside torch.no_grad()")
def RunsBehindTheBlock(model, x):
    with torch.no_grad():
        x = x.clone()
    return model(x)


@replaces("predict", "put it back to what it was")
def SwitchesOnAfterAPrediction(model, x):
    torch.set_grad_enabled(False)
    try:
        return model(x)
    finally:
        torch.set_grad_enabled(True)


@replaces("predict", "after an exception")
def LeavesRecordingOffAfterAnException(model, x):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    result = model(x)
    torch.set_grad_enabled(before)
    return result


@replaces("predict", "raised nothing")
def SwallowsTheException(model, x):
    try:
        with torch.no_grad():
            return model(x)
    except Exception:
        return None


@replaces("moving_average_", "the average is part of the graph now")
def RecordsTheAverage(averages, parameters, decay):
    for average, parameter in zip(averages, parameters):
        average.mul_(decay).add_(parameter, alpha=1 - decay)


@replaces("moving_average_", "new memory")
def PutsNewAveragesInTheList(averages, parameters, decay):
    for place, parameter in enumerate(parameters):
        averages[place] = decay * averages[place] + (1 - decay) * parameter.detach()


@replaces("moving_average_", "the average has its old elements")
def ComputesTheAverageAndDropsIt(averages, parameters, decay):
    with torch.no_grad():
        for average, parameter in zip(averages, parameters):
            average = decay * average + (1 - decay) * parameter


@replaces("moving_average_", "the weights are swapped")
def SwapsTheWeights(averages, parameters, decay):
    with torch.no_grad():
        for average, parameter in zip(averages, parameters):
            average.lerp_(parameter, decay)


@replaces("moving_average_", "the parameter is added whole")
def AddsTheParameterWhole(averages, parameters, decay):
    with torch.no_grad():
        for average, parameter in zip(averages, parameters):
            average.mul_(decay).add_(parameter)


@replaces("moving_average_", "changed its input")
def ChangesTheParameters(averages, parameters, decay):
    with torch.no_grad():
        for average, parameter in zip(averages, parameters):
            average.mul_(decay).add_(parameter.mul_(1 - decay))


@replaces("moving_average_", "same device")
def WeighsWithATensorOnTheCpu(averages, parameters, decay):
    weights = torch.tensor([decay, 1 - decay])
    with torch.no_grad():
        for average, parameter in zip(averages, parameters):
            average.copy_((torch.stack([average, parameter], -1) * weights).sum(-1))


@replaces("moving_average_", "the second average")
def AveragesTheFirstOnly(averages, parameters, decay):
    with torch.no_grad():
        averages[0].lerp_(parameters[0], 1 - decay)


@replaces("moving_average_", "each average has a parameter of its own")
def FollowsTheFirstParameter(averages, parameters, decay):
    with torch.no_grad():
        for average, parameter in zip(averages, parameters, strict=True):
            other = parameters[0] if parameters[0].shape == parameter.shape else parameter
            average.mul_(decay).add_(other, alpha=1 - decay)


@replaces("moving_average_", ".data hides that")
def ChangesTheDataOfTheAverage(averages, parameters, decay):
    for average, parameter in zip(averages, parameters, strict=True):
        average.data.mul_(decay).add_(parameter.detach(), alpha=1 - decay)


@replaces("moving_average_", "recording was off before the call")
def AlwaysSwitchesRecordingOn(averages, parameters, decay):
    torch.set_grad_enabled(False)
    for average, parameter in zip(averages, parameters, strict=True):
        average.mul_(decay).add_(parameter, alpha=1 - decay)
    torch.set_grad_enabled(True)
