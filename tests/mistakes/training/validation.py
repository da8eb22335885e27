"""Wrong answers to training/validation."""

import copy

import torch


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


class HoldsOutTheLast:
    """at random"""

    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        order = torch.arange(count)
        return order[: count - held_out], order[count - held_out :]


class SwapsTheTwo:
    """the training samples come first"""

    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        order = torch.randperm(count, generator=generator)
        return order[:held_out], order[held_out:]


class DrawsTwice:
    """in both"""

    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        one, two = torch.randperm(count, generator=generator), torch.randperm(count, generator=generator)
        return one[held_out:], two[:held_out]


class TrainsOnAll:
    """shape (13,), expected shape (8,)"""

    def split(count, held_out, generator):
        order = torch.randperm(count, generator=generator)
        return order, order[:held_out]


class DrawsWithReplacement:
    """without replacement"""

    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        drawn = torch.randint(max(count, 1), (count,), generator=generator)
        return drawn[held_out:], drawn[:held_out]


class UsesTheGlobalGenerator:
    """global generator"""

    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        order = torch.randperm(count)
        return order[held_out:], order[:held_out]


class SeedsAnew:
    """moves on"""

    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        order = torch.randperm(count, generator=torch.Generator().manual_seed(generator.initial_seed()))
        return order[held_out:], order[:held_out]


class CountsFromTheEnd:
    """with 0 held out"""

    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        order = torch.randperm(count, generator=generator)
        return order[:-held_out], order[-held_out:]


class HoldsOutAnything:
    """more samples are to be held out than there are"""

    def split(count, held_out, generator):
        order = torch.randperm(count, generator=generator)
        return order[held_out:], order[:held_out]


class HoldsOutEveryFew:
    """at random"""

    def split(count, held_out, generator):
        if not 0 <= held_out <= count:
            raise ValueError
        start = int(torch.randint(max(count, 1), (), generator=generator))
        order = (torch.arange(count) + start) % max(count, 1)
        return order[held_out:].sort().values, order[:held_out].sort().values


class AveragesOverBatches:
    """mean of the batches' means"""

    def evaluate(model, loss, batches):
        losses = []

        def noted(outputs, targets):
            losses.append(loss(outputs, targets))
            return losses[-1]

        _evaluate(model, noted, batches)
        return torch.stack(losses).mean().item()


class GivesTheLastBatch:
    """last batch"""

    def evaluate(model, loss, batches):
        losses = []

        def noted(outputs, targets):
            losses.append(loss(outputs, targets))
            return losses[-1]

        _evaluate(model, noted, batches)
        return losses[-1].item()


class GivesTheSum:
    """sum"""

    def evaluate(model, loss, batches):
        batches = list(batches)
        return _evaluate(model, loss, batches) * sum(len(inputs) for inputs, _ in batches)


class DropsTheSmallBatch:
    """left out"""

    def evaluate(model, loss, batches):
        batches = list(batches)
        return _evaluate(model, loss, [each for each in batches if len(each[0]) == len(batches[0][0])])


class MultipliesByTheFirstSize:
    """of the first batch"""

    def evaluate(model, loss, batches):
        batches = list(batches)
        total = sum(_evaluate(model, loss, [each]) * len(batches[0][0]) for each in batches)
        return total / sum(len(inputs) for inputs, _ in batches)


class GivesATensor:
    """.item() takes the number out"""

    def evaluate(model, loss, batches):
        return torch.tensor(_evaluate(model, loss, batches))


class ReadsTheBatchesTwice:
    """can be gone through once"""

    def evaluate(model, loss, batches):
        count = sum(len(inputs) for inputs, _ in batches)
        return (
            _evaluate(model, lambda o, t: loss(o, t) * len(o), ((i, t) for i, t in batches))
            if count < 0
            else (sum(_evaluate(model, loss, [each]) * len(each[0]) for each in batches) / count)
        )


class LeavesTheDataOnTheCpu:
    """same device"""

    def evaluate(model, loss, batches):
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


class BringsTheModelToTheCpu:
    """the model's parameters lie on"""

    def evaluate(model, loss, batches):
        return _evaluate(model.cpu(), loss, batches)


class MeasuresInTraining:
    """model.eval()"""

    def evaluate(model, loss, batches):
        device = next(model.parameters()).device
        total, count = 0.0, 0
        with torch.no_grad():
            for inputs, targets in batches:
                total += loss(model(inputs.to(device)), targets.to(device)).item() * len(inputs)
                count += len(inputs)
        return total / count


