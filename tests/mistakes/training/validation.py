"""Wrong answers to training/validation."""

import copy

import torch

from dojo.runner.variants import body, replaces


def _evaluate(model, loss, batches):
    device = next(model.parameters()).device
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            total += loss(model(inputs.to(device)), targets.to(device)).item() * len(inputs)
            count += len(inputs)
    for part, training in modes:
        part.training = training
    return total / count


def _epoch(model, loss, optimizer, batches):
    device = next(model.parameters()).device
    model.train()
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss(model(inputs.to(device)), targets.to(device)).backward()
        optimizer.step()


def _fit(
    model,
    loss,
    optimizer,
    training,
    validation,
    epochs,
    patience,
    epoch_of=_epoch,
    measure=_evaluate,
    keep=lambda model: copy.deepcopy(model.state_dict()),
    better=lambda new, losses: new < min(losses, default=float("inf")),
    stop=lambda waited, patience, losses: waited >= patience,
    restore=lambda model, best: model.load_state_dict(best),
    watch=lambda train, valid: valid,
):
    losses, best, waited = ([], []), keep(model), 0
    for _ in range(epochs):
        epoch_of(model, loss, optimizer, training)
        pair = measure(model, loss, training), measure(model, loss, validation)
        if better(watch(*pair), watch(*losses)):
            best, waited = keep(model), 0
        else:
            waited += 1
        for each, one in zip(losses, pair):
            each.append(one)
        if waited and stop(waited, patience, losses[1]):
            break
    restore(model, best)
    model.eval()
    return losses


@replaces("split", "at random")
def HoldsOutTheLast(count, held_out, generator):
    if not 0 <= held_out <= count:
        raise ValueError
    order = torch.arange(count)
    return order[: count - held_out], order[count - held_out :]


@replaces("split", "the training samples come first")
def SwapsTheTwo(count, held_out, generator):
    if not 0 <= held_out <= count:
        raise ValueError
    order = torch.randperm(count, generator=generator)
    return order[:held_out], order[held_out:]


@replaces("split", "in both")
def DrawsTwice(count, held_out, generator):
    if not 0 <= held_out <= count:
        raise ValueError
    one, two = torch.randperm(count, generator=generator), torch.randperm(count, generator=generator)
    return one[held_out:], two[:held_out]


@replaces("split", "shape (13,), expected shape (8,)")
def TrainsOnAll(count, held_out, generator):
    order = torch.randperm(count, generator=generator)
    return order, order[:held_out]


@replaces("split", "without replacement")
def DrawsWithReplacement(count, held_out, generator):
    if not 0 <= held_out <= count:
        raise ValueError
    drawn = torch.randint(max(count, 1), (count,), generator=generator)
    return drawn[held_out:], drawn[:held_out]


@replaces("split", "global generator")
def UsesTheGlobalGenerator(count, held_out, generator):
    if not 0 <= held_out <= count:
        raise ValueError
    order = torch.randperm(count)
    return order[held_out:], order[:held_out]


@replaces("split", "moves on")
def SeedsAnew(count, held_out, generator):
    if not 0 <= held_out <= count:
        raise ValueError
    order = torch.randperm(count, generator=torch.Generator().manual_seed(generator.initial_seed()))
    return order[held_out:], order[:held_out]


@replaces("split", "with 0 held out")
def CountsFromTheEnd(count, held_out, generator):
    if not 0 <= held_out <= count:
        raise ValueError
    order = torch.randperm(count, generator=generator)
    return order[:-held_out], order[-held_out:]


@replaces("split", "more samples are to be held out than there are")
def HoldsOutAnything(count, held_out, generator):
    order = torch.randperm(count, generator=generator)
    return order[held_out:], order[:held_out]


@replaces("split", "at random")
def HoldsOutEveryFew(count, held_out, generator):
    if not 0 <= held_out <= count:
        raise ValueError
    start = int(torch.randint(max(count, 1), (), generator=generator))
    order = (torch.arange(count) + start) % max(count, 1)
    return order[held_out:].sort().values, order[:held_out].sort().values


