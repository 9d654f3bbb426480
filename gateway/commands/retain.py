"""endcap retain: remove what tenants keep no longer, now."""

import sys
from typing import Annotated

import orjson
import typer

from gateway.commands import attempt
from gateway.domain.tenant import TenantId
from gateway.errors import Conflict
from gateway.services.administering.tenants import find_tenant
from gateway.services.knowing.retain import Gone, Retainer
from gateway.settings import Settings
from gateway.store.retention import RetentionStore
from gateway.wiring import open_stores


def retain(
    tenant: Annotated[str | None, typer.Option(help="This tenant only; otherwise every tenant.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,  # noqa: FBT002
) -> None:
    """Remove what is older than each tenant's retention_days. Servers do so by themselves, every day."""
    gone = attempt.run(_retain(Settings.from_environment(), tenant))
    if json:
        sys.stdout.write(orjson.dumps({"tenants": gone.tenants, "days": gone.days}).decode() + "\n")
        return
    for tenant_id, rows in (gone.tenants or {}).items():
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(rows.items())) or "nothing is older than it keeps"
        sys.stdout.write(f"{tenant_id}: {told}\n")
    if gone.days:
        sys.stdout.write(f"days that nobody keeps: {', '.join(gone.days)}\n")


async def _retain(settings: Settings, wanted: str | None) -> Gone:
    async with open_stores(settings) as stores:
        tenant_id: TenantId | None = (await find_tenant(stores.tenants, wanted)).tenant_id if wanted else None
        gone = await Retainer(RetentionStore(stores.db)).retain(tenant_id, again=True)
    if gone.tenants is None:
        raise Conflict("a server is at it already; its log says when it is done")
    return gone
