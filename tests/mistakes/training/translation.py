"""Wrong answers to training/translation."""

import torch
from torch import nn

F = nn.functional


def one_layer(activation, after=None, before=None):
    def fully_connected(height, width, hidden, classes):
        parts = [nn.Flatten(), nn.Linear(height * width, hidden), activation, nn.Linear(hidden, classes)]
        return nn.Sequential(
            *([before] if before else []), *[each for each in parts if each], *([after] if after else [])
        )

    return fully_connected


def base():
    class Pattern(nn.Module):
        def __init__(self, features, size, classes):
            super().__init__()
            self.conv = nn.Conv2d(1, features, size, padding=size - 1)
            self.scores = nn.Linear(features, classes)

        def pool(self, x):
            return x.amax(dim=(2, 3))

        def activation(self, x):
            return x.relu()

        def finish(self, x):
            return x

        def forward(self, images):
            x = self.activation(self.conv(images.unsqueeze(1)))
            return self.finish(self.scores(self.pool(x)))

    return Pattern


Pattern = base()


class NoReluBetween:
    """ReLU between the layers is left out"""

    def fully_connected(height, width, hidden, classes):
        return one_layer(None)(height, width, hidden, classes)


class TanhBetween:
    """it is to be ReLU"""

    def fully_connected(height, width, hidden, classes):
        return one_layer(nn.Tanh())(height, width, hidden, classes)


class SigmoidBetween:
    """this is the sigmoid"""

    def fully_connected(height, width, hidden, classes):
        return one_layer(nn.Sigmoid())(height, width, hidden, classes)


class ReluAtTheEnd:
    """ReLU follows the last layer"""

    def fully_connected(height, width, hidden, classes):
        return one_layer(nn.ReLU(), nn.ReLU())(height, width, hidden, classes)


class SoftmaxAtTheEnd:
    """these are probabilities"""

    def fully_connected(height, width, hidden, classes):
        return one_layer(nn.ReLU(), nn.Softmax(dim=1))(height, width, hidden, classes)


class LogSoftmaxAtTheEnd:
    """these are log-probabilities"""

    def fully_connected(height, width, hidden, classes):
        return one_layer(nn.ReLU(), nn.LogSoftmax(dim=1))(height, width, hidden, classes)


class ColumnAfterColumn:
    """row after row"""

    def fully_connected(height, width, hidden, classes):
        class Turned(nn.Module):
            def forward(self, images):
                return images.transpose(1, 2)

        return one_layer(nn.ReLU(), before=Turned())(height, width, hidden, classes)


