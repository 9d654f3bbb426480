"""Whether an experiment's figures may be believed at all: split, exposures, balance before, runtime, changes too good."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from scipy.special import chdtrc

from gateway.domain.statistics.estimates import Kind, estimate
from gateway.domain.statistics.intervals import Comparison, compare
from gateway.domain.statistics.look import Fixed
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sums import Sums

ALARM = 0.001  # p under which the split, or the balance before, is no chance
MULTIPLE_SHARE, MULTIPLE_UNITS = 0.01, 10
MINIMUM_RUNTIME = timedelta(days=7)
SUSPICIOUS = 0.5  # a lift past this is more often a mistake than a success
CONCENTRATIONS = (10.0, 1_000.0, 10_000.0)
"""How closely the sequential test expects a broken split to be near the planned one: hardly, so that an arm which nobody gets is
noticed at once; or closely, so that a little too many of many are noticed too. Each has a third of the say."""


class Ailment(StrEnum):
    """What is wrong with an experiment; the value is the sentence for a reader."""

    SAMPLE_RATIO = "units are not split as planned: something loses or adds units of one arm"
    MULTIPLE_EXPOSURES = "too many units have seen more than one variant"
    WEIGHTS_CHANGED = "weights changed while units came in: what changed with time reads as a difference between the arms"
    IMBALANCE_BEFORE = "the arms differed before the experiment began"
    TOO_SHORT = "it has not run for the minimum time yet"
    NOT_BURNT_IN = "an arm has fewer than 100 units or 25 converting units"
    DETERIORATION = (
        "a goal or a guardrail gets worse, by a test that may be looked at at any time: do not wait for the planned end"
    )
    SUSPICIOUS_CHANGE = "a change this large is more often a mistake than a success"

    @property
    def heals(self) -> bool:
        """Whether waiting mends it."""
        return self in {Ailment.TOO_SHORT, Ailment.NOT_BURNT_IN}


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """`statistic`: X²; `p`: of the split at one look; `p_sequential`: of a split that may be looked at for ever."""

    expected: tuple[float, ...] = ()
    statistic: float | None = None
    p: float | None = None
    p_sequential: float | None = None
    note: Note | None = None

    @property
    def alarms(self) -> bool:
        """Whether X² says that the split is broken: p < 0.001."""
        return self.p is not None and self.p < ALARM

    @property
    def alarms_sequentially(self) -> bool:
        """The same by the sequential test, whose alarm stays honest however often it is looked at."""
        return self.p_sequential is not None and self.p_sequential < ALARM


def sample_ratio(observed: Sequence[int], expected: Sequence[float]) -> SampleRatio:
    """X² = Σ(O−E)²/E. `expected`: planned weights, or sums of logged propensities; only their ratios count.

    An arm that expects nothing and has units is broken for certain.
    """
    weight, units = sum(expected), sum(observed)
    if not (math.isfinite(weight) and weight > 0 and all(e >= 0 for e in expected)) or len(expected) < 2:  # noqa: PLR2004
        return SampleRatio(note=Note.NO_EXPECTATION)
    shares = [e / weight for e in expected]
    due = tuple(units * share for share in shares)
    if units <= 0:
        return SampleRatio(due, note=Note.NO_UNITS)
    if any(e == 0 and o > 0 for o, e in zip(observed, due, strict=True)):
        return SampleRatio(due, None, 0.0, 0.0, Note.UNEXPECTED_ARM)
    open_arms = [(o, e, share) for o, e, share in zip(observed, due, shares, strict=True) if e > 0]
    statistic = sum((o - e) ** 2 / e for o, e, _ in open_arms)
    p = float(chdtrc(len(open_arms) - 1, statistic)) if len(open_arms) > 1 else 1.0
    factor = _log_mixture([o for o, _, _ in open_arms], [share for _, _, share in open_arms])
    return SampleRatio(due, statistic, p, math.exp(-factor) if factor > 0 else 1.0)


def _log_mixture(observed: Sequence[int], shares: Sequence[float]) -> float:
    """Of all concentrations: an average of martingales is one, so that its inverse is a p-value at every look as well."""
    factors = [log_bayes_factor(observed, shares, each) for each in CONCENTRATIONS]
    largest = max(factors)
    return largest + math.log(sum(math.exp(each - largest) for each in factors) / len(factors))


def log_bayes_factor(observed: Sequence[int], shares: Sequence[float], concentration: float) -> float:
    """How strongly the counts speak against the planned shares, as a natural logarithm: Dirichlet(concentration·shares) against
    the shares themselves, for units that came one by one; its inverse is a p-value at every look (Lindon and Malek 2022).
    """
    prior = [concentration * share for share in shares]
    factor = math.lgamma(concentration) - math.lgamma(concentration + sum(observed))
    for count, weight, share in zip(observed, prior, shares, strict=True):
        factor += math.lgamma(weight + count) - math.lgamma(weight) - count * math.log(share)
    return factor


def too_many_multiple(multiple: int, units: int) -> bool:
    """More than 1 % of all units, those among them, and at least 10. `units`: all that were exposed."""
    return multiple >= MULTIPLE_UNITS and multiple > MULTIPLE_SHARE * units


def imbalance(control: Sums, variants: Sequence[Sums], kind: Kind = Kind.MEAN) -> tuple[Comparison, ...]:
    """Each variant beside the control by what its units had before; a p under 0.001 over the number of variants is no chance."""
    look = Fixed(alpha=ALARM / max(1, len(variants)))
    had, *others = (estimate(kind, arm.before) for arm in (control, *variants))
    return tuple(compare(had, each, look) for each in others)


def is_suspicious(compared: Comparison) -> bool:
    """A significant lift past 50 % either way."""
    return compared.is_significant and compared.lift is not None and abs(compared.lift) > SUSPICIOUS


def is_too_short(runtime: timedelta, minimum: timedelta = MINIMUM_RUNTIME) -> bool:
    return runtime < minimum
