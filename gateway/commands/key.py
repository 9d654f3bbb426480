"""endcap key: make, list and revoke API keys."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from gateway.commands.attempt import run
from gateway.domain.tenant import ApiKey, Scope, Tenant
from gateway.services.keys import IssuedKey, issue_key, revoke_key
from gateway.services.tenants import find_tenant
from gateway.settings import Settings
from gateway.store.tenants import NewKey
from gateway.wiring import open_stores

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke a tenant's API keys.")

Which = Annotated[str | None, typer.Option("--tenant", help="Whose; may be left out where there is one tenant only.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command()
def create(
    scope: Annotated[list[Scope], typer.Option(help="What the key may do; may be repeated. STOREFRONT is safe in a browser.")],
    tenant: Which = None,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "command line",
    origin: Annotated[list[str] | None, typer.Option(help="A site whose pages may use the key; may be repeated.")] = None,
    channel: Annotated[str | None, typer.Option(help="Where its answers are shown: web, app, email, call_centre, pos …")] = None,
    expires_days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days until it stops; never where left out.")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Make a key. Its secret is shown now and never again."""
    expires_at = datetime.now(UTC) + timedelta(days=expires_days) if expires_days else None
    issued = run(_create(tenant, name, scope, origin or [], channel, expires_at))
    if as_json:
        typer.echo(json.dumps({**_told(issued.key_id, issued.kept), "secret": issued.secret}))
        return
    typer.echo(issued.secret)
    typer.secho("Keep it now: only its hash is stored, and it cannot be shown again.", err=True)
    if Scope.STOREFRONT in issued.kept.scopes and not issued.kept.allowed_origins:
        typer.secho("No --origin is given, so pages in browsers are refused; apps and servers are not.", err=True)


@app.command("list")
def list_(
    tenant: Which = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """List the keys that have not been revoked."""
    whose, keys = run(_list(tenant))
    if as_json:
        typer.echo(json.dumps([_told(key.key_id, key) for key in keys]))
        return
    typer.echo(f"keys of {whose.tenant_id}")
    for key in keys:
        typer.echo(f"\n{key.key_id}  {key.name}")
        for line in _lines(key):
            typer.echo(f"  {line}")


@app.command()
def revoke(
    key_id: Annotated[UUID, typer.Argument(metavar="ID", help="The key's id, as `endcap key list` shows it.")],
    tenant: Which = None,
) -> None:
    """End a key. Servers stop taking it within their refresh, 30 seconds as they come."""
    run(_revoke(tenant, key_id))
    typer.echo(f"revoked: {key_id}")


async def _create(
    whose: str | None, name: str, scopes: list[Scope], origins: list[str], channel: str | None, expires_at: datetime | None
) -> IssuedKey:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, whose)
        return await issue_key(
            stores.tenants,
            tenant.tenant_id,
            name=name,
            scopes=scopes,
            allowed_origins=origins,
            channel=channel,
            expires_at=expires_at,
        )


async def _list(whose: str | None) -> tuple[Tenant, list[ApiKey]]:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, whose)
        return tenant, await stores.tenants.keys(tenant.tenant_id)


async def _revoke(whose: str | None, key_id: UUID) -> None:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, whose)
        await revoke_key(stores.tenants, tenant.tenant_id, key_id)


def _lines(key: ApiKey) -> Iterator[str]:
    """What a key may do, and where, a line each: an id and an origin stay whole on a narrow page."""
    yield ", ".join(sorted(key.scopes))
    if key.allowed_origins:
        yield f"from {', '.join(key.allowed_origins)}"
    if key.channel:
        yield f"channel {key.channel}"
    if key.expires_at:
        yield f"until {key.expires_at:%Y-%m-%d}"


def _told(key_id: UUID, key: ApiKey | NewKey) -> dict[str, object]:
    return {
        "id": str(key_id),
        "name": key.name,
        "scopes": sorted(key.scopes),
        "origins": list(key.allowed_origins),
        "channel": key.channel,
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
    }
