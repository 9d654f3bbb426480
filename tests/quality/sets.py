"""What quality is measured on: real data sets beside the checkout, and generated shops. Each becomes products and events."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb
from msgspec import structs

from gateway.demo.catalog import build_catalog, categories
from gateway.demo.shoppers import simulate
from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.event import Event, OrderLine
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor
from tests.rehearsed import Told

DATA = Path(__file__).parents[3] / "shared" / "data"
SHOP = TenantId("quality")
MARKET = MarketId("se")
_KINDS = {
    "view": "view",
    "pv": "view",
    "cart": "add_to_cart",
    "fav": "add_to_wishlist",
    "favorite": "add_to_wishlist",
    "buy": "purchase",
    "purchase": "purchase",
}
_SEEN_TWICE = 2
_ENDS = datetime(2026, 3, 1, tzinfo=UTC)

_VISITS = """
    with told as (select user_id, item_id, event_type, ts from read_parquet(?) where ts between ? and ?),
    known as (select item_id from told group by item_id having count(*) >= ?),
    spaced as (
        select *, coalesce(ts - lag(ts) over (partition by user_id order by ts, item_id, event_type) > 1800, false) as silent
        from told join known using (item_id)
    )
    select user_id || '-' || count_if(silent) over (partition by user_id order by ts, item_id, event_type) as session,
           item_id, event_type, ts
    from spaced
    order by ts, session, item_id, event_type
"""
_ORDERS = r"""
    select InvoiceNo, StockCode, any_value(Description) over (partition by StockCode order by InvoiceDate
           rows between unbounded preceding and unbounded following), InvoiceDate, UnitPrice
    from read_parquet(?)
    where Quantity > 0 and UnitPrice > 0 and not starts_with(InvoiceNo, 'C') and regexp_matches(StockCode, '^[0-9]{5}')
    order by InvoiceDate, InvoiceNo, StockCode
"""


@dataclass(frozen=True)
class Shop:
    """A shop as training hears of it."""

    name: str
    products: Sequence[Told]
    events: Sequence[Event]
    categories: Sequence[tuple] = ()

    def without(self, hidden: set[str]) -> "Shop":
        """The same shop, in which nobody has ever met the hidden products."""
        return replace(self, events=[met for event in self.events if (met := _unmet(event, hidden))])


def visits_of(name: str, file: str, first: int = 0, last: int = 2**40) -> Callable[[], Shop]:
    """A log of user, item, type and time: visits cut at half an hour's silence, items seen once left out."""

    def read() -> Shop:
        rows = duckdb.execute(_VISITS, [str(DATA / "events" / f"{file}.parquet"), first, last, _SEEN_TWICE]).fetchall()
        events = [_event(n, kind, str(item), session, moment) for n, (session, item, kind, moment) in enumerate(rows)]
        return Shop(name, [Told(i) for i in sorted({e.product_id for e in events})], events)

    return read


def most_bought(read: Callable[[], Shop], count: int) -> Callable[[], Shop]:
    """The same log with nothing but its most bought products: few enough for EASE."""

    def select() -> Shop:
        whole = read()
        bought = Counter(event.product_id for event in whole.events if event.type == "purchase")
        kept = {product for product, _ in bought.most_common(count)}
        events = [event for event in whole.events if event.product_id in kept]
        return Shop(f"{whole.name}, {count:,} most bought", [Told(i) for i in sorted(kept)], events)

    return select


def online_retail() -> Shop:
    """A year of a gift wholesaler's orders, with the words of its products."""
    rows = duckdb.execute(_ORDERS, [str(DATA / "orders" / "uci_online_retail.parquet")]).fetchall()
    words = {code: Told(code, title, price=int(100 * price)) for _, code, title, _, price in rows}
    events = []
    for number, (invoice, told) in enumerate(groupby(rows, key=itemgetter(0))):
        lines = list(told)
        bought = tuple(OrderLine(ProductId(code)) for code in dict.fromkeys(line[1] for line in lines))
        moment = lines[0][3].replace(tzinfo=UTC)
        seen = Visitor(SessionId(invoice))
        events.append(
            Event(SHOP, f"{number:08}", "purchase", moment, seen, "IMPORT", order_id=invoice, lines=bought, market_id=MARKET)
        )
    return Shop("Online Retail", [words[code] for code in sorted(words)], events)


