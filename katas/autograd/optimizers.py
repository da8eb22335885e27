"""What an optimiser does with the gradients.

An optimiser is handed the parameters first. After each backward(), its step changes them in place by a rule of its own,
and it keeps what it needs for the next step, for each parameter apart. A parameter whose .grad is None is skipped: it
stays as it is, and so does what is kept for it; the step does not count for it.

For one parameter p with gradient g, in step t = 1, 2, 3, ... of that parameter:

    SGD             d = g + weight_decay * p        the weight decay pulls p to 0
                    b = d in the first step, later momentum * b + d
                    p = p - learning_rate * b
    Adam            m = beta1 * m + (1 - beta1) * g          m and v are 0 before the first step
                    v = beta2 * v + (1 - beta2) * g^2
                    p = p - learning_rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)

SGD with learning rate 0.1 and momentum 0.5: p = 1 with the gradients 2, then 4, becomes 1 - 0.1 * 2 = 0.8, and with
b = 0.5 * 2 + 4 = 5 then 0.8 - 0.1 * 5 = 0.3.

Gradients are cleared between steps. zero_grad() sets them to None since torch 2.0, where it once set them to zeros. An
optimiser tells the two apart: None is skipped, and zeros are gradients like any other.

Not allowed in the two steps: torch.optim and the fused operations that it is built on, torch._fused_sgd_ and its kin,
each of which is a whole step. All other operations are allowed.

Check with:  pytest katas/autograd/test_optimizers.py
"""

from collections.abc import Iterable, Sequence
from typing import Any

import torch


def sgd_step_(
    parameters: Sequence[torch.Tensor],
    state: dict[Any, Any],
    learning_rate: float,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> None:
    """Take one step of stochastic gradient descent with momentum and weight decay, in place.

    Args:
        parameters: leaves of any shapes, float32 or float64, no two the same; each is afterwards the leaf that it was,
            in the same memory. Their .grad stays as it is; after the call the caller may put other numbers into it, in
            place.
        state: empty before the first step; keep in it what the next steps need, under any keys. Each call gets the
            same parameters and the dict of the call before. Nothing else may carry over from call to call: there may be
            several sets of parameters, each with a state of its own.
        learning_rate: of this step; the next step may have another.
        momentum: from 0 to less than 1, the same in each step.
        weight_decay: at least 0, the same in each step.
    """
    raise NotImplementedError("change each parameter that has a gradient by the rule of SGD")


def adam_step_(
    parameters: Sequence[torch.Tensor],
    state: dict[Any, Any],
    learning_rate: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    """Take one step of Adam, in place.

    Args:
        parameters: as for ``sgd_step_``.
        state: as for ``sgd_step_``.
        learning_rate: of this step; the next step may have another.
        betas: beta1 and beta2, each from 0 to less than 1, the same in each step.
        eps: larger than 0; keeps the denominator from 0.
    """
    raise NotImplementedError("change each parameter that has a gradient by the rule of Adam")


def clear_gradients(parameters: Iterable[torch.Tensor], set_to_none: bool = True) -> None:
    """Clear the gradients before the next backward().

    Args:
        parameters: leaves, with or without a gradient; can be gone through once. Their own elements stay.
        set_to_none: set each .grad to None; where this is False, set the elements of each .grad to 0 in place instead,
            whatever they are, NaN as well, and leave a .grad that is None as it is.
    """
    raise NotImplementedError("set the gradients to None, or their elements to 0")


def optimiser_for(
    features: torch.nn.Module, head: torch.nn.Module, learning_rate: float, head_learning_rate: float, momentum: float
) -> torch.optim.Optimizer:
    """Return an optimiser of torch.optim for the parameters of two modules with a learning rate each.

    Args:
        features: its parameters, those of its submodules as well, take steps with ``learning_rate``.
        head: its parameters, those of its submodules as well, take steps with ``head_learning_rate``. None of them is
            in ``features`` too.
        learning_rate: larger than 0.
        head_learning_rate: larger than 0.
        momentum: the same for both.

    Returns:
        torch's own SGD optimiser, which changes the parameters of both modules, and each of them once, in a step.
    """
    raise NotImplementedError("hand the parameters to torch.optim.SGD, in two groups")
