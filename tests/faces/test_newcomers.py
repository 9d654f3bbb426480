"""A product that came after the release is in the shop at once: as new, as a page of its own, and beside what it is like."""

import pytest

from tests.faces.serving import serving
from tests.faces.test_graphql import PAGE, shown

BOOT = "'tall', 'Winter boot, tall', '{boots}'"
LACQUER = "'lacquer', 'Wax in a tin', '{care}'"


@pytest.fixture
async def client(trained, database_url, tmp_path):
    async with serving(database_url, tmp_path, refresh_seconds=0.1) as client:
        yield client


async def arrive(client, product):
    await client.rows(f"""
        with new as (insert into product (tenant_id, product_id, title, category_ids) values ('acme', {product}) returning product_id)
        insert into product_market (tenant_id, market_id, product_id, price_minor) select 'acme', 'se', product_id, 100 from new""")


async def item_page(client, product):
    answer = await client.data(PAGE, ids=["item_page.similar"], market="se", page={"productIds": [product]})
    return answer["placements"]["placements"][0]


async def test_a_newcomer_is_a_new_arrival_in_the_next_answer(client):
    await arrive(client, LACQUER)
    query = """{ recommend(strategy: NEW_ARRIVALS, market: "se", visitor: {sessionId: "s1"}) { items { product { id } } } }"""
    assert shown((await client.data(query))["recommend"])[0] == "lacquer"


async def test_a_newcomer_s_own_page_shows_what_sells_in_its_category(client):
    await arrive(client, LACQUER)
    fill = await item_page(client, "lacquer")
    assert (fill["items"][0]["product"]["id"], fill["items"][0]["fallback"]) == ("wax", "CATEGORY_BESTSELLERS")


async def test_a_newcomer_stands_beside_what_it_is_like_before_any_training(client):
    await arrive(client, BOOT)
    for _ in range(400):
        fill = await item_page(client, "boot")
        newcomer = next((i for i in fill["items"] if i["product"]["id"] == "tall" and i["fallback"] == "NONE"), None)
        if newcomer:
            break
    assert newcomer["strategy"] == "SIMILAR"
    assert newcomer["reason"]["seedProductId"] == "boot"
    assert "tall" not in [i["product"]["id"] for i in (await item_page(client, "wax"))["items"] if i["fallback"] == "NONE"]
    await client.rows("update product set hidden = true where product_id = 'tall'")
    assert "tall" not in shown(await item_page(client, "boot"))
