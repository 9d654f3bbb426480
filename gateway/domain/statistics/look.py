"""How a look at the figures decides: one critical value a look, and the p-value that goes with it."""

from dataclasses import dataclass
from typing import Protocol

from scipy.special import ndtri, stdtr, stdtrit

from gateway.domain.statistics.note import Note

ALPHA = 0.05
_NORMAL = 1e9  # degrees of freedom from which Student's t is the normal


class Look(Protocol):
    """A way to decide. `z`: |difference| in standard errors; `df`: degrees of freedom; `n`: units of both arms.

    For every look p < alpha ⇔ |z| > critical.
    """

    @property
    def alpha(self) -> float: ...

    def critical(self, df: float, n: float) -> float | None:
        """The bound for |z|; null where this look may not decide, and `missing` says why."""
        ...

    def p_value(self, z: float, df: float, n: float) -> float:
        """Two-sided."""
        ...

    def missing(self, n: float) -> Note | None:
        """Why this look may not decide."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """One look at the planned end (Student's t, Welch 1947). Before it, figures are preliminary: `is_final` is false."""

    alpha: float = ALPHA
    is_final: bool = True

    def critical(self, df: float, n: float) -> float | None:
        """Student's t of 1 − alpha/2."""
        return None if self.missing(n) else _quantile(1 - self.alpha / 2, df)

    def p_value(self, z: float, df: float, n: float) -> float:  # noqa: ARG002
        """Of Student's t."""
        return float(min(1.0, 2 * stdtr(min(df, _NORMAL), -abs(z))))

    def missing(self, n: float) -> Note | None:  # noqa: ARG002
        return None if 0 < self.alpha < 1 else Note.NO_LEVEL


def _quantile(q: float, df: float) -> float:
    return float(stdtrit(df, q)) if df < _NORMAL else float(ndtri(q))
