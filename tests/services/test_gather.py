"""What is told at the same time is written together, and nobody pays for another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from gateway.domain.catalog import ProductId
from gateway.domain.event import Event
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.errors import Unavailable
from gateway.services.hearing.gather import Gatherer
from gateway.store.database import open_database
from gateway.store.events import EventStore
from tests.services.slow_road import SlowRoad

ACME = TenantId("acme")


def seen(name: str, session: str = "s1", **more) -> Event:
    visitor = Visitor(SessionId(session))
    return structs.replace(Event(ACME, name, "view", datetime.now(UTC), visitor, "SERVER", ProductId("boot")), **more)


@asynccontextmanager
async def gathering(events: EventStore, limit: int = 1000, patience: float = 10) -> AsyncIterator[Gatherer]:
    gatherer = Gatherer(events, limit, patience)
    running = asyncio.create_task(gatherer.run())
    try:
        yield gatherer
    finally:
        running.cancel()
        await asyncio.wait([running])
        await gatherer.close()


async def names(stores) -> list[str]:
    return sorted(row["event_id"] for row in await stores.db.pool.fetch("select event_id from event"))


@pytest.mark.usefixtures("tenant")
async def test_many_callers_share_few_commits_and_each_hears_of_its_own(stores):
    async with gathering(stores.events) as gatherer:
        told = [[seen(f"{n}"), seen(f"{n}"), seen("shared")] for n in range(60)]
        kept = await asyncio.gather(*(gatherer.keep(events, rotating=False) for events in told))
    assert all(0 in each.fresh and 1 not in each.fresh for each in kept)
    assert sum(2 in each.fresh for each in kept) == 1
    assert await names(stores) == sorted([*(f"{n}" for n in range(60)), "shared"])
    assert await stores.db.pool.fetchval("select count(distinct batch_id) from event") < 20


@pytest.mark.usefixtures("tenant")
async def test_what_cannot_be_written_takes_no_neighbour_with_it(stores):
    bad = seen("bad", search_term="\0")  # that no face lets through
    gatherer = Gatherer(stores.events, 1000, 10)
    told = [asyncio.create_task(gatherer.keep(events, rotating=False)) for events in ([seen("a")], [seen("b"), bad], [seen("c")])]
    await asyncio.sleep(0)
    await gatherer.close()
    first, second, third = await asyncio.gather(*told, return_exceptions=True)
    assert first.fresh == third.fresh == {0}
    assert isinstance(second, Exception)
    assert not isinstance(second, Unavailable)
    assert await names(stores) == ["a", "c"]


@pytest.mark.usefixtures("tenant")
async def test_who_goes_away_stops_nobody_and_what_it_told_is_kept(stores):
    gatherer = Gatherer(stores.events, 1000, 10)
    leaving, staying = (asyncio.create_task(gatherer.keep([seen(name)], rotating=False)) for name in "ab")
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait([leaving])
    await gatherer.close()
    assert (await staying).fresh == {0}
    assert await names(stores) == ["a", "b"]


@pytest.mark.usefixtures("tenant")
async def test_a_full_queue_says_so_at_once_and_what_waits_in_it_is_written(stores):
    gatherer = Gatherer(stores.events, 10, 10)
    large = asyncio.create_task(gatherer.keep([seen(f"l{n}") for n in range(12)], rotating=False))  # nothing waits: it is taken
    await asyncio.sleep(0)
    async with asyncio.timeout(0.5):
        with pytest.raises(Unavailable, match="try again"):
            await gatherer.keep([seen("late")], rotating=False)
    assert len(gatherer) == 12
    await gatherer.close()
    assert len((await large).fresh) == 12
    with pytest.raises(Unavailable, match="stopping"):
        await gatherer.keep([seen("after")], rotating=False)


async def test_a_tenant_that_is_gone_is_a_fault_of_its_own_events_only(stores, tenant):
    gatherer = Gatherer(stores.events, 1000, 10)
    stranger = structs.replace(seen("stranger"), tenant_id=TenantId("nobody"))
    told = [asyncio.create_task(gatherer.keep([event], rotating=False)) for event in (seen("mine"), stranger)]
    await asyncio.sleep(0)
    await gatherer.close()
    mine, theirs = await asyncio.gather(*told, return_exceptions=True)
    assert mine.fresh == {0}
    assert isinstance(theirs, Exception)
    assert await stores.db.pool.fetchval("select count(*) from event where tenant_id <> $1", tenant.tenant_id) == 0


@pytest.mark.usefixtures("tenant")
async def test_a_database_that_hangs_is_waited_for_so_long_and_served_again_when_it_is_back(stores, database_url):
    async with (
        SlowRoad(database_url) as road,
        open_database(road.url, 4) as db,
        gathering(EventStore(db), patience=0.5) as gatherer,
    ):
        assert (await gatherer.keep([seen("before")], rotating=False)).fresh == {0}
        road.close()
        async with asyncio.timeout(3):
            told = [gatherer.keep([seen(f"during-{n}")], rotating=False) for n in range(5)]
            answers = await asyncio.gather(*told, return_exceptions=True)
        assert all(isinstance(answer, Unavailable) for answer in answers)
        road.open()
        async with asyncio.timeout(10):
            while True:
                try:
                    kept = await gatherer.keep([seen("after"), seen("before")], rotating=False)
                except Unavailable:
                    continue
                break
        assert 1 not in kept.fresh
    kept_now = await names(stores)
    assert len(kept_now) == len(set(kept_now))
    assert {"before", "after"} <= set(kept_now)


@pytest.mark.usefixtures("tenant")
async def test_connections_that_are_lost_are_an_answer_and_the_next_batch_finds_others(stores, database_url):
    async with open_database(database_url, 4) as db, gathering(EventStore(db)) as gatherer:
        told = []
        for turn in range(30):
            told.append(asyncio.create_task(gatherer.keep([seen(f"{turn}-{n}") for n in range(50)], rotating=False)))
            await asyncio.sleep(0.005)
            if turn % 10 == 5:
                await stores.db.pool.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and query like '%take_in%' and pid <> pg_backend_pid()"
                )
        answers = await asyncio.gather(*told, return_exceptions=True)
        assert all(isinstance(answer, Unavailable) or len(answer.fresh) == 50 for answer in answers)
        again = [await gatherer.keep([seen(f"{turn}-{n}") for n in range(50)], rotating=False) for turn in range(30)]
    for first, second in zip(answers, again, strict=True):
        assert isinstance(first, Unavailable) or not second.fresh
    assert len(await names(stores)) == len(set(await names(stores))) == 1500


@pytest.mark.usefixtures("tenant")
async def test_a_day_whose_partition_was_dropped_is_made_anew(stores):
    async with gathering(stores.events) as gatherer:
        assert (await gatherer.keep([seen("a")], rotating=False)).fresh == {0}
        day = datetime.now(UTC).strftime("event_%Y%m%d")
        await stores.db.pool.execute(f"drop table {day}")
        assert (await gatherer.keep([seen("b")], rotating=False)).fresh == {0}
    assert await names(stores) == ["b"]


@pytest.mark.usefixtures("tenant")
async def test_many_who_need_a_new_day_at_once_all_get_it(stores, database_url):
    async with open_database(database_url, 8) as db:
        days = [datetime.now(UTC) - timedelta(days=n) for n in range(1, 4)]
        for day in days:
            kept = await asyncio.gather(*(EventStore(db).add([seen(f"{day.day}-{n}", happened_at=day)]) for n in range(8)))
            assert all(each.fresh == {0} for each in kept)


@pytest.mark.usefixtures("tenant")
async def test_who_floods_the_queue_leaves_room_for_others(stores):
    await stores.tenants.create(TenantId("beta"), "Beta")
    gatherer = Gatherer(stores.events, 10, 10)
    flood = [asyncio.create_task(gatherer.keep([seen(f"f{n}")], rotating=False)) for n in range(30)]
    await asyncio.sleep(0)
    assert len(gatherer) == 5
    other = asyncio.create_task(gatherer.keep([structs.replace(seen("other"), tenant_id=TenantId("beta"))], rotating=False))
    await asyncio.sleep(0)
    await gatherer.close()
    assert (await other).fresh == {0}
    told = await asyncio.gather(*flood, return_exceptions=True)
    assert sum(isinstance(each, Unavailable) for each in told) == 25
    assert len(gatherer) == 0


@pytest.mark.usefixtures("tenant")
async def test_tenants_take_turns_and_none_waits_behind_anothers_flood(stores):
    await stores.tenants.create(TenantId("beta"), "Beta")
    gatherer = Gatherer(stores.events, 20_000, 10)
    flood = [
        asyncio.create_task(gatherer.keep([seen(f"f{n}-{m}", session=f"s{n}") for m in range(200)], rotating=False))
        for n in range(40)
    ]
    await asyncio.sleep(0)
    other = asyncio.create_task(gatherer.keep([structs.replace(seen("other"), tenant_id=TenantId("beta"))], rotating=False))
    await asyncio.sleep(0)
    closing = asyncio.create_task(gatherer.close())
    assert (await other).fresh == {0}
    assert sum(each.done() for each in flood) < 10, "it was written with the first thousand"
    await closing
    assert all(each.result().fresh for each in flood)
