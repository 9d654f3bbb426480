"""One trip down, one trip up; and what is hidden is not shown by any answer that starts after the commit."""

import asyncpg
import pytest

from tests.conftest import PATIENCE
from tests.faces.serving import serving

PAGE = """query ($ids: [ID!]!, $visitor: VisitorInput!, $page: PageInput) {
  placements(ids: $ids, market: "se", visitor: $visitor, page: $page) {
    degraded warnings { code } placements { items { product { id } } } } }"""
ALL_OF_A_PAGE = {
    "home": (["home_page.top", "home_page.more"], 2),
    "item": (["item_page.similar", "item_page.together"], 1),
    "cart": (["cart_page.together"], 1),
    "category": (["category_page.top"], 1),
    "personal": (["personal_page.top"], 2),
}


@pytest.mark.parametrize("page", ALL_OF_A_PAGE)
async def test_a_page_costs_one_statement_and_one_more_where_history_is_wanted(client, page, statements):
    placements, most = ALL_OF_A_PAGE[page]
    variables = {"ids": placements, "visitor": {"sessionId": "s"}, "page": {"productIds": ["boot"]}}
    await client.data(PAGE, **variables)
    ours = [name for name in statements if name.startswith(("catalog.", "visitor."))]
    assert ours == ["visitor.look_back", "catalog.hydrate"][2 - most :]


async def test_a_product_hidden_or_sold_out_is_in_no_answer_that_starts_after_the_commit(client):
    connection = await asyncpg.connect(client.url)
    changes = {
        "update product set hidden = not hidden where product_id = 'boot'": "boot",
        "update product_market set available = not available where product_id = 'lace'": "lace",
        "update product set valid_to = case when valid_to is null then now() end where product_id = 'wax'": "wax",
    }
    for _ in range(5):
        for change, product in changes.items():
            for gone in (True, False):
                await connection.execute(change)
                page = (await client.data(PAGE, ids=["home_page.top"], visitor={"sessionId": "s"}))["placements"]
                shown = {i["product"]["id"] for i in page["placements"][0]["items"]}
                assert (product not in shown) is gone
    await connection.close()


WITHIN = """mutation ($ms: Int!) { upsertPlacement(input: {id: "home_page.top", strategies: [BESTSELLERS], deadlineMs: $ms}) { id } }"""


async def test_a_deadline_that_passes_empties_the_placements_and_never_shows_a_product_of_unknown_state(client):
    await client.data(WITHIN, "admin", ms=250)
    blocker = await asyncpg.connect(client.url)
    async with blocker.transaction():
        await blocker.execute("lock table product in access exclusive mode")
        page = (await client.data(PAGE, ids=["home_page.top"], visitor={"sessionId": "s"}))["placements"]
    assert page["degraded"]
    assert "UNAVAILABLE" in [w["code"] for w in page["warnings"]]
    assert page["placements"][0]["items"] == []
    await blocker.close()
    await client.data(WITHIN, "admin", ms=PATIENCE)
    page = (await client.data(PAGE, ids=["home_page.top"], visitor={"sessionId": "s"}))["placements"]
    assert page["placements"][0]["items"]


async def test_an_answer_is_kept_with_all_that_was_shown(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path) as client:
        page = {"productIds": ["boot"], "categoryIds": ["shoes"], "brand": "Nord"}
        variables = {
            "ids": ["item_page.similar", "item_page.together"],
            "visitor": {"sessionId": "s1", "visitorId": "v1"},
            "page": page,
        }
        answer = (await client.data(PAGE.replace("degraded", "viewId degraded", 1), **variables))["placements"]
    [row] = await client.rows(
        "select view_id::text, market_id, session_id, visitor_id, page::jsonb, lists::jsonb from served_view"
    )
    assert tuple(row)[:4] == (answer["viewId"], "se", "s1", "v1")
    assert '"sneaker"' in row["lists"]
    assert '"productIds": ["boot"]' in row["page"]


async def test_the_serving_release_and_the_placements_change_without_a_restart(client):
    await client.rows("update placement set count = 1 where placement_id = 'home_page.top'")
    for _ in range(250):
        page = (await client.data(PAGE, ids=["home_page.top"], visitor={"sessionId": "s"}))["placements"]
        if len(page["placements"][0]["items"]) == 1:
            return
    pytest.fail("the change never came into force")


async def test_a_setting_of_a_newer_version_does_not_stop_the_server(client):
    await client.rows("update placement set strategies = '{telepathy,bestsellers}' where placement_id = 'home_page.top'")
    await client.rows("update placement set count = 1 where placement_id = 'home_page.more'")
    for _ in range(250):
        page = (await client.data(PAGE, ids=["home_page.more"], visitor={"sessionId": "s"}))["placements"]
        if len(page["placements"][0]["items"]) == 1:
            break
    page = (await client.data(PAGE, ids=["home_page.top"], visitor={"sessionId": "s"}))["placements"]
    assert page["placements"][0]["items"]
