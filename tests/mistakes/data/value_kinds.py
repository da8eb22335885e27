"""Wrong answers to data/value_kinds."""

import torch


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


class LooksAtTheOrderAlone:
    """are also ordered; without distances"""

    def kind(ordered, distances):
        return "continuous" if ordered else "categorical"


class NeverSaysContinuous:
    """where differences or ratios mean something"""

    def kind(ordered, distances):
        if distances and not ordered:
            raise ValueError
        return "ordinal" if ordered else "categorical"


class TakesTheOrderedForCategorical:
    """an order is more than a name has"""

    def kind(ordered, distances):
        if distances and not ordered:
            raise ValueError
        return "continuous" if distances else "categorical"


class SwapsOrdinalAndCategorical:
    """an order is more than a name has"""

    def kind(ordered, distances):
        if distances and not ordered:
            raise ValueError
        return "continuous" if distances else "categorical" if ordered else "ordinal"


class CallsAllUnorderedOrdinal:
    """no order"""

    def kind(ordered, distances):
        if distances and not ordered:
            raise ValueError
        return "continuous" if distances else "ordinal"


class BelievesTheContradiction:
    """raised nothing; it must raise ValueError"""

    def kind(ordered, distances):
        return "continuous" if distances else "ordinal" if ordered else "categorical"


class CallsTheContradictionCategorical:
    """raised nothing; it must raise ValueError"""

    def kind(ordered, distances):
        return "categorical" if not ordered else "continuous" if distances else "ordinal"


class AlwaysTakesOneHot:
    """continuous values are taken as they are"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        return "one-hot" if count <= widest else "embedding"


class TakesFewContinuousValuesForClasses:
    """continuous values are taken as they are"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        if kind == "continuous":
            return "as is" if count > widest else "one-hot"
        return "as is" if kind == "ordinal" and as_numbers else "one-hot" if count <= widest else "embedding"


class TakesOrdinalValuesAlwaysAsTheyAre:
    """if its distances are not to count"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        return "as is" if kind != "categorical" else "one-hot" if count <= widest else "embedding"


class TakesOrdinalValuesAlwaysForClasses:
    """its values are to count as numbers"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        return "as is" if kind == "continuous" else "one-hot" if count <= widest else "embedding"


class TakesNamesForNumbers:
    """a category's number is only a name"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        return "as is" if kind == "continuous" or as_numbers else "one-hot" if count <= widest else "embedding"


class NeverTakesAnEmbedding:
    """too many columns"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        return "as is" if kind == "continuous" or (kind == "ordinal" and as_numbers) else "one-hot"


class NeverTakesAnEmbeddingForOrdinalValues:
    """too many columns"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        if kind == "ordinal":
            return "as is" if as_numbers else "one-hot"
        return "as is" if kind == "continuous" else "one-hot" if count <= widest else "embedding"


class KnowsALimitOfItsOwn:
    """expected"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        return (
            "as is"
            if kind == "continuous" or (kind == "ordinal" and as_numbers)
            else "one-hot"
            if count <= 10
            else "embedding"
        )


class StopsOneBeforeTheLimit:
    """still acceptable"""

    def representation(kind, count, as_numbers, widest):
        if kind not in ("continuous", "ordinal", "categorical"):
            raise ValueError
        return (
            "as is"
            if kind == "continuous" or (kind == "ordinal" and as_numbers)
            else "one-hot"
            if count < widest
            else "embedding"
        )


class TakesAnyOtherKindForCategorical:
    """raised nothing; it must raise ValueError"""

    def representation(kind, count, as_numbers, widest):
        return (
            "as is"
            if kind == "continuous" or (kind == "ordinal" and as_numbers)
            else "one-hot"
            if count <= widest
            else "embedding"
        )


class StandardisesOnTheWay:
    """taken as they are"""

    def features(columns, levels, device):
        def scaled(name, column):
            column = column.float()
            return ((column - column.mean()) / column.std()).unsqueeze(1)

        return build(columns, levels, device, numbers=scaled)


class GivesTheColumnsAsRows:
    """one row for each column"""

    def features(columns, levels, device):
        return build(columns, levels, device).T


class PutsOneHotBehindTheNumbers:
    """behind one another in the order of columns"""

    def features(columns, levels, device):
        return build(dict(sorted(columns.items(), key=lambda item: item[0] in levels)), levels, device)


class SortsTheColumnsByName:
    """behind one another in the order of columns"""

    def features(columns, levels, device):
        return build(dict(sorted(columns.items())), levels, device)


class SortsTheLevels:
    """the order of the levels is another"""

    def features(columns, levels, device):
        return build(columns, {name: sorted(each) for name, each in levels.items()}, device)


