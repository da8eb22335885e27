from collections.abc import Sequence

import torch


def look_up(table: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    return table[words]


def look_up_padded(table: torch.Tensor, words: torch.Tensor, padding: int) -> torch.Tensor:
    return table[words].where((words != padding).unsqueeze(-1), 0)


def count_neighbours(sentences: Sequence[torch.Tensor], size: int, window: int) -> torch.Tensor:
    counts = torch.zeros(size, size, device=sentences[0].device)
    one = counts.new_ones(())
    for sentence in sentences:
        for distance in range(1, min(window, len(sentence)) + 1):
            left, right = sentence[:-distance], sentence[distance:]
            # counts[left, right] += 1 would count a pair once, however often it occurs.
            counts.index_put_((left, right), one, accumulate=True)
            counts.index_put_((right, left), one, accumulate=True)
    return counts


def nearest(vectors: torch.Tensor, word: int, k: int) -> torch.Tensor:
    directions = torch.nn.functional.normalize(vectors, dim=1)
    cosines = directions @ directions[word]
    cosines[word] = -torch.inf
    return cosines.topk(k).indices
