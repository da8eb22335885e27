"""Wrong answers to data/embeddings."""

import torch

from dojo.runner.variants import body, edit, replaces


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


TakesColumns = edit("look_up", "table[words]", "table[:, words]", "these are columns")
TakesTheNextRow = edit("look_up", "table[words]", "table[words - 1]", "counts from 0")
MakesATableOfItsOwn = edit(
    "look_up", "table[words]", "torch.nn.Embedding(*table.shape, dtype=table.dtype, device=table.device)(words)", "gave"
)
TakesAFrozenEmbedding = body("look_up", "return torch.nn.Embedding.from_pretrained(table)(words)", "requires_grad")
Detaches = edit("look_up", "table[words]", "table.detach()[words]", "requires_grad")
AddsTheWordsUp = edit("look_up", "table[words]", "table[words].sum(dim=-2)", "added up")
GivesTheWholeTable = edit("look_up", "table[words]", "table.clone()", "the whole table")
GivesOneHot = body(
    "look_up", "return torch.eye(len(table), dtype=table.dtype, device=table.device)[words]", "the one-hot rows"
)
KnowsOneSentenceOnly = edit("look_up", "table[words]", "table.index_select(0, words)", "raised")
LooksUpInFloat32 = edit("look_up", "table[words]", "table.float()[words]", "dtype float32")
InfersTheNumberOfWords = body("look_up", "return torch.nn.functional.one_hot(words).to(table.dtype) @ table", "raised")
SpreadsTheGradient = body(
    "look_up", "return table[words] + 0.0 * table.sum() + (table.mean() - table.mean().detach())", "the gradient"
)
MultipliesByAOneHotOnTheCpu = edit(
    "look_up", "table[words]", "torch.eye(len(table), dtype=table.dtype)[words.cpu()] @ table", "same device"
)


@replaces("look_up", "adds up")
def CountsEachWordOnce(table, words):
    flat, seen, rows = words.flatten().tolist(), set(), []
    for word in flat:
        rows.append(table[word].detach() if word in seen else table[word])
        seen.add(word)
    return torch.stack(rows).reshape(*words.shape, -1) if rows else table[words]


TakesZeroForThePadding = body("look_up_padded", "return table[words] * (words != 0).unsqueeze(-1)", "word 0")
LeavesThePaddingOut = body("look_up_padded", "return table[words[words != padding]]", "has no vector at all")
ZeroesTheOtherWords = body(
    "look_up_padded", "return table[words] * (words == padding).unsqueeze(-1)", "everything but the padding"
)
GivesOnesForThePadding = body(
    "look_up_padded", "return table[words].where((words != padding).unsqueeze(-1), 1)", "first at"
)


@replaces("look_up_padded", "padding has the vector that the table holds")
def LeavesThePaddingAsItIs(table, words, padding):
    return torch.nn.functional.embedding(words, table, padding_idx=padding)


@replaces("look_up_padded", "changed its input")
def ZeroesTheTable(table, words, padding):
    with torch.no_grad():
        table[padding] = 0
    return torch.nn.functional.embedding(words, table, padding_idx=padding)


@replaces("look_up_padded", "reached the row of the padding")
def LetsTheGradientReachThePadding(table, words, padding):
    vectors = table[words]
    mask = (words == padding).unsqueeze(-1)
    return vectors - (vectors * mask).detach()


@replaces("look_up_padded", "requires_grad")
def CutsTheGradient(table, words, padding):
    vectors = table[words].detach()
    vectors[words == padding] = 0
    return vectors


@replaces("look_up_padded", "same device")
def MasksWithATensorOnTheCpu(table, words, padding):
    mask = torch.tensor([float(w != padding) for w in words.flatten()], dtype=table.dtype).reshape(words.shape)
    return table[words] * mask.unsqueeze(-1)


@replaces("look_up_padded", "another word with the padding's vector")
def ZeroesAllVectorsThatEqualThePaddings(table, words, padding):
    vectors = table[words]
    return vectors.where((vectors != table[padding]).any(dim=-1, keepdim=True), 0)


CountsEachPairOnce = body(
    "count_neighbours", "return count(sentences, size, set(pairs(sentences, window)))", "once, however often"
)
IgnoresTheWindow = body(
    "count_neighbours", "return count(sentences, size, pairs(sentences, 10**9))", "the whole sentence"
)
KnowsTheNextWordOnly = body("count_neighbours", "return count(sentences, size, pairs(sentences, 1))", "window 1")
StopsOnePlaceEarly = body(
    "count_neighbours", "return count(sentences, size, pairs(sentences, window - 1))", "one place too small"
)
CountsInIntegers = body(
    "count_neighbours", "return count(sentences, size, pairs(sentences, window)).long()", "gave dtype int64"
)