class TakesTheLevelsFromTheTable:
    """only the values that occur"""

    def features(columns, levels, device):
        known = {}
        for name, order in levels.items():
            if not set(listed(columns[name])) <= set(order):
                raise ValueError(name)
            known[name] = [level for level in order if level in listed(columns[name])]
        return build(columns, known, device)


class NumbersTheLevels:
    """the place of each value among the levels"""

    def features(columns, levels, device):
        def number(name, column):
            order = list(levels[name])
            return torch.tensor([[float(order.index(v))] for v in listed(column)], device=device)

        return build(columns, levels, device, one_hot=number)


class LeavesTheLastLevelOut:
    """one level has no column"""

    def features(columns, levels, device):
        def fewer(name, column):
            order = list(levels[name])
            codes = torch.tensor([order.index(v) for v in listed(column)], device=device)
            return torch.eye(len(order), device=device)[codes][:, :-1]

        return build(columns, levels, device, one_hot=fewer)


class MarksAtLeast:
    """and all levels before it"""

    def features(columns, levels, device):
        def steps(name, column):
            order = list(levels[name])
            codes = torch.tensor([order.index(v) for v in listed(column)], device=device)
            return torch.ones(len(order), len(order), device=device).tril()[codes]

        return build(columns, levels, device, one_hot=steps)


class IndexesByTheNumberItself:
    """raised"""

    def features(columns, levels, device):
        def by_number(name, column):
            order = list(levels[name])
            if isinstance(column, torch.Tensor):
                return torch.nn.functional.one_hot(column.long(), len(order)).float()
            codes = torch.tensor([order.index(v) for v in column], device=device)
            return torch.eye(len(order), device=device)[codes]

        return build(columns, levels, device, one_hot=by_number)


class KeepsTheNumbersThatHaveLevels:
    """its numbers are still there as they are"""

    def features(columns, levels, device):
        words = {name: each for name, each in levels.items() if not isinstance(columns[name], torch.Tensor)}
        return build(columns, words, device)


class GivesZerosForUnknownValues:
    """is not among its column's levels"""

    def features(columns, levels, device):
        def hot(name, column):
            return torch.tensor([[float(v == level) for level in levels[name]] for v in listed(column)], device=device)

        return build(columns, levels, device, one_hot=hot)


class RaisesKeyErrorForUnknownValues:
    """raised KeyError"""

    def features(columns, levels, device):
        def hot(name, column):
            places = {level: i for i, level in enumerate(levels[name])}
            codes = torch.tensor([places[v] for v in listed(column)], device=device)
            return torch.eye(len(places), device=device)[codes]

        return build(columns, levels, device, one_hot=hot)


class NumbersWordsWithoutLevels:
    """a column of words has no levels"""

    def features(columns, levels, device):
        def numbers(name, column):
            if isinstance(column, torch.Tensor):
                return column.float().unsqueeze(1)
            order = sorted(set(column))
            return torch.tensor([[float(order.index(v))] for v in column], device=device)

        return build(columns, levels, device, numbers=numbers)


class KeepsTheDtypeOfTheNumbers:
    """gave dtype"""

    def features(columns, levels, device):
        return build(columns, levels, device, numbers=lambda name, column: column.unsqueeze(1))


class GivesAViewOfTheOnlyColumn:
    """gave a view of the same storage"""

    def features(columns, levels, device):
        if len(columns) == 1 and not levels:
            return next(iter(columns.values())).float().unsqueeze(1)
        return build(columns, levels, device)


class GivesIntegers:
    """gave dtype int64"""

    def features(columns, levels, device):
        return build(columns, levels, device).long()


class MakesOneHotOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def features(columns, levels, device):
        def hot(name, column):
            order = list(levels[name])
            return torch.eye(len(order))[torch.tensor([order.index(v) for v in listed(column)])]

        return build(columns, levels, device, one_hot=hot)


class MakesTheMatrixOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def features(columns, levels, device):
        return torch.tensor(build(columns, levels, device).tolist())


class CutsNumbersOffBeforeItLooksThemUp:
    """when a value lies between two levels"""

    def features(columns, levels, device):
        def hot(name, column):
            order = list(levels[name])
            values = [int(v) for v in column] if isinstance(column, torch.Tensor) else column
            return torch.eye(len(order), device=device)[torch.tensor([order.index(v) for v in values], device=device)]

        return build(columns, levels, device, one_hot=hot)


class RoundsNumbersBeforeItLooksThemUp:
    """when a value lies between two levels"""

    def features(columns, levels, device):
        def hot(name, column):
            order = list(levels[name])
            values = [round(v) for v in column.tolist()] if isinstance(column, torch.Tensor) else column
            return torch.eye(len(order), device=device)[torch.tensor([order.index(v) for v in values], device=device)]

        return build(columns, levels, device, one_hot=hot)
