"""On a placement that rotates, what a visitor saw and did not click sinks; elsewhere nobody counts."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faces.serving import serving
from tests.faces.test_events import tell, view
from tests.faces.test_graphql import PAGE, shown

EVERYTHING = ["boot", "sneaker", "lace", "wax"]


@pytest.fixture
async def rotating(shop, stores, database_url, tmp_path):
    """A client of the shop, whose front page rotates."""
    await stores.db.pool.execute("update placement set rotation = true where placement_id = 'home_page.top'")
    async with serving(database_url, tmp_path) as client:
        yield client


def seen(product, **more):
    return {**view(product, **more), "type": "impression"}


async def front(client, placement="home_page.top"):
    return shown((await client.data(PAGE, ids=[placement], market="se"))["placements"]["placements"][0])


async def sights(client):
    rows = await client.rows("select owner, product_id, sights from recent_sight order by 1, 2")
    return [tuple(row) for row in rows]


async def test_what_was_seen_and_not_clicked_sinks(rotating):
    assert await front(rotating) == EVERYTHING
    await tell(rotating, seen("boot"), seen("boot"))
    assert await sights(rotating) == [("s:s1", "boot", 2)]
    assert await front(rotating) == ["sneaker", "boot", "lace", "wax"]  # 0.7² of its score
    await tell(rotating, *[seen("boot") for _ in range(3)])
    assert await front(rotating) == ["sneaker", "lace", "wax", "boot"]
    assert await front(rotating, "home_page.more") == EVERYTHING  # does not rotate


@pytest.mark.parametrize("kind", ["click", "view", "add_to_cart"])
async def test_what_the_visitor_takes_up_rises_again(rotating, kind):
    await tell(rotating, *[seen("boot") for _ in range(5)], seen("wax"))
    await tell(rotating, {**view("boot"), "type": kind})
    assert await sights(rotating) == [("s:s1", "wax", 1)]
    assert await front(rotating) == EVERYTHING


async def test_within_a_batch_only_what_was_seen_after_the_click_counts(rotating):
    hour = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    steps = [seen("boot"), seen("boot"), view("boot"), seen("boot")]
    timed = [{**event, "time": (hour + timedelta(minutes=n)).isoformat()} for n, event in enumerate(steps)]
    await tell(rotating, *timed)
    assert await sights(rotating) == [("s:s1", "boot", 1)]


async def test_a_retried_impression_counts_once_and_a_user_s_under_the_user(rotating):
    event = seen("boot", id="e1", userId="anna")
    await tell(rotating, event, event, key="server")
    await tell(rotating, event, key="server")
    assert await sights(rotating) == [("u:anna", "boot", 1)]


async def test_the_newest_two_hundred_are_remembered(rotating):
    for first in range(0, 400, 100):
        await tell(rotating, *[seen(f"p{n:03}") for n in range(first, first + 100)])
    kept = [product for _, product, _ in await sights(rotating)]
    assert len(kept) == 200
    assert kept == [f"p{n:03}" for n in range(200, 400)]


async def test_of_one_batch_no_more_are_remembered(rotating):
    hour = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    await tell(rotating, *[seen(f"old{n:03}", time=(hour - timedelta(minutes=1)).isoformat()) for n in range(100)])
    await tell(rotating, *[seen(f"p{n:03}", time=(hour + timedelta(seconds=n)).isoformat()) for n in range(450)])
    assert [product for _, product, _ in await sights(rotating)] == [f"p{n:03}" for n in range(250, 450)]


async def test_where_no_placement_rotates_nothing_is_written(client):
    await tell(client, seen("boot"), seen("boot"))
    assert await sights(client) == []
