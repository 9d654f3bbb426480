"""How far an experiment is: which units are judged, by which kind of look, and whether that look may decide."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from gateway.domain.appraisal.due import ALL, is_due, stands, units_of
from gateway.domain.appraisal.evidence import Arm, Evidence
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.metric import ORDERS, REVENUE, REVENUE_CAPPED, UNITS, MetricKind
from gateway.domain.statistics.look import Fixed, Look
from gateway.domain.statistics.sequential import AlwaysValid, GroupSequential, is_burnt_in

_DAY = timedelta(days=1)
_OF_ORDERS = {ORDERS, UNITS, REVENUE, REVENUE_CAPPED}  # what only units that ordered have


@dataclass(frozen=True, slots=True)
class Stage:
    """`arms`: the units that are judged, by variant, as they were `at`. `share`: of the planned size or time, how much is
    reached; null where nothing is planned. `decides`: whether significance counts; else figures are preliminary. `is_look`:
    whether this moment is to be kept as a look.
    """

    arms: Sequence[Arm]
    at: datetime
    look: Look
    share: float | None
    burnt_in: bool
    decides: bool
    is_look: bool
    runtime: timedelta

    @property
    def units(self) -> int:
        """How many are judged."""
        return units_of(self.arms)

    @property
    def is_complete(self) -> bool:
        """Whether the planned size or end is reached."""
        return self.share is not None and self.share >= ALL


def stage_of(evidence: Evidence) -> Stage:
    """Where the experiment stands: by units whose window has closed, as soon as every variant has some; or by those of the last
    look, as long as that stands.
    """
    closed = bool(evidence.closed) and all(arm.units for arm in evidence.closed)
    arms = evidence.closed if closed else evidence.every
    burnt_in = is_burnt_in(tuple((arm.units, _converting(evidence, arm)) for arm in arms))
    share = _share(evidence, units_of(arms))
    now = Stage(arms, evidence.at, Fixed(), share, burnt_in, decides=False, is_look=False, runtime=_runtime(evidence))
    if evidence.everyone:
        return _of_segment(stage_of(evidence.everyone), now)
    now = _LOOKS[evidence.experiment.plan.mode](evidence, now, closed)
    return now if now.is_look or not stands(evidence) else _as_it_stood(evidence, now)


def _of_segment(whole: Stage, now: Stage) -> Stage:
    """Its units by everyone's bound, so that a part never looks surer than the whole does by the same units. It decides nothing,
    and is no look.
    """
    return replace(now, look=whole.look, share=whole.share)


def _as_it_stood(evidence: Evidence, now: Stage) -> Stage:
    """What the last look saw, and how far the experiment was then."""
    last, share = evidence.looks[-1], now.share if now.share is None else evidence.looks[-1].share
    return replace(now, arms=evidence.held, at=last.at, share=share, burnt_in=True, decides=True)


def _at_the_end(evidence: Evidence, now: Stage, closed: bool) -> Stage:
    """One look: who comes later is not looked at. Who leaves after it makes it not preliminary again."""
    decides = closed and (now.is_complete or bool(evidence.looks)) and not evidence.segment
    look = Fixed(evidence.experiment.plan.alpha, decides or bool(evidence.looks))
    return replace(now, look=look, decides=decides, is_look=decides and not evidence.looks)


def _at_any_time(evidence: Evidence, now: Stage, closed: bool) -> Stage:
    plan = evidence.experiment.plan
    decides = closed and now.burnt_in and not evidence.segment
    look = AlwaysValid(plan.units or AlwaysValid().planned, plan.alpha)
    return replace(now, look=look, decides=decides, is_look=decides and is_due(evidence, now.share, now.units))


def _at_looks(evidence: Evidence, now: Stage, closed: bool) -> Stage:
    taken = [(look.share, float(look.units)) for look in evidence.looks]
    over = bool(taken) and taken[-1][0] >= ALL
    due = closed and now.burnt_in and not over and not evidence.segment
    is_look = due and is_due(evidence, now.share, now.units)
    if is_look or not (over or stands(evidence)):
        taken.append((now.share or 0.0, float(now.units)))
    return replace(now, look=_sequential(evidence, taken), decides=is_look, is_look=is_look)


_LOOKS = {
    InferenceMode.FIXED: _at_the_end,
    InferenceMode.ALWAYS_VALID: _at_any_time,
    InferenceMode.GROUP_SEQUENTIAL: _at_looks,
}


def has_a_past(evidence: Evidence) -> bool:
    """Whether units are people who may have been here before: a session never was."""
    return evidence.experiment.unit is not ExperimentUnit.SESSION


def _sequential(evidence: Evidence, taken: Sequence[tuple[float, float]]) -> GroupSequential:
    plan = evidence.experiment.plan
    information = () if plan.units else tuple(units for _, units in taken)
    return GroupSequential(tuple(share for share, _ in taken), plan.alpha, information=information)


def _share(evidence: Evidence, units: int) -> float | None:
    plan, phase = evidence.experiment.plan, evidence.experiment.phase
    if plan.units:
        return units / plan.units
    if plan.end is None or phase is None:
        return None
    whole, until = (plan.end - phase.started_at).total_seconds(), min(evidence.at, phase.ended_at or evidence.at)
    return (until - phase.started_at).total_seconds() / whole if whole > 0 else ALL


def _runtime(evidence: Evidence) -> timedelta:
    """From its start; where its past was told later, from the end of the first day of that."""
    phase = evidence.experiment.phase
    if phase is None:
        return timedelta()
    told = _first_day(evidence)
    since = min(phase.started_at, datetime.combine(told + _DAY, time(), UTC)) if told else phase.started_at
    return (phase.ended_at or evidence.at) - since


def _first_day(evidence: Evidence) -> date | None:
    """By which a hundredth of the units had come: a few that came sooner had a wrong clock."""
    days: Counter[date] = Counter()
    for each in evidence.intake.by_day:
        days.update(each)
    few, came = days.total() / 100, 0
    for day in sorted(days):
        came += days[day]
        if came >= few:
            return day
    return None


def _converting(evidence: Evidence, arm: Arm) -> float:
    """Units that did what the first goal is about; where nobody counts them, how often it was done, once a unit at most."""
    goal = next((evidence.metrics[goal] for goal in evidence.experiment.plan.goals if goal in evidence.metrics), None)
    if goal is None:
        return arm.units
    if goal.kind is MetricKind.PROPORTION:
        return arm.of(goal.key).y
    if goal.numerator in _OF_ORDERS and "conversion" in arm.sums:
        return arm.of("conversion").y
    sums = arm.of(goal.key)
    return min(arm.units, (sums.m if goal.kind is MetricKind.RATIO else sums.y) / goal.scale)