GivesATensor = body("evaluate", "return torch.tensor(_evaluate(model, loss, batches))", ".item() takes the number out")
BringsTheModelToTheCpu = body(
    "evaluate", "return _evaluate(model.cpu(), loss, batches)", "the model's parameters lie on"
)
SwitchesRecordingOff = body(
    "evaluate", "torch.set_grad_enabled(False); return _evaluate(model, loss, batches)", "still switched off"
)
ClearsTheGradients = body("evaluate", "model.zero_grad(); return _evaluate(model, loss, batches)", "gradients stay")
FreezesTheModel = body(
    "evaluate", "model.requires_grad_(False); return _evaluate(model, loss, batches)", "requires_grad"
)


@replaces("evaluate", "mean of the batches' means")
def AveragesOverBatches(model, loss, batches):
    losses = []

    def noted(outputs, targets):
        losses.append(loss(outputs, targets))
        return losses[-1]

    _evaluate(model, noted, batches)
    return torch.stack(losses).mean().item()


@replaces("evaluate", "last batch")
def GivesTheLastBatch(model, loss, batches):
    losses = []

    def noted(outputs, targets):
        losses.append(loss(outputs, targets))
        return losses[-1]

    _evaluate(model, noted, batches)
    return losses[-1].item()


@replaces("evaluate", "sum")
def GivesTheSum(model, loss, batches):
    batches = list(batches)
    return _evaluate(model, loss, batches) * sum(len(inputs) for inputs, _ in batches)


@replaces("evaluate", "left out")
def DropsTheSmallBatch(model, loss, batches):
    batches = list(batches)
    return _evaluate(model, loss, [each for each in batches if len(each[0]) == len(batches[0][0])])


@replaces("evaluate", "of the first batch")
def MultipliesByTheFirstSize(model, loss, batches):
    batches = list(batches)
    total = sum(_evaluate(model, loss, [each]) * len(batches[0][0]) for each in batches)
    return total / sum(len(inputs) for inputs, _ in batches)


@replaces("evaluate", "can be gone through once")
def ReadsTheBatchesTwice(model, loss, batches):
    count = sum(len(inputs) for inputs, _ in batches)
    return (
        _evaluate(model, lambda o, t: loss(o, t) * len(o), ((i, t) for i, t in batches))
        if count < 0
        else (sum(_evaluate(model, loss, [each]) * len(each[0]) for each in batches) / count)
    )


@replaces("evaluate", "same device")
def LeavesTheDataOnTheCpu(model, loss, batches):
    model_modes = [(part, part.training) for part in model.modules()]
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            total += loss(model(inputs), targets).item() * len(inputs)
            count += len(inputs)
    for part, training in model_modes:
        part.training = training
    return total / count


@replaces("evaluate", "model.eval()")
def MeasuresInTraining(model, loss, batches):
    device = next(model.parameters()).device
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            total += loss(model(inputs.to(device)), targets.to(device)).item() * len(inputs)
            count += len(inputs)
    return total / count


@replaces("evaluate", "stayed in evaluation")
def StaysInEvaluation(model, loss, batches):
    result = _evaluate(model, loss, batches)
    model.eval()
    return result


@replaces("evaluate", "put in training")
def PutsTheModelInTraining(model, loss, batches):
    result = _evaluate(model, loss, batches)
    model.train()
    return result


@replaces("evaluate", "each part has a mode of its own")
def RestoresTheWholeOnly(model, loss, batches):
    mode = model.training
    result = _evaluate(model, loss, batches)
    model.train(mode)
    return result


@replaces("evaluate", "torch.no_grad()")
def RecordsTheEvaluation(model, loss, batches):
    device = next(model.parameters()).device
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    total, count = 0.0, 0
    for inputs, targets in batches:
        total += loss(model(inputs.to(device)), targets.to(device)).item() * len(inputs)
        count += len(inputs)
    for part, training in modes:
        part.training = training
    return total / count


@replaces("evaluate", "is switched on after it")
def SwitchesRecordingOn(*args):
    result = _evaluate(*args)
    torch.set_grad_enabled(True)
    return result


@replaces("evaluate", "a parameter that was frozen")
def ThawsTheModel(model, loss, batches):
    model.requires_grad_(False)
    result = _evaluate(model, loss, batches)
    model.requires_grad_(True)
    return result


