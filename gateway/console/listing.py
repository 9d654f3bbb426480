"""The list of experiments: where each stands, whether its figures may be believed, and what its first goal says."""

from asyncio import Semaphore, gather
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.console.entrance import HOME, inside
from gateway.console.render import page
from gateway.console.result.figures import finding, missing, names_of
from gateway.console.wording import NOTHING, between, change, counted, days, share, whole
from gateway.domain.experiment import Experiment, ExperimentStatus
from gateway.domain.metric import BUILT_IN
from gateway.domain.result import ExperimentResult, MetricResult
from gateway.domain.statistics.verdict import MetricRole
from gateway.domain.tenant import Scope
from gateway.services.administering.badge import Badge
from gateway.services.experimenting.vet import VettedExperiment
from gateway.services.gateway import Gateway

_WITH_FIGURES = 40  # of a list, those that run before the others
_AT_ONCE = 5  # that are read at a time: the shop's pages want connections too
_ORDER = ("RUNNING", "PAUSED", "DRAFT", "STOPPED", "ARCHIVED")


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line of the list. `says`: what its first goal says, a sentence a variant."""

    experiment: Experiment
    health: str
    healthy: bool
    metric: str
    says: tuple[str, ...]
    ran: str
    units: str


def routes() -> list[BaseRoute]:
    """The list."""
    return [Route(HOME, inside(_list))]


async def _list(request: Request, badge: Badge) -> Response:
    gateway: Gateway = request.state.gateway
    wanted = request.query_params.get("status", "")
    status = ExperimentStatus(wanted) if wanted in ExperimentStatus.__members__ else None
    everyone = await gateway.laboratory.experimenter.all(badge.shop, badge.caller, None)
    shown = [each for each in everyone if status in (None, each.kept.experiment.status) and _is_listed(each, status)]
    now, ordered = datetime.now(UTC), in_order(shown)
    results = await _results(gateway, badge, ordered[:_WITH_FIGURES])
    rows = [list_row(each, result, now) for each, result in zip_longest(ordered, results)]
    counts = {each: sum(one.kept.experiment.status == each for one in everyone) for each in ExperimentStatus}
    return page(
        "experiments.html", badge, here=HOME, rows=rows, counts=counts, wanted=status, may=badge.caller.may(Scope.ADMIN),
        any=bool(everyone),
    )  # fmt: skip


async def _results(gateway: Gateway, badge: Badge, shown: Sequence[VettedExperiment]) -> list[ExperimentResult | None]:
    """What came of each so far, several read at once; null where it never ran."""
    lanes = Semaphore(_AT_ONCE)

    async def result(experiment: Experiment) -> ExperimentResult | None:
        if experiment.phase is None:
            return None
        async with lanes:
            return await gateway.laboratory.analyst.result(badge.shop, badge.caller, experiment.key)

    return await gather(*(result(each.kept.experiment) for each in shown))


def _is_listed(each: VettedExperiment, status: ExperimentStatus | None) -> bool:
    """What was put away is shown to whoever asks for it."""
    return status is not None or each.kept.experiment.status is not ExperimentStatus.ARCHIVED


def in_order(found: list[VettedExperiment]) -> list[VettedExperiment]:
    """What runs first, and of each status the newest first."""
    newest = sorted(found, key=lambda each: each.kept.updated_at, reverse=True)
    return sorted(newest, key=lambda each: _ORDER.index(each.kept.experiment.status.value))


def list_row(vetted: VettedExperiment, result: ExperimentResult | None, now: datetime) -> ListRow:
    """The line of an experiment. `result`: what came of it so far; null where it never ran, or that is not known."""
    experiment = vetted.kept.experiment
    health, healthy = _health(vetted, result)
    metric = _first_goal(result) if result else None
    return ListRow(
        experiment=experiment,
        health=health,
        healthy=healthy,
        metric=_heading(experiment, result, metric),
        says=tuple(_says(result)) if result else (),
        ran=_ran(experiment, now),
        units=whole(sum(each.units for each in result.exposures)) if result else NOTHING,
    )


def _heading(experiment: Experiment, result: ExperimentResult | None, metric: MetricResult | None) -> str:
    """What the sentences are about: of an optimiser its weights, not what its goal came to."""
    if result and result.weights:
        return "The optimiser's weights now"
    return metric.metric.name if metric else _named(experiment)


def _named(experiment: Experiment) -> str:
    goal = next(iter(experiment.plan.goals), None)
    if goal is None:
        return "No goal yet"
    return BUILT_IN[goal].name if goal in BUILT_IN else goal


def _health(vetted: VettedExperiment, result: ExperimentResult | None) -> tuple[str, bool]:
    if vetted.kept.experiment.status is ExperimentStatus.DRAFT:
        missing_yet = len(vetted.obstacles)
        return (f"{counted(missing_yet, 'thing')} missing", False) if missing_yet else ("ready to start", True)
    if vetted.obstacles:
        return f"{counted(len(vetted.obstacles), 'thing')} wrong by now", False
    if result is None:
        return NOTHING, True
    if result.health.ok:
        return "good", True
    return "; ".join(each.message for each in result.health.warnings[:1]) or "look at it", False


def _first_goal(result: ExperimentResult) -> MetricResult | None:
    return next((each for each in result.metrics if each.role is MetricRole.GOAL), None)


def _says(result: ExperimentResult) -> Iterator[str]:
    names = names_of(result)
    for weight in result.weights:
        yield f"{names.get(weight.variant, weight.variant)}: {share(weight.weight)} of new units"
    metric = _first_goal(result)
    if metric is None or result.weights:
        return
    for each in metric.variants[1:]:
        name = names.get(each.variant, each.variant)
        if lacks := missing(each):
            yield f"{name}: {lacks}"
        else:
            yield f"{name}: {change(each.lift.estimate if each.lift else None)}, {between(each.lift)}; {finding(metric, each)}"


def _ran(experiment: Experiment, now: datetime) -> str:
    phase = experiment.phase
    return days((phase.ended_at or now) - phase.started_at) if phase else NOTHING
