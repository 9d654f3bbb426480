"""endcap train: make a release of all that is known now, or go back to an earlier one."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from gateway.commands import attempt
from gateway.domain.release import ReleaseId
from gateway.domain.tenant import TenantId
from gateway.errors import BadInput, Conflict, GatewayError
from gateway.index.manifest import BadRelease
from gateway.services.administering.restore import roll_back
from gateway.services.administering.tenants import COMMAND_LINE, find_tenant
from gateway.settings import Settings
from gateway.store.audit import Change
from gateway.store.training import TrainingStore
from gateway.trainer import Outcome, Report
from gateway.trainer import train as train_tenant
from gateway.wiring import Stores, open_stores, releases_folder

_LOOK = 60.0  # seconds


def train(
    tenant: Annotated[str | None, typer.Option(help="Train this tenant only; otherwise every tenant that has products.")] = None,
    rollback: Annotated[str | None, typer.Option(metavar="RELEASE", help="Serve this earlier release of --tenant again.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Publish though it is worse than the serving one.")] = False,  # noqa: FBT002
    due: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            "--due", help="Only tenants whose release is older than their release_minutes, where there is something new."
        ),
    ] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on: look every minute which tenants are due.")] = False,  # noqa: FBT002
    json: Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Train the recommendations and publish them."""
    settings = Settings.from_environment()
    if rollback is not None:
        if tenant is None:
            raise typer.BadParameter("--rollback needs --tenant", param_hint="--tenant")
        attempt.run(_roll_back(settings, TenantId(tenant), ReleaseId(rollback)))
        _say(json, {"tenant": tenant, "release": rollback}, f"{tenant}: release {rollback} serves again")
        return
    if follow:
        attempt.run(_follow(settings, tenant, json=json))
    outcomes = attempt.run(_train_due(settings, tenant, json=json) if due else _train(settings, tenant, force=force, json=json))
    if any(outcome.refused for outcome in outcomes):
        raise typer.Exit(attempt.FAILED)


async def _train(settings: Settings, wanted: str | None, *, force: bool, json: bool) -> list[Outcome]:
    async with open_stores(settings) as stores:
        if wanted is not None:
            tenant_id = (await find_tenant(stores.tenants, wanted)).tenant_id
            return [await _watched(stores, settings, tenant_id, force=force, json=json)]
        outcomes = []
        for tenant in await stores.tenants.tenants():
            try:
                outcomes.append(await _watched(stores, settings, tenant.tenant_id, force=force, json=json))
            except BadInput as nothing:
                sys.stderr.write(f"endcap: {nothing.message}\n")
        return outcomes


async def _train_due(settings: Settings, wanted: str | None, *, json: bool) -> list[Outcome]:
    async with open_stores(settings) as stores:
        if wanted is not None:
            await find_tenant(stores.tenants, wanted)
        due, outcomes = await _look(stores, settings, wanted, json=json)
        if not due:
            sys.stderr.write("endcap: nothing is due: no release is old enough where there is something new\n")
        return outcomes


async def _follow(settings: Settings, wanted: str | None, *, json: bool) -> None:
    async with open_stores(settings) as stores:
        if wanted is not None:
            await find_tenant(stores.tenants, wanted)
        while True:
            try:
                await _look(stores, settings, wanted, json=json)
            except GatewayError as failed:
                sys.stderr.write(f"endcap: {failed.message}\n")
            await asyncio.sleep(_LOOK)


async def _look(stores: Stores, settings: Settings, wanted: str | None, *, json: bool) -> tuple[list[TenantId], list[Outcome]]:
    """Trains those that are due, and tells which they were; one that fails does not keep the others waiting.

    Where another trainer is at work, it does the rest for us.
    """
    due = [tenant_id for tenant_id in await TrainingStore(stores.db).due() if wanted in (None, tenant_id)]
    outcomes = []
    for tenant_id in due:
        try:
            outcomes.append(await _watched(stores, settings, tenant_id, force=False, json=json))
        except Conflict as busy:
            sys.stderr.write(f"endcap: {busy.message}\n")
            break
        except GatewayError as failed:
            sys.stderr.write(f"endcap: {tenant_id}: {failed.message}\n")
    return due, outcomes


async def _watched(stores: Stores, settings: Settings, tenant_id: TenantId, *, force: bool, json: bool) -> Outcome:
    with showing(tenant_id) as report:
        outcome = await train_tenant(stores, settings, tenant_id, report, force=force)
    _say(json, _told(outcome), _phrase(outcome))
    return outcome


async def _roll_back(settings: Settings, tenant_id: TenantId, release_id: ReleaseId) -> None:
    async with open_stores(settings) as stores:
        await find_tenant(stores.tenants, tenant_id)
        try:
            await roll_back(stores.releases, releases_folder(settings), Change(tenant_id, COMMAND_LINE), release_id)
        except BadRelease as bad:
            raise BadInput(str(bad), field="rollback") from bad


@contextmanager
def showing(tenant_id: TenantId) -> Iterator[Report]:
    """What training is at, on a terminal; silence where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(f"{tenant_id}: starting") as status:
        yield lambda step: status.update(f"{tenant_id}: {step}")


def _told(outcome: Outcome) -> dict[str, Any]:
    manifest = outcome.manifest
    facts = {k: v for k, v in manifest.as_json().items() if k not in ("files", "release_id")} if manifest else {}
    return {"tenant": outcome.tenant_id, "release": outcome.release_id, "refused": outcome.refused, **facts}


def _phrase(outcome: Outcome) -> str:
    manifest = outcome.manifest
    if outcome.refused or manifest is None:
        return f"{outcome.tenant_id}: release {outcome.release_id} was refused: {outcome.refused}"
    unlearnt = "" if manifest.events else "; no event names a product of the catalog: it knows what products say of themselves"
    return (
        f"{outcome.tenant_id}: release {outcome.release_id} serves · {manifest.products:,} products, {manifest.events:,} events, "
        f"{manifest.coverage:.1%} lead to another; {manifest.seconds:.1f} s, {manifest.peak_megabytes:,} MB{unlearnt}"
    )


def _say(json: bool, told: dict[str, Any], phrase: str) -> None:
    sys.stdout.write((orjson.dumps(told).decode() if json else phrase) + "\n")
    sys.stdout.flush()
