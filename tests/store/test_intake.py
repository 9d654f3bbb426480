"""Events are kept once each, whether their batch hoped for new ones or looked first, and go with their tenant."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from msgspec import structs

from gateway.domain.catalog import ProductId
from gateway.domain.event import Event, OrderLine
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.store.batch import COLUMNS, each_once, portions

ACME = TenantId("acme")
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


def seen(name: str, scope: str = "SERVER") -> Event:
    return Event(ACME, name, "view", NOW, Visitor(SessionId("s1")), scope, ProductId("boot"))


async def count(stores, table: str) -> int:
    return await stores.db.pool.fetchval(f"select count(*) from {table} where tenant_id = 'acme'")


@pytest.mark.usefixtures("tenant")
async def test_what_was_told_before_is_known_to_a_batch_that_hoped_for_new_ones_and_to_one_that_looked(stores):
    assert (await stores.events.add([seen("a")])).fresh == {0}
    for turn in range(20):
        kept = await stores.events.add([seen(f"{turn}-1"), seen("a"), seen(f"{turn}-2")])
        assert kept.fresh == {0, 2}
    for turn in range(20, 40):  # long enough without anything known to hope again
        assert (await stores.events.add([seen(f"{turn}-1")])).fresh == {0}
    assert (await stores.events.add([seen("39-1"), seen("b"), seen("a")])).fresh == {1}
    assert await count(stores, "event") == await count(stores, "event_key") == 1 + 40 + 20 + 1


async def test_an_event_is_told_as_its_type_is_declared(stores):
    named = "select attname from pg_attribute where attrelid = 'told_event'::regclass order by attnum"
    assert tuple(row["attname"] for row in await stores.db.pool.fetch(named)) == COLUMNS


@pytest.mark.usefixtures("tenant")
async def test_a_batch_makes_no_temporary_table_that_each_commit_would_empty(stores):
    await stores.events.add([seen("a")])
    await stores.events.add([seen("a"), seen("b")])
    assert not await stores.db.pool.fetchval("select count(*) from pg_class where relpersistence = 't' and relkind = 'r'")


@pytest.mark.usefixtures("tenant")
async def test_what_is_too_heavy_to_be_told_at_once_is_told_in_parts_and_kept_together(stores):
    lines, fat = (OrderLine(ProductId("boot"), 2),) * 500, {"a": "x" * 8100}
    orders = [
        structs.replace(seen(f"o{n}"), type="purchase", product_id=None, order_id=f"o{n}", lines=lines, properties=fat)
        for n in range(40)
    ]
    told = [*orders, *(seen(f"v{n}") for n in range(500)), seen("v0"), orders[0]]
    parts = portions(each_once(told))
    assert len(parts) > 1
    assert Counter(number for part in parts for number in part) == Counter(range(540))
    assert (await stores.events.add(told)).fresh == set(range(540))
    assert await count(stores, "event") == 40 * 500 + 500
    assert (await stores.events.add([*told, seen("new")])).fresh == {542}
    broken = [
        *told[:-2],
        structs.replace(seen("bad"), position=2**40),
        *(structs.replace(each, event_id=f"{each.event_id}x") for each in orders),
    ]
    with pytest.raises(asyncpg.DataError):
        await stores.events.add([structs.replace(each, order_id=f"{each.event_id}-again") for each in broken])
    assert await count(stores, "event") == 40 * 500 + 500 + 1


@pytest.mark.usefixtures("tenant")
async def test_batches_that_meet_keep_each_event_once(stores):
    chance = random.Random(3)
    names = [str(n) for n in range(60)]
    told = [chance.sample(names, 40) for _ in range(24)]
    kept = await asyncio.gather(*(stores.events.add([seen(name) for name in batch]) for batch in told))
    fresh = [batch[place] for batch, each in zip(told, kept, strict=True) for place in each.fresh]
    assert sorted(fresh) == sorted(set(fresh)) == sorted({name for batch in told for name in batch})
    assert await count(stores, "event") == len(fresh)


@pytest.mark.usefixtures("tenant")
async def test_what_a_shop_and_a_browser_call_the_same_at_one_moment_is_two_events_and_one_memory(stores):
    assert (await stores.events.add([seen("a"), seen("a", "STOREFRONT"), seen("b")])).fresh == {0, 1, 2}
    assert await count(stores, "event") == 3
    assert await count(stores, "recent_event") == 2


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(("sessions", "linked"), [(999, 100), (1000, 0)])
async def test_a_login_takes_the_newest_visits_of_its_device_along_but_not_those_of_an_id_that_everybody_has(
    stores, sessions, linked
):
    def visit(session: str, type: str = "view", user: str | None = None) -> Event:
        visitor = Visitor(SessionId(session), UserId(user) if user else None, VisitorId("undefined"))
        return Event(ACME, f"{type} {session}", type, NOW if user else NOW - HOUR, visitor, "SERVER", ProductId("boot"))

    await stores.events.add([visit(f"s{n}") for n in range(sessions)])
    await stores.events.add([visit("here", "login", "anna")])
    taken = "select count(*) from session_link where user_id = 'anna' and through = 'VISITOR'"
    assert await stores.db.pool.fetchval(taken) == linked


@pytest.mark.usefixtures("tenant")
async def test_who_shares_a_device_takes_no_visit_along_even_where_all_log_in_at_once(stores):
    def login(n: int) -> Event:
        return Event(ACME, f"l{n}", "login", NOW, Visitor(SessionId(f"s{n}"), UserId(f"u{n}"), VisitorId("kiosk")), "SERVER")

    await stores.events.add([seen("before"), structs.replace(login(0), event_id="first", type="view", visitor=Visitor(SessionId("early"), None, VisitorId("kiosk")))])  # fmt: skip
    await stores.events.add([login(n) for n in range(300)])
    assert not await stores.db.pool.fetchval("select count(*) from session_link where through = 'VISITOR'")
    assert await count(stores, "session_link") == 300


async def test_sessions_and_memories_go_with_their_tenant_and_no_others(stores, tenant):
    await stores.tenants.create(TenantId("other"), "Other")
    theirs = [structs.replace(seen("a"), tenant_id=TenantId("other"))]
    await stores.events.add([seen("a")])
    await stores.events.add(theirs)
    await stores.db.pool.execute("delete from tenant where tenant_id = $1", tenant.tenant_id)
    for table in ("visitor_session", "recent_event"):
        assert await stores.db.pool.fetchval(f"select array_agg(tenant_id) from {table}") == ["other"]
