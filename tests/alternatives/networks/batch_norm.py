"""Other right answers to networks/batch_norm."""

import torch
from torch import nn


class MovesTheFeaturesToTheEnd:
    def in_one_call(layer, samples):
        return layer(torch.cat([sample.unsqueeze(0) for sample in samples]))

    class BatchNorm(nn.Module):
        def __init__(self, features, momentum=0.1, eps=1e-5):
            super().__init__()
            self.momentum, self.eps = momentum, eps
            self.weight = nn.Parameter(torch.full((features,), 1.0))
            self.bias = nn.Parameter(torch.full((features,), 0.0))
            self.running_mean = nn.Buffer(torch.zeros(features))
            self.running_var = nn.Buffer(torch.ones(features))
            self.register_buffer("num_batches_tracked", torch.tensor(0))

        def forward(self, inputs):
            rows = inputs.movedim(1, -1)
            flat = rows.reshape(-1, rows.shape[-1])
            if self.training:
                if len(flat) < 2:
                    raise ValueError("more than one number of each feature is needed")
                self.num_batches_tracked += 1
                var, mean = torch.var_mean(flat, 0, correction=0)
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean.detach()
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * flat.detach().var(0)
            else:
                mean, var = self.running_mean, self.running_var
            result = (rows - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias
            return result.movedim(-1, 1)


class OneFeatureAtATime:
    def in_one_call(layer, samples):
        batch = samples[0].new_empty((len(samples), len(samples[0])))
        for i, sample in enumerate(samples):
            batch[i] = sample
        return layer(batch)

    class BatchNorm(nn.Module):
        def __init__(self, features, momentum=0.1, eps=1e-5):
            super().__init__()
            self.momentum, self.eps = momentum, eps
            self.register_parameter("weight", nn.Parameter(torch.ones(features)))
            self.register_parameter("bias", nn.Parameter(torch.zeros(features)))
            self.register_buffer("running_mean", torch.zeros(features))
            self.register_buffer("running_var", torch.ones(features))

        def forward(self, inputs):
            features = []
            for f in range(inputs.shape[1]):
                x = inputs[:, f]
                if self.training:
                    if x.numel() == 1:
                        raise ValueError("one number")
                    mean = x.sum() / x.numel()
                    var = ((x - mean) ** 2).sum() / x.numel()
                    unbiased = var.detach() * (x.numel() / (x.numel() - 1))
                    self.running_mean[f] = (1 - self.momentum) * self.running_mean[f] + self.momentum * mean.detach()
                    self.running_var[f] = (1 - self.momentum) * self.running_var[f] + self.momentum * unbiased
                else:
                    # Copies: the next training step writes into the buffers.
                    mean, var = self.running_mean[f].clone(), self.running_var[f].clone()
                features.append((x - mean) / (var + self.eps) ** 0.5 * self.weight[f] + self.bias[f])
            return torch.stack(features, dim=1)


class KeepsDimensions:
    def in_one_call(layer, samples):
        return layer(torch.vstack(tuple(samples)))

    class BatchNorm(nn.Module):
        def __init__(self, features, momentum=0.1, eps=1e-5):
            super().__init__()
            self.features, self.momentum, self.eps = features, momentum, eps
            self.bias = nn.Parameter(torch.zeros(features))
            self.weight = nn.Parameter(torch.ones(features))
            self.register_buffer("running_var", torch.ones(features))
            self.register_buffer("running_mean", torch.zeros(features))

        def forward(self, inputs):
            axes = (0,) if inputs.ndim == 2 else (0, 2, 3)
            shape = [1] * inputs.ndim
            shape[1] = self.features
            if self.training:
                if inputs[:, 0].numel() <= 1:
                    raise ValueError(f"expected more than one number of each feature, got {tuple(inputs.shape)}")
                wide = inputs.double()
                mean = wide.mean(axes, keepdim=True)
                var = (wide - mean).square().mean(axes, keepdim=True)
                self.running_mean.mul_(1 - self.momentum).add_(mean.detach().flatten(), alpha=self.momentum)
                self.running_var.mul_(1 - self.momentum).add_(inputs.detach().std(axes).square(), alpha=self.momentum)
                normal = ((wide - mean) / torch.sqrt(var + self.eps)).to(inputs.dtype)
            else:
                normal = (inputs - self.running_mean.view(shape)) / torch.sqrt(self.running_var.view(shape) + self.eps)
            return torch.addcmul(self.bias.view(shape), normal, self.weight.view(shape))
