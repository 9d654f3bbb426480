"""Looks that may be many: group sequential with a planned end, and always valid without."""

import math
from dataclasses import dataclass

from gateway.domain.statistics.boundaries import bounds_of, curve_of, repeated_p
from gateway.domain.statistics.look import ALPHA
from gateway.domain.statistics.note import Note

POWER = 2.0  # ρ of the spending t^ρ: 3 spends later
BURN_IN_UNITS = 100
BURN_IN_CONVERTING = 25
TUNED_FOR = 10_000  # units in all for which the always valid bound is tightest, where no size is planned
_CLOSEST = 0.005  # of the plan: looks closer than this are one look, as 200 are plenty
_LEAST = 1e-8


@dataclass(frozen=True, slots=True)
class GroupSequential:
    """Repeated intervals and p-values at looks on the way to a planned end.

    `times`: the share of the plan at each look so far, this one last: units of planned units, or elapsed of planned time; past
    the end they may exceed 1. `information`: units at each look, where `times` is of the clock; otherwise `times` is that too.
    A look at which less is there than before (units were taken away) counts as the look before it.
    """

    times: tuple[float, ...]
    alpha: float = ALPHA
    power: float = POWER
    information: tuple[float, ...] = ()

    def critical(self, df: float, n: float) -> float | None:  # noqa: ARG002
        """The bound of the last look; null where it spends nothing."""
        return None if self.missing(n) else bounds_of(*self._looks(), self.alpha, self.power)[-1]

    def p_value(self, z: float, df: float, n: float) -> float:  # noqa: ARG002
        """The repeated p-value of the last look."""
        return 1.0 if self.missing(n) else repeated_p(z, curve_of(*self._looks(), self.alpha, self.power))

    def missing(self, n: float) -> Note | None:  # noqa: ARG002
        """Why the last look has no bound."""
        if not 0 < self.alpha < 1:
            return Note.NO_LEVEL
        times, _ = self._looks()
        if len(times) > 1 and times[-2] >= 1:
            return Note.ERROR_SPENT
        spends = bool(times) and math.isfinite(bounds_of(*self._looks(), self.alpha, self.power)[-1])
        return None if spends else Note.NO_INFORMATION

    @property
    def is_final(self) -> bool:
        """Whether the planned end is reached."""
        return bool(self.times) and max(self.times) >= 1

    def bounds(self) -> tuple[float | None, ...]:
        """The bound of |z| at each of `times`, for the picture: looks that are one share theirs; null where nothing is spent."""
        kept = self._kept()
        if not (any(kept) and 0 < self.alpha < 1):
            return (None,) * len(kept)
        found = bounds_of(*self._looks(), self.alpha, self.power)
        which = [sum(kept[: place + 1]) for place in range(len(kept))]
        return tuple(found[look - 1] if look and math.isfinite(found[look - 1]) else None for look in which)

    def _looks(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Times and information of the looks that count, both rising."""
        units, kept = self.information or self.times, self._kept()
        return tuple(t for t, k in zip(self.times, kept, strict=True) if k), tuple(
            u for u, k in zip(units, kept, strict=True) if k
        )

    def _kept(self) -> list[bool]:
        """Which looks are far enough from the one before; that one counts does not change by what comes later."""
        kept, last_time, last_units = [], 0.0, 0.0
        for time, units in zip(self.times, self.information or self.times, strict=True):
            numbers = math.isfinite(time) and math.isfinite(units)
            kept.append(numbers and time - last_time > _CLOSEST and units - last_units > _CLOSEST * units)
            if kept[-1]:
                last_time, last_units = time, units
        return kept


@dataclass(frozen=True, slots=True)
class AlwaysValid:
    """A normal mixture's confidence sequence: every look is allowed, for ever (Waudby-Smith et al. 2021, Howard et al. 2021).

    `planned`: N*, units in all at which the bound is tightest. half = se·√N·√(2(Nρ²+1)/(N²ρ²)·ln(√(Nρ²+1)/α)).
    """

    planned: float = TUNED_FOR
    alpha: float = ALPHA

    def critical(self, df: float, n: float) -> float | None:  # noqa: ARG002
        """half/se; null before there are units."""
        if self.missing(n):
            return None
        grown = n * self._rho_squared + 1
        return math.sqrt(2 * grown / (grown - 1) * math.log(math.sqrt(grown) / self.alpha))

    def p_value(self, z: float, df: float, n: float) -> float:  # noqa: ARG002
        """min(1, 1/e) of this look, e = exp(ρ²z²N/(2(Nρ²+1)))/√(Nρ²+1)."""
        if self.missing(n):
            return 1.0
        grown = n * self._rho_squared + 1
        evidence = (grown - 1) * z * z / (2 * grown) - math.log(grown) / 2
        return math.exp(-evidence) if evidence > 0 else 1.0

    def missing(self, n: float) -> Note | None:
        """Why there is no bound."""
        if not 0 < self.alpha < 1:
            return Note.NO_LEVEL
        return None if n > 0 and n * self._rho_squared > _LEAST else Note.NO_INFORMATION

    @property
    def _rho_squared(self) -> float:
        told = -2 * math.log(self.alpha)
        planned = self.planned if self.planned > 0 and math.isfinite(self.planned) else TUNED_FOR
        return (told + math.log(told + 1)) / planned


def p_any_look(p_values: tuple[float | None, ...]) -> float | None:
    """The least p of all looks so far: once crossed, a bound stays crossed. Null where no look had one."""
    return min((p for p in p_values if p is not None), default=None)


def is_burnt_in(arms: tuple[tuple[float, float], ...]) -> bool:
    """Whether every arm, (units, converting units), has enough for a sequential decision: 100 and 25."""
    return bool(arms) and all(units >= BURN_IN_UNITS and hits >= BURN_IN_CONVERTING for units, hits in arms)
