"""A table of vectors in place of one-hot, and vectors that know what stands near what."""

import math

import pytest
import torch

from dojo import check, draw
from katas.data import embeddings

SENTENCES = (
    "cat dog milk fur",
    "dog cat fur paw",
    "paw fur cat",
    "dog paw milk cat",
    "fur dog paw cat milk",
    "engine wheel road",
    "road wheel fuel engine",
    "fuel engine brake",
    "brake wheel road fuel",
    "wheel engine brake road fuel",
)
"""A corpus of two topics, of five words each."""
TOPICS = ({"cat", "dog", "milk", "fur", "paw"}, {"engine", "wheel", "road", "fuel", "brake"})


def vectors_of(table: torch.Tensor, words: list[int]) -> torch.Tensor:
    """Return the rows of the words, number by number, on the table's device."""
    rows = table.tolist()
    return torch.tensor([rows[word] for word in words], dtype=table.dtype, device=table.device)


def counted(sentences: list[list[int]], size: int, window: int) -> list[list[float]]:
    """Return how often each word stands near each other, pair by pair."""
    counts = [[0.0] * size for _ in range(size)]
    for words in sentences:
        for p, first in enumerate(words):
            for q, second in enumerate(words):
                if p != q and abs(p - q) <= window:
                    counts[first][second] += 1
    return counts


@pytest.mark.concept("represent.embedding")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_to_look_up_is_to_multiply_one_hot_by_the_table(device, dtype):
    """To look a row up equals one-hot times the matrix, without the zeros."""
    v = draw.integer(6, 8)
    d = v + draw.integer(1, 3)
    table = draw.normal((v, d), device=device, dtype=dtype)
    words = torch.tensor([2, 0, v - 2, 2, 3], device=device)
    one_hot = torch.tensor([[float(w == i) for i in range(v)] for w in words.tolist()], device=device, dtype=dtype)
    with check.unchanged(table, words):
        vectors = embeddings.look_up(table, words)
    check.close(
        vectors,
        one_hot @ table,
        mistakes={
            "these are columns of the table; a word has a row": lambda: table[:, words],
            "a word counts from 0: word 0 has the first row": lambda: table[words - 1],
            "the vectors are added up; each word keeps its own": lambda: table[words].sum(dim=0),
            "this is the whole table; take the rows of the words": table,
            "these are the one-hot rows; multiply them by the table, or look the rows up": one_hot,
        },
    )


@pytest.mark.concept("represent.embedding")
def test_words_may_be_of_any_shape(device):
    """A batch of sentences gets one axis more, with the vector of each word; a single word gets a single vector."""
    table = draw.laid_out(draw.normal((7, 4), device=device), "sliced")
    for shape in (draw.sizes(2), draw.sizes(3, high=4), (0,), ()):
        words = draw.integers(shape, 0, 6, device=device)
        expected = vectors_of(table, words.flatten().tolist()).reshape(*shape, 4)
        check.close(embeddings.look_up(table, words), expected)


@pytest.mark.concept("represent.embedding")
def test_a_gradient_reaches_only_the_rows_that_were_looked_up(device):
    """Only the rows that were looked up get a gradient; it adds up where a word was looked up more than once."""
    table = draw.normal((6, 3), device=device).requires_grad_()
    words = torch.tensor([[4, 1, 4], [0, 4, 2]], device=device)
    vectors = embeddings.look_up(table, words)
    check.tensor(vectors, shape=(2, 3, 3), dtype=torch.float32, device=device, requires_grad=True)
    (vectors * 2).sum().backward()
    per_word = torch.tensor([2.0, 2.0, 2.0, 0.0, 6.0, 0.0], device=device).unsqueeze(1).expand(6, 3)
    once = torch.tensor([2.0, 2.0, 2.0, 0.0, 2.0, 0.0], device=device).unsqueeze(1).expand(6, 3)
    check.close(
        table.grad,
        per_word,
        what="the gradient of the table",
        mistakes={"word 4 occurs three times, but its gradient counts it once: it adds up": once},
    )


