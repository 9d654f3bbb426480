"""Each metric of each variant, beside the control."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.domain.appraisal.evidence import Evidence
from gateway.domain.appraisal.stage import Stage, has_a_past
from gateway.domain.metric import ATTRIBUTED, REVENUE_CAPPED, Metric, MetricKind
from gateway.domain.result import Estimated, MetricResult, PastLook, Seen, VariantResult
from gateway.domain.statistics.bayes import believe
from gateway.domain.statistics.estimates import Estimate, Kind, cuped, estimate
from gateway.domain.statistics.intervals import Comparison, compare
from gateway.domain.statistics.many import benjamini_hochberg, holm
from gateway.domain.statistics.noninferiority import Guard, guard
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sequential import p_any_look
from gateway.domain.statistics.sums import Sums
from gateway.domain.statistics.verdict import MetricRole

Adjust = Callable[[Sequence[float | None]], list[float | None]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of one variant: its sums, its figure, and how that stands beside the control; null for the control."""

    metric: Metric
    role: MetricRole
    variant: int
    sums: Sums
    figure: Estimate
    comparison: Comparison | None = None
    guard: Guard | None = None
    p_adjusted: float | None = None

    @property
    def p(self) -> float | None:
        """Unadjusted."""
        return self.comparison.p if self.comparison else None


def compared(evidence: Evidence, stage: Stage) -> list[Compared]:
    """Goals, guardrails and the others, in this order, each with all variants. The p-values of goals are adjusted among them, and
    those of the others.
    """
    found = [each for metric, role, margin in _roles(evidence) for each in _of_metric(evidence, stage, metric, role, margin)]
    found = _adjusted(found, MetricRole.GOAL, holm)
    return _adjusted(found, MetricRole.SECONDARY, benjamini_hochberg)


def told(evidence: Evidence, stage: Stage, found: Sequence[Compared]) -> tuple[MetricResult, ...]:
    """The same as the result says it."""
    by_metric: dict[str, list[Compared]] = {}
    for each in found:
        by_metric.setdefault(each.metric.key, []).append(each)
    margins = {each.metric: each.margin for each in evidence.experiment.plan.guardrails}
    return tuple(
        MetricResult(
            several[0].metric,
            several[0].role,
            tuple(_variant_result(evidence, stage, each) for each in several),
            margins.get(key) if several[0].role is MetricRole.GUARDRAIL else None,
        )
        for key, several in by_metric.items()
    )


def is_significant(evidence: Evidence, stage: Stage, each: Compared) -> bool:
    """By the adjusted p, at a look that may decide, or at one before: a bound once crossed stays crossed. Nothing is where an
    optimiser decides who gets what by what it has seen: its variants' units are no fair draw.
    """
    if evidence.experiment.reward:
        return False
    alpha = evidence.experiment.plan.alpha
    now = stage.decides and each.p_adjusted is not None and each.p_adjusted < alpha
    return now or any(seen.significant for seen in _seen_before(evidence, each))


def is_news(evidence: Evidence, stage: Stage, each: Compared) -> bool:
    """Whether it is significant, and no look has seen it so."""
    return is_significant(evidence, stage, each) and not any(seen.significant for seen in _seen_before(evidence, each))


def direction(evidence: Evidence, stage: Stage, each: Compared) -> float:
    """Whether the variant's figure is above the control's (1) or below it (-1), where it is significantly so; else 0. An earlier
    look that crossed its bound says so for good.
    """
    if not is_significant(evidence, stage, each):
        return 0
    crossed = [seen.difference.estimate for seen in _seen_before(evidence, each) if seen.significant and seen.difference]
    estimate = crossed[0] if crossed else (each.comparison.difference if each.comparison else None) or 0.0
    return 1 if estimate > 0 else -1


def _looks_at(evidence: Evidence) -> Sequence[PastLook]:
    """Looks are taken at everyone: what they saw says nothing of a segment."""
    return () if evidence.segment else evidence.looks


def _seen_before(evidence: Evidence, each: Compared) -> list[Seen]:
    key = evidence.experiment.variants[each.variant].key
    return [seen for look in _looks_at(evidence) for seen in look.seen if (seen.metric, seen.variant) == (each.metric.key, key)]


def _roles(evidence: Evidence) -> list[tuple[Metric, MetricRole, float]]:
    plan, metrics = evidence.experiment.plan, evidence.metrics
    goals = [key for key in plan.goals if key in metrics]
    guards = {each.metric: each.margin for each in plan.guardrails if each.metric in metrics}
    others = [key for key in metrics if key not in goals and key not in guards and key not in ATTRIBUTED.values()]
    return [
        *((metrics[key], MetricRole.GOAL, 0.0) for key in goals),
        *((metrics[key], MetricRole.GUARDRAIL, margin) for key, margin in guards.items()),
        *((metrics[key], MetricRole.SECONDARY, 0.0) for key in others),
    ]


