"""endcap export: a tenant's catalog, events, served views, orders or attribution as a file."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.commands import attempt
from gateway.commands.progress import progress_shown
from gateway.feeds import exports
from gateway.services.administering.tenants import find_tenant
from gateway.settings import Settings
from gateway.store.outlet import Outlet
from gateway.wiring import open_stores


def export(
    out: Annotated[Path, typer.Option("--out", help="The file to write; .ndjson.gz is compressed.")],
    tenant: Annotated[str | None, typer.Option("--tenant", help="Whose; may be left out where there is one tenant only.")] = None,
    what: Annotated[exports.What, typer.Option("--what", help="What to write.")] = "catalog",
    form: Annotated[exports.Format | None, typer.Option("--format", help="As the file's name says, where left out.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Write everything out; catalogs and events in the columns that `endcap import` reads. The file appears when it is whole."""
    meant: exports.Format = form or ("parquet" if out.suffix == ".parquet" else "ndjson")
    written = attempt.run(_export(tenant, what, meant, out))
    report = {"file": str(out), "what": what, "format": meant, "records": written}
    typer.echo(orjson.dumps(report).decode() if json else f"{written:,} records of {what} are in {out}")


async def _export(wanted: str | None, what: exports.What, form: exports.Format, out: Path) -> int:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, wanted)
        with progress_shown() as tell:
            return await exports.export(Outlet(stores.db), tenant.tenant_id, what, form, out, tell)
