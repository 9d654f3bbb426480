"""endcap tenant: open an account, set and show its settings."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gateway.commands.attempt import run
from gateway.commands.reading import read_change, read_market
from gateway.domain.placement import DEFAULTS
from gateway.domain.tenant import Market, Tenant
from gateway.services.administering.tenants import SETTABLE, change_settings, find_tenant, open_account, put_market
from gateway.settings import Settings
from gateway.wiring import open_stores

app = typer.Typer(no_args_is_help=True, help="Open a tenant's account, set and show its settings.")

Which = Annotated[str | None, typer.Option("--tenant", help="Whose; may be left out where there is one tenant only.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="The tenant's id: lower-case letters, digits, - and _.")],
    market: Annotated[list[str], typer.Option(help="ID:CURRENCY[:LOCALE[,LOCALE]], as in se:SEK:sv-SE; may be repeated.")],
    title: Annotated[str | None, typer.Option(help="The shop's name, as people write it; the id where left out.")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Open an account, with its markets and a placement on every page type."""
    markets = [read_market(text) for text in market]
    tenant = run(_create(name, title or name, markets))
    if as_json:
        _say(
            {
                "tenant": tenant.tenant_id,
                "markets": [asdict(m) for m in markets],
                "placements": [p.placement_id for p in DEFAULTS],
            }
        )
    else:
        _say(f"{tenant.tenant_id}: {len(markets)} market(s), {len(DEFAULTS)} placements. Next: a key, and the catalog.")
        _say(f"  endcap key create --tenant {tenant.tenant_id} --scope ADMIN")
        _say(f"  endcap import catalog FILE --tenant {tenant.tenant_id} --market {markets[0].market_id}")


@app.command("set")
def set_(
    changes: Annotated[list[str], typer.Argument(metavar="KEY=VALUE …", help=f"Of {', '.join(SETTABLE)}.")],
    tenant: Which = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Set one or more of a tenant's settings: all of them, or none where one cannot be."""
    told = [read_change(text) for text in changes]
    settled, markets, unrated = run(_set(tenant, dict(told)))
    _show(settled, markets, as_json=as_json)
    if unrated:
        typer.echo(f"no longer rated: {', '.join(unrated)}; rates= replaces all the rates there were", err=True)


@app.command()
def market(
    told: Annotated[str, typer.Argument(metavar="MARKET", help="ID:CURRENCY[:LOCALE[,LOCALE]], as in fi:EUR:fi-FI,sv-FI.")],
    tenant: Which = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Add a market, or give one there is other languages. Its products come with the next import."""
    _show(*run(_add_market(tenant, read_market(told))), as_json=as_json)


@app.command()
def show(
    tenant: Which = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Show a tenant's settings and markets."""
    _show(*run(_read(tenant)), as_json=as_json)


async def _create(name: str, title: str, markets: list[Market]) -> Tenant:
    async with open_stores(Settings.from_environment()) as stores:
        return await open_account(stores.tenants, name, title, markets)


async def _set(name: str | None, changes: Mapping[str, Any]) -> tuple[Tenant, list[Market], list[str]]:
    """The tenant as it is now, its markets, and the currencies that had a rate before."""
    async with open_stores(Settings.from_environment()) as stores:
        before = await find_tenant(stores.tenants, name)
        tenant = await change_settings(stores.tenants, before, changes)
        unrated = sorted(before.rates.keys() - tenant.rates.keys())
        return tenant, list((await stores.tenants.markets(tenant.tenant_id)).values()), unrated


async def _add_market(name: str | None, told: Market) -> tuple[Tenant, list[Market]]:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, name)
        await put_market(stores.tenants, tenant, told)
        return tenant, list((await stores.tenants.markets(tenant.tenant_id)).values())


async def _read(name: str | None) -> tuple[Tenant, list[Market]]:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, name)
        return tenant, list((await stores.tenants.markets(tenant.tenant_id)).values())


def _show(tenant: Tenant, markets: list[Market], *, as_json: bool) -> None:
    told = {**asdict(tenant), "identity_secret": "set" if tenant.identity_secret else None}  # never told again
    del told["cursor_secret"]
    if as_json:
        _say({**told, "markets": [asdict(m) for m in markets]})
        return
    table = Table(show_header=False, title=f"{tenant.tenant_id}", title_justify="left")
    for key, value in told.items():
        table.add_row(key, _readable(value))
    for market in markets:
        table.add_row(f"market {market.market_id}", f"{market.currency} {', '.join(market.locales)}")
    Console().print(table, markup=False)


def _readable(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={each}" for key, each in value.items())
    return {None: "", True: "yes", False: "no"}.get(value, str(value)) if value is None or isinstance(value, bool) else str(value)


def _say(told: object) -> None:
    typer.echo(told if isinstance(told, str) else json.dumps(told, ensure_ascii=False))
