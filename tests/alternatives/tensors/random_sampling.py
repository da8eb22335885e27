"""Other right answers to tensors/random_sampling."""

import math

import torch


class FillsEmptyTensors:
    def seeded(shape, seed, device):
        generator = torch.Generator(device=device)
        generator.manual_seed(seed)
        return torch.empty(tuple(shape), device=device).normal_(generator=generator)

    def normal(shape, mean, std, generator):
        return torch.empty(tuple(shape), device=generator.device).normal_(mean, std, generator=generator)

    def add_noise(x, std, generator):
        return torch.normal(x, std.expand_as(x), generator=generator)


class PutsTheGlobalGeneratorBack:
    def seeded(shape, seed, device):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return torch.randn(tuple(shape), device=device)

    def normal(shape, mean, std, generator):
        return torch.randn(tuple(shape), generator=generator, device=generator.device) * std + mean

    def add_noise(x, std, generator):
        noise = torch.empty_like(x).normal_(generator=generator)
        return noise.mul_(std).add_(x)


class MakesNormalNumbersFromUniformOnes:
    def seeded(shape, seed, device):
        count = math.prod(shape)
        generator = torch.Generator(device).manual_seed(seed)
        radius = (-2 * (1 - torch.rand(count, generator=generator, device=device)).log()).sqrt()
        angle = 2 * math.pi * torch.rand(count, generator=generator, device=device)
        return (radius * angle.cos()).reshape(tuple(shape))

    def normal(shape, mean, std, generator):
        count = math.prod(shape)
        uniform = torch.rand(2, count, generator=generator, device=generator.device)
        return (mean + std * (-2 * (1 - uniform[0]).log()).sqrt() * (2 * math.pi * uniform[1]).cos()).reshape(
            tuple(shape)
        )

    def add_noise(x, std, generator):
        columns = [
            column + s * torch.randn(len(column), generator=generator, dtype=x.dtype, device=x.device)
            for column, s in zip(x.T, std, strict=True)
        ]
        return torch.stack(columns, dim=1)


class DrawsFromTensorsOfMeans:
    def seeded(shape, seed, device):
        generator = torch.Generator(device)
        generator.manual_seed(seed)
        mean, std = torch.zeros(tuple(shape), device=device), torch.ones(tuple(shape), device=device)
        return torch.normal(mean, std, generator=generator)

    def normal(shape, mean, std, generator):
        draws = torch.empty(tuple(shape), dtype=torch.float64, device=generator.device)
        return draws.normal_(generator=generator).mul_(std).add_(mean).float()

    def add_noise(x, std, generator):
        noise = torch.empty_like(x).normal_(0, 1, generator=generator)
        return torch.addcmul(x, noise, std)
