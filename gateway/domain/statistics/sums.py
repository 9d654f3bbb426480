"""What an arm's units come to: the sums from which every figure is computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import repeat
from typing import Self

LARGEST = 1e120  # its square is still a number
_ROUNDING = 1e-10  # of sums of floats added one by one: below, a spread cannot be told from zero


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the `n` units of an arm; they add and subtract as sets of units do.

    `y`, `yy`: the metric and its square. `x`, `xx`, `xy`: the same metric before the experiment. `m`, `d`, `mm`, `dd`, `md`:
    a ratio's numerator and denominator; `p`, `q`, `pp`, `qq`, `pq`: the same before the experiment; `mp`, `dp`, `mq`, `dq`: both
    together. Integers stay exact. `n` is a float where old batches are discounted.
    """

    n: float = 0
    y: float = 0
    yy: float = 0
    x: float = 0
    xx: float = 0
    xy: float = 0
    m: float = 0
    d: float = 0
    mm: float = 0
    dd: float = 0
    md: float = 0
    p: float = 0
    q: float = 0
    pp: float = 0
    qq: float = 0
    pq: float = 0
    mp: float = 0
    dp: float = 0
    mq: float = 0
    dq: float = 0

    @classmethod
    def of_values(cls, values: Sequence[float], before: Iterable[float] = ()) -> Self:
        """The sums of one value a unit; `before`: what each unit had before the experiment, in the same order."""
        pairs = list(zip(values, before or repeat(0), strict=False))
        return cls(
            n=len(pairs), y=sum(y for y, _ in pairs), yy=sum(y * y for y, _ in pairs), x=sum(x for _, x in pairs),
            xx=sum(x * x for _, x in pairs), xy=sum(x * y for y, x in pairs),
        )  # fmt: skip

    @classmethod
    def of_hits(cls, n: int, hits: int) -> Self:
        """The sums of `n` units of which `hits` did it."""
        return cls(n=n, y=hits, yy=hits)

    @classmethod
    def of_parts(
        cls, numerators: Sequence[float], denominators: Sequence[float], before: Iterable[tuple[float, float]] = ()
    ) -> Self:
        """The sums of a ratio's two parts, a pair a unit; `before`: the pair that each had before the experiment."""
        units = [(m, d, *past) for m, d, past in zip(numerators, denominators, before or repeat((0, 0)), strict=False)]
        m, d, p, q = zip(*units, strict=True) if units else ((),) * 4
        return cls(
            n=len(units), m=sum(m), d=sum(d), mm=_product(m, m), dd=_product(d, d), md=_product(m, d), p=sum(p), q=sum(q),
            pp=_product(p, p), qq=_product(q, q), pq=_product(p, q), mp=_product(m, p), dp=_product(d, p), mq=_product(m, q),
            dq=_product(d, q),
        )  # fmt: skip

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(self)))

    def scaled(self, factor: float) -> Self:
        """Every sum times this: how batches of long ago are discounted."""
        return type(self)(*(getattr(self, f.name) * factor for f in fields(self)))

    @property
    def are_finite(self) -> bool:
        """Whether every sum is a number small enough to compute with."""
        return all(abs(getattr(self, f.name)) < LARGEST for f in fields(self))

    @property
    def before(self) -> "Sums":
        """The sums of what the units had before the experiment, as a metric of its own."""
        return Sums(n=self.n, y=self.x, yy=self.xx, m=self.p, d=self.q, mm=self.pp, dd=self.qq, md=self.pq)


def total(arms: Iterable[Sums]) -> Sums:
    """The sums of all arms together."""
    return sum(arms, start=Sums())


def _product(a: Iterable[float], b: Iterable[float]) -> float:
    return sum(one * other for one, other in zip(a, b, strict=True))


def covariance(n: float, a: float, b: float, ab: float) -> float:
    """Σ(a−ā)(b−b̄)/(n−1) from n, Σa, Σb, Σab; n must exceed 1. Integers are computed exactly; of floats, what is smaller than
    the rounding of the sums is zero.
    """
    moved = n * ab - a * b
    exact = all(isinstance(each, int) for each in (n, a, b, ab))
    if not exact and abs(moved) <= _ROUNDING * (abs(n * ab) + abs(a * b)) / 2:
        return 0.0
    return moved / (n * (n - 1))
