"""What a product's words say it resembles: TF-IDF over words and letters, folded into few dimensions (LSA)."""

import warnings
from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

import sql
from gateway.index.neighbours import Vectors

DIMENSIONS = 128
_LEARNT_FROM = 20_000  # products whose words are learnt; the others are read with what was learnt
_FEATURES = 50_000  # of each kind
_CHUNK = 10_000
_SEED = 20
_OVERSAMPLED = 10


def content_vectors(duck: duckdb.DuckDBPyConnection, products: int) -> Vectors:
    """[products, 128]: of length 1, zero where a product has no words."""
    vectors = np.zeros((products, DIMENSIONS), np.float32)
    reader = _Reader.taught(next(_read(duck, max(1, -(-products // _LEARNT_FROM)), _LEARNT_FROM), []))
    if reader is None:
        return vectors
    done = 0
    for words in _read(duck, 1, _CHUNK):
        read = reader.read(words)
        vectors[done : done + len(words), : read.shape[1]] = read
        done += len(words)
    return vectors


class _Reader:
    """Turns words into vectors, once it has been taught by a sample."""

    def __init__(self, kinds: Sequence[TfidfVectorizer], fold: TruncatedSVD) -> None:
        self._kinds = kinds
        self._fold = fold

    @classmethod
    def taught(cls, words: Sequence[str]) -> "_Reader | None":
        """Null where the sample says too little to tell anything apart."""
        spoken = [w for w in words if w]
        kinds = [
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=_FEATURES, dtype=np.float32),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, max_features=_FEATURES, dtype=np.float32),
        ]
        try:
            terms = sparse.hstack([kind.fit_transform(spoken) for kind in kinds], format="csr")
        except ValueError:  # the vocabulary is empty: no text, or nothing but punctuation
            return None
        dimensions = min(DIMENSIONS, terms.shape[1] - 1, len(spoken))
        if dimensions < 1:
            return None
        fold = TruncatedSVD(dimensions, n_iter=3, n_oversamples=_OVERSAMPLED, random_state=_SEED)
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", "(invalid value|divide by zero) encountered", RuntimeWarning
            )  # a sample whose words do not vary at all
            fold.fit(terms)
        return cls(kinds, fold)

    def read(self, words: Sequence[str]) -> Vectors:
        """A vector of length 1 a product; zero where no word is known."""
        terms = sparse.hstack([kind.transform(words) for kind in self._kinds], format="csr")
        vectors: Vectors = self._fold.transform(terms).astype(np.float32)
        return scaled(vectors)


def scaled(vectors: Vectors) -> Vectors:
    """Each row at length 1; a row too short to have a direction is zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    told = length > 1e-6  # noqa: PLR2004  (below this, float32 knows no direction)
    return np.where(told, vectors / np.where(told, length, 1), 0).astype(np.float32)


def _read(duck: duckdb.DuckDBPyConnection, step: int, chunk: int) -> Iterator[list[str]]:
    """The words of every `step`-th product, in row order, a chunk at a time."""
    rows = duck.cursor().execute(sql.training("words"), {"step": step})
    while found := rows.fetchmany(chunk):
        yield [words for (words,) in found]
