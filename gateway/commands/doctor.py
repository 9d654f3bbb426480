"""endcap doctor: look at everything that the gateway needs, and say what to do."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway.commands.attempt import FAILED, run
from gateway.commands.finding import Finding, broken, doubtful, well
from gateway.commands.heeding import look_at_names
from gateway.commands.keeping import look_at_retention
from gateway.commands.leading import look_at_pages
from gateway.commands.machine import look_at_machine
from gateway.commands.measuring import look_at_measures
from gateway.commands.supply import look_at_feed
from gateway.domain.release import ReleaseId
from gateway.domain.tenant import TenantId
from gateway.errors import Unavailable
from gateway.index.manifest import BadRelease, read
from gateway.settings import Settings
from gateway.store.connection import connect, place
from gateway.store.database import open_database
from gateway.store.embedded import EmbeddedFailed
from gateway.store.feeds import FeedStore
from gateway.store.migrate import MigrationChanged, MigrationUnknown, pending
from gateway.store.recounting import Recounting
from gateway.wiring import Stores, database_url, releases_folder

_OLDEST = 15  # the major version of PostgreSQL
_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:  # noqa: FBT002
    """Look at everything that the gateway needs. Changes nothing; exits 1 where something fails."""
    settings = Settings.from_environment()
    findings = [*look_at_machine(settings), *run(_look_at_data(settings))]
    failed = any(finding.state == "fail" for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": not failed, "findings": [asdict(finding) for finding in findings]}))
    else:
        _show(findings)
    if failed:
        raise typer.Exit(FAILED)


async def _look_at_data(settings: Settings) -> list[Finding]:
    if not settings.database_url and not (settings.data_dir / "postgres").exists():
        return [well("database", "the embedded PostgreSQL, made at the first start")]
    try:
        with database_url(settings) as url:
            return [finding async for finding in _look_at_database(settings, url)]
    except EmbeddedFailed as failed:
        return [broken("database", str(failed), "read its log; a copy of the data folder first")]
    except Unavailable as lost:
        return [broken("database", lost.message, "is it running, and does it let this machine in?")]


async def _look_at_database(settings: Settings, url: str) -> AsyncIterator[Finding]:
    connection = await connect(url)
    version = connection.get_server_version()
    await connection.close()
    told = f"PostgreSQL {version.major}.{version.micro}, {place(url) if settings.database_url else 'embedded'}"
    if version.major < _OLDEST:
        yield broken("database", told, f"the gateway needs PostgreSQL {_OLDEST} or newer")
        return
    yield well("database", told)
    shape = await _look_at_shape(url)
    yield shape
    if shape.state == "ok":
        async with open_database(url, 2) as db:
            stores = Stores.over(db)
            yield await _look_at_partitions(stores)
            yield await look_at_retention(stores.db)
            yield await look_at_measures(Recounting(stores.db))
            for feed in await FeedStore(stores.db).feeds(None):
                yield look_at_feed(feed, datetime.now(UTC))
            for tenant in await stores.tenants.tenants():
                yield await _look_at_release(settings, stores, tenant.tenant_id)
                yield await look_at_pages(stores.tenants, tenant)
                if named := await look_at_names(stores.events, tenant.tenant_id):
                    yield named


async def _look_at_shape(url: str) -> Finding:
    try:
        waiting = await pending(url)
    except (MigrationChanged, MigrationUnknown) as error:
        return broken("migrations", str(error), "run the version of the gateway that the database was made for")
    if waiting:
        return doubtful(
            "migrations", f"{len(waiting)} wait, from {waiting[0]}", "run endcap migrate, or start the gateway, which does"
        )
    return well("migrations", "the database has this version's shape")


async def _look_at_partitions(stores: Stores) -> Finding:
    today = datetime.now(UTC).date()
    days = [today, today + timedelta(days=1)]
    for parent in ("event", "served_view"):
        missing = await stores.db.fetch("event.missing_partitions", parent=parent, days=days)
        if missing:
            return doubtful(
                "partitions", f"{parent} has none for {missing[0]['day']}", "a running gateway makes them ahead: start it"
            )
    return well("partitions", "made ahead")


async def _look_at_release(settings: Settings, stores: Stores, tenant_id: TenantId) -> Finding:
    about = f"release of {tenant_id}"
    release_id = await stores.releases.serving(tenant_id)
    if release_id is None:
        return doubtful(about, "none: pages show the newest products", f"run endcap train --tenant {tenant_id}")
    try:
        manifest = await asyncio.to_thread(read, releases_folder(settings) / tenant_id / release_id)
    except BadRelease as bad:
        return broken(about, str(bad), f"run endcap train --tenant {tenant_id}, or go back with --rollback")
    if not manifest.events and await stores.events.any(tenant_id):
        return await _doubt_teaching(about, stores, tenant_id, release_id)
    return well(about, f"{release_id}, {manifest.products:,} products, every byte as sealed")


async def _doubt_teaching(about: str, stores: Stores, tenant_id: TenantId, release_id: ReleaseId) -> Finding:
    """Why a release may have learnt from none of the events that there are."""
    if await stores.events.any_before(tenant_id, release_id):
        told = f"{release_id} learnt from no event, though there are some: none names a product of the catalog"
        return doubtful(about, told, "import the catalog whose ids the events name, then run endcap train")
    told = f"{release_id} learnt from no event: all there are came after it, and the next release learns from them"
    return doubtful(about, told, f"run endcap train --tenant {tenant_id}, or wait for a server to do so")


def _show(findings: list[Finding]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        told = f"{finding.told}\n→ {finding.advice}" if finding.advice else finding.told
        table.add_row(f"[{_STYLES[finding.state]}]{finding.state}[/]", finding.about, told.replace("[", r"\["))
    Console().print(table)
