"""endcap export: a tenant's catalog, events, served views, orders or attribution as a file."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.commands import attempt
from gateway.commands.progress import progress_shown
from gateway.errors import BadInput
from gateway.feeds import exports
from gateway.services.administering.tenants import find_tenant
from gateway.settings import Settings
from gateway.store.outlet import Outlet
from gateway.wiring import open_stores

_ENDINGS: dict[str, exports.Format] = {".ndjson": "ndjson", ".ndjson.gz": "ndjson", ".parquet": "parquet"}


def export(
    out: Annotated[Path, typer.Option("--out", help="The file to write; .ndjson.gz is compressed.")],
    tenant: Annotated[str | None, typer.Option("--tenant", help="Whose; may be left out where there is one tenant only.")] = None,
    what: Annotated[exports.What, typer.Option("--what", help="What to write.")] = "catalog",
    form: Annotated[exports.Format | None, typer.Option("--format", help="As the file's name says, where left out.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Write everything out; catalogs and events in the columns that `endcap import` reads. The file appears when it is whole."""
    meant = form or _meant(out)
    written = attempt.run(_export(tenant, what, meant, out))
    report = {"file": str(out), "what": what, "format": meant, "records": written}
    typer.echo(orjson.dumps(report).decode() if json else f"{written:,} records of {what} are in {out}")


def _meant(out: Path) -> exports.Format:
    """The format that a file's name promises; BadInput where it promises another."""
    for ending, form in _ENDINGS.items():
        if out.name.endswith(ending):
            return form
    raise BadInput(f"must end in {', '.join(_ENDINGS)}, not as {out.name!r} does; or say --format", field="--out")


async def _export(wanted: str | None, what: exports.What, form: exports.Format, out: Path) -> int:
    async with open_stores(Settings.from_environment()) as stores:
        tenant = await find_tenant(stores.tenants, wanted)
        with progress_shown() as tell:
            return await exports.export(Outlet(stores.db), tenant.tenant_id, what, form, out, tell)
