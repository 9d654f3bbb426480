"""What is looked at before an experiment starts: what keeps it from starting, and what its owner should know."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.domain.condition import leaves_of, literals_of
from gateway.domain.experiment import Allocation, Experiment, ExperimentStatus, InferenceMode
from gateway.domain.lasting import days_needed
from gateway.domain.metric import BUILT_IN
from gateway.domain.neighbours import under_way_beside, won_before
from gateway.domain.page import Warning
from gateway.domain.placement import PlacementId

LEAST_DAYS = 7  # a week has all its days, and shops are another on Sundays
_FEW = 0.5  # of sessions
_NEAR = 0.01  # of 1, that weights may be off
_PAIR = 2
_UNDER_WAY = (ExperimentStatus.RUNNING, ExperimentStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is around an experiment. `room`: how much of its layer is free for it. `faults`: what is wrong with what its
    variants do, and where. `named`: the share of recent sessions that name the unit; null where nothing is known. `unrated`:
    the markets' currencies that have no rate. `others`: those under way beside it; `over`: those that are over, not put away.
    """

    now: datetime
    placements: frozenset[PlacementId]
    retention_days: int
    room: float = 1.0
    faults: Sequence[tuple[str, str]] = ()
    named: float | None = None
    unrated: Sequence[str] = ()
    others: Sequence[Experiment] = field(default_factory=tuple)
    over: Sequence[Experiment] = field(default_factory=tuple)
    markets: Collection[str] = field(default_factory=tuple)


def obstacles(experiment: Experiment, around: Surroundings) -> Iterator[Warning]:
    """Why it cannot start as it is."""
    if not experiment.plan.goals and not experiment.reward:
        yield Warning("NO_GOAL", "name one goal metric at least: what should be better than with the control")
    yield from _of_variants(experiment)
    yield from _of_placements(experiment, around)
    yield from _of_plan(experiment, around)
    if experiment.coverage <= 0:
        yield Warning("NO_COVERAGE", "nobody takes part: coverage must be above 0")
    if experiment.layer_id and experiment.coverage > around.room + 1e-9:
        yield Warning(
            "NO_ROOM",
            f"the layer {experiment.layer_id} has {around.room:.2%} free, less than its coverage: stop another of its "
            "experiments, or take less",
        )


def advice(experiment: Experiment, around: Surroundings) -> Iterator[Warning]:
    """What may make its result worth less than it could be."""
    plan = experiment.plan
    if not experiment.hypothesis:
        yield Warning("NO_HYPOTHESIS", "say what should become better, for whom and why, before the figures are there to tell")
    if not plan.guardrails and not experiment.reward:
        yield Warning("NO_GUARDRAIL", "name what must not become worse, such as revenue_per_unit with a margin of 0.02")
    if plan.mode is InferenceMode.ALWAYS_VALID and not experiment.reward:
        yield from _of_always(experiment)
    if plan.end and not experiment.reward and plan.end - _begin(experiment, around) < timedelta(days=LEAST_DAYS):
        yield Warning("SHORT", f"it ends before {LEAST_DAYS} days: every day of the week should be in it once")
    if _are_alike(experiment) and not experiment.external:
        yield Warning(
            "SAME_VARIANTS", "two variants do the same: right for an A/A test, which finds what is wrong with the set-up"
        )
    if around.unrated and any(BUILT_IN[name].is_money for name in _judged_by(experiment) if name in BUILT_IN):
        names = ", ".join(around.unrated)
        yield Warning("UNRATED", f"{names} has no rate, so its revenue counts for nothing: say all rates (updateTenant, rates)")
    if around.named is not None and around.named < _FEW:
        word = experiment.unit.value.lower()
        yield Warning("RARE_UNIT", f"{around.named:.1%} of recent sessions name a {word}: nobody else takes part")
    if missing := _unknown_markets(experiment, around):
        there = ", ".join(sorted(around.markets)) or "none yet"
        yield Warning("UNKNOWN_MARKET", f"its condition names {', '.join(missing)}, and the shop's markets are {there}")
    yield from under_way_beside(experiment, around.others)
    yield from won_before(experiment, around.over)


def _of_variants(experiment: Experiment) -> Iterator[Warning]:
    if len(experiment.variants) < _PAIR and not experiment.reward:
        yield Warning("TOO_FEW_VARIANTS", "a control and one variant at least are needed")
    if abs(sum(experiment.weights) - 1) > _NEAR:
        yield Warning("WEIGHTS_NOT_ONE", f"the variants' weights must add up to 1, not {sum(experiment.weights):g}")
    if empty := [variant.key for variant in experiment.variants if variant.weight <= 0]:
        yield Warning("EMPTY_VARIANT", f"nobody gets {', '.join(empty)}: give it a weight above 0, or leave it out")
    if experiment.allocation is Allocation.INTERLEAVED and (len(experiment.variants) != _PAIR or experiment.external):
        yield Warning("NOT_A_PAIR", "lists are drawn into one of two variants, and here: not of more, and not elsewhere")


def _of_placements(experiment: Experiment, around: Surroundings) -> Iterator[Warning]:
    if not experiment.placements and not experiment.external:
        yield Warning("NO_PLACEMENT", "name one placement at least, where its variants do something")
    if unknown := [each for each in experiment.placements if each not in around.placements]:
        there = ", ".join(sorted(around.placements)) or "none yet"
        yield Warning("UNKNOWN_PLACEMENT", f"there is no placement {', '.join(unknown)}; placements: {there}")
    for where, fault in around.faults:
        yield Warning("BAD_PARAMETERS", f"{where}: {fault}")


def _of_plan(experiment: Experiment, around: Surroundings) -> Iterator[Warning]:
    plan = experiment.plan
    if plan.mode is not InferenceMode.ALWAYS_VALID and plan.units is None and plan.end is None:
        yield Warning("NO_END", f"{plan.mode} needs plannedUnits or plannedEnd; powerAnalysis says how many units it takes")
    if plan.end and plan.end <= around.now:
        yield Warning("END_IS_PAST", f"plannedEnd, {plan.end:%Y-%m-%d %H:%M} UTC, is over")
    needed = days_needed(experiment, around.now)
    if needed > around.retention_days:
        yield Warning(
            "OUTLIVES_RETENTION",
            f"it needs events of {needed} days until its last window closes, and the shop keeps {around.retention_days}: "
            "end it earlier, or keep events longer (retentionDays)",
        )


def _of_always(experiment: Experiment) -> Iterator[Warning]:
    if experiment.plan.units is None and experiment.plan.end is None:
        yield Warning(
            "NO_PLAN", "say plannedUnits or plannedEnd, so that it is known when to give up; powerAnalysis says how many"
        )
    else:
        yield Warning("SLOW_MODE", "with a planned size or end GROUP_SEQUENTIAL finds the same with far fewer units")


def _judged_by(experiment: Experiment) -> tuple[str, ...]:
    return (*experiment.plan.goals, *(each.metric for each in experiment.plan.guardrails))


def _begin(experiment: Experiment, around: Surroundings) -> datetime:
    return experiment.phase.started_at if experiment.phase and experiment.status in _UNDER_WAY else around.now


def _are_alike(experiment: Experiment) -> bool:
    told = [variant.parameters for variant in experiment.variants]
    return any(each in told[:place] for place, each in enumerate(told))


def _unknown_markets(experiment: Experiment, around: Surroundings) -> list[str]:
    named = (each for path, wanted in leaves_of(experiment.condition) if path == "market" for each in literals_of(wanted))
    return sorted({repr(each) for each in named if isinstance(each, str) and each not in around.markets})
