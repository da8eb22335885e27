"""Wrong answers to training/capacity."""

import functools

import torch


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


class SwapsTheLosses:
    """the training loss comes first"""

    def staircase_losses(*args):
        return _losses(*args)[::-1]


class EmptyBinsAreNan:
    """no training samples"""

    def staircase_losses(training, validation, size):
        levels = _levels(
            *training, size, torch.full((), float("nan"), dtype=training[1].dtype, device=training[1].device)
        )
        return _loss(levels, *training), _loss(levels, *validation)


class EmptyBinsAreZero:
    """no training samples"""

    def staircase_losses(training, validation, size):
        levels = _levels(*training, size, torch.zeros((), dtype=training[1].dtype, device=training[1].device))
        return _loss(levels, *training), _loss(levels, *validation)


class EmptyBinsAreTheMeanOfTheOthers:
    """the mean of the other bins"""

    def staircase_losses(training, validation, size):
        levels = _levels(*training, size)
        place = (training[0] * size).long()
        levels = _levels(*training, size, levels[place.unique()].mean())
        return _loss(levels, *training), _loss(levels, *validation)


class PutsEdgesToTheLeft:
    """on its left"""

    def staircase_losses(training, validation, size):
        def place(x, size):
            return ((x * size).ceil().long() - 1).clamp(min=0)

        x, y = training
        members = place(x, size).unsqueeze(1) == torch.arange(size, device=x.device)
        counts = members.sum(dim=0)
        levels = torch.where(counts > 0, members.to(y.dtype).T @ y / counts, y.mean())
        return _loss(levels, *training, place), _loss(levels, *validation, place)


class FitsTheValidationSet:
    """the means of the validation targets"""

    def staircase_losses(training, validation, size):
        return _losses(training, validation, size)[0], _loss(_levels(*validation, size), *validation)


class FitsBothSets:
    """fitted to the validation samples too"""

    def staircase_losses(training, validation, size):
        levels = _levels(*(torch.cat(pair) for pair in zip(training, validation)), size)
        return _loss(levels, *training), _loss(levels, *validation)


class RoundsToTheNearest:
    """rounded"""

    def staircase_losses(training, validation, size):
        def place(x, size):
            return (x * size).round().long().clamp(max=size - 1)

        x, y = training
        members = place(x, size).unsqueeze(1) == torch.arange(size, device=x.device)
        counts = members.sum(dim=0)
        levels = torch.where(counts > 0, members.to(y.dtype).T @ y / counts, y.mean())
        return _loss(levels, *training, place), _loss(levels, *validation, place)


class OneBinMore:
    """bins"""

    def staircase_losses(training, validation, size):
        return _losses(training, validation, size + 1)


class OneBinFewer:
    """bins"""

    def staircase_losses(training, validation, size):
        return _losses(training, validation, max(size - 1, 1))


class GivesSums:
    """sums"""

    def staircase_losses(training, validation, size):
        one, two = _losses(training, validation, size)
        return one * len(training[0]), two * len(validation[0])


class GivesTheRoots:
    """root"""

    def staircase_losses(*args):
        return tuple(each**0.5 for each in _losses(*args))


class GivesTensors:
    """.item() takes the number out"""

    def staircase_losses(*args):
        return tuple(torch.tensor(each) for each in _losses(*args))


class NumbersOnTheCpu:
    """same device"""

    def staircase_losses(training, validation, size):
        x, y = training
        members = (x * size).long().unsqueeze(1) == torch.arange(size)
        counts = members.sum(dim=0)
        levels = torch.where(counts > 0, members.to(y.dtype).T @ y / counts, y.mean())
        return _loss(levels, *training), _loss(levels, *validation)


class AlwaysOneLevel:
    """the mean of all training targets"""

    def staircase_losses(training, validation, size):
        return _losses(training, validation, 1)


class CutsTheRangeOfTheData:
    """from 0 to 1"""

    def staircase_losses(training, validation, size):
        low, high = training[0].min(), training[0].max()

        def scaled(pair):
            return ((pair[0] - low) / (high - low)).clamp(0, 0.9999), pair[1]

        return _losses(scaled(training), scaled(validation), size)


class ChangesTheSamples:
    """changed its input"""

    def staircase_losses(training, validation, size):
        result = _losses(training, validation, size)
        training[0].mul_(size)
        return result


class GrowsByOne:
    """doubles"""

    def grow(fit, start, largest, enough):
        size = start
        while size <= largest:
            if fit(size)[0] <= enough:
                return size
            size += 1
        raise ValueError


class GrowsByTheStart:
    """doubles"""

    def grow(fit, start, largest, enough):
        size = start
        while size <= largest:
            if fit(size)[0] <= enough:
                return size
            size += start
        raise ValueError


class LooksAtTheValidationLoss:
    """the validation loss"""

    def grow(fit, start, largest, enough):
        return _grow(lambda size: fit(size)[::-1], start, largest, enough)


class TakesEnoughForTooMuch:
    """at most"""

    def grow(fit, start, largest, enough):
        size = start
        while size <= largest:
            if fit(size)[0] < enough:
                return size
            size *= 2
        raise ValueError


