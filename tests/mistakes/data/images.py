"""Wrong answers to data/images."""

import torch

from dojo.runner.variants import body, edit, replaces


def colour(images):
    if len({image.shape for image in images}) != 1:
        raise ValueError("shapes")
    return torch.stack([image if image.dim() == 3 else image.unsqueeze(-1) for image in images])


SwapsRowsAndColumns = body(
    "images_to_batch", "return colour(images).transpose(1, 3) / 255", "rows and columns are swapped"
)
LeavesTheChannelsBehind = body("images_to_batch", "return colour(images) / 255", "the channels are still the last axis")
PutsTheChannelsFirstOfAll = body(
    "images_to_batch", "return colour(images).permute(3, 0, 1, 2) / 255", "the channels are the first axis"
)
ForgetsToDivide = body(
    "images_to_batch", "return colour(images).permute(0, 3, 1, 2).float()", "these are numbers from 0 to 255"
)
DividesWhole = body(
    "images_to_batch", "return (colour(images).permute(0, 3, 1, 2) // 255).float()", "this is whole division"
)
DividesBy256 = body("images_to_batch", "return colour(images).permute(0, 3, 1, 2) / 256", "this divides by 256")
ReversesTheChannels = body(
    "images_to_batch", "return colour(images).permute(0, 3, 1, 2).flip(1) / 255", "the channels are in reverse"
)
GivesFloat64 = body("images_to_batch", "return colour(images).permute(0, 3, 1, 2).double() / 255", "gave dtype float64")


@replaces("images_to_batch", "reshape() cuts the numbers anew")
def ReshapesInsteadOfPermuting(images):
    stack = colour(images)
    n, h, w, c = stack.shape
    return stack.reshape(n, c, h, w) / 255


@replaces("images_to_batch", "this divides by the brightest value that is there")
def DividesByTheBrightest(images):
    stack = colour(images).permute(0, 3, 1, 2)
    return stack / stack.max()


@replaces("images_to_batch", "this divides by the brightest value of each picture")
def DividesByTheBrightestOfEachImage(images):
    stack = colour(images).permute(0, 3, 1, 2)
    return stack / stack.amax(dim=(1, 2, 3), keepdim=True)


@replaces("images_to_batch", "raised")
def KnowsColourOnly(images):
    if len({image.shape for image in images}) != 1:
        raise ValueError("shapes")
    return torch.stack([image.permute(2, 0, 1) for image in images]) / 255


@replaces("images_to_batch", "no axis of channels")
def GivesGreyNoChannel(images):
    stack = colour(images).permute(0, 3, 1, 2) / 255
    return stack if images[0].dim() == 3 else stack.squeeze(1)


@replaces("images_to_batch", "gave shape")
def GivesGreyThreeChannels(images):
    stack = colour(images).permute(0, 3, 1, 2) / 255
    return stack if images[0].dim() == 3 else stack.repeat(1, 3, 1, 1)


@replaces("images_to_batch", "raised")
def AlwaysAddsAnAxis(images):
    stack = torch.stack([image.unsqueeze(-1) for image in images])
    return stack.permute(0, 3, 1, 2) / 255


@replaces("images_to_batch", "raised RuntimeError")
def LetsStackRefuse(images):
    stack = torch.stack([image if image.dim() == 3 else image.unsqueeze(-1) for image in images])
    return stack.permute(0, 3, 1, 2) / 255


@replaces("images_to_batch", "raised nothing; it must raise ValueError")
def CutsToTheSmallest(images):
    if not images:
        raise ValueError("none")
    images = [image if image.dim() == 3 else image.unsqueeze(-1) for image in images]
    h, w, c = (min(image.shape[axis] for image in images) for axis in range(3))
    return torch.stack([image[:h, :w, :c] for image in images]).permute(0, 3, 1, 2) / 255


@replaces("images_to_batch", "it must raise ValueError when there is no picture")
def GivesNothingForNone(images):
    if not images:
        return torch.zeros(0, 3, 0, 0)
    return colour(images).permute(0, 3, 1, 2) / 255


@replaces("images_to_batch", "a tensor made without device= lies on the CPU")
def FillsATensorOnTheCpu(images):
    stack = colour(images)
    n, h, w, c = stack.shape
    batch = torch.empty(n, c, h, w)
    for i, image in enumerate(stack):
        batch[i] = image.permute(2, 0, 1) / 255
    return batch


@replaces("images_to_batch", "gave shape")
def TakesThreeRowsForThreeChannels(images):
    stack = colour(images)
    return (stack if stack.shape[1] in (1, 3) else stack.permute(0, 3, 1, 2)) / 255


Truncates = edit(
    "batch_to_images", "(batch.clamp(0, 1) * 255).round()", "(batch.clamp(0, 1) * 255)", "this cuts the fraction off"
)
RoundsUp = edit(
    "batch_to_images", "(batch.clamp(0, 1) * 255).round()", "(batch.clamp(0, 1) * 255).ceil()", "this rounds up"
)
ForgetsToMultiply = edit("batch_to_images", " * 255", "", "these are the fractions themselves")
UndoesThePermutationWithItself = edit("batch_to_images", ".permute(0, 2, 3, 1)", ".permute(0, 3, 1, 2)", "gave shape")
SwapsRowsAndColumnsBack = edit(
    "batch_to_images", ".permute(0, 2, 3, 1)", ".transpose(1, 3)", "rows and columns are swapped"
)
ClampsInPlace = edit("batch_to_images", "batch.clamp(0, 1) * 255", "batch.clamp_(0, 1).mul(255)", "changed its input")
GivesTheFloats = body(
    "batch_to_images", "return (batch.clamp(0, 1) * 255).round().permute(0, 2, 3, 1)", "gave dtype float32"
)


