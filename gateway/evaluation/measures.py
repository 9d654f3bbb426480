"""From answers to figures: hit rate, MRR, NDCG and recall at 20, with how much of the shop is shown and how well known it is."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gateway.evaluation.interval import Interval, bootstrap, wilson

AT = 20
_DISCOUNT = 1 / np.log2(np.arange(AT) + 2)
_IDEAL = np.r_[0.0, np.cumsum(_DISCOUNT)]


@dataclass(frozen=True, slots=True)
class Mark:
    """What one answer was worth. With one target, recall is the hit."""

    hit: bool
    reciprocal: float
    ndcg: float
    recall: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean and its 95 % interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a contender came to over all questions. `coverage`: share of the showable products that were in any answer.
    `novelty`: bits, −log₂ of the share of visits that had seen what was shown, its mean.
    """

    questions: int
    answered: float  # share of the questions that had an answer at all
    hit_rate: Figure
    mrr: Figure
    ndcg: Figure
    recall: Figure
    coverage: float
    novelty: float


def mark(answer: Sequence[int], targets: AbstractSet[int]) -> Mark:
    """The worth of an answer's first 20."""
    places = [place for place, row in enumerate(answer[:AT]) if row in targets]
    if not places:
        return Mark(hit=False, reciprocal=0.0, ndcg=0.0, recall=0.0)
    gain = min(1.0, float(_DISCOUNT[places].sum() / _IDEAL[min(len(targets), AT)]))
    return Mark(hit=True, reciprocal=1 / (places[0] + 1), ndcg=gain, recall=len(places) / len(targets))


@dataclass(slots=True)
class Tally:
    """Gathers the marks of one contender. `surprise`: bits by row; `showable`: how many products may be shown."""

    surprise: NDArray[np.float64]
    showable: int
    marks: list[Mark] = field(default_factory=list)
    answered: int = 0
    shown: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.shown = np.zeros(len(self.surprise), np.int64)

    def add(self, answer: Sequence[int], targets: AbstractSet[int]) -> None:
        """Marks one answer."""
        self.marks.append(mark(answer, targets))
        self.answered += bool(answer)
        np.add.at(self.shown, list(answer[:AT]), 1)

    def hits(self) -> NDArray[np.bool_]:
        """Which questions were answered rightly, in the order they were asked."""
        return np.array([mark.hit for mark in self.marks], np.bool_)

    def figures(self) -> Figures:
        """What it came to."""
        hits, asked, shown = self.hits(), len(self.marks), int(self.shown.sum())
        return Figures(
            questions=asked,
            answered=self.answered / asked if asked else 0.0,
            hit_rate=Figure(float(hits.mean()) if asked else 0.0, wilson(int(hits.sum()), asked)),
            mrr=_mean([mark.reciprocal for mark in self.marks]),
            ndcg=_mean([mark.ndcg for mark in self.marks]),
            recall=_mean([mark.recall for mark in self.marks]),
            coverage=float((self.shown > 0).sum() / self.showable) if self.showable else 0.0,
            novelty=float(self.shown @ self.surprise / shown) if shown else 0.0,
        )


def surprise(visits: NDArray[np.int64], of: int) -> NDArray[np.float64]:
    """Bits by row: −log₂ of the share of `of` visits that saw a product, one more of each being thought seen."""
    return -np.log2((visits + 1) / (of + 1))


def _mean(values: Sequence[float]) -> Figure:
    told = np.asarray(values, np.float64)
    return Figure(float(told.mean()) if len(told) else 0.0, bootstrap(told))
