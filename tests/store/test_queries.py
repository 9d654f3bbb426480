"""Every query in sql/queries is understood by a freshly migrated PostgreSQL."""

import re
from pathlib import Path
from typing import get_args

import asyncpg
import pytest

import sql
from gateway.feeds.exports import What

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def connection(database_url):
    connection = await asyncpg.connect(database_url)
    async with connection.transaction():
        await connection.execute("select stage_catalog(), stage_attribution(), stage_listing(), stage_folding()")
        yield connection
    await connection.close()


async def test_postgres_understands_every_query(connection):
    for query in sql.queries().values():
        prepared = await connection.prepare(query.text)
        assert len(prepared.get_parameters()) == len(query.parameters), query.name


def test_nothing_that_is_asked_stays_on_its_connection():
    """The pool takes nothing back: what was locked, set or listened to would be there for whoever comes next."""
    lasting = re.compile(r"\bpg_(try_)?advisory_lock|\bset_config\((?![^;]*, true\))|\A\s*(set|listen|declare|prepare)\b")
    asked = {query.name: query.text for query in sql.queries().values()} | {"functions": (ROOT / "sql/schema.sql").read_text()}
    found = {name for name, text in asked.items() if lasting.search(text)}
    assert found == {"lock.take"}


@pytest.mark.parametrize("name", sql.queries())
def test_a_query_says_what_it_is_for_or_is_obvious(name):
    query = sql.query(name)
    assert query.doc or len(query.text.splitlines()) <= 8


def test_a_query_refuses_names_it_does_not_know():
    with pytest.raises(TypeError, match=r"tenant\.read_tenant takes"):
        sql.query("tenant.read_tenant").arguments({"id": "acme"})


def test_the_queries_are_those_that_the_gateway_asks_for():
    stems = {name.partition(".")[0] for name in sql.queries()}
    source = "\n".join(path.read_text() for path in (ROOT / "gateway").rglob("*.py") if not {"domain", "rest"} & {*path.parts})
    others = r'(check_\w+\(|note\w*\([^"]*)"\w+\.\w+"'  # fields that are checked, actions that are noted
    asked = {name for name in re.findall(r'"(\w+\.\w+)"', re.sub(others, "", source)) if name.partition(".")[0] in stems}
    asked |= {f"export.{dataset}" for dataset in get_args(What)}
    assert asked == set(sql.queries())
