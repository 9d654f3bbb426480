"""The menu: what each command is about is known at once, its own file is opened when it is called for."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_MENU = {
    "demo": "Run the demo shop and GraphiQL: everything is made at the first start, and found at the next.",
    "serve": "Run the gateway over ENDCAP_DATABASE_URL, or the embedded PostgreSQL where none is named.",
    "migrate": "Apply the migrations that the database has not had. Safe to run from several machines at once.",
    "train": "Train the recommendations and publish them.",
    "attribute": "Add up what recommendations led to. Servers do so by themselves, every few seconds.",
    "retain": "Remove what is older than each tenant's retention_days. Servers do so by themselves, every day.",
    "evaluate": "Measure the recommendations: train on what came before, and ask about the visits that began after. "
    "Changes nothing.",
    "doctor": "Look at everything that the gateway needs. Changes nothing; exits 1 where something fails.",
    "export": "Write everything out; catalogs and events in the columns that `endcap import` reads. "
    "The file appears when it is whole.",
    "tenant": "Open a tenant's account, set and show its settings.",
    "key": "Make, list and revoke a tenant's API keys.",
    "import": "Import a catalog, events, exposures or lists: CSV, NDJSON (also .gz), Parquet.",
    "experiment": "What is tried out: experiments, from a draft to the archive.",
    "feed": "Catalogs that servers fetch by the clock: files, or what URLs answer.",
}
"""The commands in the order of --help. A command's file has its name, and in it `app`, or the function of that name."""

_FILES = {"import": "bring"}  # a word that Python keeps for itself


class Menu(TyperGroup):
    """`endcap --help` and `--version` open no command's file: together they take seconds to read."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=about) for name, about in _MENU.items()}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command itself; none where the menu has no such name."""
        return _opened(cmd_name) if cmd_name in self.commands else None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The menu as it stands here."""
        TyperGroup(commands=dict(self.commands), help=self.help, params=self.params).format_help(ctx, formatter)


def _opened(name: str) -> Any:
    file = import_module(f"gateway.commands.{_FILES.get(name, name)}")
    desk = typer.Typer()
    if hasattr(file, "app"):
        desk.add_typer(file.app, name=name)
    else:
        desk.command(name)(getattr(file, name))
    return typer.main.get_group(desk).commands[name]
