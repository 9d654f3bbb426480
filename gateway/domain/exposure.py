"""An exposure that happened elsewhere, as clients tell it: another system's half of a comparison, or the past of an import."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.event import MAX_ID, Refusal
from gateway.domain.experiment import (
    AssignmentSource,
    Experiment,
    ExperimentKey,
    ExperimentStatus,
    ExperimentUnit,
    Exposed,
    Phase,
)
from gateway.domain.visitor import Visitor

AFTER_THE_END = Refusal("time", "AFTER_THE_END", "is after the end of the phase that ran then")
ANOTHER_PHASE = Refusal(
    "time", "ANOTHER_PHASE", "is before the phase that is counted, in one that is over: other units had other variants then"
)
"""Why an exposure of such a moment is not kept."""

_IDS = {ExperimentUnit.SESSION: "sessionId", ExperimentUnit.VISITOR: "visitorId", ExperimentUnit.USER: "userId"}


@dataclass(frozen=True, slots=True)
class ToldExposure:
    """Who got which variant of which experiment. One of `variant` and `split_group`, which mean the same. `propensity`: how
    likely this variant was.
    """

    experiment: str
    variant: str | None = None
    split_group: str | None = None
    visitor: Visitor = Visitor()
    time: datetime | None = None
    propensity: float | None = None


def exposure_of(
    told: ToldExposure, running: Mapping[ExperimentKey, Experiment], drafts: Mapping[ExperimentKey, Experiment], moment: datetime
) -> Exposed | Refusal:
    """The exposure, or the field that is wrong. It belongs to the experiment's last phase, even where it happened before that
    began. `running`: those that take exposures. `moment`: when it happened.
    """
    experiment = running.get(ExperimentKey(told.experiment))
    if experiment is None or experiment.phase is None or experiment.status is ExperimentStatus.ARCHIVED:
        return _not_running(told.experiment, running, drafts)
    index = _index_of(told, experiment)
    if isinstance(index, Refusal):
        return index
    unit = _unit_of(told.visitor, experiment)
    if isinstance(unit, Refusal):
        return unit
    if told.propensity is not None and not (math.isfinite(told.propensity) and 0 < told.propensity <= 1):
        return Refusal("propensity", "OUT_OF_RANGE", "must be above 0 and at most 1")
    return _if_before_the_end(
        experiment.phase,
        Exposed(
            experiment_id=experiment.experiment_id,
            phase=experiment.phase.number,
            unit=unit,
            variant=index,
            exposed_at=moment,
            source=AssignmentSource.EXTERNAL,
            propensity=told.propensity,
        ),
    )


def _not_running(key: str, running: Mapping[ExperimentKey, Experiment], drafts: Mapping[ExperimentKey, Experiment]) -> Refusal:
    if key in drafts:
        return Refusal("experiment", "NOT_STARTED", f"{key} has not started; start it, then tell its exposures, past ones too")
    there = ", ".join(sorted(running)) or "none yet"
    return Refusal("experiment", "UNKNOWN_EXPERIMENT", f"no experiment {key[:40]!r} has started; there are: {there}")


def _index_of(told: ToldExposure, experiment: Experiment) -> int | Refusal:
    field, named = ("variant", told.variant) if told.variant else ("splitGroup", told.split_group)
    if not named or (told.variant and told.split_group and told.variant != told.split_group):
        return Refusal("variant", "MISSING", "one of variant and splitGroup is needed, and where both are told they are the same")
    index = experiment.index_of(named)
    if index is None:
        there = ", ".join(variant.key for variant in experiment.variants)
        return Refusal(field, "UNKNOWN_VARIANT", f"{experiment.key} has no variant {named[:40]!r}; it has {there}")
    return index


def _unit_of(visitor: Visitor, experiment: Experiment) -> str | Refusal:
    ids = {
        ExperimentUnit.SESSION: visitor.session_id,
        ExperimentUnit.VISITOR: visitor.visitor_id,
        ExperimentUnit.USER: visitor.user_id,
    }
    unit, field = ids[experiment.unit], f"visitor.{_IDS[experiment.unit]}"
    if not unit:
        return Refusal(field, "MISSING", f"is needed: the units of {experiment.key} are of the kind {experiment.unit}")
    if len(unit) > MAX_ID:
        return Refusal(field, "TOO_LONG", f"may have {MAX_ID} characters at most")
    return Refusal(field, "BAD_TEXT", "must not contain NUL characters") if "\0" in unit else str(unit)


def _if_before_the_end(phase: Phase, exposed: Exposed) -> Exposed | Refusal:
    if phase.ended_at is not None and exposed.exposed_at >= phase.ended_at:
        return Refusal("time", "AFTER_THE_END", f"is after the experiment was stopped, {phase.ended_at:%Y-%m-%dT%H:%M:%SZ}")
    return exposed
