"""What must hold: our figure over theirs, on every data set and on all of them together."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gateway.evaluation.measures import Tally

_ROUNDS = 1000


@dataclass(frozen=True)
class Measured:
    """A ratio on one data set, its 95 % interval by a paired bootstrap, and the two figures."""

    name: str
    ours: float
    theirs: float
    low: float
    high: float
    questions: int
    known: str = ""  # why it is known not to hold here

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs if self.theirs else float("nan")


@dataclass
class Gate:
    """`least`: on each data set. `together`: of their geometric mean, if anything is asked of it."""

    name: str
    least: float
    together: float | None = None
    measured: list[Measured] = field(default_factory=list)

    def add(self, name: str, ours: NDArray[np.float64], theirs: NDArray[np.float64], known: str = "") -> Measured:
        """Notes what both came to, question by question."""
        chance = np.random.default_rng(20)
        drawn = chance.integers(0, len(ours), (_ROUNDS, len(ours)))
        above, below = ours[drawn].mean(axis=1), theirs[drawn].mean(axis=1)
        ratios = above[below > 0] / below[below > 0]
        low, high = np.quantile(ratios, (0.025, 0.975)) if len(ratios) else (float("nan"),) * 2
        found = Measured(name, float(ours.mean()), float(theirs.mean()), float(low), float(high), len(ours), known)
        self.measured.append(found)
        return found

    @property
    def mean(self) -> float:
        return float(np.exp(np.mean([np.log(each.ratio) for each in self.measured])))

    def misses(self) -> list[str]:
        """What does not hold, in words."""
        below = (each for each in self.measured if not each.ratio >= self.least and not each.known)
        found = [f"{self.name}, {each.name}: {each.ratio:.3f} < {self.least}" for each in below]
        if self.together is not None and not self.mean >= self.together:
            found.append(f"{self.name}, geometric mean: {self.mean:.3f} < {self.together}")
        return found


def column(tally: Tally, name: str) -> NDArray[np.float64]:
    """One figure, question by question: hit, reciprocal, ndcg or recall."""
    return np.array([float(getattr(mark, name)) for mark in tally.marks])
