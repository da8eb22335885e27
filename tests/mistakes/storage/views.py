"""Wrong answers to storage/views."""

import copy

import torch


class BeginsWithColumnZero:
    """begins with column 0"""

    def odd_columns(table):
        return table[:, ::2]


class TakesRowsForColumns:
    """these are rows"""

    def odd_columns(table):
        return table[1::2]


class TakesTheSecondHalf:
    """the second half of the columns"""

    def odd_columns(table):
        return table[:, table.shape[1] - table.shape[1] // 2 :]


class PicksColumnsByAList:
    """picking by a list or tensor of numbers makes a copy"""

    def odd_columns(table):
        return table[:, list(range(1, table.shape[1], 2))]


class StepsAsIfContiguous:
    """these are the strides of a contiguous matrix"""

    def odd_columns(table):
        rows, columns = table.shape
        return table.as_strided((rows, columns // 2), (columns, 2), table.storage_offset() + 1)


class ForgetsTheOffsetOfColumns:
    """the offset of the table is left out"""

    def odd_columns(table):
        down, right = table.stride()
        return table.as_strided((table.shape[0], table.shape[1] // 2), (down, 2 * right), right)


class CountsOneColumnTooMany:
    def odd_columns(table):
        return table.as_strided(
            (table.shape[0], (table.shape[1] + 1) // 2),
            (table.stride(0), 2 * table.stride(1)),
            table.storage_offset() + table.stride(1),
        )


class CopiesTheDiagonal:
    """torch.diag makes a copy"""

    def diagonal(table):
        return torch.diag(table)


class StacksTheDiagonal:
    """expected a view of the same storage"""

    def diagonal(table):
        return torch.stack([table[i, i] for i in range(min(table.shape))])


class StepsOneRowDown:
    """this is the first column"""

    def diagonal(table):
        return table.as_strided((min(table.shape),), (table.stride(0),))


class StepsAlongTheRow:
    """this is the first row"""

    def diagonal(table):
        return table.as_strided((min(table.shape),), (table.stride(1),))


class AssumesAContiguousTable:
    """columns + 1 is the step in a contiguous matrix only"""

    def diagonal(table):
        return table.as_strided((min(table.shape),), (table.shape[1] + 1,))


class AssumesAsManyColumnsAsRows:
    """out of bounds"""

    def diagonal(table):
        return table.as_strided((table.shape[0],), (sum(table.stride()),))


class BeginsTheDiagonalAtZero:
    """the offset of the table is left out"""

    def diagonal(table):
        return table.as_strided((min(table.shape),), (sum(table.stride()),), 0)


class KeepsTwoAxes:
    """zeros off the diagonal"""

    def diagonal(table):
        return torch.diag(torch.diag(table))


class CopiesTheWindows:
    """expected a view of the same storage"""

    def windows(series, length):
        return torch.stack([series[i : i + length] for i in range(len(series) - length + 1)])


class LosesTheLastWindow:
    """the last window is missing"""

    def windows(series, length):
        return series.unfold(0, length, 1)[:-1]


class WindowsDoNotOverlap:
    """these windows do not overlap"""

    def windows(series, length):
        count = len(series) // length
        return series[: count * length].unfold(0, length, length)


class WindowsAreColumns:
    """the windows are the columns here"""

    def windows(series, length):
        return series.unfold(0, length, 1).T


class StepsByOnePlace:
    """a step of 1 is right for a contiguous series only"""

    def windows(series, length):
        return series.as_strided((len(series) - length + 1, length), (1, 1))


class WindowsBeginAtZero:
    """the offset of the series is left out"""

    def windows(series, length):
        return series.as_strided((len(series) - length + 1, length), (series.stride(0),) * 2, 0)


class OnlySlices:
    """rows of the same storage"""

    def keep_rows(table, start, stop):
        return table[start:stop]


class ThinksContiguousCopies:
    """contiguous() copies only what is not contiguous"""

    def keep_rows(table, start, stop):
        return table[start:stop].contiguous()


class CopiesTheWholeStorage:
    """deepcopy copies the whole storage"""

    def keep_rows(table, start, stop):
        return copy.deepcopy(table[start:stop])


class ClonesThenSlices:
    """clone() first and slice second"""

    def keep_rows(table, start, stop):
        return table.clone()[start:stop]


class IncludesTheStop:
    """the row at stop is not wanted"""

    def keep_rows(table, start, stop):
        return table[start : stop + 1].clone()


class KeepsColumns:
    """these are columns"""

    def keep_rows(table, start, stop):
        return table[:, start:stop].clone()


class KeepsTheLayout:
    """contiguous_format"""

    def keep_rows(table, start, stop):
        return table[start:stop].clone()


class EmptiesTheTable:
    """changed its input"""

    def keep_rows(table, start, stop):
        kept = table[start:stop].clone(memory_format=torch.contiguous_format)
        table.zero_()
        return kept


class SharesByDetach:
    """rows of the same storage"""

    def keep_rows(table, start, stop):
        return table[start:stop].detach()


class CopiesTheDiagonalOfWhatIsNotContiguous:
    """reshape and flatten copy what is not contiguous"""

    def diagonal(table):
        return table.reshape(-1)[:: table.shape[1] + 1][: min(table.shape)]


class KeepsAllRowsAsTheyAre:
    """rows of the same storage"""

    def keep_rows(table, start, stop):
        if stop - start == len(table):
            return table.contiguous()
        return table[start:stop].clone(memory_format=torch.contiguous_format)


class ListsTheRows:
    """gave dtype float32, expected float64"""

    def keep_rows(table, start, stop):
        return torch.tensor(table[start:stop].tolist(), device=table.device)


class CopiesTheOneWindow:
    """windows of every length are views"""

    def windows(series, length):
        if length == len(series):
            return series.clone()[None]
        return series.unfold(0, length, 1)


class CopiesTheRowsToTheCpu:
    """a tensor made without device= lies on the CPU"""

    def keep_rows(table, start, stop):
        return torch.tensor(table[start:stop].tolist(), dtype=table.dtype).reshape(-1, table.shape[1])
