"""Making and changing an experiment: one form, the same for a new one and for a draft; errors stand beside their fields."""

from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.console.draft.beginning import begun
from gateway.console.draft.faults import Fault, fault_of
from gateway.console.draft.fields import DraftFields, GuardrailFields, VariantFields, fields_of, fields_told
from gateway.console.draft.saying import said, whole
from gateway.console.entrance import HOME, answers, inside, is_sent
from gateway.console.render import page
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.placement import StrategyName
from gateway.domain.tenant import Scope
from gateway.errors import BadInput, GatewayError, UnknownExperiment
from gateway.services.administering.admit import require
from gateway.services.administering.badge import Badge
from gateway.services.gateway import Gateway

_UNITS = (
    (ExperimentUnit.SESSION.value, "Session: every visit is drawn anew"),
    (ExperimentUnit.VISITOR.value, "Visitor: a browser keeps its variant"),
    (ExperimentUnit.USER.value, "User: who is logged in keeps it on every device"),
)
_MODES = (
    (InferenceMode.GROUP_SEQUENTIAL.value, "On the way: looks are allowed up to a planned size or end"),
    (InferenceMode.ALWAYS_VALID.value, "Any time: looks are allowed for ever, and it takes more units"),
    (InferenceMode.FIXED.value, "Once: figures decide at the planned end only"),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    placements: tuple[str, ...]
    strategies: tuple[str, ...]
    metrics: tuple[tuple[str, str], ...]
    layers: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...] = _UNITS
    modes: tuple[tuple[str, str], ...] = _MODES


def routes() -> list[BaseRoute]:
    """The form of a new experiment, and of one that is there."""
    return [
        Route("/console/draft", inside(_new), methods=["GET", "POST"]),
        Route(f"{HOME}/{{key}}/edit", inside(_edit), methods=["GET", "POST"]),
    ]


async def _new(request: Request, badge: Badge) -> Response:
    """A new draft; BadInput and Conflict are told in the form."""
    gateway: Gateway = request.state.gateway
    require(badge.caller, Scope.ADMIN)
    if not is_sent(request):
        return await _form(gateway, badge, await begun(gateway.laboratory.sizer, badge, request.query_params))
    told = await answers(request)
    form = fields_told(told)
    if "more" in told:
        return await _form(gateway, badge, grown(form, told["more"][-1]))
    try:
        made = await gateway.laboratory.experimenter.create(badge.shop, badge.caller, said(form))
    except GatewayError as refused:
        return await _form(gateway, badge, form, fault=fault_of(refused), status=refused.status)
    return RedirectResponse(f"{HOME}/{made.kept.experiment.key}", 303)


async def _edit(request: Request, badge: Badge) -> Response:
    """A draft changed; of what runs the safe things only, as the service says."""
    gateway: Gateway = request.state.gateway
    key = request.path_params["key"]
    require(badge.caller, Scope.ADMIN)
    found = await gateway.laboratory.experimenter.one(badge.shop, badge.caller, key)
    if found is None:
        raise UnknownExperiment(f"there is no experiment {key[:80]!r}")
    before = fields_of(found.kept.experiment)
    if not is_sent(request):
        return await _form(gateway, badge, before, key=key, seen=str(found.kept.version))
    told = await answers(request)
    form, seen = replace(fields_told(told), key=key), told.get("seen", [""])[-1]
    if "more" in told:
        return await _form(gateway, badge, grown(form, told["more"][-1]), key=key, seen=seen)
    try:
        changes = changed(before, form)
        await gateway.laboratory.experimenter.update(badge.shop, badge.caller, key, changes, seen=whole(seen, "key"))
    except GatewayError as refused:
        return await _form(gateway, badge, form, key=key, seen=seen, fault=fault_of(refused), status=refused.status)
    return RedirectResponse(f"{HOME}/{key}", 303)


def changed(before: DraftFields, form: DraftFields) -> dict[str, Any]:
    """Only what the form says otherwise: what nobody touched is not told again, and cannot lose its last digits."""
    was, would = said(before), said(form)
    return {name: value for name, value in would.items() if value != was[name]}


def grown(form: DraftFields, what: str) -> DraftFields:
    """The form with room for one more."""
    if what == "variants":
        return replace(form, variants=(*form.variants, VariantFields()))
    if what == "guardrails":
        return replace(form, guardrails=(*form.guardrails, GuardrailFields()))
    raise BadInput("there is no more of that", field="more")


async def _form(
    gateway: Gateway,
    badge: Badge,
    form: DraftFields,
    *,
    key: str | None = None,
    seen: str = "",
    fault: Fault | None = None,
    status: int = 200,
) -> Response:
    """`key`: of the experiment that is changed; null for a new one."""
    choices = await _choices(gateway, badge, form)
    return page("draft.html", badge, status, here=HOME, form=form, key=key, seen=seen, fault=fault or Fault(""), choices=choices)


async def _choices(gateway: Gateway, badge: Badge, form: DraftFields) -> Choices:
    metrics = await gateway.laboratory.gauger.all(badge.shop, badge.caller)
    layers = await gateway.laboratory.divider.all(badge.shop, badge.caller)
    free = tuple((each.layer_id, f"{each.name}: {each.free:.0%} free") for each in layers)
    return Choices(
        placements=tuple(sorted({*badge.shop.playbook.placements, *form.placements})),
        strategies=tuple(each.name for each in StrategyName),
        metrics=tuple((each.key, each.name) for each in metrics),
        layers=(("", "None: may overlap with others"), *free),
    )
