"""A whole page: every placement of a page type, each led by another strategy where it can be, variants and diversity."""

import asyncpg
import pytest

from gateway.domain.placement import Placement, PlacementId, StrategyName
from tests.faces.serving import serving

PAGE = """query ($ids: [ID!]!, $market: String = "se", $page: PageInput, $exclude: [ID!]) {
  placements(ids: $ids, market: $market, visitor: {sessionId: "s"}, page: $page, exclude: $exclude) {
    placements { id strategy items { strategy fallback product { id available } } } } }"""
_S = StrategyName


async def ask(client, *ids, **given):
    return (await client.data(PAGE, ids=list(ids), **given))["placements"]["placements"]


async def sql(client, statement):
    connection = await asyncpg.connect(client.url)
    await connection.execute(statement)
    await connection.close()


@pytest.fixture
async def server(trained, stores, database_url, tmp_path):
    """The trained shop with two blocks that want the same, and one that wants variety."""
    both = (_S.BESTSELLERS, _S.TRENDING)
    placed = [Placement(PlacementId(f"generic_page.{name}"), both, 2) for name in ("one", "two")]
    varied = Placement(PlacementId("item_page.varied"), (_S.SIMILAR,), 5, diversity=0.5)
    await stores.playbooks.add_missing(trained.tenant_id, [*placed, varied])
    async with serving(database_url, tmp_path) as client:
        yield client


async def test_two_blocks_that_want_the_same_are_led_by_different_strategies(server):
    one, two = await ask(server, "generic_page.one", "generic_page.two")
    assert (one["items"][0]["strategy"], two["items"][0]["strategy"]) == ("BESTSELLERS", "TRENDING")
    assert two["items"][0]["fallback"] == "NONE"
    [alone] = await ask(server, "generic_page.two")
    assert alone["items"][0]["strategy"] == "BESTSELLERS"


async def test_a_star_asks_for_every_placement_of_the_page_type(server):
    page = await ask(server, "item_page.*", page={"productIds": ["boot"]})
    assert [each["id"] for each in page] == ["item_page.similar", "item_page.together", "item_page.varied"]
    shown = [i["product"]["id"] for each in page for i in each["items"]]
    assert len(shown) == len(set(shown)) > 1


async def test_a_diverse_block_shows_the_same_products_as_the_plain_one_would_in_some_order(server):
    page = {"productIds": ["boot"]}
    [plain], [varied] = [await ask(server, f"item_page.{name}", page=page) for name in ("similar", "varied")]
    assert {i["product"]["id"] for i in varied["items"]} == {i["product"]["id"] for i in plain["items"]}


async def test_a_group_shows_one_variant_the_one_in_stock_and_none_of_the_product_the_page_is_about(server):
    await sql(server, "update product set group_id = 'run' where product_id in ('sneaker', 'gone')")
    await sql(server, "insert into product (tenant_id, product_id, title, group_id) values ('acme', 'boot-red', 'Red', 'winter')")
    await sql(
        server, "insert into product_market (tenant_id, market_id, product_id, price_minor) values ('acme', 'se', 'boot-red', 9)"
    )
    page = {"productIds": ["boot"]}
    [similar] = await ask(server, "item_page.similar", page=page)
    assert {i["product"]["id"] for i in similar["items"]} == {"sneaker", "wax", "lace", "boot-red"}
    await sql(server, "update product_market set available = product_id <> 'sneaker'")
    await sql(server, "update product set group_id = 'winter' where product_id = 'boot'")
    [similar] = await ask(server, "item_page.similar", page=page)
    shown = [i["product"]["id"] for i in similar["items"]]
    assert shown[0] == "gone"  # the sneaker's other variant, at its place
    assert not {"sneaker", "boot-red"} & set(shown)
    [excluded] = await ask(server, "item_page.similar", page=page, exclude=["sneaker"])
    assert not {"sneaker", "gone"} & {i["product"]["id"] for i in excluded["items"]}


async def test_a_variant_of_another_market_stands_in_for_one_that_this_market_does_not_sell(server):
    await sql(server, "update product set group_id = 'run' where product_id in ('sneaker', 'lace')")
    shown = (await ask(server, "item_page.similar", market="de", page={"productIds": ["boot"]}))[0]["items"]
    assert [i["product"]["id"] for i in shown] == ["lace"]
