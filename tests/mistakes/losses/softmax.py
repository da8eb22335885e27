"""Wrong answers to losses/softmax."""

import torch


class CallsTorchsSoftmax:
    """ran torch's own softmax"""

    def softmax(logits, dim, temperature=1.0):
        return torch.nn.Softmax(dim)(logits / temperature)


class CallsTorchsSoftmaxWithOut:
    """ran torch's own softmax"""

    def softmax(logits, dim, temperature=1.0):
        if logits.requires_grad:
            exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
            return exps / exps.sum(dim, keepdim=True)
        return torch.softmax(logits / temperature, dim, out=torch.empty_like(logits))


class CallsLogsumexp:
    """ran torch's own logsumexp"""

    def softmax(logits, dim, temperature=1.0):
        logits = logits / temperature
        return (logits - logits.logsumexp(dim, keepdim=True)).exp()


class CallsLogsumexpForTheLogs:
    """ran torch's own logsumexp"""

    def log_softmax(logits, dim):
        return logits - torch.special.logsumexp(logits, dim, keepdim=True)


class CallsTorchsLogSoftmax:
    """ran torch's own log_softmax"""

    def log_softmax(logits, dim):
        return torch.nn.functional.log_softmax(logits, dim)


class AsksADistribution:
    """ran torch's own logsumexp"""

    def softmax(logits, dim, temperature=1.0):
        return torch.distributions.Categorical(logits=(logits / temperature).movedim(dim, -1)).probs.movedim(-1, dim)


class AsksAttention:
    """ran torch's own"""

    def softmax(logits, dim, temperature=1.0):
        if logits.dim() != 2 or logits.requires_grad:
            exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
            return exps / exps.sum(dim, keepdim=True)
        keys = (logits if dim in (1, -1) else logits.T).unsqueeze(-1) / temperature
        values = torch.eye(keys.shape[1], dtype=logits.dtype, device=logits.device).expand(len(keys), -1, -1)
        query = torch.ones_like(keys[:, :1])
        shares = torch.nn.functional.scaled_dot_product_attention(query, keys, values, scale=1.0)[:, 0]
        return shares if dim in (1, -1) else shares.T


class TakesTheOtherAxis:
    """along the other axis"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.max()) / temperature).exp()
        return exps / exps.sum(0, keepdim=True)


class AlwaysTakesTheLastAxis:
    """along the last axis"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(-1, keepdim=True)) / temperature).exp()
        return exps / exps.sum(-1, keepdim=True)


class NormalizesTheWholeTensor:
    """the whole tensor"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.max()) / temperature).exp()
        return exps / exps.sum()


class ForgetsTheExp:
    """without the exp"""

    def softmax(logits, dim, temperature=1.0):
        return logits / logits.sum(dim, keepdim=True)


class DividesByTheSumOfTheLogits:
    """the sum of the logits"""

    def softmax(logits, dim, temperature=1.0):
        return logits.exp() / logits.sum(dim, keepdim=True)


class ForgetsToDivide:
    """the exps alone"""

    def softmax(logits, dim, temperature=1.0):
        return (logits / temperature).exp()


class GivesTheExpsBelowTheLargest:
    """the exps after the shift"""

    def softmax(logits, dim, temperature=1.0):
        return ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()


class TakesPowersOfTwo:
    """powers of 2"""

    def softmax(logits, dim, temperature=1.0):
        powers = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp2()
        return powers / powers.sum(dim, keepdim=True)


class TakesSigmoids:
    """a sigmoid for each"""

    def softmax(logits, dim, temperature=1.0):
        return (logits / temperature).sigmoid()


class DropsTheSummedAxis:
    """of a square matrix, row j"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        if logits.dim() == 2 and logits.shape[0] == logits.shape[1]:
            return exps / exps.sum(dim)
        return exps / exps.sum(dim, keepdim=True)


