"""Wrong answers to training/translation."""

import torch
from torch import nn

from dojo.runner.variants import body, edit, replaces

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


NoReluBetween = body(
    "fully_connected", "return one_layer(None)(height, width, hidden, classes)", "ReLU between the layers is left out"
)
TanhBetween = body("fully_connected", "return one_layer(nn.Tanh())(height, width, hidden, classes)", "it is to be ReLU")
SigmoidBetween = body(
    "fully_connected", "return one_layer(nn.Sigmoid())(height, width, hidden, classes)", "this is the sigmoid"
)
WithoutBiases = edit(
    "fully_connected",
    "nn.Linear(height * width, hidden), nn.ReLU(), nn.Linear(hidden, classes)",
    "nn.Linear(height * width, hidden, bias=False), nn.ReLU(), nn.Linear(hidden, classes, bias=False)",
    "the parameters have the shapes",
)
FlattensEverything = edit("fully_connected", "nn.Flatten()", "nn.Flatten(0)", "raised")


@replaces("fully_connected", "ReLU follows the last layer")
def ReluAtTheEnd(height, width, hidden, classes):
    return one_layer(nn.ReLU(), nn.ReLU())(height, width, hidden, classes)


@replaces("fully_connected", "these are probabilities")
def SoftmaxAtTheEnd(height, width, hidden, classes):
    return one_layer(nn.ReLU(), nn.Softmax(dim=1))(height, width, hidden, classes)


@replaces("fully_connected", "these are log-probabilities")
def LogSoftmaxAtTheEnd(height, width, hidden, classes):
    return one_layer(nn.ReLU(), nn.LogSoftmax(dim=1))(height, width, hidden, classes)


@replaces("fully_connected", "row after row")
def ColumnAfterColumn(height, width, hidden, classes):
    class Turned(nn.Module):
        def forward(self, images):
            return images.transpose(1, 2)

    return one_layer(nn.ReLU(), before=Turned())(height, width, hidden, classes)


