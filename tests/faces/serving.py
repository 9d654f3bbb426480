"""The whole server over a small shop, asked as its clients ask it."""

import asyncio
import gc
import hashlib
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette

from gateway.app import create_app
from gateway.domain.catalog import ProductId
from gateway.domain.event import Event
from gateway.domain.release import ReleaseId
from gateway.domain.tenant import Scope, Tenant
from gateway.domain.visitor import SessionId, Visitor
from gateway.index.manifest import read
from gateway.services.gateway import Gateway
from gateway.services.hearing.reckon import Reckoner
from gateway.settings import Settings
from gateway.store.database import Database
from gateway.store.keys import NewKey
from gateway.store.reckoning import Reckoning
from gateway.trainer import train
from gateway.wiring import Stores

PATIENCE = 30  # seconds for what takes a moment on an idle machine
KEYS = {"storefront": Scope.STOREFRONT, "server": Scope.SERVER, "admin": Scope.ADMIN, "preview": Scope.PREVIEW}


class Client:
    """Asks GraphQL and REST with a key."""

    def __init__(self, http: httpx.AsyncClient, url: str, gateway: Gateway | None = None) -> None:
        self.http = http
        self.url = url
        self.gateway = gateway

    async def heard(self) -> None:
        """The server of this process goes by what stands in the database now, whoever wrote it there."""
        assert self.gateway is not None, "there is no server in this process"
        now = {row["tenant_id"]: row["version"] for row in await self.rows("select tenant_id, version from tenant_version")}
        async with asyncio.timeout(PATIENCE):
            while not all(known_of(self.gateway).get(tenant_id, 0) >= version for tenant_id, version in now.items()):
                await self.gateway.administrator.catch_up()

    async def ask(self, query: str, key: str | None = "storefront", headers: dict[str, str] | None = None, **variables):
        """The whole answer of a GraphQL operation."""
        sent = {**({"authorization": f"Bearer secret-{key}"} if key else {}), **(headers or {})}
        response = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=sent)
        return response.json()

    async def data(self, query: str, key: str | None = "storefront", **variables):
        """The data of an operation that must succeed."""
        answer = await self.ask(query, key, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def rows(self, query: str, *arguments: object) -> Sequence[asyncpg.Record]:
        """What stands in the database."""
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()


def known_of(gateway: Gateway) -> dict[str, int]:
    """The version of each shop that the server goes by."""
    return {shop.tenant.tenant_id: shop.version for shop in gateway.shops}


@pytest.fixture
async def shop(stores: Stores, tenant: Tenant, database_url: str) -> Tenant:
    """Six products in Sweden, four of them in Germany; one hidden, one sold out; a key of each kind."""
    for name, scope in KEYS.items():
        secret = hashlib.sha256(f"secret-{name}".encode()).digest()
        await stores.keys.add(tenant.tenant_id, NewKey(name, secret, frozenset({scope}), ("https://shop.example",)))
    await fill_catalog(database_url)
    return tenant


async def fill_catalog(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("""
        insert into category (tenant_id, category_id, name, parent_id) values
            ('acme', 'shoes', 'Shoes', null), ('acme', 'boots', 'Boots', 'shoes'), ('acme', 'care', 'Care', null);
        insert into product (tenant_id, product_id, title, brand, category_ids, attributes, image_urls, hidden, rating) values
            ('acme', 'boot', 'Winter boot', 'Nord', '{boots}', '{"colour": ["black", "brown"], "size": [42]}', '{/boot.jpg}', false, 4.5),
            ('acme', 'sneaker', 'Running shoe', 'Fleet', '{shoes}', '{"colour": ["red"]}', '{}', false, 3),
            ('acme', 'lace', 'Laces', 'Nord', '{care}', '{}', '{}', false, null),
            ('acme', 'wax', 'Wax', 'Nord', '{care}', '{}', '{}', false, null),
            ('acme', 'ghost', 'Hidden', null, '{care}', '{}', '{}', true, null),
            ('acme', 'gone', 'Sold out', null, '{boots}', '{}', '{}', false, null);
        insert into product_market (tenant_id, market_id, product_id, price_minor, sale_price_minor, available, quantity, first_seen)
        select 'acme', 'se', p, price, sale, p <> 'gone', 5, now() - age * interval '1 day' from (values
            ('boot', 129900, null, 1), ('sneaker', 89900, 59900, 2), ('lace', 4900, null, 3), ('wax', 9900, null, 40),
            ('ghost', 100, null, 1), ('gone', 99900, null, 1)) as v (p, price, sale, age);
        insert into product_market (tenant_id, market_id, product_id, price_minor, title)
        values ('acme', 'de', 'boot', 11990, 'Winterstiefel'), ('acme', 'de', 'lace', 490, null);
        insert into product_locale (tenant_id, locale, product_id, title) values ('acme', 'sv-SE', 'boot', 'Vinterkänga');
    """)
    await connection.close()


@asynccontextmanager
async def serving(url: str, folder: Path, **settings: object) -> AsyncIterator[Client]:
    """A client of a server over this database."""
    app = create_app(Settings(database_url=url, data_dir=folder, **settings))
    gc.freeze()  # a server looks for garbage once as it starts: not among all that the tests before have imported and left
    async with opened(app, raise_app_exceptions=False) as (http, state):
        yield Client(http, url, state["gateway"])


@asynccontextmanager
async def opened(
    app: Starlette, base_url: str = "http://gateway", *, raise_app_exceptions: bool = True
) -> AsyncIterator[tuple[httpx.AsyncClient, Mapping[str, Any]]]:
    """An application from its start to its end, with somebody who asks it and what it holds."""
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope, receive, send):
            await app(scope | {"state": dict(state)}, receive, send)

        transport = httpx.ASGITransport(with_state, raise_app_exceptions=raise_app_exceptions)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as http:
            yield http, state


async def add_up(client: Client, stores: Stores) -> None:
    """What was told goes into attribution's figures, once what was served is written."""
    async with asyncio.timeout(PATIENCE):
        while not await client.rows("select from served_view"):  # noqa: ASYNC110  (another task of this loop writes it)
            await asyncio.sleep(0.01)
    await reckoned(Reckoning(stores.db))


async def reckoned(reckoning: Reckoning) -> None:
    """All batches are added up, be it here or by the server, which may be at it just now."""
    async with asyncio.timeout(30):
        await Reckoner(reckoning).catch_up()
        while await reckoning.batches():
            await asyncio.sleep(0.01)
            await Reckoner(reckoning).catch_up()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the queries that pages ask within their deadline, in order."""
    asked: list[str] = []
    fetch = Database.fetch_within

    async def noting(self, seconds, name, /, **given):
        asked.append(name)
        return await fetch(self, seconds, name, **given)

    monkeypatch.setattr(Database, "fetch_within", noting)
    return asked


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the release of the shop's past is kept, once it was made: every test that wants it publishes a copy."""
    return tmp_path_factory.mktemp("night")


@pytest.fixture
async def trained(shop: Tenant, stores: Stores, database_url: str, tmp_path: Path, night: Path) -> Tenant:
    """The shop with a past and a release: boots are looked at with sneakers and bought with wax, laces with nothing."""
    start = datetime.now(UTC) - timedelta(days=1)
    outings = [*[("view", ("boot", "sneaker", "gone"))] * 12, ("purchase", ("boot", "wax"))]
    happened = [
        Event(shop.tenant_id, f"{number}-{step}", kind, start + timedelta(minutes=step), Visitor(SessionId(f"past-{number}")),
              "IMPORT", ProductId(product), order_id=f"o{number}" if kind == "purchase" else None)
        for number, (kind, products) in enumerate(outings) for step, product in enumerate(products)
    ]  # fmt: skip
    await stores.events.add(happened)
    home = tmp_path / "releases" / shop.tenant_id
    if made := next(night.iterdir(), None):  # noqa: ASYNC240  (nothing else runs in this loop)
        shutil.copytree(made, home / made.name)
        await stores.releases.publish(shop.tenant_id, ReleaseId(made.name), read(made).as_json())
    else:
        outcome = await train(stores, Settings(database_url=database_url, data_dir=tmp_path), shop.tenant_id)
        assert outcome.refused is None
        shutil.copytree(home / outcome.release_id, night / outcome.release_id)
    return shop


@pytest.fixture
def open_shop(shop: Tenant, database_url: str, tmp_path: Path) -> Callable[[], AbstractAsyncContextManager[Client]]:
    """A server that keeps its views at once, to be opened when all that it should know is there."""
    return lambda: serving(database_url, tmp_path, view_flush_ms=20, refresh_seconds=0.2)


@pytest.fixture
async def client(shop: Tenant, database_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    async with serving(database_url, tmp_path) as client:
        yield client
