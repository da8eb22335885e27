"""Other right answers to losses/softmax."""

import torch


class DividesWithOtherWords:
    def softmax(logits, dim, temperature=1.0):
        largest = torch.max(logits.detach(), dim=dim, keepdim=True).values
        exps = torch.exp(torch.sub(logits, largest) / temperature)
        return exps.div(torch.sum(exps, dim=dim, keepdim=True))

    def log_softmax(logits, dim):
        largest = logits.detach().max(dim, keepdim=True)[0]
        return logits - (largest + torch.log(torch.exp(logits - largest).sum(dim, keepdim=True)))


class GoesByWayOfTheLogs:
    def softmax(logits, dim, temperature=1.0):
        scaled = (logits - logits.amax(dim, keepdim=True)) / temperature
        return (scaled - scaled.exp().sum(dim, keepdim=True).log()).exp()

    def log_softmax(logits, dim):
        rows = logits.movedim(dim, -1)
        shifted = rows - rows.max(-1).values.unsqueeze(-1)
        return (shifted - torch.einsum("...i->...", shifted.exp()).log()[..., None]).movedim(-1, dim)


class OneSliceAtATime:
    def softmax(logits, dim, temperature=1.0):
        rows = logits.movedim(dim, -1)
        done = []
        for row in rows.reshape(-1, rows.shape[-1]) if rows.numel() else ():
            exps = ((row - row.max()) / temperature).exp()
            done.append(exps / exps.sum())
        if not done:
            return torch.zeros_like(logits)
        return torch.stack(done).reshape(rows.shape).movedim(-1, dim)

    def log_softmax(logits, dim):
        parts = logits.unbind(dim)
        largest = parts[0]
        for part in parts[1:]:
            largest = torch.maximum(largest, part)
        total = sum((part - largest).exp() for part in parts)
        return torch.stack([part - largest - total.log() for part in parts], dim=dim)


class InFloat64AndInPlace:
    def softmax(logits, dim, temperature=1.0):
        wide = logits.double() / temperature
        wide = wide - wide.amax(dim, keepdim=True)
        exps = wide.exp()
        return (exps * exps.sum(dim, keepdim=True).reciprocal()).to(logits.dtype)

    def log_softmax(logits, dim):
        wide = logits.to(torch.float64).clone()
        wide -= wide.detach().amax(dim, keepdim=True)
        return wide.sub(wide.exp().sum(dim, keepdim=True).log()).type_as(logits)
