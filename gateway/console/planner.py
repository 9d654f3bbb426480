"""The planner: how many units it takes to find a change, for how long, and which change a number of weeks would find."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.console.draft.beginning import CARRIED
from gateway.console.draft.faults import Fault
from gateway.console.draft.wishing import wished
from gateway.console.entrance import inside
from gateway.console.money import currency_of
from gateway.console.render import page
from gateway.console.result.scales import Teller
from gateway.console.wording import NOTHING, change, whole
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.metric import Metric, MetricKind
from gateway.domain.statistics.power import least_effect, least_rise
from gateway.errors import BadInput, GatewayError
from gateway.services.administering.badge import Badge
from gateway.services.experimenting.forecast import Forecast, Wish, design_of
from gateway.services.gateway import Gateway

HERE = "/console/planner"
_WEEKS = (1, 2, 3, 4, 6, 8)
_MODES = (
    (InferenceMode.FIXED, "Once, at the end"),
    (InferenceMode.GROUP_SEQUENTIAL, "On the way, up to the end"),
    (InferenceMode.ALWAYS_VALID, "Any time"),
)
_UNITS = tuple((each.value, each.value.capitalize()) for each in ExperimentUnit)
_USUAL = {
    "metric": "conversion",
    "lift": "5",
    "variants": "2",
    "alpha": "5",
    "power": "80",
    "unit": "SESSION",
    "window": "72",
    "placement": "",
}


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
    whose: str
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
    places = [("", "All of the shop"), *((each, each) for each in sorted(badge.shop.playbook.placements))]
    status = 400 if fault.message else 200
    return page(
        "planner.html", badge, status, here=HERE, told=told, metrics=choices, units=_UNITS, planned=planned, fault=fault,
        modes=[name for _, name in _MODES], placements=places,
    )  # fmt: skip


_FIELDS = {"minimumLift": "lift", "unitsPerDay": "per_day", "conversionWindowHours": "window"}


async def _planned(gateway: Gateway, badge: Badge, told: Mapping[str, str], metrics: list[Metric]) -> Planned:
    """The forecast of every way of looking; BadInput names what cannot be read."""
    metric = next((each for each in metrics if each.key == told["metric"]), None)
    if metric is None:
        raise BadInput("must be one of the list", field="metric")
    wish = wished(told)
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
        whose=f"of units that were shown {wish.placement}" if wish.placement else "of all units of the shop",
        source=f"by {whole(looked_at)} units of the last weeks" if looked_at else "as told",
        rows=tuple(_row(about, found[mode], told) for mode, about in _MODES),
        weeks=tuple(_week(weeks, any_, replace(wish, variance=_known(wish, any_)), metric) for weeks in _WEEKS)
        if any_.units_per_day
        else (),
    )


def _known(wish: Wish, found: Forecast) -> float | None:
    """A share's variance follows from its baseline, in both variants; any other is what was found."""
    return found.variance if wish.variance is not None or found.variance != found.baseline * (1 - found.baseline) else None


def _row(about: str, found: Forecast, told: Mapping[str, str]) -> PlanRow:
    """The draft that goes on from here has the goal, the variants, the unit, the chances and the window that were asked about."""
    lasts = f"{found.days:,.1f}" if found.days is not None else NOTHING
    arms = int(_asked(told, "variants"))
    total = found.units_per_variant * arms
    carried = {name: _asked(told, name) for name in CARRIED}
    draft = f"/console/draft?{urlencode({'units': total, 'mode': found.mode.value, **carried})}"
    return PlanRow(about, whole(found.units_per_variant), whole(total), lasts, draft)


def _asked(told: Mapping[str, str], name: str) -> str:
    return told.get(name, "").strip() or _USUAL[name]


def _week(weeks: int, found: Forecast, wish: Wish, metric: Metric) -> tuple[str, ...]:
    """The least relative change that the units of so many weeks would find."""
    assert found.units_per_day is not None
    units = found.units_per_day * 7 * weeks
    pair = units * 2 / (wish.variants or 2)
    told = [str(weeks), whole(units)]
    for mode, _ in _MODES:
        design = design_of(wish, found.variance, mode)
        is_share = metric.kind is MetricKind.PROPORTION and wish.variance is None
        effect = least_rise(design, found.baseline, pair) if is_share else least_effect(design, pair)
        told.append(change(effect / found.baseline) if effect and found.baseline else NOTHING)
    return tuple(told)
