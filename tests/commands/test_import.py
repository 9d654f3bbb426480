"""endcap import and export as a person types them: exit codes, words, and a kill in the middle."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import asyncpg
import pytest

from gateway.commands.saying import phrase
from gateway.domain.catalog import MarketId
from gateway.domain.event_type import EventType
from gateway.domain.tenant import Market, TenantId
from gateway.feeds.report import Report

ROWS = 30_000  # a batch and a half
KINDS = ("view", "add_to_cart", "purchase")


@pytest.fixture
def start(database_url, tmp_path):
    """Starts the command in a process of its own."""

    def process(*words: str) -> subprocess.Popen[str]:
        told = {**os.environ, "ENDCAP_DATABASE_URL": database_url, "COLUMNS": "200"}
        command = [sys.executable, "-m", "gateway", *words]
        return subprocess.Popen(command, cwd=tmp_path, env=told, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return process


@pytest.fixture
def run(endcap, migrated, tenant, tmp_path, monkeypatch):
    """Runs it to its end, where the files are."""
    monkeypatch.chdir(tmp_path)
    return endcap


def write(tmp_path, name, *lines):
    (tmp_path / name).write_text("\n".join(lines) + "\n")


def test_a_whole_file_leaves_with_0_and_refused_rows_with_3(run, tmp_path):
    write(tmp_path, "good.csv", "id,title,price", "a,A,1")
    write(tmp_path, "bad.csv", "id,title,price", "a,A,1", "b,B,free")
    said = run("import", "catalog", "good.csv", "--market", "se")
    assert (said.code, said.err) == (0, "")
    assert "1 products added, 0 changed, 0 known already, 0 rows refused" in said.out
    said = run("import", "catalog", "bad.csv", "--tenant", "acme", "--market", "se", "--json")
    told = said.json
    assert (said.code, told["unchanged"], told["refused"], told["reasons"]) == (3, 1, 1, {"price: NO_PRICE": 1})
    assert json.loads((tmp_path / "bad.csv.refused.ndjson").read_text())["line"] == 3


@pytest.fixture
async def configured(stores, tenant):
    """A type of event of the shop's own."""
    await stores.event_types.put(tenant.tenant_id, EventType("configured", 4.0), "Anna")


@pytest.mark.usefixtures("configured")
def test_events_of_a_type_of_the_shops_own_are_taken(run, tmp_path):
    rows = ("u,p,configured,1700000000", "u,p,cfg,1700000001", "u,p,zoomed,1700000002")
    write(tmp_path, "events.csv", "user,item,type,ts", *rows)
    said = run("import", "events", "events.csv", "--market", "se", "--types", "cfg=configured", "--json")
    assert (said.json["added"], said.json["refused"], said.json["reasons"]) == (2, 1, {"type: UNKNOWN_TYPE": 1})
    said = run("import", "events", "events.csv", "--market", "se", "--types", "cfg=konfigured")
    assert "there is no event type konfigured; known are add_to_cart" in said.err


def test_failures_are_a_line_and_1_and_bad_usage_2(run, tmp_path):
    write(tmp_path, "events.csv", "user,item,type,ts", "u,p,view,1700000000")
    (tmp_path / "cut.csv.gz").write_bytes(b"\x1f\x8b\x08\x00 and no more")
    faults = {
        ("import", "catalog", "missing.csv"): "no such file",
        ("import", "events", "cut.csv.gz"): "damaged or cut short",
        ("import", "events", "events.csv", "--market", "fr"): "it has de, se",
        ("import", "events", "events.csv", "--map", "user_id=who"): "it has user, item, type, ts",
    }
    for words, says in faults.items():
        said = run(*words)
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1), said.err
        assert says in said.err
    assert run("import", "events").code == 2
    assert run("export", "--what", "nothing", "--out", "x.ndjson").code == 2


