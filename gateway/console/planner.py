"""The planner: how many units it takes to find a change, for how long, and which change a number of weeks would find."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.console.draft.faults import Fault
from gateway.console.entrance import inside
from gateway.console.money import currency_of
from gateway.console.render import page
from gateway.console.result.scales import Teller
from gateway.console.wording import NOTHING, change, whole
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.metric import Metric
from gateway.domain.statistics.power import Design, inflation_always_valid, inflation_sequential, least_effect
from gateway.errors import BadInput, GatewayError
from gateway.services.administering.badge import Badge
from gateway.services.experimenting.forecast import Forecast, Wish
from gateway.services.gateway import Gateway

HERE = "/console/planner"
_WEEKS = (1, 2, 3, 4, 6, 8)
_LOOKS = 14  # as many as forecasts go by: one a day, for two weeks
_MODES = (
    (InferenceMode.FIXED, "Once, at the end"),
    (InferenceMode.GROUP_SEQUENTIAL, "On the way, up to the end"),
    (InferenceMode.ALWAYS_VALID, "Any time"),
)
_UNITS = tuple((each.value, each.value.capitalize()) for each in ExperimentUnit)
_USUAL = {"metric": "conversion", "lift": "5", "variants": "2", "alpha": "5", "power": "80", "unit": "SESSION", "window": "72"}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What one way of looking takes."""

    mode: str
    each: str
    all: str
    days: str
    draft: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The answer. `weeks`: what a number of weeks would find, a column a way of looking."""

    baseline: str
    per_day: str
    source: str
    rows: tuple[PlanRow, ...]
    weeks: tuple[tuple[str, ...], ...]


def routes() -> list[BaseRoute]:
    """The page; what it is asked stands in its address."""
    return [Route(HERE, inside(_planner))]


async def _planner(request: Request, badge: Badge) -> Response:
    gateway: Gateway = request.state.gateway
    told = {**_USUAL, **request.query_params}
    metrics = await gateway.laboratory.gauger.all(badge.shop, badge.caller)
    planned, fault = None, Fault("")
    if "lift" in request.query_params:
        try:
            planned = await _planned(gateway, badge, told, metrics)
        except GatewayError as refused:
            fault = Fault(refused.message, _FIELDS.get(refused.field or "", refused.field))
    choices = [(each.key, each.name) for each in metrics]
    status = 400 if fault.message else 200
    return page(
        "planner.html", badge, status, here=HERE, told=told, metrics=choices, units=_UNITS, planned=planned, fault=fault,
        modes=[name for _, name in _MODES],
    )  # fmt: skip


_FIELDS = {"minimumLift": "lift", "unitsPerDay": "per_day", "conversionWindowHours": "window"}


async def _planned(gateway: Gateway, badge: Badge, told: Mapping[str, str], metrics: list[Metric]) -> Planned:
    """The forecast of every way of looking; BadInput names what cannot be read."""
    metric = next((each for each in metrics if each.key == told["metric"]), None)
    if metric is None:
        raise BadInput("must be one of the list", field="metric")
    wish = _wish(told)
    found: dict[InferenceMode, Forecast] = {}
    for mode, _ in _MODES:
        found[mode] = await gateway.laboratory.forecaster.power(badge.shop, badge.caller, replace(wish, mode=mode))
        first = found[mode]  # the past is read once: what it said is told from then on
        wish = replace(wish, baseline=first.baseline, variance=_known(wish, first), units_per_day=first.units_per_day)
    looked_at = found[InferenceMode.FIXED].looked_at
    teller = Teller(currency_of(badge.shop))
    any_ = found[InferenceMode.FIXED]
    return Planned(
        baseline=teller.value(metric, any_.baseline),
        per_day=whole(any_.units_per_day) if any_.units_per_day else NOTHING,
        source=f"by {whole(looked_at)} units of the last weeks" if looked_at else "as told",
        rows=tuple(_row(mode, about, found[mode], wish.variants or 2) for mode, about in _MODES),
        weeks=tuple(_week(weeks, any_, wish) for weeks in _WEEKS) if any_.units_per_day else (),
    )


def _known(wish: Wish, found: Forecast) -> float | None:
    """A share's variance follows from its baseline, in both variants; any other is what was found."""
    return found.variance if wish.variance is not None or found.variance != found.baseline * (1 - found.baseline) else None


def _wish(told: Mapping[str, str]) -> Wish:
    lift = _number(told, "lift", 100)
    if lift is None:
        raise BadInput("must be told, in per cent", field="lift")
    variants = _number(told, "variants")
    window = _number(told, "window")
    unit = told["unit"]
    if unit not in ExperimentUnit.__members__:
        raise BadInput("must be one of the list", field="unit")
    baseline = _number(told, "baseline")
    return Wish(
        lift=lift,
        metric=told["metric"],
        baseline=baseline,
        variance=_square(_number(told, "deviation")),
        alpha=_number(told, "alpha", 100),
        power=_number(told, "power", 100),
        variants=int(variants) if variants is not None else None,
        units_per_day=_number(told, "per_day"),
        unit=ExperimentUnit(unit),
        window_hours=int(window) if window is not None else None,
    )


def _number(told: Mapping[str, str], name: str, scale: float = 1) -> float | None:
    text = told.get(name, "").strip().removesuffix("%").replace(",", ".").replace(" ", "")
    if not text:
        return None
    try:
        number = float(text) / scale
    except ValueError:
        raise BadInput("must be a number", field=name) from None
    if not abs(number) < 1e15:  # noqa: PLR2004
        raise BadInput("must be a number that can be counted", field=name)
    return number


def _square(deviation: float | None) -> float | None:
    return None if deviation is None else deviation * deviation


def _row(mode: InferenceMode, about: str, found: Forecast, arms: int) -> PlanRow:
    lasts = f"{found.days:,.1f}" if found.days is not None else NOTHING
    total = found.units_per_variant * arms
    return PlanRow(about, whole(found.units_per_variant), whole(total), lasts, f"/console/draft?units={total}&mode={mode}")


def _week(weeks: int, found: Forecast, wish: Wish) -> tuple[str, ...]:
    """The least relative change that the units of so many weeks would find."""
    assert found.units_per_day is not None
    arms = wish.variants or 2
    alpha, power = (wish.alpha or 0.05) / (arms - 1), wish.power or 0.8
    pair = found.units_per_day * 7 * weeks * 2 / arms
    told = [str(weeks), whole(found.units_per_day * 7 * weeks)]
    for mode, _ in _MODES:
        inflation = {
            InferenceMode.FIXED: 1.0,
            InferenceMode.GROUP_SEQUENTIAL: inflation_sequential(_LOOKS, alpha, power),
            InferenceMode.ALWAYS_VALID: inflation_always_valid(alpha, power),
        }[mode]
        effect = least_effect(Design(found.variance, None, alpha, power, inflation=inflation), pair)
        told.append(change(effect / found.baseline) if effect and found.baseline else NOTHING)
    return tuple(told)
