"""Whether the figures may be believed, before any of them is looked at."""

from collections.abc import Iterator, Sequence

from gateway.domain.appraisal.comparing import Compared
from gateway.domain.appraisal.evidence import Evidence
from gateway.domain.appraisal.stage import Stage, has_a_past
from gateway.domain.experiment import InferenceMode
from gateway.domain.metric import Metric
from gateway.domain.page import Warning
from gateway.domain.result import Health, VariantExposures
from gateway.domain.statistics.estimates import Estimate, Kind
from gateway.domain.statistics.health import (
    Ailment,
    SampleRatio,
    imbalance,
    is_suspicious,
    is_too_short,
    sample_ratio,
    too_many_multiple,
)
from gateway.domain.statistics.intervals import compare
from gateway.domain.statistics.noninferiority import is_worse
from gateway.domain.statistics.sequential import TUNED_FOR, AlwaysValid
from gateway.domain.statistics.verdict import MetricRole


def ailments_of(evidence: Evidence, stage: Stage, found: Sequence[Compared]) -> tuple[Ailment, ...]:
    """What is wrong, or not yet right."""
    return tuple(_ailments(evidence, stage, found))


def health_of(evidence: Evidence, ailments: Sequence[Ailment]) -> Health:
    """The same as the result says it."""
    intake = evidence.intake
    return Health(
        ok=not any(not each.heals for each in ailments),
        srm_p=_split(evidence).p,
        multiple_exposures=intake.multiple,
        bot_units=intake.bots,
        forced_units=intake.forced,
        warnings=tuple(Warning(each.name, each.value) for each in ailments),
    )


def exposures_of(evidence: Evidence) -> tuple[VariantExposures, ...]:
    """Who came in, and who should have; nobody where every unit is shown one list of both."""
    if evidence.preference:
        return ()
    expected = _expected(evidence)
    whole = sum(expected) or 1.0
    return tuple(
        VariantExposures(variant.key, units, share / whole, days)
        for variant, units, share, days in zip(
            evidence.experiment.variants, evidence.intake.units, expected, evidence.intake.by_day, strict=True
        )
    )


def _ailments(evidence: Evidence, stage: Stage, found: Sequence[Compared]) -> Iterator[Ailment]:
    split = _split(evidence)
    if split.alarms_sequentially or (split.alarms and evidence.experiment.phase and evidence.experiment.phase.ended_at):
        yield Ailment.SAMPLE_RATIO
    if too_many_multiple(evidence.intake.multiple, sum(evidence.intake.units) + evidence.intake.multiple):
        yield Ailment.MULTIPLE_EXPOSURES
    if evidence.intake.reweighed:
        yield Ailment.WEIGHTS_CHANGED
    goals = [each for each in found if each.role is MetricRole.GOAL and not evidence.experiment.reward]
    if has_a_past(evidence) and any(_differed(stage, each.metric) for each in goals):
        yield Ailment.IMBALANCE_BEFORE
    if any(each.comparison and is_suspicious(each.comparison) for each in goals):
        yield Ailment.SUSPICIOUS_CHANGE
    if is_too_short(stage.runtime):
        yield Ailment.TOO_SHORT
    if not stage.burnt_in and evidence.experiment.plan.mode is not InferenceMode.FIXED and not evidence.preference:
        yield Ailment.NOT_BURNT_IN
    if _harms(evidence, stage, found):
        yield Ailment.DETERIORATION


def _harms(evidence: Evidence, stage: Stage, found: Sequence[Compared]) -> bool:
    """Whether something that must not get worse does, before the planned end of FIXED: by a bound that may be looked at at any
    time, on one side, the error shared by all that are watched. The other modes decide by themselves.
    """
    plan = evidence.experiment.plan
    if plan.mode is not InferenceMode.FIXED or stage.decides or not stage.burnt_in or stage.arms is not evidence.closed:
        return False
    controls = {each.metric.key: each.figure for each in found if each.variant == 0}
    watched = [each for each in found if each.variant and each.role is not MetricRole.SECONDARY]
    look = AlwaysValid(plan.units or TUNED_FOR, plan.alpha / max(1, len(watched)))
    return any(_is_worse(controls[each.metric.key], each, look) for each in watched)


def _is_worse(control: Estimate, each: Compared, look: AlwaysValid) -> bool:
    n, higher = control.n + each.figure.n, each.metric.higher_is_better
    return is_worse(compare(control, each.figure, look), look, n, higher_is_better=higher)


def _differed(stage: Stage, metric: Metric) -> bool:
    control, *others = (arm.of(metric.key) for arm in stage.arms)
    return any(each.is_significant for each in imbalance(control, others, Kind(metric.kind.value)))


def _split(evidence: Evidence) -> SampleRatio:
    return sample_ratio(evidence.intake.units, _expected(evidence))


def _expected(evidence: Evidence) -> tuple[float, ...]:
    return tuple(evidence.intake.expected) or evidence.experiment.weights
