"""Where a value stands on an axis, and at which round values the axis is marked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = (1, 2, 2.5, 5, 10)
_FAR = 4  # times the middle reach: what lies further out is cut off and told to be so


@dataclass(frozen=True, slots=True)
class Scale:
    """From the values low…high to the places start…stop; outside it ends at the edge."""

    low: float
    high: float
    start: float
    stop: float

    def at(self, value: float) -> float:
        """The place of a value."""
        span = self.high - self.low
        part = (value - self.low) / span if span > 0 else 0.5
        return self.start + min(1.0, max(0.0, part)) * (self.stop - self.start)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high

    def marks(self, about: int = 5) -> list[float]:
        """Round values within, about so many."""
        span = self.high - self.low
        if not 0 < span < math.inf:
            return [self.low]
        rough = span / max(1, about)
        power = 10.0 ** math.floor(math.log10(rough))
        step = next((power * each for each in _STEPS if power * each >= rough * 0.999), power * 10)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [n * step for n in range(first, last + 1)]


def finite(value: float | None) -> float | None:
    """The value where it is a number that can be drawn."""
    return value if value is not None and math.isfinite(value) else None


def reach(extents: Sequence[float], least: float) -> float:
    """How far an axis around zero goes: to the furthest, but not so far that one wild value makes all others unreadable."""
    told = sorted(extents)
    if not told:
        return least
    return max(least, min(told[-1], _FAR * max(told[len(told) // 2], least)))
