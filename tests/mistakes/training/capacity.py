"""Wrong answers to training/capacity."""

import functools

import torch

from dojo.runner.variants import body, replaces


def _levels(x, y, size, empty=None):
    members = (x * size).long().unsqueeze(1) == torch.arange(size, device=x.device)
    counts = members.sum(dim=0)
    return torch.where(counts > 0, members.to(y.dtype).T @ y / counts, y.mean() if empty is None else empty)


def _loss(levels, x, y, place=lambda x, size: (x * size).long()):
    return (levels[place(x, len(levels))] - y).square().mean().item()


def _losses(training, validation, size):
    levels = _levels(*training, size)
    return _loss(levels, *training), _loss(levels, *validation)


def _grow(fit, start, largest, enough):
    size = start
    while size <= largest:
        if fit(size)[0] <= enough:
            return size
        size *= 2
    raise ValueError


def _shrink(fit, size):
    lowest = fit(size)[1]
    while size > 1:
        loss = fit(size - 1)[1]
        if not loss < lowest:
            break
        size, lowest = size - 1, loss
    return size


OneBinMore = body("staircase_losses", "return _losses(training, validation, size + 1)", "bins")
OneBinFewer = body("staircase_losses", "return _losses(training, validation, max(size - 1, 1))", "bins")
AlwaysOneLevel = body("staircase_losses", "return _losses(training, validation, 1)", "the mean of all training targets")


@replaces("staircase_losses", "the training loss comes first")
def SwapsTheLosses(*args):
    return _losses(*args)[::-1]


@replaces("staircase_losses", "no training samples")
def EmptyBinsAreNan(training, validation, size):
    levels = _levels(*training, size, torch.full((), float("nan"), dtype=training[1].dtype, device=training[1].device))
    return _loss(levels, *training), _loss(levels, *validation)


@replaces("staircase_losses", "no training samples")
def EmptyBinsAreZero(training, validation, size):
    levels = _levels(*training, size, torch.zeros((), dtype=training[1].dtype, device=training[1].device))
    return _loss(levels, *training), _loss(levels, *validation)


@replaces("staircase_losses", "the mean of the other bins")
def EmptyBinsAreTheMeanOfTheOthers(training, validation, size):
    levels = _levels(*training, size)
    place = (training[0] * size).long()
    levels = _levels(*training, size, levels[place.unique()].mean())
    return _loss(levels, *training), _loss(levels, *validation)


@replaces("staircase_losses", "on its left")
def PutsEdgesToTheLeft(training, validation, size):
    def place(x, size):
        return ((x * size).ceil().long() - 1).clamp(min=0)

    x, y = training
    members = place(x, size).unsqueeze(1) == torch.arange(size, device=x.device)
    counts = members.sum(dim=0)
    levels = torch.where(counts > 0, members.to(y.dtype).T @ y / counts, y.mean())
    return _loss(levels, *training, place), _loss(levels, *validation, place)


@replaces("staircase_losses", "the means of the validation targets")
def FitsTheValidationSet(training, validation, size):
    return _losses(training, validation, size)[0], _loss(_levels(*validation, size), *validation)


@replaces("staircase_losses", "fitted to the validation samples too")
def FitsBothSets(training, validation, size):
    levels = _levels(*(torch.cat(pair) for pair in zip(training, validation)), size)
    return _loss(levels, *training), _loss(levels, *validation)


@replaces("staircase_losses", "rounded")
def RoundsToTheNearest(training, validation, size):
    def place(x, size):
        return (x * size).round().long().clamp(max=size - 1)

    x, y = training
    members = place(x, size).unsqueeze(1) == torch.arange(size, device=x.device)
    counts = members.sum(dim=0)
    levels = torch.where(counts > 0, members.to(y.dtype).T @ y / counts, y.mean())
    return _loss(levels, *training, place), _loss(levels, *validation, place)


@replaces("staircase_losses", "sums")
def GivesSums(training, validation, size):
    one, two = _losses(training, validation, size)
    return one * len(training[0]), two * len(validation[0])


@replaces("staircase_losses", "root")
def GivesTheRoots(*args):
    return tuple(each**0.5 for each in _losses(*args))


@replaces("staircase_losses", ".item() takes the number out")
def GivesTensors(*args):
    return tuple(torch.tensor(each) for each in _losses(*args))


@replaces("staircase_losses", "same device")
def NumbersOnTheCpu(training, validation, size):
    x, y = training
    members = (x * size).long().unsqueeze(1) == torch.arange(size)
    counts = members.sum(dim=0)
    levels = torch.where(counts > 0, members.to(y.dtype).T @ y / counts, y.mean())
    return _loss(levels, *training), _loss(levels, *validation)


@replaces("staircase_losses", "from 0 to 1")
def CutsTheRangeOfTheData(training, validation, size):
    low, high = training[0].min(), training[0].max()

    def scaled(pair):
        return ((pair[0] - low) / (high - low)).clamp(0, 0.9999), pair[1]

    return _losses(scaled(training), scaled(validation), size)


@replaces("staircase_losses", "changed its input")
def ChangesTheSamples(training, validation, size):
    result = _losses(training, validation, size)
    training[0].mul_(size)
    return result


LooksAtTheValidationLoss = body(
    "grow", "return _grow(lambda size: fit(size)[::-1], start, largest, enough)", "the validation loss"
)
GivesTheSizeBefore = body("grow", "return max(_grow(fit, start, largest, enough) // 2, 1)", "the size before")
StartsAtOne = body("grow", "return _grow(fit, 1, largest, enough)", "begins at")


@replaces("grow", "doubles")
def GrowsByOne(fit, start, largest, enough):
    size = start
    while size <= largest:
        if fit(size)[0] <= enough:
            return size
        size += 1
    raise ValueError


