"""Wrong answers to data/standardization."""

import torch


class DividesByOneLess:
    """divided by n - 1"""

    def fit(train):
        return train.mean(dim=0), train.std(dim=0)


class GivesNaNForOneRow:
    """with one row"""

    def fit(train):
        n = len(train)
        return train.mean(dim=0), train.std(dim=0) * ((n - 1) / n) ** 0.5


class GivesVariances:
    """this is the variance"""

    def fit(train):
        return train.mean(dim=0), train.var(dim=0, correction=0)


class MeasuresRows:
    """one number for each row"""

    def fit(train):
        return train.mean(dim=1), train.std(dim=1, correction=0)


class MeasuresEverything:
    """one number over everything"""

    def fit(train):
        return train.mean(), train.std(correction=0)


class MeasuresEverythingForEachColumn:
    """one number over everything"""

    def fit(train):
        return train.mean().expand(train.shape[1]), train.std(correction=0).expand(train.shape[1])


class KeepsTheAxis:
    """keepdim=True"""

    def fit(train):
        return train.mean(dim=0, keepdim=True), train.std(dim=0, correction=0, keepdim=True)


class TakesMedians:
    """this is the median"""

    def fit(train):
        return train.median(dim=0).values, train.std(dim=0, correction=0)


class TakesRanges:
    """largest minus the smallest"""

    def fit(train):
        return train.mean(dim=0), train.amax(dim=0) - train.amin(dim=0)


class SwapsMeanAndDeviation:
    """the two are swapped"""

    def fit(train):
        return train.std(dim=0, correction=0), train.mean(dim=0)


class SubtractsTheSquareOfTheMean:
    """tensor of standard deviations"""

    def fit(train):
        mean = train.mean(dim=0)
        return mean, ((train * train).mean(dim=0) - mean * mean).clamp(min=0).sqrt()


class MeasuresInFloat32:
    """has dtype float32"""

    def fit(train):
        return train.float().mean(dim=0), train.float().std(dim=0, correction=0)


class CentresInPlace:
    """changed its input"""

    def fit(train):
        mean = train.mean(dim=0)
        std = train.sub_(mean).square().mean(dim=0).sqrt()
        return mean, std


class MeasuresOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def fit(train):
        mean, std = train.mean(dim=0), train.std(dim=0, correction=0)
        return torch.tensor(mean.tolist(), dtype=train.dtype), torch.tensor(std.tolist(), dtype=train.dtype)


class MeasuresTheNewRows:
    """the new rows' own"""

    def standardize(rows, mean, std):
        own = rows.std(dim=0, correction=0)
        return ((rows - rows.mean(dim=0)) / own).where(own > 0, 0)


class OnlySubtracts:
    """only the mean is subtracted"""

    def standardize(rows, mean, std):
        return (rows - mean).where(std > 0, 0)


class OnlyDivides:
    """only divided"""

    def standardize(rows, mean, std):
        return (rows / std).where(std > 0, 0)


class DividesFirst:
    """divided first"""

    def standardize(rows, mean, std):
        return (rows / std - mean).where(std > 0, 0)


class DividesByTheVariance:
    """by the variance"""

    def standardize(rows, mean, std):
        return ((rows - mean) / std**2).where(std > 0, 0)


class SubtractsTheWrongWay:
    """the sign is wrong"""

    def standardize(rows, mean, std):
        return ((mean - rows) / std).where(std > 0, 0)


class GivesNaNForAConstantColumn:
    """NaN"""

    def standardize(rows, mean, std):
        return (rows - mean) / std


class GivesInfinityForAConstantColumn:
    """infinite"""

    def standardize(rows, mean, std):
        return ((rows - mean) / std).nan_to_num(posinf=float("inf"), neginf=-float("inf"))


class GivesHugeNumbersForAConstantColumn:
    """0 in every row"""

    def standardize(rows, mean, std):
        return ((rows - mean) / std).nan_to_num()


class DividesAConstantColumnByOne:
    """its standard deviation replaced by 1"""

    def standardize(rows, mean, std):
        return (rows - mean) / torch.where(std > 0, std, torch.ones_like(std))


class AddsALittle:
    """added to the standard deviation"""

    def standardize(rows, mean, std):
        return (rows - mean) / (std + 1e-8)


class TakesALittleForNothing:
    """a small standard deviation"""

    def standardize(rows, mean, std):
        return ((rows - mean) / std).where(std > 1e-8, 0)