@pytest.mark.concept("represent.embedding")
def test_the_padding_has_a_vector_of_zeros(device):
    """A word that only fills up has the vector 0, whatever its row holds, and whichever number it has."""
    v, d = draw.sizes(2, low=5)
    table = draw.normal((v, d), device=device) + 3
    table[1], table[3] = table[0], table[2]  # words with the vectors of the paddings, and still no paddings
    for padding, layout in ((2, "contiguous"), (0, "sliced")):
        table = draw.laid_out(table, layout)
        words = draw.laid_out(torch.tensor([[1, 2, 0], [0, 3, 2]], device=device), layout)
        expected = vectors_of(table, words.flatten().tolist())
        expected[[i for i, word in enumerate(words.flatten().tolist()) if word == padding]] = 0
        expected = expected.reshape(2, 3, d)
        with check.unchanged(table, words):
            vectors = embeddings.look_up_padded(table, words, padding)
        check.close(
            vectors,
            expected,
            mistakes={
                "the padding has the vector that the table holds; padding_idx= stops gradients only": lambda: table[
                    words
                ],
                "word 0 got zeros; the padding's number is given": lambda: table[words] * (words != 0).unsqueeze(-1),
                "the padding has no vector at all; it is to have zeros, so that sentences keep their length": (
                    lambda: table[words[words != padding]]
                ),
                "everything but the padding became zeros": lambda: table[words] * (words == padding).unsqueeze(-1),
                "another word with the padding's vector got zeros too; compare the words, not their vectors": (
                    lambda: table[words] * (table[words] != table[padding]).any(dim=-1, keepdim=True)
                ),
            },
        )


@pytest.mark.concept("represent.embedding")
def test_no_gradient_reaches_the_padding(device):
    """The padding has nothing to learn: its row gets no gradient, so it stays as it is in the training."""
    table = draw.normal((5, 4), device=device).requires_grad_()
    words = torch.tensor([[1, 3, 3], [2, 1, 3]], device=device)
    vectors = embeddings.look_up_padded(table, words, 3)
    check.tensor(vectors, shape=(2, 3, 4), dtype=torch.float32, device=device, requires_grad=True)
    vectors.sum().backward()
    per_word = torch.tensor([0.0, 2.0, 1.0, 0.0, 0.0], device=device).unsqueeze(1).expand(5, 4)
    reached = torch.tensor([0.0, 2.0, 1.0, 3.0, 0.0], device=device).unsqueeze(1).expand(5, 4)
    check.close(
        table.grad,
        per_word,
        what="the gradient of the table",
        mistakes={"the gradient reached the row of the padding as well": reached},
    )


@pytest.mark.concept("represent.text-embedding")
def test_neighbours_are_counted_in_both_directions(device):
    """Two words of a sentence are each other's neighbours, as often as they stand within the window."""
    texts = [[0, 1, 2, 3, 1, 0, 4], [2, 2, 5, 0], [0, 1, 0, 1], [3]]
    sentences = [torch.tensor(words, device=device) for words in texts]

    def counts(window: int, texts: list[list[int]] = texts) -> torch.Tensor:
        return torch.tensor(counted(texts, 6, window), device=device)

    expected = counts(3)
    to_the_right = [[0.0] * 6 for _ in range(6)]
    for words in texts:
        for p, first in enumerate(words):
            for second in words[p + 1 : p + 4]:
                to_the_right[first][second] += 1
    own = torch.tensor([float(sum(words.count(word) for words in texts)) for word in range(6)], device=device)
    with check.unchanged(*sentences):
        table = embeddings.count_neighbours(sentences, 6, 3)
    check.equal(
        table,
        expected,
        mistakes={
            "this counts in one direction only; a neighbour on the left is one too": (
                torch.tensor(to_the_right, device=device)
            ),
            "each place counts itself; a place is no neighbour of itself": expected + own.diag(),
            "each pair counts once, however often it occurs; count how often": (expected > 0).float(),
            "this counts across the end of a sentence; neighbours stand in one sentence": (
                lambda: counts(3, [[word for words in texts for word in words]])
            ),
            "this counts the whole sentence; neighbours stand at most window places apart": lambda: counts(99),
            "the window is one place too small: words window places apart are still neighbours": lambda: counts(2),
            "this is right for window 1; neighbours stand at most window places apart": lambda: counts(1),
            "pairs of equal words are left out: a word that stands near itself is its own neighbour": (
                expected - expected.diag().diag()
            ),
        },
    )


@pytest.mark.concept("represent.text-embedding")
def test_the_window_says_how_far_apart_neighbours_stand(device):
    """The window includes its last place; in a sentence shorter than the window, all words are neighbours."""
    size = 5
    texts = [draw.integers((length,), 0, size - 1).tolist() for length in (9, 2, 1, 0, 5, 30)]
    sentences = [draw.laid_out(torch.tensor(words, dtype=torch.int64, device=device), "sliced") for words in texts]
    for window in (1, 3, 8):
        expected = torch.tensor(counted(texts, size, window), device=device)
        check.equal(
            embeddings.count_neighbours(sentences, size, window),
            expected,
            mistakes={
                "the window is one place too small: words window places apart are still neighbours": (
                    torch.tensor(counted(texts, size, window - 1), device=device)
                ),
            },
        )


