"""Computing without recording.

Autograd records every operation on a tracked tensor, so that backward() can go back through it. Some operations must
not become part of the graph: the step that changes a parameter, predictions that nobody will train on, averages kept
for later. Within ``with torch.no_grad():`` nothing is recorded: what is computed there from tracked tensors requires no
gradient, and a leaf may be changed in place. Behind the block, everything is as it was before.

    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * 3                   requires a gradient: y.grad_fn is a MulBackward0
    with torch.no_grad():
        z = w * 3               requires none: z.grad_fn is None
        w -= 0.5                w is the same leaf as before, with the elements 0.5 and 1.5

    Outside of the block, w -= 0.5 raises; w = w - 0.5 makes another tensor, and that one is no leaf.

Autograd counts the changes of each tensor. Where backward() needs elements that have been changed since, it raises. The
attribute .data goes past that count: backward() then takes the new elements for the old ones, and its result is wrong
without a word. So .data is not accepted here.

Check with:  pytest katas/autograd/test_no_grad.py
"""

from collections.abc import Callable, Iterable, Sequence

import torch


def update_(parameters: Iterable[torch.Tensor], learning_rate: float) -> None:
    """Change each parameter in place to itself less ``learning_rate`` times its .grad, without recording it.

    A parameter whose .grad is None stays as it is. Afterwards each parameter is the leaf that it was: in the same
    memory, with the same requires_grad and the same .grad. Autograd has counted the change. Whether operations are
    recorded after the call is as it was before, also where ``parameters`` raises midway (which of the parameters before
    that have taken their step is open).

    Args:
        parameters: leaves of any shape, contiguous or not, float32 or float64, no two the same; can be gone through
            once, as model.parameters() can. A gradient may begin with zeros, or hold nothing else.
        learning_rate: the size of the step.
    """
    raise NotImplementedError("take a step downhill with each parameter, in place and unrecorded")


def predict(model: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Return ``model(x)`` without a graph: nothing is recorded while the model runs, nor afterwards.

    Whether operations are recorded after the call is as it was before, also where the model raises; its exception goes
    on to the caller.

    Args:
        model: computes a new tensor from x, with tracked parameters of its own.
        x: tensor of any shape, tracked or not.

    Returns:
        The model's result. It requires no gradient, lies on the same device, and can be used like any other tensor in
        later operations that are recorded.
    """
    raise NotImplementedError("run the model while nothing is recorded")


def moving_average_(averages: Sequence[torch.Tensor], parameters: Sequence[torch.Tensor], decay: float) -> None:
    """Change each average in place to ``decay`` times itself plus (1 - ``decay``) times its parameter.

    Such an average of what the parameters were over many steps often predicts better than the last of them. Autograd
    has counted the change, and whether operations are recorded after the call is as it was before.

    Args:
        averages: tensors that require no gradient, and require none afterwards: nothing is recorded.
        parameters: one leaf for each average, of its shape, dtype and device. They stay as they are.
        decay: from 0 to 1.
    """
    raise NotImplementedError("move each average a little towards its parameter, in place and unrecorded")
