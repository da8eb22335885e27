"""What a kata asks for by hand is refused under each name that torch has for it, on the CPU and on another device."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from dojo import check, simulated
from dojo.runner import devices

DEVICES = [name for name in ("cpu", simulated.NAME, "cuda") if not devices.missing(name)]

SOFTMAX = [
    "torch.softmax(x, 1)", "x.softmax(1)", "x.softmax(-1)", "F.softmax(x, dim=1)", "nn.Softmax(1)(x)",
    "torch.special.softmax(x, 1)", "nn.Softmax2d()(image)", "F.softmin(x, 1)", "nn.Softmin(1)(x)",
    "torch.softmax(x, 1, dtype=torch.float64)", "torch._softmax(x, 1, False)", "torch.ops.aten._softmax(x, 1, False)",
    "torch.ops.aten.softmax.int(x, 1)", "torch.softmax(x, 1, out=torch.empty_like(x))", "F.gumbel_softmax(x)",
    "torch.distributions.Categorical(logits=x).probs", "torch.func.vmap(lambda row: row.softmax(0))(x)",
    "torch.no_grad()(torch.softmax)(x, 1)", "torch.Tensor.softmax(x, 1)", "x.requires_grad_().softmax(1)",
]  # fmt: skip
LOG_SOFTMAX = [
    "torch.log_softmax(x, 1)", "x.log_softmax(1)", "F.log_softmax(x, 1)", "nn.LogSoftmax(1)(x)",
    "torch.special.log_softmax(x, 1)", "torch._log_softmax(x, 1, False)", "F.cross_entropy(x, labels)",
    "nn.CrossEntropyLoss(reduction='none')(x, labels)", "F.cross_entropy(x, x.abs())",
]  # fmt: skip
LOGSUMEXP = [
    "x.logsumexp(1)", "torch.logsumexp(x, 1)", "torch.special.logsumexp(x, 1)", "torch.logaddexp(x[:, 0], x[:, 1])",
    "torch.logcumsumexp(x, 1)", "x.logcumsumexp(1)",
]  # fmt: skip
NLL = [
    "F.nll_loss(x, labels)", "nn.NLLLoss()(x, labels)", "nn.NLLLoss(reduction='sum')(x, labels)",
    "F.nll_loss(x.T[None], labels[:3][None])", "F.nll_loss(image, torch.zeros_like(image[:, 0], dtype=torch.int64))",
    "torch.nn.functional.nll_loss(x, labels, reduction='none')", "torch._C._nn.nll_loss(x, labels)",
    "torch.ops.aten.nll_loss_forward(x, labels, None, 1, -100)",
]  # fmt: skip

AUTOGRAD = [
    "(p * p).sum().backward()", "torch.autograd.grad((p * p).sum(), p)", "torch.autograd.backward((p * p).sum())",
    "torch.func.grad(lambda v: (v * v).sum())(x)", "torch.func.jacrev(lambda v: v * v)(x)", "torch.func.vjp(torch.sin, x)",
    "torch.func.jacfwd(lambda v: v * v)(x)", "torch.func.jvp(torch.sin, (x,), (x,))", "torch.func.grad_and_value(SUM)(x)",
    "torch.func.linearize(torch.sin, x)", "torch.autograd.functional.jacobian(lambda v: v * v, x)",
    "torch.autograd.functional.vjp(SUM, x)", "torch.autograd.functional.jvp(SUM, x, x)",
    "torch.func.hessian(lambda v: (v ** 3).sum())(x)", "torch.autograd.functional.hessian(lambda v: (v ** 3).sum(), x)",
    "(x.clone().requires_grad_() ** 2).sum().backward()",
    "nn.Linear(4, 1, device=x.device)(x).sum().backward()", "torch.enable_grad()(lambda: (p * p).sum().backward())()",
]  # fmt: skip

SPELLINGS = {
    "losses/softmax": [
        *SOFTMAX, *LOG_SOFTMAX, *LOGSUMEXP,
        "torch.from_numpy(np.logaddexp.reduce(x.cpu().numpy(), axis=1))", "np.logaddexp(x.cpu(), x.cpu())",
    ],
    "losses/likelihood": [*LOG_SOFTMAX, *NLL],
    "losses/cross_entropy": [*LOG_SOFTMAX, *NLL],
    "networks/activations": [
        "torch.sigmoid(x)", "x.sigmoid()", "x.clone().sigmoid_()", "F.sigmoid(x)", "nn.Sigmoid()(x)", "torch.special.expit(x)",
        "F.logsigmoid(x)", "nn.LogSigmoid()(x)", "torch.tanh(x)", "x.tanh()", "x.clone().tanh_()", "nn.Tanh()(x)", "F.tanh(x)",
        "F.softplus(x)", "nn.Softplus()(x)", "torch.relu(x)", "x.relu()", "x.clone().relu_()", "F.relu(x)", "nn.ReLU()(x)",
        "F.relu(x.clone(), inplace=True)", "F.leaky_relu(x, 0.1)", "nn.LeakyReLU(0.1)(x)", "F.prelu(x, x[0, :1])", "F.rrelu(x)",
        "F.hardtanh(x)", "nn.Hardtanh(-1, 2)(x)", "F.relu6(x)", "nn.ReLU6()(x)", "F.hardsigmoid(x)", "F.silu(x)", "nn.SiLU()(x)",
        "F.gelu(x)", "F.elu(x)", "nn.CELU()(x)", "F.selu(x)", "F.mish(x)", "F.hardswish(x)", "F.glu(x)", "F.threshold(x, 0, 0)",
        "torch.logaddexp(x, x)", "torch.logaddexp2(x, x)", "torch.stack([x, x]).logsumexp(0)", "torch.stack([x, x]).softmax(0)",
        "F.binary_cross_entropy_with_logits(x, x)", "F.soft_margin_loss(x, x)", "torch._foreach_sigmoid([x])",
        "torch._foreach_tanh([x])", "torch.sigmoid(x, out=torch.empty_like(x))", "F.softshrink(x)", "F.hardshrink(x)",
        "torch.from_numpy(np.tanh(x.cpu().numpy()))", "np.tanh(x.cpu())", "np.logaddexp(0, np.asarray(x.cpu()))",
    ],
    "networks/batch_norm": [
        "F.batch_norm(x, None, None, training=True)", "nn.BatchNorm1d(4, device=x.device)(x)",
        "nn.BatchNorm2d(3, device=x.device)(image)", "nn.BatchNorm1d(4, device=x.device).eval()(x)",
        "F.batch_norm(x, x.mean(0), x.var(0))", "torch.batch_norm(x, None, None, None, None, True, 0.1, 1e-5, False)",
        "torch.native_batch_norm(x, None, None, None, None, True, 0.1, 1e-5)", "F.instance_norm(image)",
        "nn.InstanceNorm2d(3)(image)", "F.layer_norm(x, (4,))", "nn.LayerNorm(4, device=x.device)(x)", "F.group_norm(image, 1)",
        "nn.GroupNorm(1, 3, device=x.device)(image)", "F.layer_norm(x.T, (3,)).T",
    ],
    "networks/neuron": [
        "F.linear(x, x)", "nn.Linear(4, 2, device=x.device)(x)", "torch.addmm(x[0, :3], x, x.T)", "x[:, :3].addmm(x, x.T)",
        "torch.addmv(x[:, 0], x, x[0])", "torch.baddbmm(x[None, :, :3], x[None], x.T[None])", "F.linear(x, x, x[:, 0])",
        "torch.addbmm(x[:, :3], x[None], x.T[None])", "F.bilinear(x, x, x[None, :1, :].expand(2, 4, 4))",
        "nn.Bilinear(4, 4, 2, device=x.device)(x, x)", "nn.LazyLinear(2, device=x.device)(x)", "F.linear(x[0], x, x[:, 0])",
        "F.conv1d(x[:, :, None], x[:, :, None])", "nn.Conv1d(4, 2, 1, device=x.device)(x[:, :, None])",
        "torch._addmm_activation(x[0, :3], x, x.T)", "torch.ops.aten.linear(x, x, x[:, 0])",
        "torch.func.functional_call(nn.Linear(4, 2, device=x.device), {}, (x,))",
        "nn.Sequential(nn.Linear(4, 2, device=x.device))(x)", "torch.vmap(lambda row: F.linear(row, x, x[:, 0]))(x)",
    ],
    "data/one_hot": [
        "F.one_hot(labels)", "F.one_hot(labels, 5)", "F.one_hot(labels, num_classes=3).float()",
        "torch._C._nn.one_hot(labels, 3)", "torch.nn.functional.one_hot(labels[None])", "torch.ops.aten.one_hot(labels, 3)",
        "torch.ops.aten.one_hot.default(labels, 3)", "getattr(F, 'one' + '_hot')(labels)",
    ],
    "storage/transpose": [
        "x.T", "x.t()", "x.mT", "x.H", "x.mH", "x.adjoint()", "x.transpose(0, 1)", "torch.transpose(x, 0, 1)",
        "x.permute(1, 0)", "torch.permute(x, (1, 0))", "x.swapaxes(0, 1)", "x.swapdims(0, 1)", "x.movedim(0, 1)",
        "torch.moveaxis(x, 0, 1)", "torch.einsum('ij->ji', x)", "x.clone().t_()", "x.clone().transpose_(0, 1)",
        "x.clone().swapaxes_(0, 1)", "torch.t_copy(x)", "torch.transpose_copy(x, 0, 1)", "torch.permute_copy(x, (1, 0))",
        "torch.ops.aten.t(x)", "torch.ops.aten.numpy_T(x)", "torch.Tensor.T.__get__(x)", "nn.Flatten(0)(x.mT)",
        "torch.linalg.diagonal(x[None].transpose(0, 2))",
        "torch.from_numpy(x.cpu().numpy().T)", "torch.from_numpy(np.transpose(x.cpu().numpy()))",
        "torch.as_tensor(np.asarray(x.cpu()).swapaxes(0, 1))", "torch.from_dlpack(np.from_dlpack(x.cpu()).T)",
    ],
    "autograd/chain_rule": AUTOGRAD,
    "training/linear_model": AUTOGRAD,
    "autograd/optimizers": [
        "optim.SGD([p], lr=0.1).step()", "optim.SGD([p], lr=0.1, foreach=True).step()", "optim.Adam([p]).step()",
        "optim.AdamW([p]).step()", "torch.optim.NAdam([p]).step()", "optim.RMSprop([p]).step()", "optim.Adagrad([p]).step()",
        "torch._fused_sgd_([x], [x], [], weight_decay=0, momentum=0, lr=0.1, dampening=0, nesterov=False, maximize=False,"
        " is_first_step=True)",
    ],
    "networks/convolution": [
        "F.conv2d(image, kernel)", "nn.Conv2d(3, 2, 3, device=x.device)(image)", "torch.conv2d(image, kernel)",
        "torch.convolution(image, kernel, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)", "F.conv1d(x[None], x[None])",
        "torch.ops.aten.convolution(image, kernel, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)",
        "F.conv3d(image[None], kernel[:, :2, None])",
        "F.conv_transpose2d(image, kernel.transpose(0, 1))", "F.conv2d(image, kernel, padding='same')",
        "F.conv2d(image, kernel, groups=1, stride=2, dilation=2)", "torch.vmap(lambda one: F.conv2d(one, kernel))(image)",
    ],
}  # fmt: skip


@cache
def specification(kata: str) -> ModuleType:
    file = Path(__file__).parents[2] / "katas" / f"{kata.replace('/', '/test_')}.py"
    spec = importlib.util.spec_from_file_location(f"specification_of_{kata.replace('/', '_')}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names(device: str) -> dict[str, object]:
    x = torch.linspace(-1.5, 2.0, 12).reshape(3, 4).to(device)
    parameter = x.clone().requires_grad_()
    parameter.grad = x.clone()
    return {
        "torch": torch,
        "np": np,
        "optim": torch.optim,
        "SUM": lambda values: values.square().sum(),
        "p": parameter,
        "nn": torch.nn,
        "F": torch.nn.functional,
        "x": x,
        "labels": torch.tensor([0, 2, 1], device=device),
        "image": torch.linspace(-1, 1, 2 * 3 * 6 * 6).reshape(2, 3, 6, 6).to(device),
        "kernel": torch.linspace(-1, 1, 2 * 3 * 3 * 3).reshape(2, 3, 3, 3).to(device),
    }


@pytest.mark.parametrize("place", DEVICES)
@pytest.mark.parametrize(("kata", "code"), [(kata, code) for kata, codes in SPELLINGS.items() for code in codes])
def test_each_spelling_is_refused(kata, code, place):
    given = names(place)
    with pytest.raises(check.Failure) as caught, specification(kata).by_hand():
        eval(code, given)
    assert caught.value.layer == "shortcut"
    assert caught.value.mistake.split()[0] in ("build", "multiply", "derive", "write")  # it says what to do instead
    eval(code, names(place))  # without the ban it runs: it was refused for what it is


COLLECTIVES = [
    "dist.all_reduce(x)", "dist.reduce(x, 0)", "dist.broadcast(x, 0)", "dist.all_gather([y], x)", "dist.gather(x, [y])",
    "dist.scatter(x, [y])", "dist.reduce_scatter(x, [y])", "dist.all_gather_into_tensor(y, x)",
    "dist.reduce_scatter_tensor(y, x)", "dist.all_to_all([y], [x])", "dist.all_to_all_single(y, x)",
    "dist.all_reduce_coalesced([x])", "dist.all_gather_object([None], x)", "dist.broadcast_object_list([1], 0)",
    "dist.all_reduce(x, async_op=True).wait()", "dist.group.WORLD.allreduce(x).wait()",
    "functional.all_reduce(x, 'sum', dist.group.WORLD)", "functional.broadcast(x, 0, dist.group.WORLD)",
    "functional.all_gather_tensor(x, 0, dist.group.WORLD)",
]  # fmt: skip


def collected(rank: int, code: str) -> None:
    """Run in a process of its own: each spelling of a collective call is refused, and runs without the ban."""
    from torch.distributed import _functional_collectives

    given = {"dist": torch.distributed, "functional": _functional_collectives, "x": torch.ones(3), "y": torch.ones(3)}
    with pytest.raises(check.Failure, match="ran torch's own"), specification("training/distributed").by_hand():
        eval(code, given)
    eval(code, given)


@pytest.mark.parametrize("code", COLLECTIVES)
def test_each_collective_call_is_refused(processes, code):
    processes(collected, code, world_size=1)
