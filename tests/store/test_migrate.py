import asyncio
import dataclasses
import hashlib

import asyncpg
import pytest

import sql
from gateway.store import migrate as it


async def test_five_replicas_that_start_at_once_migrate_once(unmigrated_url):
    applied = await asyncio.gather(*(it.migrate(unmigrated_url) for _ in range(5)))
    assert sorted(len(each) for each in applied) == [0, 0, 0, 0, len(sql.migrations())]


async def test_a_migration_edited_after_it_was_applied_is_refused(unmigrated_url, monkeypatch):
    await it.migrate(unmigrated_url)
    edited = [dataclasses.replace(m, text=m.text + "-- edited") for m in sql.migrations()]
    monkeypatch.setattr(sql, "migrations", lambda: edited)
    with pytest.raises(it.MigrationChanged, match="0001_tenant"):
        await it.migrate(unmigrated_url)


async def test_an_older_version_refuses_a_newer_database(unmigrated_url, monkeypatch):
    await it.migrate(unmigrated_url)
    older = sql.migrations()[:-1]
    monkeypatch.setattr(sql, "migrations", lambda: older)
    with pytest.raises(it.MigrationUnknown):
        await it.migrate(unmigrated_url)


async def test_a_failed_migration_leaves_nothing_behind(unmigrated_url, monkeypatch):
    broken = [*sql.migrations(), sql.Migration("9999_broken", "create table half (x int); select 1/0;")]
    monkeypatch.setattr(sql, "migrations", lambda: broken)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await it.migrate(unmigrated_url)
    assert await it.pending(unmigrated_url) == ["9999_broken"]
    connection = await asyncpg.connect(unmigrated_url)
    assert await connection.fetchval("select to_regclass('half')") is None
    await connection.close()


@pytest.fixture
async def clerk(unmigrated_url):
    """A connection of a user who owns nothing but may make tables; dropped with what it made."""
    admin = await asyncpg.connect(unmigrated_url)
    role = "clerk_" + unmigrated_url.partition("?")[0].rpartition("/")[2]
    await admin.execute(f"create role {role}; grant all on schema public to {role}")
    clerk = await asyncpg.connect(unmigrated_url)
    await clerk.execute(f"set role {role}")
    yield clerk
    await clerk.close()
    await admin.execute(f"drop owned by {role}; drop role {role}")
    await admin.close()


async def test_a_user_who_may_not_add_the_extension_is_told_who_may(clerk):
    with pytest.raises(it.ExtensionMissing, match=r"0009_goods: permission denied .* administrator run CREATE EXTENSION pg_trgm"):
        await it._apply(clerk, next(m for m in sql.migrations() if m.version == "0009_goods"))


async def test_the_owner_of_a_database_adds_the_extension_without_being_an_administrator(unmigrated_url, clerk):
    [role] = await clerk.fetchrow("select current_user")
    admin = await asyncpg.connect(unmigrated_url)
    name = unmigrated_url.partition("?")[0].rpartition("/")[2]
    await admin.execute(f"alter database {name} owner to {role}")
    for migration in sql.migrations():
        if migration.version <= "0009_goods":
            await clerk.execute(migration.text)
    await admin.execute(f"alter database {name} owner to current_user")
    await admin.close()


async def test_what_browsers_told_before_is_recognised_and_stands_in_nobodys_way(unmigrated_url):
    connection = await asyncpg.connect(unmigrated_url)
    for migration in sql.migrations():
        if migration.version == "0013_telling":
            break
        await connection.execute(migration.text)
    await connection.execute("""
        insert into tenant (tenant_id, name) values ('acme', 'Acme');
        select ensure_partitions('event', '{2026-11-01}');
        insert into event (tenant_id, event_id, line, type, happened_at, scope, order_id)
        select 'acme', id, line, type, '2026-11-01 12:00+00', scope, order_id from (values
            ('a', 0, 'view', 'STOREFRONT', null), ('b', 0, 'view', 'SERVER', null),
            ('c', 0, 'purchase', 'STOREFRONT', 'o1'), ('c', 1, 'purchase', 'STOREFRONT', 'o1')) as told (id, line, type, scope, order_id);
        insert into event_key (tenant_id, event_key, day)
        select 'acme', substring(sha256(convert_to(said, 'UTF8')) from 1 for 16), '2026-11-01'
        from unnest('{event:a,event:b,order:o1}'::text[]) as said;
    """)
    await connection.execute(migration.text)
    keys = {row["event_key"] for row in await connection.fetch("select event_key from event_key")}
    assert keys == {hashlib.sha256(said).digest()[:16] for said in (b"said:a", b"event:b", b"claim:o1")}
    await connection.close()
