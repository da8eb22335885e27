from collections.abc import Mapping, Sequence

import torch


def kind(ordered: bool, distances: bool) -> str:
    if distances and not ordered:
        raise ValueError("where distances mean something, there is an order")
    if distances:
        return "continuous"
    return "ordinal" if ordered else "categorical"


def representation(kind: str, count: int, as_numbers: bool, widest: int) -> str:
    if kind not in ("continuous", "ordinal", "categorical"):
        raise ValueError(f"there is no kind {kind!r}")
    if kind == "continuous" or (kind == "ordinal" and as_numbers):
        return "as is"
    return "one-hot" if count <= widest else "embedding"


def features(
    columns: Mapping[str, torch.Tensor | Sequence[str]],
    levels: Mapping[str, Sequence[str] | Sequence[float]],
    device: torch.device,
) -> torch.Tensor:
    blocks = []
    for name, column in columns.items():
        if name in levels:
            blocks.append(_one_hot(name, column, levels[name], device))
        elif isinstance(column, torch.Tensor):
            blocks.append(column.to(torch.float32).unsqueeze(1))
        else:
            raise ValueError(f"{name} holds words and has no levels")
    return torch.cat(blocks, dim=1)


def _one_hot(
    name: str,
    column: torch.Tensor | Sequence[str],
    levels: Sequence[str] | Sequence[float],
    device: torch.device,
) -> torch.Tensor:
    values = column.tolist() if isinstance(column, torch.Tensor) else column
    places = {level: place for place, level in enumerate(levels)}
    unknown = set(values) - set(places)
    if unknown:
        raise ValueError(f"{name} has values that are not among its levels: {unknown}")
    index = torch.tensor([places[value] for value in values], device=device)
    return torch.eye(len(levels), device=device)[index]