@replaces("evaluate", "the loss of three batches")
def WeightsByFeatures(model, loss, batches):
    batches = list(batches)
    total = sum(_evaluate(model, loss, [each]) * each[0].numel() for each in batches)
    return total / sum(len(inputs) for inputs, _ in batches)


@replaces("fit", "gradients add up")
def ForgetsToClear(*args):
    def epoch(model, loss, optimizer, batches):
        device = next(model.parameters()).device
        model.train()
        for inputs, targets in batches:
            loss(model(inputs.to(device)), targets.to(device)).backward()
            optimizer.step()

    return _fit(*args, epoch_of=epoch)


@replaces("fit", "gradients add up")
def ClearsOnceAnEpoch(*args):
    def epoch(model, loss, optimizer, batches):
        device = next(model.parameters()).device
        model.train()
        optimizer.zero_grad()
        for inputs, targets in batches:
            loss(model(inputs.to(device)), targets.to(device)).backward()
            optimizer.step()

    return _fit(*args, epoch_of=epoch)


@replaces("fit", "from an earlier backward()")
def ClearsAfterTheStep(*args):
    def epoch(model, loss, optimizer, batches):
        device = next(model.parameters()).device
        model.train()
        for inputs, targets in batches:
            loss(model(inputs.to(device)), targets.to(device)).backward()
            optimizer.step()
            optimizer.zero_grad()

    return _fit(*args, epoch_of=epoch)


@replaces("fit", "one step for the whole epoch")
def StepsOnceAnEpoch(*args):
    def epoch(model, loss, optimizer, batches):
        device = next(model.parameters()).device
        model.train()
        optimizer.zero_grad()
        for inputs, targets in batches:
            loss(model(inputs.to(device)), targets.to(device)).backward()
        optimizer.step()

    return _fit(*args, epoch_of=epoch)


@replaces("fit", "no step")
def NeverSteps(*args):
    return _fit(*args, epoch_of=lambda *args: None)


@replaces("fit", "none of your own")
def MakesAnOptimizerOfItsOwn(model, loss, optimizer, *rest):
    return _fit(model, loss, torch.optim.SGD(model.parameters(), optimizer.param_groups[0]["lr"]), *rest)


@replaces("fit", "same device")
def TrainsOnTheCpu(*args):
    def epoch(model, loss, optimizer, batches):
        model.train()
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss(model(inputs), targets).backward()
            optimizer.step()

    return _fit(*args, epoch_of=epoch)


@replaces("fit", "the validation batches were used for updates")
def TrainsOnValidationToo(model, loss, optimizer, training, validation, epochs, patience):
    return _fit(model, loss, optimizer, [*training, *validation], validation, epochs, patience)


@replaces("fit", "swapped")
def SwapsTheCurves(*args):
    training, validation = _fit(*args)
    return validation, training


@replaces("fit", "before each update")
def MeasuresWhileItTrains(model, loss, optimizer, training, validation, epochs, patience):
    curve = []

    def epoch(model, loss, optimizer, batches):
        device = next(model.parameters()).device
        model.train()
        total, count = 0.0, 0
        for inputs, targets in batches:
            optimizer.zero_grad()
            value = loss(model(inputs.to(device)), targets.to(device))
            value.backward()
            optimizer.step()
            total, count = total + value.item() * len(inputs), count + len(inputs)
        curve.append(total / count)

    _, other = _fit(model, loss, optimizer, training, validation, epochs, patience, epoch_of=epoch)
    return curve, other


@replaces("fit", "before the epoch")
def MeasuresBeforeTheEpoch(model, loss, optimizer, training, validation, epochs, patience):
    before = _evaluate(model, loss, training), _evaluate(model, loss, validation)
    curves = _fit(model, loss, optimizer, training, validation, epochs, patience)
    return tuple([first, *curve[:-1]] for first, curve in zip(before, curves))


@replaces("fit", "model.train()")
def TrainsInEvaluation(*args):
    def epoch(model, loss, optimizer, batches):
        device = next(model.parameters()).device
        model.eval()
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss(model(inputs.to(device)), targets.to(device)).backward()
            optimizer.step()

    return _fit(*args, epoch_of=epoch)


