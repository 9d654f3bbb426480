"""An order as it stands: from everything that was told of it, in whatever sequence that was told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from gateway.domain.catalog import Money, ProductId


class Way(IntEnum):
    """How an order was told. The lowest counts: the shop's word before a browser's guess, a whole order before single lines."""

    SHOP_WHOLE = 0
    SHOP_LINES = 1
    BROWSER_WHOLE = 2
    BROWSER_LINES = 3

    @property
    def trusted(self) -> bool:
        """Whether the shop itself tells it."""
        return self <= Way.SHOP_LINES


class EntryKind(StrEnum):
    """What an entry says."""

    PURCHASE = "purchase"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Buyer:
    """By which ids who bought was told."""

    session_id: str | None = None
    user_id: str | None = None
    visitor_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line told of an order: so many of a product, bought or given back; a refund without a product is of all of it."""

    kind: EntryKind
    way: Way
    event_id: str
    line: int
    happened_at: datetime
    product_id: ProductId | None
    quantity: int = 1
    unit_price: Money | None = None
    buyer: Buyer = Buyer()
    recommendation_id: UUID | None = None

    @property
    def place(self) -> tuple[Way, datetime, int, str, int, str]:
        """Where it stands among others. By its price before its names, which may be taken from it."""
        price = self.unit_price
        return (
            self.way,
            self.happened_at,
            price.minor_units if price else -1,
            price.currency if price else "",
            self.line,
            self.event_id,
        )


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line of the order as it stands: what was bought, and how many of it were given back."""

    entry: Entry
    product_id: ProductId
    refunded: int = 0

    @property
    def kept(self) -> int:
        """How many were not given back."""
        return self.entry.quantity - self.refunded


@dataclass(frozen=True, slots=True)
class Order:
    """`lines`: none, where nothing but refunds is known. `way`: the one that counts, where it was told in more than one."""

    lines: tuple[SaleLine, ...] = ()
    way: Way | None = None


def settle(told: Iterable[Entry]) -> Order:
    """The order. Refunds take no more than was bought, and wait where they come first."""
    entries = sorted(told, key=lambda entry: entry.place)
    bought = [entry for entry in entries if entry.kind is EntryKind.PURCHASE]
    if not bought:
        return Order()
    way = bought[0].way
    lines = [SaleLine(_filled(e, bought), e.product_id) for e in bought if e.way is way and e.product_id is not None]
    returned = _refunded(lines, _believed(way, [entry for entry in entries if entry.kind is EntryKind.REFUND]))
    return Order(tuple(returned), way if any(entry.way is not way for entry in bought) else None)


def _filled(entry: Entry, bought: Sequence[Entry]) -> Entry:
    """The entry, with what it does not say as others say it: a shop's server seldom knows the session, the browser does."""
    mine, named = entry.buyer, [other for other in bought if other.product_id == entry.product_id]
    return replace(
        entry,
        buyer=Buyer(
            mine.session_id or next((e.buyer.session_id for e in bought if e.buyer.session_id), None),
            mine.user_id or next((e.buyer.user_id for e in bought if e.buyer.user_id), None),
            mine.visitor_id or next((e.buyer.visitor_id for e in bought if e.buyer.visitor_id), None),
        ),
        recommendation_id=entry.recommendation_id or next((e.recommendation_id for e in named if e.recommendation_id), None),
    )


def _believed(way: Way, refunds: Sequence[Entry]) -> Sequence[Entry]:
    """The shop's refunds; a browser's only where the shop has said nothing of the order at all."""
    by_shop = [refund for refund in refunds if refund.way.trusted]
    return by_shop if by_shop or way.trusted else refunds


def _refunded(lines: Sequence[SaleLine], refunds: Sequence[Entry]) -> Iterator[SaleLine]:
    """The lines with what was given back. A refund that names a price is of the lines of that price first."""
    if any(refund.product_id is None for refund in refunds):
        yield from (replace(line, refunded=line.entry.quantity) for line in lines)
        return
    waiting: dict[tuple[ProductId | None, Money | None], int] = {}
    for refund in refunds:
        waiting[refund.product_id, refund.unit_price] = waiting.get((refund.product_id, refund.unit_price), 0) + refund.quantity
    priced = [_taking(line, waiting, line.entry.unit_price) for line in lines]
    anyhow: dict[tuple[ProductId | None, Money | None], int] = {}
    for (product_id, _), quantity in waiting.items():
        anyhow[product_id, None] = anyhow.get((product_id, None), 0) + quantity
    yield from (_taking(line, anyhow, None) for line in priced)


def _taking(line: SaleLine, waiting: dict[tuple[ProductId | None, Money | None], int], price: Money | None) -> SaleLine:
    """The line, with as much given back as waits for it and it has left."""
    taken = min(line.kept, waiting.get((line.product_id, price), 0))
    if not taken:
        return line
    waiting[line.product_id, price] -= taken
    return replace(line, refunded=line.refunded + taken)