@replaces("grow", "doubles")
def GrowsByTheStart(fit, start, largest, enough):
    size = start
    while size <= largest:
        if fit(size)[0] <= enough:
            return size
        size += start
    raise ValueError


@replaces("grow", "at most")
def TakesEnoughForTooMuch(fit, start, largest, enough):
    size = start
    while size <= largest:
        if fit(size)[0] < enough:
            return size
        size *= 2
    raise ValueError


@replaces("grow", "further sizes")
def FitsAllSizes(fit, start, largest, enough):
    sizes = [start]
    while sizes[-1] * 2 <= largest:
        sizes.append(sizes[-1] * 2)
    fitting = [size for size in sizes if fit(size)[0] <= enough]
    if not fitting:
        raise ValueError
    return fitting[0]


@replaces("grow", "the first")
def GrowsToTheBest(fit, start, largest, enough):
    sizes, losses = [start], [fit(start)[0]]
    while sizes[-1] * 2 <= largest:
        sizes.append(sizes[-1] * 2)
        losses.append(fit(sizes[-1])[0])
    if min(losses) > enough:
        raise ValueError
    return sizes[losses.index(min(losses))]


@replaces("grow", "raised nothing")
def GrowsOn(fit, start, largest, enough):
    size = start
    while fit(size)[0] > enough:
        size *= 2
        if size > 4 * largest:
            raise ValueError
    return size


@replaces("grow", "raised nothing")
def SettlesForTheLargest(fit, start, largest, enough):
    try:
        return _grow(fit, start, largest, enough)
    except ValueError:
        return largest


@replaces("grow", "largest itself")
def ForgetsTheLargest(fit, start, largest, enough):
    size = start
    while size < largest:
        if fit(size)[0] <= enough:
            return size
        size *= 2
    raise ValueError


@replaces("grow", "twice")
def ReadsEachLossAnew(fit, start, largest, enough):
    size = start
    while size <= largest and fit(size)[0] > enough:
        size *= 2
    if size > largest or fit(size)[0] > enough:
        raise ValueError
    return size


ShrinksByTheTrainingLoss = body("shrink", "return _shrink(lambda size: fit(size)[::-1], size)", "the training loss")
ShrinksOnceTooOften = body("shrink", "return max(_shrink(fit, size) - 1, 1)", "one step too far")
StaysWhereItIs = body("shrink", "return size", "go down by 1")


@replaces("shrink", "first")
def ShrinksToTheLowestOfAll(fit, size):
    losses = {each: fit(each)[1] for each in range(size, 0, -1)}
    return min(losses, key=losses.get)


@replaces("shrink", "an equal loss")
def ShrinksOnEqualLosses(fit, size):
    lowest = fit(size)[1]
    while size > 1:
        loss = fit(size - 1)[1]
        if loss > lowest:
            break
        size, lowest = size - 1, loss
    return size


@replaces("shrink", "size 0")
def ShrinksToNothing(fit, size):
    lowest = fit(size)[1]
    while (loss := fit(size - 1)[1]) < lowest:
        size, lowest = size - 1, loss
    return size


@replaces("shrink", "by 1")
def HalvesTheSize(fit, size):
    lowest = fit(size)[1]
    while size > 1:
        loss = fit(size // 2)[1]
        if not loss < lowest:
            break
        size, lowest = size // 2, loss
    return size


@replaces("shrink", "the one before")
def ComparesWithTheFirst(fit, size):
    first = fit(size)[1]
    while size > 1 and fit(size - 1)[1] < first:
        size -= 1
    return size


@replaces("shrink", "size 1")
def StopsAtTwo(fit, size):
    lowest = fit(size)[1]
    while size > 2:
        loss = fit(size - 1)[1]
        if not loss < lowest:
            break
        size, lowest = size - 1, loss
    return size


@replaces("shrink", "twice")
def FitsTwiceOnTheWayDown(fit, size):
    while size > 1 and fit(size - 1)[1] < fit(size)[1]:
        size -= 1
    return size


class GivesTheLossToo:
    """(6, 0.4), expected an int"""

    def shrink(fit, size):
        size = _shrink(fit, size)
        return size, fit(size)[1]

    def choose_size(*args):
        return _shrink(functools.cache(args[0]), _grow(*args))


OnlyGrows = body("choose_size", "return _grow(fit, start, largest, enough)", "grown, and did not shrink")
OnlyShrinks = body("choose_size", "return _shrink(fit, largest)", "from the largest")
FitsAgain = body("choose_size", "return _shrink(fit, _grow(fit, start, largest, enough))", "twice")


@replaces("choose_size", "shrink on")
def StaysLargeEnough(fit, start, largest, enough):
    once = functools.cache(fit)
    size = _grow(once, start, largest, enough)
    while size > 1 and once(size - 1)[1] < once(size)[1] and once(size - 1)[0] <= enough:
        size -= 1
    return size


@replaces("choose_size", "of all sizes fitted")
def TakesTheLowestOfBothStages(fit, start, largest, enough):
    known = {}

    def once(size):
        if size not in known:
            known[size] = fit(size)
        return known[size]

    _shrink(once, _grow(once, start, largest, enough))
    return min(known, key=lambda size: known[size][1])


@replaces("choose_size", "fitted")
def FitsEverySize(fit, start, largest, enough):
    known = {size: fit(size) for size in range(1, largest + 1)}
    return _shrink(known.get, _grow(known.get, start, largest, enough))


class RemembersForEver:
    """an earlier call"""

    _known = {}

    def choose_size(fit, start, largest, enough):
        known = RemembersForEver._known

        def once(size):
            if size not in known:
                known[size] = fit(size)
            return known[size]

        return _shrink(once, _grow(once, start, largest, enough))
