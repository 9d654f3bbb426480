"""Figures that are added up batch by batch are those that are made anew, and those that going through everything gives."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import asyncpg
import pytest

from gateway.domain import ids
from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event, OrderLine
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.services.reckon import Reckoner
from gateway.store.database import open_database
from gateway.store.reckoning import Reckoning
from gateway.store.training import TrainingStore
from tests.store.reckoned import ACME, Oracle, everything, make_past, some_days_ago

NOW = some_days_ago()


@pytest.fixture
async def reckoning(stores, tenant) -> Reckoning:
    await stores.tenants.change(ACME, {"attribution_days": 2, "time_zone": "Asia/Kolkata"})
    return Reckoning(stores.db)


async def keep_views(stores, views):
    days = sorted({view.served_at.date() for view in views})
    await stores.db.execute("event.ensure_partitions", parent="served_view", days=days)
    if views:
        await stores.views.add(views)


async def add_up(reckoning):
    await Reckoner(reckoning).catch_up([ACME])


async def owners(stores, past):
    """Whose each thing is, as the database says."""
    async with stores.db.pool.acquire() as connection:
        asked = {}

        async def ask(session, told, moment):
            key = (session, told, moment)
            if key not in asked:
                asked[key] = await connection.fetchval("select user_of($1, $2, $3, $4)", ACME, session, told, moment)

        sessions = [None, "s1", "s2", "s3", "s4"]
        for event in past.events:
            for session in sessions:
                for told in (None, "anna", "bert"):
                    await ask(session, told, event.happened_at)
    return lambda session, told, moment: asked[session, told, moment]


async def credit(stores):
    async with stores.db.pool.acquire() as connection:
        rows = await connection.fetch(
            "select order_key, event_id, line, model, recommendation_id, strategy, quantity, revenue_minor from credit"
        )
    return {tuple(row) for row in rows}


async def check(stores, reckoning, past, kept):
    """What stands is what going through everything gives, and what is made anew."""
    before = await everything(stores.db)
    oracle = Oracle(past, kept, await owners(stores, past))
    touched = {(kind, made) for _, kind, made, *_ in before["touch"]}
    assert touched == set(oracle.touches())
    assert await credit(stores) == oracle.credit()
    await reckoning.rebuild(ACME)
    after = await everything(stores.db)
    for name, rows in before.items():
        assert after[name] == rows, name


@pytest.mark.parametrize("seed", range(12))
async def test_figures_added_up_in_any_sequence_are_those_made_anew(stores, reckoning, seed):
    rng = Random(seed)
    past = make_past(rng, NOW)
    lost, late, known = past.views[0], past.views[1:4], past.views[4:]
    past = replace(past, views=[view for view in past.views if view is not lost])
    await keep_views(stores, known)
    told = list(past.events)
    rng.shuffle(told)
    cuts = sorted(rng.sample(range(1, len(told)), 5))
    parts = [told[a:b] for a, b in zip([0, *cuts], [*cuts, len(told)], strict=True)]
    kept = []
    for number, part in enumerate(parts):
        again = [*part, *rng.sample(part, min(2, len(part)))]  # some are told twice
        kept_now = await stores.events.add(again)
        kept += [again[place] for place in sorted(kept_now.fresh)]
        if number == 2:
            await keep_views(stores, late)
        if rng.random() < 0.8:
            await add_up(reckoning)
        if number == 3:
            await stores.db.pool.execute("update session_link set unlinked_at = now() where session_id in ('s1', 's3')")
        if number == 4:
            await stores.db.pool.execute("update session_link set unlinked_at = null where session_id = 's1'")
    await add_up(reckoning)
    await check(stores, reckoning, past, kept)


async def test_two_servers_that_add_up_at_once_count_everything_once(stores, reckoning, database_url):
    past = make_past(Random(99), NOW, events=120)
    await keep_views(stores, past.views)
    kept = []
    async with open_database(database_url, 3) as other:
        for first in range(0, 120, 10):
            part = past.events[first : first + 10]
            kept_now = await stores.events.add(part)
            kept += [part[place] for place in sorted(kept_now.fresh)]
            await asyncio.gather(add_up(reckoning), add_up(Reckoning(other)))
    await add_up(reckoning)
    await check(stores, reckoning, past, kept)


async def test_a_server_that_dies_while_adding_up_leaves_everything_to_be_added_up(stores, reckoning, database_url):
    past = make_past(Random(7), NOW, events=80)
    await keep_views(stores, past.views)
    kept_now = await stores.events.add(past.events)
    async with open_database(database_url, 2) as doomed:
        for number in range(12):
            task = asyncio.create_task(Reckoning(doomed).add_up(ACME))
            await asyncio.sleep(0.004 * number)
            await stores.db.pool.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where pid <> pg_backend_pid() and datname = current_database() and query ilike '%touch%' and state <> 'idle'"
            )
            with suppress(Exception):
                await task
    await add_up(reckoning)
    await check(stores, reckoning, past, [past.events[place] for place in sorted(kept_now.fresh)])


async def test_another_window_gives_the_credit_anew(stores, reckoning):
    past = make_past(Random(5), NOW, events=120)
    await keep_views(stores, past.views)
    kept_now = await stores.events.add(past.events)
    kept = [past.events[place] for place in sorted(kept_now.fresh)]
    await add_up(reckoning)
    narrow = await credit(stores)
    await stores.tenants.change(ACME, {"attribution_days": 60})
    await add_up(reckoning)
    wide = await credit(stores)
    assert wide != narrow
    assert wide == Oracle(past, kept, await owners(stores, past), timedelta(days=60)).credit()


async def test_another_time_zone_moves_sights_and_orders_to_other_days(stores, reckoning):
    past = make_past(Random(3), NOW, events=120)
    await keep_views(stores, past.views)
    await stores.events.add(past.events)
    await add_up(reckoning)
    before = await everything(stores.db)
    await stores.tenants.change(ACME, {"time_zone": "Pacific/Kiritimati"})
    await add_up(reckoning)
    moved = await everything(stores.db)
    assert moved["touch_total"] != before["touch_total"]
    await reckoning.rebuild(ACME)
    assert await everything(stores.db) == moved


async def test_a_view_that_comes_hours_late_is_known_in_the_end(stores, reckoning):
    past = make_past(Random(1), NOW)
    view = next(view for view in past.views if not view.preview)
    event = Event(ACME, "early", "impression", view.served_at, Visitor(SessionId("s1")), "STOREFRONT", view_id=view.view_id)
    named = replace(
        event, event_id="named", type="click", view_id=None, recommendation_id=ids.recommendation_id(view.view_id, 0, 0)
    )
    await stores.events.add([event, named])
    await add_up(reckoning)
    await stores.db.pool.execute("update touch_stray set again = null")  # ten minutes have passed
    assert [row[4] for row in (await everything(stores.db))["touch"]] == [False]
    await keep_views(stores, [view])
    await add_up(reckoning)
    state = await everything(stores.db)
    assert len(state["touch"]) == 5
    assert all(row[4] for row in state["touch"])
    assert state["touch_stray"] == []
    assert sum(row[-2] for row in state["touch_total"]) == 4
    assert sum(row[-1] for row in state["touch_total"]) == 1


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


async def test_one_tenants_trouble_keeps_no_other_waiting(stores, reckoning, caplog):
    await stores.tenants.create("other", "Other")
    view = make_past(Random(1), NOW).views[1]
    await stores.db.pool.execute("alter table touch add constraint trouble check (tenant_id <> 'acme')")
    named = ids.recommendation_id(view.view_id, 0, 0)
    for tenant_id in (ACME, "other"):
        await stores.events.add(
            [Event(tenant_id, "c", "click", view.served_at, Visitor(SessionId("s")), "SERVER", recommendation_id=named)]
        )
    await Reckoner(reckoning).catch_up()
    assert await stores.db.pool.fetchval("select array_agg(tenant_id) from touch") == ["other"]
    assert await reckoning.waiting() == ["acme"]
    assert "acme could not be added up" in caplog.text


async def test_an_order_that_browser_and_shop_told_is_taught_once(stores, reckoning, tmp_path):
    lines = (OrderLine(ProductId("boot")), OrderLine(ProductId("wax")))
    whole = Event(ACME, "e1", "purchase", NOW, Visitor(SessionId("s"), UserId("anna")), "STOREFRONT", order_id="o1", lines=lines)
    await stores.events.add([whole])
    await add_up(reckoning)
    assert await taught(stores, tmp_path / "browser.csv") == ["boot", "wax"]
    await stores.db.pool.execute("delete from event_mark")
    await stores.events.add([replace(whole, event_id="e2", scope="SERVER")])
    await stores.db.pool.execute("delete from event_mark")
    await add_up(reckoning)
    assert await stores.db.pool.fetchval("select array_agg(day) from event_mark") == [NOW.date()]
    assert await taught(stores, tmp_path / "both.csv") == ["boot", "wax"]


async def taught(stores, path):
    async with TrainingStore(stores.db).past(ACME) as past:
        await past.write_events(path, [NOW.date()], {"purchase": 5.0})
    header, *rows = path.read_text().splitlines()
    place = header.split(",").index("product_id")
    return sorted(row.split(",")[place] for row in rows)


async def test_amounts_past_every_bound_stop_nothing(stores, reckoning):
    view = make_past(Random(1), NOW).views[1]
    named = ids.recommendation_id(view.view_id, 0, 0)
    dear = Money(2**53 - 1, "SEK")
    bought = Event(
        ACME, "p", "purchase", view.served_at, Visitor(SessionId("s")), "STOREFRONT", ProductId("boot"), 1_000_000, dear,
        recommendation_id=named,
    )  # fmt: skip
    await stores.events.add([bought])
    await add_up(reckoning)
    assert await stores.db.pool.fetchval("select revenue_minor from credit") == 1_000_000 * (2**53 - 1)


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
