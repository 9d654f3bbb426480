"""The shop's first night, worked once a run of the tests: those of the nights after it begin with a copy of what it left."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from gateway.domain.catalog import MarketId
from gateway.domain.release import ReleaseId
from gateway.domain.tenant import Market, TenantId
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.trainer import train
from gateway.wiring import Stores
from tests import shop
from tests.conftest import with_database

BUSY = TenantId("acme")


@dataclass(frozen=True)
class Night:
    """What a night left: the name of a database, a data folder, and the release that serves."""

    database: str
    folder: Path
    release_id: ReleaseId


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def first_night(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Night]:
    """The night after the first sixty visits."""
    name, folder = f"endcap_night_{uuid4().hex[:8]}", tmp_path_factory.mktemp("night")
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"create database {name} template {template} strategy file_copy")
    async with open_database(with_database(server_url, name), 4) as db:
        stores = Stores.over(db)
        await stores.tenants.create(BUSY, "Acme")
        await stores.tenants.upsert_market(BUSY, Market(MarketId("se"), "SEK", ("sv-SE", "en")))
        await shop.stock(stores, BUSY)
        await stores.events.add(shop.visits(BUSY, 60))
        outcome = await train(stores, Settings(data_dir=folder), BUSY)
        assert outcome.refused is None
    yield Night(name, folder, outcome.release_id)
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
def rested(first_night: Night, tmp_path: Path) -> Night:
    """The shop in the morning after: `tmp_path` is its data folder, and the test's own database a copy of its database."""
    shutil.copytree(first_night.folder, tmp_path, dirs_exist_ok=True)
    return first_night


@pytest.fixture
def copied(request: pytest.FixtureRequest, template: str) -> str:
    """The name of the database that the test's own is a copy of."""
    return request.getfixturevalue("first_night").database if "rested" in request.fixturenames else template
