"""Feeds by the clock: when they are due, what their runs leave, and that one that fails harms nothing and comes again."""

import asyncio
import logging
from dataclasses import replace

import pytest

from gateway.domain.catalog import MarketId
from gateway.domain.feed import Feed
from gateway.domain.tenant import TenantId
from gateway.errors import BadInput, Conflict
from gateway.feeds import rounds
from gateway.feeds.rounds import Rounds
from gateway.services.dispatch import dispatch
from gateway.services.shelving.collect import Collector
from gateway.settings import Settings
from gateway.store.feeds import IDLE, FeedStore
from tests.faces.serving import serving
from tests.feeds.supplier import Answer, supplying

HEADER = b"id,title,price\n"


def catalog(*ids, price="10"):
    return HEADER + "".join(f"{each},T,{price}\n" for each in ids).encode()


@pytest.fixture
def feeds(stores, tenant):
    return FeedStore(stores.db)


@pytest.fixture
def walk(stores):
    return Rounds(stores.db, lambda *_: None)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "feed.csv"
    path.write_bytes(catalog("a", "b"))
    return path


def a_feed(path, name="main", **more):
    return Feed(
        **{
            "tenant_id": TenantId("acme"),
            "name": name,
            "place": str(path),
            "market_id": MarketId("se"),
            "every_minutes": 60,
            **more,
        }
    )


async def due(walk):
    return [ran async for ran in walk.run_due()]


async def wait_an_hour(stores):
    await stores.db.pool.execute("update feed_run set started_at = started_at - interval '1 hour', finished_at = now()")


async def test_a_feed_is_read_when_its_time_has_come_and_not_before(stores, feeds, walk, path):
    await feeds.put(a_feed(path))
    [ran] = await due(walk)
    assert (ran.run.rows, ran.run.added, ran.run.error) == (2, 2, None)
    assert await due(walk) == []
    path.write_bytes(catalog("a", "b", "c"))
    await wait_an_hour(stores)
    [ran] = await due(walk)
    assert (ran.run.added, ran.run.unchanged) == (1, 2)


async def test_of_several_the_one_that_waited_longest_goes_first_and_those_by_hand_or_paused_do_not_go(stores, feeds, walk, path):
    await feeds.put(a_feed(path, "second"))
    await due(walk)
    await wait_an_hour(stores)
    await feeds.put(a_feed(path, "first"))
    await feeds.put(a_feed(path, "by-hand", every_minutes=None))
    await feeds.put(a_feed(path, "paused"))
    assert await feeds.pause(TenantId("acme"), "paused", paused=True)
    assert [ran.run.feed for ran in await due(walk)] == ["first", "second"]
    assert await feeds.pause(TenantId("acme"), "paused", paused=False)
    assert [ran.run.feed for ran in await due(walk)] == ["paused"]
    assert not await feeds.pause(TenantId("acme"), "nothing", paused=True)


async def test_what_was_not_modified_is_not_read_and_leaves_one_run_only(stores, feeds, walk, path):
    await feeds.put(a_feed(path))
    await due(walk)
    for _ in range(3):
        await wait_an_hour(stores)
        [ran] = await due(walk)
        assert (ran.report, ran.run.notes) == (None, [IDLE])
    assert [(run.rows, list(run.notes)) for run in await feeds.runs(TenantId("acme"), 10)] == [(0, [IDLE]), (2, [])]
    ran = await walk.run(TenantId("acme"), "main")  # by hand it is read, modified or not
    assert ran.run.unchanged == 2
    await wait_an_hour(stores)
    await stores.db.pool.execute("update feed set read_at = read_at - interval '2 days'")
    [ran] = await due(walk)
    assert ran.run.unchanged == 2  # once a day it is read in any case: sale prices begin and end


async def test_a_feed_that_fails_harms_nothing_is_said_in_a_line_and_comes_again(stores, feeds, walk, path):
    await feeds.put(a_feed(path.with_name("gone.csv"), "broken"))
    await feeds.put(a_feed(path))
    broken, main = await due(walk)
    assert (main.run.added, broken.report) == (2, None)
    assert broken.run.error.endswith("No such file or directory")
    assert await due(walk) == []  # not before its time
    path.with_name("gone.csv").write_bytes(catalog("x"))
    await wait_an_hour(stores)
    assert {ran.run.feed: ran.run.error for ran in await due(walk)} == {"broken": None, "main": None}


async def test_a_fault_of_ours_is_logged_and_people_see_a_line(feeds, walk, path, monkeypatch, caplog):
    async def explode(*_, **__):
        raise RuntimeError("with a secret in it")

    await feeds.put(a_feed(path))
    monkeypatch.setattr(rounds, "import_catalog", explode)
    with caplog.at_level(logging.ERROR):
        [ran] = await due(walk)
    assert ran.run.error == "failed in a way that it should not; the log says how"
    assert "with a secret in it" in caplog.text


