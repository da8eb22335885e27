"""Other right answers to tensors/broadcasting."""

import numpy
import torch


class Loops:
    def broadcast_shape(first, second):
        count = max(len(first), len(second))
        shape = [1] * count
        for sizes in (first, second):
            for place, size in enumerate(sizes, start=count - len(sizes)):
                if size != 1:
                    if shape[place] not in (1, size):
                        raise ValueError("no")
                    shape[place] = size
        return shape

    def pairwise_differences(x, y):
        result = x.new_empty((len(x), len(y)))
        for i in range(len(x)):
            for j in range(len(y)):
                result[i, j] = x[i] - y[j]
        return result

    def scale(matrix, row_factors, column_factors):
        rows = [row * factor for row, factor in zip(matrix, row_factors, strict=True)]
        return torch.stack([column * factor for column, factor in zip(torch.stack(rows).T, column_factors)], dim=1)

    def mean_squared_error(predictions, labels):
        return sum((p[0] - label) ** 2 for p, label in zip(predictions, labels)) / len(labels)


class AsksTorch:
    def broadcast_shape(first, second):
        try:
            return torch.broadcast_shapes(tuple(first), tuple(second))
        except RuntimeError as error:
            raise ValueError(str(error)) from error

    def pairwise_differences(x, y):
        return torch.sub(*torch.meshgrid(x, y, indexing="ij"))

    def scale(matrix, row_factors, column_factors):
        return torch.einsum("ij,i,j->ij", matrix, row_factors, column_factors)

    def mean_squared_error(predictions, labels):
        return torch.nn.functional.mse_loss(predictions, labels.unsqueeze(-1))


class AsksNumPy:
    def broadcast_shape(first, second):
        return numpy.broadcast_shapes(tuple(first), tuple(second))

    def pairwise_differences(x, y):
        return torch.from_numpy(numpy.subtract.outer(x.cpu().numpy(), y.cpu().numpy())).to(x.device)

    def scale(matrix, row_factors, column_factors):
        return torch.diag(row_factors) @ matrix @ torch.diag(column_factors)

    def mean_squared_error(predictions, labels):
        return torch.dot(predictions.flatten() - labels, predictions.flatten() - labels) / labels.numel()
