"""Wrong answers to data/one_hot."""

import torch

from dojo.runner.variants import body, edit, replaces


def guard(index, size):
    if ((index < 0) | (index >= size)).any():
        raise ValueError("range")


def right(labels, classes):
    guard(labels, classes)
    return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, labels.unsqueeze(-1), 1.0)


PutsClassesInRows = body("one_hot", "return right(labels, classes).movedim(-1, 0)", "the classes are the rows")
CountsFromOne = body("one_hot", "return right(labels, classes).roll(-1, dims=-1)", "counts from 0")
AddsAColumn = body("one_hot", "guard(labels, classes); return right(labels, classes + 1)", "one column too many")
GivesIntegers = body("one_hot", "return right(labels, classes).long()", "gave dtype int64")
SwapsZerosAndOnes = body("one_hot", "return 1 - right(labels, classes)", "zeros and ones are swapped")
GivesTheLabels = body("one_hot", "guard(labels, classes); return labels.float()", "the labels as they came")
FlattensTheLabels = body(
    "one_hot", "flat = right(labels.reshape(-1), classes); return flat if labels.dim() else flat[0]", "gave shape"
)
ViewsTheLabelsAsContiguous = body(
    "one_hot", "return right(labels.view(-1), classes).view(*labels.shape, classes)", "raised RuntimeError"
)
ClampsTheLabels = body(
    "one_hot", "return right(labels.clamp(0, classes - 1), classes)", "raised nothing; it must raise ValueError"
)


@replaces("one_hot", "torch's own one_hot")
def TakesTorchsOwn(labels, classes):
    guard(labels, classes)
    return torch.nn.functional.one_hot(labels, classes).float()


@replaces("one_hot", "torch's own one_hot")
def TakesTorchsOwnByItsOtherName(labels, classes):
    guard(labels, classes)
    return torch.ops.aten.one_hot.default(labels, classes).float()


@replaces("one_hot", "raised")
def LeavesTheIndexFlat(labels, classes):
    guard(labels, classes)
    return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, labels, 1.0)


@replaces("one_hot", "only the first row")
def MakesTheIndexARow(labels, classes):
    guard(labels, classes)
    n = len(labels)
    table = torch.zeros(max(n, 1), max(n, classes), device=labels.device)
    return table.scatter_(1, labels.unsqueeze(0), 1.0)[:n, :classes].clone()


@replaces("one_hot", "the labels were taken for rows")
def ScattersAlongTheRows(labels, classes):
    guard(labels, classes)
    return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(0, labels.unsqueeze(-1), 1.0)


@replaces("one_hot", "in every row")
def MarksWholeColumns(labels, classes):
    guard(labels, classes)
    table = torch.zeros(*labels.shape, classes, device=labels.device)
    table[..., labels] = 1.0
    return table


@replaces("one_hot", "the largest label")
def InfersTheClasses(labels, classes):
    guard(labels, classes)
    if not labels.numel():
        return torch.zeros(*labels.shape, classes, device=labels.device)
    return right(labels, int(labels.max()) + 1)


@replaces("one_hot", "the label itself")
def ScattersTheLabels(labels, classes):
    guard(labels, classes)
    index = labels.unsqueeze(-1)
    return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, index, index.float())


@replaces("one_hot")
def KnowsVectorsOnly(labels, classes):
    guard(labels, classes)
    table = torch.zeros(labels.shape[0], classes, device=labels.device)
    return table.scatter_(1, labels[:, None], 1.0)


@replaces("one_hot", "raised")
def FailsWithoutLabels(labels, classes):
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError("range")
    return right(labels, classes)


@replaces("one_hot", "raised RuntimeError")
def LetsScatterRefuse(labels, classes):
    return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, labels.unsqueeze(-1), 1.0)


@replaces("one_hot", "raised nothing; it must raise ValueError when a label is below 0")
def LetsNegativeLabelsCountFromTheEnd(labels, classes):
    if (labels >= classes).any():
        raise ValueError("range")
    return torch.eye(classes, device=labels.device)[labels]


@replaces("one_hot", "raised nothing; it must raise ValueError")
def GivesZerosForUnknownLabels(labels, classes):
    return (labels[..., None] == torch.arange(classes, device=labels.device)).float()


@replaces("one_hot", "raised")
def AllowsTheNumberOfClasses(labels, classes):
    if ((labels < 0) | (labels > classes)).any():
        raise ValueError("range")
    return torch.zeros(*labels.shape, classes, device=labels.device).scatter_(-1, labels.unsqueeze(-1), 1.0)


