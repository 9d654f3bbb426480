"""The data sets that quality is measured on: real ones beside the checkout, and a generated shop. Each becomes products and events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from gateway.demo.catalog import build_catalog, categories
from gateway.demo.shoppers import simulate
from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.event import Event
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor
from tests.rehearsed import Told

DATA = Path(__file__).parents[3] / "shared" / "data"
SHOP = TenantId("quality")
_KINDS = {"view": "view", "pv": "view", "cart": "add_to_cart", "fav": "add_to_wishlist", "favorite": "add_to_wishlist",
          "buy": "purchase", "purchase": "purchase"}  # fmt: skip
_GENERATED_ENDS = datetime(2026, 3, 1, tzinfo=UTC)
_SEEN_TWICE = 2

_VISITS = """
    with told as (select user_id, item_id, event_type, ts from read_parquet(?) where ts between ? and ?),
    known as (select item_id from told group by item_id having count(*) >= ?),
    spaced as (
        select *, ts - lag(ts) over (partition by user_id order by ts, item_id, event_type) > 1800 as silent from told join known using (item_id)
    )
    select user_id || '-' || count_if(silent) over (partition by user_id order by ts, item_id, event_type) as session, item_id, event_type, ts
    from spaced order by ts, session, item_id, event_type
"""


@dataclass(frozen=True)
class Shop:
    """A shop as training hears of it."""

    name: str
    products: Sequence[Told]
    events: Sequence[Event]
    categories: Sequence[tuple] = ()


def visits_of(name: str, first: int = 0, last: int = 2**40) -> Callable[[], Shop]:
    """A log of user, item, type and time: sessions cut at half an hour's silence, items seen once left out."""

    def read() -> Shop:
        rows = duckdb.execute(_VISITS, [str(DATA / "events" / f"{name}.parquet"), first, last, _SEEN_TWICE]).fetchall()
        events = [_event(n, kind, str(item), session, moment) for n, (session, item, kind, moment) in enumerate(rows)]
        return Shop(name, [Told(i) for i in sorted({e.product_id for e in events})], events)

    return read


def generated() -> Shop:
    """The demo's catalog, which has words, prices and categories, and its simulated shoppers."""
    catalog = build_catalog()
    products = [
        Told(
            e.product_id, e.title, e.brand, " ".join(v for values in e.attributes.values() for v in values), e.category_ids,
            price=next(iter(e.offers.values())).price.minor_units,
        )
        for e in catalog.entries
    ]  # fmt: skip
    tree = [(c.category_id, c.name, c.parent_id) for c in categories()]
    events = [e for e in simulate(catalog, SHOP, _GENERATED_ENDS) if e.product_id or e.lines]
    return Shop("generated", products, [e for e in events if e.type in ("view", "add_to_cart", "purchase")], tree)


def _event(number: int, kind: str, item: str, session: str, moment: int) -> Event:
    happened = datetime.fromtimestamp(moment, UTC)
    seen = Visitor(session_id=SessionId(session))
    return Event(SHOP, f"{number:08}", _KINDS[kind], happened, seen, "IMPORT", ProductId(item), market_id=MarketId("se"))
