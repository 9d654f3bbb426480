"""python -m tests.golden [--check]: what is written by the code and kept in git, so that a change of it is seen in review.

sql/schema.sql (the migrations' sum), schema/schema.graphql (the API), and the blocks between `<!-- name -->` and
`<!-- /name -->` in the documents: the settings, the commands and the error codes.
"""

import asyncio
import difflib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import typer
from typer.cli import get_docs_for_click

from gateway import errors
from gateway.__main__ import app
from gateway.settings import Settings, variable
from gateway.store.embedded import BINARIES, embedded_server
from gateway.store.migrate import migrate
from schema import schema

ROOT = Path(__file__).parents[1]
SCHEMA_SQL = ROOT / "sql" / "schema.sql"
SCHEMA_GRAPHQL = ROOT / "schema" / "schema.graphql"

_NOISE = re.compile(r"--$|-- (Name|PostgreSQL|Dumped)\b|SET \w+ = |SELECT pg_catalog\.set_config|\\(un)?restrict ")


def dump(url: str) -> str:
    """The database's shape in PostgreSQL's words, by the embedded server's own pg_dump; no partition, nothing that varies."""
    days = [f"--exclude-table={parent}_[0-9]*" for parent in ("event", "served_view", "touch_seen")]
    quiet = ("--schema-only", "--no-owner", "--no-privileges", "--restrict-key=endcap")
    done = subprocess.run([BINARIES / "pg_dump", *quiet, *days, url], check=True, capture_output=True, text=True)
    lines = (line for line in done.stdout.splitlines() if not _NOISE.match(line))
    return (
        "-- What the migrations add up to. Written by `make schema`.\n\n"
        + re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        + "\n"
    )


def print_graphql() -> str:
    """The API that is served, in GraphQL's own words."""
    return "# What the gateway serves at /graphql. Written by `make schema`.\n\n" + schema.as_str().strip() + "\n"


def block(name: str, text: str) -> str:
    """What stands in a document between `<!-- name -->` and `<!-- /name -->`; ValueError where there is no such place."""
    return _split(name, text)[1].strip()


def render_settings() -> str:
    """The table of every setting: its variable, its default, what it is about."""
    rows = [f"| `{variable(f.name)}` | {_default(f.default)} | {f.metadata['about']} |" for f in fields(Settings)]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def render_errors() -> str:
    """The table of every error code: the HTTP status beside it, and its message where no closer one is given."""
    here = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, errors.GatewayError)]
    rows = [f"| `{e.code}` | {e.status} | {(e.__doc__ or '').strip()} |" for e in sorted(here, key=lambda e: (e.status, e.code))]
    return "\n".join(["| code | status | message |", "|---|---|---|", *rows])


def render_commands() -> str:
    """Every command's own help, in Markdown."""
    command = typer.main.get_command(app)
    return get_docs_for_click(obj=command, ctx=typer.Context(command, info_name="endcap"), name="endcap", indent=1).strip()


BLOCKS = (
    ("README.md", "settings", render_settings),
    ("docs/reference/errors.md", "errors", render_errors),
    ("docs/reference/commands.md", "commands", render_commands),
)


def golden() -> Iterator[tuple[Path, str]]:
    """Each golden file and what it should be now."""
    with tempfile.TemporaryDirectory() as folder, embedded_server(Path(folder)) as url:
        asyncio.run(migrate(url))
        yield SCHEMA_SQL, dump(url)
    yield SCHEMA_GRAPHQL, print_graphql()
    for place, name, render in BLOCKS:
        yield ROOT / place, with_block(name, (ROOT / place).read_text(), render())


def with_block(name: str, text: str, content: str) -> str:
    """The document with this content in its block."""
    before, _, after = _split(name, text)
    return f"{before}\n{content}\n{after}"


def main() -> int:
    """Writes what differs, or with --check shows it and returns 1."""
    check = "--check" in sys.argv[1:]
    stale = 0
    for path, wanted in golden():
        there = path.read_text() if path.exists() else ""
        if there == wanted:
            continue
        stale += 1
        name = str(path.relative_to(ROOT))
        if check:
            sys.stdout.writelines(
                difflib.unified_diff(there.splitlines(True), wanted.splitlines(True), name, f"{name}, as the code has it")
            )
        else:
            path.write_text(wanted)
            sys.stdout.write(f"written: {name}\n")
    if check and stale:
        sys.stdout.write(f"\n{stale} golden file(s) differ from the code: run `make schema` and look at the change.\n")
    return int(check and stale > 0)


def _default(value: object) -> str:
    return "" if value is None else f"`{value}`"


def _split(name: str, text: str) -> tuple[str, str, str]:
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if text.count(start) != 1 or text.count(end) != 1:
        raise ValueError(f"a document should have one block {start} … {end}")
    before, _, rest = text.partition(start)
    inside, _, after = rest.partition(end)
    return before + start, inside, end + after


if __name__ == "__main__":
    sys.exit(main())