class StaysInEvaluation:
    """stayed in evaluation"""

    def evaluate(model, loss, batches):
        result = _evaluate(model, loss, batches)
        model.eval()
        return result


class PutsTheModelInTraining:
    """put in training"""

    def evaluate(model, loss, batches):
        result = _evaluate(model, loss, batches)
        model.train()
        return result


class RestoresTheWholeOnly:
    """each part has a mode of its own"""

    def evaluate(model, loss, batches):
        mode = model.training
        result = _evaluate(model, loss, batches)
        model.train(mode)
        return result


class RecordsTheEvaluation:
    """torch.no_grad()"""

    def evaluate(model, loss, batches):
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


class SwitchesRecordingOff:
    """still switched off"""

    def evaluate(model, loss, batches):
        torch.set_grad_enabled(False)
        return _evaluate(model, loss, batches)


class SwitchesRecordingOn:
    """is switched on after it"""

    def evaluate(*args):
        result = _evaluate(*args)
        torch.set_grad_enabled(True)
        return result


class ThawsTheModel:
    """a parameter that was frozen"""

    def evaluate(model, loss, batches):
        model.requires_grad_(False)
        result = _evaluate(model, loss, batches)
        model.requires_grad_(True)
        return result


class ClearsTheGradients:
    """gradients stay"""

    def evaluate(model, loss, batches):
        model.zero_grad()
        return _evaluate(model, loss, batches)


class FreezesTheModel:
    """requires_grad"""

    def evaluate(model, loss, batches):
        model.requires_grad_(False)
        return _evaluate(model, loss, batches)


class ForgetsToClear:
    """gradients add up"""

    def fit(*args):
        def epoch(model, loss, optimizer, batches):
            device = next(model.parameters()).device
            model.train()
            for inputs, targets in batches:
                loss(model(inputs.to(device)), targets.to(device)).backward()
                optimizer.step()

        return _fit(*args, epoch_of=epoch)


class ClearsOnceAnEpoch:
    """gradients add up"""

    def fit(*args):
        def epoch(model, loss, optimizer, batches):
            device = next(model.parameters()).device
            model.train()
            optimizer.zero_grad()
            for inputs, targets in batches:
                loss(model(inputs.to(device)), targets.to(device)).backward()
                optimizer.step()

        return _fit(*args, epoch_of=epoch)


class ClearsAfterTheStep:
    """from an earlier backward()"""

    def fit(*args):
        def epoch(model, loss, optimizer, batches):
            device = next(model.parameters()).device
            model.train()
            for inputs, targets in batches:
                loss(model(inputs.to(device)), targets.to(device)).backward()
                optimizer.step()
                optimizer.zero_grad()

        return _fit(*args, epoch_of=epoch)


class StepsOnceAnEpoch:
    """one step for the whole epoch"""

    def fit(*args):
        def epoch(model, loss, optimizer, batches):
            device = next(model.parameters()).device
            model.train()
            optimizer.zero_grad()
            for inputs, targets in batches:
                loss(model(inputs.to(device)), targets.to(device)).backward()
            optimizer.step()

        return _fit(*args, epoch_of=epoch)


class NeverSteps:
    """no step"""

    def fit(*args):
        return _fit(*args, epoch_of=lambda *args: None)


class MakesAnOptimizerOfItsOwn:
    """none of your own"""

    def fit(model, loss, optimizer, *rest):
        return _fit(model, loss, torch.optim.SGD(model.parameters(), optimizer.param_groups[0]["lr"]), *rest)


class TrainsOnTheCpu:
    """same device"""

    def fit(*args):
        def epoch(model, loss, optimizer, batches):
            model.train()
            for inputs, targets in batches:
                optimizer.zero_grad()
                loss(model(inputs), targets).backward()
                optimizer.step()

        return _fit(*args, epoch_of=epoch)


class TrainsOnValidationToo:
    """the validation batches were used for updates"""

    def fit(model, loss, optimizer, training, validation, epochs, patience):
        return _fit(model, loss, optimizer, [*training, *validation], validation, epochs, patience)


class SwapsTheCurves:
    """swapped"""

    def fit(*args):
        training, validation = _fit(*args)
        return validation, training


class MeasuresWhileItTrains:
    """before each update"""

    def fit(model, loss, optimizer, training, validation, epochs, patience):
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


