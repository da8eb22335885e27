"""Wrong answers to data/value_kinds."""

import torch

from dojo.runner.variants import body, replaces


def build(columns, levels, device, numbers=None, one_hot=None):
    def plain(name, column):
        if not isinstance(column, torch.Tensor):
            raise ValueError(name)
        return column.float().unsqueeze(1)

    def hot(name, column):
        order = list(levels[name])
        values = column.tolist() if isinstance(column, torch.Tensor) else column
        codes = torch.tensor([order.index(value) for value in values], device=device)
        return torch.eye(len(order), device=device)[codes]

    numbers, one_hot = numbers or plain, one_hot or hot
    blocks = [one_hot(name, c) if name in levels else numbers(name, c) for name, c in columns.items()]
    return torch.cat(blocks, dim=1)


def listed(column):
    return column.tolist() if isinstance(column, torch.Tensor) else list(column)


LooksAtTheOrderAlone = body(
    "kind", 'return "continuous" if ordered else "categorical"', "are also ordered; without distances"
)


@replaces("kind", "where differences or ratios mean something")
def NeverSaysContinuous(ordered, distances):
    if distances and not ordered:
        raise ValueError
    return "ordinal" if ordered else "categorical"


@replaces("kind", "an order is more than a name has")
def TakesTheOrderedForCategorical(ordered, distances):
    if distances and not ordered:
        raise ValueError
    return "continuous" if distances else "categorical"


@replaces("kind", "an order is more than a name has")
def SwapsOrdinalAndCategorical(ordered, distances):
    if distances and not ordered:
        raise ValueError
    return "continuous" if distances else "categorical" if ordered else "ordinal"


@replaces("kind", "no order")
def CallsAllUnorderedOrdinal(ordered, distances):
    if distances and not ordered:
        raise ValueError
    return "continuous" if distances else "ordinal"


@replaces("kind", "raised nothing; it must raise ValueError")
def BelievesTheContradiction(ordered, distances):
    return "continuous" if distances else "ordinal" if ordered else "categorical"


@replaces("kind", "raised nothing; it must raise ValueError")
def CallsTheContradictionCategorical(ordered, distances):
    return "categorical" if not ordered else "continuous" if distances else "ordinal"