def demo_shop() -> Shop:
    """The demo's catalog, which has words, prices and categories, and its simulated shoppers."""
    catalog = build_catalog()
    products = [
        Told(
            entry.product_id,
            entry.title,
            entry.brand,
            " ".join(value for values in entry.attributes.values() for value in values),
            entry.category_ids,
            price=next(iter(entry.offers.values())).price.minor_units,
        )
        for entry in catalog.entries
    ]
    tree = [(c.category_id, c.name, c.parent_id) for c in categories()]
    events = [e for e in simulate(catalog, SHOP, _ENDS) if e.type in ("view", "add_to_cart", "purchase")]
    return Shop("demo (generated)", products, events, tree)


def demo_store(visits: int = 20_000) -> Shop:
    """The catalog of a retail demo store with generated visits: each in one style, sometimes on to another of its category."""
    columns = "select id, name, category, style, description, price from read_parquet(?) order by id"
    rows = duckdb.execute(columns, [str(DATA / "catalog" / "retail_demo_store_products.parquet")]).fetchall()
    products = [Told(i, name, traits=said, categories=[style], price=int(100 * price)) for i, name, _, style, said, price in rows]
    styles: dict[tuple, list[str]] = {}
    for product_id, _, category, style, _, _ in rows:
        styles.setdefault((category, style), []).append(product_id)
    chance = random.Random(7)
    events = [event for number in range(visits) for event in _outing(number, visits, styles, chance)]
    tree = [(style, style, None) for style in sorted({style for _, style in styles})]
    return Shop("retail demo store (generated visits)", products, events, tree)


def _outing(number: int, visits: int, styles: dict[tuple, list[str]], chance: random.Random) -> list[Event]:
    """Three to eight looks; the popular products of a style stand first in it."""
    keys = list(styles)
    category, style = keys[min(int(chance.random() ** 1.5 * len(keys)), len(keys) - 1)]
    beside = [key for key in keys if key[0] == category]
    began = _ENDS - timedelta(days=60 * (1 - number / visits), seconds=chance.randrange(3600))
    seen, events = Visitor(SessionId(f"v{number}")), []
    for step in range(chance.randint(3, 8)):
        shelf = styles[chance.choice(beside) if chance.random() < 0.2 else (category, style)]
        product = ProductId(shelf[int(chance.random() ** 2 * len(shelf))])
        moment = began + timedelta(seconds=20 * step)
        events.append(Event(SHOP, f"{number:06}-{step}", "view", moment, seen, "IMPORT", product, market_id=MARKET))
    return events


def _unmet(event: Event, hidden: set[str]) -> Event | None:
    if not event.lines:
        return None if event.product_id in hidden else event
    lines = tuple(line for line in event.lines if line.product_id not in hidden)
    return structs.replace(event, lines=lines) if lines else None


def _event(number: int, kind: str, item: str, session: str, moment: int) -> Event:
    happened = datetime.fromtimestamp(moment, UTC)
    seen = Visitor(session_id=SessionId(session))
    return Event(SHOP, f"{number:08}", _KINDS[kind], happened, seen, "IMPORT", ProductId(item), market_id=MARKET)


RETAIL_ROCKET = visits_of("RetailRocket, buyers", "retailrocket_subset_sslrec")
TAOBAO_BUYERS = visits_of("Taobao, buyers", "taobao_multibehavior_sslrec")
TAOBAO_USERS = visits_of("Taobao, users", "taobao_userbehavior_slices", 1511539200, 1512316799)  # its days; some clocks were off
TAOBAO_BASKETS = most_bought(TAOBAO_BUYERS, 5000)
