"""Wrong answers to tensors/indexing."""

import torch

from dojo.runner.variants import body, edit, replaces

TakesTheSizeForTheEnd = body("window", "return image[top:height, left:width]", "a slice names where it stops")
IncludesTheEnd = body(
    "window", "return image[top : top + height + 1, left : left + width + 1]", "one row and one column too many"
)
StopsTooEarly = body(
    "window", "return image[top : top + height - 1, left : left + width - 1]", "one row and one column too few"
)
SwapsTheAxesOfTheWindow = body(
    "window", "return image[left : left + width, top : top + height]", "the first index counts rows"
)
CountsFromOne = body(
    "window", "return image[top - 1 : top - 1 + height, left - 1 : left - 1 + width]", "rows and columns count from 0"
)
BeginsAtTheCorner = body("window", "return image[:height, :width]", "the window begins at row top")
CopiesTheWindow = body(
    "window", "return image[top : top + height, left : left + width].clone()", "a slice is a view already"
)
SlicesTheRowsTwice = body("window", "return image[top : top + height][left : left + width]", "slices the rows again")
SqueezesTheWindow = body(
    "window", "return image[top : top + height, left : left + width].squeeze()", "an axis of size 1 was dropped"
)


@replaces("window", "even where the window is the whole image")
def CopiesTheWholeImage(image, top, left, height, width):
    part = image[top : top + height, left : left + width]
    return image.clone() if part.shape == image.shape else part


TurnsTheAxesRound = edit("channels_first", ".permute(2, 0, 1)", ".permute(2, 1, 0)", "all three axes are reversed")
SwapsFirstAndSecond = edit("channels_first", ".permute(2, 0, 1)", ".permute(1, 2, 0)", "first axis moved to the end")
CopiesTheTransposed = body(
    "channels_first", "return image.permute(2, 0, 1).contiguous()", "a transpose is a view already"
)
TransposesTheImageItself = body("channels_first", "return image.transpose_(1, 2).transpose_(0, 1)", "changed its input")


@replaces("channels_first", "reshape keeps the order of the elements")
def ReshapesTheImage(image):
    rows, columns, channels = image.shape
    return image.reshape(channels, rows, columns)


@replaces("channels_first", "all three axes are reversed")
def TurnsTheAxesOfASquareImageRound(image):
    return image.permute(2, 1, 0) if image.shape[0] == image.shape[1] else image.permute(2, 0, 1)


ReadsTheMaskAsPositions = edit(
    "rows_where", "x[keep]", "x[keep.long()]", "False and True were taken for the positions 0 and 1"
)
KeepsTheOthers = edit("rows_where", "x[keep]", "x[~keep]", "these are the rows that keep says False for")
BlanksTheOthers = edit("rows_where", "x[keep]", "x * keep[:, None]", "shape")
GivesElementsInARow = edit("rows_where", "x[keep]", "x[keep[:, None].expand(x.shape)]", "all in one row")
MasksTheColumns = edit("rows_where", "x[keep]", "x[:, keep]", "raised")
GivesPositions = edit("rows_where", "x[keep]", "keep.nonzero().flatten()", "the positions of the rows")
StacksTheRows = edit("rows_where", "x[keep]", "torch.stack([row for row, wanted in zip(x, keep) if wanted])")
SqueezesThePositions = edit(
    "rows_where", "x[keep]", "x[keep.nonzero().squeeze()]", "an axis is lost where one row is picked"
)
MergesEqualRows = edit("rows_where", "x[keep]", "torch.unique_consecutive(x[keep], dim=0)", "equal rows were merged")


@replaces("rows_where", "what a mask picks is always a copy")
def SlicesARunOfRows(x, keep):
    places = keep.nonzero().flatten().tolist()
    if places and places[-1] - places[0] + 1 == len(places):
        return x[places[0] : places[-1] + 1]
    return x[keep]


@replaces("rows_where", "a row of zeros is missing")
def DropsRowsOfZeros(x, keep):
    blanked = torch.where(keep[:, None], x, torch.zeros_like(x))
    return blanked[(blanked != 0).any(dim=1)]


@replaces("rows_where", "a tensor made without device= lies on the CPU")
def CollectsTheRowsOnTheCpu(x, keep):
    kept = [row.tolist() for row, wanted in zip(x, keep.tolist(), strict=True) if wanted]
    return torch.tensor(kept, dtype=x.dtype).reshape(-1, x.shape[1])


TakesTheColumnsOfEveryRow = body("one_of_each_row", "return x[:, columns]", "every row with every column")
TakesRows = body("one_of_each_row", "return x[columns.clamp(max=x.shape[0] - 1)]", "shape")
SwapsRowsAndColumns = body(
    "one_of_each_row", "return x.T[torch.arange(x.shape[0], device=x.device) % x.shape[1], columns % x.shape[0]]"
)
GathersWithAnAxisLeft = body("one_of_each_row", "return x.gather(1, columns[:, None])", "one axis too many")
TakesTheFirstColumnForAll = body("one_of_each_row", "return x[:, columns[0]]", "the same column in every row")
TakesTheMaximum = body("one_of_each_row", "return x.max(dim=1).values", "the largest of each row")
CountsColumnsFromOne = body(
    "one_of_each_row", "return x[torch.arange(x.shape[0], device=x.device), columns - 1]", "columns count from 0"
)
SqueezesTheResult = body(
    "one_of_each_row", "return x.gather(1, columns[:, None]).squeeze()", "the axis is lost where there is one row"
)
GathersWithPlacesOnTheCpu = body(
    "one_of_each_row", "return x.flatten().take(torch.arange(x.shape[0]) * x.shape[1] + columns)", "same device"
)


@replaces("one_of_each_row", "became float32 on the way")
def TakesTheNumbersOut(x, columns):
    return torch.tensor([float(x[i, column]) for i, column in enumerate(columns.tolist())], device=x.device)


@replaces("one_of_each_row", "NaN or infinity times 0 is NaN")
def MultipliesByZeroAndOne(x, columns):
    return (x * torch.nn.functional.one_hot(columns, x.shape[1])).sum(dim=1).to(x.dtype)


@replaces("one_of_each_row", "this is a column of x")
def SlicesACommonColumn(x, columns):
    first = columns[:1].tolist()
    return x[:, first[0]] if first * len(columns) == columns.tolist() else x.gather(1, columns[:, None])[:, 0]
