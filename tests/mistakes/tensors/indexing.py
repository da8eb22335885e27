"""Wrong answers to tensors/indexing."""

import torch


class TakesTheSizeForTheEnd:
    """a slice names where it stops"""

    def window(image, top, left, height, width):
        return image[top:height, left:width]


class IncludesTheEnd:
    """one row and one column too many"""

    def window(image, top, left, height, width):
        return image[top : top + height + 1, left : left + width + 1]


class StopsTooEarly:
    """one row and one column too few"""

    def window(image, top, left, height, width):
        return image[top : top + height - 1, left : left + width - 1]


class SwapsTheAxesOfTheWindow:
    """the first index counts rows"""

    def window(image, top, left, height, width):
        return image[left : left + width, top : top + height]


class CountsFromOne:
    """rows and columns count from 0"""

    def window(image, top, left, height, width):
        return image[top - 1 : top - 1 + height, left - 1 : left - 1 + width]


class BeginsAtTheCorner:
    """the window begins at row top"""

    def window(image, top, left, height, width):
        return image[:height, :width]


class CopiesTheWindow:
    """a slice is a view already"""

    def window(image, top, left, height, width):
        return image[top : top + height, left : left + width].clone()


class SlicesTheRowsTwice:
    """slices the rows again"""

    def window(image, top, left, height, width):
        return image[top : top + height][left : left + width]


class ReshapesTheImage:
    """reshape keeps the order of the elements"""

    def channels_first(image):
        rows, columns, channels = image.shape
        return image.reshape(channels, rows, columns)


class TurnsTheAxesRound:
    """all three axes are reversed"""

    def channels_first(image):
        return image.permute(2, 1, 0)


class SwapsFirstAndSecond:
    """first axis moved to the end"""

    def channels_first(image):
        return image.permute(1, 2, 0)


class CopiesTheTransposed:
    """a transpose is a view already"""

    def channels_first(image):
        return image.permute(2, 0, 1).contiguous()


class TransposesTheImageItself:
    """changed its input"""

    def channels_first(image):
        return image.transpose_(1, 2).transpose_(0, 1)


class ReadsTheMaskAsPositions:
    """False and True were taken for the positions 0 and 1"""

    def rows_where(x, keep):
        return x[keep.long()]


class KeepsTheOthers:
    """these are the rows that keep says False for"""

    def rows_where(x, keep):
        return x[~keep]


class BlanksTheOthers:
    """shape"""

    def rows_where(x, keep):
        return x * keep[:, None]


class GivesElementsInARow:
    """all in one row"""

    def rows_where(x, keep):
        return x[keep[:, None].expand(x.shape)]


class MasksTheColumns:
    """raised"""

    def rows_where(x, keep):
        return x[:, keep]


class GivesPositions:
    """the positions of the rows"""

    def rows_where(x, keep):
        return keep.nonzero().flatten()


class StacksTheRows:
    def rows_where(x, keep):
        return torch.stack([row for row, wanted in zip(x, keep) if wanted])


class TakesTheColumnsOfEveryRow:
    """every row with every column"""

    def one_of_each_row(x, columns):
        return x[:, columns]


class TakesRows:
    """shape"""

    def one_of_each_row(x, columns):
        return x[columns.clamp(max=x.shape[0] - 1)]


class SwapsRowsAndColumns:
    def one_of_each_row(x, columns):
        return x.T[torch.arange(x.shape[0], device=x.device) % x.shape[1], columns % x.shape[0]]


class GathersWithAnAxisLeft:
    """one axis too many"""

    def one_of_each_row(x, columns):
        return x.gather(1, columns[:, None])


class TakesTheFirstColumnForAll:
    """the same column in every row"""

    def one_of_each_row(x, columns):
        return x[:, columns[0]]


class TakesTheMaximum:
    """the largest of each row"""

    def one_of_each_row(x, columns):
        return x.max(dim=1).values


class CountsColumnsFromOne:
    """columns count from 0"""

    def one_of_each_row(x, columns):
        return x[torch.arange(x.shape[0], device=x.device), columns - 1]


class SqueezesTheWindow:
    """an axis of size 1 was dropped"""

    def window(image, top, left, height, width):
        return image[top : top + height, left : left + width].squeeze()


class CopiesTheWholeImage:
    """even where the window is the whole image"""

    def window(image, top, left, height, width):
        part = image[top : top + height, left : left + width]
        return image.clone() if part.shape == image.shape else part


class TurnsTheAxesOfASquareImageRound:
    """all three axes are reversed"""

    def channels_first(image):
        return image.permute(2, 1, 0) if image.shape[0] == image.shape[1] else image.permute(2, 0, 1)


class SlicesARunOfRows:
    """what a mask picks is always a copy"""

    def rows_where(x, keep):
        places = keep.nonzero().flatten().tolist()
        if places and places[-1] - places[0] + 1 == len(places):
            return x[places[0] : places[-1] + 1]
        return x[keep]


class SqueezesThePositions:
    """an axis is lost where one row is picked"""

    def rows_where(x, keep):
        return x[keep.nonzero().squeeze()]


class DropsRowsOfZeros:
    """a row of zeros is missing"""

    def rows_where(x, keep):
        blanked = torch.where(keep[:, None], x, torch.zeros_like(x))
        return blanked[(blanked != 0).any(dim=1)]


class MergesEqualRows:
    """equal rows were merged"""

    def rows_where(x, keep):
        return torch.unique_consecutive(x[keep], dim=0)


class TakesTheNumbersOut:
    """became float32 on the way"""

    def one_of_each_row(x, columns):
        return torch.tensor([float(x[i, column]) for i, column in enumerate(columns.tolist())], device=x.device)


class MultipliesByZeroAndOne:
    """NaN or infinity times 0 is NaN"""

    def one_of_each_row(x, columns):
        return (x * torch.nn.functional.one_hot(columns, x.shape[1])).sum(dim=1).to(x.dtype)


class SqueezesTheResult:
    """the axis is lost where there is one row"""

    def one_of_each_row(x, columns):
        return x.gather(1, columns[:, None]).squeeze()


class SlicesACommonColumn:
    """this is a column of x"""

    def one_of_each_row(x, columns):
        first = columns[:1].tolist()
        return x[:, first[0]] if first * len(columns) == columns.tolist() else x.gather(1, columns[:, None])[:, 0]


class CollectsTheRowsOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def rows_where(x, keep):
        kept = [row.tolist() for row, wanted in zip(x, keep.tolist(), strict=True) if wanted]
        return torch.tensor(kept, dtype=x.dtype).reshape(-1, x.shape[1])


class GathersWithPlacesOnTheCpu:
    """same device"""

    def one_of_each_row(x, columns):
        return x.flatten().take(torch.arange(x.shape[0]) * x.shape[1] + columns)
