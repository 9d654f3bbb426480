"""endcap experiment: what is tried out, from a draft to the archive."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from gateway.commands.attempt import FAILED, run
from gateway.commands.figures import result
from gateway.commands.recount import recount
from gateway.commands.wording import in_commands
from gateway.domain.experiment import ExperimentOutcome, ExperimentStatus
from gateway.domain.experiment_told import experiment_told
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput
from gateway.services.administering.tenants import find_tenant
from gateway.services.experimenting.conduct import Ending
from gateway.services.experimenting.laboratory import Laboratory
from gateway.services.experimenting.try_out import found_in
from gateway.services.experimenting.vet import VettedExperiment
from gateway.services.shop import Shop
from gateway.settings import Settings
from gateway.wiring import open_stores

app = typer.Typer(no_args_is_help=True, help="What is tried out: experiments, from a draft to the archive.")
app.command("result")(result)
app.command("recount")(recount)

Which = Annotated[str | None, typer.Option("--tenant", help="Whose; may be left out where there is one tenant only.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The experiment's key.")]
Told = Annotated[
    Path, typer.Argument(metavar="FILE", help="JSON under the names of the API's ExperimentInput; - is standard input.")
]


@dataclass(frozen=True, slots=True)
class _Desk:
    """The laboratory, and on whose behalf."""

    laboratory: Laboratory
    shop: Shop
    caller: Caller

    async def one(self, key: str) -> VettedExperiment:
        """The experiment of a key; UnknownExperiment names those there are."""
        there = await self.laboratory.experimenter.all(self.shop, self.caller, None)
        kept = found_in([each.kept for each in there], key)
        return next(each for each in there if each.kept is kept)


_Work = Callable[[_Desk], Awaitable[VettedExperiment]]


@app.command("list")
def list_(
    tenant: Which = None,
    status: Annotated[ExperimentStatus | None, typer.Option(help="Only these.")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """List the experiments, archived ones too, in the order in which they were made."""
    there = run(_all(tenant, status))
    if as_json:
        typer.echo(json.dumps([_described(each) for each in there]))
        return
    for each in there:
        experiment = each.kept.experiment
        typer.echo(f"{experiment.status.value:<9} {experiment.key}  {experiment.name}")
    if not there:
        typer.echo("no experiment: endcap experiment create FILE")


@app.command()
def show(
    key: Key,
    tenant: Which = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Show an experiment, whole."""
    _say(run(_done(tenant, lambda desk: desk.one(key))), as_json=as_json)


