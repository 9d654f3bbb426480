"""endcap attribute: add up what was told and waits, or make attribution's figures anew."""

import sys
from typing import Annotated

import orjson
import typer

from gateway.commands import attempt
from gateway.domain.tenant import TenantId
from gateway.services.administering.tenants import find_tenant
from gateway.services.hearing.reckon import Reckoner
from gateway.settings import Settings
from gateway.store.reckoning import Reckoning
from gateway.wiring import Stores, open_stores


def attribute(
    tenant: Annotated[str | None, typer.Option(help="This tenant only; otherwise every tenant.")] = None,
    rebuild: Annotated[  # noqa: FBT002
        bool, typer.Option("--rebuild", help="Make the figures anew from all events that are kept; the old ones stand meanwhile.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,  # noqa: FBT002
) -> None:
    """Add up what recommendations led to. Servers do so by themselves, every few seconds."""
    settings = Settings.from_environment()
    for tenant_id, told in attempt.run(_attribute(settings, tenant, rebuild=rebuild)).items():
        said = f"{tenant_id}: {told:,} events added up"
        sys.stdout.write((orjson.dumps({"tenant": tenant_id, "events": told}).decode() if json else said) + "\n")


async def _attribute(settings: Settings, wanted: str | None, *, rebuild: bool) -> dict[TenantId, int]:
    async with open_stores(settings) as stores:
        reckoning = Reckoning(stores.db)
        tenants = await _tenants(stores, wanted)
        if rebuild:
            return {tenant_id: await reckoning.rebuild(tenant_id) for tenant_id in tenants}
        return await Reckoner(reckoning).catch_up(tenants)


async def _tenants(stores: Stores, wanted: str | None) -> list[TenantId]:
    if wanted is not None:
        return [(await find_tenant(stores.tenants, wanted)).tenant_id]
    return [tenant.tenant_id for tenant in await stores.tenants.tenants()]
