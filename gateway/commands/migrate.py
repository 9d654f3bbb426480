"""endcap migrate: bring the database to this version's shape."""

import json
from typing import Annotated

import typer

from gateway.commands.attempt import FAILED, run
from gateway.settings import Settings
from gateway.store import migrate as migrations
from gateway.wiring import database_url


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 where migrations wait.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,  # noqa: FBT002
) -> None:
    """Apply the migrations that the database has not had. Safe to run from several machines at once."""
    with database_url(Settings.from_environment()) as url:
        found = run(migrations.pending(url) if check else migrations.migrate(url))
    if as_json:
        typer.echo(json.dumps({"pending" if check else "applied": found}))
    elif found:
        typer.echo("\n".join(f"{'waits' if check else 'applied'}: {version}" for version in found))
    else:
        typer.echo("The database has this version's shape.")
    if check and found:
        raise typer.Exit(FAILED)
