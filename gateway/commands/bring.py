"""endcap import: catalogs, events, exposures and lists from files."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.commands import attempt
from gateway.commands.progress import progress_shown
from gateway.commands.reading import read_share
from gateway.commands.saying import phrase
from gateway.domain.event_type import types_with
from gateway.feeds.catalogs import CatalogImport, import_catalog
from gateway.feeds.columns import read_pairs
from gateway.feeds.curations import ListImport, import_lists
from gateway.feeds.destination import Destination
from gateway.feeds.exposures import ExposureImport, import_exposures
from gateway.feeds.histories import EventImport, import_events
from gateway.feeds.report import Report, Tell
from gateway.feeds.source import open_source
from gateway.services.administering.tenants import find_tenant
from gateway.services.experimenting.witness import checked_by
from gateway.services.hearing.discern import is_crawler
from gateway.services.shop import Shop
from gateway.settings import Settings
from gateway.store.experiments import ExperimentStore
from gateway.store.exposures import ExposureStore
from gateway.store.shelving import Shelving
from gateway.wiring import Stores, open_stores

SOME_REFUSED = 3  # the exit code where rows were refused; all others were taken
NOT_HIDDEN = 4  # where a full feed hides nothing, since too much would vanish; all else was done

app = typer.Typer(no_args_is_help=True, help="Import a catalog, events, exposures or lists: CSV, NDJSON (also .gz), Parquet.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, NDJSON (both also .gz) or Parquet.")]
ForTenant = Annotated[str | None, typer.Option("--tenant", help="Whose; may be left out where there is one tenant only.")]
ForMarket = Annotated[
    str | None, typer.Option("--market", help="Whose prices these are; needed where there are several markets.")
]
TextEncoding = Annotated[
    str | None, typer.Option("--encoding", help="Of the text, where it is not UTF-8 and says nothing of itself: windows-1252 …")
]
Member = Annotated[
    str | None, typer.Option("--member", metavar="NAME", help="The file meant, where a zip archive holds several.")
]
Columns = Annotated[
    list[str] | None, typer.Option("--map", metavar="OURS=THEIRS", help="Which column is which; may be repeated.")
]
Full = Annotated[bool, typer.Option("--full", help="The file is all there is: hide what came before and is not in it.")]
MaxHidden = Annotated[
    str, typer.Option("--max-hidden", metavar="SHARE", help="With --full: hide nothing where more than this share would vanish.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]

Work = Callable[[Stores, Destination, Tell], Awaitable[Report]]


@app.command("catalog")
def bring_catalog(  # noqa: PLR0913, PLR0917  (a command has the options that it has)
    file: File,
    tenant: ForTenant = None,
    market: ForMarket = None,
    columns: Columns = None,
    encoding: TextEncoding = None,
    member: Member = None,
    full: Full = False,  # noqa: FBT002
    max_hidden: MaxHidden = "20%",
    dry_run: DryRun = False,  # noqa: FBT002
    json: Json = False,  # noqa: FBT002
) -> None:
    """Products from a file, recognised by its content. A row is the whole product; products without a row stay."""
    told = read_pairs(columns or (), "--map")
    share = read_share(max_hidden)
    source = open_source(file, encoding, member)

    def work(stores: Stores, destination: Destination, tell: Tell) -> Awaitable[Report]:
        asked = CatalogImport(source, destination, told, max_hidden=share if full else None, rehearse=dry_run)
        return import_catalog(asked, stores.db, tell)

    _finish(attempt.run(_bring(tenant, market, work)), json, "products")


@app.command("events")
def bring_events(
    file: File,
    tenant: ForTenant = None,
    market: ForMarket = None,
    columns: Columns = None,
    types: Annotated[
        list[str] | None,
        typer.Option("--types", metavar="THEIRS=OURS", help="Which type is which: pv=view,cart=add_to_cart,*=view."),
    ] = None,
    products: Annotated[bool, typer.Option("--products", help="Make a plain product of each id that is none yet.")] = False,  # noqa: FBT002
    json: Json = False,  # noqa: FBT002
) -> None:
    """Events from a file, each kept once; those of GA4, Segment, RudderStack and Google's Retail API are recognised."""
    told, kinds = read_pairs(columns or (), "--map"), read_pairs(types or (), "--types")
    source = open_source(file)

    def work(stores: Stores, destination: Destination, tell: Tell) -> Awaitable[Report]:
        asked = EventImport(source, destination, told, kinds, products, datetime.now(UTC), is_crawler)
        return import_events(asked, stores.events, Shelving(stores.db), tell)

    _finish(attempt.run(_bring(tenant, market, work)), json, "events")


@app.command("exposures")
def bring_exposures(
    file: File,
    tenant: ForTenant = None,
    columns: Columns = None,
    experiment: Annotated[
        str | None, typer.Option("--experiment", metavar="KEY", help="Of rows that name none; they belong to its last phase.")
    ] = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Which units got which variant elsewhere, a row each; analysed like our own. Told again, nothing changes."""
    told = read_pairs(columns or (), "--map")
    source = open_source(file)

    async def work(stores: Stores, destination: Destination, tell: Tell) -> Report:
        shop = await _with_experiments(stores, destination)
        now = datetime.now(UTC)
        asked = ExposureImport(source, told, experiment, lambda each: checked_by(shop, each, now))
        return await import_exposures(asked, ExposureStore(stores.db), tell)

    _finish(attempt.run(_bring(tenant, None, work)), json, "exposures")


@app.command("lists")
def bring_lists(
    file: File,
    tenant: ForTenant = None,
    columns: Columns = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Lists of products computed elsewhere, a row each; one that is there is replaced whole, one without products taken away."""
    told = read_pairs(columns or (), "--map")
    source = open_source(file)

    def work(stores: Stores, destination: Destination, tell: Tell) -> Awaitable[Report]:
        return import_lists(ListImport(source, destination, told), stores.lists, tell)

    _finish(attempt.run(_bring(tenant, None, work)), json, "lists")


async def _with_experiments(stores: Stores, destination: Destination) -> Shop:
    running, drafts = await ExperimentStore(stores.db).served(destination.tenant_id)
    tenant = await find_tenant(stores.tenants, destination.tenant_id)
    return Shop(tenant, 0, experiments=running, draft_experiments=drafts)


async def _bring(wanted: str | None, market: str | None, work: Work) -> Report:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, wanted)
        destination = Destination.choose(tenant.tenant_id, await stores.tenants.markets(tenant.tenant_id), market)
        types = types_with(await stores.event_types.own(tenant.tenant_id))
        with progress_shown() as tell:
            return await work(stores, replace(destination, types=types.keys()), tell)


def _finish(report: Report, json: bool, things: str) -> None:
    sys.stdout.write(orjson.dumps(asdict(report)).decode() + "\n" if json else phrase(report, things))
    if report.not_hidden:
        raise typer.Exit(NOT_HIDDEN)
    if report.refused:
        raise typer.Exit(SOME_REFUSED)