@pytest.mark.concept("represent.text-embedding")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_near_is_what_points_the_same_way(device, dtype):
    """Nearness of words is the cosine: it looks at directions, whether a word is frequent or rare."""
    turn = draw.integer(0, 359)
    # Angle from the word, in degrees, and length. The first is the word itself.
    others = [(10, 20.0), (25, 0.2), (50, 1.0), (80, 30.0), (130, 1.0), (178, 5.0)]
    plane = [
        [length * math.cos(math.radians(angle + turn)), length * math.sin(math.radians(angle + turn))]
        for angle, length in [(0, 1.0), *others]
    ]
    order = torch.randperm(7).tolist()
    vectors = torch.empty(7, 2, dtype=torch.float64)
    vectors[order] = torch.tensor(plane, dtype=torch.float64)
    vectors = vectors.to(dtype).to(device)

    def named(*places: int) -> torch.Tensor:
        return torch.tensor([order[place] for place in places], device=device)

    with check.unchanged(vectors):
        found = embeddings.nearest(vectors, order[0], 3)
    check.equal(
        found,
        named(1, 2, 3),
        mistakes={
            "the word itself is among them, as it is always nearest to itself; leave it out": named(0, 1, 2),
            "the products are not divided by the lengths: long vectors are favoured": named(1, 4, 3),
            "the longest vectors are favoured, and the word itself may be among them": named(4, 3, 0),
            "this ranks by distance; take the cosine of the angle": named(2, 3, 5),
            "these are the farthest; the largest cosine is the nearest": named(6, 5, 4),
            "these have the nearest last; put it first": named(3, 2, 1),
            "the opposite direction counts as near; a cosine of -1 is the farthest": named(6, 1, 2),
        },
    )
    check.equal(embeddings.nearest(vectors, order[0], 6), named(1, 2, 3, 4, 5, 6), what="the ranking of all others")


@pytest.mark.concept("represent.text-embedding")
def test_a_word_that_never_occurs_is_near_to_none(device):
    """A vector of zeros points nowhere: it ranks behind all that point the same way, and before the opposite."""
    vectors = torch.tensor([[2.0, 1.0], [0.0, 0.0], [-1.0, -2.0], [3.0, 1.0]], device=device)
    check.equal(
        embeddings.nearest(vectors, 0, 3),
        torch.tensor([3, 1, 2], device=device),
        mistakes={"a vector of zeros gave 0 / 0, which ranks first": torch.tensor([1, 3, 2], device=device)},
    )


@pytest.mark.concept("represent.text-embedding")
def test_another_word_may_point_the_same_way(device):
    """The word itself is left out by its number: others may be just as near, and stand before it in a ranking."""
    vectors = torch.tensor([[2.0, 4.0], [3.0, 1.0], [1.0, 2.0], [4.0, 8.0], [-1.0, 3.0]], device=device)
    vectors = draw.laid_out(vectors, "transposed")
    for word, same in ((2, [0, 3]), (0, [2, 3]), (3, [0, 2])):
        found = check.tensor(embeddings.nearest(vectors, word, 2), shape=(2,), dtype=torch.int64, device=device)
        assert word not in found.tolist(), (
            f"gave {found.tolist()}, and {word} is the word itself: leave it out by its number; "
            "the first of the ranking may be another word that points the same way"
        )
        check.equal(sorted(found.tolist()), same, what=f"the two words that point as word {word} does, in any order,")


@pytest.mark.concept("represent.text-embedding")
def test_words_used_together_lie_near_each_other(device):
    """Vectors from the words around know the topic of a word; random vectors know nothing."""
    names = sorted(TOPICS[0] | TOPICS[1])
    names = [names[place] for place in torch.randperm(len(names)).tolist()]
    sentences = [torch.tensor([names.index(name) for name in text.split()], device=device) for text in SENTENCES]
    vectors = embeddings.count_neighbours(sentences, len(names), 4)
    check.tensor(vectors, shape=(10, 10), dtype=torch.float32, device=device)
    for place, name in enumerate(names):
        found = check.tensor(embeddings.nearest(vectors, place, 4), shape=(4,), dtype=torch.int64, device=device)
        topic = next(topic for topic in TOPICS if name in topic)
        near = sorted(names[other] for other in found.tolist())
        check.equal(near, sorted(topic - {name}), what=f"the four words nearest to {name!r}")
