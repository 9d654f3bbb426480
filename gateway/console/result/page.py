"""The page of a result, whole: everything in it in the order in which it is to be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.console.charts.svg import Picture
from gateway.console.result.coverage import CoverageRow, coverage_rows
from gateway.console.result.figures import FigureBlock, figures, findings, in_roles, is_freed, names_of
from gateway.console.result.health import HealthLine, SplitRow, ailment, has_broken_split, health_lines, split_rows, waiting
from gateway.console.result.looks import LookRow, looks
from gateway.console.result.pictures import (
    course_picture,
    forest_picture,
    funnel_picture,
    intake_picture,
    lift_pictures,
    revenue_picture,
)
from gateway.console.result.preferred import preference_lines
from gateway.console.result.scales import Teller
from gateway.console.wording import chance, change, figure, level, moment, share, whole
from gateway.domain.experiment import AnalysisPlan, Experiment, InferenceMode
from gateway.domain.optimising import Weighing
from gateway.domain.result import ExperimentResult, SegmentResult
from gateway.domain.statistics.sequential import BURN_IN_CONVERTING, BURN_IN_UNITS
from gateway.domain.statistics.verdict import Decision

_SAYS = {
    Decision.SHIP: "Ship it",
    Decision.ROLL_BACK: "Roll it back",
    Decision.CONTINUE: "Go on",
    Decision.REVIEW: "Look closer",
}
_MODES = {
    InferenceMode.FIXED: "looked at once, at the planned end",
    InferenceMode.GROUP_SEQUENTIAL: "may be looked at on the way, up to the planned end",
    InferenceMode.ALWAYS_VALID: "may be looked at whenever one likes",
}

_OPTIMISED = "no verdict is drawn from them: weights follow what is seen"


@dataclass(frozen=True, slots=True)
class WeightRow:
    """What an optimiser gives a variant."""

    name: str
    weight: str
    probability_best: str
    since: str


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """The figures of the units of one segment."""

    name: str
    units: str
    blocks: tuple[FigureBlock, ...]


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What the template puts down, from top to bottom."""

    experiment: Experiment
    as_of: str
    mode: str
    level: str
    freed: bool
    look: int
    broken_split: bool
    health_ok: bool
    waiting: tuple[str, ...]
    anybody: bool
    health: tuple[HealthLine, ...]
    warnings: tuple[str, ...]
    preliminary: str | None
    weights: tuple[WeightRow, ...]
    course: Picture | None
    worth: str | None
    preference: tuple[str, ...]
    intake: Picture
    split: tuple[SplitRow, ...]
    findings: tuple[str, ...]
    forest: Picture
    blocks: tuple[FigureBlock, ...]
    lifts: tuple[Picture, ...]
    funnel: Picture
    revenue: Picture | None
    coverage: tuple[CoverageRow, ...]
    segments: tuple[SegmentPart, ...]
    decision: str
    says: str
    rule: str
    inputs: tuple[tuple[str, str], ...]
    looks: tuple[LookRow, ...]
    sql: str


def result_page(
    result: ExperimentResult, currency: str | None, segments: Sequence[SegmentResult] = (), course: Sequence[Weighing] = ()
) -> ResultPage:
    """The page. `segments`: what the goals came to among parts of the units; `course`: how an optimiser's weights moved."""
    names, teller, experiment = names_of(result), Teller(currency), result.experiment
    return ResultPage(
        experiment=experiment,
        as_of=moment(result.as_of),
        mode=_OPTIMISED if result.weights else _MODES[result.mode],
        level=level(experiment.plan.alpha),
        freed=any(is_freed(each) for metric in in_roles(result) for each in metric.variants),
        look=result.look,
        broken_split=has_broken_split(result),
        health_ok=result.health.ok,
        waiting=tuple(waiting(result)),
        anybody=any(each.units for each in result.exposures),
        health=tuple(health_lines(result)),
        warnings=tuple(each.message for each in result.health.warnings),
        preliminary=_preliminary(result),
        weights=tuple(_weights(result, names)),
        course=course_picture(result, course) if course else None,
        worth=_worth(result, teller),
        preference=preference_lines(result),
        intake=intake_picture(result),
        split=split_rows(result, names),
        findings=tuple(findings(result)),
        forest=forest_picture(result),
        blocks=figures(result, teller),
        lifts=tuple(lift_pictures(result)),
        funnel=funnel_picture(result),
        revenue=revenue_picture(result, teller),
        coverage=coverage_rows(result, names),
        segments=tuple(_part(result, each, teller) for each in segments),
        decision=result.verdict.decision.value,
        says=_SAYS[result.verdict.decision],
        rule=result.verdict.rule,
        inputs=tuple(_inputs(result.verdict.inputs)),
        looks=tuple(looks(result)),
        sql=result.sql,
    )


