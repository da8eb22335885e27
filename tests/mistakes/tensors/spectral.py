"""Wrong answers to tensors/spectral."""

import math

import torch


def transform(signal, weights, hop, **changes):
    arguments = {"n_fft": len(weights), "hop_length": hop, "window": weights, "center": False, "return_complex": True}
    return torch.stft(signal, **(arguments | changes))


def back(spectrum, weights, hop, **changes):
    arguments = {"n_fft": len(weights), "hop_length": hop, "window": weights, "center": False}
    return torch.istft(spectrum, **(arguments | changes))


class MakesTheOtherKindOfWindow:
    """this is the symmetric window"""

    def hamming_window(size, periodic, dtype, device):
        return torch.hamming_window(size, periodic=not periodic, dtype=dtype, device=device)


class IgnoresThatTheWindowIsSymmetric:
    """this is the periodic window"""

    def hamming_window(size, periodic, dtype, device):
        return torch.hamming_window(size, dtype=dtype, device=device)


class IgnoresThatTheWindowIsPeriodic:
    """this is the symmetric window"""

    def hamming_window(size, periodic, dtype, device):
        return torch.hamming_window(size, periodic=False, dtype=dtype, device=device)


class MakesAHannWindow:
    """a Hann window"""

    def hamming_window(size, periodic, dtype, device):
        return torch.hann_window(size, periodic=periodic, dtype=dtype, device=device)


class CountsFromOne:
    """k counts from 0"""

    def hamming_window(size, periodic, dtype, device):
        k = torch.arange(1, size + 1, dtype=dtype, device=device)
        return 0.54 - 0.46 * torch.cos(2 * math.pi * k / (size if periodic else size - 1))


class TurnsTheSign:
    """the sign of the cosine"""

    def hamming_window(size, periodic, dtype, device):
        k = torch.arange(size, dtype=dtype, device=device)
        return 0.54 + 0.46 * torch.cos(2 * math.pi * k / (size if periodic else size - 1))


class TakesHalfATurn:
    """the 2 of 2 * pi"""

    def hamming_window(size, periodic, dtype, device):
        k = torch.arange(size, dtype=dtype, device=device)
        return 0.54 - 0.46 * torch.cos(math.pi * k / (size if periodic else size - 1))


class ComputesTheWindowInFloat32:
    """as exact as float32"""

    def hamming_window(size, periodic, dtype, device):
        return torch.hamming_window(size, periodic=periodic, device=device).to(dtype)


class IgnoresTheDtype:
    """gave dtype float32"""

    def hamming_window(size, periodic, dtype, device):
        return torch.hamming_window(size, periodic=periodic, device=device)


class AddsReflectionsAtTheEnds:
    """center=False"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, hop, center=True)


class LeavesTheWindowOut:
    """the window is left out"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, hop, window=torch.ones_like(window))


class LeavesTheHopOut:
    """a quarter of a frame"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, hop, hop_length=None)


class HopsByAWholeFrame:
    """do not overlap"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, len(window))


class KeepsBothSides:
    """n // 2 + 1"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, hop, onesided=False)


class GivesTheMagnitudes:
    """these are the absolute values"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, hop).abs()


class GivesRealAndImaginaryPartsApart:
    """view_as_complex"""

    def to_frequencies(signal, window, hop):
        return torch.view_as_real(transform(signal, window, hop))


class NormalizesTheTransform:
    """normalized"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, hop, normalized=True)


class TurnsTheOtherWay:
    """the sign in the exponent"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, hop).conj()


class PutsFramesFirst:
    """frames and bins are swapped"""

    def to_frequencies(signal, window, hop):
        return torch.fft.rfft(signal.unfold(0, len(window), hop) * window)


class TransformsTheWholeSignal:
    """gave shape"""

    def to_frequencies(signal, window, hop):
        return torch.fft.rfft(signal)


class WindowsFramesThatMeetInPlace:
    """cut by view or unfold lie in the signal's memory"""

    def to_frequencies(signal, window, hop):
        n = len(window)
        if hop < n:
            return transform(signal, window, hop)
        frames = signal[: len(signal) // n * n].view(-1, n)
        frames *= window
        return torch.fft.rfft(frames, dim=1).T


class SqueezesOneFrame:
    """squeezes away the axis of frames"""

    def to_frequencies(signal, window, hop):
        return transform(signal, window, hop).squeeze()


class WindowsTheSignalInPlace:
    """changed its input"""

    def to_frequencies(signal, window, hop):
        spectrum = transform(signal, window, hop)
        signal[: len(window)] *= window
        return spectrum


class GivesBins:
    """these are the bins"""

    def loudest(spectrum, sample_rate):
        return spectrum.abs().argmax(dim=0).to(spectrum.real.dtype)


class DividesByTheNumberOfBins:
    """by the number of bins"""

    def loudest(spectrum, sample_rate):
        return spectrum.abs().argmax(dim=0).to(spectrum.real.dtype) * sample_rate / len(spectrum)


class SpreadsTheBinsOverTheWholeRate:
    """half the sample rate"""

    def loudest(spectrum, sample_rate):
        return spectrum.abs().argmax(dim=0).to(spectrum.real.dtype) * sample_rate / (len(spectrum) - 1)


class ComparesRealParts:
    """the real parts"""

    def loudest(spectrum, sample_rate):
        return spectrum.real.argmax(dim=0).to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


class AddsUpRealAndImaginaryPart:
    """7 for 3 + 4j"""

    def loudest(spectrum, sample_rate):
        sizes = spectrum.real.abs() + spectrum.imag.abs()
        return sizes.argmax(dim=0).to(sizes.dtype) * sample_rate / (2 * len(spectrum) - 2)


class TakesTheLargerOfRealAndImaginaryPart:
    """4 for 3 + 4j"""

    def loudest(spectrum, sample_rate):
        sizes = torch.maximum(spectrum.real.abs(), spectrum.imag.abs())
        return sizes.argmax(dim=0).to(sizes.dtype) * sample_rate / (2 * len(spectrum) - 2)


class CutsTheRate:
    """the rate 44.1 was cut to 44"""

    def loudest(spectrum, sample_rate):
        return spectrum.abs().argmax(dim=0).to(spectrum.real.dtype) * int(sample_rate) / (2 * len(spectrum) - 2)


class SqueezesTheFrequencyOfOneFrame:
    """squeezes away the axis of frames"""

    def loudest(spectrum, sample_rate):
        hertz = spectrum.abs().argmax(dim=0).to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)
        return hertz.squeeze()


