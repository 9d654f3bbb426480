"""sql/schema.sql says what the migrations add up to: as text on the embedded server, as catalogs on any."""

import os
from datetime import date

import asyncpg
import pytest

from tests import golden

CATALOGS = {
    "columns": """
        select table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity, is_generated,
               generation_expression
        from information_schema.columns where table_schema = 'public' order by table_name, column_name""",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' order by 1, 2""",
    "indexes": "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' order by 1, 2",
    "functions": """
        select oid::regprocedure::text, pg_get_functiondef(oid)
        from pg_proc where pronamespace = 'public'::regnamespace order by 1""",
    "triggers": """
        select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1, 2""",
    "partitioned tables": "select partrelid::regclass::text, pg_get_partkeydef(partrelid) from pg_partitioned_table order by 1",
}


embedded_only = pytest.mark.skipif(
    "ENDCAP_TEST_DATABASE_URL" in os.environ, reason="pg_dump's words differ between versions; there the catalogs are compared"
)


@embedded_only
def test_the_migrations_add_up_to_the_golden_schema(database_url):
    assert golden.dump(database_url) == golden.SCHEMA_SQL.read_text(), "run `make schema` and look at the change"


async def test_a_database_made_from_the_golden_schema_is_the_same_in_every_catalog(database_url, unmigrated_url):
    migrated, restored = await asyncpg.connect(database_url), await asyncpg.connect(unmigrated_url)
    try:
        await restored.execute("set check_function_bodies = off")  # as every dump does: a function may stand before its tables
        await restored.execute(golden.SCHEMA_SQL.read_text())
        for name, query in CATALOGS.items():
            there = [tuple(row) for row in await migrated.fetch(query)]
            assert there, name
            assert [tuple(row) for row in await restored.fetch(query)] == there, name
    finally:
        await migrated.close()
        await restored.close()


@embedded_only
async def test_the_dump_leaves_the_partitions_out(database_url, stores):
    bare = golden.dump(database_url)
    await stores.db.execute("event.ensure_partitions", parent="event", days=[date(2024, 1, 1)])
    assert golden.dump(database_url) == bare
