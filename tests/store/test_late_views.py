"""What was told of an answer before the answer was kept, and how its ids are read."""

from datetime import timedelta
from random import Random

import asyncpg
import pytest
from msgspec import structs

from gateway.domain import ids
from gateway.domain.event import Event
from gateway.domain.visitor import SessionId, Visitor
from gateway.store.database import Session
from tests.store.reckoned import ACME, add_up, everything, keep_views, make_past, some_days_ago

NOW = some_days_ago()


async def test_a_view_that_comes_hours_late_is_known_in_the_end(stores, reckoning):
    past = make_past(Random(1), NOW)
    view = next(view for view in past.views if not view.preview)
    event = Event(ACME, "early", "impression", view.served_at, Visitor(SessionId("s1")), "STOREFRONT", view_id=view.view_id)
    named = structs.replace(
        event, event_id="named", type="click", view_id=None, recommendation_id=ids.recommendation_id(view.view_id, 0, 0)
    )
    await stores.events.add([event, named])
    await add_up(reckoning)
    await stores.db.pool.execute("update touch_stray set again = null")  # ten minutes have passed
    assert [row[4] for row in (await everything(stores.db))["touch"]] == [False]
    assert [tuple(row[-3:]) for row in (await everything(stores.db))["touch_total"]] == [(0, 0, 1)]
    await keep_views(stores, [view])
    await add_up(reckoning)
    state = await everything(stores.db)
    assert len(state["touch"]) == 5
    assert all(row[4] for row in state["touch"])
    assert state["touch_stray"] == []
    assert sum(row[-1] for row in state["touch_total"]) == 0
    assert sum(row[-3] for row in state["touch_total"]) == 4
    assert sum(row[-2] for row in state["touch_total"]) == 1


async def test_what_waits_for_a_view_is_tried_again_for_ten_minutes(stores, reckoning):
    view = make_past(Random(1), NOW).views[0]
    named = ids.recommendation_id(view.view_id, 0, 0)
    click = Event(ACME, "c", "click", view.served_at, Visitor(SessionId("s1")), "STOREFRONT", recommendation_id=named)
    await stores.events.add([click])
    await add_up(reckoning)
    waits = "select again - now() from touch_stray"
    assert timedelta(0) < await stores.db.pool.fetchval(waits) < timedelta(seconds=2)
    await stores.db.pool.execute("update touch_stray set noted_at = now() - interval '7 minutes', again = now()")
    await add_up(reckoning)
    assert timedelta(minutes=2) < await stores.db.pool.fetchval(waits) < timedelta(minutes=3, seconds=1)
    await stores.db.pool.execute("update touch_stray set noted_at = now() - interval '10 minutes', again = now()")
    await add_up(reckoning)
    assert await stores.db.pool.fetchval("select again is null from touch_stray")
    assert await reckoning.waiting() == []


@pytest.mark.parametrize("seed", range(3))
async def test_sql_reads_the_ids_of_an_answer_as_python_does(database_url, seed):
    rng = Random(seed)
    view = ids.make_view_id(NOW - timedelta(milliseconds=rng.randrange(10**11)), rng.randbytes(8))
    shown = ids.recommendation_id(view, rng.randrange(255), rng.randrange(255))
    place = ids.shown_as(shown)
    connection = await asyncpg.connect(database_url)
    row = await connection.fetchrow(
        "select is_ours($1), view_of($1), made_at($1), list_of($1), position_of($1), recommendation_of($2, list_of($1), position_of($1))",
        shown, view,
    )  # fmt: skip
    await connection.close()
    assert tuple(row) == (True, view, ids.made_at(view), place.list_number + 1, place.position + 1, shown)


MADE_UP = """
    insert into touch_stray (tenant_id, view_id, kind, event_id, line, recommendation_id, list_number, place, happened_at, session_id,
                             noted_at, again)
    select 'acme', view_of(id), 'click', 'x' || number, 0, recommendation_of(id, 1, 1), 1, 1, $1, 's9', now() - interval '1 minute',
           now() - interval '1 second'
    from generate_series(1, $2::int) as number
    cross join lateral (select (left($3, 13) || '-8' || right(md5(number::text), 3) || '-8' || left(md5(number::text), 3) || '-'
                                || left(md5('v' || number), 12))::uuid as id) as made
"""


async def test_a_flood_of_made_up_ids_is_looked_for_a_part_at_a_time_and_made_out_no_second_time(stores, reckoning, monkeypatch):
    made_out = []
    fetch = Session.fetch

    async def noting(self, name, /, **given):
        if name == "touch.read_span":
            made_out.append(await self.connection.fetchval("select count(*) from told_touch"))
        return await fetch(self, name, **given)

    monkeypatch.setattr(Session, "fetch", noting)
    view = make_past(Random(1), NOW).views[0]
    await keep_views(stores, make_past(Random(2), NOW).views)
    await stores.db.pool.execute(MADE_UP, view.served_at, 12_000, str(view.view_id))
    for looked in (5_000, 10_000, 12_000, 12_000):
        await reckoning.add_up(ACME)
        assert await stores.db.pool.fetchval("select count(*) from touch_stray where again > now()") == looked
    assert made_out == [0, 0, 0, 0]
    assert await reckoning.waiting() == []


async def test_a_view_that_is_there_now_is_found_among_made_up_ones_and_no_sooner(stores, reckoning):
    view = make_past(Random(1), NOW).views[0]
    named = ids.recommendation_id(view.view_id, 0, 0)
    click = Event(ACME, "c", "click", view.served_at, Visitor(SessionId("s1")), "STOREFRONT", recommendation_id=named)
    await stores.events.add([click])
    await add_up(reckoning)
    await stores.db.pool.execute(MADE_UP, view.served_at, 300, str(view.view_id))
    due = "update touch_stray set again = now() - interval '1 second'"
    await stores.db.pool.execute(due)
    await add_up(reckoning)
    assert [row[4] for row in (await everything(stores.db))["touch"]] == [False]
    await keep_views(stores, [view])
    await stores.db.pool.execute("delete from late_view")  # it came soon enough to be looked for only
    await stores.db.pool.execute(due)
    await add_up(reckoning)
    assert [row[4] for row in (await everything(stores.db))["touch"]] == [True]
    assert await stores.db.pool.fetchval("select count(*) from touch_stray") == 300
