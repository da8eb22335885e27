"""Wrong answers to data/embeddings."""

import torch


def pairs(sentences, window):
    for sentence in sentences:
        words = sentence.tolist()
        for p, first in enumerate(words):
            for q, second in enumerate(words):
                if p != q and abs(p - q) <= window:
                    yield first, second


def count(sentences, size, chosen):
    counts = torch.zeros(size, size, device=sentences[0].device)
    for first, second in chosen:
        counts[first, second] += 1
    return counts


def cosines(vectors, word):
    directions = torch.nn.functional.normalize(vectors, dim=1)
    return directions @ directions[word]


class TakesColumns:
    """these are columns"""

    def look_up(table, words):
        return table[:, words]


class TakesTheNextRow:
    """counts from 0"""

    def look_up(table, words):
        return table[words - 1]


class MakesATableOfItsOwn:
    """gave"""

    def look_up(table, words):
        return torch.nn.Embedding(*table.shape, dtype=table.dtype, device=table.device)(words)


class TakesAFrozenEmbedding:
    """requires_grad"""

    def look_up(table, words):
        return torch.nn.Embedding.from_pretrained(table)(words)


class Detaches:
    """requires_grad"""

    def look_up(table, words):
        return table.detach()[words]


class AddsTheWordsUp:
    """added up"""

    def look_up(table, words):
        return table[words].sum(dim=-2)


class GivesTheWholeTable:
    """the whole table"""

    def look_up(table, words):
        return table.clone()


class GivesOneHot:
    """the one-hot rows"""

    def look_up(table, words):
        return torch.eye(len(table), dtype=table.dtype, device=table.device)[words]


class KnowsOneSentenceOnly:
    """raised"""

    def look_up(table, words):
        return table.index_select(0, words)


class LooksUpInFloat32:
    """dtype float32"""

    def look_up(table, words):
        return table.float()[words]


class InfersTheNumberOfWords:
    """raised"""

    def look_up(table, words):
        return torch.nn.functional.one_hot(words).to(table.dtype) @ table


class CountsEachWordOnce:
    """adds up"""

    def look_up(table, words):
        flat, seen, rows = words.flatten().tolist(), set(), []
        for word in flat:
            rows.append(table[word].detach() if word in seen else table[word])
            seen.add(word)
        return torch.stack(rows).reshape(*words.shape, -1) if rows else table[words]


class SpreadsTheGradient:
    """the gradient"""

    def look_up(table, words):
        return table[words] + 0.0 * table.sum() + (table.mean() - table.mean().detach())


class MultipliesByAOneHotOnTheCpu:
    """same device"""

    def look_up(table, words):
        return torch.eye(len(table), dtype=table.dtype)[words.cpu()] @ table


class LeavesThePaddingAsItIs:
    """padding has the vector that the table holds"""

    def look_up_padded(table, words, padding):
        return torch.nn.functional.embedding(words, table, padding_idx=padding)


class TakesZeroForThePadding:
    """word 0"""

    def look_up_padded(table, words, padding):
        return table[words] * (words != 0).unsqueeze(-1)


class ZeroesTheTable:
    """changed its input"""

    def look_up_padded(table, words, padding):
        with torch.no_grad():
            table[padding] = 0
        return torch.nn.functional.embedding(words, table, padding_idx=padding)


class LeavesThePaddingOut:
    """has no vector at all"""

    def look_up_padded(table, words, padding):
        return table[words[words != padding]]


class ZeroesTheOtherWords:
    """everything but the padding"""

    def look_up_padded(table, words, padding):
        return table[words] * (words == padding).unsqueeze(-1)


class GivesOnesForThePadding:
    """first at"""

    def look_up_padded(table, words, padding):
        return table[words].where((words != padding).unsqueeze(-1), 1)


class LetsTheGradientReachThePadding:
    """reached the row of the padding"""

    def look_up_padded(table, words, padding):
        vectors = table[words]
        mask = (words == padding).unsqueeze(-1)
        return vectors - (vectors * mask).detach()


class CutsTheGradient:
    """requires_grad"""

    def look_up_padded(table, words, padding):
        vectors = table[words].detach()
        vectors[words == padding] = 0
        return vectors


class MasksWithATensorOnTheCpu:
    """same device"""

    def look_up_padded(table, words, padding):
        mask = torch.tensor([float(w != padding) for w in words.flatten()], dtype=table.dtype).reshape(words.shape)
        return table[words] * mask.unsqueeze(-1)


class CountsToTheRightOnly:
    """in one direction"""

    def count_neighbours(sentences, size, window):
        chosen = []
        for sentence in sentences:
            words = sentence.tolist()
            chosen += [(a, b) for p, a in enumerate(words) for b in words[p + 1 : p + 1 + window]]
        return count(sentences, size, chosen)


