"""Figures that are added up batch by batch are those that are made anew, and those that going through everything gives."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from msgspec import structs

from gateway.domain import ids
from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event, OrderLine
from gateway.domain.event_type import EventType
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.services.hearing.reckon import Reckoner
from gateway.store.database import open_database
from gateway.store.reckoning import Reckoning
from gateway.store.training import TrainingStore
from tests.store.reckoned import ACME, Oracle, add_up, everything, keep_views, make_past, some_days_ago

NOW = some_days_ago()


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


async def test_both_changed_while_more_is_told_give_what_is_made_anew(stores, reckoning):
    past = make_past(Random(8), NOW, events=160)
    await keep_views(stores, past.views)
    kept = []
    for first, settings in ((0, {"attribution_days": 1}), (80, {"attribution_days": 9, "time_zone": "America/St_Johns"})):
        part = past.events[first : first + 80]
        kept_now = await stores.events.add(part)
        kept += [part[place] for place in sorted(kept_now.fresh)]
        await add_up(reckoning)
        await stores.tenants.change(ACME, settings)
    await add_up(reckoning)
    assert await credit(stores) == Oracle(past, kept, await owners(stores, past), timedelta(days=9)).credit()
    before = await everything(stores.db)
    await reckoning.rebuild(ACME)
    assert await everything(stores.db) == before


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
    await stores.events.add([structs.replace(whole, event_id="e2", scope="SERVER")])
    await stores.db.pool.execute("delete from event_mark")
    await add_up(reckoning)
    assert await stores.db.pool.fetchval("select array_agg(day) from event_mark") == [NOW.date()]
    assert await taught(stores, tmp_path / "both.csv") == ["boot", "wax"]


async def taught(stores, path):
    async with TrainingStore(stores.db).past(ACME) as past:
        await past.write_events(path, [NOW.date()], {"purchase": EventType("purchase", 5.0)})
    header, *rows = path.read_text().splitlines()
    place = header.split(",").index("product_id")
    return sorted(row.split(",")[place] for row in rows)


async def test_carts_told_by_the_shop_and_a_browser_with_one_id_stop_nothing(stores, reckoning):
    put = Event(ACME, "c", "add_to_cart", NOW, Visitor(SessionId("s")), "SERVER", ProductId("boot"))
    await stores.events.add([put, structs.replace(put, scope="STOREFRONT", product_id=ProductId("wax"))])
    await add_up(reckoning)
    rows = await stores.db.pool.fetch("select order_key, product_id from conversion order by order_key")
    assert [tuple(row) for row in rows] == [("b:c", "wax"), ("c:c", "boot")]


async def test_amounts_past_every_bound_stop_nothing(stores, reckoning):
    view = next(view for view in make_past(Random(1), NOW).views if not view.preview)
    await keep_views(stores, [view])
    named = ids.recommendation_id(view.view_id, 0, 0)
    dear = Money(2**53 - 1, "SEK")
    bought = Event(
        ACME, "p", "purchase", view.served_at, Visitor(SessionId("s")), "STOREFRONT", ProductId("boot"), 1_000_000, dear,
        recommendation_id=named,
    )  # fmt: skip
    await stores.events.add([bought])
    await add_up(reckoning)
    assert await stores.db.pool.fetchval("select revenue_minor from credit") == 1_000_000 * (2**53 - 1)


async def test_what_came_before_batches_were_numbered_is_added_up_a_day_at_a_time(stores, reckoning):
    past = make_past(Random(21), NOW, events=100)
    await keep_views(stores, past.views)
    kept_now = await stores.events.add(past.events)
    await stores.db.pool.execute("update event set batch_id = null")
    await stores.db.pool.execute("delete from event_batch")
    await stores.db.pool.execute("insert into event_batch select distinct 0, tenant_id, happened_at::date from event")
    later = structs.replace(past.events[0], event_id="later", type="login")
    await stores.events.add([later])
    assert await reckoning.batches() > 3
    await add_up(reckoning)
    assert await reckoning.batches() == 0
    await check(stores, reckoning, past, [past.events[place] for place in sorted(kept_now.fresh)])