def _of_metric(evidence: Evidence, stage: Stage, metric: Metric, role: MetricRole, margin: float) -> list[Compared]:
    sums = [scaled(arm.of(metric.key), metric) for arm in stage.arms]
    figures = _figures(evidence, metric, sums)
    control = figures[0] if figures else None
    found = []
    for place, (each, figure) in enumerate(zip(sums, figures, strict=True)):
        if place == 0:
            found.append(Compared(metric, role, place, each, figure))
            continue
        beside = compare(control, figure, stage.look)
        held = None
        if role is MetricRole.GUARDRAIL:
            held = guard(control, figure, margin, stage.look, higher_is_better=metric.higher_is_better)
        found.append(Compared(metric, role, place, each, figure, beside, held, beside.p))
    return found


def scaled(sums: Sums, metric: Metric) -> Sums:
    """The sums in the figure's own size."""
    if metric.scale == 1:
        return sums
    once, twice = 1 / metric.scale, 1 / metric.scale**2
    return replace(
        sums, y=sums.y * once, yy=sums.yy * twice, x=sums.x * once, xx=sums.xx * twice, xy=sums.xy * twice,
        m=sums.m * once, mm=sums.mm * twice, md=sums.md * once, p=sums.p * once, pp=sums.pp * twice, pq=sums.pq * once,
        mp=sums.mp * twice, mq=sums.mq * once, dp=sums.dp * once,
    )  # fmt: skip


def _figures(evidence: Evidence, metric: Metric, sums: Sequence[Sums]) -> tuple[Estimate, ...]:
    """Of people who have a past they are freed of what that explains."""
    kind = Kind(metric.kind.value)
    if has_a_past(evidence):
        adjusted = cuped(sums, kind)
        if adjusted.note is None:
            return adjusted.arms
    return tuple(estimate(kind, each) for each in sums)


def _adjusted(found: Sequence[Compared], role: MetricRole, adjust: Adjust) -> list[Compared]:
    places = [place for place, each in enumerate(found) if each.role is role and each.comparison]
    better = adjust([found[place].p for place in places])
    changed: Mapping[int, float | None] = dict(zip(places, better, strict=True))
    return [replace(each, p_adjusted=changed[place]) if place in changed else each for place, each in enumerate(found)]


def _variant_result(evidence: Evidence, stage: Stage, each: Compared) -> VariantResult:
    key = evidence.experiment.variants[each.variant].key
    ratio = each.metric.kind is MetricKind.RATIO
    numerator = float(each.sums.m if ratio else each.sums.y)
    denominator = float(each.sums.d if ratio else each.sums.n)
    beside, belief = each.comparison, None
    tested = beside is not None and not evidence.experiment.reward
    if beside and tested:
        belief = believe(beside, higher_is_better=each.metric.higher_is_better)
    earlier = [seen.p for seen in _seen_before(evidence, each)]
    return VariantResult(
        variant=key,
        units=int(each.sums.n),
        value=each.figure.value,
        numerator=numerator,
        denominator=denominator,
        difference=Estimated.of(beside.difference, beside.interval) if beside else None,
        lift=Estimated.of(beside.lift, beside.lift_interval) if beside else None,
        p=each.p if tested else None,
        p_any_look=p_any_look((*earlier, each.p if stage.decides else None)) if tested else None,
        p_adjusted=each.p_adjusted if tested else None,
        significant=is_significant(evidence, stage, each) if tested else None,
        chance_to_win=belief.chance_to_win if belief else None,
        expected_loss=belief.loss if belief else None,
        non_inferior=each.guard.is_noninferior and stage.decides if each.guard else None,
        attributed_value=_attributed(evidence, stage, each),
        preliminary=not stage.decides,
        note=_note(each),
    )


def _attributed(evidence: Evidence, stage: Stage, each: Compared) -> float | None:
    """The part of it that is owed to recommendations, freed of the past as the whole is."""
    other = evidence.metrics.get(ATTRIBUTED.get(each.metric.key, ""))
    if other is None:
        return None
    return _figures(evidence, other, [scaled(arm.of(other.key), other) for arm in stage.arms])[each.variant].value


def _note(each: Compared) -> str | None:
    told: Note | None = each.figure.note
    if each.comparison:
        told = each.comparison.note or each.comparison.lift_note or told or _uncapped(each)
    return told.value if told else None


def _uncapped(each: Compared) -> Note | None:
    """Of what decides: where revenue has no cap."""
    decides = each.role is not MetricRole.SECONDARY and each.metric.numerator == REVENUE_CAPPED
    return Note.NO_CAP if decides and each.metric.cap is None else None