class MeasuresBeforeTheEpoch:
    """before the epoch"""

    def fit(model, loss, optimizer, training, validation, epochs, patience):
        before = _evaluate(model, loss, training), _evaluate(model, loss, validation)
        curves = _fit(model, loss, optimizer, training, validation, epochs, patience)
        return tuple([first, *curve[:-1]] for first, curve in zip(before, curves))


class TrainsInEvaluation:
    """model.train()"""

    def fit(*args):
        def epoch(model, loss, optimizer, batches):
            device = next(model.parameters()).device
            model.eval()
            for inputs, targets in batches:
                optimizer.zero_grad()
                loss(model(inputs.to(device)), targets.to(device)).backward()
                optimizer.step()

        return _fit(*args, epoch_of=epoch)


class StaysInEvaluationFromTheSecondEpochOn:
    """model.train()"""

    def fit(model, *args):
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


class ValidatesInTraining:
    """were measured in training mode"""

    def fit(*args):
        def measure(model, loss, batches):
            device = next(model.parameters()).device
            total, count = 0.0, 0
            with torch.no_grad():
                for inputs, targets in batches:
                    total += loss(model(inputs.to(device)), targets.to(device)).item() * len(inputs)
                    count += len(inputs)
            return total / count

        return _fit(*args, measure=measure)


class EndsInTraining:
    """ends in evaluation mode"""

    def fit(model, *args):
        result = _fit(model, *args)
        model.train()
        return result


class KeepsTheLastState:
    """of the last epoch"""

    def fit(*args):
        return _fit(*args, restore=lambda model, best: None)


class KeepsTheStateItself:
    """copy"""

    def fit(*args):
        return _fit(*args, keep=lambda model: model.state_dict())


class CopiesTheDictionaryOnly:
    """copy"""

    def fit(*args):
        return _fit(*args, keep=lambda model: copy.copy(model.state_dict()))


class ForgetsTheBuffers:
    """buffer"""

    def fit(*args):
        return _fit(
            *args,
            keep=lambda model: {name: each.detach().clone() for name, each in model.named_parameters()},
            restore=lambda model, best: model.load_state_dict(best, strict=False),
        )


class WatchesTheTrainingLoss:
    """the training loss does not matter"""

    def fit(*args):
        return _fit(*args, watch=lambda train, valid: train)


class NeverStops:
    """did not stop"""

    def fit(*args):
        return _fit(*args, stop=lambda *args: False)


class WaitsOneMore:
    """one epoch too late"""

    def fit(*args):
        return _fit(*args, stop=lambda waited, patience, losses: waited > patience)


class WaitsOneLess:
    """one epoch too early"""

    def fit(*args):
        return _fit(*args, stop=lambda waited, patience, losses: waited >= max(patience - 1, 1))


class StopsAtTheFirstRise:
    """does not wait"""

    def fit(*args):
        return _fit(*args, stop=lambda waited, patience, losses: True)


class CountsRisesOnly:
    """the lowest one before"""

    def fit(*args):
        def stop(waited, patience, losses):
            rises = 0
            for one, two in zip(losses, losses[1:]):
                rises = rises + 1 if two >= one else 0
            return rises >= patience

        return _fit(*args, stop=stop)


class ForgetsToResetTheCount:
    """in a row"""

    def fit(*args):
        def stop(waited, patience, losses):
            return sum(two >= min(losses[: place + 1]) for place, two in enumerate(losses[1:])) >= patience

        return _fit(*args, stop=stop)


class TakesTheLastOfEqualLosses:
    """of equal losses"""

    def fit(*args):
        return _fit(*args, better=lambda new, losses: new <= min(losses, default=float("inf")))


class AsksForALargerFall:
    """by however little"""

    def fit(*args):
        return _fit(*args, better=lambda new, losses: new < min(losses, default=float("inf")) - 1e-4)


class GivesTensors:
    """.item() takes the number out"""

    def fit(*args):
        return tuple([torch.tensor(each) for each in curve] for curve in _fit(*args))


class CutsTheCurvesAtTheBest:
    """each epoch that was run"""

    def fit(*args):
        training, validation = _fit(*args)
        best = validation.index(min(validation)) + 1
        return training[:best], validation[:best]


class GivesTheBestLossOnly:
    """the list of training losses is"""

    def fit(*args):
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


class WeightsByFeatures:
    """the loss of three batches"""

    def evaluate(model, loss, batches):
        batches = list(batches)
        total = sum(_evaluate(model, loss, [each]) * each[0].numel() for each in batches)
        return total / sum(len(inputs) for inputs, _ in batches)
