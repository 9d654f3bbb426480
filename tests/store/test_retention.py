"""What a tenant keeps no longer goes: rows in batches, a day's part when nobody keeps the day, and nobody waits for it."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from gateway.domain import ids
from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event, OrderLine
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.services.hearing.reckon import Reckoner
from gateway.services.knowing.retain import Retainer
from gateway.store import retention
from gateway.store.reckoning import Reckoning
from gateway.store.retention import RetentionStore
from gateway.store.views import ServedView

ACME, OTHER = TenantId("acme"), TenantId("other")
NOW = datetime.now(UTC)
OF_THE_PAST = ("event", "event_key", "recent_event", "recent_sight", "visitor_session", "session_link", "served_view", "order_entry",
               "conversion", "event_day")  # fmt: skip


def happened(days, number=0, tenant_id=ACME, kind="view", **more):
    who = Visitor(SessionId(f"{tenant_id}-{days}-{number}"), UserId("ada") if number % 2 else None)
    return Event(
        tenant_id, f"{days}-{number}", kind, NOW - timedelta(days=days), who, "SERVER", product_id=ProductId("boot"), **more
    )


def shown(days, tenant_id=ACME):
    moment = NOW - timedelta(days=days)
    return ServedView(
        tenant_id,
        ids.make_view_id(moment, tenant_id.encode().ljust(8)),
        moment,
        "se",
        "sv",
        None,
        f"{tenant_id}-{days}-0",
        None,
        None,
        None,
        {},
        [],
    )


@pytest.fixture
async def connection(database_url):
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def past(stores, tenant, connection):
    """Acme keeps 30 days, the other 60; both have a past of 5, 40 and 90 days ago, told when they still kept it."""
    await stores.tenants.create(OTHER, "Other")
    for tenant_id, days in ((ACME, 30), (OTHER, 60)):
        await connection.execute("update tenant set retention_days = $2 where tenant_id = $1", tenant_id, days)
    for days in (5, 40, 90):
        for tenant_id in (ACME, OTHER):
            order = {"order_id": f"o-{days}", "lines": (OrderLine(ProductId("wax"), 1, Money(100, "SEK")),)}
            seen = [happened(days, n, tenant_id, kind) for n, kind in enumerate(("view", "view", "impression", "add_to_cart"))]
            await stores.events.add([*seen, happened(days, 9, tenant_id, "purchase", **order)], rotating=[tenant_id])
        await stores.db.execute("event.ensure_partitions", parent="served_view", days=[(NOW - timedelta(days=days)).date()])
        await stores.views.add([shown(days), shown(days, OTHER)])
    await Reckoner(Reckoning(stores.db)).catch_up()
    await stores.db.execute("training.settle_days")
    return stores


async def days_of(connection, tenant_id, table):
    """How many days ago the rows of a table are."""
    column = {"served_view": "served_at", "recent_sight": "seen_at", "visitor_session": "last_seen", "session_link": "linked_at"}
    moment = column.get(table, "day" if table in ("event_key", "event_day") else "happened_at")
    rows = await connection.fetch(f"select distinct {moment}::date as day from {table} where tenant_id = $1", tenant_id)
    return sorted((NOW.date() - row["day"]).days for row in rows)


async def test_each_tenant_keeps_its_days_and_a_day_of_nobody_s_is_dropped_whole(past, connection, monkeypatch):
    monkeypatch.setattr(retention, "_BATCH", 2)
    for table in OF_THE_PAST:
        assert await days_of(connection, ACME, table) == [5, 40, 90], table
    gone = await Retainer(RetentionStore(past.db)).retain()
    for table in OF_THE_PAST:
        assert await days_of(connection, ACME, table) == [5], table
        assert await days_of(connection, OTHER, table) == [5, 40], table
    day = (NOW - timedelta(days=90)).strftime("%Y%m%d")
    assert {f"event_{day}", f"served_view_{day}"} <= set(gone.days)
    assert await connection.fetchval("select to_regclass($1)", f"event_{day}") is None
    assert gone.tenants[ACME]["event"] == 5  # of forty days ago; the day before that went whole
    again = await Retainer(RetentionStore(past.db)).retain()
    assert (again.tenants, again.days) == ({}, ())


async def test_what_was_said_stays_and_people_whom_nobody_knows_go_with_what_they_did(past, connection):
    old, new = NOW - timedelta(days=40), NOW - timedelta(days=1)
    mail = [Identity(IdentityKind.EMAIL, f"{n}@b.se") for n in range(2)]
    told = [Event(ACME, f"m{n}", "view", moment, Visitor(identities=(mail[n],)), "SERVER", product_id=ProductId("boot"))
            for n, moment in enumerate((old, new))]  # fmt: skip
    await past.events.add(told)
    await connection.execute("update shop_user set created_at = $1", old)
    await connection.execute("""insert into preference (tenant_id, owner, kind, id, action, said_at) values
        ('acme', 'u:ada', 'BRAND', 'Nord', 'LIKE', now() - interval '50 days'),
        ('acme', 's:acme-40-0', 'BRAND', 'Nord', 'LIKE', now() - interval '40 days'),
        ('acme', 's:acme-5-0', 'BRAND', 'Nord', 'LIKE', now() - interval '5 days')""")
    await Retainer(RetentionStore(past.db)).retain()
    kept = await connection.fetch("select value from user_identity")
    assert [row["value"] for row in kept] == ["1@b.se"]
    assert await connection.fetchval("select count(*) from shop_user where user_id = 'ada' and tenant_id = 'acme'") == 1
    said = await connection.fetch("select owner from preference order by 1")
    assert [row["owner"] for row in said] == ["s:acme-5-0", "u:ada"]


async def test_one_at_a_time_and_a_day_in_use_is_left_for_the_next_time(past, connection, database_url):
    day = (NOW - timedelta(days=90)).strftime("%Y%m%d")
    reader = await asyncpg.connect(database_url)
    async with reader.transaction():
        await reader.fetch(f"select * from event_{day}")
        telling = asyncio.create_task(past.events.add([happened(0, 77)]))
        gone = await Retainer(RetentionStore(past.db)).retain()
        assert len((await telling).fresh) == 1
        assert f"event_{day}" not in gone.days
    await reader.close()
    async with RetentionStore(past.db).alone() as first:
        assert first
        assert (await Retainer(RetentionStore(past.db)).retain()).tenants is None
    assert f"event_{day}" in (await Retainer(RetentionStore(past.db)).retain()).days
