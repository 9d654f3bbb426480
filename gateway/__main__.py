"""endcap: the command line."""

import typer

from gateway.commands import attempt
from gateway.commands.demo import demo
from gateway.commands.train import train

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Endcap, a self-hosted recommendation gateway for shops.")
app.command()(demo)
app.command()(train)


def main() -> None:
    """Runs a command; what can go wrong is said in a line, with exit code 1 (2 for bad usage)."""
    with attempt.saying_what_failed():
        app()


if __name__ == "__main__":
    main()
