"""What is done to an experiment from its page: each step says what it does before it is taken, and who may not is told so."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.console.draft.faults import Fault, fault_of
from gateway.console.draft.fields import percent
from gateway.console.draft.saying import share, whole
from gateway.console.entrance import HOME, fields, inside, is_sent
from gateway.console.render import page
from gateway.console.steps import STEPS, Step
from gateway.domain.experiment import Experiment, ExperimentOutcome
from gateway.domain.tenant import Scope
from gateway.errors import BadInput, GatewayError, UnknownExperiment
from gateway.services.administering.admit import require
from gateway.services.administering.badge import Badge
from gateway.services.experimenting.conduct import Ending
from gateway.services.experimenting.vet import VettedExperiment
from gateway.services.gateway import Gateway


def routes() -> list[BaseRoute]:
    """A page a step: it says what will be, and does it."""
    return [Route(f"{HOME}/{{key}}/{verb}", inside(_step), methods=["GET", "POST"]) for verb in STEPS]


async def _step(request: Request, badge: Badge) -> Response:
    gateway: Gateway = request.state.gateway
    step, key = STEPS[request.url.path.rpartition("/")[2]], request.path_params["key"]
    require(badge.caller, Scope.ADMIN)
    vetted = await gateway.laboratory.experimenter.one(badge.shop, badge.caller, key)
    if vetted is None:
        raise UnknownExperiment(f"there is no experiment {key[:80]!r}")
    if not is_sent(request):
        return _form(badge, step, vetted, _usual(vetted.kept.experiment))
    told = await fields(request)
    try:
        await _taken(gateway, badge, step, key, told)
    except GatewayError as refused:
        return _form(badge, step, vetted, told, fault_of(refused), refused.status)
    return RedirectResponse(f"{HOME}/{key}", 303)


async def _taken(gateway: Gateway, badge: Badge, step: Step, key: str, told: Mapping[str, str]) -> None:
    """The step, taken as the experiment was when the form was shown."""
    conductor, who, seen = gateway.laboratory.conductor, (badge.shop, badge.caller), whole(told.get("seen", ""), "key")
    match step.verb:
        case "start" | "restart":
            await conductor.start(*who, key, seen)
        case "pause":
            await conductor.pause(*who, key, seen)
        case "resume":
            await conductor.resume(*who, key, seen)
        case "archive":
            await conductor.archive(*who, key, seen)
        case "stop":
            await conductor.stop(*who, key, _ending(told), seen)
        case _:
            coverage = share(told.get("coverage", ""), "coverage")
            if coverage is None:
                raise BadInput("must be told, in per cent", field="coverage")
            await gateway.laboratory.experimenter.update(*who, key, {"coverage": coverage}, seen=seen)


def _ending(told: Mapping[str, str]) -> Ending:
    outcome = told.get("outcome", "")
    if outcome not in ExperimentOutcome.__members__:
        raise BadInput(f"must be one of {', '.join(ExperimentOutcome.__members__)}", field="outcome")
    return Ending(ExperimentOutcome[outcome], told.get("reason", ""), told.get("winner") or None)


def _usual(experiment: Experiment) -> dict[str, str]:
    return {"coverage": percent(experiment.coverage)}


def _form(
    badge: Badge, step: Step, vetted: VettedExperiment, told: Mapping[str, str], fault: Fault | None = None, status: int = 200
) -> Response:
    experiment = vetted.kept.experiment
    return page(
        "step.html", badge, status, here=HOME, step=step, vetted=vetted, experiment=experiment, told=told,
        fault=fault or Fault(""), outcomes=list(ExperimentOutcome),
        winners=[(each.key, each.name) for each in experiment.variants],
    )  # fmt: skip
