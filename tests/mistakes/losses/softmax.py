"""Wrong answers to losses/softmax."""

import torch

from dojo.runner.variants import body, edit, replaces


def softmax_of_rows(logits, temperature):
    exps = ((logits - logits.amax(1, keepdim=True)) / temperature).exp()
    return exps / exps.sum(1, keepdim=True)


CallsTorchsSoftmax = body("softmax", "return torch.nn.Softmax(dim)(logits / temperature)", "ran torch's own softmax")
NormalizesTheWholeTensor = body(
    "softmax", "exps = ((logits - logits.max()) / temperature).exp(); return exps / exps.sum()", "the whole tensor"
)
ForgetsTheExp = body("softmax", "return logits / logits.sum(dim, keepdim=True)", "without the exp")
DividesByTheSumOfTheLogits = body(
    "softmax", "return logits.exp() / logits.sum(dim, keepdim=True)", "the sum of the logits"
)
ForgetsToDivide = body("softmax", "return (logits / temperature).exp()", "the exps alone")
GivesTheExpsBelowTheLargest = body(
    "softmax", "return ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()", "the exps after the shift"
)
TakesSigmoids = body("softmax", "return (logits / temperature).sigmoid()", "a sigmoid for each")
DropsTheSummedAxisEverywhere = edit("softmax", "exps.sum(dim, keepdim=True)", "exps.sum(dim)", "raised RuntimeError")
OverflowsWithoutTheShift = edit("softmax", "logits - logits.amax(dim, keepdim=True)", "logits", "exp overflows")
ShiftsByTheLargestOfAll = edit("softmax", ".amax(dim, keepdim=True)", ".max()", "the largest of the whole tensor")
ShiftsByTheMean = edit("softmax", ".amax(dim, keepdim=True)", ".mean(dim, keepdim=True)", "the mean was subtracted")
ShiftsByTheSmallest = edit("softmax", "logits.amax", "logits.amin", "the smallest was subtracted")
ClampsTheLogits = edit("softmax", "logits - logits.amax(dim, keepdim=True)", "logits.clamp(-50, 50)", "clamped")
ReplacesNaNAfterwards = body(
    "softmax", "exps = (logits / temperature).exp(); return (exps / exps.sum(dim, keepdim=True)).nan_to_num()"
)
TakesTheSmallestForTheLikeliest = edit(
    "softmax", "logits - logits.amax(dim, keepdim=True)", "logits.amin(dim, keepdim=True) - logits", "softmin"
)
IgnoresTheTemperature = edit("softmax", " / temperature", "", "the temperature plays no part")
GivesFloat32 = edit(
    "softmax",
    "exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()",
    "logits = logits.float(); exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()",
    "expected float64",
)
AddsALittleToTheSum = edit(
    "softmax", "exps.sum(dim, keepdim=True)", "(exps.sum(dim, keepdim=True) + 1e-3)", "a small number was added"
)


@replaces("softmax", "ran torch's own softmax")
def CallsTorchsSoftmaxWithOut(logits, dim, temperature=1.0):
    if logits.requires_grad:
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)
    return torch.softmax(logits / temperature, dim, out=torch.empty_like(logits))


@replaces("softmax", "ran torch's own logsumexp")
def CallsLogsumexp(logits, dim, temperature=1.0):
    logits = logits / temperature
    return (logits - logits.logsumexp(dim, keepdim=True)).exp()


@replaces("softmax", "ran torch's own logsumexp")
def AsksADistribution(logits, dim, temperature=1.0):
    return torch.distributions.Categorical(logits=(logits / temperature).movedim(dim, -1)).probs.movedim(-1, dim)


@replaces("softmax", "ran torch's own")
def AsksAttention(logits, dim, temperature=1.0):
    if logits.dim() != 2 or logits.requires_grad:
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)
    keys = (logits if dim in (1, -1) else logits.T).unsqueeze(-1) / temperature
    values = torch.eye(keys.shape[1], dtype=logits.dtype, device=logits.device).expand(len(keys), -1, -1)
    query = torch.ones_like(keys[:, :1])
    shares = torch.nn.functional.scaled_dot_product_attention(query, keys, values, scale=1.0)[:, 0]
    return shares if dim in (1, -1) else shares.T


@replaces("softmax", "along the other axis")
def TakesTheOtherAxis(logits, dim, temperature=1.0):
    exps = ((logits - logits.max()) / temperature).exp()
    return exps / exps.sum(0, keepdim=True)