@replaces("representation", "continuous values are taken as they are")
def AlwaysTakesOneHot(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    return "one-hot" if count <= widest else "embedding"


@replaces("representation", "continuous values are taken as they are")
def TakesFewContinuousValuesForClasses(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    if kind == "continuous":
        return "as is" if count > widest else "one-hot"
    return "as is" if kind == "ordinal" and as_numbers else "one-hot" if count <= widest else "embedding"


@replaces("representation", "if its distances are not to count")
def TakesOrdinalValuesAlwaysAsTheyAre(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    return "as is" if kind != "categorical" else "one-hot" if count <= widest else "embedding"


@replaces("representation", "its values are to count as numbers")
def TakesOrdinalValuesAlwaysForClasses(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    return "as is" if kind == "continuous" else "one-hot" if count <= widest else "embedding"


@replaces("representation", "a category's number is only a name")
def TakesNamesForNumbers(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    return "as is" if kind == "continuous" or as_numbers else "one-hot" if count <= widest else "embedding"


@replaces("representation", "too many columns")
def NeverTakesAnEmbedding(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    return "as is" if kind == "continuous" or (kind == "ordinal" and as_numbers) else "one-hot"


@replaces("representation", "too many columns")
def NeverTakesAnEmbeddingForOrdinalValues(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    if kind == "ordinal":
        return "as is" if as_numbers else "one-hot"
    return "as is" if kind == "continuous" else "one-hot" if count <= widest else "embedding"


@replaces("representation", "expected")
def KnowsALimitOfItsOwn(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    return (
        "as is"
        if kind == "continuous" or (kind == "ordinal" and as_numbers)
        else "one-hot"
        if count <= 10
        else "embedding"
    )


@replaces("representation", "still acceptable")
def StopsOneBeforeTheLimit(kind, count, as_numbers, widest):
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError
    return (
        "as is"
        if kind == "continuous" or (kind == "ordinal" and as_numbers)
        else "one-hot"
        if count < widest
        else "embedding"
    )


@replaces("representation", "raised nothing; it must raise ValueError")
def TakesAnyOtherKindForCategorical(kind, count, as_numbers, widest):
    return (
        "as is"
        if kind == "continuous" or (kind == "ordinal" and as_numbers)
        else "one-hot"
        if count <= widest
        else "embedding"
    )


GivesTheColumnsAsRows = body("features", "return build(columns, levels, device).T", "one row for each column")
KeepsTheDtypeOfTheNumbers = body(
    "features", "return build(columns, levels, device, numbers=lambda name, column: column.unsqueeze(1))", "gave dtype"
)
GivesIntegers = body("features", "return build(columns, levels, device).long()", "gave dtype int64")


@replaces("features", "taken as they are")
def StandardisesOnTheWay(columns, levels, device):
    def scaled(name, column):
        column = column.float()
        return ((column - column.mean()) / column.std()).unsqueeze(1)

    return build(columns, levels, device, numbers=scaled)


@replaces("features", "behind one another in the order of columns")
def PutsOneHotBehindTheNumbers(columns, levels, device):
    return build(dict(sorted(columns.items(), key=lambda item: item[0] in levels)), levels, device)


@replaces("features", "behind one another in the order of columns")
def SortsTheColumnsByName(columns, levels, device):
    return build(dict(sorted(columns.items())), levels, device)


@replaces("features", "the order of the levels is another")
def SortsTheLevels(columns, levels, device):
    return build(columns, {name: sorted(each) for name, each in levels.items()}, device)


@replaces("features", "only the values that occur")
def TakesTheLevelsFromTheTable(columns, levels, device):
    known = {}
    for name, order in levels.items():
        if not set(listed(columns[name])) <= set(order):
            raise ValueError(name)
        known[name] = [level for level in order if level in listed(columns[name])]
    return build(columns, known, device)


@replaces("features", "the place of each value among the levels")
def NumbersTheLevels(columns, levels, device):
    def number(name, column):
        order = list(levels[name])
        return torch.tensor([[float(order.index(v))] for v in listed(column)], device=device)

    return build(columns, levels, device, one_hot=number)


@replaces("features", "one level has no column")
def LeavesTheLastLevelOut(columns, levels, device):
    def fewer(name, column):
        order = list(levels[name])
        codes = torch.tensor([order.index(v) for v in listed(column)], device=device)
        return torch.eye(len(order), device=device)[codes][:, :-1]

    return build(columns, levels, device, one_hot=fewer)


@replaces("features", "and all levels before it")
def MarksAtLeast(columns, levels, device):
    def steps(name, column):
        order = list(levels[name])
        codes = torch.tensor([order.index(v) for v in listed(column)], device=device)
        return torch.ones(len(order), len(order), device=device).tril()[codes]

    return build(columns, levels, device, one_hot=steps)


@replaces("features", "raised")
def IndexesByTheNumberItself(columns, levels, device):
    def by_number(name, column):
        order = list(levels[name])
        if isinstance(column, torch.Tensor):
            return torch.nn.functional.one_hot(column.long(), len(order)).float()
        codes = torch.tensor([order.index(v) for v in column], device=device)
        return torch.eye(len(order), device=device)[codes]

    return build(columns, levels, device, one_hot=by_number)


@replaces("features", "its numbers are still there as they are")
def KeepsTheNumbersThatHaveLevels(columns, levels, device):
    words = {name: each for name, each in levels.items() if not isinstance(columns[name], torch.Tensor)}
    return build(columns, words, device)


@replaces("features", "is not among its column's levels")
def GivesZerosForUnknownValues(columns, levels, device):
    def hot(name, column):
        return torch.tensor([[float(v == level) for level in levels[name]] for v in listed(column)], device=device)

    return build(columns, levels, device, one_hot=hot)


@replaces("features", "raised KeyError")
def RaisesKeyErrorForUnknownValues(columns, levels, device):
    def hot(name, column):
        places = {level: i for i, level in enumerate(levels[name])}
        codes = torch.tensor([places[v] for v in listed(column)], device=device)
        return torch.eye(len(places), device=device)[codes]

    return build(columns, levels, device, one_hot=hot)


@replaces("features", "a column of words has no levels")
def NumbersWordsWithoutLevels(columns, levels, device):
    def numbers(name, column):
        if isinstance(column, torch.Tensor):
            return column.float().unsqueeze(1)
        order = sorted(set(column))
        return torch.tensor([[float(order.index(v))] for v in column], device=device)

    return build(columns, levels, device, numbers=numbers)


@replaces("features", "gave a view of the same storage")
def GivesAViewOfTheOnlyColumn(columns, levels, device):
    if len(columns) == 1 and not levels:
        return next(iter(columns.values())).float().unsqueeze(1)
    return build(columns, levels, device)


@replaces("features", "a tensor made without device= lies on the CPU")
def MakesOneHotOnTheCpu(columns, levels, device):
    def hot(name, column):
        order = list(levels[name])
        return torch.eye(len(order))[torch.tensor([order.index(v) for v in listed(column)])]

    return build(columns, levels, device, one_hot=hot)


@replaces("features", "a tensor made without device= lies on the CPU")
def MakesTheMatrixOnTheCpu(columns, levels, device):
    return torch.tensor(build(columns, levels, device).tolist())


@replaces("features", "when a value lies between two levels")
def CutsNumbersOffBeforeItLooksThemUp(columns, levels, device):
    def hot(name, column):
        order = list(levels[name])
        values = [int(v) for v in column] if isinstance(column, torch.Tensor) else column
        return torch.eye(len(order), device=device)[torch.tensor([order.index(v) for v in values], device=device)]

    return build(columns, levels, device, one_hot=hot)


@replaces("features", "when a value lies between two levels")
def RoundsNumbersBeforeItLooksThemUp(columns, levels, device):
    def hot(name, column):
        order = list(levels[name])
        values = [round(v) for v in column.tolist()] if isinstance(column, torch.Tensor) else column
        return torch.eye(len(order), device=device)[torch.tensor([order.index(v) for v in values], device=device)]

    return build(columns, levels, device, one_hot=hot)
