"""endcap: the command line."""

from importlib import metadata
from typing import Annotated

import typer

from gateway.commands import attempt
from gateway.commands.menu import Menu

app = typer.Typer(
    cls=Menu,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would show the values of variables, secrets among them
    help="Endcap, a self-hosted recommendation gateway for shops.",
)


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
