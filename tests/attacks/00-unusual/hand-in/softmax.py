import torch


def softmax(logits: torch.Tensor, dim: int, temperature: float = 1.0) -> torch.Tensor:
    # The largest exponent becomes 0, so that no exp overflows, and the sum is at least 1.
    exps = ((logits - logits.amax(dim, keepdim=True)) / temperature).exp()
    return exps / exps.sum(dim, keepdim=True)


def log_softmax(logits: torch.Tensor, dim: int) -> torch.Tensor:
    shifted = logits - logits.amax(dim, keepdim=True)
    return shifted - shifted.exp().sum(dim, keepdim=True).log()


if __name__ == "__main__":
    print(softmax(torch.ones(3), 0))
