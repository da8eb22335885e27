"""Wrong answers to storage/views."""

import copy

import torch

from dojo.runner.variants import body, edit, replaces

BeginsWithColumnZero = edit("odd_columns", "1::2", "::2", "begins with column 0")
TakesRowsForColumns = edit("odd_columns", ":, 1::2", "1::2", "these are rows")
TakesTheSecondHalf = edit(
    "odd_columns", "1::2", "table.shape[1] - table.shape[1] // 2 :", "the second half of the columns"
)
PicksColumnsByAList = edit(
    "odd_columns", "1::2", "list(range(1, table.shape[1], 2))", "picking by a list or tensor of numbers makes a copy"
)


@replaces("odd_columns", "these are the strides of a contiguous matrix")
def StepsAsIfContiguous(table):
    rows, columns = table.shape
    return table.as_strided((rows, columns // 2), (columns, 2), table.storage_offset() + 1)


@replaces("odd_columns", "the offset of the table is left out")
def ForgetsTheOffsetOfColumns(table):
    down, right = table.stride()
    return table.as_strided((table.shape[0], table.shape[1] // 2), (down, 2 * right), right)


@replaces("odd_columns")
def CountsOneColumnTooMany(table):
    return table.as_strided(
        (table.shape[0], (table.shape[1] + 1) // 2),
        (table.stride(0), 2 * table.stride(1)),
        table.storage_offset() + table.stride(1),
    )


CopiesTheDiagonal = body("diagonal", "return torch.diag(table)", "torch.diag makes a copy")
StepsOneRowDown = edit("diagonal", "sum(table.stride())", "table.stride(0)", "this is the first column")
StepsAlongTheRow = edit("diagonal", "sum(table.stride())", "table.stride(1)", "this is the first row")
AssumesAContiguousTable = edit(
    "diagonal", "sum(table.stride())", "table.shape[1] + 1", "columns + 1 is the step in a contiguous matrix only"
)
AssumesAsManyColumnsAsRows = edit("diagonal", "min(table.shape)", "table.shape[0]", "out of bounds")
BeginsTheDiagonalAtZero = edit(
    "diagonal", "(sum(table.stride()),)", "(sum(table.stride()),), 0", "the offset of the table is left out"
)
KeepsTwoAxes = body("diagonal", "return torch.diag(torch.diag(table))", "zeros off the diagonal")


@replaces("diagonal", "expected a view of the same storage")
def StacksTheDiagonal(table):
    return torch.stack([table[i, i] for i in range(min(table.shape))])


@replaces("diagonal", "reshape and flatten copy what is not contiguous")
def CopiesTheDiagonalOfWhatIsNotContiguous(table):
    return table.reshape(-1)[:: table.shape[1] + 1][: min(table.shape)]


LosesTheLastWindow = body("windows", "return series.unfold(0, length, 1)[:-1]", "the last window is missing")
WindowsAreColumns = body("windows", "return series.unfold(0, length, 1).T", "the windows are the columns here")


@replaces("windows", "expected a view of the same storage")
def CopiesTheWindows(series, length):
    return torch.stack([series[i : i + length] for i in range(len(series) - length + 1)])


@replaces("windows", "these windows do not overlap")
def WindowsDoNotOverlap(series, length):
    count = len(series) // length
    return series[: count * length].unfold(0, length, length)


@replaces("windows", "a step of 1 is right for a contiguous series only")
def StepsByOnePlace(series, length):
    return series.as_strided((len(series) - length + 1, length), (1, 1))


@replaces("windows", "the offset of the series is left out")
def WindowsBeginAtZero(series, length):
    return series.as_strided((len(series) - length + 1, length), (series.stride(0),) * 2, 0)


@replaces("windows", "windows of every length are views")
def CopiesTheOneWindow(series, length):
    if length == len(series):
        return series.clone()[None]
    return series.unfold(0, length, 1)


OnlySlices = body("keep_rows", "return table[start:stop]", "rows of the same storage")
ThinksContiguousCopies = body(
    "keep_rows", "return table[start:stop].contiguous()", "contiguous() copies only what is not contiguous"
)
CopiesTheWholeStorage = body(
    "keep_rows", "return copy.deepcopy(table[start:stop])", "deepcopy copies the whole storage"
)
ClonesThenSlices = body("keep_rows", "return table.clone()[start:stop]", "clone() first and slice second")
IncludesTheStop = body("keep_rows", "return table[start : stop + 1].clone()", "the row at stop is not wanted")
KeepsColumns = body("keep_rows", "return table[:, start:stop].clone()", "these are columns")
KeepsTheLayout = edit("keep_rows", "memory_format=torch.contiguous_format", "", "contiguous_format")
SharesByDetach = body("keep_rows", "return table[start:stop].detach()", "rows of the same storage")


@replaces("keep_rows", "changed its input")
def EmptiesTheTable(table, start, stop):
    kept = table[start:stop].clone(memory_format=torch.contiguous_format)
    table.zero_()
    return kept


@replaces("keep_rows", "rows of the same storage")
def KeepsAllRowsAsTheyAre(table, start, stop):
    if stop - start == len(table):
        return table.contiguous()
    return table[start:stop].clone(memory_format=torch.contiguous_format)


@replaces("keep_rows", "gave dtype float32, expected float64")
def ListsTheRows(table, start, stop):
    return torch.tensor(table[start:stop].tolist(), device=table.device)


@replaces("keep_rows", "a tensor made without device= lies on the CPU")
def CopiesTheRowsToTheCpu(table, start, stop):
    return torch.tensor(table[start:stop].tolist(), dtype=table.dtype).reshape(-1, table.shape[1])
