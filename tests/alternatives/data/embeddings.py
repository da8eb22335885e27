"""Other right answers to data/embeddings."""

import torch


class Multiplies:
    def look_up(table, words):
        hot = torch.eye(len(table), dtype=table.dtype, device=table.device)[words]
        return hot @ table

    def look_up_padded(table, words, padding):
        hot = torch.eye(len(table), dtype=table.dtype, device=table.device)
        hot[padding] = 0
        return hot[words] @ table

    def count_neighbours(sentences, size, window):
        counts = torch.zeros(size, size, device=sentences[0].device)
        for sentence in sentences:
            places = torch.arange(len(sentence), device=sentence.device)
            gap = (places[:, None] - places[None, :]).abs()
            near = ((gap > 0) & (gap <= window)).float()
            hot = torch.eye(size, device=sentence.device)[sentence]
            counts += hot.T @ near @ hot
        return counts

    def nearest(vectors, word, k):
        cosines = torch.nn.functional.cosine_similarity(vectors, vectors[word : word + 1], dim=1)
        order = cosines.argsort(descending=True)
        return order[order != word][:k]


class AsksForAnEmbedding:
    def look_up(table, words):
        return torch.nn.functional.embedding(words, table)

    def look_up_padded(table, words, padding):
        vectors = torch.nn.functional.embedding(words, table)
        return vectors * (words != padding).unsqueeze(-1).to(table.dtype)

    def nearest(vectors, word, k):
        lengths = torch.linalg.vector_norm(vectors, dim=1)
        cosines = (vectors @ vectors[word]) / (lengths * lengths[word])
        cosines = torch.nan_to_num(cosines, nan=0.0)
        others = [i for i in range(len(vectors)) if i != word]
        others.sort(key=lambda i: -cosines[i].item())
        return torch.tensor(others[:k], device=vectors.device)


class Loops:
    def look_up(table, words):
        rows = [table[word] for word in words.flatten().tolist()]
        stacked = torch.stack(rows) if rows else table[:0]
        return stacked.reshape(*words.shape, table.shape[1])

    def look_up_padded(table, words, padding):
        rows = [table[w] if w != padding else torch.zeros_like(table[w]) for w in words.flatten().tolist()]
        return torch.stack(rows).reshape(*words.shape, table.shape[1])

    def count_neighbours(sentences, size, window):
        counts = [[0.0] * size for _ in range(size)]
        for sentence in sentences:
            words = sentence.tolist()
            for p, first in enumerate(words):
                for second in words[p + 1 : p + 1 + window]:
                    counts[first][second] += 1
                    counts[second][first] += 1
        return torch.tensor(counts, device=sentences[0].device)


class SelectsRows:
    def look_up(table, words):
        return table.index_select(0, words.reshape(-1)).unflatten(0, words.shape) if words.dim() else table[words]

    def look_up_padded(table, words, padding):
        keep = torch.ones(len(table), 1, dtype=table.dtype, device=table.device)
        keep[padding] = 0
        return (table * keep)[words]

    def count_neighbours(sentences, size, window):
        flat = torch.zeros(size * size, device=sentences[0].device)
        for sentence in sentences:
            for step in range(1, window + 1):
                if step < len(sentence):
                    pair = sentence[:-step] * size + sentence[step:]
                    flat.scatter_add_(0, pair, torch.ones(len(pair), device=flat.device))
        half = flat.reshape(size, size)
        return half + half.T
