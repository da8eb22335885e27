"""Wrong answers to tensors/spectral."""

import math

import torch

from dojo.runner.variants import body, edit, replaces


def transform(signal, weights, hop, **changes):
    arguments = {"n_fft": len(weights), "hop_length": hop, "window": weights, "center": False, "return_complex": True}
    return torch.stft(signal, **(arguments | changes))


def back(spectrum, weights, hop, **changes):
    arguments = {"n_fft": len(weights), "hop_length": hop, "window": weights, "center": False}
    return torch.istft(spectrum, **(arguments | changes))


MakesTheOtherKindOfWindow = edit(
    "hamming_window", "periodic=periodic", "periodic=not periodic", "this is the symmetric window"
)
IgnoresThatTheWindowIsSymmetric = edit("hamming_window", ", periodic=periodic", "", "this is the periodic window")
IgnoresThatTheWindowIsPeriodic = edit(
    "hamming_window", "periodic=periodic", "periodic=False", "this is the symmetric window"
)
MakesAHannWindow = edit("hamming_window", "torch.hamming_window", "torch.hann_window", "a Hann window")
IgnoresTheDtype = edit("hamming_window", ", dtype=dtype", "", "gave dtype float32")


@replaces("hamming_window", "k counts from 0")
def CountsFromOne(size, periodic, dtype, device):
    k = torch.arange(1, size + 1, dtype=dtype, device=device)
    return 0.54 - 0.46 * torch.cos(2 * math.pi * k / (size if periodic else size - 1))


@replaces("hamming_window", "the sign of the cosine")
def TurnsTheSign(size, periodic, dtype, device):
    k = torch.arange(size, dtype=dtype, device=device)
    return 0.54 + 0.46 * torch.cos(2 * math.pi * k / (size if periodic else size - 1))


@replaces("hamming_window", "the 2 of 2 * pi")
def TakesHalfATurn(size, periodic, dtype, device):
    k = torch.arange(size, dtype=dtype, device=device)
    return 0.54 - 0.46 * torch.cos(math.pi * k / (size if periodic else size - 1))


@replaces("hamming_window", "as exact as float32")
def ComputesTheWindowInFloat32(size, periodic, dtype, device):
    return torch.hamming_window(size, periodic=periodic, device=device).to(dtype)


@replaces("hamming_window", "a tensor made without device= lies on the CPU")
def MakesTheWindowOnTheCpu(size, periodic, dtype, device):
    window = torch.hamming_window(size, periodic=periodic, dtype=dtype)
    return window.to(device) if device == torch.device("meta") else window


AddsReflectionsAtTheEnds = body("to_frequencies", "return transform(signal, window, hop, center=True)", "center=False")
LeavesTheWindowOut = body(
    "to_frequencies", "return transform(signal, window, hop, window=torch.ones_like(window))", "the window is left out"
)
LeavesTheHopOut = body(
    "to_frequencies", "return transform(signal, window, hop, hop_length=None)", "a quarter of a frame"
)
HopsByAWholeFrame = body("to_frequencies", "return transform(signal, window, len(window))", "do not overlap")
KeepsBothSides = body("to_frequencies", "return transform(signal, window, hop, onesided=False)", "n // 2 + 1")
GivesTheMagnitudes = body(
    "to_frequencies", "return transform(signal, window, hop).abs()", "these are the absolute values"
)
GivesRealAndImaginaryPartsApart = body(
    "to_frequencies", "return torch.view_as_real(transform(signal, window, hop))", "view_as_complex"
)
NormalizesTheTransform = body("to_frequencies", "return transform(signal, window, hop, normalized=True)", "normalized")
TurnsTheOtherWay = body("to_frequencies", "return transform(signal, window, hop).conj()", "the sign in the exponent")
TransformsTheWholeSignal = body("to_frequencies", "return torch.fft.rfft(signal)", "gave shape")
SqueezesOneFrame = body(
    "to_frequencies", "return transform(signal, window, hop).squeeze()", "squeezes away the axis of frames"
)


@replaces("to_frequencies", "frames and bins are swapped")
def PutsFramesFirst(signal, window, hop):
    return torch.fft.rfft(signal.unfold(0, len(window), hop) * window)


@replaces("to_frequencies", "cut by view or unfold lie in the signal's memory")
def WindowsFramesThatMeetInPlace(signal, window, hop):
    n = len(window)
    if hop < n:
        return transform(signal, window, hop)
    frames = signal[: len(signal) // n * n].view(-1, n)
    frames *= window
    return torch.fft.rfft(frames, dim=1).T


@replaces("to_frequencies", "changed its input")
def WindowsTheSignalInPlace(signal, window, hop):
    spectrum = transform(signal, window, hop)
    signal[: len(window)] *= window
    return spectrum


GivesBins = body("loudest", "return spectrum.abs().argmax(dim=0).to(spectrum.real.dtype)", "these are the bins")
GivesHowLoudItIs = body("loudest", "return spectrum.abs().amax(dim=0)", "how loud")


@replaces("loudest", "by the number of bins")
def DividesByTheNumberOfBins(spectrum, sample_rate):
    return spectrum.abs().argmax(dim=0).to(spectrum.real.dtype) * sample_rate / len(spectrum)


@replaces("loudest", "half the sample rate")
def SpreadsTheBinsOverTheWholeRate(spectrum, sample_rate):
    return spectrum.abs().argmax(dim=0).to(spectrum.real.dtype) * sample_rate / (len(spectrum) - 1)


@replaces("loudest", "the real parts")
def ComparesRealParts(spectrum, sample_rate):
    return spectrum.real.argmax(dim=0).to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "7 for 3 + 4j")
