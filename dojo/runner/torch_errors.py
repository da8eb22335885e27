"""Explain errors of torch to beginners: what they mean and their usual causes."""

import re

_ADVICE = (
    (
        r"reading from stdin while output is captured",
        "an answer gets all it needs as arguments; nobody is there to type",
    ),
    (
        r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension",
        (
            "shapes are paired from their last axes, and {0} meets {1}: an axis of size 1 is missing. unsqueeze() puts"
            " one in; where a sum or a mean took its axis away, keepdim=True keeps it"
        ),
    ),
    (
        (
            r"mat1 and mat2 shapes cannot be multiplied|size mismatch, got input|inconsistent tensor size"
            r"|Expected size for first two dimensions of batch2|batch1 and batch2 to have"
        ),
        "the first matrix needs as many columns as the second has rows: is one of them to be transposed?",
    ),
    (
        r"Expected all tensors to be on the same device|indices should be either on cpu or on the same device",
        (
            "a tensor that is made without device= lies on the CPU: make it with device=x.device, or from x, as"
            " x.new_zeros(...) does"
        ),
    ),
    (
        r"[Cc]an't convert (\S+) device type tensor to numpy",
        "NumPy reads the CPU's memory alone: .cpu() brings a tensor there",
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy records nothing: .detach() first, if the gradients may end here",
    ),
    (
        r"does not require grad and does not have a grad_fn",
        (
            "nothing was recorded on the way here: did .detach(), .item(), .data or torch.no_grad() cut it off,"
            " or does no input require gradients?"
        ),
    ),
    (
        r"a (?:view of a )?leaf Variable that requires grad is being used in an in-place operation",
        "autograd would have to record this change of a parameter: make it within torch.no_grad()",
    ),
    (
        r"Trying to backward through the graph a second time",
        "one backward() uses the graph up: compute the loss anew for each, or detach() what comes from the step before",
    ),
    (
        r"modified by an inplace operation",
        "backward() needs a tensor as it was, and something has changed it in place since: compute a new one",
    ),
    (
        r"grad can be implicitly created only for scalar outputs",
        "backward() begins at one number: take the mean or the sum first",
    ),
    (
        r"view size is not compatible with input tensor's size and stride",
        "view() never copies, and no strides fit here: reshape() copies where it must",
    ),
    (
        r"result type (\w+) can't be cast to the desired output type (\w+)",
        "a change in place keeps the dtype, and {1} cannot hold what comes out: compute a new tensor",
    ),
    (
        r"expected target dtype to be Long|expected scalar type Long but found|\"nll_loss.*\" not implemented for",
        "labels are classes, integers of dtype int64",
    ),
    (
        (
            r"expected m1 and m2 to have the same dtype|expected scalar type (\w+) but found|must have the same dtype"
            r"|should have the same dtype|have the same dtype, but got|Expected self.dtype to be equal to src.dtype"
        ),
        "both must have one dtype: what Python's numbers become is float32; take dtype=x.dtype",
    ),
    (
        r"Boolean value of Tensor with more than one value is ambiguous",
        "a comparison gives a truth value for each element: all() or any() makes one of them, & and | join two tensors",
    ),
    (
        (
            r"only (?:one element tensors|integer tensors of a single element) can be converted"
            r"|a Tensor with \d+ elements cannot be converted to Scalar"
        ),
        "there is more than one element: take a mean or a sum, or tolist()",
    ),
    (
        r"mean\(\): could not infer output dtype|mean\(\): input dtype should be either floating",
        "integers and truth values have no mean of their own: convert them to a floating dtype first",
    ),
    (
        r"Dimension out of range \(expected to be in range of \[(-?\d+), (-?\d+)\], but got (-?\d+)\)",
        "there is no axis {2}: this tensor has axes {0} to {1}; was one taken away before?",
    ),
    (
        r"shape '(\[.*?\])' is invalid for input of size (\d+)",
        "{1} elements do not fill the shape {0}",
    ),
    (
        r"Tensors must have same number of dimensions",
        "cat() joins along an axis that all of them have; stack() makes a new one",
    ),
    (
        r"Sizes of tensors must match except in dimension",
        "cat() joins along one axis, and all others must have equal sizes",
    ),
    (
        r"stack expects each tensor to be equal size",
        "stack() makes a new axis of tensors that are all of one shape: pad them, or join them with cat()",
    ),
    (
        r"Expected dtype int\S* for index|tensors used as indices must be",
        "an index is an integer: make it int64, or bool where it is a mask",
    ),
    (
        r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)",
        "axis {1} has {2} places, counted from 0: there is none at {0}",
    ),
    (
        r"expected input(\[.*?\]) to have (\d+) channels, but got (\d+) channels",
        "a convolution's weight has shape (out_channels, in_channels, ...): this one takes {1} channels, and {2} come",
    ),
)


def advice_on(error: BaseException) -> str | None:
    """Return the usual cause of an error of torch, or None if the error is unknown."""
    for pattern, sentence in _ADVICE:
        if found := re.search(pattern, str(error)):
            return sentence.format(*found.groups())
    return None
