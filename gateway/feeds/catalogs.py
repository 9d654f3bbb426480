"""Importing a catalog: read, products brought together by DuckDB, checked one by one, written where they say something new."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from time import monotonic
from typing import Any

import orjson

from gateway.domain.catalog import Category, CategoryId
from gateway.feeds.columns import CATALOG, map_columns
from gateway.feeds.destination import Destination
from gateway.feeds.dialects.dialect import Dialect, Line
from gateway.feeds.dialects.known import is_google, recognise, refuse_what_is_none
from gateway.feeds.dialects.plain import GOOGLE, PLAIN
from gateway.feeds.entries import Listed, Lister
from gateway.feeds.refusals import Refusals, Unusable
from gateway.feeds.report import Report, Tell
from gateway.feeds.source import Source
from gateway.feeds.staging import Shape, Staged, lay_down, staged_file
from gateway.store.shelving import Shelving

_BATCH = 2_000  # products a transaction
_ROWS = 2_000  # rows at a time out of DuckDB


@dataclass(frozen=True, slots=True)
class CatalogImport:
    """What was asked: which file, for whom, and whose columns are whose."""

    source: Source
    destination: Destination
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How this file's rows become products: how they are laid down, and in whose words they are read."""

    shape: Shape
    dialect: Dialect
    ignored: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()  # columns worth having that the file has not: a row is the whole product


async def import_catalog(asked: CatalogImport, shelving: Shelving, tell: Tell) -> Report:
    """Takes a whole file in; rows that cannot be used are in the report's file. Products without a row stay."""
    started = monotonic()
    plan = _plan(asked)
    refusals, lister = Refusals(asked.source.path), Lister(asked.destination)
    report = Report(file=str(asked.source.path), format=plan.dialect.name, ignored_columns=plan.ignored)
    try:
        with staged_file() as (target, staged):
            report.rows = await asyncio.to_thread(lay_down, asked.source, plan.shape, target, refusals, tell)
            await asyncio.to_thread(staged.take_in, "stage_catalog", target)
            await _shelve(_batches(staged, plan, lister, refusals), asked.destination, shelving, report, tell)
    finally:
        refusals.close()
    report.note_refusals(refusals)
    for name, count in (+lister.dropped).items():
        report.notes.append(f"{count} values of {name} were left out: only http(s) URLs and paths are kept")
    if report.changed and plan.silent:
        silent = ", ".join(plan.silent)
        report.notes.append(
            f"a row is the whole product: the {report.changed:,} changed have no {silent}, as the file has no such column"
        )
    report.seconds = round(monotonic() - started, 3)
    return report


def _plan(asked: CatalogImport) -> _Plan:
    columns = asked.source.columns
    refuse_what_is_none(asked.source)
    dialect = recognise(asked.source) if not asked.columns else None
    if dialect is not None:
        asked.destination.needing_market()
        return _Plan(_shape(dict(zip(columns, range(len(columns)), strict=True)), dialect), dialect)
    mapped = map_columns(columns, CATALOG, asked.columns, ("product_id", "title", "price"))
    if "market" not in mapped.places:
        asked.destination.needing_market()
    dialect = GOOGLE if is_google(columns) else PLAIN
    return _Plan(_shape(mapped.places, dialect), dialect, mapped.ignored, _silent(mapped.places))


def _silent(places: Mapping[str, int]) -> tuple[str, ...]:
    given = {
        name.partition(".")[0].removeprefix("google_").removeprefix("more_").replace("category", "categories") for name in places
    }
    return tuple(name for name in ("description", "brand", "categories", "image_urls", "attributes") if name not in given)


def _shape(places: Mapping[str, int], dialect: Dialect) -> Shape:
    def shape(values: Sequence[str | None]) -> Sequence[str | None]:
        told = {name: value for name, at in places.items() if (value := values[at]) is not None}
        place = dialect.place(told)
        return place.product_id, place.market, place.family, "\x1f".join(place.names) or None, orjson.dumps(told).decode()

    return shape


async def _shelve(
    batches: Iterator[tuple[int, list[Listed]]], destination: Destination, shelving: Shelving, report: Report, tell: Tell
) -> None:
    known: dict[CategoryId, Category] = {}
    done = 0
    while told := await asyncio.to_thread(next, batches, None):
        rows, listed = told
        categories = {c.category_id: c for one in listed for c in one.categories if known.get(c.category_id) != c}
        if categories:
            report.categories += await shelving.put_categories(destination.tenant_id, categories.values())
            known |= categories
        shelved = await shelving.put(destination.tenant_id, [one.entry for one in listed])
        report.added += len(shelved.added)
        report.changed += len(shelved.changed)
        report.unchanged += len({one.entry.product_id for one in listed} - shelved.added - shelved.changed)
        done += rows
        tell("writing products", done, report.rows)


def _batches(staged: Staged, plan: _Plan, lister: Lister, refusals: Refusals) -> Iterator[tuple[int, list[Listed]]]:
    rows = 0
    listed: list[Listed] = []
    flat = (row for batch in staged.batches("ordered_catalog", _ROWS) for row in batch)
    for _, same in groupby(flat, key=lambda row: row[4] or row[0]):
        group = list(same)
        rows += len(group)
        listed += _family(group, plan.dialect, lister, refusals)
        if len(listed) >= _BATCH:
            yield rows, listed
            rows, listed = 0, []
    yield rows, listed


def _family(group: Sequence[tuple[Any, ...]], dialect: Dialect, lister: Lister, refusals: Refusals) -> Iterator[Listed]:
    """Products whose rows go together; one that cannot be read is refused with all its lines."""
    told = [Line(line, orjson.loads(fields), first if product_id else line) for line, product_id, fields, first, _ in group]
    for offered in dialect.products(told, lister):
        try:
            _check_first(offered.lines[0])
            yield offered.read()
        except Unusable as unusable:
            for line in offered.lines:
                refusals.add(line.number, unusable.refusal, line.told)


def _check_first(line: Line) -> None:
    if line.number != line.first:
        raise Unusable("product_id", "REPEATED", f"this product stands on line {line.first} already")
