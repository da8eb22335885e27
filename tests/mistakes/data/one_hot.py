"""Wrong answers to data/one_hot."""

import torch


def guard(index, size):
    if ((index < 0) | (index >= size)).any():
        raise ValueError("range")


def right(labels, classes):
    guard(labels, classes)
    return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, labels.unsqueeze(-1), 1.0)


class TakesTorchsOwn:
    """torch's own one_hot"""

    def one_hot(labels, classes):
        guard(labels, classes)
        return torch.nn.functional.one_hot(labels, classes).float()


class TakesTorchsOwnByItsOtherName:
    """torch's own one_hot"""

    def one_hot(labels, classes):
        guard(labels, classes)
        return torch.ops.aten.one_hot.default(labels, classes).float()


class LeavesTheIndexFlat:
    """raised"""

    def one_hot(labels, classes):
        guard(labels, classes)
        return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, labels, 1.0)


class MakesTheIndexARow:
    """only the first row"""

    def one_hot(labels, classes):
        guard(labels, classes)
        n = len(labels)
        table = torch.zeros(max(n, 1), max(n, classes), device=labels.device)
        return table.scatter_(1, labels.unsqueeze(0), 1.0)[:n, :classes].clone()


class PutsClassesInRows:
    """the classes are the rows"""

    def one_hot(labels, classes):
        return right(labels, classes).movedim(-1, 0)


class ScattersAlongTheRows:
    """the labels were taken for rows"""

    def one_hot(labels, classes):
        guard(labels, classes)
        return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(0, labels.unsqueeze(-1), 1.0)


class MarksWholeColumns:
    """in every row"""

    def one_hot(labels, classes):
        guard(labels, classes)
        table = torch.zeros(*labels.shape, classes, device=labels.device)
        table[..., labels] = 1.0
        return table


class InfersTheClasses:
    """the largest label"""

    def one_hot(labels, classes):
        guard(labels, classes)
        if not labels.numel():
            return torch.zeros(*labels.shape, classes, device=labels.device)
        return right(labels, int(labels.max()) + 1)


class CountsFromOne:
    """counts from 0"""

    def one_hot(labels, classes):
        return right(labels, classes).roll(-1, dims=-1)


class AddsAColumn:
    """one column too many"""

    def one_hot(labels, classes):
        guard(labels, classes)
        return right(labels, classes + 1)


class GivesIntegers:
    """gave dtype int64"""

    def one_hot(labels, classes):
        return right(labels, classes).long()


class SwapsZerosAndOnes:
    """zeros and ones are swapped"""

    def one_hot(labels, classes):
        return 1 - right(labels, classes)


class ScattersTheLabels:
    """the label itself"""

    def one_hot(labels, classes):
        guard(labels, classes)
        index = labels.unsqueeze(-1)
        return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, index, index.float())


class GivesTheLabels:
    """the labels as they came"""

    def one_hot(labels, classes):
        guard(labels, classes)
        return labels.float()


class KnowsVectorsOnly:
    def one_hot(labels, classes):
        guard(labels, classes)
        table = torch.zeros(labels.shape[0], classes, device=labels.device)
        return table.scatter_(1, labels[:, None], 1.0)


class FlattensTheLabels:
    """gave shape"""

    def one_hot(labels, classes):
        flat = right(labels.reshape(-1), classes)
        return flat if labels.dim() else flat[0]


class ViewsTheLabelsAsContiguous:
    """raised RuntimeError"""

    def one_hot(labels, classes):
        return right(labels.view(-1), classes).view(*labels.shape, classes)


class FailsWithoutLabels:
    """raised"""

    def one_hot(labels, classes):
        if labels.min() < 0 or labels.max() >= classes:
            raise ValueError("range")
        return right(labels, classes)


class LetsScatterRefuse:
    """raised RuntimeError"""

    def one_hot(labels, classes):
        return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, labels.unsqueeze(-1), 1.0)


class LetsNegativeLabelsCountFromTheEnd:
    """raised nothing; it must raise ValueError when a label is below 0"""

    def one_hot(labels, classes):
        if (labels >= classes).any():
            raise ValueError("range")
        return torch.eye(classes, device=labels.device)[labels]


class GivesZerosForUnknownLabels:
    """raised nothing; it must raise ValueError"""

    def one_hot(labels, classes):
        return (labels[..., None] == torch.arange(classes, device=labels.device)).float()


class ClampsTheLabels:
    """raised nothing; it must raise ValueError"""

    def one_hot(labels, classes):
        return right(labels.clamp(0, classes - 1), classes)


