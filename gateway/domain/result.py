"""What came of an experiment so far, as every face shows it: the page, GraphQL and the file have the same numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from gateway.domain.experiment import Experiment, InferenceMode
from gateway.domain.metric import Metric
from gateway.domain.page import Warning
from gateway.domain.statistics.bandit import Posterior
from gateway.domain.statistics.intervals import Interval
from gateway.domain.statistics.verdict import Decision, MetricRole


@dataclass(frozen=True, slots=True)
class Estimated:
    """A figure and how far it may be off; a bound that is null is not there."""

    estimate: float
    lower: float | None = None
    upper: float | None = None

    @classmethod
    def of(cls, estimate: float | None, interval: Interval | None, scale: float = 1) -> Self | None:
        """The figure with its bounds, as far as there are any, as so many whole ones; null where there is no figure."""
        if estimate is None:
            return None
        if interval is None:
            return cls(estimate / scale)
        return cls(estimate / scale, interval.low / scale, interval.high / scale)


@dataclass(frozen=True, slots=True)
class VariantResult:
    """A metric of one variant, and beside the control. `value` is `numerator` / `denominator`, freed of what units did before;
    null where nothing was measured. `difference` is on the metric's own scale, `lift` a share of the control's value.
    `p_adjusted` decides; `preliminary`: before figures may be trusted. `note`: what is missing, where something is.
    """

    variant: str
    units: int
    value: float | None
    numerator: float
    denominator: float
    difference: Estimated | None = None
    lift: Estimated | None = None
    p: float | None = None
    p_any_look: float | None = None
    p_adjusted: float | None = None
    significant: bool | None = None
    chance_to_win: float | None = None
    expected_loss: float | None = None
    non_inferior: bool | None = None
    attributed_value: float | None = None
    preliminary: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MetricResult:
    """A metric of all variants, the control first. `margin`: of a guardrail."""

    metric: Metric
    role: MetricRole
    variants: tuple[VariantResult, ...]
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class VariantExposures:
    """How many units really got a variant, all and by day, and which share of them should have."""

    variant: str
    units: int
    expected_share: float
    by_day: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VariantCoverage:
    """How much of the catalog a variant showed to its units: different products; those among all that may be shown now, as a
    share; and how many it would have been with as many units as the smallest variant has. Of the whole variant: no p-value goes
    with it, but with `products_per_unit`.
    """

    variant: str
    units: int
    products: int
    share: float | None
    products_at_equal_units: float


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the figures may be believed. `srm_p`: how likely such a split is by chance; null where there is none to judge."""

    ok: bool
    srm_p: float | None = None
    multiple_exposures: int = 0
    bot_units: int = 0
    forced_units: int = 0
    warnings: tuple[Warning, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look saw of one metric of one variant."""

    metric: str
    variant: str
    difference: Estimated | None
    lift: Estimated | None
    p: float | None
    significant: bool | None


@dataclass(frozen=True, slots=True)
class PastLook:
    """A look that was taken, and kept. `share`: of the planned end or size, how much was reached; 1 is all. `units`: that were
    judged.
    """

    number: int
    at: datetime
    share: float
    units: int
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do, by which rule, and what that rule went by."""

    decision: Decision
    rule: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OptimiserWeight:
    """What an optimiser gives a variant now, and how likely it is the best. `belief`: what a unit of it is thought to bring; null
    before the first weights that were learnt.
    """

    variant: str
    weight: float
    probability_best: float
    since: datetime
    belief: Posterior | None = None


@dataclass(frozen=True, slots=True)
class OptimiserGain:
    """What an optimiser is worth: what its units brought on average, what they would have with even weights, and the difference.
    `shortfall`: what is lost a unit by the weights of now beside all units on the variant that looks best: what finding out still
    costs. Money is in minor units of the reporting currency. `note`: what is missing, where something is.
    """

    metric: Metric
    units: int
    reward_per_unit: float | None = None
    uniform_reward_per_unit: float | None = None
    gain: Estimated | None = None
    shortfall: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ListPreference:
    """Of lists drawn from two variants: how many units clicked more of the control's picks (`wins_a`), of the variant's
    (`wins_b`), or as many of both. `delta`: from -0.5, always the control, to 0.5, always the variant. `preferred`: where it is
    no chance.
    """

    wins_a: int
    wins_b: int
    ties: int
    delta: Estimated | None = None
    p: float | None = None
    p_any_look: float | None = None
    preferred: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ExperimentResult:
    """Everything of one moment. `open_units`: whose window has not closed yet. `segment`: whom the metrics are of; null = all."""

    experiment: Experiment
    as_of: datetime
    look: int
    mode: InferenceMode
    health: Health
    exposures: tuple[VariantExposures, ...]
    metrics: tuple[MetricResult, ...]
    verdict: Verdict
    open_units: int = 0
    looks: tuple[PastLook, ...] = ()
    weights: tuple[OptimiserWeight, ...] = ()
    optimiser: OptimiserGain | None = None
    preference: ListPreference | None = None
    coverage: tuple[VariantCoverage, ...] = ()
    segment: str | None = None
    sql: str = ""


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """What the goals came to among the units of a segment. `p_adjusted` and `significant` are of all segments, goals and variants
    together (Benjamini-Hochberg): whoever looks at many parts finds something in one. A hint where to look next, never a verdict.
    """

    segment: str
    units: int
    metrics: tuple[MetricResult, ...]
