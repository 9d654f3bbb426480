"""A file's rows, laid down where DuckDB can sort and number them without holding them in memory."""

import csv
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

import sql
from gateway.domain.event import Refusal
from gateway.errors import BadInput
from gateway.feeds.refusals import Refusals, Unusable
from gateway.feeds.report import Tell
from gateway.feeds.source import OFFLINE, Source
from gateway.feeds.unpacking import MOST

_MEMORY = "256MB"  # DuckDB spills to disk past that
_OFTEN = 20_000  # rows between two words on how far it is


Values = Sequence[str | None]
Shape = Callable[[Values], Values]  # from the file's columns to those of the statement that takes them in


@dataclass(frozen=True, slots=True)
class Staged:
    """The rows of one file, ready to be read in a better order."""

    connection: duckdb.DuckDBPyConnection

    def take_in(self, name: str, file: Path) -> None:
        """Runs sql/importing/`name`.sql over the file that was laid down."""
        try:
            self.connection.execute(sql.importing(name), {"file": str(file)})
        except duckdb.Error as wrong:
            raise BadInput(f"the rows cannot be sorted: {str(wrong).splitlines()[0]}", field="file") from None

    def in_turn(self, order: str, name: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows in the order that sql/importing/`order`.sql makes, `size` at a time by `name`.sql, however many there are."""
        self.connection.execute(sql.importing(order))
        first = 0
        while batch := self.connection.execute(sql.importing(name), {"first": first, "past": first + size}).fetchall():
            yield batch
            first += size

    def batches(self, name: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of sql/importing/`name`.sql, `size` at a time."""
        self.connection.execute(sql.importing(name))
        while batch := self.connection.fetchmany(size):
            yield batch


@contextmanager
def staged_file() -> Iterator[tuple[Path, Staged]]:
    """A file to write rows to, and the DuckDB that may then take them in; both gone at the end."""
    with tempfile.TemporaryDirectory(prefix="endcap-import-") as folder:
        settings = {**OFFLINE, "memory_limit": _MEMORY, "threads": 2, "temp_directory": folder}
        with duckdb.connect(str(Path(folder) / "staged.duckdb"), config=settings) as connection:
            yield Path(folder) / "rows.csv", Staged(connection)


def lay_down(source: Source, shape: Shape, target: Path, refusals: Refusals, tell: Tell, *, may_be_empty: bool = False) -> int:
    """Writes line and shaped values of every readable row to `target`, as a CSV that leaves nothing to guess.

    Rows that cannot be read go to the refusals. The number of rows there were.
    """
    rows = 0
    with target.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file, lineterminator="\n").writerow
        for line, values in source.rows():
            rows += 1
            if isinstance(values, Refusal):
                refusals.add(line, values)
            else:
                try:
                    write([line, *shape(values)])
                except Unusable as unusable:
                    refusals.add(line, unusable.refusal)
            if rows % _OFTEN == 0:
                _check_size(source, file.tell())
                tell("reading", rows, None)
    if not (rows or may_be_empty):
        raise BadInput(f"{source.path}: the file has a header and no rows")
    return rows


def _check_size(source: Source, size: int) -> None:
    """A few bytes of Parquet can say a value a billion times."""
    if size > MOST:
        raise BadInput(f"{source.path}: its rows are more than {MOST:,} bytes, which no feed is; nothing of it was imported")
