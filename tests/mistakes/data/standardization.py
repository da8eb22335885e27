"""Wrong answers to data/standardization."""

import torch

from dojo.runner.variants import body, edit, replaces

DividesByOneLess = edit("fit", "train.std(dim=0, correction=0)", "train.std(dim=0)", "divided by n - 1")
GivesNaNForOneRow = body(
    "fit", "n = len(train); return train.mean(dim=0), train.std(dim=0) * ((n - 1) / n) ** 0.5", "with one row"
)
GivesVariances = edit("fit", "train.std(dim=0, correction=0)", "train.var(dim=0, correction=0)", "this is the variance")
MeasuresRows = body("fit", "return train.mean(dim=1), train.std(dim=1, correction=0)", "one number for each row")
MeasuresEverything = body("fit", "return train.mean(), train.std(correction=0)", "one number over everything")
KeepsTheAxis = body(
    "fit", "return train.mean(dim=0, keepdim=True), train.std(dim=0, correction=0, keepdim=True)", "keepdim=True"
)
TakesMedians = edit("fit", "train.mean(dim=0)", "train.median(dim=0).values", "this is the median")
TakesRanges = edit(
    "fit", "train.std(dim=0, correction=0)", "train.amax(dim=0) - train.amin(dim=0)", "largest minus the smallest"
)
SwapsMeanAndDeviation = body("fit", "return train.std(dim=0, correction=0), train.mean(dim=0)", "the two are swapped")
MeasuresInFloat32 = body(
    "fit", "return train.float().mean(dim=0), train.float().std(dim=0, correction=0)", "has dtype float32"
)


@replaces("fit", "one number over everything")
def MeasuresEverythingForEachColumn(train):
    return train.mean().expand(train.shape[1]), train.std(correction=0).expand(train.shape[1])


@replaces("fit", "tensor of standard deviations")
def SubtractsTheSquareOfTheMean(train):
    mean = train.mean(dim=0)
    return mean, ((train * train).mean(dim=0) - mean * mean).clamp(min=0).sqrt()


@replaces("fit", "changed its input")
def CentresInPlace(train):
    mean = train.mean(dim=0)
    std = train.sub_(mean).square().mean(dim=0).sqrt()
    return mean, std


@replaces("fit", "a tensor made without device= lies on the CPU")
def MeasuresOnTheCpu(train):
    mean, std = train.mean(dim=0), train.std(dim=0, correction=0)
    return torch.tensor(mean.tolist(), dtype=train.dtype), torch.tensor(std.tolist(), dtype=train.dtype)


OnlySubtracts = edit("standardize", "(rows - mean) / std", "rows - mean", "only the mean is subtracted")
OnlyDivides = edit("standardize", "rows - mean", "rows", "only divided")
DividesFirst = edit("standardize", "(rows - mean) / std", "rows / std - mean", "divided first")
DividesByTheVariance = edit("standardize", "(rows - mean) / std", "(rows - mean) / std**2", "by the variance")
SubtractsTheWrongWay = edit("standardize", "rows - mean", "mean - rows", "the sign is wrong")
GivesNaNForAConstantColumn = edit("standardize", ".where(std > 0, 0)", "", "NaN")
GivesInfinityForAConstantColumn = body(
    "standardize", 'return ((rows - mean) / std).nan_to_num(posinf=float("inf"), neginf=-float("inf"))', "infinite"
)
GivesHugeNumbersForAConstantColumn = body("standardize", "return ((rows - mean) / std).nan_to_num()", "0 in every row")
AddsALittle = body("standardize", "return (rows - mean) / (std + 1e-8)", "added to the standard deviation")
TakesALittleForNothing = edit("standardize", "std > 0", "std > 1e-8", "a small standard deviation")
AddsALittleAndMindsConstants = edit(
    "standardize", "(rows - mean) / std", "(rows - mean) / (std + 1e-8)", "added to the standard deviation"
)
GivesTheRowsBack = body("standardize", "return rows.clone()", "these are the rows as they came")
DividesByInfinity = body("standardize", "return (rows - mean) / std.where(std > 0, torch.inf)", "divided by infinity")
MultipliesByAMask = body("standardize", "return (rows - mean) / std.where(std > 0, 1) * (std > 0)", "infinity times 0")


