"""Several processes train one model: shares, sums over processes, averaged gradients."""

from contextlib import AbstractContextManager
from typing import Any

import pytest
import torch

from dojo import check, draw
from katas.training import distributed

COLLECTIVES = [
    *(f"c10d.{name}_" for name in ("allreduce", "allreduce_coalesced", "reduce", "broadcast", "gather", "scatter")),
    *(f"c10d.{name}_" for name in ("allgather", "_allgather_base", "reduce_scatter", "_reduce_scatter_base")),
    *(f"c10d.{name}_" for name in ("alltoall", "alltoall_base")),
    *(f"_c10d_functional.{name}" for name in ("all_reduce", "all_reduce_", "broadcast", "broadcast_")),
    *(f"_c10d_functional.{name}" for name in ("all_gather_into_tensor", "reduce_scatter_tensor")),
]


def by_hand() -> AbstractContextManager[None]:
    """Refuse the collective calls, whatever they are called by."""
    return check.built_without(*COLLECTIVES, instead="send and recv")


@pytest.mark.concept("system.distributed")
def test_a_process_takes_every_so_many_th_sample(device):
    """Process r takes the samples at the places r, r + world_size, r + 2 * world_size, and so on."""
    order = torch.tensor([40, 20, 0, 30, 10, 50], device=device)
    check.equal(
        distributed.share(order, 1, 3),
        torch.tensor([20, 10], device=device),
        mistakes={
            "these are the places; take the elements of order there": torch.tensor([1, 4], device=device),
            "these lie side by side; take every third element": torch.tensor([0, 30], device=device),
            "this is the share of process 0: begin at the place rank": torch.tensor([40, 30], device=device),
            "the step is the number of processes, here 3": torch.tensor([20, 30, 50], device=device),
            "this is sorted; the order of the epoch must stay": torch.tensor([10, 20], device=device),
        },
        what="the share of process 1 of 3",
    )
    check.equal(order, torch.tensor([40, 20, 0, 30, 10, 50], device=device), what="order, after the call")


@pytest.mark.concept("system.distributed")
def test_all_shares_are_of_one_size(device):
    """The row begins anew where it ends, so that each process has the same number of samples, and of calls to make."""
    order = torch.tensor([4, 2, 0, 3, 1], device=device)
    check.equal(
        distributed.share(order, 1, 2),
        torch.tensor([2, 3, 4], device=device),
        mistakes={
            "a sample is missing: process 0 has 3, so process 1 takes one more, from the beginning": torch.tensor(
                [2, 3], device=device
            ),
            "the last place counts on from the beginning of the row, not of this share": torch.tensor(
                [2, 3, 2], device=device
            ),
            "the last place counts on from the beginning; this is the end of the row": torch.tensor(
                [2, 3, 1], device=device
            ),
            "place 5 of 5 samples is place 0: the number of samples is what you count modulo": torch.tensor(
                [2, 3, 0], device=device
            ),
        },
        what="the share of process 1 of 2, of 5 samples",
    )
    check.equal(
        distributed.share(order, 0, 2),
        torch.tensor([4, 0, 1], device=device),
        mistakes={"the last sample was dropped: no sample may be lost": torch.tensor([4, 0], device=device)},
        what="the share of process 0 of 2, of 5 samples",
    )