async def test_a_run_that_was_killed_is_ended_by_the_next(stores, feeds, walk, path):
    await feeds.put(a_feed(path))
    await feeds.begin(a_feed(path))
    [left] = await feeds.runs(TenantId("acme"), 10)
    assert left.finished_at is None
    await walk.run(TenantId("acme"), "main")
    _, ended = await feeds.runs(TenantId("acme"), 10)
    assert "was killed" in ended.error
    assert ended.finished_at is not None


async def test_one_process_runs_feeds_at_a_time(feeds, walk, path):
    await feeds.put(a_feed(path))
    async with feeds.alone():
        assert await due(walk) == []
        with pytest.raises(Conflict, match="one at a time"):
            await walk.run(TenantId("acme"), "main")
    assert len(await due(walk)) == 1


async def test_a_run_keeps_the_first_hundred_refused_rows_with_their_reasons(feeds, walk, path):
    path.write_bytes(catalog("a") + catalog(*range(250), price="free").removeprefix(HEADER))
    await feeds.put(a_feed(path))
    await due(walk)
    [run] = await feeds.runs(TenantId("acme"), 1)
    assert (run.refused, len(run.refusals), run.refusals[0]["line"], run.refusals[0]["code"]) == (250, 100, 3, "NO_PRICE")
    assert list(path.parent.iterdir()) == [path]  # no file beside a feed


async def test_of_each_feed_a_hundred_runs_are_kept(stores, feeds, path):
    await feeds.put(a_feed(path))
    for _ in range(105):
        await feeds.begin(a_feed(path))
    assert (await stores.db.pool.fetchval("select count(*) from feed_run")) == 100


async def test_a_full_feed_that_shrank_too_much_says_so_and_the_rest_of_it_stands(feeds, walk, path):
    path.write_bytes(catalog(*range(20)))
    await feeds.put(a_feed(path, is_full=True, max_hidden=0.1))
    await due(walk)
    path.write_bytes(catalog(*range(10), "new"))
    ran = await walk.run(TenantId("acme"), "main")
    assert (ran.run.added, ran.run.hidden) == (1, 0)
    assert "10 of 20 products of market se that the feed lists no more were not hidden: 50.0%" in ran.run.error
    await feeds.put(a_feed(path, is_full=True, max_hidden=0.6))
    assert (await walk.run(TenantId("acme"), "main")).run.hidden == 10


async def test_a_rehearsal_is_no_run(feeds, walk, path):
    await feeds.put(a_feed(path, is_full=True))
    report = await walk.rehearse(TenantId("acme"), "main")
    assert (report.added, report.would.added) == (2, ["a", "b"])
    assert await feeds.runs(TenantId("acme"), 10) == []
    with pytest.raises(BadInput, match="acme has no feed 'other'; it has main"):
        await walk.rehearse(TenantId("acme"), "other")


async def test_a_feed_that_is_removed_leaves_its_products_to_nobody(stores, feeds, walk, path, bring):
    path.write_bytes(catalog(*range(20)))
    await feeds.put(a_feed(path, is_full=True))
    await due(walk)
    assert await feeds.remove(TenantId("acme"), "main")
    assert not await feeds.remove(TenantId("acme"), "main")
    assert (await feeds.feeds(None), len(await feeds.runs(TenantId("acme"), 10))) == ([], 1)
    path.write_bytes(catalog(*range(19)))
    assert (await bring.catalog(path, max_hidden=0.2)).hidden == 1


async def test_a_feed_that_is_put_again_forgets_its_version_and_goes_on(feeds, walk, path):
    await feeds.put(a_feed(path))
    await due(walk)
    [read] = await feeds.feeds(TenantId("acme"))
    assert read.seen
    await feeds.pause(TenantId("acme"), "main", paused=True)
    await feeds.put(a_feed(path, columns={"brand": "title"}, secrets={"X": "y"}, member="m", encoding="utf-8"))
    [again] = await feeds.feeds(TenantId("acme"))
    assert (again.seen, again.paused, again.columns, again.secrets) == ({}, False, {"brand": "title"}, {"X": "y"})
    assert replace(again, last=None) == replace(
        a_feed(path, columns={"brand": "title"}, secrets={"X": "y"}, member="m", encoding="utf-8")
    )