@replaces("batch_to_images", "this multiplies by 256")
def Multiplies256(batch):
    return (batch.clamp(0, 1) * 256).clamp(max=255).to(torch.uint8).permute(0, 2, 3, 1)


@replaces("batch_to_images", "reshape() cuts the numbers anew")
def ReshapesBack(batch):
    n, c, h, w = batch.shape
    return (batch.clamp(0, 1) * 255).round().to(torch.uint8).reshape(n, h, w, c)


@replaces("batch_to_images", "this wraps round")
def LetsValuesWrapRound(batch):
    return ((batch * 255).round().to(torch.int64) % 256).to(torch.uint8).permute(0, 2, 3, 1)


@replaces("batch_to_images", "first at")
def StretchesToTheRange(batch):
    low, high = batch.min(), batch.max()
    return ((batch - low) / (high - low) * 255).round().to(torch.uint8).permute(0, 2, 3, 1)


@replaces("batch_to_images")
def ViewsTheBatchAsContiguous(batch):
    flat = (batch.clamp(0, 1) * 255).round().to(torch.uint8).view(batch.shape[0], -1)
    return flat.view(batch.shape).permute(0, 2, 3, 1)


TakesOneNumberForAll = body("channel_statistics", "return batch.mean(), batch.std(correction=0)", "over everything")
TakesEachImage = body(
    "channel_statistics", "return batch.mean(dim=(2, 3)), batch.std(dim=(2, 3), correction=0)", "a row for each picture"
)
TakesEachPixel = body(
    "channel_statistics", "return batch.mean(dim=0), batch.std(dim=0, correction=0)", "for each pixel"
)
TakesTheUnbiasedDeviation = edit("channel_statistics", ", correction=0", "", "divided by one less")
GivesTheVariance = edit("channel_statistics", "batch.std", "batch.var", "this is the variance")


@replaces("channel_statistics", "keepdim=True")
def KeepsTheAxes(batch):
    return batch.mean(dim=(0, 2, 3), keepdim=True), batch.std(dim=(0, 2, 3), correction=0, keepdim=True)


@replaces("channel_statistics", "the tensor of means has shape")
def TakesTheLastAxisForChannels(batch):
    return batch.mean(dim=(0, 1, 2)), batch.std(dim=(0, 1, 2), correction=0)


@replaces("channel_statistics", "the mean of the pictures' own standard deviations")
def AveragesTheDeviationsOfTheImages(batch):
    return batch.mean(dim=(0, 2, 3)), batch.std(dim=(2, 3), correction=0).mean(dim=0)


@replaces("channel_statistics", "the mean distance")
def TakesTheMeanDistance(batch):
    mean = batch.mean(dim=(0, 2, 3))
    return mean, (batch - mean[:, None, None]).abs().mean(dim=(0, 2, 3))


@replaces("channel_statistics", "the two are swapped")
def GivesTheDeviationFirst(batch):
    return batch.std(dim=(0, 2, 3), correction=0), batch.mean(dim=(0, 2, 3))


@replaces("channel_statistics", "a tensor made without device= lies on the CPU")
def CountsOnTheCpu(batch):
    channels = batch.transpose(0, 1).flatten(1).tolist()
    means = [sum(channel) / len(channel) for channel in channels]
    stds = [(sum((x - m) ** 2 for x in c) / len(c)) ** 0.5 for c, m in zip(channels, means)]
    return torch.tensor(means, dtype=batch.dtype), torch.tensor(stds, dtype=batch.dtype)


@replaces("channel_statistics", "tensor of standard deviations")
def SubtractsTheSquareOfTheMean(batch):
    mean = batch.mean(dim=(0, 2, 3))
    return mean, (batch.square().mean(dim=(0, 2, 3)) - mean.square()).clamp(min=0).sqrt()


DividesDigitsBy255 = body("grey_to_batch", "return images.unsqueeze(1) / 255", "this divides by 255")
DividesDigitsByTheirBrightest = body(
    "grey_to_batch", "return images.unsqueeze(1) / images.max()", "the brightest value that is there"
)
KnowsTheDigitsOnly = body("grey_to_batch", "return images.unsqueeze(1) / 16", "this divides by 16")
ForgetsTheScale = body("grey_to_batch", "return images.unsqueeze(1).float()", "numbers from 0 to white")
PutsTheChannelInFront = body("grey_to_batch", "return images.unsqueeze(0) / white", "the axis of channels is the first")
PutsTheChannelLast = body("grey_to_batch", "return images.unsqueeze(-1) / white", "the axis of channels is the last")
TurnsTheDigitsOver = edit("grey_to_batch", ".to(torch.float32)", ".transpose(2, 3)", "rows and columns are swapped")
AddsNoChannel = body("grey_to_batch", "return images / white", "no axis of channels")