def test_what_was_imported_is_exported(run, tmp_path):
    write(tmp_path, "events.csv", "user,item,kind,ts", "u,p,pv,1700000000", "u,q,buy,1700000001")
    said = run(
        "import", "events", "events.csv", "--market", "se", "--map", "type=kind", "--types", "pv=view,buy=purchase", "--products"
    )
    assert said.code == 0, said.err
    said = run("export", "--what", "events", "--out", "out.parquet", "--json")
    assert (said.code, said.json["records"], said.json["format"]) == (0, 2, "parquet")
    assert "2 records of catalog" in run("export", "--out", "out.ndjson").out
    for name in ("out.csv", "out.parquet.gz", "out"):
        said = run("export", "--out", name)
        assert (said.code, said.out) == (1, "")
        assert said.err == f"endcap: --out: must end in .ndjson, .ndjson.gz, .parquet, not as {name!r} does; or say --format\n"
        assert not (tmp_path / name).exists()
    assert run("export", "--out", "out.jsonl", "--format", "ndjson").code == 0


FINGERPRINTS = {
    "event": "md5(string_agg(concat_ws('|', event_id, line, type, happened_at, session_id, user_id, product_id, quantity, unit_price_minor, order_id), ',' order by event_id))",
    "event_key": "md5(string_agg(encode(event_key, 'hex'), ',' order by event_key))",
    "recent_event": "md5(string_agg(concat_ws('|', owner, event_id, type), ',' order by owner, event_id))",
    "visitor_session": "md5(string_agg(concat_ws('|', session_id, started_at, last_seen), ',' order by session_id))",
    "session_link": "md5(string_agg(concat_ws('|', session_id, user_id), ',' order by session_id, user_id))",
    "product": "md5(string_agg(concat_ws('|', product_id, title), ',' order by product_id))",
}


async def fingerprints(url, tenant_id):
    connection = await asyncpg.connect(url)
    found = {}
    for table, mark in FINGERPRINTS.items():
        found[table] = tuple(await connection.fetchrow(f"select count(*), {mark} from {table} where tenant_id = $1", tenant_id))
    await connection.close()
    return found


async def kept(url, tenant_id):
    connection = await asyncpg.connect(url)
    count = await connection.fetchval("select count(*) from event where tenant_id = $1", tenant_id)
    await connection.close()
    return count


async def test_an_import_killed_in_the_middle_and_run_again_is_as_if_it_had_run_once(
    stores, tenant, start, tmp_path, database_url
):
    clean = TenantId("clean")
    await stores.tenants.create(clean, "Clean")
    await stores.tenants.upsert_market(clean, Market(MarketId("se"), "SEK"))
    lines = (f"u{n * 7919 % 3_000},p{n * 31 % 500},{KINDS[n % 3]},{1_700_000_000 + n // 2},{n % 9 + 1}" for n in range(ROWS))
    write(tmp_path, "events.csv", "user,item,type,ts,price", *lines)
    words = ("import", "events", "events.csv", "--market", "se", "--products", "--tenant")
    process = start(*words, "acme")
    while not await kept(database_url, "acme") and process.poll() is None:  # noqa: ASYNC110  (waits for another process)
        await asyncio.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert 0 < await kept(database_url, "acme") < ROWS
    for tenant_id in ("acme", "clean"):
        process = start(*words, tenant_id)
        await asyncio.to_thread(process.communicate)
        assert process.returncode == 0
    again, once = await fingerprints(database_url, "acme"), await fingerprints(database_url, "clean")
    assert again == once
    assert once["event"][0] == ROWS


def test_what_is_refused_of_another_system_s_rows_are_events_of_which_a_row_may_have_several():
    told = {"file": "ga4.ndjson", "rows": 2, "refused": 7}
    assert "2 rows in 0.0 s" in phrase(Report(**told), "events")
    assert "7 rows refused" in phrase(Report(**told), "events")
    assert "7 events refused" in phrase(Report(**told, by_name={"view_item": {"refused": 7}}), "events")
