"""endcap feed: catalogs that come in by the clock."""

import json
import shutil
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from gateway.commands.attempt import FAILED, run
from gateway.commands.bring import NOT_HIDDEN, SOME_REFUSED, Columns, ForMarket, ForTenant, Full, MaxHidden, Member, TextEncoding
from gateway.commands.progress import progress_shown
from gateway.commands.reading import read_share
from gateway.commands.saying import phrase
from gateway.commands.supply import described, described_run, in_lines, manner, result
from gateway.domain.feed import Feed
from gateway.domain.tenant import TenantId
from gateway.errors import BadInput
from gateway.feeds.columns import read_pairs
from gateway.feeds.enlisting import Wanted, authorization, check_feed
from gateway.feeds.report import Report
from gateway.feeds.rounds import Ran, Rounds
from gateway.services.administering.tenants import find_tenant
from gateway.settings import Settings
from gateway.store.feeds import FeedStore
from gateway.wiring import Stores, open_stores

app = typer.Typer(no_args_is_help=True, help="Catalogs that servers fetch by the clock: files, or what URLs answer.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The feed's name: lower-case letters, digits, - and _.")]
Every = Annotated[int | None, typer.Option("--every", metavar="MINUTES", help="How often; by hand only where left out.")]
User = Annotated[str | None, typer.Option("--user", help="For Basic authentication; the password is asked for.")]
Headers = Annotated[
    list[str] | None, typer.Option("--header", metavar="NAME", help="A header to send; its value is asked for. Repeatable.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command()
def add(  # noqa: PLR0913, PLR0917  (a command has the options that it has)
    name: Name,
    place: Annotated[str, typer.Argument(metavar="PLACE", help="A file, or an http(s) URL.")],
    every: Every = None,
    tenant: ForTenant = None,
    market: ForMarket = None,
    full: Full = False,  # noqa: FBT002
    max_hidden: MaxHidden = "20%",
    columns: Columns = None,
    encoding: TextEncoding = None,
    member: Member = None,
    user: User = None,
    header: Headers = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Add a feed, or have the one of that name be as said here. Secrets are asked for, or read from standard input."""
    told = read_pairs(columns or (), "--map")
    wanted = Wanted(name, place, market, every, full, read_share(max_hidden), told, encoding, member)
    secrets = authorization(user, _asked("password")) if user else {}
    feed = run(_add(tenant, wanted, {**secrets, **{each: _asked(each) for each in header or ()}}))
    trial = f"Try it: endcap feed run {feed.name} --tenant {feed.tenant_id} --dry-run"
    _say(described(feed) if as_json else f"{feed.name}: {manner(feed)}. {trial}")


@app.command("list")
def list_(
    tenant: Annotated[str | None, typer.Option("--tenant", help="Whose; everyone's where left out.")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """List the feeds, each with what its last run did."""
    feeds = run(_list(tenant))
    if as_json:
        _say([described(feed) for feed in feeds])
        return
    width = shutil.get_terminal_size().columns
    _say("\n\n".join("\n".join(in_lines(feed, width)) for feed in feeds) or "no feed: endcap feed add NAME PLACE")


@app.command("run")
def run_(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Which; needed unless --due.")] = None,
    tenant: ForTenant = None,
    due: Annotated[bool, typer.Option("--due", help="All those whose time has come, of every tenant.")] = False,  # noqa: FBT002
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Run a feed now, modified or not; or those that are due, as servers do."""
    if due == (name is not None) or (due and dry_run):
        raise typer.BadParameter("name a feed, or say --due")
    if due:
        run(_run_due(as_json=as_json))
        return
    assert name is not None
    if dry_run:
        report = run(_rehearse(tenant, name))
        _say(asdict(report) if as_json else phrase(report, "products").rstrip())
        _leave(report)
        return
    ran = run(_run(tenant, name))
    if as_json:
        _say(described_run(ran))
    elif ran.report:
        _say(phrase(ran.report, "products").rstrip())
    else:
        raise BadInput(ran.run.error or "it had nothing to read", field=name)
    _leave(ran.report)


@app.command()
def pause(name: Name, tenant: ForTenant = None) -> None:
    """Have a feed wait until it is resumed; it can still be run by hand."""
    run(_pause(tenant, name, paused=True))


@app.command()
def resume(name: Name, tenant: ForTenant = None) -> None:
    """Have a paused feed go on."""
    run(_pause(tenant, name, paused=False))


@app.command()
def remove(name: Name, tenant: ForTenant = None) -> None:
    """Take a feed away. Its products stay, as though they had been imported by hand."""
    run(_remove(tenant, name))


async def _add(tenant: str | None, wanted: Wanted, secrets: dict[str, str]) -> Feed:
    async with open_stores(Settings.from_environment()) as stores:
        tenant_id = await _tenant(stores, tenant)
        feed = check_feed(tenant_id, await stores.tenants.markets(tenant_id), wanted, secrets)
        await FeedStore(stores.db).put(feed)
        return feed


async def _list(tenant: str | None) -> list[Feed]:
    async with open_stores(Settings.from_environment()) as stores:
        return await FeedStore(stores.db).feeds(await _tenant(stores, tenant) if tenant else None)


async def _run(tenant: str | None, name: str) -> Ran:
    async with open_stores(Settings.from_environment()) as stores:
        with progress_shown() as tell:
            return await Rounds(stores.db, tell).run(await _tenant(stores, tenant), name)


async def _rehearse(tenant: str | None, name: str) -> Report:
    async with open_stores(Settings.from_environment()) as stores:
        with progress_shown() as tell:
            return await Rounds(stores.db, tell).rehearse(await _tenant(stores, tenant), name)


async def _run_due(*, as_json: bool) -> None:
    async with open_stores(Settings.from_environment()) as stores:
        async for ran in Rounds(stores.db, lambda *_: None).run_due():
            _say(described_run(ran) if as_json else f"{ran.tenant_id}/{ran.run.feed}: {result(ran.run)}")


async def _pause(tenant: str | None, name: str, *, paused: bool) -> None:
    async with open_stores(Settings.from_environment()) as stores:
        tenant_id = await _tenant(stores, tenant)
        if not await FeedStore(stores.db).pause(tenant_id, name, paused=paused):
            raise BadInput(f"{tenant_id} has no feed {name[:64]!r}")


async def _remove(tenant: str | None, name: str) -> None:
    async with open_stores(Settings.from_environment()) as stores:
        tenant_id = await _tenant(stores, tenant)
        if not await FeedStore(stores.db).remove(tenant_id, name):
            raise BadInput(f"{tenant_id} has no feed {name[:64]!r}")


async def _tenant(stores: Stores, wanted: str | None) -> TenantId:
    return (await find_tenant(stores.tenants, wanted)).tenant_id


def _asked(what: str) -> str:
    """A secret, from the terminal or a line of standard input: in the arguments every user of the machine could see it."""
    return typer.prompt(what, hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def _leave(report: Report | None) -> None:
    if report is None:
        raise typer.Exit(FAILED)
    if report.not_hidden:
        raise typer.Exit(NOT_HIDDEN)
    if report.refused:
        raise typer.Exit(SOME_REFUSED)


def _say(said: object) -> None:
    typer.echo(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False))
