"""The page of one experiment: what it is, what can be done to it, how each variant looks, and what came of it."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.console.entrance import HOME, inside
from gateway.console.money import currency_of
from gateway.console.render import page
from gateway.console.result.page import ResultPage, result_page
from gateway.console.steps import steps_for
from gateway.console.wording import NOTHING, days, level, moment, share, word
from gateway.domain.experiment import Experiment
from gateway.domain.result_sheet import sheet
from gateway.domain.tenant import Scope
from gateway.errors import UnknownExperiment
from gateway.services.administering.badge import Badge
from gateway.services.experimenting.viewing import GOOD_FOR, Viewing, viewing_token
from gateway.services.gateway import Gateway


def routes() -> list[BaseRoute]:
    """The page, and its figures as a file."""
    return [Route(f"{HOME}/{{key}}", inside(_trial)), Route(f"{HOME}/{{key}}/result.csv", inside(_sheet))]


async def _trial(request: Request, badge: Badge) -> Response:
    gateway: Gateway = request.state.gateway
    key = request.path_params["key"]
    vetted = await gateway.laboratory.experimenter.one(badge.shop, badge.caller, key)
    if vetted is None:
        raise UnknownExperiment(f"there is no experiment {key[:80]!r}")
    experiment, now = vetted.kept.experiment, datetime.now(UTC)
    result = await _result(gateway, badge, experiment)
    may = badge.caller.may(Scope.ADMIN)
    return page(
        "trial.html", badge, here=HOME, vetted=vetted, experiment=experiment, facts=facts(experiment, now),
        steps=steps_for(experiment) if may else [], may=may, links=links(badge, experiment, now), result=result,
    )  # fmt: skip


async def _sheet(request: Request, badge: Badge) -> Response:
    gateway: Gateway = request.state.gateway
    key = request.path_params["key"]
    result = await gateway.laboratory.analyst.result(badge.shop, badge.caller, key)
    named = {"content-disposition": f'attachment; filename="{result.experiment.key}.csv"', "cache-control": "no-store"}
    return Response(sheet(result), media_type="text/csv", headers=named)


async def _result(gateway: Gateway, badge: Badge, experiment: Experiment) -> ResultPage | None:
    """What came of it; null where it never ran."""
    if experiment.phase is None:
        return None
    analyst, who = gateway.laboratory.analyst, (badge.shop, badge.caller, experiment.key)
    course = await gateway.laboratory.reconsiderer.course(*who)
    return result_page(await analyst.result(*who), currency_of(badge.shop), await analyst.by_segment(*who), course)


def facts(experiment: Experiment, now: datetime) -> list[tuple[str, str]]:
    """What there is to know of it besides figures."""
    plan, phase = experiment.plan, experiment.phase
    planned = (f"{plan.units:,} units" if plan.units else "", moment(plan.end) if plan.end else "")
    told = [
        ("Placements", ", ".join(experiment.placements) or NOTHING),
        ("Unit", word(experiment.unit)),
        ("Coverage", share(experiment.coverage) + (f" of the layer {experiment.layer_id}" if experiment.layer_id else "")),
        ("Goals", ", ".join(plan.goals) or NOTHING),
        ("Guardrails", ", ".join(f"{each.metric} (margin {share(each.margin)})" for each in plan.guardrails) or NOTHING),
        ("Looks", word(plan.mode)),
        ("Alpha", f"{plan.alpha:g}: intervals are of {level(plan.alpha)}"),
        ("Planned", " · ".join(filter(None, planned)) or NOTHING),
        ("Window", days(plan.window)),
    ]
    if phase:
        ran = days((phase.ended_at or now) - phase.started_at)
        told.append(("Runs", f"phase {phase.number}, since {moment(phase.started_at)}: {ran}"))
    if experiment.reason:
        told.append(("Why it was stopped", experiment.reason))
    if experiment.winner:
        told.append(("Winner", experiment.winner))
    return told


def links(badge: Badge, experiment: Experiment, now: datetime) -> list[tuple[str, str, str, str]]:
    """Of each variant: its key, its name, what to add to an address of the shop to see it, and where it is shown here."""
    tenant, found = badge.shop.tenant, []
    for each in experiment.variants:
        token = viewing_token(tenant, Viewing(experiment.key, each.key, now + GOOD_FOR))
        here = {"experiment": experiment.key, "variant": each.key, "drafts": "1"}
        if experiment.placements:
            here["placement"] = experiment.placements[0]
        found.append((each.key, each.name, f"endcap_preview={quote(token)}", f"/console/preview?{urlencode(here)}"))
    return found
