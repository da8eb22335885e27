"""Other right answers to data/value_kinds."""

import numpy
import torch


class ComparesWithEachLevel:
    def kind(ordered, distances):
        match (bool(ordered), bool(distances)):
            case (True, True):
                return "continuous"
            case (True, False):
                return "ordinal"
            case (False, False):
                return "categorical"
        raise ValueError("no")

    def representation(kind, count, as_numbers, widest):
        if kind == "ordinal":
            kind = "continuous" if as_numbers else "categorical"
        if kind == "continuous":
            return "as is"
        if kind == "categorical":
            return "embedding" if count > widest else "one-hot"
        raise ValueError(kind)

    def features(columns, levels, device):
        parts = []
        for name, column in columns.items():
            if name not in levels:
                if not torch.is_tensor(column):
                    raise ValueError(name)
                parts.append(column.float())
                continue
            hits = []
            for level in levels[name]:
                if torch.is_tensor(column):
                    hits.append((column == level).float())
                else:
                    hits.append(torch.tensor([float(value == level) for value in column], device=device))
            if not torch.stack(hits).sum(dim=0).bool().all():
                raise ValueError(name)
            parts.extend(hits)
        return torch.stack(parts, dim=1)


class FillsRowByRow:
    def features(columns, levels, device):
        n = len(next(iter(columns.values())))
        rows = [[] for _ in range(n)]
        for name, column in columns.items():
            values = column.tolist() if isinstance(column, torch.Tensor) else list(column)
            for row, value in zip(rows, values, strict=True):
                if name in levels:
                    ones = [0.0] * len(levels[name])
                    ones[list(levels[name]).index(value)] = 1.0  # index() raises ValueError
                    row.extend(ones)
                else:
                    row.append(float(value))  # float("USA") raises ValueError
        return torch.tensor(rows, device=device)


class ScattersWithNumPy:
    def kind(ordered, distances):
        if distances > ordered:
            raise ValueError("no")
        return ("categorical", "ordinal", "continuous")[int(ordered) + int(distances)]

    def representation(kind, count, as_numbers, widest):
        discrete = "one-hot" if count <= widest else "embedding"
        try:
            return {
                "continuous": "as is",
                "ordinal": "as is" if as_numbers else discrete,
                "categorical": discrete,
            }[kind]
        except KeyError:
            raise ValueError(kind) from None

    def features(columns, levels, device):
        blocks = []
        for name, column in columns.items():
            if isinstance(column, torch.Tensor):
                column = column.cpu().numpy()
            column = numpy.asarray(column)
            if name in levels:
                block = (column[:, None] == numpy.asarray(levels[name])[None, :]).astype(numpy.float32)
                if (block.sum(axis=1) == 0).any():
                    raise ValueError(name)
            else:
                block = column.astype(numpy.float32)[:, None]
            blocks.append(block)
        return torch.from_numpy(numpy.concatenate(blocks, axis=1)).to(device)


class AsksOneHot:
    def features(columns, levels, device):
        width = sum(len(levels[name]) if name in levels else 1 for name in columns)
        n = len(next(iter(columns.values())))
        matrix = torch.zeros(n, width, device=device)
        at = 0
        for name, column in columns.items():
            if name in levels:
                order = list(levels[name])
                if isinstance(column, torch.Tensor):
                    column = column.tolist()
                codes = torch.tensor([order.index(value) for value in column], device=device)
                matrix[:, at : at + len(order)] = torch.nn.functional.one_hot(codes, len(order))
                at += len(order)
            elif isinstance(column, torch.Tensor):
                matrix[:, at] = column
                at += 1
            else:
                raise ValueError(name)
        return matrix
