"""The table of all figures: a block a metric, a line a variant, and in words what was found."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.console.result.scales import Teller
from gateway.console.wording import between, chance, change, likelihood, share, whole
from gateway.domain.metric import REVENUE_CAPPED
from gateway.domain.result import ExperimentResult, MetricResult, VariantResult
from gateway.domain.statistics.sequential import BURN_IN_CONVERTING, BURN_IN_UNITS
from gateway.domain.statistics.verdict import MetricRole

ROLES = {MetricRole.GOAL: "Goals", MetricRole.GUARDRAIL: "Guardrails", MetricRole.SECONDARY: "Others"}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One variant's line. `finding`: what the figures say, in words; `missing`: what they lack, where they say nothing yet."""

    variant: str
    name: str
    units: str
    value: str
    difference: str
    lift: str
    interval: str
    p: str
    p_any_look: str
    p_adjusted: str
    chance_to_win: str
    expected_loss: str
    finding: str
    missing: str | None
    preliminary: bool
    is_control: bool


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """One metric with all variants."""

    key: str
    name: str
    role: str
    about: str
    rows: tuple[FigureRow, ...]


def figures(result: ExperimentResult, teller: Teller) -> tuple[FigureBlock, ...]:
    """Every metric: goals, guardrails, and the others."""
    return tuple(_block(result, each, teller) for each in in_roles(result))


def in_roles(result: ExperimentResult) -> Iterator[MetricResult]:
    """The metrics, goals first."""
    for role in ROLES:
        yield from (each for each in result.metrics if each.role is role)


def missing(variant: VariantResult) -> str | None:
    """What a comparison lacks before it has an interval; null where it has one."""
    if variant.difference is not None and (variant.difference.lower is not None or variant.difference.upper is not None):
        return None
    if variant.units < BURN_IN_UNITS:
        return f"{whole(BURN_IN_UNITS - variant.units)} more units needed"
    return variant.note or f"at least {BURN_IN_CONVERTING} units that do it are needed"


def finding(metric: MetricResult, variant: VariantResult) -> str:
    """What was found, in words."""
    if lacks := missing(variant):
        return lacks
    if variant.significant is None:
        return "as found among those who got it"
    said = _direction(metric, variant)
    if metric.role is MetricRole.GUARDRAIL and variant.non_inferior is not None:
        margin = share(metric.margin)
        guard = f"within its margin of {margin}" if variant.non_inferior else f"not shown to be within its margin of {margin}"
        said = guard if said == _OPEN else f"{said}; {guard}"
    return f"preliminary: {said}" if variant.preliminary else said


def findings(result: ExperimentResult) -> Iterator[str]:
    """What goals and guardrails say, a sentence a variant."""
    names = names_of(result)
    for metric in in_roles(result):
        if metric.role is MetricRole.SECONDARY:
            continue
        for each in metric.variants[1:]:
            lift = each.lift if each.lift and not missing(each) else None
            figures = f"{change(lift.estimate)} ({between(lift)}), " if lift else ""
            yield f"{metric.metric.name}, {names.get(each.variant, each.variant)}: {figures}{finding(metric, each)}."


_OPEN = "no significant difference"


def _direction(metric: MetricResult, variant: VariantResult) -> str:
    assert variant.difference is not None
    if not variant.significant:
        return _OPEN
    better = (variant.difference.estimate > 0) is metric.metric.higher_is_better
    return "significantly better" if better else "significantly worse"


def names_of(result: ExperimentResult) -> dict[str, str]:
    """What each variant is called, by its key."""
    return {each.key: each.name or each.key for each in result.experiment.variants}


def _block(result: ExperimentResult, metric: MetricResult, teller: Teller) -> FigureBlock:
    names = names_of(result)
    rows = tuple(
        _row(metric, each, names.get(each.variant, each.variant), teller, is_control=place == 0)
        for place, each in enumerate(metric.variants)
    )
    about = "higher is better" if metric.metric.higher_is_better else "lower is better"
    if metric.margin is not None:
        about += f"; may get worse by less than {share(metric.margin)}"
    about += _capped(metric, teller) + _freed(metric, teller)
    return FigureBlock(metric.metric.key, metric.metric.name, ROLES[metric.role], about, rows)


def _capped(metric: MetricResult, teller: Teller) -> str:
    cap = metric.metric.cap
    if cap is not None:
        return f"; more of a unit than {teller.value(metric.metric, cap)} counts as that"
    if metric.metric.numerator != REVENUE_CAPPED:
        return ""
    return "; without a cap, as too few units had come before the start: one large order weighs as it is"


def _freed(metric: MetricResult, teller: Teller) -> str:
    """That values are not what was counted, where they are not."""
    if not any(is_freed(each) for each in metric.variants):
        return ""
    raw = ", ".join(teller.value(metric.metric, counted_value(each)) for each in metric.variants)
    return f"; what units did before is taken out of the values (CUPED), which as counted are {raw}"


def is_freed(variant: VariantResult) -> bool:
    """Whether its value is another than the one that was counted."""
    raw, value = counted_value(variant), variant.value
    return raw is not None and value is not None and not math.isclose(raw, value, rel_tol=1e-9, abs_tol=1e-12)


def counted_value(variant: VariantResult) -> float | None:
    """The value as it was counted, nothing taken out; null where there is none."""
    return variant.numerator / variant.denominator if variant.denominator else None


def _row(metric: MetricResult, variant: VariantResult, name: str, teller: Teller, *, is_control: bool) -> FigureRow:
    measured = metric.metric
    lacks = None if is_control else missing(variant)
    return FigureRow(
        variant=variant.variant,
        name=name,
        units=whole(variant.units),
        value=teller.value(measured, variant.value if variant.units else None),
        difference=teller.difference(measured, None if lacks else variant.difference),
        lift=change(variant.lift.estimate if variant.lift and not lacks else None),
        interval="" if is_control else lacks or between(variant.lift),
        p=likelihood(variant.p),
        p_any_look=likelihood(variant.p_any_look),
        p_adjusted=likelihood(variant.p_adjusted),
        chance_to_win=chance(variant.chance_to_win),
        expected_loss=teller.loss(measured, variant.expected_loss),
        finding="the control" if is_control else finding(metric, variant),
        missing=lacks,
        preliminary=variant.preliminary,
        is_control=is_control,
    )
