"""The page of a result, whole: everything in it in the order in which it is to be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from gateway.console.charts.svg import Picture
from gateway.console.result.figures import FigureBlock, figures, names_of
from gateway.console.result.health import HealthLine, SplitRow, has_broken_split, health_lines, split_rows
from gateway.console.result.looks import LookRow, looks
from gateway.console.result.pictures import forest_picture, funnel_picture, intake_picture, lift_pictures, revenue_picture
from gateway.console.result.scales import Teller
from gateway.console.wording import moment, share, word
from gateway.domain.experiment import AnalysisPlan, Experiment, InferenceMode
from gateway.domain.result import ExperimentResult
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
    blocks: tuple[FigureBlock, ...]


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What the template puts down, from top to bottom."""

    experiment: Experiment
    as_of: str
    mode: str
    look: int
    broken_split: bool
    health_ok: bool
    health: tuple[HealthLine, ...]
    warnings: tuple[str, ...]
    preliminary: str | None
    weights: tuple[WeightRow, ...]
    intake: Picture
    split: tuple[SplitRow, ...]
    forest: Picture
    blocks: tuple[FigureBlock, ...]
    lifts: tuple[Picture, ...]
    funnel: Picture
    revenue: Picture | None
    segments: tuple[SegmentPart, ...]
    decision: str
    says: str
    rule: str
    inputs: tuple[tuple[str, str], ...]
    looks: tuple[LookRow, ...]
    sql: str


def result_page(result: ExperimentResult, currency: str | None, segments: Sequence[ExperimentResult] = ()) -> ResultPage:
    """The page. `segments`: the same result of parts of the units, corrected for their number."""
    names, teller, experiment = names_of(result), Teller(currency), result.experiment
    return ResultPage(
        experiment=experiment,
        as_of=moment(result.as_of),
        mode=_MODES[result.mode],
        look=result.look,
        broken_split=has_broken_split(result),
        health_ok=result.health.ok,
        health=tuple(health_lines(result)),
        warnings=tuple(each.message for each in result.health.warnings),
        preliminary=_preliminary(result),
        weights=tuple(_weights(result, names)),
        intake=intake_picture(result),
        split=split_rows(result, names),
        forest=forest_picture(result),
        blocks=figures(result, teller),
        lifts=tuple(lift_pictures(result)),
        funnel=funnel_picture(result),
        revenue=revenue_picture(result, teller),
        segments=tuple(SegmentPart(each.segment or "all", figures(each, teller)) for each in segments),
        decision=result.verdict.decision.value,
        says=_SAYS[result.verdict.decision],
        rule=result.verdict.rule,
        inputs=tuple(_inputs(result.verdict.inputs)),
        looks=tuple(looks(result)),
        sql=result.sql,
    )


def _preliminary(result: ExperimentResult) -> str | None:
    """Why figures are not to be trusted yet; null where they are."""
    if not any(each.preliminary for metric in result.metrics for each in metric.variants):
        return None
    end = _planned_end(result.experiment.plan)
    if result.mode is InferenceMode.FIXED:
        return f"Preliminary: this experiment is judged once, at its end{end}. Until then figures are grey and decide nothing."
    return "Preliminary: too few units have come to decide anything. Figures that are marked so decide nothing."


def _planned_end(plan: AnalysisPlan) -> str:
    if plan.end:
        return f", planned for {moment(plan.end)}"
    return f", planned at {plan.units:,} units" if plan.units else ""


def _weights(result: ExperimentResult, names: Mapping[str, str]) -> Iterator[WeightRow]:
    for each in result.weights:
        name = names.get(each.variant, each.variant)
        yield WeightRow(name, share(each.weight), share(each.probability_best), moment(each.since))


def _inputs(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the rule went by; a list of texts a line each, anything else that is no text as JSON."""
    for name, value in told.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            said = str(value)
        elif isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
            said = "; ".join(value) or "none"
        else:
            said = orjson.dumps(value, default=_plain).decode()
        yield word(name), said


def _plain(value: object) -> str:
    return moment(value) if isinstance(value, datetime) else str(value)
