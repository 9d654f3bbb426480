"""Where a night's work lies open: DuckDB over the catalog that the trainer brought, and over the sums of all days."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

import sql
from gateway.index.cleansing import cleanse
from gateway.index.days import Days
from gateway.index.errand import CATEGORIES, EVENTS, PRODUCTS, Errand
from gateway.index.increments import read_events, write_batch
from gateway.index.months import join_months, look_at

__all__ = ["CATEGORIES", "EVENTS", "PRODUCTS", "Extent", "Limits", "measure", "open_days", "open_workshop"]

_FORMAT = "2"


@dataclass(frozen=True, slots=True)
class Limits:
    """What training may take of the machine."""

    memory_mb: int = 2048
    threads: int = 1

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process that trains finds in its environment. Its memory goes back to the system when it ends, not between two
        steps: giving it back and forth took a fifth of the time.
        """
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(self.threads))
        return {**threads, **dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(1 << 33))}


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to learn from; `newest` is the moment from which ages are measured."""

    products: int
    events: int
    newest: datetime | None


@contextmanager
def open_workshop(work: Path, limits: Limits, days: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables product, category, shelf, seen, faded and counted, and `event`, the steps of the last part that was read.

    Sums up what the errand in `work` brings, into the folder `days` (one in `work` where null), and merges it with what lies
    there. Spills to disk past the limits.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{limits.memory_mb}MB",
        "threads": limits.threads,
        "temp_directory": str(work / "spill"),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
    }
    with duckdb.connect(config=config) as duck:
        duck.execute(sql.training("products"), {"path": str(work / PRODUCTS)})
        duck.execute(sql.training("categories"), {"path": str(work / CATEGORIES)})
        duck.execute(sql.training("shelves"))
        errand = Errand.read(work)
        _merge(duck, _sum_up(duck, work, errand, open_days(days or work / "days", errand.lesson)))
        yield duck


def open_days(folder: Path, taught: str) -> Days:
    """What has been summed up in a folder, as far as this version of the gateway can use it. `taught`: what each event says."""
    statements = sorted((sql.HERE / "training").glob("day_*.sql"))
    ways = (
        _FORMAT,
        duckdb.__version__,
        taught,
        *(path.read_text() for path in statements),
    )  # a number of a product is DuckDB's hash
    return Days.open(folder, hashlib.sha256("\n".join(ways).encode()).hexdigest())


def measure(duck: duckdb.DuckDBPyConnection) -> Extent:
    """How much the workshop holds."""
    found = duck.execute(sql.training("extent")).fetchone()
    assert found is not None
    products, events, newest = found
    return Extent(products, events, None if newest is None else datetime.fromtimestamp(newest, UTC))


def _sum_up(duck: duckdb.DuckDBPyConnection, work: Path, errand: Errand, days: Days) -> Days:
    """Reads the parts of the errand, keeping each as soon as it is summed up: a trainer that is killed has not worked in vain."""
    days.folder.mkdir(parents=True, exist_ok=True)
    duck.execute(sql.training("folder"), {"folder": str(days.folder)})
    if errand.marks is not None:
        days = days.holding(errand.marks)
    if errand.forgotten != days.forgotten:
        days = replace(cleanse(duck, days), forgotten=errand.forgotten).save()
    for part in errand.parts:
        own, *pairs = read_events(duck, work / part.file, part.marks)
        batch = days.next_batch()
        write_batch(duck, days.folder / str(batch), *pairs)
        days = days.with_days(part.marks if part.marks is not None else dict.fromkeys(own, ""), batch).save()
    if errand.marks is not None:
        days = join_months(duck, days, errand.marks)
    days = days.save()
    if not days.spans:
        write_batch(duck, days.folder / "0", *pairs)  # of nothing, so that there is something to merge
    return days


def _merge(duck: duckdb.DuckDBPyConnection, days: Days) -> None:
    """The counts of all days. Pairs are merged graph by graph, when they are asked for."""
    look_at(duck, days.spans)
    for name in ("seen", "faded", "chart_ground"):
        duck.execute(sql.training(name))
