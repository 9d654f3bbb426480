"""What the benchmarks run on: a generated shop, trained, and the two servers over it."""

import asyncio
import hashlib
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx

from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.event import Event
from gateway.domain.placement import DEFAULTS, Placement, PlacementId, StrategyName
from gateway.domain.tenant import Market, Scope, TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.settings import Settings
from gateway.store.keys import NewKey
from gateway.trainer import train
from gateway.wiring import Stores, open_stores

TENANT = TenantId("bench")
KEY = "bench-secret"
PRODUCTS = 5000
_EVENTS = 60_000
MORE = Placement(PlacementId("item_page.more"), (StrategyName.TRENDING,), 12)
_WORDS = [
    "trail",
    "running",
    "shoe",
    "light",
    "mesh",
    "cotton",
    "winter",
    "jacket",
    "blue",
    "graphite",
    "steel",
    "kettle",
    "oak",
    "lamp",
    "ceramic",
    "linen",
]


async def set_up(settings: Settings) -> None:
    """The shop `bench`: 5,000 products, 60,000 events, a release."""
    async with open_stores(settings) as stores:
        await stock(stores, PRODUCTS)
        await stores.playbooks.add_missing(TENANT, (*DEFAULTS, MORE))
        secret = hashlib.sha256(KEY.encode()).digest()
        await stores.keys.add(TENANT, NewKey("bench", secret, frozenset({Scope.SERVER})))
        await _fill_events(stores)
        await train(stores, settings, TENANT)


async def stock(stores: Stores, products: int) -> None:
    """The shop, its market, and so many products."""
    await stores.tenants.create(TENANT, "Bench")
    await stores.tenants.upsert_market(TENANT, Market(MarketId("eu"), "EUR", ("en",)))
    await stores.db.pool.execute(
        """
        insert into product (tenant_id, product_id, sku, title, description, brand, category_ids, image_urls, rating, review_count)
        select 'bench', 'p' || n, 'SKU-' || n, ($1::text[])[1 + n % 16] || ' ' || ($1::text[])[1 + n * 7 % 16] || ' ' || n,
               repeat(($1::text[])[1 + n % 16] || ' ', 16), 'Brand ' || n % 40, array['c' || n % 50],
               array['https://img.example/p/' || n || '.webp'], 1 + n % 5, n % 4000
        from generate_series(1, $2::int) n
        """,
        _WORDS,
        products,
    )
    await stores.db.pool.execute(
        "insert into product_market (tenant_id, market_id, product_id, price_minor, first_seen)"
        " select 'bench', 'eu', 'p' || n, 500 + n % 40000, now() - n * interval '1 minute' from generate_series(1, $1::int) n",
        products,
    )
    await stores.db.pool.execute("analyze")


async def _fill_events(stores: Stores) -> None:
    chance = random.Random(7)
    start = datetime.now(UTC) - timedelta(days=20)
    events: list[Event] = []
    for number in range(_EVENTS // 6):
        centre = int(chance.paretovariate(0.7)) * 13 % PRODUCTS
        begun = start + timedelta(seconds=chance.uniform(0, 20 * 86400 - 3600))
        seen = Visitor(SessionId(f"s{number}"))
        for step in range(6):
            product = ProductId(f"p{(centre + chance.randrange(40)) % PRODUCTS + 1}")
            kind = "purchase" if chance.random() < 0.1 else "view"
            happened = begun + timedelta(minutes=step)
            events.append(Event(TENANT, f"{number}-{step}", kind, happened, seen, "IMPORT", product, order_id=f"o{number}"))
    for first in range(0, len(events), 5000):
        await stores.events.add(events[first : first + 5000])


@contextmanager
def running(arguments: list[str], port: int, path: str, environment: dict[str, str]) -> Iterator[None]:
    """A server process, ready; stopped at the end. RuntimeError where it does not get ready."""
    with subprocess.Popen([sys.executable, *arguments], env={**os.environ, **environment}, stderr=subprocess.DEVNULL) as process:
        try:
            if not any(_answers(f"http://127.0.0.1:{port}{path}") for _ in range(300)):
                raise RuntimeError(f"{' '.join(arguments)} does not answer at {path}")
            yield
        finally:
            process.terminate()
            process.wait(30)


def _answers(url: str) -> bool:
    """Whether it does; a moment later where not."""
    try:
        if httpx.get(url).status_code in (200, 405):
            return True
    except httpx.TransportError:
        pass
    time.sleep(0.1)
    return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def product_ids(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("select product_id from product where tenant_id = 'bench'")
    await connection.close()
    return [row["product_id"] for row in rows]


def prepare(url: str, folder: Path) -> None:
    """Sets the shop up."""
    asyncio.run(set_up(Settings(database_url=url, data_dir=folder)))
