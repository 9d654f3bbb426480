"""What visitors did yesterday is what is recommended today; what this visitor does now counts at once."""

import pytest

from tests.faces.serving import serving
from tests.faces.test_events import tell, view
from tests.faces.test_graphql import PAGE, shown

pytestmark = pytest.mark.usefixtures("trained")


@pytest.fixture
async def client(trained, database_url, tmp_path):
    """Served only once the release is there."""

    async with serving(database_url, tmp_path) as client:
        yield client


async def page(client, placement, **page):
    answer = (await client.data(PAGE, ids=[placement], market="se", page=page))["placements"]
    return answer["placements"][0], answer


async def test_a_product_page_shows_what_goes_with_the_product_and_says_why(client):
    fill, answer = await page(client, "item_page.similar", productIds=["boot"])
    assert not answer["degraded"]
    first = fill["items"][0]
    assert first["product"]["id"] == "sneaker"
    assert (first["strategy"], first["fallback"]) == ("SIMILAR", "NONE")
    assert first["reason"]["text"] == "Similar to Vinterkänga"  # the market speaks Swedish
    assert first["reason"]["seedProductId"] == "boot"
    assert first["reason"]["releaseId"]
    assert 0 < first["score"] <= 1


async def test_what_is_bought_together_stands_together_and_never_the_sold_out(client):
    fill, _ = await page(client, "item_page.together", productIds=["boot"])
    assert fill["items"][0]["product"]["id"] == "wax"
    assert "gone" not in shown(fill)


async def test_every_placement_is_filled_down_the_ladder(client):
    fill, _ = await page(client, "item_page.similar", productIds=["lace"])
    assert set(shown(fill)) == {"boot", "sneaker", "wax"}


async def test_bestsellers_of_a_category_come_first_on_its_page(client):
    fill, _ = await page(client, "category_page.top", categoryIds=["care"])
    assert shown(fill)[0] == "wax"
    assert fill["items"][0]["fallback"] == "NONE"


async def test_a_view_changes_the_next_answer(client):
    before, _ = await page(client, "personal_page.top")
    assert {i["strategy"] for i in before["items"]} & {"PERSONAL"} == set()
    await tell(client, view("sneaker"))
    after, _ = await page(client, "personal_page.top")
    assert after["items"][0]["strategy"] == "PERSONAL"
    assert after["items"][0]["product"]["id"] == "boot"
    assert after["items"][0]["reason"]["text"] == "Because you looked at Running shoe"


async def test_a_product_hidden_in_the_catalog_is_gone_though_the_release_knows_it(client):
    await client.rows("update product set hidden = true where product_id = 'sneaker'")
    fill, _ = await page(client, "item_page.similar", productIds=["boot"])
    assert "sneaker" not in shown(fill)


async def test_each_strategy_answers_by_itself(client):
    await tell(client, view("boot"), view("sneaker"))
    query = """query ($strategy: Strategy!) { recommend(strategy: $strategy, market: "se", visitor: {sessionId: "s1"},
                 page: {productIds: ["lace"]}) { strategy items { strategy product { id } } } }"""
    for strategy in ("BESTSELLERS", "TRENDING", "RECENTLY_VIEWED", "PERSONAL", "NEW_ARRIVALS"):
        fill = (await client.data(query, strategy=strategy))["recommend"]
        assert fill["strategy"] == strategy
        assert fill["items"][0]["strategy"] == strategy


async def test_the_readiness_and_the_metrics_know_the_release(client):
    assert (await client.http.get("/health/ready")).json()["release"] == "ok"
    assert 'endcap_release_age_seconds{tenant="acme"}' in (await client.http.get("/metrics")).text


async def test_a_filter_holds_for_what_the_visitor_looked_at_too(client):
    await tell(client, view("sneaker"), view("boot"))
    query = """{ placements(ids: ["personal_page.top"], market: "se", visitor: {sessionId: "s1"}, filter: {categoryIds: ["care"]}) {
                 placements { items { product { id } } } } }"""
    fill = (await client.data(query))["placements"]["placements"][0]
    assert set(shown(fill)) == {"lace", "wax"}
