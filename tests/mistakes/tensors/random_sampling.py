"""Wrong answers to tensors/random_sampling."""

import math

import torch


class SeedsTheGlobalGenerator:
    """seeds torch's global generator"""

    def seeded(shape, seed, device):
        torch.manual_seed(seed)
        return torch.randn(tuple(shape), device=device)


class ForgetsTheSeed:
    """the same seed"""

    def seeded(shape, seed, device):
        return torch.randn(tuple(shape), device=device)


class ForgetsToPassTheGenerator:
    """the same seed"""

    def seeded(shape, seed, device):
        torch.Generator(device).manual_seed(seed)
        return torch.randn(tuple(shape), device=device)


class TakesAGeneratorWithoutTheSeed:
    """another seed"""

    def seeded(shape, seed, device):
        return torch.randn(tuple(shape), generator=torch.Generator(device), device=device)


class SeedsTheGlobalGeneratorAgainAfterwards:
    """seeds torch's global generator"""

    def seeded(shape, seed, device):
        before = torch.initial_seed()
        torch.manual_seed(seed)
        result = torch.randn(tuple(shape), device=device)
        torch.manual_seed(before + 1)
        return result


class DrawsUniformly:
    """uniform"""

    def seeded(shape, seed, device):
        return torch.rand(tuple(shape), generator=torch.Generator(device).manual_seed(seed), device=device)


class DrawsUniformlyWithTheRightMeanAndStd:
    """within one standard deviation"""

    def seeded(shape, seed, device):
        uniform = torch.rand(tuple(shape), generator=torch.Generator(device).manual_seed(seed), device=device)
        return (uniform - 0.5) * 12**0.5


class DrawsOneRowAndRepeatsIt:
    """appear more than once"""

    def seeded(shape, seed, device):
        generator = torch.Generator(device).manual_seed(seed)
        return torch.randn(tuple(shape)[-1:], generator=generator, device=device).expand(tuple(shape)).clone()


class DrawsInFloat64:
    """expected float32"""

    def seeded(shape, seed, device):
        generator = torch.Generator(device).manual_seed(seed)
        return torch.randn(tuple(shape), generator=generator, dtype=torch.float64, device=device)


class GivesZeros:
    """another seed"""

    def seeded(shape, seed, device):
        return torch.zeros(tuple(shape), device=device)


class DrawsFromTheGlobalGenerator:
    """from the generator that was passed"""

    def normal(shape, mean, std, generator):
        return torch.normal(mean, std, tuple(shape), device=generator.device)


class SeedsTheGlobalGeneratorFromTheOther:
    """seeds torch's global generator"""

    def normal(shape, mean, std, generator):
        torch.manual_seed(int(torch.randint(2**31, (), generator=generator, device=generator.device)))
        return torch.normal(mean, std, tuple(shape), device=generator.device)


class StartsTheGeneratorAnew:
    """a second call"""

    def normal(shape, mean, std, generator):
        generator.manual_seed(generator.initial_seed())
        return torch.normal(mean, std, tuple(shape), generator=generator, device=generator.device)


class DrawsFromACopyOfTheGenerator:
    """a second call"""

    def normal(shape, mean, std, generator):
        copy = torch.Generator(generator.device)
        copy.set_state(generator.get_state())
        return torch.normal(mean, std, tuple(shape), generator=copy, device=generator.device)


class SeedsTheGeneratorWithANumber:
    """the seed of the generator"""

    def normal(shape, mean, std, generator):
        generator.manual_seed(0)
        return torch.normal(mean, std, tuple(shape), generator=generator, device=generator.device)


class TakesTheVarianceForTheStandardDeviation:
    """the variance"""

    def normal(shape, mean, std, generator):
        return torch.normal(mean, std**0.5, tuple(shape), generator=generator, device=generator.device)


class GivesTheVarianceForTheStandardDeviation:
    """squared"""

    def normal(shape, mean, std, generator):
        return torch.normal(mean, std**2, tuple(shape), generator=generator, device=generator.device)


class LeavesTheMeanOut:
    """the mean is left out"""

    def normal(shape, mean, std, generator):
        return std * torch.randn(tuple(shape), generator=generator, device=generator.device)