class GivesTheSizeBefore:
    """the size before"""

    def grow(fit, start, largest, enough):
        return max(_grow(fit, start, largest, enough) // 2, 1)


class FitsAllSizes:
    """further sizes"""

    def grow(fit, start, largest, enough):
        sizes = [start]
        while sizes[-1] * 2 <= largest:
            sizes.append(sizes[-1] * 2)
        fitting = [size for size in sizes if fit(size)[0] <= enough]
        if not fitting:
            raise ValueError
        return fitting[0]


class GrowsToTheBest:
    """the first"""

    def grow(fit, start, largest, enough):
        sizes, losses = [start], [fit(start)[0]]
        while sizes[-1] * 2 <= largest:
            sizes.append(sizes[-1] * 2)
            losses.append(fit(sizes[-1])[0])
        if min(losses) > enough:
            raise ValueError
        return sizes[losses.index(min(losses))]


class GrowsOn:
    """raised nothing"""

    def grow(fit, start, largest, enough):
        size = start
        while fit(size)[0] > enough:
            size *= 2
            if size > 4 * largest:
                raise ValueError
        return size


class SettlesForTheLargest:
    """raised nothing"""

    def grow(fit, start, largest, enough):
        try:
            return _grow(fit, start, largest, enough)
        except ValueError:
            return largest


class ForgetsTheLargest:
    """largest itself"""

    def grow(fit, start, largest, enough):
        size = start
        while size < largest:
            if fit(size)[0] <= enough:
                return size
            size *= 2
        raise ValueError


class StartsAtOne:
    """begins at"""

    def grow(fit, start, largest, enough):
        return _grow(fit, 1, largest, enough)


class ReadsEachLossAnew:
    """twice"""

    def grow(fit, start, largest, enough):
        size = start
        while size <= largest and fit(size)[0] > enough:
            size *= 2
        if size > largest or fit(size)[0] > enough:
            raise ValueError
        return size


class ShrinksByTheTrainingLoss:
    """the training loss"""

    def shrink(fit, size):
        return _shrink(lambda size: fit(size)[::-1], size)


class ShrinksToTheLowestOfAll:
    """first"""

    def shrink(fit, size):
        losses = {each: fit(each)[1] for each in range(size, 0, -1)}
        return min(losses, key=losses.get)


class ShrinksOnceTooOften:
    """one step too far"""

    def shrink(fit, size):
        return max(_shrink(fit, size) - 1, 1)


class ShrinksOnEqualLosses:
    """an equal loss"""

    def shrink(fit, size):
        lowest = fit(size)[1]
        while size > 1:
            loss = fit(size - 1)[1]
            if loss > lowest:
                break
            size, lowest = size - 1, loss
        return size


class ShrinksToNothing:
    """size 0"""

    def shrink(fit, size):
        lowest = fit(size)[1]
        while (loss := fit(size - 1)[1]) < lowest:
            size, lowest = size - 1, loss
        return size


class HalvesTheSize:
    """by 1"""

    def shrink(fit, size):
        lowest = fit(size)[1]
        while size > 1:
            loss = fit(size // 2)[1]
            if not loss < lowest:
                break
            size, lowest = size // 2, loss
        return size


class ComparesWithTheFirst:
    """the one before"""

    def shrink(fit, size):
        first = fit(size)[1]
        while size > 1 and fit(size - 1)[1] < first:
            size -= 1
        return size


class StaysWhereItIs:
    """go down by 1"""

    def shrink(fit, size):
        return size


class StopsAtTwo:
    """size 1"""

    def shrink(fit, size):
        lowest = fit(size)[1]
        while size > 2:
            loss = fit(size - 1)[1]
            if not loss < lowest:
                break
            size, lowest = size - 1, loss
        return size


class FitsTwiceOnTheWayDown:
    """twice"""

    def shrink(fit, size):
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


class OnlyGrows:
    """grown, and did not shrink"""

    def choose_size(fit, start, largest, enough):
        return _grow(fit, start, largest, enough)


class OnlyShrinks:
    """from the largest"""

    def choose_size(fit, start, largest, enough):
        return _shrink(fit, largest)


class FitsAgain:
    """twice"""

    def choose_size(fit, start, largest, enough):
        return _shrink(fit, _grow(fit, start, largest, enough))


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


class StaysLargeEnough:
    """shrink on"""

    def choose_size(fit, start, largest, enough):
        once = functools.cache(fit)
        size = _grow(once, start, largest, enough)
        while size > 1 and once(size - 1)[1] < once(size)[1] and once(size - 1)[0] <= enough:
            size -= 1
        return size


class TakesTheLowestOfBothStages:
    """of all sizes fitted"""

    def choose_size(fit, start, largest, enough):
        known = {}

        def once(size):
            if size not in known:
                known[size] = fit(size)
            return known[size]

        _shrink(once, _grow(once, start, largest, enough))
        return min(known, key=lambda size: known[size][1])


class FitsEverySize:
    """fitted"""

    def choose_size(fit, start, largest, enough):
        known = {size: fit(size) for size in range(1, largest + 1)}
        return _shrink(known.get, _grow(known.get, start, largest, enough))
