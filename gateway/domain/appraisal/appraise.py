"""From evidence to result, and to what a look leaves behind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.domain.appraisal.comparing import Compared, compared, direction, is_news, is_significant, told
from gateway.domain.appraisal.covering import covered
from gateway.domain.appraisal.evidence import Arm, Evidence
from gateway.domain.appraisal.gaining import gained
from gateway.domain.appraisal.preferring import preferred, verdict_of
from gateway.domain.appraisal.stage import Stage, stage_of
from gateway.domain.appraisal.vital_signs import ailments_of, exposures_of, health_of
from gateway.domain.experiment import InferenceMode
from gateway.domain.result import Estimated, ExperimentResult, PastLook, Seen, Verdict
from gateway.domain.statistics.health import Ailment
from gateway.domain.statistics.verdict import RULE, Decision, Finding, MetricRole, judge
from gateway.domain.statistics.verdict import Verdict as OfVariant


def appraise(evidence: Evidence) -> ExperimentResult:
    """The result of this moment."""
    stage, found = _judged(evidence)
    ailments = ailments_of(evidence, stage, found)
    return ExperimentResult(
        experiment=evidence.experiment,
        as_of=stage.at,
        look=len(evidence.looks) + stage.is_look,
        mode=evidence.experiment.plan.mode,
        health=health_of(evidence, ailments),
        exposures=exposures_of(evidence),
        metrics=told(evidence, stage, found),
        verdict=_verdict(evidence, stage, found, ailments),
        open_units=sum(arm.units for arm in evidence.every) - sum(arm.units for arm in evidence.closed),
        looks=tuple(evidence.looks),
        weights=tuple(evidence.weights),
        optimiser=gained(evidence),
        preference=preferred(evidence),
        coverage=covered(evidence),
        segment=evidence.segment,
    )


def look_due(evidence: Evidence) -> tuple[PastLook, Sequence[Arm]] | None:
    """What is to be kept of this moment as a look, with the arms that it saw; null where none is due, or an optimiser decides."""
    stage, found = _judged(evidence)
    if not stage.is_look:
        return None
    seen = tuple(_seen(evidence, stage, each) for each in found if each.comparison and each.role is not MetricRole.SECONDARY)
    return PastLook(len(evidence.looks) + 1, evidence.at, stage.share or 0.0, stage.units, seen), stage.arms


def _judged(evidence: Evidence) -> tuple[Stage, list[Compared]]:
    """Where any moment may decide, one that does is kept as a look though none is due: what was shown once, stays."""
    stage = stage_of(evidence)
    found = compared(evidence, stage)
    if evidence.experiment.reward:
        return replace(stage, is_look=False), found
    any_moment = evidence.experiment.plan.mode is InferenceMode.ALWAYS_VALID and stage.decides
    if any_moment and any(each.role is not MetricRole.SECONDARY and is_news(evidence, stage, each) for each in found):
        return replace(stage, is_look=True), found
    return stage, found


def _seen(evidence: Evidence, stage: Stage, each: Compared) -> Seen:
    beside = each.comparison
    assert beside is not None, "the control is beside nothing"
    return Seen(
        each.metric.key,
        evidence.experiment.variants[each.variant].key,
        Estimated.of(beside.difference, beside.interval),
        Estimated.of(beside.lift, beside.lift_interval),
        each.p,
        is_significant(evidence, stage, each),
    )


def _verdict(evidence: Evidence, stage: Stage, found: Sequence[Compared], ailments: Sequence[Ailment]) -> Verdict:
    """Of the variant that is best off; every variant's own stands among the inputs."""
    if evidence.experiment.phase is None:
        return Verdict(Decision.CONTINUE, "It has not started: there is nothing to judge yet.", {})
    if evidence.experiment.reward:
        rule = "An optimiser has no winner: it gives each variant what it has earned, and says by how much."
        return Verdict(Decision.CONTINUE if evidence.experiment.runs else Decision.REVIEW, rule, {})
    if evidence.preference:
        return verdict_of(evidence, evidence.preference)
    by_variant = {
        variant.key: _of_variant(evidence, stage, [each for each in found if each.variant == place], ailments)
        for place, variant in enumerate(evidence.experiment.variants)
        if place
    }
    decisions = [each.decision for each in by_variant.values()]
    rank = (Decision.SHIP, Decision.CONTINUE, Decision.REVIEW, Decision.ROLL_BACK)
    decision = next((each for each in rank if each in decisions), Decision.REVIEW)
    return Verdict(decision, RULE, _inputs(stage, by_variant, ailments))


def _of_variant(evidence: Evidence, stage: Stage, found: Sequence[Compared], ailments: Sequence[Ailment]) -> OfVariant:
    findings = [_finding(evidence, stage, each) for each in found if each.comparison]
    return judge(findings, ailments, may_decide=stage.decides or bool(evidence.looks), is_complete=stage.is_complete)


def _finding(evidence: Evidence, stage: Stage, each: Compared) -> Finding:
    better = direction(evidence, stage, each) * (1 if each.metric.higher_is_better else -1)
    held = bool(each.guard and each.guard.is_noninferior)
    return Finding(each.metric.key, each.role, is_better=better > 0, is_worse=better < 0, is_noninferior=held)


def _inputs(stage: Stage, by_variant: Mapping[str, OfVariant], ailments: Sequence[Ailment]) -> Mapping[str, Any]:
    return {
        "units": stage.units,
        "share": stage.share,
        "complete": stage.is_complete,
        "mayDecide": stage.decides,
        "ailments": [each.name for each in ailments],
        "variants": {key: {"decision": each.decision.value, "because": list(each.because)} for key, each in by_variant.items()},
    }
