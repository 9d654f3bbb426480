"""Segments side by side: p-values adjusted once more for their number, as whoever looks at many parts finds something in one."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.domain.result import ExperimentResult, MetricResult
from gateway.domain.statistics.many import holm
from gateway.domain.statistics.verdict import MetricRole


def corrected(parts: Sequence[ExperimentResult]) -> list[ExperimentResult]:
    """The same results; a difference is significant where it is so among all segments, variants and metrics of its role."""
    for role in MetricRole:
        places = [
            (n, m, v)
            for n, part in enumerate(parts)
            for m, metric in enumerate(part.metrics)
            if metric.role is role
            for v in range(len(metric.variants))
        ]
        told = holm([parts[n].metrics[m].variants[v].p for n, m, v in places])
        parts = _with(parts, dict(zip(places, told, strict=True)))
    return list(parts)


def _with(parts: Sequence[ExperimentResult], told: dict[tuple[int, int, int], float | None]) -> list[ExperimentResult]:
    return [
        replace(part, metrics=tuple(_metric(part, metric, (n, m), told) for m, metric in enumerate(part.metrics)))
        for n, part in enumerate(parts)
    ]


def _metric(
    part: ExperimentResult, metric: MetricResult, at: tuple[int, int], told: dict[tuple[int, int, int], float | None]
) -> MetricResult:
    variants = []
    for v, each in enumerate(metric.variants):
        if (*at, v) not in told:
            variants.append(each)
            continue
        p = told[*at, v]
        holds = None if each.significant is None else each.significant and p is not None and p < part.experiment.plan.alpha
        variants.append(replace(each, p_adjusted=p, significant=holds))
    return replace(metric, variants=tuple(variants))
