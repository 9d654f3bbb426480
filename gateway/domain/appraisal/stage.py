"""How far an experiment is: which units are judged, by which kind of look, and whether that look may decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.appraisal.evidence import Arm, Evidence
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.statistics.look import Fixed, Look
from gateway.domain.statistics.sequential import AlwaysValid, GroupSequential, is_burnt_in

_ALL = 1.0
_APART = timedelta(hours=20)  # looks are a day apart, about
_STEP = 0.005  # of the plan: less is no look of its own


@dataclass(frozen=True, slots=True)
class Stage:
    """`arms`: the units that are judged, by variant. `share`: of the planned size or time, how much is reached; null where
    nothing is planned. `decides`: whether significance counts now; else figures are preliminary. `is_look`: whether this moment
    is to be kept as a look.
    """

    arms: Sequence[Arm]
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
    plan = evidence.experiment.plan
    closed = bool(evidence.closed) and all(arm.units for arm in evidence.closed)
    arms = evidence.closed if closed else evidence.every
    share = _share(evidence, sum(arm.units for arm in arms))
    burnt_in = is_burnt_in(tuple((arm.units, _converting(evidence, arm)) for arm in arms))
    is_look = _is_look(evidence, share or 0.0)
    look: Look
    if plan.mode is InferenceMode.FIXED:
        decides = closed and share is not None and share >= _ALL
        look = Fixed(plan.alpha, decides)
    elif plan.mode is InferenceMode.ALWAYS_VALID:
        look, decides = AlwaysValid(plan.units or AlwaysValid().planned, plan.alpha), closed and burnt_in
    else:
        look = _sequential(evidence, share, sum(arm.units for arm in arms))
        decides = closed and burnt_in and (is_look or _is_over(evidence))
    return Stage(arms, look, share, burnt_in, decides, is_look and decides, _runtime(evidence))


def has_a_past(evidence: Evidence) -> bool:
    """Whether units are people who may have been here before: a session never was."""
    return evidence.experiment.unit is not ExperimentUnit.SESSION


def _sequential(evidence: Evidence, share: float | None, units: int) -> GroupSequential:
    """The looks so far, and this one; once the end was looked at, that look with what is known now."""
    plan = evidence.experiment.plan
    now = [] if _is_over(evidence) else [(share or 0.0, float(units))]
    taken = [*((look.share, float(look.units)) for look in evidence.looks), *now]
    times = tuple(time for time, _ in taken)
    return GroupSequential(times, plan.alpha, information=() if plan.units else tuple(each for _, each in taken))


def _is_look(evidence: Evidence, share: float) -> bool:
    """Whether a look is due: the first of a day, and the one at the end. Nobody who looks oftener spends more of the error."""
    if not evidence.looks:
        return True
    last = evidence.looks[-1]
    if _is_over(evidence):
        return False
    if share >= _ALL:
        return True
    moved = evidence.experiment.plan.mode is not InferenceMode.GROUP_SEQUENTIAL or share - last.share >= _STEP
    return moved and evidence.at - last.at >= _APART


def _is_over(evidence: Evidence) -> bool:
    """Whether the end was looked at."""
    return bool(evidence.looks) and evidence.looks[-1].share >= _ALL


def _share(evidence: Evidence, units: int) -> float | None:
    plan, phase = evidence.experiment.plan, evidence.experiment.phase
    if plan.units:
        return units / plan.units
    if plan.end is None or phase is None:
        return None
    whole = (plan.end - phase.started_at).total_seconds()
    return (evidence.at - phase.started_at).total_seconds() / whole if whole > 0 else _ALL


def _runtime(evidence: Evidence) -> timedelta:
    phase = evidence.experiment.phase
    return (phase.ended_at or evidence.at) - phase.started_at if phase else timedelta()


def _converting(evidence: Evidence, arm: Arm) -> int:
    """Units that did what the first goal is about."""
    goals = [goal for goal in evidence.experiment.plan.goals if goal in evidence.metrics]
    return arm.hits.get(goals[0], 0) if goals else arm.units
