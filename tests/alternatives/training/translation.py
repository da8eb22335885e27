"""Other right answers to training/translation."""

import torch
from torch import nn


class Classes:
    def fully_connected(height, width, hidden, classes):
        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.hidden = nn.Linear(height * width, hidden)
                self.scores = nn.Linear(hidden, classes)

            def forward(self, images):
                x = images.reshape(len(images), -1)
                return self.scores(torch.relu(self.hidden(x)))

        return Network()

    def convolutional(features, size, classes):
        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                self.kernels = nn.Conv2d(1, features, size)
                self.scores = nn.Linear(features, classes)

            def forward(self, images):
                x = nn.functional.pad(images, [size - 1] * 4)
                x = self.kernels(x[:, None]).flatten(2)
                return self.scores(x.max(dim=2).values.clamp(min=0))

        return Network()

    def train(model, optimizer, images, labels, epochs, change=None):
        criterion = nn.CrossEntropyLoss()
        losses = []
        for _ in range(epochs):
            model.train()
            model.zero_grad()
            loss = criterion(model(change(images) if change else images), labels)
            losses.append(float(loss))
            loss.backward()
            optimizer.step()
        return losses


def _own(shapes, compute):
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            for name, (shape, inputs) in shapes.items():
                self.register_parameter(name, nn.Parameter((2 * torch.rand(shape) - 1) / inputs**0.5))

        def forward(self, images):
            return compute(self, images)

    return Own()


class ByHand:
    def fully_connected(height, width, hidden, classes):
        def compute(self, images):
            x = torch.einsum("nhw,fhw->nf", images, self.weight.unflatten(1, (height, width))) + self.bias
            x = torch.where(x > 0, x, 0)
            return x @ self.scores.T + self.last

        pixels = height * width
        return _own(
            {
                "weight": ((hidden, pixels), pixels),
                "bias": ((hidden,), pixels),
                "scores": ((classes, hidden), hidden),
                "last": ((classes,), hidden),
            },
            compute,
        )

    def convolutional(features, size, classes):
        def compute(self, images):
            x = nn.functional.pad(images, (size - 1, size - 1, size - 1, size - 1))
            windows = x.unfold(1, size, 1).unfold(2, size, 1)
            x = torch.einsum("nrcij,fij->nfrc", windows, self.kernels[:, 0]) + self.bias[:, None, None]
            return nn.functional.linear(x.relu().amax((-1, -2)), self.scores, self.last)

        return _own(
            {
                "kernels": ((features, 1, size, size), size * size),
                "bias": ((features,), size * size),
                "scores": ((classes, features), features),
                "last": ((classes,), features),
            },
            compute,
        )

    def train(model, optimizer, images, labels, epochs, change=None):
        model.train(True)
        losses = []
        while len(losses) < epochs:
            inputs = images if change is None else change(images)

            def closure(inputs=inputs):
                optimizer.zero_grad(set_to_none=False)
                scores = model(inputs)
                loss = (scores.logsumexp(dim=1) - scores.gather(1, labels[:, None]).squeeze(1)).mean()
                loss.backward()
                return loss

            losses.append(optimizer.step(closure).item())
        return tuple(losses)


class Gradients:
    def convolutional(features, size, classes):
        class Channel(nn.Module):
            def forward(self, images):
                return images[:, None, :, :]

        class Largest(nn.Module):
            def forward(self, responses):
                return nn.functional.adaptive_max_pool2d(responses, (1, 1)).reshape(len(responses), -1)

        return nn.Sequential(
            Channel(),
            nn.ZeroPad2d(size - 1),
            nn.Conv2d(1, features, (size, size)),
            Largest(),
            nn.ReLU(),
            nn.Linear(features, classes),
        )

    def train(model, optimizer, images, labels, epochs, change=None):
        model.train()
        parameters = [each for group in optimizer.param_groups for each in group["params"]]
        one_hot = None
        losses = []
        for _ in range(epochs):
            scores = model((change or (lambda same: same))(images))
            one_hot = torch.eye(scores.shape[1], dtype=scores.dtype, device=scores.device)[labels]
            loss = -(scores.log_softmax(dim=1) * one_hot).sum() / len(labels)
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
                parameter.grad = gradient
            optimizer.step()
            losses.append(loss.detach().cpu().item())
        return losses