@replaces("standardize", "the new rows' own")
def MeasuresTheNewRows(rows, mean, std):
    own = rows.std(dim=0, correction=0)
    return ((rows - rows.mean(dim=0)) / own).where(own > 0, 0)


@replaces("standardize", "its standard deviation replaced by 1")
def DividesAConstantColumnByOne(rows, mean, std):
    return (rows - mean) / torch.where(std > 0, std, torch.ones_like(std))


@replaces("standardize", "changed its input")
def StandardisesInPlace(rows, mean, std):
    rows -= mean
    rows /= std
    rows[:, std == 0] = 0
    return rows


@replaces("standardize", "changed its input")
def ReplacesZerosInPlace(rows, mean, std):
    result = (rows - mean) / std
    constant = std == 0
    std[constant] = 1
    result[:, constant] = 0
    return result


@replaces("standardize", "same device")
def ReplacesZerosByAOneOnTheCpu(rows, mean, std):
    safe = torch.where(std > 0, std, torch.ones(len(std), dtype=std.dtype))
    return ((rows - mean) / safe).where(std > 0, 0)


@replaces("standardize", "first at")
def ScalesFromZeroToOne(rows, mean, std):
    low, high = rows.amin(dim=0), rows.amax(dim=0)
    return ((rows - low) / (high - low)).where(std > 0, 0)


AddsFirst = body("undo", "return (standardized + mean) * std", "the mean is added first")
DividesAgain = edit("undo", "standardized * std", "standardized / std.where(std > 0, 1)", "divided once more")
StandardisesAgain = body("undo", "return ((standardized - mean) / std).where(std > 0, mean)", "standardised once more")
ForgetsTheMean = body("undo", "return standardized * std", "the mean is missing")
SubtractsAgain = body("undo", "return standardized * std - mean", "subtracted")
UndoesInPlace = body("undo", "return standardized.mul_(std).add_(mean)", "changed its input")


@replaces("undo", "first at")
def MeasuresTheStandardisedRows(standardized, mean, std):
    own = standardized.std(dim=0, correction=0)
    return (standardized - standardized.mean(dim=0)) / own.where(own > 0, 1) * std + mean


AlwaysSays68Percent = body("share_within_one", "return 0.6827", "68 % is the share for normally distributed data")
CountsWithoutStandardising = body(
    "share_within_one", "return (values.abs() <= 1).double().mean().item()", "the values themselves"
)
GivesATensor = body(
    "share_within_one", "return ((values - values.mean()).abs() <= values.std(correction=0)).double().mean()", ".item()"
)


@replaces("share_within_one", "one side")
def CountsOneSide(values):
    return ((values - values.mean()) <= values.std(correction=0)).double().mean().item()


@replaces("share_within_one", "the others")
def CountsTheOutside(values):
    return ((values - values.mean()).abs() > values.std(correction=0)).double().mean().item()


@replaces("share_within_one", "this is a number of values")
def CountsInsteadOfSharing(values):
    return float(((values - values.mean()).abs() <= values.std(correction=0)).sum().item())


@replaces("share_within_one", "both ends included")
def LeavesTheEndsOut(values):
    if values.std(correction=0) == 0:
        return 1.0
    return ((values - values.mean()).abs() < values.std(correction=0)).double().mean().item()


@replaces("share_within_one", "two standard deviations")
def TakesTwoDeviations(values):
    return ((values - values.mean()).abs() <= 2 * values.std(correction=0)).double().mean().item()


@replaces("share_within_one", "this counts within")
def TakesTheVariance(values):
    return ((values - values.mean()).abs() <= values.var(correction=0)).double().mean().item()


@replaces("share_within_one", "if all values are equal")
def DividesByZero(values):
    return (((values - values.mean()) / values.std(correction=0)).abs() <= 1).double().mean().item()


@replaces("share_within_one", "same device")
def ComparesWithABoundOnTheCpu(values):
    bounds = torch.tensor([values.std(correction=0).item()])
    return ((values - values.mean()).abs() <= bounds).double().mean().item()