@replaces("one_hot", "changed its input")
def UnsqueezesTheLabelsInPlace(labels, classes):
    result = right(labels, classes)
    labels.unsqueeze_(-1)
    return result


@replaces("one_hot", "same device")
def MakesTheTableOnTheCpu(labels, classes):
    guard(labels, classes)
    return torch.zeros(*labels.shape, classes).scatter_(-1, labels.unsqueeze(-1), 1.0)


@replaces("one_hot", "a tensor made without device= lies on the CPU")
def TakesRowsOfAnIdentityOnTheCpu(labels, classes):
    guard(labels, classes)
    return torch.eye(classes)[labels.cpu()]


GivesThePositionInTheWholeTable = edit("labels_of", "dim=-1", "", "over the whole table")
LooksAlongTheRows = edit("labels_of", "dim=-1", "dim=0", "along the columns")
GivesTheOnes = body("labels_of", "return rows.amax(dim=-1)", "the ones themselves")
KeepsTheAxis = edit("labels_of", "dim=-1", "dim=-1, keepdim=True", "keepdim")
GivesFloats = body("labels_of", "return rows.argmax(dim=-1).float()", "has dtype float32")
CountsLabelsFromOne = body("labels_of", "return rows.argmax(dim=-1) + 1", "counts from 0")
TakesTheLastAxisForTheSecond = edit("labels_of", "dim=-1", "dim=1")
GivesRowsAndColumns = body("labels_of", "return rows.nonzero()", "nonzero()")
FlattensTheRows = body("labels_of", "return rows.nonzero()[:, -1]", "gave shape")
SqueezesTheLabels = body("labels_of", "return rows.argmax(dim=-1, keepdim=True).squeeze()", "an axis of size 1 is lost")


@replaces("labels_of", "a tensor made without device= lies on the CPU")
def FindsLabelsOnTheCpu(rows):
    return torch.tensor(rows.argmax(dim=-1).tolist(), dtype=torch.int64)


@replaces("labels_of", "these positions are rounded")
def AddsPositionsUpInTheRowsDtype(rows):
    positions = torch.arange(rows.shape[-1], device=rows.device).to(rows.dtype)
    return (rows * positions).sum(dim=-1).long()


GathersInstead = body("scatter_values", "guard(columns, width); return values.gather(1, columns)", "raised")
ChecksNoColumn = edit("scatter_values", "_check_range(columns, width)", "", "it must raise ValueError")


@replaces("scatter_values", "writes 1")
def WritesOnes(columns, values, width):
    guard(columns, width)
    return values.new_zeros(len(values), width).scatter_(1, columns, 1)


@replaces("scatter_values", "raised")
def ScattersValuesAlongTheRows(columns, values, width):
    guard(columns, width)
    return values.new_zeros(len(values), width).scatter_(0, columns, values)


@replaces("scatter_values", "only the first value of each row")
def WritesTheFirstOfEachRow(columns, values, width):
    guard(columns, width)
    return values.new_zeros(len(values), width).scatter_(1, columns[:, :1], values)


@replaces("scatter_values", "the columns were sorted")
def SortsTheColumns(columns, values, width):
    guard(columns, width)
    return values.new_zeros(len(values), width).scatter_(1, columns.sort(dim=1).values, values)


@replaces("scatter_values")
def WritesEveryColumnOfEveryRow(columns, values, width):
    guard(columns, width)
    table = values.new_zeros(len(values), width)
    for i in range(len(values)):
        table[:, columns[i]] = values[i]
    return table


@replaces("scatter_values", "gave dtype float32")
def WritesInFloat32(columns, values, width):
    guard(columns, width)
    return torch.zeros(len(values), width, device=values.device).scatter_(1, columns, values.float())


@replaces("scatter_values", "largest column")
def InfersTheWidth(columns, values, width):
    guard(columns, width)
    return values.new_zeros(len(values), int(columns.max()) + 1).scatter_(1, columns, values)


@replaces("scatter_values", "same device")
def ScattersIntoATableOnTheCpu(columns, values, width):
    guard(columns, width)
    return torch.zeros(len(values), width, dtype=values.dtype).scatter_(1, columns, values)


@replaces("scatter_values", "rounded to float32")
def ScattersThroughFloat32(columns, values, width):
    guard(columns, width)
    table = torch.zeros(len(values), width, device=values.device).scatter_(1, columns, values.float())
    return table.to(values.dtype)


@replaces("scatter_values", "wrong values")
def ScattersThroughFloat64(columns, values, width):
    guard(columns, width)
    table = torch.zeros(len(values), width, dtype=torch.float64, device=values.device)
    return table.scatter_(1, columns, values.double()).to(values.dtype)