@app.command()
def create(
    told: Told,
    tenant: Which = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Make a draft from a file."""
    said = _read(told)
    _say(run(_done(tenant, lambda desk: desk.laboratory.experimenter.create(desk.shop, desk.caller, said))), as_json=as_json)


@app.command()
def update(
    key: Key,
    told: Told,
    tenant: Which = None,
    new_phase: Annotated[bool, typer.Option("--new-phase", help="Draw the units anew, and count from now on.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Change what a file says, and nothing else; what would spoil its figures is refused."""
    said = _read(told)
    work: _Work = lambda desk: desk.laboratory.experimenter.update(desk.shop, desk.caller, key, said, new_phase=new_phase)  # noqa: E731
    _say(run(_done(tenant, work)), as_json=as_json)


@app.command()
def checklist(
    key: Key,
    tenant: Which = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Say what keeps an experiment from starting, and what its owner should know; exits 1 where something keeps it."""
    vetted = run(_done(tenant, lambda desk: desk.one(key)))
    if as_json:
        typer.echo(json.dumps({"mayStart": not vetted.obstacles, "checklist": _described(vetted)["checklist"]}))
    else:
        typer.echo("\n".join(_checks(vetted)) or "nothing is missing")
    if vetted.obstacles:
        raise typer.Exit(FAILED)


@app.command()
def start(key: Key, tenant: Which = None) -> None:
    """Start a draft, or run one that was stopped again, in a phase of its own."""
    _say(run(_done(tenant, lambda desk: desk.laboratory.conductor.start(desk.shop, desk.caller, key))))


@app.command()
def pause(key: Key, tenant: Which = None) -> None:
    """Give no unit a variant until it is resumed."""
    _say(run(_done(tenant, lambda desk: desk.laboratory.conductor.pause(desk.shop, desk.caller, key))))


@app.command()
def resume(key: Key, tenant: Which = None) -> None:
    """Go on, with the same units in the same variants."""
    _say(run(_done(tenant, lambda desk: desk.laboratory.conductor.resume(desk.shop, desk.caller, key))))


@app.command()
def stop(
    key: Key,
    outcome: Annotated[ExperimentOutcome, typer.Option(help="What came of it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    winner: Annotated[str | None, typer.Option(help="The variant that everybody has from now on.")] = None,
    tenant: Which = None,
) -> None:
    """End it, with what came of it."""
    ending = Ending(outcome, reason, winner)
    _say(run(_done(tenant, lambda desk: desk.laboratory.conductor.stop(desk.shop, desk.caller, key, ending))))


@app.command()
def archive(key: Key, tenant: Which = None) -> None:
    """Put it away. Its winner is given to nobody any more."""
    _say(run(_done(tenant, lambda desk: desk.laboratory.conductor.archive(desk.shop, desk.caller, key))))


async def _all(tenant: str | None, status: ExperimentStatus | None) -> list[VettedExperiment]:
    async with _open(tenant) as desk:
        return await desk.laboratory.experimenter.all(desk.shop, desk.caller, status)


async def _done(tenant: str | None, work: _Work) -> VettedExperiment:
    async with _open(tenant) as desk:
        return await work(desk)


@asynccontextmanager
async def _open(name: str | None) -> AsyncIterator[_Desk]:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, name)
        markets = await stores.tenants.markets(tenant.tenant_id)
        shop = Shop(tenant, 0, markets, playbook=await stores.playbooks.read(tenant.tenant_id))
        yield _Desk(Laboratory.over(stores.db, _nobody_waits), shop, Caller(tenant.tenant_id, frozenset({Scope.ADMIN})))


async def _nobody_waits() -> None:
    """Servers hear of it by themselves."""


def _read(file: Path) -> dict[str, Any]:
    try:
        text = typer.get_binary_stream("stdin").read() if str(file) == "-" else file.read_bytes()
        said = orjson.loads(text)
    except OSError as lost:
        raise BadInput(f"{file}: {lost.strerror}", field="FILE") from None
    except orjson.JSONDecodeError as wrong:
        raise BadInput(f"is no JSON: {wrong}", field="FILE") from None
    if not isinstance(said, dict):
        raise BadInput('must be an object, as in {"key": "similar", …}', field="FILE")
    return said


def _say(vetted: VettedExperiment, *, as_json: bool = False) -> None:
    if as_json:
        typer.echo(json.dumps(_described(vetted)))
        return
    for name, value in _described(vetted).items():
        if name not in ("checklist", "mayStart") and value not in (None, "", [], {}):
            typer.echo(f"{name:<22} {_readable(value)}")
    for line in _checks(vetted):
        typer.echo(line)


def _described(vetted: VettedExperiment) -> dict[str, Any]:
    kept = vetted.kept
    found = [{"code": each.code, "message": each.message} for each in (*vetted.obstacles, *vetted.advice)]
    may = kept.experiment.status is ExperimentStatus.DRAFT and not vetted.obstacles
    return {**experiment_told(kept.experiment), "version": kept.version, "checklist": found, "mayStart": may}


def _checks(vetted: VettedExperiment) -> Iterator[str]:
    for each in vetted.obstacles:
        yield f"missing  {each.code}: {in_commands(each.message)}"
    for each in vetted.advice:
        yield f"advice   {each.code}: {in_commands(each.message)}"


def _readable(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