class LeavesTheStandardDeviationOut:
    """the standard deviation is left out"""

    def normal(shape, mean, std, generator):
        return mean + torch.randn(tuple(shape), generator=generator, device=generator.device)


class MultipliesTheMeanAsWell:
    """the mean was multiplied"""

    def normal(shape, mean, std, generator):
        return (torch.randn(tuple(shape), generator=generator, device=generator.device) + mean) * std


class SwapsMeanAndStd:
    """swapped"""

    def normal(shape, mean, std, generator):
        return torch.normal(std, mean, tuple(shape), generator=generator, device=generator.device)


class DrawsAroundTheMeanUniformly:
    """within one standard deviation"""

    def normal(shape, mean, std, generator):
        uniform = torch.rand(tuple(shape), generator=generator, device=generator.device)
        return mean + std * (uniform - 0.5) * 12**0.5


class MakesTheSampleFitExactly:
    """the sample was standardized"""

    def normal(shape, mean, std, generator):
        draws = torch.randn(tuple(shape), generator=generator, device=generator.device)
        return mean + std * (draws - draws.mean()) / draws.std()


class RepeatsOneDraw:
    """one number was drawn"""

    def normal(shape, mean, std, generator):
        return torch.normal(mean, std, (1,), generator=generator, device=generator.device).expand(tuple(shape)).clone()


class GivesTheMean:
    """another seed"""

    def normal(shape, mean, std, generator):
        return torch.full(tuple(shape), mean, device=generator.device)


class AddsNoiseInPlace:
    """changed its input"""

    def add_noise(x, std, generator):
        x += std * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
        return x


class AddsNoiseFromTheGlobalGenerator:
    """from the generator that was passed"""

    def add_noise(x, std, generator):
        return x + std * torch.randn_like(x)


class GivesTheNoiseAlone:
    """the noise alone"""

    def add_noise(x, std, generator):
        return std * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


class MultipliesByNoise:
    """where the standard deviation is 0"""

    def add_noise(x, std, generator):
        return x * std * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


class AddsTheSameNoiseToEachRow:
    """the same noise was added to each row"""

    def add_noise(x, std, generator):
        return x + std * torch.randn(x.shape[1], generator=generator, dtype=x.dtype, device=x.device)


class AddsTheSameNoiseToEachColumn:
    """goes together"""

    def add_noise(x, std, generator):
        return x + std * torch.randn(len(x), 1, generator=generator, dtype=x.dtype, device=x.device)


class LeavesOutTheStandardDeviationsOfTheColumns:
    """where the standard deviation is 0"""

    def add_noise(x, std, generator):
        return x + torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


class TakesTheMeanStandardDeviation:
    """where the standard deviation is 0"""

    def add_noise(x, std, generator):
        return x + std.mean() * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


class SquaresTheStandardDeviations:
    """squared"""

    def add_noise(x, std, generator):
        return x + std.square() * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


class TakesTheRootsOfTheStandardDeviations:
    """the square root"""

    def add_noise(x, std, generator):
        return x + std.sqrt() * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


class AddsUniformNoise:
    """the noise is uniform"""

    def add_noise(x, std, generator):
        return x + std * torch.rand(x.shape, generator=generator, dtype=x.dtype, device=x.device)


class AddsNoiseOfTheOtherDtype:
    """gave dtype float32, expected float64"""

    def add_noise(x, std, generator):
        return x.float() + std.float() * torch.randn(x.shape, generator=generator, device=x.device)


class GivesXBack:
    """another seed"""

    def add_noise(x, std, generator):
        return x.clone()


class ReducesTheSeed:
    """the seeds 3 and 1003 gave the same draws"""

    def seeded(shape, seed, device):
        generator = torch.Generator(device).manual_seed(seed % 1000)
        return torch.randn(tuple(shape), generator=generator, device=device)


class TakesTheSeed0ForNone:
    """the seeds 0 and 1 gave the same draws"""

    def seeded(shape, seed, device):
        return torch.randn(tuple(shape), generator=torch.Generator(device).manual_seed(seed or 1), device=device)


