"""Words to vectors, once taught by a sample: TF-IDF over words and letters, folded into few dimensions (LSA)."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from gateway.index.neighbours import Vectors

DIMENSIONS = 128
_FEATURES = 50_000  # of each kind
_SEED = 20
_OVERSAMPLED = 10
_KINDS: Sequence[Mapping[str, Any]] = (
    {"ngram_range": (1, 2)},
    {"analyzer": "char_wb", "ngram_range": (3, 5)},
)


class Reader:
    """What was learnt of words: the vocabularies with their rarities, and the directions that tell products apart."""

    def __init__(self, kinds: Sequence[TfidfVectorizer], directions: NDArray[np.float32]) -> None:
        self._kinds = kinds
        self._directions = directions

    @classmethod
    def taught(cls, words: Sequence[str]) -> "Reader | None":
        """Null where the sample says too little to tell anything apart."""
        kinds = [_vectorizer(kind) for kind in _KINDS]
        try:
            terms = sparse.hstack([kind.fit_transform(words) for kind in kinds], format="csr")
        except ValueError:  # the vocabulary is empty: no text, or nothing but punctuation
            return None
        dimensions = min(DIMENSIONS, terms.shape[1] - 1, len(words))
        if dimensions < 1:
            return None
        fold = TruncatedSVD(dimensions, n_iter=3, n_oversamples=_OVERSAMPLED, random_state=_SEED)
        with warnings.catch_warnings():  # of a sample whose words do not vary at all
            warnings.filterwarnings("ignore", "(invalid value|divide by zero) encountered", RuntimeWarning)
            fold.fit(terms)
        return cls(kinds, np.ascontiguousarray(fold.components_.T, np.float32))

    @classmethod
    def of(cls, written: Mapping[str, NDArray[Any]]) -> "Reader":
        """The reader that was written so."""
        kinds = []
        for number, kind in enumerate(_KINDS):
            terms = orjson.loads(written[f"terms_{number}"].tobytes())
            vectorizer = _vectorizer({**kind, "vocabulary": {term: place for place, term in enumerate(terms)}})
            vectorizer.idf_ = written[f"rarity_{number}"]
            kinds.append(vectorizer)
        return cls(kinds, written["directions"])

    def written(self) -> dict[str, Any]:
        """Everything that was learnt, as arrays."""
        told: dict[str, Any] = {"directions": self._directions}
        for number, kind in enumerate(self._kinds):
            terms = sorted(kind.vocabulary_, key=kind.vocabulary_.__getitem__)
            told[f"terms_{number}"] = np.frombuffer(orjson.dumps(terms), np.uint8)
            told[f"rarity_{number}"] = np.asarray(kind.idf_, np.float32)
        return told

    def read(self, words: Sequence[str]) -> Vectors:
        """A vector of length 1 a product; zero where no word is known."""
        terms = sparse.hstack([kind.transform(words) for kind in self._kinds], format="csr")
        vectors = np.zeros((len(words), DIMENSIONS), np.float32)
        vectors[:, : self._directions.shape[1]] = terms @ self._directions
        return scaled(vectors)


def scaled(vectors: Vectors) -> Vectors:
    """Each row at length 1; a row too short to have a direction is zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    told = length > 1e-6  # noqa: PLR2004  (below this, float32 knows no direction)
    return np.where(told, vectors / np.where(told, length, 1), 0).astype(np.float32)


def _vectorizer(kind: Mapping[str, Any]) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, max_features=_FEATURES, dtype=np.float32, **kind)
