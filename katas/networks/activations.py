"""Activation functions: nonlinear, differentiable nearly everywhere, and often bounded.

An activation is applied to each element by itself. It is nonlinear: f(a + b) is not f(a) + f(b), and only so do layers
add something to each other. It is differentiable except at a few points, the kinks of those made of straight pieces.
And many come to a limit far to the left or far to the right; those that do not, grow without bound. ReLU has the limit
0 on the left, and none on the right.

    sigmoid(x) = 1 / (1 + exp(-x))    sigmoid(0) = 0.5     sigmoid(2) = 0.8808    limits 0 and 1
    softplus(x) = log(1 + exp(x))     softplus(0) = 0.6931 softplus(2) = 2.1269   limits 0 and infinity
    leaky_relu(x, 0.1)                -2 becomes -0.2      2 stays 2              no limits

The formulas are right on paper, but exp(x) overflows in float32 from x = 89 on. Each function here holds for every x
from -10000 to 10000: no NaN and no infinity, neither in what it gives nor in the gradients that come back through it.
Gradients are right to within 0.00001, so that a gradient smaller than this may be 0; mind the places where two pieces
of a formula meet, for there clamp and abs may have another gradient than the curve.

Tensors have any shape, are float32 or float64, and are left as they are. Results are new tensors of the same shape and
dtype, on the same device.

Not allowed in the first four functions: torch's own activation functions, under any name, what holds one ready
(softmax, logsumexp, logaddexp, a loss function), and NumPy. Functions such as exp, log1p, where, abs, maximum and clamp
are allowed.

Check with:  pytest katas/networks/test_activations.py
"""

from collections.abc import Callable

import torch

Activation = Callable[[torch.Tensor], torch.Tensor]


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    """Return 1 / (1 + exp(-x)) of each element.

    Down to x = -80 the result is right to 4 digits, however small it is. The gradient that autograd finds is the
    derivative, sigmoid(x) * (1 - sigmoid(x)), for each x to within 0.00001: at 0 it is 0.25.
    """
    raise NotImplementedError("compute the sigmoid, without overflow")


def softplus(x: torch.Tensor) -> torch.Tensor:
    """Return log(1 + exp(x)) of each element.

    Down to x = -80 the result is right to 4 digits, however small it is. The gradient that autograd finds is the
    derivative, which is the sigmoid, for each x to within 0.00001: at 0 it is 0.5.
    """
    raise NotImplementedError("compute the logarithm of 1 + exp(x), without overflow")


def leaky_relu(x: torch.Tensor, slope: float) -> torch.Tensor:
    """Return each element above 0 as it is, and each below 0 multiplied by ``slope``.

    With slope 0 this is ReLU. At 0, where the two pieces meet, the gradient may be any finite number.

    Args:
        x: the input.
        slope: any number; it may be negative, or larger than 1.
    """
    raise NotImplementedError("let the elements above 0 through, and multiply those below by slope")


def hardtanh(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """Return each element from ``low`` to ``high`` as it is, ``low`` for each below, and ``high`` for each above.

    At ``low`` and ``high``, where the pieces meet, the gradient may be any finite number.

    Args:
        x: the input.
        low: the lower bound.
        high: the upper bound, larger than ``low``; both may be of either sign.
    """
    raise NotImplementedError("cut each element off at low and at high")


def limits(activation: Activation) -> tuple[float, float]:
    """Return where an activation function tends to: its limit at minus infinity, and its limit at plus infinity.

    Args:
        activation: takes a tensor of any shape and floating dtype, and gives one of the same shape. At infinity itself
            it may give NaN, as x * sigmoid(x) does, but for no finite x, however large. On either side it comes to a
            finite limit, which may be as large as 100000 and is reached to 5 digits at 1e15, or it grows in proportion
            to x, by 0.001 * x at least.

    Returns:
        Two Python floats, no tensors, right to 5 digits; ``-math.inf`` or ``math.inf`` where the activation grows
        without bound: -math.inf where it becomes more and more negative.
    """
    raise NotImplementedError("look at the activation far to the left and far to the right")


def confined(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """Return the sigmoid of each element, stretched and moved so that it runs from ``low`` to ``high``.

    As the last step of a network, this confines its output to a range: far to the left the result is ``low``, at 0 it
    is the middle of the two, far to the right it is ``high``. torch's own functions are allowed here.

    Args:
        x: the output of a network's last linear layer.
        low: the lower bound.
        high: the upper bound, larger than ``low``; both may be of either sign.
    """
    raise NotImplementedError("stretch the sigmoid to the range from low to high")
