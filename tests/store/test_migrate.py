import asyncio
import dataclasses

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
