"""Other right answers to data/images."""

import numpy
import torch


class Loops:
    def images_to_batch(images):
        if not images or any(image.shape != images[0].shape for image in images):
            raise ValueError("no")
        h, w = images[0].shape[:2]
        c = images[0].shape[2] if images[0].dim() == 3 else 1
        batch = torch.zeros(len(images), c, h, w, device=images[0].device)
        for i, image in enumerate(images):
            for k in range(c):
                batch[i, k] = image[:, :, k] if image.dim() == 3 else image
        batch /= 255
        return batch

    def batch_to_images(batch):
        n, c, h, w = batch.shape
        result = torch.empty(n, h, w, c, dtype=torch.uint8, device=batch.device)
        for k in range(c):
            result[..., k] = (batch[:, k].clip(0, 1) * 255 + 0.5).floor().to(torch.uint8)
        return result

    def channel_statistics(batch):
        means, stds = [], []
        for k in range(batch.shape[1]):
            channel = batch[:, k].flatten()
            mean = channel.sum() / channel.numel()
            means.append(mean)
            stds.append(((channel - mean) ** 2).mean().sqrt())
        return [torch.stack(means), torch.stack(stds)]

    def grey_to_batch(images, white):
        return torch.stack([image[None] for image in images]).float().div(white)


class AsksNumPy:
    def images_to_batch(images):
        if len({image.shape for image in images}) != 1:
            raise ValueError("no")
        array = numpy.stack([image.cpu().numpy() for image in images])
        if array.ndim == 3:
            array = array[..., None]
        array = numpy.moveaxis(array, -1, 1).astype(numpy.float32) / 255
        return torch.from_numpy(array).to(images[0].device)

    def batch_to_images(batch):
        array = numpy.rint(numpy.clip(batch.cpu().numpy(), 0, 1) * 255).astype(numpy.uint8)
        return torch.from_numpy(array.transpose(0, 2, 3, 1).copy()).to(batch.device)

    def channel_statistics(batch):
        array = batch.cpu().numpy()
        return tuple(
            torch.from_numpy(each).to(batch.device) for each in (array.mean(axis=(0, 2, 3)), array.std(axis=(0, 2, 3)))
        )

    def grey_to_batch(images, white):
        array = images.cpu().numpy()[:, None].astype(numpy.float32) / numpy.float32(white)
        return torch.from_numpy(array).to(images.device)


class MovesAxes:
    def images_to_batch(images):
        try:
            batch = torch.cat([image.unsqueeze(0) for image in images])
        except (RuntimeError, ValueError) as error:
            raise ValueError("no") from error
        batch = batch[..., None] if batch.dim() == 3 else batch
        return torch.movedim(batch, -1, 1).mul(1 / 255).contiguous()

    def batch_to_images(batch):
        return torch.einsum("nchw->nhwc", batch.mul(255).round().clamp(0, 255)).type(torch.uint8)

    def channel_statistics(batch):
        rows = batch.transpose(0, 1).reshape(batch.shape[1], -1)
        return torch.std_mean(rows, dim=1, correction=0)[::-1]

    def grey_to_batch(images, white):
        n, h, w = images.shape
        return images.reshape(n, 1, h, w).to(torch.float64).div(white).float()


class WorksByMoments:
    def channel_statistics(batch):
        wide = batch.double()
        mean = wide.mean(dim=(0, 2, 3))
        square = (wide * wide).mean(dim=(0, 2, 3))
        return mean.to(batch.dtype), (square - mean * mean).clamp(min=0).sqrt().to(batch.dtype)