async def test_a_feed_over_http_is_told_by_its_url_and_never_with_what_is_secret_in_it(feeds, walk, caplog):
    with supplying() as supplier, caplog.at_level(logging.DEBUG):
        supplier.answers["/f.csv"] = Answer(body=b"id,name\na,A\n")
        await feeds.put(a_feed(f"{supplier.url}/f.csv?token=hunter2", secrets={"X-Key": "hunter2"}))
        [ran] = await due(walk)
        assert ran.run.error.startswith(
            "no column for price was recognised: say --map price=THEIRS; the file has id, name. A catalog needs"
        )
        supplier.answers["/f.csv"] = Answer(body=b"<html></html>")
        ran = await walk.run(TenantId("acme"), "main")
        assert ran.run.error.startswith(f"{supplier.url}/f.csv?…: <html> is no feed that is known")
        assert supplier.last("x-key") == "hunter2"
    assert "hunter2" not in caplog.text


async def test_a_run_that_is_led_to_no_address_says_which(feeds, walk, caplog):
    with supplying() as supplier:
        supplier.answers["/f.csv"] = Answer(302, b"", {"Location": "http://127.0.0.1:99999/x?token=hush"})
        await feeds.put(a_feed(f"{supplier.url}/f.csv?token=hush"))
        [ran] = await due(walk)
        said = f"{supplier.url}/f.csv?…: leads to 'http://127.0.0.1:99999/x?…', which is no address that can be"
        assert ran.run.error == said
        with pytest.raises(BadInput, match="no address that can be"):
            await walk.rehearse(ran.tenant_id, "main")
    assert "hush" not in caplog.text


RUNS = """query ($first: Int) { feedRuns(first: $first) {
  id feed startedAt finishedAt rows added changed unchanged hidden refused error notes refusals { line field code reason } } }"""


async def test_analysts_see_what_feeds_did(client, stores, feeds, walk, path):
    path.write_bytes(catalog("a") + b"b,B,free\n")
    await feeds.put(a_feed(path))
    await due(walk)
    await feeds.put(a_feed(path.with_name("gone.csv"), "gone"))
    await due(walk)
    gone, main = (await client.data(RUNS, key="admin"))["feedRuns"]
    assert (gone["feed"], gone["error"].endswith("No such file or directory")) == ("gone", True)
    assert {name: main[name] for name in ("feed", "rows", "added", "changed", "hidden", "refused", "error")} == {
        "feed": "main", "rows": 2, "added": 1, "changed": 0, "hidden": 0, "refused": 1, "error": None,
    }  # fmt: skip
    assert main["refusals"] == [{"line": 3, "field": "price", "code": "NO_PRICE", "reason": "'free' is no price"}]
    assert len((await client.data(RUNS, key="admin", first=1))["feedRuns"]) == 1
    for first in (0, 101):
        refused = await client.ask(RUNS, key="admin", first=first)
        assert refused["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "first"}
    assert (await client.ask(RUNS))["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_server_reads_what_is_due(database_url, feeds, path, tmp_path):
    await feeds.put(a_feed(path))
    settings = Settings(database_url=database_url, data_dir=tmp_path / "data", train="off")
    collector = asyncio.create_task(Collector(feeds, settings, seconds=0.01).run())
    try:
        async with asyncio.timeout(60):
            while not any(run.finished_at for run in await feeds.runs(TenantId("acme"), 1)):  # noqa: ASYNC110  (another process)
                await asyncio.sleep(0.1)
    finally:
        collector.cancel()
        await asyncio.gather(collector, return_exceptions=True)
    [run] = await feeds.runs(TenantId("acme"), 10)
    assert (run.added, run.error) == (2, None)


async def test_two_servers_that_look_at_once_read_a_feed_once(database_url, feeds, path, tmp_path):
    await feeds.put(a_feed(path))
    settings = Settings(database_url=database_url, data_dir=tmp_path / "data")
    said = await asyncio.gather(*(dispatch(("feed", "run", "--due", "--json"), settings) for _ in range(3)))
    assert sum(len(out.splitlines()) for out, _ in said) == 1
    assert [complaints for _, complaints in said] == ["", "", ""]
    assert len(await feeds.runs(TenantId("acme"), 10)) == 1


async def test_a_server_that_is_told_not_to_reads_nothing(feeds, path, tmp_path):
    await feeds.put(a_feed(path))
    async with asyncio.timeout(1):
        await Collector(feeds, Settings(feeds="off"), seconds=0).run()
    assert await feeds.runs(TenantId("acme"), 10) == []


async def test_a_whole_server_goes_on_while_feeds_are_read(shop, database_url, tmp_path, stores, path):
    await FeedStore(stores.db).put(a_feed(path))
    async with serving(database_url, tmp_path / "data") as client:
        assert (await client.data(RUNS, key="admin"))["feedRuns"] == []
