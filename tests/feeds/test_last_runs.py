"""What is told of a feed: the last run that read something, whatever came after it; and when that is doubtful."""

from datetime import UTC, datetime

import pytest

from gateway.commands.supply import described, in_lines, look_at_feed
from gateway.domain.tenant import TenantId
from gateway.feeds.rounds import Rounds
from gateway.store.feeds import FeedStore
from tests.feeds.test_rounds import a_feed, catalog, due, wait_an_hour


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


async def test_what_a_run_left_undone_is_told_until_another_reads_something(stores, feeds, walk, path):
    acme = TenantId("acme")
    await feeds.put(a_feed(path, is_full=True))
    await due(walk)
    path.write_bytes(catalog("a"))
    for runs in range(3):  # the first is not hidden, the others have nothing to read
        await wait_an_hour(stores)
        assert [bool(ran.report) for ran in await due(walk)] == [runs == 0]
    [told] = await feeds.feeds(acme)
    said, found = "\n".join(in_lines(told, 400)), look_at_feed(told, datetime.now(UTC))
    assert "1 of 2 products of market se that the feed lists no more were not hidden" in said
    assert f"UTC, unchanged since (looked at {told.unchanged_at:%Y-%m-%d %H:%M} UTC)" in said
    assert (found.state, "were not hidden" in found.told, "unchanged since" in found.told) == ("warn", True, True)
    assert described(told)["last"]["rows"] == 1
    path.write_bytes(catalog("a", "b", "c"))
    await wait_an_hour(stores)
    await due(walk)
    [told] = await feeds.feeds(acme)
    assert (told.unchanged_at, look_at_feed(told, datetime.now(UTC)).state) == (None, "ok")


async def test_what_could_not_be_fetched_is_told_no_more_once_it_is_there_as_it_was(stores, feeds, walk, path):
    await feeds.put(a_feed(path))
    await due(walk)
    path.rename(path.with_suffix(".away"))
    await wait_an_hour(stores)
    await due(walk)
    [told] = await feeds.feeds(TenantId("acme"))
    assert look_at_feed(told, datetime.now(UTC)).state == "warn"
    path.with_suffix(".away").rename(path)
    await wait_an_hour(stores)
    await due(walk)
    [told] = await feeds.feeds(TenantId("acme"))
    assert (told.last.rows, told.unchanged_at is None, look_at_feed(told, datetime.now(UTC)).state) == (2, False, "ok")


async def test_a_feed_most_of_whose_rows_are_refused_is_doubtful(feeds, walk, path):
    await feeds.put(a_feed(path))
    path.write_bytes(catalog("a", "b", price="10 EUR") + b"c,T,10\n")
    await due(walk)
    [told] = await feeds.feeds(TenantId("acme"))
    found = look_at_feed(told, datetime.now(UTC))
    assert (found.state, "line 2: price: '10 EUR' is not in SEK" in found.told) == ("warn", True)
    path.write_bytes(catalog("a", "b") + b"c,T,10 EUR\n")
    await walk.run(TenantId("acme"), "main")
    [told] = await feeds.feeds(TenantId("acme"))
    assert look_at_feed(told, datetime.now(UTC)).state == "ok"
