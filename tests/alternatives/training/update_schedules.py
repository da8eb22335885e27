"""Other right answers to training/update_schedules."""

import math

import torch


class BackpropagatesTheMean:
    def full_batch(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            optimizer.zero_grad()
            torch.stack([loss(sample) for sample in samples]).mean().backward()
            optimizer.step()

    def per_sample(loss, optimizer, samples, epochs):
        for _ in range(epochs):
            for sample in samples:
                optimizer.zero_grad(set_to_none=True)
                loss(sample).backward()
                optimizer.step()

    def mini_batch(loss, optimizer, samples, size, epochs):
        for _ in range(epochs):
            losses = []
            for place, sample in enumerate(samples, start=1):
                losses.append(loss(sample))
                if place % size == 0 or place == len(samples):
                    optimizer.zero_grad()
                    (sum(losses) / len(losses)).backward()
                    optimizer.step()
                    losses = []

    def count_updates(samples, size, epochs):
        return epochs * math.ceil(samples / size)


class DividesTheGradients:
    def full_batch(loss, optimizer, samples, epochs):
        parameters = [each for group in optimizer.param_groups for each in group["params"]]
        for _ in range(epochs):
            for each in parameters:
                each.grad = None
            for sample in samples:
                loss(sample).backward()
            for each in parameters:
                each.grad /= len(samples)
            optimizer.step()

    def mini_batch(loss, optimizer, samples, size, epochs):
        for _ in range(epochs):
            rest = list(samples)
            while rest:
                batch, rest = rest[:size], rest[size:]
                optimizer.zero_grad()
                for sample in batch:
                    loss(sample).backward()
                for group in optimizer.param_groups:
                    for each in group["params"]:
                        each.grad.div_(len(batch))
                optimizer.step()

    def count_updates(samples, size, epochs):
        return len(range(0, samples, size)) * epochs


class DifferentiatesWithGrad:
    def mini_batch(loss, optimizer, samples, size, epochs):
        parameters = [each for group in optimizer.param_groups for each in group["params"]]
        for _ in range(epochs):
            totals, count = [torch.zeros_like(each) for each in parameters], 0
            for place, sample in enumerate(samples):
                gradients = torch.autograd.grad(loss(sample), parameters)
                totals = [total + gradient for total, gradient in zip(totals, gradients)]
                count += 1
                if count == size or place + 1 == len(samples):
                    for each, total in zip(parameters, totals):
                        each.grad = total / count
                    optimizer.step()
                    totals, count = [torch.zeros_like(each) for each in parameters], 0