def _part(result: ExperimentResult, part: SegmentResult, teller: Teller) -> SegmentPart:
    return SegmentPart(part.segment, whole(part.units), figures(replace(result, metrics=part.metrics), teller))


def _worth(result: ExperimentResult, teller: Teller) -> str | None:
    """What an optimiser is worth, in a sentence; null where it is none."""
    found = result.optimiser
    if found is None:
        return None
    if found.gain is None:
        return f"What it is worth is not known yet: {found.note or 'too few units have closed'}."
    metric, units = found.metric, whole(found.units)
    has, even = (teller.value(metric, each) for each in (found.reward_per_unit, found.uniform_reward_per_unit))
    told = f"{metric.name}: {has} a unit, by {units} units; with even weights it would have been {even}."
    lift = found.gain.estimate / found.uniform_reward_per_unit if found.uniform_reward_per_unit else None
    more = f", {change(lift)}" if lift is not None else ""
    still = f" Finding out still costs {teller.loss(metric, found.shortfall)} a unit." if found.shortfall is not None else ""
    return f"{told} It is worth {teller.difference(metric, found.gain)} a unit{more}.{still}"


def _preliminary(result: ExperimentResult) -> str | None:
    """Why figures are not to be trusted yet; null where they are."""
    if result.preference or not any(each.preliminary for metric in result.metrics for each in metric.variants):
        return None
    end = _planned_end(result.experiment.plan)
    if result.mode is InferenceMode.FIXED:
        return f"Preliminary: this experiment is judged once, at its end{end}. Until then figures are grey and decide nothing."
    needed = f"{BURN_IN_UNITS} units and {BURN_IN_CONVERTING} that convert in every variant, their windows closed"
    return f"Preliminary: no look may decide yet. It takes {needed}."


def _planned_end(plan: AnalysisPlan) -> str:
    if plan.end:
        return f", planned for {moment(plan.end)}"
    return f", planned at {plan.units:,} units" if plan.units else ""


def _weights(result: ExperimentResult, names: Mapping[str, str]) -> Iterator[WeightRow]:
    for each in result.weights:
        name = names.get(each.variant, each.variant)
        yield WeightRow(name, share(each.weight), chance(each.probability_best), moment(each.since))


def _inputs(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the rule went by; what is told of each variant stands on a line of its own."""
    for name, value in told.items():
        if isinstance(value, Mapping):
            yield from ((f"{name.removesuffix('s')} {each}", _said(said)) for each, said in value.items())
        else:
            yield _SPELLED.get(name, name), _told(name, value)


def _told(name: str, value: object) -> str:
    if name == "share" and isinstance(value, float):
        return share(value)
    if name == "ailments" and isinstance(value, list | tuple):
        return _said([ailment(each) for each in value])
    return _said(value)


_SPELLED = {"units": "units judged", "share": "of the plan", "complete": "planned end reached", "mayDecide": "may decide"}


def _said(value: object) -> str:
    match value:
        case None:
            return "nothing planned"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return figure(value)
        case list() | tuple():
            return "; ".join(map(_said, value)) or "none"
        case Mapping():
            return ": ".join(map(_said, value.values()))
        case _:
            return str(value)
