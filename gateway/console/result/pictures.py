"""The pictures of a result, made of its figures."""

from collections.abc import Iterator, Sequence

from gateway.console.charts.bars import Bar, Group, bars
from gateway.console.charts.forest import ForestRow, forest
from gateway.console.charts.intake import Course, intake
from gateway.console.charts.lift import LiftPoint, cumulative_lift
from gateway.console.charts.svg import Picture
from gateway.console.charts.weights import weights
from gateway.console.result.figures import ROLES, counted_value, finding, in_roles, missing, names_of
from gateway.console.result.scales import Teller
from gateway.console.wording import counted, share, whole
from gateway.domain.metric import ATTRIBUTED
from gateway.domain.optimising import Weighing
from gateway.domain.result import ExperimentResult, MetricResult, VariantResult
from gateway.domain.statistics.verdict import MetricRole

_STEPS = (
    ("clicked", "Clicked, of units"),
    ("add_to_cart_rate", "Put something into the cart, of units"),
    ("conversion", "Ordered, of units"),
)
_MONEY = "revenue_per_unit"


def intake_picture(result: ExperimentResult) -> Picture:
    """Units by day."""
    names = names_of(result)
    return intake("intake", [Course(names.get(each.variant, each.variant), each.by_day) for each in result.exposures])


def course_picture(result: ExperimentResult, course: Sequence[Weighing]) -> Picture:
    """How an optimiser's weights moved, until now or until it ended."""
    phase = result.experiment.phase
    called = tuple(names_of(result).values())
    return weights("weights", called, course, phase.ended_at if phase and phase.ended_at else result.as_of)


def forest_picture(result: ExperimentResult) -> Picture:
    """Every comparison."""
    names = names_of(result)
    return forest("forest", [_forest_row(m, each, names) for m in in_roles(result) for each in m.variants[1:]])


def _forest_row(metric: MetricResult, variant: VariantResult, names: dict[str, str]) -> ForestRow:
    lacks = missing(variant)
    return ForestRow(
        group=ROLES[metric.role],
        metric=metric.metric.name,
        variant=names.get(variant.variant, variant.variant),
        lift=variant.lift,
        told=finding(metric, variant),
        limit=_limit(metric),
        note=lacks or (None if variant.lift else variant.note or "no relative change"),
        strong=bool(variant.significant) and not lacks,
        preliminary=variant.preliminary,
    )


def _limit(metric: MetricResult) -> float | None:
    """Where a guardrail's line lies: below zero where higher is better, above it where lower is."""
    if metric.role is not MetricRole.GUARDRAIL or metric.margin is None:
        return None
    return -metric.margin if metric.metric.higher_is_better else metric.margin


def lift_pictures(result: ExperimentResult) -> Iterator[Picture]:
    """The lift of every goal and variant, look after look, and now."""
    names, planned = names_of(result), _planned(result)
    goals = [each for each in result.metrics if each.role is MetricRole.GOAL]
    for number, metric in enumerate(goals):
        for place, variant in enumerate(metric.variants[1:], 1):
            name = f"lift-{number}-{place}"
            called = names.get(variant.variant, variant.variant)
            yield cumulative_lift(name, metric.metric.name, called, list(_course(result, metric, variant)), planned)


def _planned(result: ExperimentResult) -> int | None:
    """How many units the planned end has; where a day is planned, as many as there will be at the present pace."""
    if result.experiment.plan.units or not result.experiment.plan.end or not result.looks:
        return result.experiment.plan.units
    last = result.looks[-1]
    return round(last.units / last.share) if 0 < last.share < 1 else None


def _course(result: ExperimentResult, metric: MetricResult, variant: VariantResult) -> Iterator[LiftPoint]:
    for look in result.looks:
        seen = (each for each in look.seen if (each.metric, each.variant) == (metric.metric.key, variant.variant))
        if found := next(seen, None):
            yield LiftPoint(look.at, look.units, found.lift)
    units = sum(each.units for each in metric.variants)
    if not result.looks or result.looks[-1].units < units:
        yield LiftPoint(result.as_of, units, None if missing(variant) else variant.lift)


def funnel_picture(result: ExperimentResult) -> Picture:
    """How many units came, and which share of them went how far: as they were counted, whatever they did before."""
    names = names_of(result)
    found = {each.metric.key: each for each in result.metrics}
    shown = [(names.get(each.variant, each.variant), each.units) for each in result.exposures]
    most = max((units for _, units in shown), default=0)
    first = tuple(Bar(name, units / most if units else None, counted(units, "unit"), n) for n, (name, units) in enumerate(shown))
    groups = [Group("Exposed, beside the variant that has most", first)]
    for key, label in _STEPS:
        if key in found:
            groups.append(Group(label, tuple(_step(found[key], names))))
    return bars("funnel", "From exposure to order", groups, "Step")


def _step(metric: MetricResult, names: dict[str, str]) -> Iterator[Bar]:
    for place, each in enumerate(metric.variants):
        raw = counted_value(each) if each.units else None
        said = f"{share(raw)} ({whole(each.numerator)} of {whole(each.denominator)})" if raw is not None else "no units yet"
        yield Bar(names.get(each.variant, each.variant), raw, said, place)


def revenue_picture(result: ExperimentResult, teller: Teller) -> Picture | None:
    """All revenue of a unit beside the part owed to a recommendation; null where revenue is not among the metrics."""
    metric = next((each for each in result.metrics if each.metric.key == _MONEY), None)
    if metric is None:
        return None
    owed = next((each for each in result.metrics if each.metric.key == ATTRIBUTED[_MONEY]), None)
    parts = {each.variant: each.value for each in owed.variants} if owed else {}
    names = names_of(result)
    total, attributed = [], []
    for place, each in enumerate(metric.variants):
        part = parts.get(each.variant, each.attributed_value)
        called = names.get(each.variant, each.variant)
        total.append(Bar(called, each.value if each.units else None, _said(teller, metric, each.value, each.units), place))
        attributed.append(Bar(called, part if each.units else None, _said(teller, metric, part, each.units), place))
    groups = [
        Group("All revenue, per unit", tuple(total)),
        Group("Owed to a clicked recommendation, per unit", tuple(attributed)),
    ]
    return bars("revenue", "All revenue beside the attributed part", groups, "Revenue")


def _said(teller: Teller, metric: MetricResult, value: float | None, units: int) -> str:
    return teller.value(metric.metric, value) if units else "no units yet"