class CountsThePlaceItself:
    """a place is no neighbour of itself"""

    def count_neighbours(sentences, size, window):
        own = [(w, w) for sentence in sentences for w in sentence.tolist()]
        return count(sentences, size, [*pairs(sentences, window), *own])


class CountsEachPairOnce:
    """once, however often"""

    def count_neighbours(sentences, size, window):
        return count(sentences, size, set(pairs(sentences, window)))


class LosesRepeatedPairs:
    """first at"""

    def count_neighbours(sentences, size, window):
        counts = torch.zeros(size, size, device=sentences[0].device)
        for sentence in sentences:
            for step in range(1, min(window, len(sentence) - 1) + 1):
                counts[sentence[:-step], sentence[step:]] += 1
                counts[sentence[step:], sentence[:-step]] += 1
        return counts


class CountsBeyondTheSentence:
    """across the end of a sentence"""

    def count_neighbours(sentences, size, window):
        return count(sentences, size, pairs([torch.cat(list(sentences))], window))


class IgnoresTheWindow:
    """the whole sentence"""

    def count_neighbours(sentences, size, window):
        return count(sentences, size, pairs(sentences, 10**9))


class KnowsTheNextWordOnly:
    """window 1"""

    def count_neighbours(sentences, size, window):
        return count(sentences, size, pairs(sentences, 1))


class StopsOnePlaceEarly:
    """one place too small"""

    def count_neighbours(sentences, size, window):
        return count(sentences, size, pairs(sentences, window - 1))


class LeavesAWordsOwnNeighboursOut:
    """near itself"""

    def count_neighbours(sentences, size, window):
        return count(sentences, size, [(a, b) for a, b in pairs(sentences, window) if a != b])


class CountsInIntegers:
    """gave dtype int64"""

    def count_neighbours(sentences, size, window):
        return count(sentences, size, pairs(sentences, window)).long()


class CountsInATableOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def count_neighbours(sentences, size, window):
        counts = torch.zeros(size, size)
        for first, second in pairs(sentences, window):
            counts[first, second] += 1
        return counts


class FindsTheWordItself:
    """the word itself"""

    def nearest(vectors, word, k):
        return cosines(vectors, word).topk(k).indices


class DropsTheFirst:
    def nearest(vectors, word, k):
        return (vectors @ vectors[word]).topk(k + 1).indices[1:]


class TakesProducts:
    """not divided by the lengths"""

    def nearest(vectors, word, k):
        products = vectors @ vectors[word]
        products[word] = -torch.inf
        return products.topk(k).indices


class TakesDistances:
    """by distance"""

    def nearest(vectors, word, k):
        distances = (vectors - vectors[word]).norm(dim=1)
        distances[word] = torch.inf
        return distances.topk(k, largest=False).indices


class FindsTheFarthest:
    """the farthest"""

    def nearest(vectors, word, k):
        return cosines(vectors, word).topk(k, largest=False).indices


class PutsTheNearestLast:
    """the nearest last"""

    def nearest(vectors, word, k):
        similar = cosines(vectors, word)
        similar[word] = -torch.inf
        return similar.topk(k).indices.flip(0)


class GivesCosines:
    """gave dtype float32"""

    def nearest(vectors, word, k):
        similar = cosines(vectors, word)
        similar[word] = -torch.inf
        return similar.topk(k).values


class TakesOppositeForNear:
    """opposite"""

    def nearest(vectors, word, k):
        similar = cosines(vectors, word).abs()
        similar[word] = -torch.inf
        return similar.topk(k).indices


class RanksZerosFirst:
    """a vector of zeros"""

    def nearest(vectors, word, k):
        lengths = vectors.norm(dim=1)
        similar = (vectors @ vectors[word]) / (lengths * lengths[word])
        similar[word] = -torch.inf
        return similar.argsort(descending=True)[:k]


class NormalisesInPlace:
    """changed its input"""

    def nearest(vectors, word, k):
        vectors /= vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)
        similar = vectors @ vectors[word]
        similar[word] = -torch.inf
        return similar.topk(k).indices


class RanksOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def nearest(vectors, word, k):
        similar = cosines(vectors, word).tolist()
        others = sorted((i for i in range(len(similar)) if i != word), key=lambda i: -similar[i])
        return torch.tensor(others[:k])


class ZeroesAllVectorsThatEqualThePaddings:
    """another word with the padding's vector"""

    def look_up_padded(table, words, padding):
        vectors = table[words]
        return vectors.where((vectors != table[padding]).any(dim=-1, keepdim=True), 0)


class LeavesOutTheFirstOfTheRanking:
    """leave it out by its number"""

    def nearest(vectors, word, k):
        return cosines(vectors, word).argsort(descending=True, stable=True)[1 : k + 1]