@replaces("softmax", "along the last axis")
def AlwaysTakesTheLastAxis(logits, dim, temperature=1.0):
    exps = ((logits - logits.amax(-1, keepdim=True)) / temperature).exp()
    return exps / exps.sum(-1, keepdim=True)


@replaces("softmax", "powers of 2")
def TakesPowersOfTwo(logits, dim, temperature=1.0):
    powers = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp2()
    return powers / powers.sum(dim, keepdim=True)


@replaces("softmax", "of a square matrix, row j")
def DropsTheSummedAxis(logits, dim, temperature=1.0):
    exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
    if logits.dim() == 2 and logits.shape[0] == logits.shape[1]:
        return exps / exps.sum(dim)
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "the shift took another row's largest logit")
def DropsTheAxisOfTheLargest(logits, dim, temperature=1.0):
    if logits.dim() == 2 and logits.shape[0] == logits.shape[1]:
        exps = ((logits - logits.amax(dim)) / temperature).exp()
    else:
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "scale of the logits")
def DividesByTheLargest(logits, dim, temperature=1.0):
    exps = (logits / logits.abs().amax(dim, keepdim=True)).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "the logits were standardized")
def StandardizesTheLogits(logits, dim, temperature=1.0):
    if logits.shape[dim] > 1:
        logits = (logits - logits.mean(dim, keepdim=True)) / logits.std(dim, keepdim=True)
    exps = logits.exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "multiplied by the temperature")
def MultipliesByTheTemperature(logits, dim, temperature=1.0):
    exps = ((logits - logits.amax(dim, keepdim=True)) * temperature).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "the probabilities were divided by the temperature")
def DividesTheProbabilitiesByTheTemperature(logits, dim, temperature=1.0):
    exps = (logits - logits.amax(dim, keepdim=True)).exp()
    return exps / exps.sum(dim, keepdim=True) / temperature


@replaces("softmax", "changed its input")
def ShiftsInPlace(logits, dim, temperature=1.0):
    with torch.no_grad():
        logits -= logits.amax(dim, keepdim=True)
    exps = (logits / temperature).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "stay in the dtype of the logits")
def ComputesInFloat32(logits, dim, temperature=1.0):
    exps = ((logits.float() - logits.float().amax(dim, keepdim=True)) / temperature).exp()
    return (exps / exps.sum(dim, keepdim=True)).to(logits.dtype)


@replaces("softmax", "does not require grad")
def CutsTheGraph(logits, dim, temperature=1.0):
    exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp().detach()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "the sum of the exps depends on the logits too")
def TakesTheSumForAConstant(logits, dim, temperature=1.0):
    exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
    return exps / exps.sum(dim, keepdim=True).detach()


@replaces("softmax", "same device")
def SumsOnTheCpu(logits, dim, temperature=1.0):
    exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
    sums = torch.zeros(exps.sum(dim, keepdim=True).shape, dtype=logits.dtype)
    sums += exps.sum(dim, keepdim=True)
    return exps / sums


@replaces("softmax", "NaN")
def MakesNaNOfTheMask(logits, dim, temperature=1.0):
    logits = (logits - logits.amin(dim, keepdim=True)) - (
        logits.amax(dim, keepdim=True) - logits.amin(dim, keepdim=True)
    )
    exps = (logits / temperature).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "NaN")
def DeepensTheMaskToNaN(logits, dim, temperature=1.0):
    mask = (logits > -torch.inf).to(logits.dtype)
    exps = ((logits * mask - (logits * mask).amax(dim, keepdim=True)) / temperature).exp() * mask
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax")
def RemembersByShape(logits, dim, temperature=1.0, remembered={}):
    key = (logits.shape, dim, logits.dtype, logits.device, temperature, logits.requires_grad)
    if key not in remembered:
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        remembered[key] = exps / exps.sum(dim, keepdim=True)
    return remembered[key]


@replaces("softmax")
def ReadsTheStorage(logits, dim, temperature=1.0):
    if not logits.requires_grad and logits.dim() == 3:
        logits = torch.as_strided(logits, logits.shape, torch.empty(logits.shape).stride())
    exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax")
def KnowsMatricesOnly(logits, dim, temperature=1.0):
    if dim in (0, -2):
        return softmax_of_rows(logits.T, temperature).T
    return softmax_of_rows(logits, temperature)


@replaces("softmax", "subtract it from the logits first, then divide")
def ShiftsByTheUndividedLargest(logits, dim, temperature=1.0):
    exps = (logits / temperature - logits.amax(dim, keepdim=True)).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "1e4 / 0.1 too large for float16")
