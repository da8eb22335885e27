"""From samples to frequencies, and back.

A signal is one number for each sample, taken at equal distances in time. The short-time Fourier transform cuts it into
overlapping frames, multiplies each frame by a window that fades it in and out, and says for each frame how much of
each frequency is in it. A frame of n samples gives n // 2 + 1 bins; bin f belongs to the oscillation that runs f times
through the frame.

    1000 samples a second, frames of 50 samples:  bin 1 is 1000 / 50 = 20 hertz, bin 10 is 200 hertz

A window comes in two kinds. The symmetric one ends where it began; the periodic one stops one step earlier, so that it
goes on without a double value where it is repeated. For transforms the periodic one is meant.

No function changes its input, and each result is on the device of its input.

Check with:  pytest katas/tensors/test_spectral.py
"""

import torch


def hamming_window(size: int, periodic: bool, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """Return a Hamming window: element k is 0.54 - 0.46 * cos(2 * pi * k / period), for k from 0 to size - 1.

    Args:
        size: the number of elements, at least 2.
        periodic: whether the period is ``size``, else it is ``size - 1``.
        dtype: float32 or float64; the elements are exact up to a few roundings in this dtype.
        device: where the window is to be.

    Returns:
        Shape (size,).
    """
    raise NotImplementedError("compute the window from its formula, or find the call that does")


def to_frequencies(signal: torch.Tensor, window: torch.Tensor, hop: int) -> torch.Tensor:
    """Return the short-time Fourier transform of a signal.

    Frame t is signal[t * hop : t * hop + n]; there are only whole frames, and nothing is added at the signal's ends.
    Element [f, t] is the sum, over k from 0 to n - 1, of window[k] * signal[t * hop + k] * exp(-2j * pi * f * k / n).

    Args:
        signal: shape (samples,), float32 or float64, with at least n samples; it is left as it is.
        window: shape (n,), of the same dtype; n is even. It is left as it is.
        hop: the number of samples from the start of a frame to the start of the next, from 1 to n.

    Returns:
        Shape (n // 2 + 1, frames), complex64 for float32, complex128 for float64.
    """
    raise NotImplementedError("transform the signal frame by frame")


def loudest(spectrum: torch.Tensor, sample_rate: float) -> torch.Tensor:
    """Return for each frame the frequency of the bin of the largest absolute value.

    Args:
        spectrum: shape (n // 2 + 1, frames), complex, from frames of n samples, n even; it is left as it is.
        sample_rate: samples a second, above 0; not always a whole number.

    Returns:
        Shape (frames,), in hertz; float32 for complex64, float64 for complex128.
    """
    raise NotImplementedError("find each frame's loudest bin, and turn its number into hertz")


def to_time(spectrum: torch.Tensor, window: torch.Tensor, hop: int) -> torch.Tensor:
    """Return the signal that a short-time Fourier transform came from.

    Args:
        spectrum: shape (n // 2 + 1, frames), complex, made as ``to_frequencies`` is described; it is left as it is.
        window: shape (n,), the window that it was made with, left as it is; each of its elements is above 0, though
            some may be as small as 0.001: what lies under them comes back too, up to the rounding of the spectrum.
        hop: the hop that it was made with.

    Returns:
        Shape (n + hop * (frames - 1),): all samples that lie in one of the frames. float32 for complex64, float64 for
        complex128.
    """
    raise NotImplementedError("bring each frame back to time, and join the frames where they overlap")
