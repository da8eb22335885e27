"""Wrong answers to distributed."""

import time

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from dojo.runner.variants import body, edit, replaces


def _loop(model, loss, features, targets, steps, learning_rate, average=None):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model(features), targets).backward()
        if average:
            average(model)
        optimizer.step()


TwoProcessesOnly = body("share", "return order[rank::2]", "the step is the number of processes, here 3")
LastSamplesDropped = body(
    "share", "return order[: len(order) // world_size * world_size][rank::world_size]", "expected shape (3,)"
)
PaddedByTheLast = edit(
    "share", "places % len(order)", "places.clamp(max=max(len(order) - 1, 0))", "this is the end of the row"
)


@replaces("share", "these lie side by side; take every third element")
def SideBySide(order, rank, world_size):
    size = -(-len(order) // world_size)
    return torch.cat([order, order])[rank * size : (rank + 1) * size]


@replaces("share", "these are the places; take the elements of order there")
def Places(order, rank, world_size):
    size = -(-len(order) // world_size)
    return (rank + world_size * torch.arange(size, device=order.device)) % max(len(order), 1)


@replaces("share", "this is the share of process 0: begin at the place rank")
def RankZeroForAll(order, rank, world_size):
    size = -(-len(order) // world_size)
    return order[world_size * torch.arange(size, device=order.device)] if size else order


@replaces("share", "this is sorted; the order of the epoch must stay")
def Sorted(order, rank, world_size):
    mine = order[rank::world_size]
    return mine.sort().values


@replaces("share", "a sample is missing: process 0 has 3, so process 1 takes one more, from the beginning")
def NoPadding(order, rank, world_size):
    return order[rank::world_size]


@replaces("share", "the last place counts on from the beginning of the row, not of this share")
def PaddedByItsOwnFirst(order, rank, world_size):
    mine = order[rank::world_size]
    size = -(-len(order) // world_size)
    return torch.cat([mine, mine[: size - len(mine)]])


@replaces("share", "the share of process")
def OnceAroundAtMost(order, rank, world_size):
    size = -(-len(order) // world_size)
    return torch.cat([order, order])[rank::world_size][:size]


@replaces("share", "raised ZeroDivisionError")
def AnEmptyOrder(order, rank, world_size):
    size = -(-len(order) // world_size)
    places = [(rank + world_size * step) % len(order) for step in range(max(size, 1))]
    return order[torch.tensor(places, dtype=torch.int64, device=order.device)]


@replaces("share", "device")
def PlacesOnTheCpu(order, rank, world_size):
    numbers = order.tolist()
    size = -(-len(order) // world_size)
    return torch.tensor([numbers[(rank + world_size * step) % len(numbers)] for step in range(size)], dtype=torch.int64)


@replaces("share", "order, after the call")
def OrderChanged(order, rank, world_size):
    size = -(-len(order) // world_size)
    places = rank + world_size * torch.arange(size, device=order.device)
    result = order[places % max(len(order), 1)]
    order.zero_()
    return result


LibraryAllReduce = body("all_reduce_", "dist.all_reduce(tensor)", "ran torch's own allreduce")
ByReduceAndBroadcast = body(
    "all_reduce_", "dist.reduce(tensor, 0); dist.broadcast(tensor, 0)", "ran torch's own reduce"
)
Nothing = body("all_reduce_", "return tensor + tensor", "nothing happened to the tensor")


@replaces("all_reduce_", "ran torch's own allgather")
def ByAllGather(tensor):
    parts = [torch.empty_like(tensor) for _ in range(dist.get_world_size())]
    dist.all_gather(parts, tensor)
    tensor.copy_(sum(parts))


@replaces("all_reduce_", "ran torch's own allgather")
def ByObjects(tensor):
    parts = [None] * dist.get_world_size()
    dist.all_gather_object(parts, tensor)
    tensor.copy_(sum(parts))


@replaces("all_reduce_", "ran torch's own all_reduce")
def ByFunctional(tensor):
    from torch.distributed import _functional_collectives

    tensor.copy_(_functional_collectives.all_reduce(tensor, "sum", dist.group.WORLD))


@replaces("all_reduce_", "this is the mean; all_reduce adds")
def MeanForSum(tensor):
    size = dist.get_world_size()
    if dist.get_rank() == 0:
        part = torch.empty_like(tensor)
        for rank in range(1, size):
            dist.recv(part, src=rank)
            tensor += part
        tensor /= size
        for rank in range(1, size):
            dist.send(tensor, dst=rank)
    else:
        dist.send(tensor, dst=0)
        dist.recv(tensor, src=0)


@replaces("all_reduce_", "process 0 has the sum, process 1 still what it had: send it the sum")
def OnlyProcessZeroHasIt(tensor):
    if dist.get_rank() == 0:
        part = torch.empty_like(tensor)
        for rank in range(1, dist.get_world_size()):
            dist.recv(part, src=rank)
            tensor += part
    else:
        dist.send(tensor, dst=0)


@replaces("all_reduce_", "this is what the other process has; add it to one's own")
def SwappedNotAdded(tensor):
    if dist.get_world_size() == 1:
        return
    other = 1 - dist.get_rank()
    mine = tensor.clone()
    if dist.get_rank() == 0:
        dist.send(mine, dst=other)
        dist.recv(tensor, src=other)
    else:
        dist.recv(tensor, src=other)
        dist.send(mine, dst=other)


@replaces("all_reduce_", "process 1's part is counted twice")
def AddedTwice(tensor):
    part = torch.empty_like(tensor)
    if dist.get_rank() == 0:
        for rank in range(1, dist.get_world_size()):
            dist.recv(part, src=rank)
            tensor += part
        for rank in range(1, dist.get_world_size()):
            dist.send(tensor, dst=rank)
    else:
        dist.send(tensor, dst=0)
        dist.recv(part, src=0)
        tensor += part


@replaces("all_reduce_", "some processes are left out: there may be more than two")
def TwoOnly(tensor):
    rank, last = dist.get_rank(), dist.get_world_size() - 1
    part = torch.empty_like(tensor)
    if last == 0:
        return
    if rank == 0:
        dist.recv(part, src=last)
        tensor += part
        for other in range(1, last + 1):
            dist.send(tensor, dst=other)
    else:
        if rank == last:
            dist.send(tensor, dst=0)
        dist.recv(tensor, src=0)


@replaces("all_reduce_", "digits were lost on the way: float64 must travel as float64")
def ThroughSinglePrecision(tensor):
    message = tensor.float()
    if dist.get_rank() == 0:
        part = torch.empty_like(message)
        for rank in range(1, dist.get_world_size()):
            dist.recv(part, src=rank)
            message += part
        for rank in range(1, dist.get_world_size()):
            dist.send(message, dst=rank)
    else:
        dist.send(message, dst=0)
        dist.recv(message, src=0)
    tensor.copy_(message)


@replaces("all_reduce_", "raised IndexError")
def NotWithoutAxes(tensor):
    total = tensor.clone()
    if dist.get_rank() == 0:
        part = torch.empty_like(tensor)
        for rank in range(1, dist.get_world_size()):
            dist.recv(part, src=rank)
            total += part
        for rank in range(1, dist.get_world_size()):
            dist.send(total, dst=rank)
    else:
        dist.send(total, dst=0)
        dist.recv(total, src=0)
    tensor[:] = total


@replaces("all_reduce_", "all processes must make the same collective calls, in the same order")
def Crossed(tensor):
    # Each waits for the other to begin.
    other = 1 - dist.get_rank()
    part = torch.empty_like(tensor)
    dist.recv(part, src=other)
    dist.send(tensor, dst=other)
    tensor += part


@replaces("average_gradients", "this is still the gradient of this process alone")
def GradientsLeft(parameters, samples):
    for parameter in parameters:
        dist.all_reduce(parameter.grad.clone())


@replaces("average_gradients", "this is the sum over the processes; all_reduce adds, and the mean divides")
def SumOfGradients(parameters, samples):
    for parameter in parameters:
        dist.all_reduce(parameter.grad)


@replaces("average_gradients", "this is the mean of the means, which forgets that the shares differ in size")
def MeanOfMeans(parameters, samples):
    for parameter in parameters:
        dist.all_reduce(parameter.grad)
        parameter.grad /= dist.get_world_size()


@replaces("average_gradients", "this is the sum over all samples; divide by the number of all samples")
def SumOverSamples(parameters, samples):
    for parameter in parameters:
        parameter.grad *= samples
        dist.all_reduce(parameter.grad)


@replaces("average_gradients", "divide by the number of all samples, not by the number of processes")
def DividedByProcesses(parameters, samples):
    for parameter in parameters:
        parameter.grad *= samples
        dist.all_reduce(parameter.grad)
        parameter.grad /= dist.get_world_size()


@replaces("average_gradients", "this is the sum over the processes")
def DividedByItsOwnSamples(parameters, samples):
    for parameter in parameters:
        parameter.grad *= samples
        dist.all_reduce(parameter.grad)
        parameter.grad /= samples


@replaces("average_gradients", "gradient of the weight")
def SharesTakenToBeAlike(parameters, samples):
    total = samples * dist.get_world_size()
    for parameter in parameters:
        parameter.grad *= samples / total
        dist.all_reduce(parameter.grad)


@replaces("average_gradients", "this is still the gradient of this process alone")
def ParametersForGradients(parameters, samples):
    for parameter in parameters:
        dist.all_reduce(parameter.data)
        parameter.data /= dist.get_world_size()


@replaces("average_gradients", "the gradient of the bias")
def FirstParameterOnly(parameters, samples):
    total = torch.tensor(samples)
    dist.all_reduce(total)
    parameter = next(iter(parameters))
    parameter.grad *= samples / total.item()
    dist.all_reduce(parameter.grad)


@replaces("average_gradients", "this is still the gradient of this process alone")
def GoneThroughTwice(parameters, samples):
    total = torch.tensor(samples * len(list(parameters)))
    dist.all_reduce(total)
    for parameter in parameters:
        parameter.grad *= samples / total.item()
        dist.all_reduce(parameter.grad)


@replaces("average_gradients", "all processes must make the same collective calls, in the same order")
def NothingToAdd(parameters, samples):
    total = torch.tensor(samples)
    dist.all_reduce(total)
    for parameter in parameters:
        if parameter.grad.any():
            parameter.grad *= samples / total.item()
            dist.all_reduce(parameter.grad)


@replaces("average_gradients", "process 0 waited 5 s for another in vain")
def OneCallFewer(parameters, samples):
    for place, parameter in enumerate(parameters):
        if place and dist.get_rank():
            continue
        dist.all_reduce(parameter.grad)


EachAlone = body(
    "train", "_loop(model, loss, features, targets, steps, learning_rate); return model", "each process trained alone"
)
ZeroGradForgotten = edit(
    "train", "optimizer.zero_grad()", "", "gradients of earlier steps were left: clear them before each backward()"
)


@replaces("train", "each process trained alone: the model within was called, so no gradients were averaged")
def TheModelWithin(model, loss, features, targets, steps, learning_rate):
    parallel = DistributedDataParallel(model)
    _loop(parallel.module, loss, features, targets, steps, learning_rate)
    return model


@replaces("train", "gave another DistributedDataParallel, expected the model that it was handed, trained")
def TheWrapper(model, loss, features, targets, steps, learning_rate):
    parallel = DistributedDataParallel(model)
    _loop(parallel, loss, features, targets, steps, learning_rate)
    return parallel


@replaces("train", "this process kept initial parameters of its own: all copies begin with those of process 0")
def InitialParametersOfItsOwn(model, loss, features, targets, steps, learning_rate):
    def average(model):
        for parameter in model.parameters():
            dist.all_reduce(parameter.grad)
            parameter.grad /= dist.get_world_size()

    _loop(model, loss, features, targets, steps, learning_rate, average)
    return model


@replaces("train", "the gradients were added over the processes; average them")
def GradientsAdded(model, loss, features, targets, steps, learning_rate):
    parallel = DistributedDataParallel(model)
    _loop(parallel, loss, features, targets, steps, learning_rate * dist.get_world_size())
    return model


@replaces("train", "that is one step")
def OneStep(model, loss, features, targets, steps, learning_rate):
    _loop(DistributedDataParallel(model), loss, features, targets, 1, learning_rate)
    return model


@replaces("train", "nothing was trained")
def NeverStepped(model, loss, features, targets, steps, learning_rate):
    parallel = DistributedDataParallel(model)
    for _ in range(steps):
        loss(parallel(features), targets).backward()
    return model


@replaces("train", "the parameters were averaged at the end; average the gradients in each step")
def ParametersAveragedAtTheEnd(model, loss, features, targets, steps, learning_rate):
    for parameter in model.parameters():
        dist.broadcast(parameter.data, 0)
    _loop(model, loss, features, targets, steps, learning_rate)
    for parameter in model.parameters():
        dist.all_reduce(parameter.data)
        parameter.data /= dist.get_world_size()
    return model


@replaces("train", "all copies begin with the parameters of process 0; these are the mean of all")
def InitialParametersAveraged(model, loss, features, targets, steps, learning_rate):
    for parameter in model.parameters():
        dist.all_reduce(parameter.data)
        parameter.data /= dist.get_world_size()
    _loop(DistributedDataParallel(model), loss, features, targets, steps, learning_rate)
    return model


@replaces("train", "ended without an answer")
def TheLastProcessEndsItAll(model, loss, features, targets, steps, learning_rate):
    import os

    if dist.get_rank():
        time.sleep(0.05)
        os._exit(0)
    return model
