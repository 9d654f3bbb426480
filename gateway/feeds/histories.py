"""Importing events: sorted and numbered by DuckDB, checked one by one, kept in batches. Run again, it changes nothing."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from zlib import crc32

from gateway.domain.catalog import CatalogEntry, Money, Offer, ProductId
from gateway.domain.event import BLOCKED, WEIGHTS, Event
from gateway.domain.tenant import Market, TenantId
from gateway.errors import BadInput
from gateway.feeds.columns import EVENTS, map_columns
from gateway.feeds.destination import Destination
from gateway.feeds.happenings import FIELDS, TITLE, EventRow, Interpreter, as_told, products_of
from gateway.feeds.heard import Home
from gateway.feeds.hearing import COLUMNS, Dialect, Tally, as_heard, recognise
from gateway.feeds.misread import misread
from gateway.feeds.refusals import Refusals, Unusable
from gateway.feeds.report import Report, Tell
from gateway.feeds.source import Source
from gateway.feeds.staging import Staged, lay_down, staged_file
from gateway.store.events import EventStore
from gateway.store.shelving import Shelving

_BATCH = 20_000  # events in two transactions
_PRODUCTS = 2_000  # products a transaction
_MOST_TYPES = 10  # unknown types that the report names
UNKNOWN_PRICE = "price_unknown"
"""The attribute of a product made from its id alone: its price of 0 is a gap, not a gift."""


@dataclass(frozen=True, slots=True)
class EventImport:
    """What was asked: which file, for whom, whose columns and types are whose, and whether products are made of it."""

    source: Source
    destination: Destination
    columns: Mapping[str, str]
    types: Mapping[str, str]
    make_products: bool
    now: datetime
    is_crawler: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class _Read:
    """An event, on which line the file tells it, and by what name."""

    event: Event
    line: int
    name: str


@dataclass(slots=True)
class _Named:
    """What the file last said of a product."""

    title: str | None = None
    price: Money | None = None

    def hear(self, title: str | None, price: Money | None) -> None:
        self.title = title or self.title
        self.price = price if price and price.minor_units > 0 else self.price


async def import_events(asked: EventImport, events: EventStore, shelving: Shelving, tell: Tell) -> Report:
    """Takes a whole file in; rows that cannot be used are in the report's file, all others are kept once."""
    started = monotonic()
    known = asked.destination.types
    if unknown := set(asked.types.values()).difference(known):
        raise BadInput(f"--types: there is no event type {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
    report, refusals, heard = Report(file=str(asked.source.path)), Refusals(asked.source.path), Tally()
    dialect = None if asked.columns else recognise(asked.source)
    source, places = _opened(asked, dialect, report, heard)
    if asked.make_products or ("price" in places and not {"market", "currency"} & places.keys()):
        asked.destination.needing_market()
    interpreter = Interpreter(asked.destination, asked.types, _untyped(places, asked), asked.now, asked.is_crawler, dialect)
    named: dict[ProductId, _Named] = {}
    try:
        with staged_file() as (target, staged):
            order = [places.get(name) for name in FIELDS]
            shape = lambda values: [None if place is None else values[place] for place in order]  # noqa: E731
            report.rows = await asyncio.to_thread(
                lay_down, source, shape, target, refusals, tell, may_be_empty=bool(report.format)
            )
            await asyncio.to_thread(staged.take_in, "stage_events", target)
            batches = _batches(staged, interpreter, refusals, heard, named if asked.make_products else None)
            keeper = _Keeper(events, shelving, asked.destination.tenant_id, "session_id" in places)
            strangers = await _keep(batches, keeper, _Ledger(report, refusals, heard), tell)
        report.products, unpriced = await _make_products(asked.destination, named, heard.titles, shelving)
    finally:
        refusals.close()
    report.note_refusals(refusals)
    if report.format:
        report.rows, report.dropped, report.by_name = heard.things, heard.dropped.total(), heard.by_name()
    report.notes += _notes(report, refusals, strangers, unpriced)
    report.notes += misread(report, asked.source.columns, {} if report.format else places)
    report.seconds = round(monotonic() - started, 3)
    return report


def _opened(asked: EventImport, dialect: Dialect | None, report: Report, heard: Tally) -> tuple[Source, Mapping[str, int]]:
    """The rows to read, and where our columns stand in them: another system's events, or columns by their names."""
    if dialect is None:
        mapped = map_columns(asked.source.columns, EVENTS, asked.columns, ("time",))
        report.ignored_columns = mapped.ignored
        return asked.source, mapped.places
    if asked.types:
        raise BadInput(f"--types: the file is {dialect.name}, whose types are known; leave the option out")
    report.format = dialect.name
    there = asked.destination
    currencies = {market.market_id: market.currency for market in there.markets.values()}
    own_types = frozenset(there.types).difference(WEIGHTS)
    home = Home(currencies, there.market.market_id if there.market else None, own_types, trusted=True)
    return as_heard(asked.source, dialect, home, heard), {name: place for place, name in enumerate(COLUMNS)}


def _notes(report: Report, refusals: Refusals, strangers: int, unpriced: int) -> Iterator[str]:
    if report.products:
        yield f"{report.products:,} products were made of the file"
    elif strangers:
        yield f"{strangers:,} events name no product that the catalog has: nothing is learnt from them until it does"
    if refusals.types and not report.format:
        most = ", ".join(f"{name} {count:,}" for name, count in refusals.types.most_common(_MOST_TYPES))
        yield f"unknown types: {most}; say with --types what they are"
    if unpriced:
        yield f"{unpriced:,} of them have no known price: theirs is 0, and they are marked {UNKNOWN_PRICE}"


def _untyped(places: Mapping[str, int], asked: EventImport) -> str | None:
    """What a row without a type is: told as `*`, or, in a file of orders without types, a purchase."""
    if "type" in places or "*" in asked.types:
        return asked.types.get("*")
    if "order_id" in places:
        return "purchase"
    columns = ", ".join(asked.source.columns)
    raise BadInput(f"no column for type was recognised: say --map type=THEIRS, or --types '*=view'; the file has {columns}")


def _batches(
    staged: Staged, interpreter: Interpreter, refusals: Refusals, heard: Tally, named: dict[ProductId, _Named] | None
) -> Iterator[tuple[int, list[_Read]]]:
    for rows in staged.in_turn("order_events", "ordered_events", _BATCH):
        read = []
        for row in rows:
            try:
                event = interpreter.read(row)
            except Unusable as unusable:
                refusals.add(row[0], unusable.refusal, as_told(row))
                heard.note(heard.refused, row[3] or "")
                continue
            read.append(_Read(event, row[0], row[3] or ""))
            if named is not None:
                _note_products(event, row, named)
        yield len(rows), read


def _note_products(event: Event, row: EventRow, named: dict[ProductId, _Named]) -> None:
    for product_id, price in products_of(event):
        named.setdefault(product_id, _Named()).hear(row[TITLE] if event.product_id else None, price)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What became of the events, counted where each of it is told."""

    report: Report
    refusals: Refusals
    heard: Tally

    def note(self, batch: Sequence[_Read], kept: "_Outcome") -> None:
        """Of whom wants not to be followed only the line is told: nothing of them is kept, in no file either."""
        blocked = 0
        for read in batch:
            if read.event.identity in kept.blocked:
                blocked += 1
                self.refusals.add(read.line, BLOCKED)
                self.heard.note(self.heard.refused, read.name)
            else:
                self.heard.note(self.heard.kept, read.name)
        self.report.added += kept.fresh
        self.report.unchanged += len(batch) - kept.fresh - blocked


async def _keep(batches: Iterator[tuple[int, list[_Read]]], keeper: "_Keeper", ledger: _Ledger, tell: Tell) -> int:
    """Reads the next batch while PostgreSQL writes the last; how many events name products, and none that the catalog has."""
    done = strangers = 0
    coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while told := await coming:
            coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
            count, batch = told
            events = [read.event for read in batch]
            ledger.note(batch, await keeper.keep(events))
            strangers += await keeper.strangers(events)
            done += count
            tell("keeping events", done, ledger.report.rows)
    finally:
        with suppress(Exception):  # what it raised has been raised already, or something earlier has
            await coming
    return strangers


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How many events were new, and what makes those known that name someone who wants not to be followed."""

    fresh: int
    blocked: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Writes a batch in two transactions at once; a user's events are all in one of them, so neither waits for the other."""

    events: EventStore
    shelving: Shelving
    tenant_id: TenantId
    returning_sessions: bool

    async def keep(self, batch: Iterable[Event]) -> _Outcome:
        """What became of the events, once they are committed."""
        lanes: tuple[list[Event], ...] = ([], [])
        for event in {event.identity: event for event in reversed(list(batch))}.values():
            seen = event.visitor
            lanes[crc32((seen.user_id or seen.session_id or "").encode()) % len(lanes)].append(event)
        await self.events.make_room(event.happened_at for lane in lanes for event in lane)
        turns = [lane[::-1] for lane in lanes]
        adding = (self.events.add(turn, returning_sessions=self.returning_sessions) for turn in turns)
        kept = await asyncio.gather(*adding, return_exceptions=True)
        blocked: set[str] = set()
        fresh = 0
        for turn, each in zip(turns, kept, strict=True):
            if isinstance(each, BaseException):
                raise each
            fresh += len(each.fresh)
            blocked |= {turn[place].identity for place in each.blocked}
        return _Outcome(fresh, frozenset(blocked))

    async def strangers(self, batch: Sequence[Event]) -> int:
        """How many of the events name products, and none that the catalog has."""
        named = [{product_id for product_id, _ in products_of(event)} for event in batch]
        unknown = await self.shelving.unknown(self.tenant_id, set().union(*named))
        return sum(bool(ids) and ids <= unknown for ids in named)


async def _make_products(
    destination: Destination, named: Mapping[ProductId, _Named], titles: Mapping[str, str], shelving: Shelving
) -> tuple[int, int]:
    """A plain product of each id that is none yet; how many, and how many of them without a price."""
    market = destination.market
    if market is None or not named:
        return 0, 0
    unknown = sorted(await shelving.unknown(destination.tenant_id, named.keys()))
    for start in range(0, len(unknown), _PRODUCTS):
        ids = unknown[start : start + _PRODUCTS]
        await shelving.put(destination.tenant_id, [_plain_product(each, titles.get(each), named[each], market) for each in ids])
    return len(unknown), sum(named[product_id].price is None for product_id in unknown)


def _plain_product(product_id: ProductId, title: str | None, told: _Named, market: Market) -> CatalogEntry:
    return CatalogEntry(
        product_id=product_id,
        title=told.title or title or product_id,
        offers={market.market_id: Offer(told.price or Money(0, market.currency))},
        attributes={} if told.price else {UNKNOWN_PRICE: [True]},
    )
