"""Embeddings: a table of vectors, looked up by number.

One-hot rows for fifty thousand words have fifty thousand columns. An embedding is a table with a vector of a few
hundred numbers for each word, which are learned. To look up a row is to multiply a one-hot row by the table:

    table [[1, 2], [3, 4], [5, 6]], word 1:   row 1 is [3, 4], and so is [0, 1, 0] times the table

So a gradient reaches only the rows that were looked up, and adds up where a word was looked up more than once.

Random vectors know nothing of meaning. Words that are used together should lie near each other: to count, for each
word, which words stand around it gives vectors for which this holds. How near two vectors lie is measured by the
cosine of the angle between them, which is their product divided by both lengths, so that frequent words with their long
vectors are not favoured.

No function changes its input.

Check with:  pytest katas/data/test_embeddings.py
"""

from collections.abc import Sequence

import torch


def look_up(table: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    """Return the vector of each word.

    Args:
        table: shape (v, d), floating; a row for each word. It may require gradients.
        words: any shape, int64, from 0 to v - 1, on the table's device.

    Returns:
        Shape (*words.shape, d), of the table's dtype, through which gradients flow back to the table.
    """
    raise NotImplementedError("take from the table the row of each word")


def look_up_padded(table: torch.Tensor, words: torch.Tensor, padding: int) -> torch.Tensor:
    """Return the vector of each word, where one word only fills short sentences up.

    Args:
        table: shape (v, d), floating; it may require gradients. Its row for the padding may hold any finite numbers.
        words: any shape, int64, from 0 to v - 1, on the table's device.
        padding: the number of the word that means nothing, from 0 to v - 1.

    Returns:
        Shape (*words.shape, d), of the table's dtype: zeros for the padding, for other words their vectors. Gradients
        flow back to the table; that of the padding's row is 0. Another word may have the same vector as the padding,
        and is treated like all others.
    """
    raise NotImplementedError("take the row of each word, and zeros for the padding")


def count_neighbours(sentences: Sequence[torch.Tensor], size: int, window: int) -> torch.Tensor:
    """Return how often each word stands near each other word.

    Args:
        sentences: at least one, each a tensor of shape (length,), int64, with words from 0 to size - 1, all on one
            device. Lengths differ, and may be 1 or 0.
        size: how many words there are.
        window: how many places apart two words of one sentence may stand to be neighbours, at least 1. In
            [7, 8, 9] with window 1, 8 has the neighbours 7 and 9, and 7 has only 8.

    Returns:
        Shape (size, size), float32, on the sentences' device: [i, j] counts how often j was a neighbour of i. It is
        symmetric; where a word stands near itself, as in [5, 5], each of the two has the other as a neighbour.
    """
    raise NotImplementedError("count the pairs of neighbours in each sentence, in both directions")


def nearest(vectors: torch.Tensor, word: int, k: int) -> torch.Tensor:
    """Return the k words whose vectors lie nearest to that of a word, by the cosine of the angle.

    Args:
        vectors: shape (v, d), float32 or float64; row i is the vector of word i. A vector of zeros has the cosine 0
            with every vector. The vector of ``word`` itself is not zeros.
        word: from 0 to v - 1.
        k: from 1 to v - 1.

    Returns:
        Shape (k,), int64, on the vectors' device: the nearest first, without the word itself. Words with the same
        cosine may stand in any order; another word may point exactly as ``word`` does.
    """
    raise NotImplementedError("rank all other words by their cosine with this one")
