"""How far an experiment is: which units are judged, by which kind of look, and whether that look may decide."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from gateway.domain.appraisal.evidence import Arm, Evidence
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.metric import ORDERS, REVENUE, REVENUE_CAPPED, UNITS, MetricKind
from gateway.domain.statistics.look import Fixed, Look
from gateway.domain.statistics.sequential import AlwaysValid, GroupSequential, is_burnt_in

_ALL = 1.0
_DAY = timedelta(days=1)
_APART = timedelta(hours=20)  # looks are a day apart, about
_STEP = 0.005  # of the plan: less is no look of its own
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
        return sum(arm.units for arm in self.arms)

    @property
    def is_complete(self) -> bool:
        """Whether the planned size or end is reached."""
        return self.share is not None and self.share >= _ALL


def stage_of(evidence: Evidence) -> Stage:
    """Where the experiment stands: by units whose window has closed, as soon as every variant has some."""
    closed = bool(evidence.closed) and all(arm.units for arm in evidence.closed)
    arms = evidence.closed if closed else evidence.every
    units = sum(arm.units for arm in arms)
    share = _share(evidence, units)
    burnt_in = is_burnt_in(tuple((arm.units, _converting(evidence, arm)) for arm in arms))
    now = Stage(arms, evidence.at, Fixed(), share, burnt_in, decides=False, is_look=False, runtime=_runtime(evidence))
    return _LOOKS[evidence.experiment.plan.mode](evidence, now, closed)


def _at_the_end(evidence: Evidence, now: Stage, closed: bool) -> Stage:
    decides = closed and now.is_complete
    look = Fixed(evidence.experiment.plan.alpha, decides)
    return replace(now, look=look, decides=decides, is_look=decides and _is_due(evidence, now) and not evidence.looks)


def _at_any_time(evidence: Evidence, now: Stage, closed: bool) -> Stage:
    plan = evidence.experiment.plan
    decides = closed and now.burnt_in
    look = AlwaysValid(plan.units or AlwaysValid().planned, plan.alpha)
    return replace(now, look=look, decides=decides, is_look=decides and _is_due(evidence, now))


def _at_looks(evidence: Evidence, now: Stage, closed: bool) -> Stage:
    """Between two looks stands what the last one saw: nobody who looks oftener spends more of the error."""
    taken = [(look.share, float(look.units)) for look in evidence.looks]
    over = bool(taken) and taken[-1][0] >= _ALL
    is_look = closed and now.burnt_in and not over and _is_due(evidence, now)
    if _stands(evidence) and not is_look:
        return replace(now, arms=evidence.held, at=evidence.looks[-1].at, look=_sequential(evidence, taken), decides=True)
    if not over:
        taken.append((now.share or 0.0, float(now.units)))
    return replace(now, look=_sequential(evidence, taken), decides=over or is_look, is_look=is_look)


def _stands(evidence: Evidence) -> bool:
    """Whether the last look is what is shown: units go on coming in. Once they do not, what is still told of them counts, by the
    last look's bound.
    """
    phase = evidence.experiment.phase
    return bool(evidence.held) and not (phase and phase.ended_at)


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


def _is_due(evidence: Evidence, now: Stage) -> bool:
    """Whether a look is due: the first of a day, and the one at the end."""
    if evidence.segment:
        return False
    if not evidence.looks:
        return True
    last = evidence.looks[-1]
    if now.is_complete:
        return last.share < _ALL
    grown = evidence.experiment.plan.mode is not InferenceMode.GROUP_SEQUENTIAL or (now.share or 0.0) - last.share >= _STEP
    return grown and evidence.at - last.at >= _APART


def _share(evidence: Evidence, units: int) -> float | None:
    plan, phase = evidence.experiment.plan, evidence.experiment.phase
    if plan.units:
        return units / plan.units
    if plan.end is None or phase is None:
        return None
    whole = (plan.end - phase.started_at).total_seconds()
    return (evidence.at - phase.started_at).total_seconds() / whole if whole > 0 else _ALL


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
