"""Two servers on one database: one drops the days that nobody keeps, the other writes what is told late; nothing is lost."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from gateway.domain.catalog import ProductId
from gateway.domain.event import Event
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.store.database import open_database
from gateway.store.events import EventStore
from gateway.store.retention import RetentionStore

ACME = TenantId("acme")
THEN = datetime.now(UTC) - timedelta(days=100)
PART = f"event_{THEN:%Y%m%d}"


def late(number):
    return Event(ACME, f"e{number}", "view", THEN, Visitor(SessionId("s")), "SERVER", product_id=ProductId("boot"))


@pytest.fixture
async def writer(database_url, tenant):
    """Another server's events; it remembers that the day has its part."""
    async with open_database(database_url, 4) as db:
        writer = EventStore(db)
        await keep(db, 400)
        assert (await writer.add([late(0)])).fresh == {0}
        yield writer


async def keep(db, days):
    await db.pool.execute("update tenant set retention_days = $1", days)


async def there(db):
    return {row["event_id"] for row in await db.pool.fetch("select event_id from event where tenant_id = 'acme'")}


async def test_an_event_of_a_day_that_another_server_has_dropped_is_kept(stores, writer):
    await keep(stores.db, 30)
    assert PART in await RetentionStore(stores.db).drop_days()
    await keep(stores.db, 400)
    assert (await writer.add([late(1), late(2)])).fresh == {0, 1}
    assert await there(stores.db) == {"e1", "e2"}
    assert (await writer.add([late(1)])).fresh == frozenset()


async def test_an_event_that_is_told_while_its_day_is_being_dropped_is_kept(stores, writer, database_url):
    await keep(stores.db, 30)
    dropping = await asyncpg.connect(database_url)
    async with dropping.transaction():
        assert await dropping.fetchval("select drop_day($1)", PART)
        writing = asyncio.create_task(writer.add([late(1)]))
        while not await stores.db.pool.fetchval("select exists (select from pg_locks where not granted)"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await keep(stores.db, 400)
    await dropping.close()
    assert (await writing).fresh == {0}
    assert await there(stores.db) == {"e1"}


async def test_a_day_that_somebody_keeps_again_is_not_dropped_though_it_was_about_to_be(stores, writer):
    await keep(stores.db, 30)
    old = [row["child"] for row in await stores.db.fetch("retention.old_days")]
    assert PART in old
    await keep(stores.db, 400)
    await writer.add([late(1)])
    assert [(await stores.db.fetch_one("retention.drop_day", child=child))["dropped"] for child in old] == [False for _ in old]
    assert await there(stores.db) == {"e0", "e1"}


async def test_whatever_is_acknowledged_after_the_last_drop_stands_however_often_days_are_dropped(stores, writer):
    retention = RetentionStore(stores.db)
    for round_ in range(8):
        await keep(stores.db, 30)
        told = [writer.add([late(f"{round_}-{number}")]) for number in range(6)]
        kept, *_ = await asyncio.gather(asyncio.gather(*told), retention.drop_days(), retention.drop_days())
        assert all(each.fresh == {0} for each in kept)  # a part that is gone is made again
        await keep(stores.db, 400)
        await writer.add([late(f"{round_}-last")])
        assert await retention.drop_days() == []
        assert f"e{round_}-last" in await there(stores.db)