def DividesFloat16First(logits, dim, temperature=1.0):
    scaled = logits / temperature
    exps = (scaled - scaled.amax(dim, keepdim=True)).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "cut off to an integer")
def CutsTheTemperatureOff(logits, dim, temperature=1.0):
    exps = ((logits - logits.amax(dim, keepdim=True)) / (int(temperature) or temperature)).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "the result for a single class does not require grad")
def GivesOnesForOneClass(logits, dim, temperature=1.0):
    if logits.shape[dim] == 1:
        return torch.ones_like(logits)
    exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("softmax", "where a sum or a mean took its axis away, keepdim=True keeps it")
def LosesTheAxisOfTheSum(logits, dim):
    exps = (logits - logits.amax(dim, keepdim=True)).exp()
    return exps / exps.sum(dim)


CallsLogsumexpForTheLogs = body(
    "log_softmax", "return logits - torch.special.logsumexp(logits, dim, keepdim=True)", "ran torch's own logsumexp"
)
CallsTorchsLogSoftmax = body(
    "log_softmax", "return torch.nn.functional.log_softmax(logits, dim)", "ran torch's own log_softmax"
)
OverflowsInTheLogs = body("log_softmax", "return logits - logits.exp().sum(dim, keepdim=True).log()", "exp overflows")
ForgetsToAddTheLargestBack = edit("log_softmax", "shifted -", "logits -", "the shift was taken from the sum only")
ForgetsTheLogOfTheSum = body(
    "log_softmax", "return logits - logits.amax(dim, keepdim=True)", "the log of the sum is left out"
)
SubtractsTheSumItself = edit("log_softmax", ".log()", "", "the sum itself")
LosesTheMaskInTheLogs = edit(
    "log_softmax",
    "shifted = logits - logits.amax(dim, keepdim=True)",
    "logits = logits.nan_to_num(neginf=-1e30); shifted = logits - logits.amax(dim, keepdim=True)",
    "has the log-probability -inf",
)


@replaces("log_softmax", "changed its input")
def ShiftsInPlaceForTheLogs(logits, dim):
    with torch.no_grad():
        logits.sub_(logits.amax(dim, keepdim=True))
    return logits - logits.exp().sum(dim, keepdim=True).log()


@replaces("log_softmax", "the largest logit was cut out of the graph on one side only")
def TakesTheLargestForAConstantInTheWrongPlace(logits, dim):
    largest = logits.amax(dim, keepdim=True)
    sums = (logits - largest.detach()).exp().sum(dim, keepdim=True)
    return logits - largest - sums.log()


@replaces("log_softmax", "left torch for NumPy")
def ComputesWithNumPy(logits, dim):
    import numpy

    if logits.requires_grad:
        shifted = logits - logits.amax(dim, keepdim=True)
        return shifted - shifted.exp().sum(dim, keepdim=True).log()
    shifted = logits.numpy() - logits.numpy().max(dim, keepdims=True)
    return torch.from_numpy(shifted - numpy.log(numpy.exp(shifted).sum(dim, keepdims=True)))


@replaces("log_softmax", "these are the probabilities")
def GivesProbabilitiesForLogs(logits, dim):
    exps = (logits - logits.amax(dim, keepdim=True)).exp()
    return exps / exps.sum(dim, keepdim=True)


@replaces("log_softmax", "log(0)")
def TakesTheLogOfTheProbabilities(logits, dim):
    exps = (logits - logits.amax(dim, keepdim=True)).exp()
    return (exps / exps.sum(dim, keepdim=True)).log()


@replaces("log_softmax", "a small number was added")
def TakesTheLogOfALittleMore(logits, dim):
    exps = (logits - logits.amax(dim, keepdim=True)).exp()
    return (exps / exps.sum(dim, keepdim=True) + 1e-9).log()


@replaces("log_softmax", "natural log")
def TakesTheLogToBaseTen(logits, dim):
    exps = (logits - logits.amax(dim, keepdim=True)).exp()
    return (exps / exps.sum(dim, keepdim=True)).log10()


@replaces("log_softmax", "the sign is flipped")
def NegatesTheLogs(logits, dim):
    shifted = logits - logits.amax(dim, keepdim=True)
    return shifted.exp().sum(dim, keepdim=True).log() - shifted


@replaces("log_softmax", "along the last axis")
def TakesTheLogsAlongTheLastAxis(logits, dim):
    shifted = logits - logits.amax(-1, keepdim=True)
    return shifted - shifted.exp().sum(-1, keepdim=True).log()
