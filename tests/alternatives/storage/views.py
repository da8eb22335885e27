"""Other right answers to storage/views."""

import torch


class AsksTheMethods:
    def odd_columns(table):
        return table.T[1::2].T

    def diagonal(table):
        return table.diagonal()

    def windows(series, length):
        return series.unfold(0, length, 1)

    def keep_rows(table, start, stop):
        return torch.stack([table[row] for row in range(start, stop)])


class GivesAllStrides:
    def odd_columns(table):
        down, right = table.stride()
        rows, columns = table.shape
        return torch.as_strided(table, (rows, columns // 2), (down, 2 * right), table.storage_offset() + right)

    def diagonal(table):
        down, right = table.stride()
        return torch.as_strided(table, [min(table.shape)], [down + right], table.storage_offset())

    def windows(series, length):
        count = series.size(0) - length + 1
        return torch.as_strided(series, (count, length), (series.stride(0), series.stride(0)), series.storage_offset())

    def keep_rows(table, start, stop):
        kept = torch.empty((stop - start, table.shape[1]), dtype=table.dtype, device=table.device)
        kept.copy_(table[start:stop])
        return kept


class PicksByIndex:
    def odd_columns(table):
        return table[..., 1 : table.shape[-1] : 2]

    def diagonal(table):
        n = min(table.shape)
        return torch.einsum("ii->i", table[:n, :n])

    def windows(series, length):
        row = series.expand(2, len(series))[0]
        return row.unfold(-1, length, 1)

    def keep_rows(table, start, stop):
        return table[torch.arange(start, stop, device=table.device)].contiguous()
