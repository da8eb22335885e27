"""From scores to probabilities.

A network gives each class a score, which may be any number; scores that are meant for softmax are called logits.
Softmax makes probabilities of them: it takes the exp of each, which is positive, and divides by the sum of these exps.

    logits         2.0    1.0   -1.0
    exp            7.39   2.72   0.37    their sum is 10.48
    softmax        0.71   0.26   0.04    they sum to 1 (up to rounding here)

A larger score gives a larger probability. Twice the scores do not give the same probabilities: these depend on the
differences of the scores, and so stay as they are when the same number is added to all. This is of use: exp(1e4) is
infinite in a computer, while the right constant, added to all scores beforehand, leaves nothing that can overflow.

A score of -inf rules a class out: its probability is 0, and the log of that is -inf.

Not allowed: torch's own softmax and log_softmax, logsumexp and its relatives (logaddexp, logcumsumexp), whatever is
built on them, such as cross_entropy, and NumPy, which has a logaddexp too.

Check with:  pytest katas/losses/test_softmax.py
"""

import torch


def softmax(logits: torch.Tensor, dim: int, temperature: float = 1.0) -> torch.Tensor:
    """Return the probabilities along one axis: they sum to 1 along ``dim``.

    They are the probabilities of the logits divided by the temperature. A high one brings the probabilities nearer to
    each other, a low one gives nearly everything to the largest. Nothing may overflow on the way: 1e4 / 0.1 is more
    than a float16 can hold.

    Args:
        logits: at least one axis, of a floating dtype (float16, float32, float64); it is left as it is. Values from
            -1e4 to 1e4, or -inf, with at least one that is not -inf in each slice along ``dim``.
        dim: the axis of the classes, from -logits.dim() to logits.dim() - 1; its size is at least 1, the sizes of other
            axes may be 0.
        temperature: from 0.1 to 100.

    Returns:
        A new tensor of the same shape, dtype and device. Gradients flow from it back to the logits, for one class too.
    """
    raise NotImplementedError("divide the exp of each logit by the sum of the exps along dim, without overflow")


def log_softmax(logits: torch.Tensor, dim: int) -> torch.Tensor:
    """Return the natural logs of the probabilities that softmax gives at temperature 1.

    They are right for small probabilities too: of the logits 0 and -1e4, the second has the log-probability -1e4, while
    its probability is too small for any float and would be rounded to 0.

    Args:
        logits: as for ``softmax``.
        dim: as for ``softmax``.

    Returns:
        A new tensor of the same shape, dtype and device. Gradients flow from it back to the logits.
    """
    raise NotImplementedError("work out the log of the quotient on paper first, then compute that")
