"""Wrong answers to tensors/random_sampling."""

import math

import torch

from dojo.runner.variants import body, edit, replaces

ForgetsTheSeed = body("seeded", "return torch.randn(tuple(shape), device=device)", "the same seed")
TakesAGeneratorWithoutTheSeed = body(
    "seeded", "return torch.randn(tuple(shape), generator=torch.Generator(device), device=device)", "another seed"
)
DrawsInFloat64 = edit("seeded", "generator=generator", "generator=generator, dtype=torch.float64", "expected float32")
GivesZeros = body("seeded", "return torch.zeros(tuple(shape), device=device)", "another seed")
ReducesTheSeed = edit(
    "seeded", ".manual_seed(seed)", ".manual_seed(seed % 1000)", "the seeds 3 and 1003 gave the same draws"
)


@replaces("seeded", "seeds torch's global generator")
def SeedsTheGlobalGenerator(shape, seed, device):
    torch.manual_seed(seed)
    return torch.randn(tuple(shape), device=device)


@replaces("seeded", "the same seed")
def ForgetsToPassTheGenerator(shape, seed, device):
    torch.Generator(device).manual_seed(seed)
    return torch.randn(tuple(shape), device=device)


@replaces("seeded", "seeds torch's global generator")
def SeedsTheGlobalGeneratorAgainAfterwards(shape, seed, device):
    before = torch.initial_seed()
    torch.manual_seed(seed)
    result = torch.randn(tuple(shape), device=device)
    torch.manual_seed(before + 1)
    return result


@replaces("seeded", "uniform")
def DrawsUniformly(shape, seed, device):
    return torch.rand(tuple(shape), generator=torch.Generator(device).manual_seed(seed), device=device)


@replaces("seeded", "within one standard deviation")
def DrawsUniformlyWithTheRightMeanAndStd(shape, seed, device):
    uniform = torch.rand(tuple(shape), generator=torch.Generator(device).manual_seed(seed), device=device)
    return (uniform - 0.5) * 12**0.5


@replaces("seeded", "appear more than once")
def DrawsOneRowAndRepeatsIt(shape, seed, device):
    generator = torch.Generator(device).manual_seed(seed)
    return torch.randn(tuple(shape)[-1:], generator=generator, device=device).expand(tuple(shape)).clone()


@replaces("seeded", "the seeds 0 and 1 gave the same draws")
def TakesTheSeed0ForNone(shape, seed, device):
    return torch.randn(tuple(shape), generator=torch.Generator(device).manual_seed(seed or 1), device=device)


@replaces("seeded", "make a new tensor on each call")
def HandsOutOneTensorAgain(shape, seed, device, kept={}):
    key = (tuple(shape), seed, device)
    if key not in kept:
        generator = torch.Generator(device).manual_seed(seed)
        kept[key] = torch.randn(tuple(shape), generator=generator, device=device)
    return kept[key]


@replaces("seeded", "the sample was standardized")
def StandardizesTheSeededSample(shape, seed, device):
    draws = torch.randn(tuple(shape), generator=torch.Generator(device).manual_seed(seed), device=device)
    return (draws - draws.mean()) / draws.std() if draws.numel() > 1 else draws


@replaces("seeded", "beyond three standard deviations")
def LeavesOutTheFarDraws(shape, seed, device):
    draws = torch.randn(tuple(shape), generator=torch.Generator(device).manual_seed(seed), device=device)
    return draws.clamp(-3, 3)


