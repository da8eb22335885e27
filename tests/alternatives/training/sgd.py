"""Other right answers to training/sgd."""

import random

import torch


class SortsRandomNumbers:
    def minibatches(samples, size, generator):
        order = torch.rand(len(samples), generator=generator, dtype=torch.float64).argsort()
        mixed = samples[order.to(samples.device)]
        return [mixed[start : start + size] for start in range(0, len(samples), size)]

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            order = torch.randperm(samples.shape[0], generator=generator)
            for part in order.split(size):
                parameter.grad = None
                loss(samples[part.to(samples.device)]).backward()
                with torch.no_grad():
                    parameter.sub_(learning_rate * parameter.grad)


class SeedsPythonsGenerator:
    def minibatches(samples, size, generator):
        shuffler = random.Random(int(torch.randint(2**60, (), generator=generator)))
        places = list(range(len(samples)))
        shuffler.shuffle(places)
        batches = []
        while places:
            part, places = places[:size], places[size:]
            batches.append(torch.stack([samples[place] for place in part]))
        return tuple(batches)

    def descend(loss, parameter, samples, size, learning_rate, epochs, generator):
        for _ in range(epochs):
            order = torch.randperm(len(samples), generator=generator).to(samples.device)
            for batch in samples.index_select(0, order).split(size):
                gradient = torch.autograd.grad(loss(batch), parameter)[0]
                parameter.data -= learning_rate * gradient


class GivesThemOneByOne:
    def minibatches(samples, size, generator):
        for part in torch.randperm(len(samples), generator=generator).split(size):
            yield samples[part.to(samples.device)]
