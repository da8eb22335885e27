"""Wrong answers to tensors/random_sampling."""

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
