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