class HandsOutOneTensorAgain:
    """make a new tensor on each call"""

    def seeded(shape, seed, device, kept={}):
        key = (tuple(shape), seed, device)
        if key not in kept:
            generator = torch.Generator(device).manual_seed(seed)
            kept[key] = torch.randn(tuple(shape), generator=generator, device=device)
        return kept[key]


class StandardizesTheSeededSample:
    """the sample was standardized"""

    def seeded(shape, seed, device):
        draws = torch.randn(tuple(shape), generator=torch.Generator(device).manual_seed(seed), device=device)
        return (draws - draws.mean()) / draws.std() if draws.numel() > 1 else draws


class LeavesOutTheFarDraws:
    """beyond three standard deviations"""

    def seeded(shape, seed, device):
        draws = torch.randn(tuple(shape), generator=torch.Generator(device).manual_seed(seed), device=device)
        return draws.clamp(-3, 3)


class MirrorsHalfOfTheSeededDraws:
    """or mirroring some"""

    def seeded(shape, seed, device):
        count = math.prod(shape)
        generator = torch.Generator(device).manual_seed(seed)
        half = torch.randn((count + 1) // 2, generator=generator, device=device)
        return torch.cat([half, -half])[:count].reshape(tuple(shape))


class RepeatsHalfOfTheDraws:
    """repeating or mirroring some"""

    def normal(shape, mean, std, generator):
        count = math.prod(shape)
        half = torch.randn((count + 1) // 2, generator=generator, device=generator.device)
        return (mean + std * torch.cat([half, half])[:count]).reshape(tuple(shape))


class MirrorsHalfOfTheNoise:
    """or mirroring some"""

    def add_noise(x, std, generator):
        n, m = x.shape
        half = torch.randn((n + 1) // 2, m, generator=generator, dtype=x.dtype, device=x.device)
        return x + std * torch.cat([half, -half])[:n]


class TakesTheNoiseForAPartOfX:
    """how large it is does not depend on x"""

    def add_noise(x, std, generator):
        return x * (1 + std * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device))


class TakesStdForAShareOfTheColumn:
    """not a share of x"""

    def add_noise(x, std, generator):
        size = x.abs().mean(dim=0) if x.any() else 1
        return x + std * size * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


class AddsUniformNoiseOfTheRightDeviation:
    """within one standard deviation"""

    def add_noise(x, std, generator):
        uniform = torch.rand(x.shape, generator=generator, dtype=x.dtype, device=x.device)
        return x + std * (uniform - 0.5) * 12**0.5


class StandardizesTheNoiseOfEachColumn:
    """the sample was standardized"""

    def add_noise(x, std, generator):
        noise = torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
        return x + std * ((noise - noise.mean(dim=0)) / noise.std(dim=0) if len(x) > 1 else noise)


class GivesTheDeviationsToTheRowsOfASquare:
    """std[j] belongs to column j"""

    def add_noise(x, std, generator):
        noise = torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
        return x + (std[:, None] if x.shape[0] == x.shape[1] else std) * noise


class AddsNoiseInFloat32:
    """went through float32"""

    def add_noise(x, std, generator):
        noise = torch.randn(x.shape, generator=generator, device=x.device)
        return (x.float() + std.float() * noise).to(x.dtype)


class HandsOutOneTensorForEachStateOfTheGenerator:
    """make a new tensor on each call"""

    def normal(shape, mean, std, generator, kept={}):
        key = (tuple(shape), mean, std, generator.get_state().numpy().tobytes())
        draws = torch.normal(mean, std, tuple(shape), generator=generator, device=generator.device)
        return kept.setdefault(key, draws)


class DrawsTheNoiseOnTheCpu:
    """same device"""

    def add_noise(x, std, generator):
        return x + std * torch.randn(x.shape, generator=generator, dtype=x.dtype)


class SeedZeroIsNoSeed:
    """0 is a seed"""

    def seeded(shape, seed, device):
        generator = torch.Generator(device=device).manual_seed(seed) if seed else None
        return torch.randn(tuple(shape), generator=generator, device=device)
