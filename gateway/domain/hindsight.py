"""What a placement would have earned with one strategy alone, from what it was answered by chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.domain.experiment import Experiment, ExperimentKey
from gateway.domain.metric import BUILT_IN, Metric, MetricKind
from gateway.domain.optimising import REWARDS
from gateway.domain.placement import StrategyName
from gateway.domain.result import Estimated
from gateway.domain.statistics.logged import Logged, evaluate_sums
from gateway.domain.statistics.offpolicy import ESS_FLOOR, OffPolicy, Value
from gateway.domain.statistics.sums import Sums, total

_PRIOR = 20.0  # units that a segment's mean is thought to be worth of the variant's
FOLDS = 2


@dataclass(frozen=True, slots=True)
class Group:
    """Units that are alike: in their variant, how likely they were to get it, their half (`fold`) and their segment."""

    variant: int
    propensity: float
    fold: int
    segment: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What a strategy alone would have earned a unit, by three ways to reckon; null where refused, and `refused` says why.
    `units`: of the log, `logged` what they earned; `ess`: how many units of its own the log is worth. Money is in minor units.
    """

    ess: float = 0.0
    units: int = 0
    experiment: ExperimentKey | None = None
    metric: Metric | None = None
    logged: Estimated | None = None
    ips: Estimated | None = None
    snips: Estimated | None = None
    dr: Estimated | None = None
    refused: str | None = None


def serving_alone(experiment: Experiment, strategy: StrategyName) -> tuple[int, ...]:
    """The variants that are this strategy alone, and change nothing else of the placement."""
    alone = {"strategies": [strategy.name]}
    return tuple(n for n, each in enumerate(experiment.variants) if dict(each.parameters) == alone)


def serving_among(experiment: Experiment, strategy: StrategyName) -> tuple[str, ...]:
    """The variants in which it stands with others, or with other changes."""
    return tuple(
        each.key
        for each in experiment.variants
        if strategy.name in (each.parameters.get("strategies") or ()) and dict(each.parameters) != {"strategies": [strategy.name]}
    )


def reward_of(experiment: Experiment, metrics: Mapping[str, Metric]) -> Metric:
    """What a unit is said to earn: an optimiser's reward; the first goal that is a figure of a unit; else whether it clicked."""
    if experiment.reward:
        return BUILT_IN[REWARDS[experiment.reward]]
    for key in experiment.plan.goals:
        if key in metrics and metrics[key].kind is not MetricKind.RATIO:
            return metrics[key]
    return BUILT_IN["clicked"]


def looked_back(experiment: Experiment, metric: Metric, alone: Sequence[int], groups: Sequence[Group]) -> Hindsight:
    """The estimates from an experiment's log. A variant that stands there twice would have been drawn by even chance."""
    forecast = _Forecast([each for each in groups if each.variant in alone])
    found = evaluate_sums([_logged(each, alone, forecast.of(each.fold, each.segment)) for each in groups])
    return Hindsight(
        ess=found.ess or 0.0,
        units=found.rows,
        experiment=experiment.key,
        metric=metric,
        logged=_in_size(found.logged, metric),
        ips=_in_size(found.ips, metric),
        snips=_in_size(found.snips, metric),
        dr=_in_size(found.doubly_robust, metric),
        refused=_refused(found),
    )


def _logged(group: Group, alone: Sequence[int], expected: float) -> Logged:
    """`expected`: of a unit of the group, had it had the strategy. What a model says of other variants, nobody asks."""
    probability = 1 / len(alone) if group.variant in alone else 0.0
    return Logged(group.sums, group.propensity, probability, of_logged=expected, of_policy=expected)


class _Forecast:
    """A unit's reward under the strategy: the mean of its segment, drawn towards the mean of all, both of the other half of the
    units, so that no unit speaks for itself.
    """

    def __init__(self, groups: Iterable[Group]) -> None:
        by_segment: dict[tuple[int, str], Sums] = {}
        every = dict.fromkeys(range(FOLDS), Sums())
        for each in groups:
            for fold in set(every) - {each.fold}:
                by_segment[fold, each.segment] = by_segment.get((fold, each.segment), Sums()) + each.sums
                every[fold] += each.sums
        whole = total(every.values())
        self._mean = {fold: (sums.y / sums.n if sums.n else _share(whole)) for fold, sums in every.items()}
        self._by_segment = by_segment

    def of(self, fold: int, segment: str) -> float:
        """For a unit of this half in this segment."""
        sums = self._by_segment.get((fold, segment), Sums())
        return (sums.y + _PRIOR * self._mean[fold]) / (sums.n + _PRIOR)


def _share(sums: Sums) -> float:
    return sums.y / sums.n if sums.n else 0.0


def _refused(found: OffPolicy) -> str | None:
    if found.note is None:
        return None
    if found.ess:
        return f"{found.note.value}: {found.ess:.0f} of its own, {ESS_FLOOR:.0f} are needed"
    return found.note.value


def _in_size(value: Value | None, metric: Metric) -> Estimated | None:
    """In the metric's own size."""
    return Estimated.of(value.value, value.interval, metric.scale) if value else None