def AddsUpRealAndImaginaryPart(spectrum, sample_rate):
    sizes = spectrum.real.abs() + spectrum.imag.abs()
    return sizes.argmax(dim=0).to(sizes.dtype) * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "4 for 3 + 4j")
def TakesTheLargerOfRealAndImaginaryPart(spectrum, sample_rate):
    sizes = torch.maximum(spectrum.real.abs(), spectrum.imag.abs())
    return sizes.argmax(dim=0).to(sizes.dtype) * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "the rate 44.1 was cut to 44")
def CutsTheRate(spectrum, sample_rate):
    return spectrum.abs().argmax(dim=0).to(spectrum.real.dtype) * int(sample_rate) / (2 * len(spectrum) - 2)


@replaces("loudest", "squeezes away the axis of frames")
def SqueezesTheFrequencyOfOneFrame(spectrum, sample_rate):
    hertz = spectrum.abs().argmax(dim=0).to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)
    return hertz.squeeze()


@replaces("loudest", "along the frames")
def SearchesAlongTheFrames(spectrum, sample_rate):
    return spectrum.abs().argmax(dim=1).to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "gave shape ()")
def GivesOneFrequencyForAllFrames(spectrum, sample_rate):
    bins = spectrum.abs().sum(dim=1).argmax()
    return bins.to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "bin 0 is 0 hertz")
def CountsBinsFromOne(spectrum, sample_rate):
    return (spectrum.abs().argmax(dim=0) + 1).to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "2 * pi")
def GivesAngularFrequencies(spectrum, sample_rate):
    bins = spectrum.abs().argmax(dim=0).to(spectrum.real.dtype)
    return 2 * math.pi * bins * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "gave dtype float32, expected float64")
def GivesTheDefaultDtype(spectrum, sample_rate):
    return spectrum.abs().argmax(dim=0) * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "a constant signal")
def SkipsTheConstantPart(spectrum, sample_rate):
    bins = spectrum[1:].abs().argmax(dim=0) + 1
    return bins.to(spectrum.real.dtype) * sample_rate / (2 * len(spectrum) - 2)


@replaces("loudest", "same device")
def ListsFrequenciesOnTheCpu(spectrum, sample_rate):
    magnitudes = spectrum.abs()
    frequencies = torch.fft.rfftfreq(2 * (len(spectrum) - 1), 1 / sample_rate, dtype=magnitudes.dtype)
    return frequencies.gather(0, magnitudes.argmax(dim=0))


LeavesTheWindowOutOnTheWayBack = body(
    "to_time", "return back(spectrum, window, hop, window=torch.ones_like(window))", "the window is left out"
)
CutsTheEnds = body("to_time", "return back(spectrum, window, hop, center=True)", "center=False")
JoinsTheFramesEndToEnd = body("to_time", "return (torch.fft.irfft(spectrum.T) / window).flatten()", "end to end")
InvertsTheWholeSpectrumAtOnce = body("to_time", "return torch.fft.irfft(spectrum, dim=0)", "gave shape")
LeavesTheHopOutOnTheWayBack = body("to_time", "return back(spectrum, window, len(window) // 4)", "a quarter of a frame")
DropsThePhase = body("to_time", "return back(spectrum.abs().to(spectrum.dtype), window, hop)", "the phase is lost")
GivesTheSignalBackwards = body(
    "to_time", "return back(spectrum.conj().resolve_conj(), window, hop)", "the sign in the exponent"
)
GivesTheFirstFrameOnly = body("to_time", "return torch.fft.irfft(spectrum[:, 0]) / window", "gave shape")
GivesAComplexSignal = body(
    "to_time", "return back(spectrum, window, hop).to(spectrum.dtype)", "gave dtype complex64, expected float32"
)


@replaces("to_time", "added up where they overlap")
def AddsTheFramesUp(spectrum, window, hop):
    frames = torch.fft.irfft(spectrum.T)
    signal = frames.new_zeros(len(window) + hop * (len(frames) - 1))
    for t, frame in enumerate(frames):
        signal[t * hop : t * hop + len(window)] += frame
    return signal


@replaces("to_time", "the weights were clamped")
def ClampsTheWeights(spectrum, window, hop):
    frames = torch.fft.irfft(spectrum.T)
    signal = frames.new_zeros(len(window) + hop * (len(frames) - 1))
    weight = torch.zeros_like(signal)
    for t, frame in enumerate(frames):
        signal[t * hop : t * hop + len(window)] += frame * window
        weight[t * hop : t * hop + len(window)] += window**2
    return signal / weight.clamp(min=1e-3)
