"""Orders and carts as they stand: what was told of an order is kept, and settled anew whenever something more is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import cast

import asyncpg

from gateway.domain.catalog import Money, ProductId
from gateway.domain.order import Buyer, Entry, EntryKind, Order, SaleLine, Way, settle
from gateway.domain.tenant import TenantId
from gateway.store.database import Session

_ORDERS_AT_ONCE = 5000
_COLUMNS = (
    "tenant_id", "order_key", "event_id", "line", "kind", "whole", "happened_at", "product_id", "quantity", "refunded",
    "unit_price_minor", "currency", "session_id", "told_user_id", "visitor_id", "recommendation_id",
)  # fmt: skip
_WAYS: Mapping[tuple[bool, bool], Way] = {
    (True, True): Way.SHOP_WHOLE,
    (True, False): Way.SHOP_LINES,
    (False, True): Way.BROWSER_WHOLE,
    (False, False): Way.BROWSER_LINES,
}
_WHOLE = (Way.SHOP_WHOLE, Way.BROWSER_WHOLE)


async def settle_sales(session: Session, tenant_id: TenantId) -> None:
    """Brings the tenant's orders and carts to where the transaction's events leave them."""
    await session.execute("sale.enter", tenant_id=tenant_id)
    dirty = [row["order_key"] for row in await session.fetch("sale.read_dirty")]
    for first in range(0, len(dirty), _ORDERS_AT_ONCE):
        await _settle(session, tenant_id, dirty[first : first + _ORDERS_AT_ONCE])
    await session.execute("sale.hear_carts", tenant_id=tenant_id)
    await session.execute("sale.note_before", tenant_id=tenant_id)
    await session.execute("sale.note_after")
    await session.execute("sale.note_changed")
    await session.execute("sale.take_before", tenant_id=tenant_id)
    await session.execute("sale.put_after")


async def _settle(session: Session, tenant_id: TenantId, order_keys: Sequence[str]) -> None:
    told = await session.fetch("sale.read_entries", tenant_id=tenant_id, order_keys=order_keys)
    orders = {key: settle(map(_entry, rows)) for key, rows in groupby(told, key=_key)}
    await session.copy("heard_conversion", _COLUMNS, _rows(tenant_id, orders.items()))
    ways = [orders.get(key, Order()).way for key in order_keys]
    await session.execute("sale.settle_told_twice", tenant_id=tenant_id, order_keys=order_keys, ways=ways)


def _key(row: asyncpg.Record) -> str:
    return cast("str", row["order_key"])


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(
        kind=EntryKind(row["kind"]),
        way=_WAYS[row["trusted"], row["whole"]],
        event_id=row["event_id"],
        line=row["line"],
        happened_at=row["happened_at"],
        product_id=ProductId(row["product_id"]) if row["product_id"] else None,
        quantity=row["quantity"],
        unit_price=Money(row["unit_price_minor"], row["currency"]) if row["currency"] else None,
        buyer=Buyer(row["session_id"], row["user_id"], row["visitor_id"]),
        recommendation_id=row["recommendation_id"],
    )


def _rows(tenant_id: TenantId, orders: Iterable[tuple[str, Order]]) -> Iterator[tuple[object, ...]]:
    for key, order in orders:
        for line in order.lines:
            yield _row(tenant_id, key, line)


def _row(tenant_id: TenantId, order_key: str, line: SaleLine) -> tuple[object, ...]:
    told = line.entry
    price, buyer = told.unit_price, told.buyer
    return (
        tenant_id, order_key, told.event_id, told.line, "ORDER", told.way in _WHOLE, told.happened_at, line.product_id,
        told.quantity, line.refunded, price and price.minor_units, price and price.currency, buyer.session_id, buyer.user_id,
        buyer.visitor_id, told.recommendation_id,
    )  # fmt: skip
