"""endcap key: make, list and revoke API keys."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from gateway.commands.attempt import run
from gateway.domain.tenant import Environment, KeptKey, Scope, Tenant
from gateway.services.administering.keys import IssuedKey, Wish, issue_key
from gateway.services.administering.tenants import COMMAND_LINE, find_tenant
from gateway.settings import Settings
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
    environment: Annotated[
        Environment, typer.Option(help="INTEGRATION sees drafts, and what it does counts nowhere.")
    ] = Environment.PRODUCTION,
    expires_days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days until it stops; never where left out.")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Make a key. Its secret is shown now and never again."""
    expires_at = datetime.now(UTC) + timedelta(days=expires_days) if expires_days else None
    wish = Wish(
        name=name, scopes=scope, allowed_origins=origin or (), channel=channel, environment=environment, expires_at=expires_at
    )
    issued = run(_create(tenant, wish))
    if as_json:
        typer.echo(json.dumps({**_told(issued.kept), "secret": issued.secret}))
        return
    typer.echo(issued.secret)
    typer.secho("Keep it now: only its hash is stored, and it cannot be shown again.", err=True)
    if Scope.STOREFRONT in issued.kept.key.scopes and not issued.kept.key.allowed_origins:
        typer.secho("No --origin is given, so pages in browsers are refused; apps and servers are not.", err=True)


@app.command("list")
def list_(
    tenant: Which = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """List the keys that have not been revoked."""
    whose, keys = run(_list(tenant))
    if as_json:
        typer.echo(json.dumps([_told(kept) for kept in keys]))
        return
    typer.echo(f"keys of {whose.tenant_id}")
    for kept in keys:
        typer.echo(f"\n{kept.key.key_id}  {kept.key.name}")
        for line in _lines(kept):
            typer.echo(f"  {line}")


@app.command()
def revoke(
    key_id: Annotated[UUID, typer.Argument(metavar="ID", help="The key's id, as `endcap key list` shows it.")],
    tenant: Which = None,
) -> None:
    """End a key. Servers stop taking it within their refresh, 30 seconds as they come."""
    run(_revoke(tenant, key_id))
    typer.echo(f"revoked: {key_id}")


async def _create(whose: str | None, wish: Wish) -> IssuedKey:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, whose)
        return await issue_key(stores.keys, tenant.tenant_id, wish)


async def _list(whose: str | None) -> tuple[Tenant, list[KeptKey]]:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, whose)
        return tenant, await stores.keys.live(tenant.tenant_id)


async def _revoke(whose: str | None, key_id: UUID) -> None:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, whose)
        await stores.keys.revoke(tenant.tenant_id, key_id, COMMAND_LINE, keep_last=False)


def _lines(kept: KeptKey) -> Iterator[str]:
    """What a key may do, and where, a line each: an id and an origin stay whole on a narrow page."""
    key = kept.key
    yield ", ".join(sorted(key.scopes))
    if key.environment is Environment.INTEGRATION:
        yield "integration: sees drafts, and what it does counts nowhere"
    if key.allowed_origins:
        yield f"from {', '.join(key.allowed_origins)}"
    if key.channel:
        yield f"channel {key.channel}"
    if key.expires_at:
        yield f"until {key.expires_at:%Y-%m-%d}"
    if kept.last_used_at:
        yield f"last used {kept.last_used_at:%Y-%m-%d %H:%M} UTC"


def _told(kept: KeptKey) -> dict[str, object]:
    key = kept.key
    return {
        "id": str(key.key_id),
        "name": key.name,
        "scopes": sorted(key.scopes),
        "origins": list(key.allowed_origins),
        "channel": key.channel,
        "environment": key.environment,
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "last_used_at": kept.last_used_at.isoformat() if kept.last_used_at else None,
    }
