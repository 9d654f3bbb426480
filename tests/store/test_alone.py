"""One at a time on a database: whoever is alone holds a lock, and a pool that is lent connections as they are keeps none of it."""

import asyncio
import random

import asyncpg
import pytest

from gateway.store.database import open_database

KEY = 0x74657374


async def held(stores) -> int:
    return await stores.db.pool.fetchval("select count(*) from pg_locks where locktype = 'advisory' and objid = $1", KEY)


async def break_off(stores) -> None:
    """As a restart of PostgreSQL does to whoever sits on a connection."""
    kill = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = $1"
    assert await stores.db.pool.fetchval(kill, KEY)
    while await held(stores):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_one_is_alone_and_leaves_nothing_behind(stores, database_url):
    async with open_database(database_url) as other, stores.db.alone(KEY) as first:
        async with other.alone(KEY) as second:
            assert (first, second) == (True, False)
        assert await held(stores) == 1
    assert await held(stores) == 0


async def test_what_was_done_counts_though_the_connection_died_meanwhile(stores):
    async with stores.db.alone(KEY) as first:
        await break_off(stores)
    async with stores.db.alone(KEY) as again:
        assert first
        assert again


async def test_what_failed_is_said_though_the_connection_died_meanwhile(stores):
    async def fail() -> None:
        async with stores.db.alone(KEY):
            await break_off(stores)
            raise ValueError("its own")

    with pytest.raises(ValueError, match="its own"):
        await fail()


async def test_who_is_stopped_while_they_ask_holds_nothing(stores):
    async def ask() -> None:
        async with stores.db.alone(KEY):
            await asyncio.sleep(rng.random() / 500)

    rng = random.Random(3)
    for _ in range(200):
        asking = asyncio.create_task(ask())
        await asyncio.sleep(rng.random() / 200)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    async with asyncio.timeout(10):
        while await held(stores):  # noqa: ASYNC110  (a connection that was broken off is gone a moment later)
            await asyncio.sleep(0.01)


async def test_a_connection_that_dies_leaves_its_lock(stores, database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute("select pg_advisory_lock($1)", KEY)
    async with stores.db.alone(KEY) as alone:
        assert not alone
    connection.terminate()
    async with asyncio.timeout(10):
        while await held(stores):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    async with stores.db.alone(KEY) as alone:
        assert alone
