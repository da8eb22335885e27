"""Several processes train one model.

Each process has a number, its rank, from 0 to world_size - 1; a copy of the model; and a share of the samples. Each
computes the gradients of its own share. Before the step, the processes average their gradients, so all of them take
the same step and their copies stay alike. The result is that of one process which has all samples.

The processes meet in collective calls, such as torch.distributed.all_reduce(tensor): each process makes the same calls
in the same order, each waits in the call until the others have come, and then all hold the result. A process that makes
one call fewer leaves the others waiting. So all shares must be of one size.

5 samples for 2 processes, in the order 4 2 0 3 1: process 0 takes 4 0 1, and process 1 takes 2 3, and then 4 once more,
for the row begins anew. A mean over shares must not forget their sizes: the mean 6 of 1 sample and the mean 2 of 3
samples are a mean of (1 * 6 + 3 * 2) / 4 = 3 together, not of 4.

The specification starts the processes, which have the default process group (over gloo, on the CPU);
torch.distributed.get_rank() and get_world_size() say which process this is, and of how many. Your functions neither
start nor end the group.

Check with:  pytest katas/training/test_distributed.py
"""

from collections.abc import Callable, Iterable

import torch


def share(order: torch.Tensor, rank: int, world_size: int) -> torch.Tensor:
    """Return the samples of one process, as a sampler for distributed training gives them out.

    Args:
        order: numbers of samples, int64 of shape (n,), in the order of this epoch; the same on each process. May be
            empty. Stays as it is.
        rank: of the process, from 0 to world_size - 1.
        world_size: how many processes there are, at least 1.

    Returns:
        int64 of shape (ceil(n / world_size),) on order's device: the elements of order at the places rank, rank +
        world_size, rank + 2 * world_size, and so on. A place beyond the end counts on from the beginning, as often as
        it takes: place n is place 0.
    """
    raise NotImplementedError("pick every world_size-th element, beginning at rank")


def all_reduce_(tensor: torch.Tensor) -> None:
    """Put the sum over all processes into ``tensor`` in place, on each process: all_reduce by hand.

    Not allowed: the collective calls of torch.distributed (all_reduce, reduce, all_gather, gather, broadcast and so
    on). Use torch.distributed.send(tensor, dst=rank) and recv(tensor, src=rank), which fills the tensor that it gets,
    or isend and irecv, which do not wait.

    Args:
        tensor: float32 or float64, contiguous, of any shape; of the same dtype and shape on each process. There are 1
            to 4 processes.
    """
    raise NotImplementedError("send the tensors to one process, add them there, and send the sum back")


def average_gradients(parameters: Iterable[torch.Tensor], samples: int) -> None:
    """Make each .grad the gradient of the mean loss over the samples of all processes.

    Each process calls this after its backward(). All of torch.distributed is allowed.

    Args:
        parameters: leaves, each with a .grad, which is the gradient of the mean loss over this process's own samples,
            and may be 0. The same parameters in the same order on each process. Can be gone through once.
        samples: how many samples this process has, at least 1; other processes may have another number.
    """
    raise NotImplementedError("weight each gradient by the number of samples, and add over the processes")


def train(
    model: torch.nn.Module,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    features: torch.Tensor,
    targets: torch.Tensor,
    steps: int,
    learning_rate: float,
) -> torch.nn.Module:
    """Train a model on all processes, by plain gradient descent with torch.nn.parallel.DistributedDataParallel.

    It gives all copies the parameters of process 0 as it is made, and averages the gradients in each backward().

    Args:
        model: of the same layers on each process, but with initial parameters of each process's own; those of process 0
            count. No parameter has a gradient yet.
        loss: a function of (predictions, targets) that gives the mean over the samples; a scalar.
        features: this process's own share, of shape (n, d), the same n on each process.
        targets: of the share, of shape (n, 1).
        steps: how many steps to take, each on the whole share; at least 1.
        learning_rate: of torch.optim.SGD.

    Returns:
        ``model`` itself, not wrapped, with trained parameters that are the same on each process.
    """
    raise NotImplementedError("wrap the model in DistributedDataParallel, train it, and return the model within")
