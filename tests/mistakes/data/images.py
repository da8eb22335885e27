"""Wrong answers to data/images."""

import torch


def colour(images):
    if len({image.shape for image in images}) != 1:
        raise ValueError("shapes")
    return torch.stack([image if image.dim() == 3 else image.unsqueeze(-1) for image in images])


class ReshapesInsteadOfPermuting:
    """reshape() cuts the numbers anew"""

    def images_to_batch(images):
        stack = colour(images)
        n, h, w, c = stack.shape
        return stack.reshape(n, c, h, w) / 255


class SwapsRowsAndColumns:
    """rows and columns are swapped"""

    def images_to_batch(images):
        return colour(images).transpose(1, 3) / 255


class LeavesTheChannelsBehind:
    """the channels are still the last axis"""

    def images_to_batch(images):
        return colour(images) / 255


class PutsTheChannelsFirstOfAll:
    """the channels are the first axis"""

    def images_to_batch(images):
        return colour(images).permute(3, 0, 1, 2) / 255


class ForgetsToDivide:
    """these are numbers from 0 to 255"""

    def images_to_batch(images):
        return colour(images).permute(0, 3, 1, 2).float()


class DividesWhole:
    """this is whole division"""

    def images_to_batch(images):
        return (colour(images).permute(0, 3, 1, 2) // 255).float()


class DividesBy256:
    """this divides by 256"""

    def images_to_batch(images):
        return colour(images).permute(0, 3, 1, 2) / 256


class DividesByTheBrightest:
    """this divides by the brightest value that is there"""

    def images_to_batch(images):
        stack = colour(images).permute(0, 3, 1, 2)
        return stack / stack.max()


class DividesByTheBrightestOfEachImage:
    """this divides by the brightest value of each picture"""

    def images_to_batch(images):
        stack = colour(images).permute(0, 3, 1, 2)
        return stack / stack.amax(dim=(1, 2, 3), keepdim=True)


class ReversesTheChannels:
    """the channels are in reverse"""

    def images_to_batch(images):
        return colour(images).permute(0, 3, 1, 2).flip(1) / 255


class GivesFloat64:
    """gave dtype float64"""

    def images_to_batch(images):
        return colour(images).permute(0, 3, 1, 2).double() / 255


class KnowsColourOnly:
    """raised"""

    def images_to_batch(images):
        if len({image.shape for image in images}) != 1:
            raise ValueError("shapes")
        return torch.stack([image.permute(2, 0, 1) for image in images]) / 255


class GivesGreyNoChannel:
    """no axis of channels"""

    def images_to_batch(images):
        stack = colour(images).permute(0, 3, 1, 2) / 255
        return stack if images[0].dim() == 3 else stack.squeeze(1)


class GivesGreyThreeChannels:
    """gave shape"""

    def images_to_batch(images):
        stack = colour(images).permute(0, 3, 1, 2) / 255
        return stack if images[0].dim() == 3 else stack.repeat(1, 3, 1, 1)


class AlwaysAddsAnAxis:
    """raised"""

    def images_to_batch(images):
        stack = torch.stack([image.unsqueeze(-1) for image in images])
        return stack.permute(0, 3, 1, 2) / 255


class LetsStackRefuse:
    """raised RuntimeError"""

    def images_to_batch(images):
        stack = torch.stack([image if image.dim() == 3 else image.unsqueeze(-1) for image in images])
        return stack.permute(0, 3, 1, 2) / 255


class CutsToTheSmallest:
    """raised nothing; it must raise ValueError"""

    def images_to_batch(images):
        if not images:
            raise ValueError("none")
        images = [image if image.dim() == 3 else image.unsqueeze(-1) for image in images]
        h, w, c = (min(image.shape[axis] for image in images) for axis in range(3))
        return torch.stack([image[:h, :w, :c] for image in images]).permute(0, 3, 1, 2) / 255


class GivesNothingForNone:
    """it must raise ValueError when there is no picture"""

    def images_to_batch(images):
        if not images:
            return torch.zeros(0, 3, 0, 0)
        return colour(images).permute(0, 3, 1, 2) / 255


class FillsATensorOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def images_to_batch(images):
        stack = colour(images)
        n, h, w, c = stack.shape
        batch = torch.empty(n, c, h, w)
        for i, image in enumerate(stack):
            batch[i] = image.permute(2, 0, 1) / 255
        return batch


class Truncates:
    """this cuts the fraction off"""

    def batch_to_images(batch):
        return (batch.clamp(0, 1) * 255).to(torch.uint8).permute(0, 2, 3, 1)


class RoundsUp:
    """this rounds up"""

    def batch_to_images(batch):
        return (batch.clamp(0, 1) * 255).ceil().to(torch.uint8).permute(0, 2, 3, 1)


class Multiplies256:
    """this multiplies by 256"""

    def batch_to_images(batch):
        return (batch.clamp(0, 1) * 256).clamp(max=255).to(torch.uint8).permute(0, 2, 3, 1)


class ForgetsToMultiply:
    """these are the fractions themselves"""

    def batch_to_images(batch):
        return batch.clamp(0, 1).round().to(torch.uint8).permute(0, 2, 3, 1)


class ReshapesBack:
    """reshape() cuts the numbers anew"""

    def batch_to_images(batch):
        n, c, h, w = batch.shape
        return (batch.clamp(0, 1) * 255).round().to(torch.uint8).reshape(n, h, w, c)


class UndoesThePermutationWithItself:
    """gave shape"""

    def batch_to_images(batch):
        return (batch.clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 3, 1, 2)


class SwapsRowsAndColumnsBack:
    """rows and columns are swapped"""

    def batch_to_images(batch):
        return (batch.clamp(0, 1) * 255).round().to(torch.uint8).transpose(1, 3)


class LetsValuesWrapRound:
    """this wraps round"""

    def batch_to_images(batch):
        return ((batch * 255).round().to(torch.int64) % 256).to(torch.uint8).permute(0, 2, 3, 1)


class StretchesToTheRange:
    """first at"""

    def batch_to_images(batch):
        low, high = batch.min(), batch.max()
        return ((batch - low) / (high - low) * 255).round().to(torch.uint8).permute(0, 2, 3, 1)


class ClampsInPlace:
    """changed its input"""

    def batch_to_images(batch):
        return batch.clamp_(0, 1).mul(255).round().to(torch.uint8).permute(0, 2, 3, 1)


class GivesTheFloats:
    """gave dtype float32"""

    def batch_to_images(batch):
        return (batch.clamp(0, 1) * 255).round().permute(0, 2, 3, 1)


class ViewsTheBatchAsContiguous:
    def batch_to_images(batch):
        flat = (batch.clamp(0, 1) * 255).round().to(torch.uint8).view(batch.shape[0], -1)
        return flat.view(batch.shape).permute(0, 2, 3, 1)


class TakesOneNumberForAll:
    """over everything"""

    def channel_statistics(batch):
        return batch.mean(), batch.std(correction=0)


class TakesEachImage:
    """a row for each picture"""

    def channel_statistics(batch):
        return batch.mean(dim=(2, 3)), batch.std(dim=(2, 3), correction=0)


class TakesEachPixel:
    """for each pixel"""

    def channel_statistics(batch):
        return batch.mean(dim=0), batch.std(dim=0, correction=0)


class KeepsTheAxes:
    """keepdim=True"""

    def channel_statistics(batch):
        return batch.mean(dim=(0, 2, 3), keepdim=True), batch.std(dim=(0, 2, 3), correction=0, keepdim=True)


class TakesTheLastAxisForChannels:
    """the tensor of means has shape"""

    def channel_statistics(batch):
        return batch.mean(dim=(0, 1, 2)), batch.std(dim=(0, 1, 2), correction=0)


class TakesTheUnbiasedDeviation:
    """divided by one less"""

    def channel_statistics(batch):
        return batch.mean(dim=(0, 2, 3)), batch.std(dim=(0, 2, 3))


class GivesTheVariance:
    """this is the variance"""

    def channel_statistics(batch):
        return batch.mean(dim=(0, 2, 3)), batch.var(dim=(0, 2, 3), correction=0)


class AveragesTheDeviationsOfTheImages:
    """the mean of the pictures' own standard deviations"""

    def channel_statistics(batch):
        return batch.mean(dim=(0, 2, 3)), batch.std(dim=(2, 3), correction=0).mean(dim=0)


class TakesTheMeanDistance:
    """the mean distance"""

    def channel_statistics(batch):
        mean = batch.mean(dim=(0, 2, 3))
        return mean, (batch - mean[:, None, None]).abs().mean(dim=(0, 2, 3))


class GivesTheDeviationFirst:
    """the two are swapped"""

    def channel_statistics(batch):
        return batch.std(dim=(0, 2, 3), correction=0), batch.mean(dim=(0, 2, 3))


class CountsOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def channel_statistics(batch):
        channels = batch.transpose(0, 1).flatten(1).tolist()
        means = [sum(channel) / len(channel) for channel in channels]
        stds = [(sum((x - m) ** 2 for x in c) / len(c)) ** 0.5 for c, m in zip(channels, means)]
        return torch.tensor(means, dtype=batch.dtype), torch.tensor(stds, dtype=batch.dtype)


class DividesDigitsBy255:
    """this divides by 255"""

    def grey_to_batch(images, white):
        return images.unsqueeze(1) / 255


class DividesDigitsByTheirBrightest:
    """the brightest value that is there"""

    def grey_to_batch(images, white):
        return images.unsqueeze(1) / images.max()


class KnowsTheDigitsOnly:
    """this divides by 16"""

    def grey_to_batch(images, white):
        return images.unsqueeze(1) / 16


class ForgetsTheScale:
    """numbers from 0 to white"""

    def grey_to_batch(images, white):
        return images.unsqueeze(1).float()


class PutsTheChannelInFront:
    """the axis of channels is the first"""

    def grey_to_batch(images, white):
        return images.unsqueeze(0) / white


class PutsTheChannelLast:
    """the axis of channels is the last"""

    def grey_to_batch(images, white):
        return images.unsqueeze(-1) / white


class TurnsTheDigitsOver:
    """rows and columns are swapped"""

    def grey_to_batch(images, white):
        return images.unsqueeze(1).transpose(2, 3) / white


class AddsNoChannel:
    """no axis of channels"""

    def grey_to_batch(images, white):
        return images / white


class TakesThreeRowsForThreeChannels:
    """gave shape"""

    def images_to_batch(images):
        stack = colour(images)
        return (stack if stack.shape[1] in (1, 3) else stack.permute(0, 3, 1, 2)) / 255


class SubtractsTheSquareOfTheMean:
    """tensor of standard deviations"""

    def channel_statistics(batch):
        mean = batch.mean(dim=(0, 2, 3))
        return mean, (batch.square().mean(dim=(0, 2, 3)) - mean.square()).clamp(min=0).sqrt()