@replaces("fit", "model.train()")
def StaysInEvaluationFromTheSecondEpochOn(model, *args):
    def measure(*args):
        result = _evaluate(*args)
        args[0].eval()
        return result

    def epoch(model, loss, optimizer, batches):
        device = next(model.parameters()).device
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss(model(inputs.to(device)), targets.to(device)).backward()
            optimizer.step()

    model.train()
    return _fit(model, *args, epoch_of=epoch, measure=measure)


@replaces("fit", "were measured in training mode")
def ValidatesInTraining(*args):
    def measure(model, loss, batches):
        device = next(model.parameters()).device
        total, count = 0.0, 0
        with torch.no_grad():
            for inputs, targets in batches:
                total += loss(model(inputs.to(device)), targets.to(device)).item() * len(inputs)
                count += len(inputs)
        return total / count

    return _fit(*args, measure=measure)


@replaces("fit", "ends in evaluation mode")
def EndsInTraining(model, *args):
    result = _fit(model, *args)
    model.train()
    return result


@replaces("fit", "of the last epoch")
def KeepsTheLastState(*args):
    return _fit(*args, restore=lambda model, best: None)


@replaces("fit", "copy")
def KeepsTheStateItself(*args):
    return _fit(*args, keep=lambda model: model.state_dict())


@replaces("fit", "copy")
def CopiesTheDictionaryOnly(*args):
    return _fit(*args, keep=lambda model: copy.copy(model.state_dict()))


@replaces("fit", "buffer")
def ForgetsTheBuffers(*args):
    return _fit(
        *args,
        keep=lambda model: {name: each.detach().clone() for name, each in model.named_parameters()},
        restore=lambda model, best: model.load_state_dict(best, strict=False),
    )


@replaces("fit", "the training loss does not matter")
def WatchesTheTrainingLoss(*args):
    return _fit(*args, watch=lambda train, valid: train)


@replaces("fit", "did not stop")
def NeverStops(*args):
    return _fit(*args, stop=lambda *args: False)


@replaces("fit", "one epoch too late")
def WaitsOneMore(*args):
    return _fit(*args, stop=lambda waited, patience, losses: waited > patience)


@replaces("fit", "one epoch too early")
def WaitsOneLess(*args):
    return _fit(*args, stop=lambda waited, patience, losses: waited >= max(patience - 1, 1))


@replaces("fit", "does not wait")
def StopsAtTheFirstRise(*args):
    return _fit(*args, stop=lambda waited, patience, losses: True)


@replaces("fit", "the lowest one before")
def CountsRisesOnly(*args):
    def stop(waited, patience, losses):
        rises = 0
        for one, two in zip(losses, losses[1:]):
            rises = rises + 1 if two >= one else 0
        return rises >= patience

    return _fit(*args, stop=stop)


@replaces("fit", "in a row")
def ForgetsToResetTheCount(*args):
    def stop(waited, patience, losses):
        return sum(two >= min(losses[: place + 1]) for place, two in enumerate(losses[1:])) >= patience

    return _fit(*args, stop=stop)


@replaces("fit", "of equal losses")
def TakesTheLastOfEqualLosses(*args):
    return _fit(*args, better=lambda new, losses: new <= min(losses, default=float("inf")))


@replaces("fit", "by however little")
def AsksForALargerFall(*args):
    return _fit(*args, better=lambda new, losses: new < min(losses, default=float("inf")) - 1e-4)


@replaces("fit", ".item() takes the number out")
def GivesTensors(*args):
    return tuple([torch.tensor(each) for each in curve] for curve in _fit(*args))


@replaces("fit", "each epoch that was run")
def CutsTheCurvesAtTheBest(*args):
    training, validation = _fit(*args)
    best = validation.index(min(validation)) + 1
    return training[:best], validation[:best]


@replaces("fit", "the list of training losses is")
def GivesTheBestLossOnly(*args):
    training, validation = _fit(*args)
    best = validation.index(min(validation))
    return training[best], validation[best]


class CachesTheLoss:
    """the loss"""

    _kept = {}

    def evaluate(model, loss, batches):
        if "value" not in CachesTheLoss._kept:
            CachesTheLoss._kept["value"] = _evaluate(model, loss, batches)
        return CachesTheLoss._kept["value"]
