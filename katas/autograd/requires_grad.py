"""Which tensors autograd tracks, and what it remembers of them.

Autograd tracks a tensor that says requires_grad=True, and every tensor computed from it. A tracked tensor is of one of
two kinds. A leaf was made from given numbers, and is what training changes: backward() fills its .grad. Any other
tracked tensor was computed: its grad_fn is the function that was recorded last, and grad_fn.next_functions leads from
there to the functions of that function's inputs, and so back to the leaves. A tensor that requires no gradient has no
such history; torch calls it a leaf as well (is_leaf is True), though nothing will ever fill its .grad.

    w = torch.tensor([1.0, 2.0], requires_grad=True)     a leaf, without a grad_fn
    y = w * 3                                            computed: y.grad_fn is a MulBackward0
    s = y.sum()                                          computed: s.grad_fn is a SumBackward0
    s.grad_fn.next_functions[0][0] is y.grad_fn, and y.grad_fn.next_functions[0][0] is an AccumulateGrad. That one
    stands for the leaf w: no operation made it, it is where backward() adds to w.grad. None stands for an untracked
    input, such as the 3.

Check with:  pytest katas/autograd/test_requires_grad.py
"""

import torch


def leaf(values: torch.Tensor, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """Return a new leaf that holds ``values`` and requires a gradient.

    Args:
        values: tensor of any shape, contiguous or not, of any real dtype and on any device. It may be tracked itself,
            and stays exactly as it is.
        dtype: the dtype of the leaf, a floating one; it may be that of ``values``.
        device: where the leaf lies; it may be where ``values`` lies.

    Returns:
        A leaf of the shape of ``values``, with memory of its own in every case: no operation is recorded on the way to
        it, so that its .grad_fn is None and a gradient goes no further back than to it.
    """
    raise NotImplementedError("make a leaf of this dtype on this device, and have it require a gradient")


def role(tensor: torch.Tensor) -> str:
    """Return what ``tensor`` is to autograd.

    Args:
        tensor: tensor of any shape and dtype.

    Returns:
        "leaf" for a leaf that requires a gradient, whether it has one yet or not; "computed" for a tensor that was
        computed from tracked tensors; "untracked" for every other, a torch.nn.Parameter that is switched off as well.
    """
    raise NotImplementedError("tell a leaf, a computed and an untracked tensor apart")


def history(tensor: torch.Tensor) -> list[str]:
    """Return the names of the recorded functions from ``tensor`` back to a leaf.

    Where a function has several inputs, the way goes on through the first of those that are tracked; if this one is a
    leaf, it ends there.

    Args:
        tensor: tensor of any shape, tracked or not. It stays as it is, and backward() still works afterwards.

    Returns:
        The names as torch writes them, such as "MulBackward0", the latest operation first. AccumulateGrad, which stands
        for the leaf at the end and whose name() is "torch::autograd::AccumulateGrad", is not among them. Empty for a
        leaf and for an untracked tensor.
    """
    raise NotImplementedError("walk from grad_fn back to the leaf, and collect the names")


def cut(tensor: torch.Tensor) -> torch.Tensor:
    """Return the elements of ``tensor`` without its history.

    Args:
        tensor: tensor of any shape, contiguous or not, tracked or not. It keeps its own history.

    Returns:
        A tensor over the same storage, with the same shape and strides, which requires no gradient. Autograd still
        sees when the elements are changed in place through it: backward() through ``tensor`` then raises where it
        needs the old elements. The attribute .data hides such changes, and is not accepted.
    """
    raise NotImplementedError("give a view of the tensor that is cut from the graph")