@replaces("fully_connected", "the parameters have the shapes")
def SeesOneRowAtATime(height, width, hidden, classes):
    class Rows(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = nn.Linear(width, hidden), nn.Linear(hidden, classes)

        def forward(self, images):
            return self.last(self.first(images).relu().amax(dim=1))

    return Rows()


@replaces("fully_connected", "the parameters have the shapes")
def OneLayerOnly(height, width, hidden, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(height * width, classes))


@replaces("fully_connected", "the parameters have the shapes []")
def LayersInAPlainList(height, width, hidden, classes):
    class Stack(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(height * width, hidden), nn.Linear(hidden, classes)]

        def forward(self, images):
            first, last = self.layers
            return last(first(images.flatten(1)).relu())

    return Stack()


@replaces("fully_connected")
def StandardizesThePixels(height, width, hidden, classes):
    return one_layer(nn.ReLU(), before=nn.LayerNorm([height, width], elementwise_affine=False))(
        height, width, hidden, classes
    )


@replaces("fully_connected", "expected a torch.nn.Module")
def GivesAFunction(height, width, hidden, classes):
    first, last = nn.Linear(height * width, hidden), nn.Linear(hidden, classes)
    return lambda images: last(first(images.flatten(1)).relu())


@replaces("fully_connected", "same device")
def SubtractsABrightnessOnTheCpu(height, width, hidden, classes):
    class Centered(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = nn.Linear(height * width, hidden), nn.Linear(hidden, classes)
            self.center = torch.zeros(height * width)

        def forward(self, images):
            return self.last(self.first(images.flatten(1) - self.center).relu())

    return Centered()


@replaces("fully_connected", "tensor of scores has shape")
def SqueezesTheScores(height, width, hidden, classes):
    class Squeezed(nn.Sequential):
        def forward(self, images):
            return super().forward(images).squeeze()

    return Squeezed(nn.Flatten(), nn.Linear(height * width, hidden), nn.ReLU(), nn.Linear(hidden, classes))


@replaces("convolutional", "these are the means of the responses")
def TakesTheMeanOfTheResponses(features, size, classes):
    class Mean(Pattern):
        def pool(self, x):
            return x.mean(dim=(2, 3))

    return Mean(features, size, classes)


@replaces("convolutional", "these are the sums of the responses")
def AddsTheResponsesUp(features, size, classes):
    class Sum(Pattern):
        def pool(self, x):
            return x.sum(dim=(2, 3))

    return Sum(features, size, classes)


@replaces("convolutional", "not surrounded by zeros")
def NoZerosAround(features, size, classes):
    model = Pattern(features, size, classes)
    model.conv = nn.Conv2d(1, features, size)
    return model


@replaces("convolutional", "a kernel was compared with zeros alone")
def PadsByTheSize(features, size, classes):
    model = Pattern(features, size, classes)
    model.conv = nn.Conv2d(1, features, size, padding=size)
    return model


@replaces("convolutional", "tensor of scores has shape")
def SqueezesTheResponses(features, size, classes):
    class Squeezed(Pattern):
        def pool(self, x):
            return x.amax(dim=(2, 3), keepdim=True).squeeze()

    return Squeezed(features, size, classes)


@replaces("convolutional", "too few zeros")
def PadsForTheSameSize(features, size, classes):
    model = Pattern(features, size, classes)
    model.conv = nn.Conv2d(1, features, size, padding="same")
    return model


@replaces("convolutional")
def PadsAroundTheCorner(features, size, classes):
    model = Pattern(features, size, classes)
    model.conv = nn.Conv2d(1, features, size, padding=size - 1, padding_mode="circular")
    return model


@replaces("convolutional")
def SkipsEveryOtherPlace(features, size, classes):
    model = Pattern(features, size, classes)
    model.conv = nn.Conv2d(1, features, size, padding=size - 1, stride=2)
    return model


@replaces("convolutional", "ReLU is left out")
def NoReluOnResponses(features, size, classes):
    class Bare(Pattern):
        def activation(self, x):
            return x

    return Bare(features, size, classes)


@replaces("convolutional", "this is tanh")
def TanhOfTheResponses(features, size, classes):
    class Tanh(Pattern):
        def activation(self, x):
            return x.tanh()

    return Tanh(features, size, classes)


@replaces("convolutional", "these are probabilities")
def ProbabilitiesOfPatterns(features, size, classes):
    class Softmax(Pattern):
        def finish(self, x):
            return x.softmax(dim=1)

    return Softmax(features, size, classes)


@replaces("convolutional", "ReLU follows the last layer")
def ScoresAreNotNegative(features, size, classes):
    class Relu(Pattern):
        def finish(self, x):
            return x.relu()

    return Relu(features, size, classes)


@replaces("convolutional", "the parameters have the shapes")
def KeepsThePlaces(features, size, classes):
    return nn.Sequential(
        nn.Unflatten(1, (1, -1)),
        nn.Conv2d(1, features, size, padding=size // 2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(features * 14 * 14, classes),
    )


@replaces("convolutional", "the parameters have the shapes")
def LargestOfAllFeatures(features, size, classes):
    class Largest(Pattern):
        def pool(self, x):
            return x.amax(dim=(1, 2, 3))[:, None]

    model = Largest(features, size, classes)
    model.scores = nn.Linear(1, classes)
    return model


@replaces("convolutional", "raised")
def TakesTheBatchForChannels(features, size, classes):
    class NoChannel(Pattern):
        def forward(self, images):
            return self.scores(self.conv(images).relu().amax(dim=(2, 3)))

    return NoChannel(features, size, classes)


@replaces("convolutional", "raised")
def TakesTheRowsAlone(features, size, classes):
    class Rows(Pattern):
        def pool(self, x):
            return x.amax(dim=3)

    return Rows(features, size, classes)


@replaces("convolutional", "same device")
def FrameOnTheCpu(features, size, classes):
    class Frame(Pattern):
        def forward(self, images):
            n, height, width = images.shape
            around = torch.zeros(n, size - 1, width, dtype=images.dtype)
            images = torch.cat([around, images, around], dim=1)
            return super().forward(images)

    model = Frame(features, size, classes)
    model.conv = nn.Conv2d(1, features, size, padding=(0, size - 1))
    return model


@replaces("convolutional", "raised")
def ForFloat32Alone(features, size, classes):
    class Single(Pattern):
        def forward(self, images):
            return super().forward(images.float())

    return Single(features, size, classes)


NeverZeroesTheGradients = body(
    "train", 'return steps(model, optimizer, images, labels, epochs, change, zero="never")', "gradients add up"
)
ZeroesAfterTheStep = body(
    "train", 'return steps(model, optimizer, images, labels, epochs, change, zero="after")', "the model's weights"
)
TrainsOneEpoch = body(
    "train", "return steps(model, optimizer, images, labels, min(epochs, 1), change)", "the model was called 1 times"
)
OneLossOnly = body(
    "train", "return (steps(model, optimizer, images, labels, epochs, change) or [0.0])[-1]", "expected a list"
)
LossOfTheLastEpoch = body(
    "train", "return steps(model, optimizer, images, labels, epochs, change)[-1:]", "the loss of the last epoch alone"
)
GivesNothing = body("train", "steps(model, optimizer, images, labels, epochs, change)", "expected a list")
NeverChanges = body(
    "train", "return steps(model, optimizer, images, labels, epochs, None)", "the images were not changed"
)
AlwaysOneEpochAtLeast = body("train", "return steps(model, optimizer, images, labels, max(epochs, 1), change)")


@replaces("train", "gradients add up from epoch to epoch")
def ZeroesTheGradientsOnce(model, optimizer, images, labels, epochs, change=None):
    optimizer.zero_grad()
    return steps(model, optimizer, images, labels, epochs, change, zero="never")


@replaces("train", "the weights are as they were")
def ZeroesBetweenBackwardAndStep(model, optimizer, images, labels, epochs, change=None):
    model.train()
    losses = []
    for _ in range(epochs):
        loss = F.cross_entropy(model(images if change is None else change(images)), labels)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    return losses


@replaces("train", "is there a step")
def ForgetsTheStep(model, optimizer, images, labels, epochs, change=None):
    model.train()
    losses = []
    for _ in range(epochs):
        loss = F.cross_entropy(model(images if change is None else change(images)), labels)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return losses


@replaces("train", "the step comes before backward()")
def StepsBeforeBackward(model, optimizer, images, labels, epochs, change=None):
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


@replaces("train", "this is the sum of the images' losses")
def SumsTheLosses(model, optimizer, images, labels, epochs, change=None):
    def total(logits, labels):
        return F.cross_entropy(logits, labels, reduction="sum")

    return steps(model, optimizer, images, labels, epochs, change, loss=total)


@replaces("train", "the model's weights")
def SoftmaxTwice(model, optimizer, images, labels, epochs, change=None):
    def of_shares(logits, labels):
        return F.cross_entropy(logits.softmax(dim=1), labels)

    return steps(model, optimizer, images, labels, epochs, change, loss=of_shares)


@replaces("train", "the step goes up")
def GoesUp(model, optimizer, images, labels, epochs, change=None):
    def negative(logits, labels):
        return -F.cross_entropy(logits, labels)

    return [-loss for loss in steps(model, optimizer, images, labels, epochs, change, loss=negative)]


@replaces("train", "once in each epoch")
def StepsForEachImage(model, optimizer, images, labels, epochs, change=None):
    losses = []
    for _ in range(epochs):
        inputs = images if change is None else change(images)
        each = [steps(model, optimizer, inputs[i : i + 1], labels[i : i + 1], 1, None)[0] for i in range(len(inputs))]
        losses.append(sum(each) / len(each))
    return losses


@replaces("train", "a tensor keeps its graph")
def LossesAreTensors(model, optimizer, images, labels, epochs, change=None):
    model.train()
    losses = []
    for _ in range(epochs):
        loss = F.cross_entropy(model(images if change is None else change(images)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses


@replaces("train", "the model was called")
def LossesAfterTheSteps(model, optimizer, images, labels, epochs, change=None):
    losses = []
    for _ in range(epochs):
        inputs = images if change is None else change(images)
        steps(model, optimizer, inputs, labels, 1, None)
        with torch.no_grad():
            losses.append(F.cross_entropy(model(inputs), labels).item())
    return losses


@replaces("train", "in evaluation mode")
def TrainsInEvaluation(model, optimizer, images, labels, epochs, change=None):
    model.train = lambda mode=True: model
    return steps(model, optimizer, images, labels, epochs, change)


@replaces("train", "once, before the first epoch")
def ChangesOnce(model, optimizer, images, labels, epochs, change=None):
    return steps(model, optimizer, images if change is None else change(images), labels, epochs, None)


@replaces("train", "further and further")
def ChangesWhatWasChanged(model, optimizer, images, labels, epochs, change=None):
    losses = []
    for _ in range(epochs):
        images = images if change is None else change(images)
        losses += steps(model, optimizer, images, labels, 1, None)
    return losses


@replaces("train", "the images as they were")
def ChangesForNothing(model, optimizer, images, labels, epochs, change=None):
    def look(images):
        if change is not None:
            change(images)
        return images

    return steps(model, optimizer, images, labels, epochs, look)


@replaces("train", "changed its input")
def ChangesTheImagesThemselves(model, optimizer, images, labels, epochs, change=None):
    def write(images):
        return images if change is None else images.copy_(change(images))

    return steps(model, optimizer, images, labels, epochs, write)


@replaces("train", "call it once in each")
def ChangesEachImageAlone(model, optimizer, images, labels, epochs, change=None):
    def each(images):
        if change is None:
            return images
        changed = change(images)
        change(images)
        return changed

    return steps(model, optimizer, images, labels, epochs, each)


@replaces("train")
def LearnsWhatWasAndWhatIs(model, optimizer, images, labels, epochs, change=None):
    if change is None:
        return steps(model, optimizer, images, labels, epochs, None)
    losses = []
    for _ in range(epochs):
        both = torch.cat([images, change(images)])
        losses += steps(model, optimizer, both, torch.cat([labels, labels]), 1, None)
    return losses


@replaces("train", "same device")
def ClassWeightsOnTheCpu(model, optimizer, images, labels, epochs, change=None):
    def weighted(logits, labels):
        return F.cross_entropy(logits, labels, weight=torch.ones(logits.shape[1], dtype=logits.dtype))

    return steps(model, optimizer, images, labels, epochs, change, loss=weighted)


@replaces("train", "raised")
def ReadsTheLossByNumpy(model, optimizer, images, labels, epochs, change=None):
    losses = []
    for _ in range(epochs):
        loss = F.cross_entropy(model.train()(images if change is None else change(images)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach().numpy()))
    return losses


@replaces("train", "the model's weights")
def ReplacesTheOptimizer(model, optimizer, images, labels, epochs, change=None):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.04)
    return steps(model, optimizer, images, labels, epochs, change)