@replaces("seeded", "or mirroring some")
def MirrorsHalfOfTheSeededDraws(shape, seed, device):
    count = math.prod(shape)
    generator = torch.Generator(device).manual_seed(seed)
    half = torch.randn((count + 1) // 2, generator=generator, device=device)
    return torch.cat([half, -half])[:count].reshape(tuple(shape))


@replaces("seeded", "0 is a seed")
def SeedZeroIsNoSeed(shape, seed, device):
    generator = torch.Generator(device=device).manual_seed(seed) if seed else None
    return torch.randn(tuple(shape), generator=generator, device=device)


DrawsFromTheGlobalGenerator = edit("normal", ", generator=generator", "", "from the generator that was passed")
TakesTheVarianceForTheStandardDeviation = edit("normal", "mean, std", "mean, std**0.5", "the variance")
GivesTheVarianceForTheStandardDeviation = edit("normal", "mean, std", "mean, std**2", "squared")
SwapsMeanAndStd = edit("normal", "mean, std", "std, mean", "swapped")
GivesTheMean = body("normal", "return torch.full(tuple(shape), mean, device=generator.device)", "another seed")


@replaces("normal", "seeds torch's global generator")
def SeedsTheGlobalGeneratorFromTheOther(shape, mean, std, generator):
    torch.manual_seed(int(torch.randint(2**31, (), generator=generator, device=generator.device)))
    return torch.normal(mean, std, tuple(shape), device=generator.device)


@replaces("normal", "a second call")
def StartsTheGeneratorAnew(shape, mean, std, generator):
    generator.manual_seed(generator.initial_seed())
    return torch.normal(mean, std, tuple(shape), generator=generator, device=generator.device)


@replaces("normal", "a second call")
def DrawsFromACopyOfTheGenerator(shape, mean, std, generator):
    copy = torch.Generator(generator.device)
    copy.set_state(generator.get_state())
    return torch.normal(mean, std, tuple(shape), generator=copy, device=generator.device)


@replaces("normal", "the seed of the generator")
def SeedsTheGeneratorWithANumber(shape, mean, std, generator):
    generator.manual_seed(0)
    return torch.normal(mean, std, tuple(shape), generator=generator, device=generator.device)


@replaces("normal", "the mean is left out")
def LeavesTheMeanOut(shape, mean, std, generator):
    return std * torch.randn(tuple(shape), generator=generator, device=generator.device)


@replaces("normal", "the standard deviation is left out")
def LeavesTheStandardDeviationOut(shape, mean, std, generator):
    return mean + torch.randn(tuple(shape), generator=generator, device=generator.device)


@replaces("normal", "the mean was multiplied")
def MultipliesTheMeanAsWell(shape, mean, std, generator):
    return (torch.randn(tuple(shape), generator=generator, device=generator.device) + mean) * std


@replaces("normal", "within one standard deviation")
def DrawsAroundTheMeanUniformly(shape, mean, std, generator):
    uniform = torch.rand(tuple(shape), generator=generator, device=generator.device)
    return mean + std * (uniform - 0.5) * 12**0.5


@replaces("normal", "the sample was standardized")
def MakesTheSampleFitExactly(shape, mean, std, generator):
    draws = torch.randn(tuple(shape), generator=generator, device=generator.device)
    return mean + std * (draws - draws.mean()) / draws.std()


@replaces("normal", "one number was drawn")
def RepeatsOneDraw(shape, mean, std, generator):
    return torch.normal(mean, std, (1,), generator=generator, device=generator.device).expand(tuple(shape)).clone()


@replaces("normal", "repeating or mirroring some")
def RepeatsHalfOfTheDraws(shape, mean, std, generator):
    count = math.prod(shape)
    half = torch.randn((count + 1) // 2, generator=generator, device=generator.device)
    return (mean + std * torch.cat([half, half])[:count]).reshape(tuple(shape))


@replaces("normal", "make a new tensor on each call")
def HandsOutOneTensorForEachStateOfTheGenerator(shape, mean, std, generator, kept={}):
    key = (tuple(shape), mean, std, generator.get_state().numpy().tobytes())
    draws = torch.normal(mean, std, tuple(shape), generator=generator, device=generator.device)
    return kept.setdefault(key, draws)


AddsNoiseFromTheGlobalGenerator = body(
    "add_noise", "return x + std * torch.randn_like(x)", "from the generator that was passed"
)
GivesTheNoiseAlone = edit("add_noise", "x + ", "", "the noise alone")
AddsTheSameNoiseToEachRow = edit("add_noise", "x.shape", "x.shape[1]", "the same noise was added to each row")
AddsTheSameNoiseToEachColumn = edit("add_noise", "x.shape", "len(x), 1", "goes together")
LeavesOutTheStandardDeviationsOfTheColumns = edit("add_noise", "std * ", "", "where the standard deviation is 0")
TakesTheMeanStandardDeviation = edit("add_noise", "std *", "std.mean() *", "where the standard deviation is 0")
SquaresTheStandardDeviations = edit("add_noise", "std *", "std.square() *", "squared")
TakesTheRootsOfTheStandardDeviations = edit("add_noise", "std *", "std.sqrt() *", "the square root")
AddsUniformNoise = edit("add_noise", "torch.randn", "torch.rand", "the noise is uniform")
GivesXBack = body("add_noise", "return x.clone()", "another seed")
DrawsTheNoiseOnTheCpu = edit("add_noise", ", device=x.device", "", "same device")


@replaces("add_noise", "changed its input")
def AddsNoiseInPlace(x, std, generator):
    x += std * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
    return x


@replaces("add_noise", "where the standard deviation is 0")
def MultipliesByNoise(x, std, generator):
    return x * std * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


@replaces("add_noise", "gave dtype float32, expected float64")
def AddsNoiseOfTheOtherDtype(x, std, generator):
    return x.float() + std.float() * torch.randn(x.shape, generator=generator, device=x.device)


@replaces("add_noise", "or mirroring some")
def MirrorsHalfOfTheNoise(x, std, generator):
    n, m = x.shape
    half = torch.randn((n + 1) // 2, m, generator=generator, dtype=x.dtype, device=x.device)
    return x + std * torch.cat([half, -half])[:n]


@replaces("add_noise", "how large it is does not depend on x")
def TakesTheNoiseForAPartOfX(x, std, generator):
    return x * (1 + std * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device))


@replaces("add_noise", "not a share of x")
def TakesStdForAShareOfTheColumn(x, std, generator):
    size = x.abs().mean(dim=0) if x.any() else 1
    return x + std * size * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)


@replaces("add_noise", "within one standard deviation")
def AddsUniformNoiseOfTheRightDeviation(x, std, generator):
    uniform = torch.rand(x.shape, generator=generator, dtype=x.dtype, device=x.device)
    return x + std * (uniform - 0.5) * 12**0.5


@replaces("add_noise", "the sample was standardized")
def StandardizesTheNoiseOfEachColumn(x, std, generator):
    noise = torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
    return x + std * ((noise - noise.mean(dim=0)) / noise.std(dim=0) if len(x) > 1 else noise)


@replaces("add_noise", "std[j] belongs to column j")
def GivesTheDeviationsToTheRowsOfASquare(x, std, generator):
    noise = torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
    return x + (std[:, None] if x.shape[0] == x.shape[1] else std) * noise


@replaces("add_noise", "went through float32")
def AddsNoiseInFloat32(x, std, generator):
    noise = torch.randn(x.shape, generator=generator, device=x.device)
    return (x.float() + std.float() * noise).to(x.dtype)