class SeesOneRowAtATime:
    """the parameters have the shapes"""

    def fully_connected(height, width, hidden, classes):
        class Rows(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.last = nn.Linear(width, hidden), nn.Linear(hidden, classes)

            def forward(self, images):
                return self.last(self.first(images).relu().amax(dim=1))

        return Rows()


class OneLayerOnly:
    """the parameters have the shapes"""

    def fully_connected(height, width, hidden, classes):
        return nn.Sequential(nn.Flatten(), nn.Linear(height * width, classes))


class WithoutBiases:
    """the parameters have the shapes"""

    def fully_connected(height, width, hidden, classes):
        return nn.Sequential(
            nn.Flatten(),
            nn.Linear(height * width, hidden, bias=False),
            nn.ReLU(),
            nn.Linear(hidden, classes, bias=False),
        )


class LayersInAPlainList:
    """the parameters have the shapes []"""

    def fully_connected(height, width, hidden, classes):
        class Stack(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = [nn.Linear(height * width, hidden), nn.Linear(hidden, classes)]

            def forward(self, images):
                first, last = self.layers
                return last(first(images.flatten(1)).relu())

        return Stack()


class FlattensEverything:
    """raised"""

    def fully_connected(height, width, hidden, classes):
        return nn.Sequential(nn.Flatten(0), nn.Linear(height * width, hidden), nn.ReLU(), nn.Linear(hidden, classes))


class StandardizesThePixels:
    def fully_connected(height, width, hidden, classes):
        return one_layer(nn.ReLU(), before=nn.LayerNorm([height, width], elementwise_affine=False))(
            height, width, hidden, classes
        )


class GivesAFunction:
    """expected a torch.nn.Module"""

    def fully_connected(height, width, hidden, classes):
        first, last = nn.Linear(height * width, hidden), nn.Linear(hidden, classes)
        return lambda images: last(first(images.flatten(1)).relu())


class SubtractsABrightnessOnTheCpu:
    """same device"""

    def fully_connected(height, width, hidden, classes):
        class Centered(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.last = nn.Linear(height * width, hidden), nn.Linear(hidden, classes)
                self.center = torch.zeros(height * width)

            def forward(self, images):
                return self.last(self.first(images.flatten(1) - self.center).relu())

        return Centered()


class TakesTheMeanOfTheResponses:
    """these are the means of the responses"""

    def convolutional(features, size, classes):
        class Mean(Pattern):
            def pool(self, x):
                return x.mean(dim=(2, 3))

        return Mean(features, size, classes)


class AddsTheResponsesUp:
    """these are the sums of the responses"""

    def convolutional(features, size, classes):
        class Sum(Pattern):
            def pool(self, x):
                return x.sum(dim=(2, 3))

        return Sum(features, size, classes)


class NoZerosAround:
    """not surrounded by zeros"""

    def convolutional(features, size, classes):
        model = Pattern(features, size, classes)
        model.conv = nn.Conv2d(1, features, size)
        return model


class PadsByTheSize:
    """a kernel was compared with zeros alone"""

    def convolutional(features, size, classes):
        model = Pattern(features, size, classes)
        model.conv = nn.Conv2d(1, features, size, padding=size)
        return model


class SqueezesTheScores:
    """tensor of scores has shape"""

    def fully_connected(height, width, hidden, classes):
        class Squeezed(nn.Sequential):
            def forward(self, images):
                return super().forward(images).squeeze()

        return Squeezed(nn.Flatten(), nn.Linear(height * width, hidden), nn.ReLU(), nn.Linear(hidden, classes))


class SqueezesTheResponses:
    """tensor of scores has shape"""

    def convolutional(features, size, classes):
        class Squeezed(Pattern):
            def pool(self, x):
                return x.amax(dim=(2, 3), keepdim=True).squeeze()

        return Squeezed(features, size, classes)


class PadsForTheSameSize:
    """too few zeros"""

    def convolutional(features, size, classes):
        model = Pattern(features, size, classes)
        model.conv = nn.Conv2d(1, features, size, padding="same")
        return model


class PadsAroundTheCorner:
    def convolutional(features, size, classes):
        model = Pattern(features, size, classes)
        model.conv = nn.Conv2d(1, features, size, padding=size - 1, padding_mode="circular")
        return model


class SkipsEveryOtherPlace:
    def convolutional(features, size, classes):
        model = Pattern(features, size, classes)
        model.conv = nn.Conv2d(1, features, size, padding=size - 1, stride=2)
        return model


class NoReluOnResponses:
    """ReLU is left out"""

    def convolutional(features, size, classes):
        class Bare(Pattern):
            def activation(self, x):
                return x

        return Bare(features, size, classes)


class TanhOfTheResponses:
    """this is tanh"""

    def convolutional(features, size, classes):
        class Tanh(Pattern):
            def activation(self, x):
                return x.tanh()

        return Tanh(features, size, classes)


class ProbabilitiesOfPatterns:
    """these are probabilities"""

    def convolutional(features, size, classes):
        class Softmax(Pattern):
            def finish(self, x):
                return x.softmax(dim=1)

        return Softmax(features, size, classes)


class ScoresAreNotNegative:
    """ReLU follows the last layer"""

    def convolutional(features, size, classes):
        class Relu(Pattern):
            def finish(self, x):
                return x.relu()

        return Relu(features, size, classes)


class KeepsThePlaces:
    """the parameters have the shapes"""

    def convolutional(features, size, classes):
        return nn.Sequential(
            nn.Unflatten(1, (1, -1)),
            nn.Conv2d(1, features, size, padding=size // 2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(features * 14 * 14, classes),
        )


class LargestOfAllFeatures:
    """the parameters have the shapes"""

    def convolutional(features, size, classes):
        class Largest(Pattern):
            def pool(self, x):
                return x.amax(dim=(1, 2, 3))[:, None]

        model = Largest(features, size, classes)
        model.scores = nn.Linear(1, classes)
        return model


class TakesTheBatchForChannels:
    """raised"""

    def convolutional(features, size, classes):
        class NoChannel(Pattern):
            def forward(self, images):
                return self.scores(self.conv(images).relu().amax(dim=(2, 3)))

        return NoChannel(features, size, classes)


class TakesTheRowsAlone:
    """raised"""

    def convolutional(features, size, classes):
        class Rows(Pattern):
            def pool(self, x):
                return x.amax(dim=3)

        return Rows(features, size, classes)


class FrameOnTheCpu:
    """same device"""

    def convolutional(features, size, classes):
        class Frame(Pattern):
            def forward(self, images):
                n, height, width = images.shape
                around = torch.zeros(n, size - 1, width, dtype=images.dtype)
                images = torch.cat([around, images, around], dim=1)
                return super().forward(images)

        model = Frame(features, size, classes)
        model.conv = nn.Conv2d(1, features, size, padding=(0, size - 1))
        return model


class ForFloat32Alone:
    """raised"""

    def convolutional(features, size, classes):
        class Single(Pattern):
            def forward(self, images):
                return super().forward(images.float())

        return Single(features, size, classes)


def steps(model, optimizer, images, labels, epochs, change, zero="before", loss=F.cross_entropy):
    model.train()
    losses = []
    for _ in range(epochs):
        inputs = images if change is None else change(images)
        value = loss(model(inputs), labels)
        if zero == "before":
            optimizer.zero_grad()
        value.backward()
        optimizer.step()
        if zero == "after":
            optimizer.zero_grad()
        losses.append(value.item())
    return losses


class NeverZeroesTheGradients:
    """gradients add up"""

    def train(model, optimizer, images, labels, epochs, change=None):
        return steps(model, optimizer, images, labels, epochs, change, zero="never")


class ZeroesTheGradientsOnce:
    """gradients add up from epoch to epoch"""

    def train(model, optimizer, images, labels, epochs, change=None):
        optimizer.zero_grad()
        return steps(model, optimizer, images, labels, epochs, change, zero="never")


class ZeroesAfterTheStep:
    """the model's weights"""

    def train(model, optimizer, images, labels, epochs, change=None):
        return steps(model, optimizer, images, labels, epochs, change, zero="after")


class ZeroesBetweenBackwardAndStep:
    """the weights are as they were"""

    def train(model, optimizer, images, labels, epochs, change=None):
        model.train()
        losses = []
        for _ in range(epochs):
            loss = F.cross_entropy(model(images if change is None else change(images)), labels)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            losses.append(loss.item())
        return losses


class ForgetsTheStep:
    """is there a step"""

    def train(model, optimizer, images, labels, epochs, change=None):
        model.train()
        losses = []
        for _ in range(epochs):
            loss = F.cross_entropy(model(images if change is None else change(images)), labels)
            optimizer.zero_grad()
            loss.backward()
            losses.append(loss.item())
        return losses


class StepsBeforeBackward:
    """the step comes before backward()"""

    def train(model, optimizer, images, labels, epochs, change=None):
        model.train()
        optimizer.zero_grad()
        losses = []
        for _ in range(epochs):
            loss = F.cross_entropy(model(images if change is None else change(images)), labels)
            optimizer.step()
            optimizer.zero_grad()
            loss.backward()
            losses.append(loss.item())
        return losses


class SumsTheLosses:
    """this is the sum of the images' losses"""

    def train(model, optimizer, images, labels, epochs, change=None):
        def total(logits, labels):
            return F.cross_entropy(logits, labels, reduction="sum")

        return steps(model, optimizer, images, labels, epochs, change, loss=total)


class SoftmaxTwice:
    """the model's weights"""

    def train(model, optimizer, images, labels, epochs, change=None):
        def of_shares(logits, labels):
            return F.cross_entropy(logits.softmax(dim=1), labels)

        return steps(model, optimizer, images, labels, epochs, change, loss=of_shares)


class GoesUp:
    """the step goes up"""

    def train(model, optimizer, images, labels, epochs, change=None):
        def negative(logits, labels):
            return -F.cross_entropy(logits, labels)

        return [-loss for loss in steps(model, optimizer, images, labels, epochs, change, loss=negative)]


class TrainsOneEpoch:
    """the model was called 1 times"""

    def train(model, optimizer, images, labels, epochs, change=None):
        return steps(model, optimizer, images, labels, min(epochs, 1), change)


class StepsForEachImage:
    """once in each epoch"""

    def train(model, optimizer, images, labels, epochs, change=None):
        losses = []
        for _ in range(epochs):
            inputs = images if change is None else change(images)
            each = [
                steps(model, optimizer, inputs[i : i + 1], labels[i : i + 1], 1, None)[0] for i in range(len(inputs))
            ]
            losses.append(sum(each) / len(each))
        return losses


class LossesAreTensors:
    """a tensor keeps its graph"""

    def train(model, optimizer, images, labels, epochs, change=None):
        model.train()
        losses = []
        for _ in range(epochs):
            loss = F.cross_entropy(model(images if change is None else change(images)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss)
        return losses


class OneLossOnly:
    """expected a list"""

    def train(model, optimizer, images, labels, epochs, change=None):
        return (steps(model, optimizer, images, labels, epochs, change) or [0.0])[-1]


class LossOfTheLastEpoch:
    """the loss of the last epoch alone"""

    def train(model, optimizer, images, labels, epochs, change=None):
        return steps(model, optimizer, images, labels, epochs, change)[-1:]


class GivesNothing:
    """expected a list"""

    def train(model, optimizer, images, labels, epochs, change=None):
        steps(model, optimizer, images, labels, epochs, change)


class LossesAfterTheSteps:
    """the model was called"""

    def train(model, optimizer, images, labels, epochs, change=None):
        losses = []
        for _ in range(epochs):
            inputs = images if change is None else change(images)
            steps(model, optimizer, inputs, labels, 1, None)
            with torch.no_grad():
                losses.append(F.cross_entropy(model(inputs), labels).item())
        return losses


class TrainsInEvaluation:
    """in evaluation mode"""

    def train(model, optimizer, images, labels, epochs, change=None):
        model.train = lambda mode=True: model
        return steps(model, optimizer, images, labels, epochs, change)


class NeverChanges:
    """the images were not changed"""

    def train(model, optimizer, images, labels, epochs, change=None):
        return steps(model, optimizer, images, labels, epochs, None)


class ChangesOnce:
    """once, before the first epoch"""

    def train(model, optimizer, images, labels, epochs, change=None):
        return steps(model, optimizer, images if change is None else change(images), labels, epochs, None)


class ChangesWhatWasChanged:
    """further and further"""

    def train(model, optimizer, images, labels, epochs, change=None):
        losses = []
        for _ in range(epochs):
            images = images if change is None else change(images)
            losses += steps(model, optimizer, images, labels, 1, None)
        return losses


class ChangesForNothing:
    """the images as they were"""

    def train(model, optimizer, images, labels, epochs, change=None):
        def look(images):
            if change is not None:
                change(images)
            return images

        return steps(model, optimizer, images, labels, epochs, look)


class ChangesTheImagesThemselves:
    """changed its input"""

    def train(model, optimizer, images, labels, epochs, change=None):
        def write(images):
            return images if change is None else images.copy_(change(images))

        return steps(model, optimizer, images, labels, epochs, write)


class ChangesEachImageAlone:
    """call it once in each"""

    def train(model, optimizer, images, labels, epochs, change=None):
        def each(images):
            if change is None:
                return images
            changed = change(images)
            change(images)
            return changed

        return steps(model, optimizer, images, labels, epochs, each)


class LearnsWhatWasAndWhatIs:
    def train(model, optimizer, images, labels, epochs, change=None):
        if change is None:
            return steps(model, optimizer, images, labels, epochs, None)
        losses = []
        for _ in range(epochs):
            both = torch.cat([images, change(images)])
            losses += steps(model, optimizer, both, torch.cat([labels, labels]), 1, None)
        return losses


class ClassWeightsOnTheCpu:
    """same device"""

    def train(model, optimizer, images, labels, epochs, change=None):
        def weighted(logits, labels):
            return F.cross_entropy(logits, labels, weight=torch.ones(logits.shape[1], dtype=logits.dtype))

        return steps(model, optimizer, images, labels, epochs, change, loss=weighted)


class AlwaysOneEpochAtLeast:
    def train(model, optimizer, images, labels, epochs, change=None):
        return steps(model, optimizer, images, labels, max(epochs, 1), change)


class ReadsTheLossByNumpy:
    """raised"""

    def train(model, optimizer, images, labels, epochs, change=None):
        losses = []
        for _ in range(epochs):
            loss = F.cross_entropy(model.train()(images if change is None else change(images)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach().numpy()))
        return losses


class ReplacesTheOptimizer:
    """the model's weights"""

    def train(model, optimizer, images, labels, epochs, change=None):
        optimizer = torch.optim.Adam(model.parameters(), lr=0.04)
        return steps(model, optimizer, images, labels, epochs, change)
