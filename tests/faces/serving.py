"""The whole server over a small shop, asked as its clients ask it."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from gateway.app import create_app
from gateway.domain.tenant import Scope, Tenant
from gateway.settings import Settings
from gateway.store.tenants import NewKey
from gateway.wiring import Stores

KEYS = {"storefront": Scope.STOREFRONT, "server": Scope.SERVER, "admin": Scope.ADMIN}


class Client:
    """Asks GraphQL and REST with a key."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self.http = http
        self.url = url

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


@pytest.fixture
async def shop(stores: Stores, tenant: Tenant, database_url: str) -> Tenant:
    """Six products in Sweden, four of them in Germany; one hidden, one sold out; a key of each kind."""
    for name, scope in KEYS.items():
        secret = hashlib.sha256(f"secret-{name}".encode()).digest()
        await stores.tenants.add_key(tenant.tenant_id, NewKey(name, secret, frozenset({scope}), ("https://shop.example",)))
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
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope, receive, send):
            await app(scope | {"state": dict(state)}, receive, send)

        transport = httpx.ASGITransport(with_state, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
            yield Client(http, url)


@pytest.fixture
async def client(shop: Tenant, database_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    async with serving(database_url, tmp_path) as client:
        yield client
