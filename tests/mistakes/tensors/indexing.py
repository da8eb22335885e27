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
