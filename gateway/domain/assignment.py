"""Assignment: which variant of an experiment a unit has, and why. The same unit is always told the same.

The order, each step the last where it decides: forced by somebody who looks; not running; no unit; sticky; chosen elsewhere; held
out; the layer's share; the condition; the bucket.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gateway.domain.bucketing import bucket, bucket_ranges, choose, hash_value, in_range
from gateway.domain.choice import Choices
from gateway.domain.condition import holds
from gateway.domain.experiment import Allocation, Assigned, AssignmentSource, Experiment, ExperimentStatus, ExperimentUnit
from gateway.domain.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is given variants, and what is known of the request. `units`: by which each kind of experiment knows them. `sticky`:
    the places of variants that they had before, by the experiment's number.
    """

    units: Mapping[ExperimentUnit, Any]
    said: Mapping[str, Any] = field(default_factory=dict)
    choices: Choices = Choices()
    sticky: Mapping[int, int] = field(default_factory=dict)

    def unit(self, experiment: Experiment) -> str | None:
        """The value that is hashed; null where the experiment's kind of unit is not known of them."""
        return hash_value(self.units.get(experiment.unit))


def units_of(visitor: Visitor) -> Mapping[ExperimentUnit, Any]:
    """By which each kind of experiment knows a visitor. A user id that is not believed is nobody's."""
    return {
        ExperimentUnit.SESSION: visitor.session_id,
        ExperimentUnit.VISITOR: visitor.visitor_id,
        ExperimentUnit.USER: visitor.user_id,
    }


@dataclass(frozen=True, slots=True)
class Holdout:
    """Units that no experiment touches, so that one can see what all of them together have brought."""

    seed: str
    share: float

    def holds(self, unit: str) -> bool:
        """Whether a unit is held out."""
        return self.share > 0 and _lot(self.seed, unit) < self.share


def holdout_of(tenant_id: str, share: float) -> Holdout:
    """The tenant's holdout: one filter before all its experiments."""
    return Holdout(f"holdout:{tenant_id}", share)


def assign(experiment: Experiment, subject: Subject, holdout: Holdout) -> Assigned | None:
    """The variant; null where the unit is not in."""
    forced = subject.choices.forced.get(experiment.key)
    if forced is not None:
        return Assigned(experiment, forced, AssignmentSource.FORCED)
    if experiment.status is ExperimentStatus.STOPPED:
        return _won(experiment, subject, holdout)
    unit = subject.unit(experiment)
    if unit is None or not experiment.runs or experiment.phase is None or experiment.allocation is not Allocation.BUCKET:
        return None
    return _given(experiment, subject, holdout, unit)


def is_drawn_from_both(experiment: Experiment, subject: Subject, holdout: Holdout) -> bool:
    """Whether the unit takes part in an experiment that draws the lists of its two variants into one."""
    if experiment.allocation is not Allocation.INTERLEAVED or experiment.key in subject.choices.forced:
        return False
    unit = subject.unit(experiment)
    if unit is None or not experiment.runs or experiment.phase is None or holdout.holds(unit):
        return False
    return _is_in_layer(experiment, unit) and holds(experiment.condition, subject.said) and _drawn(experiment, unit) is not None


def _given(experiment: Experiment, subject: Subject, holdout: Holdout, unit: str) -> Assigned | None:
    had = subject.sticky.get(experiment.experiment_id) if experiment.sticky else None
    if had is not None:
        return _had(experiment, had)
    if experiment.external:
        return _chosen_elsewhere(experiment, subject)
    if holdout.holds(unit) or not _is_in_layer(experiment, unit) or not holds(experiment.condition, subject.said):
        return None
    return _drawn(experiment, unit)


def seed_of(experiment: Experiment) -> str:
    """Under which units are drawn: the phase's, and of an optimiser one for each set of weights."""
    assert experiment.phase is not None
    return f"{experiment.key}:{experiment.phase.policy}" if experiment.reward else experiment.phase.seed


def counts(assigned: Assigned) -> bool:
    """Whether the unit is exposed to the variant. A winner that everybody has is no experiment any more."""
    return assigned.experiment.phase is not None and (
        assigned.experiment.runs or (assigned.source is AssignmentSource.FORCED and not _is_over(assigned.experiment))
    )


def _is_over(experiment: Experiment) -> bool:
    return experiment.status in (ExperimentStatus.STOPPED, ExperimentStatus.ARCHIVED)


def _won(experiment: Experiment, subject: Subject, holdout: Holdout) -> Assigned | None:
    """The winner for everyone whom the experiment was meant for, whether they took part or not; nothing for who is held out."""
    index = experiment.index_of(experiment.winner) if experiment.winner else None
    unit = subject.unit(experiment)
    if index is None or (unit and holdout.holds(unit)) or not holds(experiment.condition, subject.said):
        return None
    return Assigned(experiment, index, AssignmentSource.HASH)


def _had(experiment: Experiment, index: int) -> Assigned | None:
    """What it had before. A place that is no longer there puts it in no variant: another one would count for two."""
    return Assigned(experiment, index, AssignmentSource.STICKY) if index < len(experiment.variants) else None


def _chosen_elsewhere(experiment: Experiment, subject: Subject) -> Assigned | None:
    group = subject.choices.groups.get(experiment.key)
    index = None if group is None else experiment.index_of(group)
    return None if index is None else Assigned(experiment, index, AssignmentSource.EXTERNAL, split_group=group)


def _is_in_layer(experiment: Experiment, unit: str) -> bool:
    if experiment.layer_id is None:
        return True
    place = _lot(f"layer:{experiment.layer_id}", unit)
    return any(in_range(place, each) for each in experiment.ranges)


@lru_cache(16_384)
def _lot(seed: str, unit: str) -> float:
    """Where a unit falls under a seed that several experiments share: remembered, as they ask it one after the other."""
    return bucket(seed, unit) or 0.0


def _drawn(experiment: Experiment, unit: str) -> Assigned | None:
    """By the bucket. In a layer its part of that is the coverage."""
    place = bucket(seed_of(experiment), unit)
    weights = experiment.weights
    ranges = bucket_ranges(1.0 if experiment.layer_id is not None else experiment.coverage, weights)
    index = -1 if place is None else choose(place, ranges)
    if index < 0:
        return None
    low, high = ranges[index]
    share = (high - low) / (sum(b - a for a, b in ranges) or 1.0)
    source = AssignmentSource.BANDIT if experiment.reward else AssignmentSource.HASH
    return Assigned(experiment, index, source, share)