class AllowsTheNumberOfClasses:
    """raised"""

    def one_hot(labels, classes):
        if ((labels < 0) | (labels > classes)).any():
            raise ValueError("range")
        return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, labels.unsqueeze(-1), 1.0)


class UnsqueezesTheLabelsInPlace:
    """changed its input"""

    def one_hot(labels, classes):
        result = right(labels, classes)
        labels.unsqueeze_(-1)
        return result


class MakesTheTableOnTheCpu:
    """same device"""

    def one_hot(labels, classes):
        guard(labels, classes)
        return torch.zeros(*labels.shape, classes).scatter_(-1, labels.unsqueeze(-1), 1.0)


class TakesRowsOfAnIdentityOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def one_hot(labels, classes):
        guard(labels, classes)
        return torch.eye(classes)[labels.cpu()]


class GivesThePositionInTheWholeTable:
    """over the whole table"""

    def labels_of(rows):
        return rows.argmax()


class LooksAlongTheRows:
    """along the columns"""

    def labels_of(rows):
        return rows.argmax(dim=0)


class GivesTheOnes:
    """the ones themselves"""

    def labels_of(rows):
        return rows.amax(dim=-1)


class KeepsTheAxis:
    """keepdim"""

    def labels_of(rows):
        return rows.argmax(dim=-1, keepdim=True)


class GivesFloats:
    """has dtype float32"""

    def labels_of(rows):
        return rows.argmax(dim=-1).float()


class CountsLabelsFromOne:
    """counts from 0"""

    def labels_of(rows):
        return rows.argmax(dim=-1) + 1


class TakesTheLastAxisForTheSecond:
    def labels_of(rows):
        return rows.argmax(dim=1)


class GivesRowsAndColumns:
    """nonzero()"""

    def labels_of(rows):
        return rows.nonzero()


class FlattensTheRows:
    """gave shape"""

    def labels_of(rows):
        return rows.nonzero()[:, -1]


class FindsLabelsOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def labels_of(rows):
        return torch.tensor(rows.argmax(dim=-1).tolist(), dtype=torch.int64)


class WritesOnes:
    """writes 1"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        return values.new_zeros(len(values), width).scatter_(1, columns, 1)


class GathersInstead:
    """raised"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        return values.gather(1, columns)


class ScattersValuesAlongTheRows:
    """raised"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        return values.new_zeros(len(values), width).scatter_(0, columns, values)


class WritesTheFirstOfEachRow:
    """only the first value of each row"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        return values.new_zeros(len(values), width).scatter_(1, columns[:, :1], values)


class SortsTheColumns:
    """the columns were sorted"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        return values.new_zeros(len(values), width).scatter_(1, columns.sort(dim=1).values, values)


class WritesEveryColumnOfEveryRow:
    def scatter_values(columns, values, width):
        guard(columns, width)
        table = values.new_zeros(len(values), width)
        for i in range(len(values)):
            table[:, columns[i]] = values[i]
        return table


class WritesInFloat32:
    """gave dtype float32"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        return torch.zeros(len(values), width, device=values.device).scatter_(1, columns, values.float())


class InfersTheWidth:
    """largest column"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        return values.new_zeros(len(values), int(columns.max()) + 1).scatter_(1, columns, values)


class ChecksNoColumn:
    """it must raise ValueError"""

    def scatter_values(columns, values, width):
        return values.new_zeros(len(values), width).scatter_(1, columns, values)


class ScattersIntoATableOnTheCpu:
    """same device"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        return torch.zeros(len(values), width, dtype=values.dtype).scatter_(1, columns, values)


class SqueezesTheLabels:
    """an axis of size 1 is lost"""

    def labels_of(rows):
        return rows.argmax(dim=-1, keepdim=True).squeeze()


class AddsPositionsUpInTheRowsDtype:
    """these positions are rounded"""

    def labels_of(rows):
        positions = torch.arange(rows.shape[-1], device=rows.device).to(rows.dtype)
        return (rows * positions).sum(dim=-1).long()


class ScattersThroughFloat32:
    """rounded to float32"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        table = torch.zeros(len(values), width, device=values.device).scatter_(1, columns, values.float())
        return table.to(values.dtype)


class ScattersThroughFloat64:
    """wrong values"""

    def scatter_values(columns, values, width):
        guard(columns, width)
        table = torch.zeros(len(values), width, dtype=torch.float64, device=values.device)
        return table.scatter_(1, columns, values.double()).to(values.dtype)