class AddsALittleAndMindsConstants:
    """added to the standard deviation"""

    def standardize(rows, mean, std):
        return ((rows - mean) / (std + 1e-8)).where(std > 0, 0)


class StandardisesInPlace:
    """changed its input"""

    def standardize(rows, mean, std):
        rows -= mean
        rows /= std
        rows[:, std == 0] = 0
        return rows


class ReplacesZerosInPlace:
    """changed its input"""

    def standardize(rows, mean, std):
        result = (rows - mean) / std
        constant = std == 0
        std[constant] = 1
        result[:, constant] = 0
        return result


class ReplacesZerosByAOneOnTheCpu:
    """same device"""

    def standardize(rows, mean, std):
        safe = torch.where(std > 0, std, torch.ones(len(std), dtype=std.dtype))
        return ((rows - mean) / safe).where(std > 0, 0)


class ScalesFromZeroToOne:
    """first at"""

    def standardize(rows, mean, std):
        low, high = rows.amin(dim=0), rows.amax(dim=0)
        return ((rows - low) / (high - low)).where(std > 0, 0)


class GivesTheRowsBack:
    """these are the rows as they came"""

    def standardize(rows, mean, std):
        return rows.clone()


class AddsFirst:
    """the mean is added first"""

    def undo(standardized, mean, std):
        return (standardized + mean) * std


class DividesAgain:
    """divided once more"""

    def undo(standardized, mean, std):
        return standardized / std.where(std > 0, 1) + mean


class StandardisesAgain:
    """standardised once more"""

    def undo(standardized, mean, std):
        return ((standardized - mean) / std).where(std > 0, mean)


class ForgetsTheMean:
    """the mean is missing"""

    def undo(standardized, mean, std):
        return standardized * std


class SubtractsAgain:
    """subtracted"""

    def undo(standardized, mean, std):
        return standardized * std - mean


class UndoesInPlace:
    """changed its input"""

    def undo(standardized, mean, std):
        return standardized.mul_(std).add_(mean)


class MeasuresTheStandardisedRows:
    """first at"""

    def undo(standardized, mean, std):
        own = standardized.std(dim=0, correction=0)
        return (standardized - standardized.mean(dim=0)) / own.where(own > 0, 1) * std + mean


class AlwaysSays68Percent:
    """68 % is the share for normally distributed data"""

    def share_within_one(values):
        return 0.6827


class CountsWithoutStandardising:
    """the values themselves"""

    def share_within_one(values):
        return (values.abs() <= 1).double().mean().item()


class CountsOneSide:
    """one side"""

    def share_within_one(values):
        return ((values - values.mean()) <= values.std(correction=0)).double().mean().item()


class CountsTheOutside:
    """the others"""

    def share_within_one(values):
        return ((values - values.mean()).abs() > values.std(correction=0)).double().mean().item()


class CountsInsteadOfSharing:
    """this is a number of values"""

    def share_within_one(values):
        return float(((values - values.mean()).abs() <= values.std(correction=0)).sum().item())


class LeavesTheEndsOut:
    """both ends included"""

    def share_within_one(values):
        if values.std(correction=0) == 0:
            return 1.0
        return ((values - values.mean()).abs() < values.std(correction=0)).double().mean().item()


class TakesTwoDeviations:
    """two standard deviations"""

    def share_within_one(values):
        return ((values - values.mean()).abs() <= 2 * values.std(correction=0)).double().mean().item()


class TakesTheVariance:
    """this counts within"""

    def share_within_one(values):
        return ((values - values.mean()).abs() <= values.var(correction=0)).double().mean().item()


class GivesATensor:
    """.item()"""

    def share_within_one(values):
        return ((values - values.mean()).abs() <= values.std(correction=0)).double().mean()


class DividesByZero:
    """if all values are equal"""

    def share_within_one(values):
        return (((values - values.mean()) / values.std(correction=0)).abs() <= 1).double().mean().item()


class ComparesWithABoundOnTheCpu:
    """same device"""

    def share_within_one(values):
        bounds = torch.tensor([values.std(correction=0).item()])
        return ((values - values.mean()).abs() <= bounds).double().mean().item()


class DividesByInfinity:
    """divided by infinity"""

    def standardize(rows, mean, std):
        return (rows - mean) / std.where(std > 0, torch.inf)


class MultipliesByAMask:
    """infinity times 0"""

    def standardize(rows, mean, std):
        return (rows - mean) / std.where(std > 0, 1) * (std > 0)
