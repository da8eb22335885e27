"""Other right answers to tensors/spectral."""

import math

import torch


class FramesAndFourierTransforms:
    def hamming_window(size, periodic, dtype, device):
        k = torch.arange(size, dtype=dtype, device=device)
        return 0.54 - 0.46 * torch.cos(2 * math.pi * k / (size if periodic else size - 1))

    def to_frequencies(signal, window, hop):
        return torch.fft.rfft(signal.unfold(0, len(window), hop) * window, dim=1).T

    def loudest(spectrum, sample_rate):
        hertz = torch.fft.rfftfreq(2 * len(spectrum) - 2, 1 / sample_rate, dtype=spectrum.real.dtype)
        return hertz.to(spectrum.device)[spectrum.abs().max(dim=0).indices]

    def to_time(spectrum, window, hop):
        frames = torch.fft.irfft(spectrum.T, n=len(window))
        signal = frames.new_zeros(len(window) + hop * (len(frames) - 1))
        weight = torch.zeros_like(signal)
        for t, frame in enumerate(frames):
            place = slice(t * hop, t * hop + len(window))
            signal[place] += frame * window
            weight[place] += window**2
        return signal / weight


class MatricesAndLoops:
    def hamming_window(size, periodic, dtype, device):
        if periodic:
            return torch.signal.windows.hamming(size + 1, dtype=dtype, device=device)[:-1]
        return torch.signal.windows.hamming(size, dtype=dtype, device=device)

    def to_frequencies(signal, window, hop):
        n = len(window)
        k = torch.arange(n, device=signal.device)
        turns = (torch.arange(n // 2 + 1, device=signal.device)[:, None] * k) % n
        angles = turns.to(signal.dtype) * (-2 * math.pi / n)
        starts = range(0, len(signal) - n + 1, hop)
        frames = torch.stack([signal[start : start + n] * window for start in starts], dim=1)
        return torch.complex(angles.cos() @ frames, angles.sin() @ frames)

    def loudest(spectrum, sample_rate):
        size = 2 * len(spectrum) - 2
        bins = [max(range(len(spectrum)), key=lambda f: abs(column[f])) for column in spectrum.T.tolist()]
        return torch.tensor([f * sample_rate / size for f in bins], dtype=spectrum.abs().dtype, device=spectrum.device)

    def to_time(spectrum, window, hop):
        frames = torch.fft.irfft(spectrum, n=len(window), dim=0) / window[:, None]
        signal = frames.new_empty(len(window) + hop * (frames.shape[1] - 1))
        for t in range(frames.shape[1]):
            signal[t * hop : t * hop + len(window)] = frames[:, t]
        return signal


class PowersAndSorting:
    def hamming_window(size, periodic, dtype, device):
        period = size if periodic else size - 1
        values = [0.54 - 0.46 * math.cos(2 * math.pi * k / period) for k in range(size)]
        return torch.tensor(values, dtype=dtype, device=device)

    def to_frequencies(signal, window, hop):
        n = len(window)
        both = torch.stft(signal, n, hop, n, window, center=False, onesided=False, return_complex=True)
        return both[: n // 2 + 1]

    def loudest(spectrum, sample_rate):
        power = spectrum.real**2 + spectrum.imag**2
        return power.sort(dim=0).indices[-1].to(power.dtype).mul(sample_rate).div(2 * (len(spectrum) - 1))
