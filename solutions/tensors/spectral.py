import torch


def hamming_window(size: int, periodic: bool, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    return torch.hamming_window(size, periodic=periodic, dtype=dtype, device=device)


def to_frequencies(signal: torch.Tensor, window: torch.Tensor, hop: int) -> torch.Tensor:
    return torch.stft(signal, len(window), hop_length=hop, window=window, center=False, return_complex=True)


def loudest(spectrum: torch.Tensor, sample_rate: float) -> torch.Tensor:
    magnitudes = spectrum.abs()
    size = 2 * (len(spectrum) - 1)
    return magnitudes.argmax(dim=0).to(magnitudes.dtype) * (sample_rate / size)


def to_time(spectrum: torch.Tensor, window: torch.Tensor, hop: int) -> torch.Tensor:
    return torch.istft(spectrum, len(window), hop_length=hop, window=window, center=False)
