"""endcap experiment recount: what was added up of units, compared with the events to the last unit."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from gateway.commands.attempt import run
from gateway.errors import UnknownExperiment
from gateway.services.administering.tenants import find_tenant
from gateway.services.experimenting.recount import Recounter
from gateway.services.hearing.reckon import Reckoner
from gateway.settings import Settings
from gateway.store.reckoning import Reckoning
from gateway.store.recounting import Recount, Recounting
from gateway.wiring import open_stores

WRONG = 3
"""The exit code where differences stand."""


def recount(
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="The experiment's key; all of them where left out.")] = None,
    tenant: Annotated[str | None, typer.Option("--tenant", help="Whose; may be left out where there is one tenant only.")] = None,
    mend: Annotated[bool, typer.Option("--mend", help="Put right what is wrong.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,  # noqa: FBT002
) -> None:
    """Counts everything again from the events and tells each difference. Exit code 3 where any is left."""
    found = run(_recount(tenant, key, mend=mend))
    if as_json:
        sys.stdout.write(orjson.dumps([asdict(each) for each in found]).decode() + "\n")
    else:
        sys.stdout.writelines(line + "\n" for each in found for line in _said(each, mend=mend))
    if not mend and any(each.wrong for each in found):
        raise typer.Exit(WRONG)


async def _recount(wanted: str | None, key: str | None, *, mend: bool) -> Sequence[Recount]:
    async with open_stores(Settings.from_environment()) as stores:
        tenant_id = (await find_tenant(stores.tenants, wanted)).tenant_id
        recounting = Recounting(stores.db)
        if key is not None and not await recounting.stretches(tenant_id, key):
            raise UnknownExperiment(f"there is no experiment {key!r} that has started", field="key")
        await Reckoner(Reckoning(stores.db)).catch_up([tenant_id])
        return await Recounter(recounting).recount(tenant_id, key, mend=mend)


def _said(found: Recount, *, mend: bool) -> list[str]:
    where = f"{found.stretch.key}, phase {found.stretch.phase}: {found.units:,} units"
    if not found.wrong:
        return [f"{where}, no difference"]
    lines = [f"  {each.what} {each.named}: {each.had}, should be {each.right}" for each in found.told]
    more = found.wrong - len(found.told)
    done = "mended" if mend else "say --mend to put them right"
    return [f"{where}, {found.wrong:,} differences; {done}", *lines, *([f"  and {more:,} more"] if more > 0 else [])]
