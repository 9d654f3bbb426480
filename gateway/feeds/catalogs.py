"""Importing a catalog: read, products brought together by DuckDB, checked one by one, written where they say something new."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from gateway.domain.catalog import Category, CategoryId
from gateway.feeds.assembly import assembled
from gateway.feeds.clearing import Clearing
from gateway.feeds.destination import Destination
from gateway.feeds.dialects.plain import GOOGLE, PLAIN
from gateway.feeds.elsewhere import other_currency
from gateway.feeds.entries import Listed, Lister
from gateway.feeds.heap import heap_at
from gateway.feeds.misread import misread
from gateway.feeds.plans import Plan, plan_of
from gateway.feeds.refusals import Refusals
from gateway.feeds.report import Differences, Report, Tell
from gateway.feeds.source import Source
from gateway.feeds.staging import Staged, lay_down, staged_file
from gateway.store.database import Database
from gateway.store.listing import Listing
from gateway.store.rehearsal import Rehearsal
from gateway.store.shelving import Shelving

Batches = Iterator[tuple[int, list[Listed]]]


@dataclass(frozen=True, slots=True)
class CatalogImport:
    """What was asked: which file, for whom, and whose columns are whose.

    `feed`: its name, where it has one. `max_hidden`: the file is all there is, and at most this share of it vanishes at once;
    where it is null, what the file does not list stays. `rehearse`: what would be done is told, and nothing written.
    """

    source: Source
    destination: Destination
    columns: Mapping[str, str] = field(default_factory=dict)
    feed: str | None = None
    max_hidden: float | None = None
    rehearse: bool = False
    keep_refused: bool = True


async def import_catalog(asked: CatalogImport, db: Database, tell: Tell) -> Report:
    """Takes a whole file in; rows that cannot be used are in the report's file. Products without a row stay, unless it is all."""
    started = monotonic()
    plan = plan_of(asked.source, asked.destination, asked.columns)
    lister = Lister(asked.destination)
    report = Report(file=str(asked.source.path), format=plan.dialect.name, ignored_columns=plan.ignored)
    with _refusals(asked) as refusals:
        await _import(asked, _Work(plan, lister, refusals, report, tell), db)
    report.note_refusals(refusals)
    report.notes += other_currency(report, asked.destination)
    if plan.dialect in (PLAIN, GOOGLE):
        report.notes += misread(report, asked.source.columns, plan.places)
    for name, count in (+lister.dropped).items():
        report.notes.append(f"{count} values of {name} were left out: only http(s) URLs and paths are kept")
    if report.changed and plan.silent:
        silent = ", ".join(plan.silent)
        report.notes.append(
            f"a row is the whole product: the {report.changed:,} changed have no {silent}, as the file has no such column"
        )
    report.seconds = round(monotonic() - started, 3)
    return report


@dataclass(frozen=True, slots=True)
class _Work:
    plan: Plan
    lister: Lister
    refusals: Refusals
    report: Report
    tell: Tell


@contextmanager
def _refusals(asked: CatalogImport) -> Iterator[Refusals]:
    refusals = Refusals(asked.source.path, keep=asked.keep_refused and not asked.rehearse)
    try:
        yield refusals
    finally:
        refusals.close()


async def _import(asked: CatalogImport, work: _Work, db: Database) -> None:
    shelves: Shelving | Rehearsal = Rehearsal(db) if asked.rehearse else Shelving(db)
    clearing = None
    if asked.max_hidden is not None:
        clearing = await Clearing.begin(Listing(db), asked.destination, asked.feed, asked.max_hidden)
    with staged_file() as (target, staged), heap_at(target.with_name("heap"), asked.source.path) as heap:
        shape = work.plan.shape(heap)
        work.report.rows = await asyncio.to_thread(lay_down, asked.source, shape, target, work.refusals, work.tell)
        unread = work.refusals.count
        await asyncio.to_thread(staged.take_in, "stage_catalog", target)
        await _shelve(assembled(staged, heap, work.plan.dialect, work.lister, work.refusals), asked, shelves, work)
        if clearing:
            await _clear(clearing, staged, asked, unread, work)
    if isinstance(shelves, Rehearsal):
        fields = dict(shelves.fields.most_common())
        work.report.would = Differences(shelves.added, fields, {name: shelves.examples[name] for name in fields})


async def _clear(clearing: Clearing, staged: Staged, asked: CatalogImport, unread: int, work: _Work) -> None:
    by_market = work.plan.dialect.names_markets
    await clearing.finish(staged, by_market=by_market, unread=unread, rehearse=asked.rehearse, report=work.report)


async def _shelve(batches: Batches, asked: CatalogImport, shelves: Shelving | Rehearsal, work: _Work) -> None:
    known: dict[CategoryId, Category] = {}
    report, tenant_id = work.report, asked.destination.tenant_id
    done = 0
    while told := await asyncio.to_thread(next, batches, None):
        rows, listed = told
        categories = {c.category_id: c for one in listed for c in one.categories if known.get(c.category_id) != c}
        if categories:
            report.categories += await shelves.put_categories(tenant_id, categories.values())
            known |= categories
        shelved = await shelves.put(tenant_id, [one.entry for one in listed], asked.feed)
        report.added += len(shelved.added)
        report.changed += len(shelved.changed)
        report.unchanged += len({one.entry.product_id for one in listed} - shelved.added - shelved.changed)
        done += rows
        work.tell("comparing products" if asked.rehearse else "writing products", done, report.rows)