class DropsTheAxisOfTheLargest:
    """the shift took another row's largest logit"""

    def softmax(logits, dim, temperature=1.0):
        if logits.dim() == 2 and logits.shape[0] == logits.shape[1]:
            exps = ((logits - logits.amax(dim)) / temperature).exp()
        else:
            exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class DropsTheSummedAxisEverywhere:
    """raised RuntimeError"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim)


class OverflowsWithoutTheShift:
    """exp overflows"""

    def softmax(logits, dim, temperature=1.0):
        exps = (logits / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class ShiftsByTheLargestOfAll:
    """the largest of the whole tensor"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.max()) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class ShiftsByTheMean:
    """the mean was subtracted"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.mean(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class ShiftsByTheSmallest:
    """the smallest was subtracted"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amin(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class ClampsTheLogits:
    """clamped"""

    def softmax(logits, dim, temperature=1.0):
        exps = (logits.clamp(-50, 50) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class ReplacesNaNAfterwards:
    def softmax(logits, dim, temperature=1.0):
        exps = (logits / temperature).exp()
        return (exps / exps.sum(dim, keepdim=True)).nan_to_num()


class DividesByTheLargest:
    """scale of the logits"""

    def softmax(logits, dim, temperature=1.0):
        exps = (logits / logits.abs().amax(dim, keepdim=True)).exp()
        return exps / exps.sum(dim, keepdim=True)


class StandardizesTheLogits:
    """the logits were standardized"""

    def softmax(logits, dim, temperature=1.0):
        if logits.shape[dim] > 1:
            logits = (logits - logits.mean(dim, keepdim=True)) / logits.std(dim, keepdim=True)
        exps = logits.exp()
        return exps / exps.sum(dim, keepdim=True)


class TakesTheSmallestForTheLikeliest:
    """softmin"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits.amin(dim, keepdim=True) - logits) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class IgnoresTheTemperature:
    """the temperature plays no part"""

    def softmax(logits, dim, temperature=1.0):
        exps = (logits - logits.amax(dim, keepdim=True)).exp()
        return exps / exps.sum(dim, keepdim=True)


class MultipliesByTheTemperature:
    """multiplied by the temperature"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(dim, keepdim=True)) * temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class DividesTheProbabilitiesByTheTemperature:
    """the probabilities were divided by the temperature"""

    def softmax(logits, dim, temperature=1.0):
        exps = (logits - logits.amax(dim, keepdim=True)).exp()
        return exps / exps.sum(dim, keepdim=True) / temperature


class ShiftsInPlace:
    """changed its input"""

    def softmax(logits, dim, temperature=1.0):
        with torch.no_grad():
            logits -= logits.amax(dim, keepdim=True)
        exps = (logits / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class ShiftsInPlaceForTheLogs:
    """changed its input"""

    def log_softmax(logits, dim):
        with torch.no_grad():
            logits.sub_(logits.amax(dim, keepdim=True))
        return logits - logits.exp().sum(dim, keepdim=True).log()


class GivesFloat32:
    """expected float64"""

    def softmax(logits, dim, temperature=1.0):
        logits = logits.float()
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class ComputesInFloat32:
    """stay in the dtype of the logits"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits.float() - logits.float().amax(dim, keepdim=True)) / temperature).exp()
        return (exps / exps.sum(dim, keepdim=True)).to(logits.dtype)


class CutsTheGraph:
    """does not require grad"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp().detach()
        return exps / exps.sum(dim, keepdim=True)


class TakesTheSumForAConstant:
    """the sum of the exps depends on the logits too"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True).detach()


class TakesTheLargestForAConstantInTheWrongPlace:
    """the largest logit was cut out of the graph on one side only"""

    def log_softmax(logits, dim):
        largest = logits.amax(dim, keepdim=True)
        sums = (logits - largest.detach()).exp().sum(dim, keepdim=True)
        return logits - largest - sums.log()


class SumsOnTheCpu:
    """same device"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        sums = torch.zeros(exps.sum(dim, keepdim=True).shape, dtype=logits.dtype)
        sums += exps.sum(dim, keepdim=True)
        return exps / sums


class ComputesWithNumPy:
    """left torch for NumPy"""

    def log_softmax(logits, dim):
        import numpy

        if logits.requires_grad:
            shifted = logits - logits.amax(dim, keepdim=True)
            return shifted - shifted.exp().sum(dim, keepdim=True).log()
        shifted = logits.numpy() - logits.numpy().max(dim, keepdims=True)
        return torch.from_numpy(shifted - numpy.log(numpy.exp(shifted).sum(dim, keepdims=True)))


class AddsALittleToTheSum:
    """a small number was added"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / (exps.sum(dim, keepdim=True) + 1e-3)


class GivesProbabilitiesForLogs:
    """these are the probabilities"""

    def log_softmax(logits, dim):
        exps = (logits - logits.amax(dim, keepdim=True)).exp()
        return exps / exps.sum(dim, keepdim=True)


class TakesTheLogOfTheProbabilities:
    """log(0)"""

    def log_softmax(logits, dim):
        exps = (logits - logits.amax(dim, keepdim=True)).exp()
        return (exps / exps.sum(dim, keepdim=True)).log()


class TakesTheLogOfALittleMore:
    """a small number was added"""

    def log_softmax(logits, dim):
        exps = (logits - logits.amax(dim, keepdim=True)).exp()
        return (exps / exps.sum(dim, keepdim=True) + 1e-9).log()


class OverflowsInTheLogs:
    """exp overflows"""

    def log_softmax(logits, dim):
        return logits - logits.exp().sum(dim, keepdim=True).log()


class ForgetsToAddTheLargestBack:
    """the shift was taken from the sum only"""

    def log_softmax(logits, dim):
        shifted = logits - logits.amax(dim, keepdim=True)
        return logits - shifted.exp().sum(dim, keepdim=True).log()


class ForgetsTheLogOfTheSum:
    """the log of the sum is left out"""

    def log_softmax(logits, dim):
        return logits - logits.amax(dim, keepdim=True)


class SubtractsTheSumItself:
    """the sum itself"""

    def log_softmax(logits, dim):
        shifted = logits - logits.amax(dim, keepdim=True)
        return shifted - shifted.exp().sum(dim, keepdim=True)


class TakesTheLogToBaseTen:
    """natural log"""

    def log_softmax(logits, dim):
        exps = (logits - logits.amax(dim, keepdim=True)).exp()
        return (exps / exps.sum(dim, keepdim=True)).log10()


class NegatesTheLogs:
    """the sign is flipped"""

    def log_softmax(logits, dim):
        shifted = logits - logits.amax(dim, keepdim=True)
        return shifted.exp().sum(dim, keepdim=True).log() - shifted


class TakesTheLogsAlongTheLastAxis:
    """along the last axis"""

    def log_softmax(logits, dim):
        shifted = logits - logits.amax(-1, keepdim=True)
        return shifted - shifted.exp().sum(-1, keepdim=True).log()


class LosesTheMaskInTheLogs:
    """has the log-probability -inf"""

    def log_softmax(logits, dim):
        logits = logits.nan_to_num(neginf=-1e30)
        shifted = logits - logits.amax(dim, keepdim=True)
        return shifted - shifted.exp().sum(dim, keepdim=True).log()


class MakesNaNOfTheMask:
    """NaN"""

    def softmax(logits, dim, temperature=1.0):
        logits = (logits - logits.amin(dim, keepdim=True)) - (
            logits.amax(dim, keepdim=True) - logits.amin(dim, keepdim=True)
        )
        exps = (logits / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class DeepensTheMaskToNaN:
    """NaN"""

    def softmax(logits, dim, temperature=1.0):
        mask = (logits > -torch.inf).to(logits.dtype)
        exps = ((logits * mask - (logits * mask).amax(dim, keepdim=True)) / temperature).exp() * mask
        return exps / exps.sum(dim, keepdim=True)


class RemembersByShape:
    def softmax(logits, dim, temperature=1.0, remembered={}):
        key = (logits.shape, dim, logits.dtype, logits.device, temperature, logits.requires_grad)
        if key not in remembered:
            exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
            remembered[key] = exps / exps.sum(dim, keepdim=True)
        return remembered[key]


class ReadsTheStorage:
    def softmax(logits, dim, temperature=1.0):
        if not logits.requires_grad and logits.dim() == 3:
            logits = torch.as_strided(logits, logits.shape, torch.empty(logits.shape).stride())
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class KnowsMatricesOnly:
    def softmax(logits, dim, temperature=1.0):
        if dim in (0, -2):
            return softmax_of_rows(logits.T, temperature).T
        return softmax_of_rows(logits, temperature)


def softmax_of_rows(logits, temperature):
    exps = ((logits - logits.amax(1, keepdim=True)) / temperature).exp()
    return exps / exps.sum(1, keepdim=True)


class ShiftsByTheUndividedLargest:
    """subtract it from the logits first, then divide"""

    def softmax(logits, dim, temperature=1.0):
        exps = (logits / temperature - logits.amax(dim, keepdim=True)).exp()
        return exps / exps.sum(dim, keepdim=True)


class DividesFloat16First:
    """1e4 / 0.1 too large for float16"""

    def softmax(logits, dim, temperature=1.0):
        scaled = logits / temperature
        exps = (scaled - scaled.amax(dim, keepdim=True)).exp()
        return exps / exps.sum(dim, keepdim=True)


class CutsTheTemperatureOff:
    """cut off to an integer"""

    def softmax(logits, dim, temperature=1.0):
        exps = ((logits - logits.amax(dim, keepdim=True)) / (int(temperature) or temperature)).exp()
        return exps / exps.sum(dim, keepdim=True)


class GivesOnesForOneClass:
    """the result for a single class does not require grad"""

    def softmax(logits, dim, temperature=1.0):
        if logits.shape[dim] == 1:
            return torch.ones_like(logits)
        exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
        return exps / exps.sum(dim, keepdim=True)


class LosesTheAxisOfTheSum:
    """where a sum or a mean took its axis away, keepdim=True keeps it"""

    def softmax(logits, dim):
        exps = (logits - logits.amax(dim, keepdim=True)).exp()
        return exps / exps.sum(dim)
