"""The goals by segment, adjusted for how many were looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gateway.domain.appraisal.comparing import compared, told
from gateway.domain.appraisal.evidence import Evidence
from gateway.domain.appraisal.stage import stage_of
from gateway.domain.result import MetricResult, SegmentResult, VariantResult
from gateway.domain.statistics.many import benjamini_hochberg

Place = tuple[int, int, int]  # a segment, a metric, a variant


def by_segment(evidence: Sequence[Evidence]) -> tuple[SegmentResult, ...]:
    """The results of segments, in their order."""
    found = tuple(_goals_of(each) for each in evidence)
    there = list(_comparisons(found))
    better = benjamini_hochberg([each.p for _, each in there])
    adjusted = {place: p for (place, _), p in zip(there, better, strict=True)}
    alpha = evidence[0].experiment.plan.alpha if evidence else 0.0
    return tuple(_with(each, number, adjusted, alpha) for number, each in enumerate(found))


def _goals_of(evidence: Evidence) -> SegmentResult:
    """Goals alone: whoever asks about everything adjusts what matters away."""
    goals = evidence.experiment.plan.goals
    only = replace(evidence, metrics={key: metric for key, metric in evidence.metrics.items() if key in goals})
    stage = stage_of(evidence)
    assert evidence.segment is not None, "everyone is no segment"
    return SegmentResult(evidence.segment, stage.units, told(only, stage, compared(only, stage)))


def _comparisons(found: Sequence[SegmentResult]) -> Iterator[tuple[Place, VariantResult]]:
    for number, each in enumerate(found):
        for place, metric in enumerate(each.metrics):
            for variant, beside in enumerate(metric.variants):
                yield (number, place, variant), beside


def _with(segment: SegmentResult, number: int, adjusted: Mapping[Place, float | None], alpha: float) -> SegmentResult:
    metrics = []
    for place, metric in enumerate(segment.metrics):
        variants = (
            _variant(beside, adjusted.get((number, place, variant)), alpha) for variant, beside in enumerate(metric.variants)
        )
        metrics.append(MetricResult(metric.metric, metric.role, tuple(variants), metric.margin))
    return replace(segment, metrics=tuple(metrics))


def _variant(beside: VariantResult, p: float | None, alpha: float) -> VariantResult:
    """Never more than a hint, so it is preliminary, and no look is spent on it."""
    significant = None if beside.significant is None else p is not None and p < alpha
    return replace(beside, p_adjusted=p, p_any_look=None, significant=significant, preliminary=True)
