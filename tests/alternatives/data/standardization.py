"""Other right answers to data/standardization."""

import numpy
import torch


class Loops:
    def fit(train):
        mean, std = train.new_zeros(train.shape[1]), train.new_zeros(train.shape[1])
        for j in range(train.shape[1]):
            column = train[:, j].tolist()
            m = sum(column) / len(column)
            mean[j] = m
            std[j] = (sum((x - m) ** 2 for x in column) / len(column)) ** 0.5
        return mean, std

    def standardize(rows, mean, std):
        result = torch.zeros_like(rows)
        for j in range(rows.shape[1]):
            if std[j] != 0:
                result[:, j] = (rows[:, j] - mean[j]) / std[j]
        return result

    def undo(standardized, mean, std):
        return torch.stack([row * std + mean for row in standardized]) if len(standardized) else standardized.clone()

    def share_within_one(values):
        numbers = values.tolist()
        mean = sum(numbers) / len(numbers)
        std = (sum((x - mean) ** 2 for x in numbers) / len(numbers)) ** 0.5
        return sum(abs(x - mean) <= std for x in numbers) / len(numbers)


class AsksForBothAtOnce:
    def fit(train):
        std, mean = torch.std_mean(train, dim=0, unbiased=False)
        return [mean, std]

    def standardize(rows, mean, std):
        safe = torch.where(std == 0, torch.ones_like(std), std)
        return (rows - mean).div(safe).masked_fill(std == 0, 0)

    def undo(standardized, mean, std):
        return torch.addcmul(mean, standardized, std)

    def share_within_one(values):
        std, mean = torch.std_mean(values, correction=0)
        return torch.count_nonzero((values - mean).abs() <= std).item() / values.numel()


class AsksNumPy:
    def fit(train):
        array = train.cpu().numpy().astype(numpy.float64)
        return tuple(torch.from_numpy(each).to(train.dtype).to(train.device) for each in (array.mean(0), array.std(0)))

    def standardize(rows, mean, std):
        centred = (rows - mean).cpu().numpy()
        scale = std.cpu().numpy()[None].repeat(len(centred), axis=0)
        result = numpy.divide(centred, scale, out=numpy.zeros_like(centred), where=scale > 0)
        return torch.from_numpy(result).to(rows.device)

    def undo(standardized, mean, std):
        return torch.einsum("ij,j->ij", standardized, std) + mean[None, :]

    def share_within_one(values):
        array = values.cpu().numpy().astype(numpy.float64)
        return numpy.mean(numpy.abs(array - array.mean()) <= array.std())


class TakesRootsOfVariances:
    def fit(train):
        mean = train.sum(dim=0) / train.shape[0]
        return mean, (train - mean).pow(2).mean(dim=0).sqrt()

    def standardize(rows, mean, std):
        result = (rows - mean) / std
        result[:, std == 0] = 0
        return result
