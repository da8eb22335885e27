"""Wrong answers to distributed."""

import time

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


class SideBySide:
    """these lie side by side; take every third element"""

    def share(order, rank, world_size):
        size = -(-len(order) // world_size)
        return torch.cat([order, order])[rank * size : (rank + 1) * size]


class Places:
    """these are the places; take the elements of order there"""

    def share(order, rank, world_size):
        size = -(-len(order) // world_size)
        return (rank + world_size * torch.arange(size, device=order.device)) % max(len(order), 1)


class RankZeroForAll:
    """this is the share of process 0: begin at the place rank"""

    def share(order, rank, world_size):
        size = -(-len(order) // world_size)
        return order[world_size * torch.arange(size, device=order.device)] if size else order


class TwoProcessesOnly:
    """the step is the number of processes, here 3"""

    def share(order, rank, world_size):
        return order[rank::2]


class Sorted:
    """this is sorted; the order of the epoch must stay"""

    def share(order, rank, world_size):
        mine = order[rank::world_size]
        return mine.sort().values


class NoPadding:
    """a sample is missing: process 0 has 3, so process 1 takes one more, from the beginning"""

    def share(order, rank, world_size):
        return order[rank::world_size]


class LastSamplesDropped:
    """expected shape (3,)"""

    def share(order, rank, world_size):
        return order[: len(order) // world_size * world_size][rank::world_size]


class PaddedByItsOwnFirst:
    """the last place counts on from the beginning of the row, not of this share"""

    def share(order, rank, world_size):
        mine = order[rank::world_size]
        size = -(-len(order) // world_size)
        return torch.cat([mine, mine[: size - len(mine)]])


class PaddedByTheLast:
    """this is the end of the row"""

    def share(order, rank, world_size):
        size = -(-len(order) // world_size)
        places = rank + world_size * torch.arange(size, device=order.device)
        return order[places.clamp(max=max(len(order) - 1, 0))]


class OnceAroundAtMost:
    """the share of process"""

    def share(order, rank, world_size):
        size = -(-len(order) // world_size)
        return torch.cat([order, order])[rank::world_size][:size]


class AnEmptyOrder:
    """raised ZeroDivisionError"""

    def share(order, rank, world_size):
        size = -(-len(order) // world_size)
        places = [(rank + world_size * step) % len(order) for step in range(max(size, 1))]
        return order[torch.tensor(places, dtype=torch.int64, device=order.device)]


class PlacesOnTheCpu:
    """device"""

    def share(order, rank, world_size):
        numbers = order.tolist()
        size = -(-len(order) // world_size)
        return torch.tensor(
            [numbers[(rank + world_size * step) % len(numbers)] for step in range(size)], dtype=torch.int64
        )


class OrderChanged:
    """order, after the call"""

    def share(order, rank, world_size):
        size = -(-len(order) // world_size)
        places = rank + world_size * torch.arange(size, device=order.device)
        result = order[places % max(len(order), 1)]
        order.zero_()
        return result


class LibraryAllReduce:
    """ran torch's own allreduce"""

    def all_reduce_(tensor):
        dist.all_reduce(tensor)


class ByAllGather:
    """ran torch's own allgather"""

    def all_reduce_(tensor):
        parts = [torch.empty_like(tensor) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, tensor)
        tensor.copy_(sum(parts))


class ByReduceAndBroadcast:
    """ran torch's own reduce"""

    def all_reduce_(tensor):
        dist.reduce(tensor, 0)
        dist.broadcast(tensor, 0)


class ByObjects:
    """ran torch's own allgather"""

    def all_reduce_(tensor):
        parts = [None] * dist.get_world_size()
        dist.all_gather_object(parts, tensor)
        tensor.copy_(sum(parts))


class ByFunctional:
    """ran torch's own all_reduce"""

    def all_reduce_(tensor):
        from torch.distributed import _functional_collectives

        tensor.copy_(_functional_collectives.all_reduce(tensor, "sum", dist.group.WORLD))


class Nothing:
    """nothing happened to the tensor"""

    def all_reduce_(tensor):
        return tensor + tensor


class MeanForSum:
    """this is the mean; all_reduce adds"""

    def all_reduce_(tensor):
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


class OnlyProcessZeroHasIt:
    """process 0 has the sum, process 1 still what it had: send it the sum"""

    def all_reduce_(tensor):
        if dist.get_rank() == 0:
            part = torch.empty_like(tensor)
            for rank in range(1, dist.get_world_size()):
                dist.recv(part, src=rank)
                tensor += part
        else:
            dist.send(tensor, dst=0)


class SwappedNotAdded:
    """this is what the other process has; add it to one's own"""

    def all_reduce_(tensor):
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


class AddedTwice:
    """process 1's part is counted twice"""

    def all_reduce_(tensor):
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


class TwoOnly:
    """some processes are left out: there may be more than two"""

    def all_reduce_(tensor):
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


class ThroughSinglePrecision:
    """digits were lost on the way: float64 must travel as float64"""

    def all_reduce_(tensor):
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


class NotWithoutAxes:
    """raised IndexError"""

    def all_reduce_(tensor):
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


class Crossed:
    """all processes must make the same collective calls, in the same order"""

    def all_reduce_(tensor):
        # Each waits for the other to begin.
        other = 1 - dist.get_rank()
        part = torch.empty_like(tensor)
        dist.recv(part, src=other)
        dist.send(tensor, dst=other)
        tensor += part


class GradientsLeft:
    """this is still the gradient of this process alone"""

    def average_gradients(parameters, samples):
        for parameter in parameters:
            dist.all_reduce(parameter.grad.clone())


class SumOfGradients:
    """this is the sum over the processes; all_reduce adds, and the mean divides"""

    def average_gradients(parameters, samples):
        for parameter in parameters:
            dist.all_reduce(parameter.grad)


class MeanOfMeans:
    """this is the mean of the means, which forgets that the shares differ in size"""

    def average_gradients(parameters, samples):
        for parameter in parameters:
            dist.all_reduce(parameter.grad)
            parameter.grad /= dist.get_world_size()


class SumOverSamples:
    """this is the sum over all samples; divide by the number of all samples"""

    def average_gradients(parameters, samples):
        for parameter in parameters:
            parameter.grad *= samples
            dist.all_reduce(parameter.grad)


class DividedByProcesses:
    """divide by the number of all samples, not by the number of processes"""

    def average_gradients(parameters, samples):
        for parameter in parameters:
            parameter.grad *= samples
            dist.all_reduce(parameter.grad)
            parameter.grad /= dist.get_world_size()


class DividedByItsOwnSamples:
    """this is the sum over the processes"""

    def average_gradients(parameters, samples):
        for parameter in parameters:
            parameter.grad *= samples
            dist.all_reduce(parameter.grad)
            parameter.grad /= samples


class SharesTakenToBeAlike:
    """gradient of the weight"""

    def average_gradients(parameters, samples):
        total = samples * dist.get_world_size()
        for parameter in parameters:
            parameter.grad *= samples / total
            dist.all_reduce(parameter.grad)


class ParametersForGradients:
    """this is still the gradient of this process alone"""

    def average_gradients(parameters, samples):
        for parameter in parameters:
            dist.all_reduce(parameter.data)
            parameter.data /= dist.get_world_size()


class FirstParameterOnly:
    """the gradient of the bias"""

    def average_gradients(parameters, samples):
        total = torch.tensor(samples)
        dist.all_reduce(total)
        parameter = next(iter(parameters))
        parameter.grad *= samples / total.item()
        dist.all_reduce(parameter.grad)


class GoneThroughTwice:
    """this is still the gradient of this process alone"""

    def average_gradients(parameters, samples):
        total = torch.tensor(samples * len(list(parameters)))
        dist.all_reduce(total)
        for parameter in parameters:
            parameter.grad *= samples / total.item()
            dist.all_reduce(parameter.grad)


class NothingToAdd:
    """all processes must make the same collective calls, in the same order"""

    def average_gradients(parameters, samples):
        total = torch.tensor(samples)
        dist.all_reduce(total)
        for parameter in parameters:
            if parameter.grad.any():
                parameter.grad *= samples / total.item()
                dist.all_reduce(parameter.grad)


class OneCallFewer:
    """process 0 waited 5 s for another in vain"""

    def average_gradients(parameters, samples):
        for place, parameter in enumerate(parameters):
            if place and dist.get_rank():
                continue
            dist.all_reduce(parameter.grad)


def _loop(model, loss, features, targets, steps, learning_rate, average=None):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model(features), targets).backward()
        if average:
            average(model)
        optimizer.step()


class EachAlone:
    """each process trained alone"""

    def train(model, loss, features, targets, steps, learning_rate):
        _loop(model, loss, features, targets, steps, learning_rate)
        return model


class TheModelWithin:
    """each process trained alone: the model within was called, so no gradients were averaged"""

    def train(model, loss, features, targets, steps, learning_rate):
        parallel = DistributedDataParallel(model)
        _loop(parallel.module, loss, features, targets, steps, learning_rate)
        return model


class TheWrapper:
    """gave another DistributedDataParallel, expected the model that it was handed, trained"""

    def train(model, loss, features, targets, steps, learning_rate):
        parallel = DistributedDataParallel(model)
        _loop(parallel, loss, features, targets, steps, learning_rate)
        return parallel


class InitialParametersOfItsOwn:
    """this process kept initial parameters of its own: all copies begin with those of process 0"""

    def train(model, loss, features, targets, steps, learning_rate):
        def average(model):
            for parameter in model.parameters():
                dist.all_reduce(parameter.grad)
                parameter.grad /= dist.get_world_size()

        _loop(model, loss, features, targets, steps, learning_rate, average)
        return model


class GradientsAdded:
    """the gradients were added over the processes; average them"""

    def train(model, loss, features, targets, steps, learning_rate):
        parallel = DistributedDataParallel(model)
        _loop(parallel, loss, features, targets, steps, learning_rate * dist.get_world_size())
        return model


class ZeroGradForgotten:
    """gradients of earlier steps were left: clear them before each backward()"""

    def train(model, loss, features, targets, steps, learning_rate):
        parallel = DistributedDataParallel(model)
        optimizer = torch.optim.SGD(parallel.parameters(), lr=learning_rate)
        for _ in range(steps):
            loss(parallel(features), targets).backward()
            optimizer.step()
        return model


class OneStep:
    """that is one step"""

    def train(model, loss, features, targets, steps, learning_rate):
        _loop(DistributedDataParallel(model), loss, features, targets, 1, learning_rate)
        return model


class NeverStepped:
    """nothing was trained"""

    def train(model, loss, features, targets, steps, learning_rate):
        parallel = DistributedDataParallel(model)
        for _ in range(steps):
            loss(parallel(features), targets).backward()
        return model


class ParametersAveragedAtTheEnd:
    """the parameters were averaged at the end; average the gradients in each step"""

    def train(model, loss, features, targets, steps, learning_rate):
        for parameter in model.parameters():
            dist.broadcast(parameter.data, 0)
        _loop(model, loss, features, targets, steps, learning_rate)
        for parameter in model.parameters():
            dist.all_reduce(parameter.data)
            parameter.data /= dist.get_world_size()
        return model


class InitialParametersAveraged:
    """all copies begin with the parameters of process 0; these are the mean of all"""

    def train(model, loss, features, targets, steps, learning_rate):
        for parameter in model.parameters():
            dist.all_reduce(parameter.data)
            parameter.data /= dist.get_world_size()
        _loop(DistributedDataParallel(model), loss, features, targets, steps, learning_rate)
        return model


class TheLastProcessEndsItAll:
    """ended without an answer"""

    def train(model, loss, features, targets, steps, learning_rate):
        import os

        if dist.get_rank():
            time.sleep(0.05)
            os._exit(0)
        return model
