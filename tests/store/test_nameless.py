"""Figures stay what they are when people are made nameless."""

from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from gateway.errors import Conflict
from gateway.store.reckoning import Reckoning
from tests.store.reckoned import ACME, add_up, everything, keep_views, make_past, some_days_ago

NOW = some_days_ago()


async def test_nobody_s_names_are_as_good_as_theirs(stores, reckoning):
    """Whoever is made nameless, everywhere by the same meaningless values, leaves the figures as they are, made anew or not."""
    past = make_past(Random(11), NOW, events=120)
    await keep_views(stores, past.views)
    await stores.events.add(past.events)
    await add_up(reckoning)
    before, owed = await everything(stores.db), await figures(stores)
    await stores.db.pool.execute(NAMELESS)
    await stores.db.pool.execute("delete from relinked")
    assert await figures(stores) == owed
    await reckoning.rebuild(ACME)
    assert await figures(stores) == owed
    assert (await everything(stores.db))["touch_total"] == before["touch_total"]
    left = await stores.db.pool.fetchval(
        "select count(*) from touch where session_id = 's1' or user_id = 'anna'"
        " union all select count(*) from conversion where session_id = 's1' or user_id = 'anna' or order_key = 'o:o1'"
        " order by 1 desc"
    )
    assert left == 0


async def figures(stores):
    async with stores.db.pool.acquire() as connection:
        rows = await connection.fetch(
            "select model, kind, day, currency, placement_id, strategy, count(*), sum(quantity), sum(revenue_minor),"
            " count(distinct order_key) from credit group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6"
        )
    return [tuple(row) for row in rows]


NAMELESS = """
    insert into visitor_session (tenant_id, session_id, visitor_id, started_at, last_seen)
    select tenant_id, 'x-17', null, started_at, last_seen from visitor_session where session_id = 's1';
    insert into shop_user (tenant_id, user_id) values ('acme', 'x-18');
    update session_link set session_id = 'x-17' where session_id = 's1';
    update session_link set user_id = 'x-18' where user_id = 'anna';
    update event set session_id = 'x-17' where session_id = 's1';
    update event set user_id = 'x-18' where user_id = 'anna';
    update event set event_id = 'x-' || md5(event_id), order_id = 'x-' || order_id where order_id = 'o1';
    update served_view set session_id = 'x-17' where session_id = 's1';
    update served_view set user_id = 'x-18' where user_id = 'anna';
    update touch set session_id = 'x-17' where session_id = 's1';
    update touch set told_user_id = 'x-18' where told_user_id = 'anna';
    update touch set user_id = 'x-18' where user_id = 'anna';
    update touch_stray set session_id = 'x-17' where session_id = 's1';
    update order_entry set session_id = 'x-17' where session_id = 's1';
    update order_entry set user_id = 'x-18' where user_id = 'anna';
    update order_entry set order_key = 'o:x-o1', event_id = 'x-' || md5(event_id) where order_key = 'o:o1';
    update told_twice set order_key = 'o:x-o1' where order_key = 'o:o1';
    update conversion set session_id = 'x-17' where session_id = 's1';
    update conversion set told_user_id = 'x-18' where told_user_id = 'anna';
    update conversion set user_id = 'x-18' where user_id = 'anna';
    update conversion set order_key = 'o:x-o1', event_id = 'x-' || md5(event_id) where order_key = 'o:o1';
    update credit set order_key = 'o:x-o1', event_id = 'x-' || md5(event_id) where order_key = 'o:o1';
"""


async def test_who_is_forgotten_while_it_is_added_up_is_not_written_again(stores, reckoning, monkeypatch):
    past = make_past(Random(2), NOW)
    await keep_views(stores, past.views)
    await stores.events.add(
        [structs.replace(e, visitor=replace(e.visitor, user_id=None)) for e in past.events if e.type != "login"]
    )
    read = Reckoning._add_up

    async def and_meanwhile(self, session, tenant_id):
        told = await read(self, session, tenant_id)
        await stores.db.pool.execute("select forget('acme', 'session', 's1', true, false, 'test', '{}')")
        monkeypatch.setattr(Reckoning, "_add_up", read)
        return told

    monkeypatch.setattr(Reckoning, "_add_up", and_meanwhile)
    with pytest.raises(Conflict):
        await reckoning.add_up(ACME)
    assert (await everything(stores.db))["touch"] == []
    await add_up(reckoning)
    assert await stores.db.pool.fetchval("select count(*) from touch where session_id = 's1'") == 0
    before = await everything(stores.db)
    assert before["touch"]
    await reckoning.rebuild(ACME)
    assert await everything(stores.db) == before