class SearchesAlongTheFrames:
    """along the frames"""

    def loudest(spectrum, sample_rate):
        return spectrum.abs().argmax(dim=1).to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


class GivesOneFrequencyForAllFrames:
    """gave shape ()"""

    def loudest(spectrum, sample_rate):
        bins = spectrum.abs().sum(dim=1).argmax()
        return bins.to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


class CountsBinsFromOne:
    """bin 0 is 0 hertz"""

    def loudest(spectrum, sample_rate):
        return (spectrum.abs().argmax(dim=0) + 1).to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


class GivesAngularFrequencies:
    """2 * pi"""

    def loudest(spectrum, sample_rate):
        bins = spectrum.abs().argmax(dim=0).to(spectrum.real.dtype)
        return 2 * math.pi * bins * sample_rate / (2 * len(spectrum) - 2)


class GivesHowLoudItIs:
    """how loud"""

    def loudest(spectrum, sample_rate):
        return spectrum.abs().amax(dim=0)


class GivesTheDefaultDtype:
    """gave dtype float32, expected float64"""

    def loudest(spectrum, sample_rate):
        return spectrum.abs().argmax(dim=0) * sample_rate / (2 * len(spectrum) - 2)


class SkipsTheConstantPart:
    """a constant signal"""

    def loudest(spectrum, sample_rate):
        bins = spectrum[1:].abs().argmax(dim=0) + 1
        return bins.to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


class LeavesTheWindowOutOnTheWayBack:
    """the window is left out"""

    def to_time(spectrum, window, hop):
        return back(spectrum, window, hop, window=torch.ones_like(window))


class CutsTheEnds:
    """center=False"""

    def to_time(spectrum, window, hop):
        return back(spectrum, window, hop, center=True)


class AddsTheFramesUp:
    """added up where they overlap"""

    def to_time(spectrum, window, hop):
        frames = torch.fft.irfft(spectrum.T)
        signal = frames.new_zeros(len(window) + hop * (len(frames) - 1))
        for t, frame in enumerate(frames):
            signal[t * hop : t * hop + len(window)] += frame
        return signal


class ClampsTheWeights:
    """the weights were clamped"""

    def to_time(spectrum, window, hop):
        frames = torch.fft.irfft(spectrum.T)
        signal = frames.new_zeros(len(window) + hop * (len(frames) - 1))
        weight = torch.zeros_like(signal)
        for t, frame in enumerate(frames):
            signal[t * hop : t * hop + len(window)] += frame * window
            weight[t * hop : t * hop + len(window)] += window**2
        return signal / weight.clamp(min=1e-3)


class JoinsTheFramesEndToEnd:
    """end to end"""

    def to_time(spectrum, window, hop):
        return (torch.fft.irfft(spectrum.T) / window).flatten()


class InvertsTheWholeSpectrumAtOnce:
    """gave shape"""

    def to_time(spectrum, window, hop):
        return torch.fft.irfft(spectrum, dim=0)


class LeavesTheHopOutOnTheWayBack:
    """a quarter of a frame"""

    def to_time(spectrum, window, hop):
        return back(spectrum, window, len(window) // 4)


class DropsThePhase:
    """the phase is lost"""

    def to_time(spectrum, window, hop):
        return back(spectrum.abs().to(spectrum.dtype), window, hop)


class GivesTheSignalBackwards:
    """the sign in the exponent"""

    def to_time(spectrum, window, hop):
        return back(spectrum.conj().resolve_conj(), window, hop)


class GivesTheFirstFrameOnly:
    """gave shape"""

    def to_time(spectrum, window, hop):
        return torch.fft.irfft(spectrum[:, 0]) / window


class GivesAComplexSignal:
    """gave dtype complex64, expected float32"""

    def to_time(spectrum, window, hop):
        return back(spectrum, window, hop).to(spectrum.dtype)


class MakesTheWindowOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def hamming_window(size, periodic, dtype, device):
        window = torch.hamming_window(size, periodic=periodic, dtype=dtype)
        return window.to(device) if device == torch.device("meta") else window


class ListsFrequenciesOnTheCpu:
    """same device"""

    def loudest(spectrum, sample_rate):
        magnitudes = spectrum.abs()
        frequencies = torch.fft.rfftfreq(2 * (len(spectrum) - 1), 1 / sample_rate, dtype=magnitudes.dtype)
        return frequencies.gather(0, magnitudes.argmax(dim=0))