@pytest.mark.concept("system.distributed")
def test_the_shares_hold_every_sample(device):
    """Together the shares hold each sample, for any numbers of samples and processes; order itself stays."""
    for count, world_size in ((draw.integer(20, 30), 4), (12, 3), (2, 5), (1, 4), (0, 3), (7, 1), (3, 8)):
        order = draw.laid_out(draw.distinct((count,), device=device, dtype=torch.int64), "sliced")
        numbers = order.tolist()
        size = -(-count // world_size)
        for rank in range(world_size):
            expected = [numbers[(rank + step * world_size) % count] for step in range(size)]
            check.equal(
                distributed.share(order, rank, world_size),
                torch.tensor(expected, dtype=torch.int64, device=device),
                what=f"the share of process {rank} of {world_size}, of {count} samples",
            )
        check.equal(order, torch.tensor(numbers, dtype=torch.int64, device=device), what="order, after the calls")


def reduced(rank: int, tensors: list[torch.Tensor]) -> torch.Tensor:
    """Run in each process: put the sum of all tensors into its own."""
    tensor = tensors[rank]
    with by_hand():
        distributed.all_reduce_(tensor)
    return tensor


@pytest.mark.concept("system.distributed")
def test_all_reduce_gives_the_sum_to_each_process(processes):
    """all_reduce adds a tensor over the processes, and each of them has the sum afterwards."""
    tensors = [torch.tensor([1.0, 10.0, 100.0]), torch.tensor([2.0, 30.0, 500.0])]
    first, second = processes(reduced, tensors)
    total = torch.tensor([3.0, 40.0, 600.0])
    unchanged = "nothing happened to the tensor: change it in place, as copy_() and += do"
    check.equal(
        first,
        total,
        mistakes={
            unchanged: tensors[0],
            "this is the mean; all_reduce adds": total / 2,
            "this is what the other process has; add it to one's own": tensors[1],
        },
        what="the tensor of process 0",
    )
    check.equal(
        second,
        total,
        mistakes={
            "process 0 has the sum, process 1 still what it had: send it the sum": tensors[1],
            "this is what the other process has; add it to one's own": tensors[0],
            "process 0's part is counted twice": total + tensors[0],
            "process 1's part is counted twice": total + tensors[1],
        },
        what="the tensor of process 1",
    )


@pytest.mark.concept("system.distributed")
@pytest.mark.parametrize(("world_size", "shape"), [(3, (2, 3)), (2, ()), (1, (4,))])
def test_any_number_of_processes_can_add(processes, world_size, shape):
    """The sum is over all processes, of whatever shape the tensors are, with all their digits."""
    tensors = [draw.integers(shape, 2**30, 2**40, dtype=torch.float64) for _ in range(world_size)]
    results = processes(reduced, tensors, world_size=world_size)
    total = sum(tensors[1:], tensors[0])
    for rank, result in enumerate(results):
        check.equal(
            result,
            total,
            mistakes={
                "some processes are left out: there may be more than two": tensors[0] + tensors[-1],
                "only neighbours were added; each part must come to each process": tensors[rank] + tensors[rank - 1],
                "digits were lost on the way: float64 must travel as float64": sum(
                    (tensor.float() for tensor in tensors[1:]), tensors[0].float()
                ).double(),
            },
            what=f"the tensor of process {rank} of {world_size}",
        )


def gradients(
    rank: int, weight: torch.Tensor, bias: torch.Tensor, features: list[torch.Tensor], targets: list[torch.Tensor]
) -> list[torch.Tensor]:
    """Run in each process: the gradients of its own share, averaged over the processes."""
    parameters = [weight.clone().requires_grad_(), bias.clone().requires_grad_()]
    predictions = features[rank] @ parameters[0] + parameters[1]
    ((predictions - targets[rank]) ** 2).mean().backward()
    distributed.average_gradients(iter(parameters), len(features[rank]))
    for parameter in parameters:
        assert parameter.grad is not None, "a .grad is None afterwards; it must hold the average"
    return [parameter.grad for parameter in parameters]


def of_the_mean(weight: Any, bias: Any, features: torch.Tensor, targets: torch.Tensor) -> list[torch.Tensor]:
    """Return the gradients of the mean of (features @ weight + bias - targets)^2, by its formula."""
    errors = features @ weight + bias - targets
    return [2 * features.T @ errors / len(features), 2 * errors.sum(dim=0) / len(features)]


@pytest.mark.concept("system.distributed")
def test_averaged_gradients_are_those_of_the_whole_batch(processes):
    """With shares of one size, the mean of the gradients is the gradient of the whole batch, on each process."""
    _compare(processes, [4, 4])


@pytest.mark.concept("system.distributed")
def test_shares_of_other_sizes_weigh_by_their_samples(processes):
    """A mean of means is the mean of all samples only where each counts with its number of samples."""
    _compare(processes, [1, 5])
    _compare(processes, [2, 3, 7])


@pytest.mark.concept("system.distributed")
def test_a_gradient_of_zeros_takes_part(processes):
    """Each process makes all calls, also where it has nothing to add: the others wait for it."""
    _compare(processes, [2, 3], silent=True)


def _compare(processes: Any, sizes: list[int], silent: bool = False) -> None:
    weight, bias = draw.normal((3, 1), dtype=torch.float64), draw.normal((1,), dtype=torch.float64)
    features = [draw.normal((size, 3), dtype=torch.float64) for size in sizes]
    if silent:  # then the gradient of the weight is 0 here
        features[0].zero_()
    targets = [draw.normal((size, 1), dtype=torch.float64) for size in sizes]
    results = processes(gradients, weight, bias, features, targets, world_size=len(sizes))
    own = [of_the_mean(weight, bias, *pair) for pair in zip(features, targets, strict=True)]
    whole = of_the_mean(weight, bias, torch.cat(features), torch.cat(targets))
    for place, name in enumerate(("weight", "bias")):
        for rank, result in enumerate(results):
            parts = [each[place] for each in own]
            weighted = [part * size for part, size in zip(parts, sizes, strict=True)]
            check.close(
                result[place],
                whole[place],
                mistakes={
                    "this is still the gradient of this process alone": parts[rank],
                    "this is the mean of the means, which forgets that the shares differ in size": sum(parts)
                    / len(parts),
                    "this is the sum over the processes; all_reduce adds, and the mean divides": sum(parts),
                    "this is the sum over all samples; divide by the number of all samples": sum(weighted),
                    "divide by the number of all samples, not by the number of processes": sum(weighted) / len(sizes),
                    "divide by the number of all samples, not by that of this process": sum(weighted) / sizes[rank],
                    "divided by the number of processes once more than is right": whole[place] / len(sizes),
                },
                what=f"the gradient of the {name} on process {rank} of {len(sizes)}",
            )


def uneven_squares(predictions: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the mean of the squared differences, of which those of predictions that are too low count four times."""
    errors = predictions - targets
    return torch.where(errors < 0, 2 * errors, errors).square().mean()


def network(state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """Return a small network with the parameters of ``state``."""
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)).double()
    model.load_state_dict(state)
    return model


def trained(
    rank: int,
    states: list[dict[str, torch.Tensor]],
    features: list[torch.Tensor],
    targets: list[torch.Tensor],
    steps: int,
    learning_rate: float,
) -> list[torch.Tensor]:
    """Run in each process: train its model on its share, with all others; and a second model just like it."""
    share = draw.laid_out(features[rank], "sliced")
    for _ in range(2):
        model = network(states[rank])
        result = distributed.train(model, uneven_squares, share, targets[rank], steps, learning_rate)
        assert result is model, f"gave another {type(result).__name__}, expected the model that it was handed, trained"
    return [parameter.detach() for parameter in model.parameters()]


def descended(
    states: list[dict[str, torch.Tensor]],
    features: list[torch.Tensor],
    targets: list[torch.Tensor],
    steps: int,
    rate: float,
    averaged: bool = True,
    cleared: bool = True,
    swapped: bool = False,
) -> list[torch.Tensor]:
    """Return, for each of some models with a share each, all parameters in a row after plain gradient descent."""
    models = [network(state) for state in states]
    for _ in range(steps):
        for model, x, y in zip(models, features, targets, strict=True):
            if cleared:
                model.zero_grad()
            predictions = model(x)
            (uneven_squares(y, predictions) if swapped else uneven_squares(predictions, y)).backward()
        with torch.no_grad():
            for parameters in zip(*(model.parameters() for model in models), strict=True):
                mean = sum(parameter.grad for parameter in parameters) / len(parameters)
                for parameter in parameters:
                    parameter.grad = mean.clone() if averaged else parameter.grad
                    parameter -= rate * parameter.grad
    return [torch.cat([parameter.detach().flatten() for parameter in model.parameters()]) for model in models]


@pytest.mark.concept("system.distributed")
def test_processes_together_train_as_one_process_on_all_samples(processes):
    """The averaged steps of all processes are those of one process which has the whole batch."""
    features = [draw.normal((4, 3), dtype=torch.float64) for _ in range(2)]
    targets = [draw.normal((4, 1), dtype=torch.float64) for _ in range(2)]
    shapes = {"0.weight": (4, 3), "0.bias": (4,), "2.weight": (1, 4), "2.bias": (1,)}
    states = [{name: draw.normal(shape, dtype=torch.float64) for name, shape in shapes.items()} for _ in range(2)]
    steps, learning_rate = 3, 0.05
    results = [
        torch.cat([parameter.flatten() for parameter in parameters])
        for parameters in processes(trained, states, features, targets, steps, learning_rate)
    ]
    [together] = descended(states[:1], [torch.cat(features)], [torch.cat(targets)], steps, learning_rate)
    shares = features, targets
    alike, mean = [states[0]] * 2, {name: (states[0][name] + states[1][name]) / 2 for name in shapes}
    alone = descended(alike, *shares, steps, learning_rate, averaged=False)
    for rank, result in enumerate(results):
        check.close(
            result,
            together,
            mistakes={
                "each process trained alone: the model within was called, so no gradients were averaged": alone[rank],
                "each process trained alone, from initial parameters of its own": descended(
                    states, *shares, steps, learning_rate, averaged=False
                )[rank],
                "the predictions come first: loss(predictions, targets)": descended(
                    alike, *shares, steps, learning_rate, swapped=True
                )[rank],
                "nothing was trained": descended(alike, *shares, 0, learning_rate)[rank],
                "nothing was trained: these are the parameters that this process began with": descended(
                    states, *shares, 0, learning_rate
                )[rank],
                "this process kept initial parameters of its own: all copies begin with those of process 0": descended(
                    states, *shares, steps, learning_rate
                )[rank],
                "all copies begin with the parameters of process 0; these are the mean of all": descended(
                    [mean] * 2, *shares, steps, learning_rate
                )[rank],
                "the parameters were averaged at the end; average the gradients in each step": sum(alone) / 2,
                "the gradients were added over the processes; average them": descended(
                    alike, *shares, steps, 2 * learning_rate
                )[rank],
                "gradients of earlier steps were left: clear them before each backward()": descended(
                    alike, *shares, steps, learning_rate, cleared=False
                )[rank],
                "that is one step": descended(alike, *shares, 1, learning_rate)[rank],
                "that is one step too few": descended(alike, *shares, steps - 1, learning_rate)[rank],
                "that is one step too many": descended(alike, *shares, steps + 1, learning_rate)[rank],
            },
            what=f"the parameters of process {rank}, in a row",
        )
