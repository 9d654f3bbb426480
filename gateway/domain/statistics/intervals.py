"""Two arms compared: the difference with its interval and p-value, and the relative lift in Fieller's interval."""

import math
from dataclasses import dataclass

from gateway.domain.statistics.estimates import Estimate
from gateway.domain.statistics.look import Look
from gateway.domain.statistics.note import Note


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both in the unit of what they enclose."""

    low: float
    high: float

    def excludes(self, value: float) -> bool:
        return not self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Comparison:
    """A variant beside the control. Where a figure is null, `note` says why; where the lift alone is, `lift_note`.

    `difference`, `error`, `interval`: in the metric's unit. `lift`, `lift_interval`: relative, 0.05 is 5 % more. `z`: the
    difference in standard errors. `critical`: the bound of |z| at this look. p < alpha ⇔ |z| > critical ⇔ 0 lies outside
    `interval` ⇔ 0 lies outside `lift_interval`, where there is one.
    """

    difference: float | None = None
    error: float | None = None
    df: float | None = None
    z: float | None = None
    critical: float | None = None
    p: float | None = None
    interval: Interval | None = None
    lift: float | None = None
    lift_interval: Interval | None = None
    note: Note | None = None
    lift_note: Note | None = None

    @property
    def is_significant(self) -> bool:
        """Whether 0 lies outside the interval."""
        return self.z is not None and self.critical is not None and abs(self.z) > self.critical


def compare(control: Estimate | None, variant: Estimate, look: Look) -> Comparison:
    """The difference d = mB − mA, se² = vA/nA + vB/nB, Welch's and Satterthwaite's degrees of freedom, decided by `look`."""
    if control is None:
        return Comparison(note=Note.NO_CONTROL)
    if control.value is None or variant.value is None:
        return Comparison(note=control.note or variant.note)
    difference = variant.value - control.value
    lift, lift_note = _lift(control.value, variant.value)
    if control.variance is None or variant.variance is None:
        return Comparison(difference, lift=lift, note=control.note or variant.note, lift_note=lift_note)
    a, b = control.variance / control.n, variant.variance / variant.n
    if a + b <= 0:
        return Comparison(difference, 0.0, lift=lift, note=Note.NO_VARIANCE, lift_note=lift_note)
    error, df, n = math.sqrt(a + b), freedom(control, variant), control.n + variant.n
    z = difference / error
    c = look.critical(df, n)
    if c is None:
        return Comparison(difference, error, df, z, lift=lift, note=look.missing(n), lift_note=lift_note)
    bounds = fieller(control, variant, c)
    if bounds is None:
        lift, lift_note = None, lift_note or Note.CONTROL_NEAR_ZERO
    return Comparison(
        difference, error, df, z, c, look.p_value(z, df, n), Interval(difference - c * error, difference + c * error),
        lift, bounds, None, lift_note,
    )  # fmt: skip


def freedom(control: Estimate, variant: Estimate) -> float:
    """(a + b)²/(a²/(nA−1) + b²/(nB−1)), a and b the squared standard errors (Welch 1947, Satterthwaite 1946). At least 1."""
    assert control.variance is not None
    assert variant.variance is not None
    a, b = control.variance / control.n, variant.variance / variant.n
    share = a / (a + b)
    pieces = [part * part / (arm.n - 1) for part, arm in ((share, control), (1 - share, variant)) if part > 0 and arm.n > 1]
    return max(1.0, 1 / sum(pieces)) if pieces else 1.0


def fieller(control: Estimate, variant: Estimate, c: float) -> Interval | None:
    """The relative lifts r − 1 with (mB − r·mA)² ≤ c²(vB/nB + r²·vA/nA) (Fieller 1954); null where mA² ≤ c²·vA/nA, for the
    set has no end there, and where the control's mean is negative.
    """
    if control.value is None or variant.value is None or control.variance is None or variant.variance is None:
        return None
    a, b = c * c * control.variance / control.n, c * c * variant.variance / variant.n
    known = control.value**2 - a
    if known <= 0 or control.value <= 0:
        return None
    middle = control.value * variant.value
    half = math.sqrt(a * variant.value**2 + b * known)
    low, high = (middle - half) / known - 1, (middle + half) / known - 1
    return Interval(low, high) if math.isfinite(low) and math.isfinite(high) else None


def _lift(control: float, variant: float) -> tuple[float | None, Note | None]:
    if control <= 0:
        return None, Note.CONTROL_NEGATIVE if control < 0 else Note.CONTROL_NEAR_ZERO
    lift = variant / control - 1
    return (lift, None) if math.isfinite(lift) else (None, Note.CONTROL_NEAR_ZERO)
