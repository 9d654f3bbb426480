"""Where a night's events and products lie open: DuckDB over the files that the trainer brought."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

import sql

PRODUCTS, CATEGORIES, EVENTS = "products.csv", "categories.csv", "events.csv"


@dataclass(frozen=True, slots=True)
class Limits:
    """What training may take of the machine."""

    memory_mb: int = 2048
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to learn from; `newest` is the moment from which ages are measured."""

    products: int
    events: int
    newest: datetime | None


@contextmanager
def open_workshop(work: Path, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables product, category, shelf, event and counted, made from the files in `work`; spills to disk past the limits."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{limits.memory_mb}MB",
        "threads": limits.threads,
        "temp_directory": str(work / "spill"),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
    }
    with duckdb.connect(work / "workshop.duckdb", config=config) as duck:
        duck.execute(sql.training("products"), {"path": str(work / PRODUCTS)})
        duck.execute(sql.training("categories"), {"path": str(work / CATEGORIES)})
        duck.execute(sql.training("shelves"))
        duck.execute(sql.training("events"), {"path": str(work / EVENTS)})
        duck.execute(sql.training("chart_ground"))
        yield duck


def measure(duck: duckdb.DuckDBPyConnection) -> Extent:
    """How much the workshop holds."""
    found = duck.execute(sql.training("extent")).fetchone()
    assert found is not None
    products, events, newest = found
    return Extent(products, events, None if newest is None else datetime.fromtimestamp(newest, UTC))
