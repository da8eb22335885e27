"""Cross entropy: the loss expected under a target distribution.

Let a target distribution say how probable each class is: q. Cross entropy is the negative log-likelihood of the
prediction p that one expects when the class is drawn from q: minus the sum over the classes of q times log(p). If the
class is certain, q is 1 there and 0 elsewhere (a Dirac distribution, also called one-hot), and of the sum only
-log(p of this class) is left, the negative log-likelihood.

    prediction p            0.7    0.2    0.1
    -log(p)                 0.36   1.61   2.30
    target q = 0.5 0.5 0    0.5 * 0.36 + 0.5 * 1.61           = 0.98
    target q = 1   0   0    1.0 * 0.36                        = 0.36, as of the label 0

torch splits this in two ways. CrossEntropyLoss takes logits and applies log_softmax itself. NLLLoss takes
log-probabilities and only picks from them, so that LogSoftmax must come before it. No loss checks what it is given: the
wrong input gives a wrong number in silence.

Not allowed in the first three functions: torch's own cross_entropy, nll_loss and log_softmax, as functions or as
modules. logsumexp is allowed: a log-probability is the logit less the logsumexp of all logits of its sample.

Check with:  pytest katas/losses/test_cross_entropy.py
"""

import torch
from torch import nn


def expected_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return, for each sample, the cross entropy between its target distribution and its prediction.

    The prediction is the softmax of the logits. A class of target probability 0 contributes 0, even where its logit is
    -inf and so the log of its predicted probability is -inf too. One of target probability above 0, however small,
    counts, and makes the loss infinite where its logit is -inf.

    Args:
        logits: shape (n, classes), float32 or float64, each from -1e4 to 1e4 or -inf; in each row one is not -inf.
        targets: shape (n, classes), of the same dtype, at least 0; each row sums to 1. They require no gradient.

    Returns:
        Shape (n,), of the same dtype. Gradients flow from it back to the logits, and none is NaN where the loss is
        finite. Both arguments are left as they are.
    """
    raise NotImplementedError("minus the sum over the classes of target times log-probability, for each sample")


def label_loss(logits: torch.Tensor, labels: torch.Tensor, class_weights: torch.Tensor | None = None) -> torch.Tensor:
    """Return the mean over all samples of the cross entropy between the label, as a certain class, and the prediction.

    With class weights it is a weighted mean: the loss of a sample counts by the weight of its label's class, and the
    sum is divided by the sum of these samples' weights, not by their number.

    Args:
        logits: shape (n, classes) or (n, classes, d), float32 or float64, each from -1e4 to 1e4; n and d at least 1.
        labels: shape (n,) or (n, d), int64: the class of each sample, or of each place of each sample.
        class_weights: shape (classes,), of the dtype of the logits, positive; None weighs all alike.

    Returns:
        Shape (), of the dtype of the logits. Gradients flow from it back to the logits. All arguments are left as they
        are.
    """
    raise NotImplementedError("pick each label's log-probability, negate it, and take the (weighted) mean")


def label_loss_ignoring(
    logits: torch.Tensor, labels: torch.Tensor, ignore_index: int, class_weights: torch.Tensor | None = None
) -> torch.Tensor:
    """Return what ``label_loss`` gives for the samples, or places, whose label is not ``ignore_index``.

    So labels that nobody knows can be left out: they count neither in the sum nor in what it is divided by.

    Args:
        logits: as for ``label_loss``.
        labels: as for ``label_loss``, or ``ignore_index``; at least one is another.
        ignore_index: the label to leave out: one of the classes, or any other integer (torch's default is -100).
        class_weights: as for ``label_loss``.

    Returns:
        As for ``label_loss``. The gradients of logits that are left out are 0.
    """
    raise NotImplementedError("take the (weighted) mean over those labels that are not ignored")


def loss_module(ends_with: str) -> nn.Module:
    """Return torch's loss module that fits a network, by what the network's outputs are.

    Called as module(outputs, labels), it gives the mean negative log-likelihood of the labels: a tensor of shape ().

    Args:
        ends_with: "logits" where the outputs are scores, with no softmax after the last layer; "log-probabilities"
            where the last layer is LogSoftmax.

    Raises:
        ValueError: for any other word. For probabilities torch has no such loss.
    """
    raise NotImplementedError("choose the loss that expects these outputs")


def with_last_layer(network: nn.Module) -> nn.Module:
    """Return a network that gives, for the same inputs, what NLLLoss takes.

    Args:
        network: takes inputs of any shape and gives logits of shape (n, classes). It is left as it is, and goes on
            giving logits when it is called alone.

    Returns:
        A new module: the network, with the same parameters (no copies), followed by the layer that is missing. It
        works in the mode (training or evaluation) that the network is in, and its outputs have shape (n, classes).
    """
    raise NotImplementedError("put the layer that turns logits into log-probabilities behind the network")