@replaces("count_neighbours", "in one direction")
def CountsToTheRightOnly(sentences, size, window):
    chosen = []
    for sentence in sentences:
        words = sentence.tolist()
        chosen += [(a, b) for p, a in enumerate(words) for b in words[p + 1 : p + 1 + window]]
    return count(sentences, size, chosen)


@replaces("count_neighbours", "a place is no neighbour of itself")
def CountsThePlaceItself(sentences, size, window):
    own = [(w, w) for sentence in sentences for w in sentence.tolist()]
    return count(sentences, size, [*pairs(sentences, window), *own])


@replaces("count_neighbours", "first at")
def LosesRepeatedPairs(sentences, size, window):
    counts = torch.zeros(size, size, device=sentences[0].device)
    for sentence in sentences:
        for step in range(1, min(window, len(sentence) - 1) + 1):
            counts[sentence[:-step], sentence[step:]] += 1
            counts[sentence[step:], sentence[:-step]] += 1
    return counts


@replaces("count_neighbours", "across the end of a sentence")
def CountsBeyondTheSentence(sentences, size, window):
    return count(sentences, size, pairs([torch.cat(list(sentences))], window))


@replaces("count_neighbours", "near itself")
def LeavesAWordsOwnNeighboursOut(sentences, size, window):
    return count(sentences, size, [(a, b) for a, b in pairs(sentences, window) if a != b])


@replaces("count_neighbours", "a tensor made without device= lies on the CPU")
def CountsInATableOnTheCpu(sentences, size, window):
    counts = torch.zeros(size, size)
    for first, second in pairs(sentences, window):
        counts[first, second] += 1
    return counts


FindsTheWordItself = body("nearest", "return cosines(vectors, word).topk(k).indices", "the word itself")
DropsTheFirst = body("nearest", "return (vectors @ vectors[word]).topk(k + 1).indices[1:]")
FindsTheFarthest = body("nearest", "return cosines(vectors, word).topk(k, largest=False).indices", "the farthest")


@replaces("nearest", "not divided by the lengths")
def TakesProducts(vectors, word, k):
    products = vectors @ vectors[word]
    products[word] = -torch.inf
    return products.topk(k).indices


@replaces("nearest", "by distance")
def TakesDistances(vectors, word, k):
    distances = (vectors - vectors[word]).norm(dim=1)
    distances[word] = torch.inf
    return distances.topk(k, largest=False).indices


@replaces("nearest", "the nearest last")
def PutsTheNearestLast(vectors, word, k):
    similar = cosines(vectors, word)
    similar[word] = -torch.inf
    return similar.topk(k).indices.flip(0)


@replaces("nearest", "gave dtype float32")
def GivesCosines(vectors, word, k):
    similar = cosines(vectors, word)
    similar[word] = -torch.inf
    return similar.topk(k).values


@replaces("nearest", "opposite")
def TakesOppositeForNear(vectors, word, k):
    similar = cosines(vectors, word).abs()
    similar[word] = -torch.inf
    return similar.topk(k).indices


@replaces("nearest", "a vector of zeros")
def RanksZerosFirst(vectors, word, k):
    lengths = vectors.norm(dim=1)
    similar = (vectors @ vectors[word]) / (lengths * lengths[word])
    similar[word] = -torch.inf
    return similar.argsort(descending=True)[:k]


@replaces("nearest", "changed its input")
def NormalisesInPlace(vectors, word, k):
    vectors /= vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)
    similar = vectors @ vectors[word]
    similar[word] = -torch.inf
    return similar.topk(k).indices


@replaces("nearest", "a tensor made without device= lies on the CPU")
def RanksOnTheCpu(vectors, word, k):
    similar = cosines(vectors, word).tolist()
    others = sorted((i for i in range(len(similar)) if i != word), key=lambda i: -similar[i])
    return torch.tensor(others[:k])


@replaces("nearest", "leave it out by its number")
def LeavesOutTheFirstOfTheRanking(vectors, word, k):
    return cosines(vectors, word).argsort(descending=True, stable=True)[1 : k + 1]
