"""Windows, the short-time Fourier transform, and the way back."""

import cmath
import math
from collections.abc import Callable

import pytest
import torch

from dojo import check, draw
from katas.tensors import spectral

COMPLEX = {torch.float32: torch.complex64, torch.float64: torch.complex128}
SQUEEZED = "this squeezes away the axis of frames where there is one frame; the axis stays"
IN_PLACE = "frames cut by view or unfold lie in the signal's memory: write frames * window, not frames *= window"

both_dtypes = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])


def some_window(size: int, device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """Return a window like no other, so that one left out or turned round shows."""
    return draw.integers((size,), 3, 30, device=device, dtype=dtype) / 16


def transformed(signal: torch.Tensor, window: torch.Tensor, hop: int) -> torch.Tensor:
    """Return the short-time Fourier transform, by its sum."""
    samples, weights, n = signal.tolist(), window.tolist(), len(window)
    rows = [
        [
            sum(w * samples[start + k] * cmath.exp(-2j * math.pi * f * k / n) for k, w in enumerate(weights))
            for start in range(0, len(samples) - n + 1, hop)
        ]
        for f in range(n // 2 + 1)
    ]
    return torch.tensor(rows, device=signal.device, dtype=COMPLEX[signal.dtype])


@pytest.mark.concept("ops.spectral")
@both_dtypes
def test_a_periodic_window_stops_one_step_before_it_would_repeat(device, dtype):
    """A periodic window of n elements is a symmetric one of n + 1 elements without its last, and is what stft wants."""
    size = draw.integer(5, 12)
    step = 2 * math.pi / size

    def window(formula: Callable[[int], float]) -> torch.Tensor:
        return torch.tensor([formula(k) for k in range(size)], device=device, dtype=dtype)

    check.close(
        spectral.hamming_window(size, True, dtype, device),
        window(lambda k: 0.54 - 0.46 * math.cos(step * k)),
        rtol=1e-5,
        atol=1e-5,
        mistakes={
            "this is the symmetric window; the periodic one has the period size, not size - 1": (
                window(lambda k: 0.54 - 0.46 * math.cos(2 * math.pi * k / (size - 1)))
            ),
            "this is a Hann window, 0.5 - 0.5 * cos: a Hamming window does not begin at 0": (
                window(lambda k: 0.5 - 0.5 * math.cos(step * k))
            ),
            "the sign of the cosine is turned: a window is low at its ends and high in the middle": (
                window(lambda k: 0.54 + 0.46 * math.cos(step * k))
            ),
            "the 2 of 2 * pi is missing: this rises all the way": (
                window(lambda k: 0.54 - 0.46 * math.cos(step * k / 2))
            ),
            "this begins at k = 1; k counts from 0": window(lambda k: 0.54 - 0.46 * math.cos(step * (k + 1))),
        },
    )


@pytest.mark.concept("ops.spectral")
def test_a_window_is_as_exact_as_its_dtype(device):
    """A float64 window is computed in float64: what was rounded to float32 on the way stays rounded."""
    size = draw.integer(5, 12)
    for periodic, period in ((True, size), (False, size - 1)):
        exact = [0.54 - 0.46 * math.cos(2 * math.pi * k / period) for k in range(size)]
        window = spectral.hamming_window(size, periodic, torch.float64, device)
        check.tensor(window, shape=(size,), dtype=torch.float64, device=device)
        error = max(abs(mine - value) for mine, value in zip(window.tolist(), exact, strict=True))
        assert periodic or error < 1e-3, (
            f"the largest error is {error:.2f}: this is the periodic window, where the symmetric one is asked for"
        )
        assert error < 1e-12, (
            f"the largest error is {error:.0e}: this is as exact as float32, though the dtype is float64; "
            "compute in the dtype that is asked for"
        )


@pytest.mark.concept("ops.spectral")
@both_dtypes
def test_a_symmetric_window_ends_where_it_began(device, dtype):
    """A symmetric window reads the same from both ends; torch makes the periodic one unless told otherwise."""
    for size in (2, draw.integer(5, 12)):
        values = [0.54 - 0.46 * math.cos(2 * math.pi * k / (size - 1)) for k in range(size)]
        periodic = [0.54 - 0.46 * math.cos(2 * math.pi * k / size) for k in range(size)]
        check.close(
            spectral.hamming_window(size, False, dtype, device),
            torch.tensor(values, device=device, dtype=dtype),
            rtol=1e-5,
            atol=1e-5,
            mistakes={
                "this is the periodic window; the symmetric one has the period size - 1, and ends where it began": (
                    torch.tensor(periodic, device=device, dtype=dtype)
                ),
            },
        )


@pytest.mark.concept("ops.spectral")
@both_dtypes
def test_the_transform_says_how_much_of_each_frequency_is_in_each_frame(device, dtype):
    """The short-time Fourier transform has a row for each frequency and a column for each frame."""
    n, hop = 12, draw.integer(4, 6)
    window = some_window(n, device, dtype)
    signal = draw.normal((n + 3 * hop + draw.integer(1, hop - 1),), device=device, dtype=dtype)
    expected = transformed(signal, window, hop)
    mirrored = expected[1 : n // 2].conj().flip(0)
    check.close(
        spectral.to_frequencies(signal, window, hop),
        expected,
        mistakes={
            "the window is left out: stft takes it as window=": transformed(signal, torch.ones_like(window), hop),
            "the hop is left out: stft then moves by a quarter of a frame": transformed(signal, window, n // 4),
            "the frames do not overlap: each starts hop samples after the one before": transformed(signal, window, n),
            "samples were added at both ends: stft centres its frames unless told center=False": lambda: transformed(
                torch.cat([signal[1 : n // 2 + 1].flip(0), signal, signal[-n // 2 - 1 : -1].flip(0)]), window, hop
            ),
            "frames and bins are swapped: there is a row for each bin": expected.T,
            "these are all n bins; the upper ones mirror the lower, and n // 2 + 1 are asked for": (
                torch.cat([expected, mirrored])
            ),
            "these are the absolute values: the phase is lost, without which there is no way back": expected.abs(),
            "real and imaginary parts are apart: join them with torch.view_as_complex": torch.view_as_real(expected),
            "this was normalized by the root of n: leave the sum as it is": expected / math.sqrt(n),
            "the sign in the exponent is turned: it is -2j": expected.conj(),
        },
    )


@pytest.mark.concept("ops.spectral")
@pytest.mark.parametrize("layout", ["contiguous", "sliced"])
def test_a_signal_may_be_as_short_as_one_frame(device, layout):
    """A signal of n samples has one frame, and a hop may be as long as a frame or as short as one sample."""
    n = 8
    window = some_window(n, device, torch.float64)
    for samples, hop in ((n, 1), (n, 3), (n + 2, 1), (3 * n - 1, n), (3 * n, n)):
        signal = draw.laid_out(draw.normal((samples,), device=device, dtype=torch.float64), layout)
        expected = transformed(signal, window, hop)
        check.close(spectral.to_frequencies(signal, window, hop), expected, mistakes={SQUEEZED: expected.squeeze(1)})


@pytest.mark.concept("ops.spectral")
def test_transforming_leaves_the_signal_alone(device):
    """Frames are windowed in memory of their own: the signal keeps its samples."""
    n = 8
    window = some_window(n, device, torch.float32)
    for samples, hop in ((20, 4), (3 * n, n), (n, 2)):
        signal = draw.normal((samples,), device=device)
        with check.unchanged(signal, window, mistake=IN_PLACE):
            spectral.to_frequencies(signal, window, hop)


@pytest.mark.concept("ops.spectral")
@both_dtypes
def test_the_loudest_bin_in_hertz(device, dtype):
    """Bin f of a frame of n samples is f * sample_rate / n hertz."""
    n, frames, rate = 2 * draw.integer(6, 9), draw.integer(3, 5), float(draw.integer(101, 999))
    bins = (torch.randperm(n // 2)[:frames] + 1).to(device)
    spectrum = 0.1 * torch.complex(*draw.normal((2, n // 2 + 1, frames), device=device, dtype=dtype))
    spectrum[bins, torch.arange(frames, device=device)] = -9.0 + 1.0j  # loud, though less than 0
    hertz = torch.tensor([f * rate / n for f in bins.tolist()], device=device, dtype=dtype)
    counted = bins.to(dtype)
    check.close(
        spectral.loudest(spectrum, rate),
        hertz,
        mistakes={
            "these are the bins themselves; asked are hertz": counted,
            "this divides by the number of bins, which is n // 2 + 1; n is the number of samples in a frame": (
                counted * rate / (n // 2 + 1)
            ),
            "these are twice too high: the last bin stands for half the sample rate": hertz * 2,
            "this counts the bins from 1; bin 0 is 0 hertz": (counted + 1) * rate / n,
            "these are angular frequencies: leave the factor 2 * pi out": hertz * 2 * math.pi,
            "this is how loud the bins are; asked is which frequency they stand for": spectrum.abs().amax(dim=0),
            "this compares the real parts; how loud a bin is, its absolute value says": (
                spectrum.real.argmax(dim=0).to(dtype) * rate / n
            ),
            "this searches along the frames; for each frame, search along the bins, dim=0": (
                spectrum.abs().argmax(dim=1).to(dtype) * rate / n
            ),
        },
    )


@pytest.mark.concept("ops.spectral")
@both_dtypes
def test_how_loud_a_bin_is_its_absolute_value_says(device, dtype):
    """The absolute value of 3 + 4j is 5: less than that of 6, more than that of 4.5, whatever the signs."""
    n, rate = 8, 8.0
    columns = [
        [0.5, 1j, 3 + 4j, 6, -1],
        [0, 4.5j, -3 - 4j, 1, -2j],
        [1, 2 - 1j, 0, 4.5, 3 - 4j],
        [-1, -7j, 2, 4 + 4j, 5],
    ]
    for scale in (1.0, 1e-3, 1e3):
        spectrum = torch.tensor(columns, device=device, dtype=COMPLEX[dtype]).T * scale
        hertz = torch.tensor([3.0, 2.0, 4.0, 1.0], device=device, dtype=dtype)
        mistakes = {
            "this adds up the sizes of real and imaginary part, 7 for 3 + 4j; the absolute value is 5": (
                spectrum.real.abs() + spectrum.imag.abs()
            ),
            "this takes the larger of real and imaginary part, 4 for 3 + 4j; the absolute value is 5": (
                torch.maximum(spectrum.real.abs(), spectrum.imag.abs())
            ),
            "this compares the real parts; how loud a bin is, its absolute value says": spectrum.real,
            "this compares the real parts without their signs; the imaginary parts count as well": spectrum.real.abs(),
            "this compares the imaginary parts; how loud a bin is, its absolute value says": spectrum.imag,
        }
        with check.unchanged(spectrum):
            found = spectral.loudest(spectrum, rate)
        check.close(
            found, hertz, mistakes={words: size.argmax(dim=0).to(dtype) * rate / n for words, size in mistakes.items()}
        )


@pytest.mark.concept("ops.spectral")
@both_dtypes
def test_any_rate_and_any_number_of_frames_will_do(device, dtype):
    """A sample rate need not be whole, and a spectrum of one frame has one loudest bin, in a vector of one element."""
    for n, frames, rate in ((10, 3, 44.1), (10, 2, 0.5), (10, 1, 44.1), (2, 1, 0.5), (2, 3, 1000.0)):
        bins = draw.integers((frames,), 1, n // 2)
        spectrum = torch.zeros(n // 2 + 1, frames, dtype=COMPLEX[dtype])
        spectrum[bins, torch.arange(frames)] = 2j
        spectrum = spectrum.to(device)
        hertz = torch.tensor([f * rate / n for f in bins.tolist()], device=device, dtype=dtype)
        whole = torch.tensor([f * int(rate) / n for f in bins.tolist()], device=device, dtype=dtype)
        with check.unchanged(spectrum):
            check.close(
                spectral.loudest(spectrum, rate),
                hertz,
                mistakes={
                    f"the rate {rate} was cut to {int(rate)}: leave it as it is": whole,
                    "the frequencies were rounded; a bin may lie between two whole numbers of hertz": hertz.round(),
                    "the frequencies were cut to whole numbers: divide with /, not //": hertz.floor(),
                    SQUEEZED: hertz.squeeze(),
                },
            )


@pytest.mark.concept("ops.spectral")
def test_bin_0_and_the_last_bin_are_frequencies_too(device):
    """Bin 0 is the constant part, 0 hertz; the last bin is half the sample rate, the highest that samples can show."""
    n, rate = 2 * draw.integer(4, 9), 1000.0
    last = n // 2
    spectrum = 0.1 * torch.complex(*draw.normal((2, last + 1, 2), device=device))
    spectrum[0, 0] = spectrum[last, 1] = 8.0
    check.close(
        spectral.loudest(spectrum, rate),
        torch.tensor([0.0, 500.0], device=device),
        mistakes={
            "bin 0 is left out; a constant signal has its loudest bin there": lambda: torch.tensor(
                [(spectrum[1:, 0].abs().argmax().item() + 1) * rate / n, 500.0], device=device
            ),
        },
    )


@pytest.mark.concept("ops.spectral")
def test_a_tone_is_found_at_its_frequency(device):
    """A tone shows in the bin of its own frequency: 250 hertz in one half of this signal, 125 in the other."""
    n, rate = 16, 1000.0
    tones = [math.sin(2 * math.pi * (250.0 if k < 2 * n else 125.0) * k / rate) for k in range(4 * n)]
    window = torch.tensor([0.54 - 0.46 * math.cos(2 * math.pi * k / n) for k in range(n)], device=device)
    spectrum = transformed(torch.tensor(tones, device=device), window, n)
    check.close(spectral.loudest(spectrum, rate), torch.tensor([250.0, 250.0, 125.0, 125.0], device=device))


@pytest.mark.concept("ops.spectral")
@both_dtypes
def test_the_inverse_gives_the_signal_back(device, dtype):
    """The way back undoes the window and joins the overlapping frames: every sample returns."""
    n, hop, frames = 12, draw.integer(4, 6), draw.integer(4, 6)
    window = some_window(n, device, dtype)
    signal = draw.normal((n + hop * (frames - 1),), device=device, dtype=dtype)
    spectrum = transformed(signal, window, hop)
    samples, weights = signal.tolist(), window.tolist()
    starts = range(0, frames * hop, hop)
    windowed = [[w * samples[start + k] for k, w in enumerate(weights)] for start in starts]

    def joined(pieces: list[list[float]]) -> list[float]:
        total = [0.0] * len(samples)
        for start, piece in zip(starts, pieces, strict=True):
            for k, value in enumerate(piece):
                total[start + k] += value
        return total

    def vector(values: list[float]) -> torch.Tensor:
        return torch.tensor(values, device=device, dtype=dtype)

    added, covered = joined(windowed), joined([[1.0] * n for _ in starts])
    check.close(
        spectral.to_time(spectrum, window, hop),
        signal,
        rtol=1e-4,  # dividing by a small window multiplies the rounding errors
        atol=1e-4,
        mistakes={
            "the window is left out: the samples are still weighted by it": vector(
                [value / count for value, count in zip(added, covered, strict=True)]
            ),
            "the frames were added up where they overlap, but not divided by what the window adds up to there": (
                vector(added)
            ),
            "the frames stand end to end; they overlap": (
                vector([value for start in starts for value in samples[start : start + n]])
            ),
            "the ends are cut off: istft takes frames as centred unless told center=False": signal[n // 2 : -n // 2],
            "the hop is left out: istft then moves by a quarter of a frame": lambda: torch.istft(
                spectrum, n, n // 4, window=window, center=False
            ),
            "the phase is lost: the spectrum's absolute values alone do not give the signal": lambda: torch.istft(
                spectrum.abs().to(spectrum.dtype), n, hop, window=window, center=False
            ),
            "the sign in the exponent is turned: each frame runs backwards": lambda: torch.istft(
                spectrum.conj().resolve_conj(), n, hop, window=window, center=False
            ),
        },
    )


@pytest.mark.concept("ops.spectral")
def test_one_frame_and_any_hop_come_back_too(device):
    """One frame comes back as n samples; frames that only just meet come back as well."""
    n = 8
    for frames, hop in ((1, 3), (3, 1), (3, n)):
        window = some_window(n, device, torch.float64)
        signal = draw.normal((n + hop * (frames - 1),), device=device, dtype=torch.float64)
        spectrum = draw.laid_out(transformed(signal, window, hop), "sliced")
        with check.unchanged(spectrum, window):
            check.close(spectral.to_time(spectrum, window, hop), signal)


@pytest.mark.concept("ops.spectral")
def test_what_a_small_window_weighs_down_comes_back_whole(device):
    """However small the window is at a sample, dividing by it brings the sample back whole."""
    n = 8
    for frames, hop, faint in ((1, 4, 0.01), (3, n, 0.01), (3, n - 1, 0.001)):
        window = some_window(n, device, torch.float64)
        window[[0, 3, n - 1]] = faint
        signal = draw.normal((n + hop * (frames - 1),), device=device, dtype=torch.float64)
        signal += 2 * signal.sign()  # no sample is small itself, so that a wrong one shows
        spectrum = transformed(signal, window, hop)
        weights = torch.zeros_like(signal)
        for start in range(0, frames * hop, hop):
            weights[start : start + n] += window**2
        small = weights < 1e-3
        back = spectral.to_time(spectrum, window, hop)
        check.tensor(back, shape=signal.shape, dtype=torch.float64, device=device)
        check.close(back[~small], signal[~small], rtol=1e-4, atol=1e-4, what="the signal under large weights")
        error = (back - signal).abs().max().item()
        assert error < 1e-9, (
            f"samples under small weights are off by {error:.1e}: the weights were clamped, raised or left out; "
            "divide by them as they are"
        )
