"""Served views are written after the answer, in batches; nothing that could be written is lost."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from gateway.errors import Unavailable
from gateway.services.answering.remember import Rememberer
from gateway.store.views import ServedView, ViewStore

NOW = datetime.now(UTC)


def view(tenant_id="acme", served_at=NOW):
    return ServedView(
        tenant_id, uuid4(), served_at, "se", "", None, "s", None, None, None, {"type": "home"}, [{"products": ["a"]}, {}]
    )


@pytest.fixture
async def rememberer(stores, tenant):
    await stores.events.make_room_ahead(NOW)
    return Rememberer(stores.views, limit=1000, flush_seconds=0.01)


async def stored(stores):
    return await stores.db.pool.fetchval("select count(*) from served_view")


async def test_what_is_remembered_is_written_within_moments(rememberer, stores):
    task = asyncio.create_task(rememberer.run())
    for _ in range(700):
        rememberer.remember(view())
    async with asyncio.timeout(10):
        while await stored(stores) < 700:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    row = await stores.db.pool.fetchrow("select page::text, lists::text from served_view limit 1")
    assert tuple(row) == ('{"type": "home"}', '[{"products": ["a"]}, {}]')


async def test_the_last_views_are_written_at_the_end(rememberer, stores):
    rememberer.remember(view())
    await rememberer.close()
    assert await stored(stores) == 1


async def test_a_full_queue_drops_the_new_ones_and_says_so(stores):
    rememberer = Rememberer(stores.views, limit=2, flush_seconds=1)
    for _ in range(3):
        rememberer.remember(view())
    assert rememberer.full
    assert len(rememberer) == 2


class Lost(ViewStore):
    """A database that is away for the first two tries."""

    tries = 0

    async def add(self, views):
        self.tries += 1
        if self.tries <= 2:
            raise Unavailable
        await super().add(views)


async def test_views_wait_while_the_database_is_away_and_keep_their_order(stores, tenant):
    await stores.events.make_room_ahead(NOW)
    rememberer = Rememberer(Lost(stores.db), limit=10, flush_seconds=0)
    views = [view() for _ in range(3)]
    for each in views:
        rememberer.remember(each)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await rememberer.flush()
    await rememberer.flush()
    rows = await stores.db.pool.fetch("select view_id from served_view")
    assert {r["view_id"] for r in rows} == {v.view_id for v in views}


async def test_a_view_that_can_never_be_written_does_not_stop_the_ones_behind_it(rememberer, stores):
    rememberer.remember(view(served_at=NOW - timedelta(days=4000)))  # no partition takes it
    await rememberer.flush()
    rememberer.remember(view())
    await rememberer.flush()
    assert await stored(stores) == 1
