"""endcap experiment result: what came of an experiment so far, health first and the verdict last."""

from collections.abc import Iterator
from typing import Annotated, Any

import orjson
import typer

from gateway.commands.attempt import run
from gateway.domain.result import Estimated, ExperimentResult, MetricResult, VariantResult
from gateway.domain.result_sheet import COLUMNS, rows, sheet
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput
from gateway.services.administering.tenants import find_tenant
from gateway.services.experimenting.analyse import Analyst
from gateway.services.hearing.reckon import Reckoner
from gateway.services.shop import Shop
from gateway.settings import Settings
from gateway.store.experiments import ExperimentStore
from gateway.store.reckoning import Reckoning
from gateway.store.results import ResultStore
from gateway.wiring import open_stores

_TITLES = ("metric", "role", "variant", "units", "value", "lift", "from", "to", "p", "significant")
_LEAST_P = 0.0001  # that four digits can say
_TEXTS = 3  # columns that are no figures


def result(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The experiment's key.")],
    tenant: Annotated[str | None, typer.Option("--tenant", help="Whose; may be left out where there is one tenant only.")] = None,
    metric: Annotated[list[str] | None, typer.Option(help="Only these; may be repeated.")] = None,
    segment: Annotated[str | None, typer.Option(help='Of some units only, as in "market: se".')] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,  # noqa: FBT002
    as_csv: Annotated[bool, typer.Option("--csv", help="Every figure, as in result.csv.")] = False,  # noqa: FBT002
) -> None:
    """Tell what came of an experiment so far. A look that is due is taken and kept, whoever reads it."""
    found = run(_result(tenant, key, metric, segment, once=not (as_json and as_csv)))
    if as_csv:
        typer.echo(sheet(found), nl=False)
    elif as_json:
        typer.echo(orjson.dumps(_described(found)).decode())
    else:
        typer.echo("\n".join(_lines(found)))


async def _result(
    wanted: str | None, key: str, metrics: list[str] | None, segment: str | None, *, once: bool
) -> ExperimentResult:
    if not once:
        raise BadInput("and --csv are two ways to say the same: name one of them", field="--json")
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, wanted)
        shop = Shop(tenant, 0, await stores.tenants.markets(tenant.tenant_id))
        caller = Caller(tenant.tenant_id, frozenset({Scope.ADMIN}))
        await Reckoner(Reckoning(stores.db)).catch_up([tenant.tenant_id])
        return await Analyst(ExperimentStore(stores.db), ResultStore(stores.db)).result(shop, caller, key, metrics, segment)


def _described(found: ExperimentResult) -> dict[str, Any]:
    """The health, the rows under the names of result.csv, and the verdict."""
    health, verdict = found.health, found.verdict
    return {
        "experiment": found.experiment.key,
        "asOf": found.as_of,
        "health": {"ok": health.ok, "warnings": [{"code": each.code, "message": each.message} for each in health.warnings]},
        "exposures": [{"variant": each.variant, "units": each.units} for each in found.exposures],
        "figures": [dict(zip(COLUMNS, row, strict=True)) for row in rows(found)],
        "verdict": {"decision": verdict.decision.value, "rule": verdict.rule},
    }


def _lines(found: ExperimentResult) -> Iterator[str]:
    health = found.health
    yield f"health   {'nothing speaks against the figures' if health.ok else 'do not believe the figures yet'}"
    yield from (f"         {each.code}: {each.message}" for each in health.warnings)
    yield f"exposed  {', '.join(f'{each.variant} {each.units:,}' for each in found.exposures) or 'nobody yet'}"
    yield f"look     {found.look}, {found.mode.value}, {found.open_units:,} units whose window is open"
    yield from _table([_TITLES, *(_cells(metric, each) for metric in found.metrics for each in metric.variants)])
    yield f"verdict  {found.verdict.decision.value}: {found.verdict.rule}"


def _cells(metric: MetricResult, each: VariantResult) -> tuple[str, ...]:
    lift: Estimated | None = each.lift
    bounds = (lift.estimate, lift.lower, lift.upper) if lift else (None, None, None)
    told = {True: "yes", False: "no", None: ""}[each.significant]
    p = "<0.0001" if each.p is not None and each.p < _LEAST_P else _figure(each.p, ".4f")
    value = _figure(each.value, ".6g")
    return (metric.metric.key, metric.role.value, each.variant, f"{each.units:,}", value, *map(_share, bounds), p, told)


def _figure(told: float | None, form: str) -> str:
    return "" if told is None else format(told, form)


def _share(told: float | None) -> str:
    return "" if told is None else f"{told:+.2%}"


def _table(lines: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as what stands in them."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (
            cell.ljust(width) if place < _TEXTS else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()
