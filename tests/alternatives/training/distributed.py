"""Right answers to distributed in other styles."""

import torch
import torch.distributed as dist


class PlainLists:
    def share(order, rank, world_size):
        numbers = order.tolist()
        size = -(-len(numbers) // world_size)
        mine = [numbers[(rank + step * world_size) % len(numbers)] for step in range(size)]
        return torch.tensor(mine, dtype=torch.int64, device=order.device)


class RepeatedOrder:
    def share(order, rank, world_size):
        size = -(-len(order) // world_size)
        return order.repeat(world_size)[: size * world_size][rank::world_size] if size else order[:0]


class ASampler:
    def share(order, rank, world_size):
        if not len(order):
            return order[:0]
        places = torch.utils.data.DistributedSampler(range(len(order)), world_size, rank, shuffle=False)
        return order[torch.tensor(list(places), device=order.device)]


class AroundTheRing:
    def all_reduce_(tensor):
        rank, size = dist.get_rank(), dist.get_world_size()
        passing = tensor.clone()
        for _ in range(size - 1):
            # Without an own request for sending, a ring of large tensors could wait for itself.
            sending = dist.isend(passing, dst=(rank + 1) % size)
            arriving = torch.empty_like(tensor)
            dist.recv(arriving, src=(rank - 1) % size)
            sending.wait()
            tensor.add_(arriving)
            passing = arriving


class EachToEach:
    def all_reduce_(tensor):
        mine = tensor.clone()
        others = [rank for rank in range(dist.get_world_size()) if rank != dist.get_rank()]
        sent = [dist.isend(mine, dst=rank) for rank in others]
        parts = [torch.empty_like(tensor) for _ in others]
        received = [dist.irecv(part, src=rank) for part, rank in zip(parts, others, strict=True)]
        for work in sent + received:
            work.wait()
        tensor.copy_(sum(parts, mine))


class InOneRow:
    def average_gradients(parameters, samples):
        gradients = [parameter.grad for parameter in parameters]
        row = torch.cat([gradient.flatten() * samples for gradient in gradients] + [gradients[0].new_tensor([samples])])
        dist.all_reduce(row)
        total = row[-1]
        for gradient, part in zip(gradients, row[:-1].split([g.numel() for g in gradients]), strict=True):
            gradient.copy_((part / total).view_as(gradient))


class GatheredGradients:
    def average_gradients(parameters, samples):
        counts = [None] * dist.get_world_size()
        dist.all_gather_object(counts, samples)
        for parameter in parameters:
            parts = [torch.empty_like(parameter.grad) for _ in counts]
            dist.all_gather(parts, parameter.grad)
            parameter.grad = sum(part * count for part, count in zip(parts, counts, strict=True)) / sum(counts)


class ByHand:
    def train(model, loss, features, targets, steps, learning_rate):
        for tensor in model.state_dict().values():
            dist.broadcast(tensor, src=0)
        for _ in range(steps):
            model.zero_grad()
            loss(model(features), targets).backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    dist.all_reduce(parameter.grad)
                    parameter -= learning_rate * parameter.grad / dist.get_world_size()
        return model
