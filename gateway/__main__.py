"""endcap: the command line."""

from importlib import metadata
from typing import Annotated

import typer

from gateway.commands import attempt, bring, feed, key, tenant
from gateway.commands.attribute import attribute
from gateway.commands.demo import demo
from gateway.commands.doctor import doctor
from gateway.commands.evaluate import evaluate
from gateway.commands.export import export
from gateway.commands.migrate import migrate
from gateway.commands.retain import retain
from gateway.commands.serve import serve
from gateway.commands.train import train

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would show the values of variables, secrets among them
    help="Endcap, a self-hosted recommendation gateway for shops.",
)
app.command()(demo)
app.command()(serve)
app.command()(migrate)
app.command()(train)
app.command()(attribute)
app.command()(retain)
app.command()(evaluate)
app.add_typer(tenant.app, name="tenant")
app.add_typer(key.app, name="key")
app.command()(doctor)
app.add_typer(bring.app, name="import")
app.add_typer(feed.app, name="feed")
app.command()(export)


def tell_version(wanted: bool) -> None:
    """Tells it and leaves, where it is wanted."""
    if wanted:
        typer.echo("endcap " + metadata.version("endcap"))
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=tell_version, is_eager=True, help="Tell the version.")] = False,  # noqa: FBT002
) -> None:
    """Endcap, a self-hosted recommendation gateway for shops."""


def main() -> None:
    """Runs a command; what can go wrong is said in a line, with exit code 1 (2 for bad usage)."""
    with attempt.saying_what_failed():
        app()


if __name__ == "__main__":
    main()
