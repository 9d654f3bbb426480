"""A small shop with a past: four departments, visitors who stay in one, orders that pair two."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.event import Event, OrderLine
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.wiring import Stores
from tests.rehearsed import Told

DEPARTMENTS = ("chairs", "tables", "lamps", "rugs")
EACH = 15
NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)
COLD = ProductId("chairs-cold")
HIDDEN = ProductId("chairs-00")
TERMS = ("Reading Lamp", "ŁÓDŹ stół", "読書灯")


def product(department: str, number: int) -> ProductId:
    return ProductId(f"{department}-{number:02}")


async def stock(stores: Stores, tenant_id: TenantId, products: Sequence[tuple] | None = None) -> None:
    """Fills the shelves with the shop's own products, or with these rows of id, title, brand, department, hidden."""
    rows = _stock() if products is None else products
    async with stores.db.transaction() as session:
        if products is None:
            columns = ("tenant_id", "category_id", "name", "parent_id")
            await session.copy("category", columns, [(tenant_id, *category) for category in TREE])
        columns = ("tenant_id", "product_id", "title", "brand", "category_ids", "hidden")
        await session.copy("product", columns, [(tenant_id, i, t, b, [c], h) for i, t, b, c, h in rows])
        columns = ("tenant_id", "market_id", "product_id", "price_minor")
        await session.copy("product_market", columns, [(tenant_id, "se", row[0], 10_000) for row in rows])


def visits(tenant_id: TenantId, count: int = 300, seed: int = 1) -> list[Event]:
    """Visits of 2–8 products of one department, at neighbouring numbers; a third ends in an order with a lamp."""
    chance = random.Random(seed)
    events: list[Event] = []
    for visit in range(count):
        began = NEWEST - timedelta(hours=visit)
        department, at = chance.choice(DEPARTMENTS), chance.randrange(1, EACH)
        visitor = Visitor(session_id=SessionId(f"s{visit}"))
        market = MarketId("se") if visit % 3 else None
        for step in range(chance.randint(2, 8)):
            seen = product(department, 1 + (at + chance.randint(-2, 2)) % (EACH - 1))
            events.append(
                Event(
                    tenant_id, f"v{visit}-{step}", "view", began - timedelta(seconds=60 * (9 - step)), visitor, "SERVER", seen,
                    market_id=market,
                )
            )  # fmt: skip
        if visit % 3 == 0:
            lines = (OrderLine(seen), OrderLine(product("lamps", 1 + at % (EACH - 1))))
            events.append(
                Event(
                    tenant_id,
                    f"o{visit}",
                    "purchase",
                    began,
                    visitor,
                    "SERVER",
                    order_id=f"order-{visit}",
                    lines=lines,
                    market_id=market,
                )
            )
    return events


TREE = (("home", "Home", None), *((d, d.title(), "home") for d in DEPARTMENTS))


def told() -> list[Told]:
    """The shop's products as training hears of them."""
    return [Told(i, title, brand, categories=[d], showable=not hidden) for i, title, brand, d, hidden in _stock()]


def priced() -> list[Told]:
    """The same with prices, the dearest not twice the cheapest, and ratings: the higher its number, the better a product is liked."""
    numbered = [(each, int(each.product_id[-2:]) if each.product_id != COLD else 1) for each in told()]
    return [replace(each, price=10_000 + 500 * n, rating=3 + n / 10, review_count=3 * n) for each, n in numbered]


def searches(tenant_id: TenantId) -> list[Event]:
    """Ten visits a term that begin with a search and go on to two lamps, one of them the fourth."""
    events: list[Event] = []
    for visit in range(10 * len(TERMS)):
        visitor = Visitor(session_id=SessionId(f"q{visit}"))
        began = NEWEST - timedelta(hours=visit, minutes=30)
        term = TERMS[visit % len(TERMS)]
        events.append(Event(tenant_id, f"q{visit}", "search", began, visitor, "SERVER", search_term=term))
        for step, lamp in enumerate((product("lamps", 4), product("lamps", 5 + visit % 5)), start=1):
            events.append(Event(tenant_id, f"q{visit}-{step}", "view", began + timedelta(minutes=step), visitor, "SERVER", lamp))
    return events


def _stock() -> list[tuple[ProductId, str, str, str, bool]]:
    return [
        *((product(d, n), f"{d[:-1]} model {n}", f"brand {n % 3}", d, False) for d in DEPARTMENTS for n in range(1, EACH)),
        (COLD, "chair model brand new", "brand 1", "chairs", False),
        (HIDDEN, "chair model 0", "brand 0", "chairs", True),
    ]
