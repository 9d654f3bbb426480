"""Guardrails: whether a variant is no worse than the margin allows, and whether it is worse at all."""

import math
from dataclasses import dataclass

from gateway.domain.statistics.estimates import Estimate
from gateway.domain.statistics.intervals import Comparison, freedom
from gateway.domain.statistics.look import Look
from gateway.domain.statistics.note import Note


@dataclass(frozen=True, slots=True)
class Guard:
    """`p`: one-sided, of being worse than the margin. `is_noninferior`: |z| passes the look's own bound, so that it is true
    exactly where the lift's interval, if there is one, lies wholly on the right side of the margin (level alpha/2).
    """

    margin: float
    z: float | None = None
    p: float | None = None
    is_noninferior: bool = False
    note: Note | None = None


def guard(control: Estimate | None, variant: Estimate, margin: float, look: Look, *, higher_is_better: bool = True) -> Guard:
    """Decides by z = s·(mB − (1 − s·NIM)·mA)/√(vB/nB + (1 − s·NIM)²·vA/nA), s = +1 where higher is better, −1 where lower is.

    `margin`: NIM, relative to the control: 0.02 allows 2 % worse. Source: Schultzberg, Ankargren, Frånberg 2024.
    """
    if control is None:
        return Guard(margin, note=Note.NO_CONTROL)
    if control.value is None or variant.value is None or control.variance is None or variant.variance is None:
        return Guard(margin, note=control.note or variant.note)
    if control.value < 0:
        return Guard(margin, note=Note.CONTROL_NEGATIVE)
    sign = 1 if higher_is_better else -1
    kept = 1 - sign * margin
    squared = variant.variance / variant.n + kept * kept * control.variance / control.n
    if squared <= 0:
        return Guard(margin, note=Note.NO_VARIANCE)
    n = control.n + variant.n
    df = freedom(control, variant)
    z = sign * (variant.value - kept * control.value) / math.sqrt(squared)
    c = look.critical(df, n)
    if c is None:
        return Guard(margin, z, note=look.missing(n))
    return Guard(margin, z, one_sided(z, look, df, n), z > c)


def one_sided(z: float, look: Look, df: float, n: float) -> float:
    """Half of the two-sided p on the side that is asked for."""
    half = look.p_value(z, df, n) / 2
    return half if z > 0 else 1 - half


def deterioration(compared: Comparison, look: Look, n: float, *, higher_is_better: bool = True) -> float | None:
    """The one-sided p of the variant being worse (s·d < 0); `n`: units of both arms. Null where the comparison has none."""
    if compared.z is None or compared.df is None or compared.p is None:
        return None
    return one_sided(-compared.z if higher_is_better else compared.z, look, compared.df, n)


def is_worse(compared: Comparison, look: Look, n: float, *, higher_is_better: bool = True) -> bool:
    """Whether that p is under half the look's level: the interval then lies wholly on the wrong side of zero."""
    p = deterioration(compared, look, n, higher_is_better=higher_is_better)
    return p is not None and p < look.alpha / 2
