"""Lists computed elsewhere, shown where they are meant, as long as they hold."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.store.playbook import placement_row
from tests.faces.serving import serving
from tests.faces.test_graphql import shown

UPSERT = """mutation ($lists: [CuratedListInput!]!) { upsertLists(lists: $lists) { accepted errors { index id field code message } } }"""
ASK = """query ($market: String = "se", $visitor: VisitorInput = {sessionId: "s1"}, $page: PageInput) {
  recommend(strategy: CURATED, market: $market, visitor: $visitor, page: $page) { items { fallback product { id } } } }"""
NAMED = """query ($id: ID!, $context: [NameValueInput!]) {
  placements(ids: [$id], market: "se", visitor: {sessionId: "s1"}, context: $context) { placements { items { fallback product { id } } } } }"""
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()


def a_list(name, *products, **more):
    return {"id": name, "products": [{"productId": each} for each in products], **more}


async def upsert(client, *lists, key="admin"):
    return (await client.data(UPSERT, key=key, lists=list(lists)))["upsertLists"]


def curated(fill):
    return [item["product"]["id"] for item in fill["items"] if item["fallback"] == "NONE"]


async def asked(client, key="storefront", **more):
    return curated((await client.data(ASK, key=key, **more))["recommend"])


async def test_a_list_is_shown_on_the_pages_of_its_product_in_its_order(client):
    assert await upsert(client, a_list("goes-with-boot", "wax", "lace", seedProductId="boot")) == {"accepted": 1, "errors": []}
    assert await asked(client, page={"productIds": ["boot"]}) == ["wax", "lace"]
    assert await asked(client, page={"productIds": ["sneaker"]}) == []
    await upsert(client, a_list("goes-with-boot", "lace", "sneaker", seedProductId="boot"))  # replaced whole
    assert await asked(client, page={"productIds": ["boot"]}) == ["lace", "sneaker"]


WARNED = """mutation ($lists: [CuratedListInput!]!) { upsertLists(lists: $lists) { accepted warnings { code message } } }"""


async def test_what_the_shop_does_not_have_is_taken_with_a_warning(client):
    known = a_list("l", "wax", seedProductId="boot")
    assert (await client.data(WARNED, key="admin", lists=[known]))["upsertLists"] == {"accepted": 1, "warnings": []}
    lists = [a_list("m", "wax", "vax", seedProductId="boto"), a_list("n", "lace", seedCategoryId="botos"), a_list("gone")]
    assert (await client.data(WARNED, key="admin", lists=lists))["upsertLists"] == {
        "accepted": 3,
        "warnings": [
            {"code": "UNKNOWN_PRODUCT", "message": "the shop has no product 'boto', 'vax'"},
            {"code": "UNKNOWN_CATEGORY", "message": "the shop has no category 'botos'"},
        ],
    }


async def test_scores_go_before_the_order(client):
    scored = [{"productId": "wax", "score": 1}, {"productId": "lace", "score": 5}]
    await upsert(client, {"id": "l", "seedProductId": "boot", "products": scored})
    assert await asked(client, page={"productIds": ["boot"]}) == ["lace", "wax"]


async def test_a_list_of_a_category_is_for_the_categories_below_it_too(client):
    await upsert(client, a_list("for-shoes", "wax", seedCategoryId="shoes"))
    assert await asked(client, page={"categoryIds": ["boots"]}) == ["wax"]
    assert await asked(client, page={"categoryIds": ["care"]}) == []


async def test_a_list_of_a_user_is_shown_only_to_who_is_believed_to_be_the_user(client):
    await upsert(client, a_list("for-anna", "wax", user={"userId": "anna"}))
    anna = {"sessionId": "s1", "userId": "anna"}
    assert await asked(client, key="server", visitor=anna) == ["wax"]
    assert await asked(client, key="storefront", visitor=anna) == []  # a browser's bare word
    assert await asked(client, key="server", visitor={"userId": "bert"}) == []


async def test_a_list_holds_in_its_market_and_within_its_dates_only(client):
    about = {"seedProductId": "boot"}
    await upsert(
        client,
        a_list("german", "lace", market="de", **about),
        a_list("over", "wax", validTo=YESTERDAY, **about),
        a_list("to-come", "sneaker", validFrom=TOMORROW, **about),
    )
    assert await asked(client, page={"productIds": ["boot"]}) == []
    assert await asked(client, page={"productIds": ["boot"]}, market="de") == ["lace"]


async def test_a_placement_names_a_list_itself_or_by_the_page_s_own_values(shop, stores, database_url, tmp_path):
    for place, parameters in (("summer", {"list": "summer"}), ("season", {"list": "$season"})):
        placement = Placement(PlacementId(f"home_page.{place}"), (StrategyName.CURATED,), 12, parameters=parameters)
        await stores.db.execute("playbook.insert_placement", tenant_id="acme", **placement_row(placement))
    async with serving(database_url, tmp_path) as client:
        await upsert(client, a_list("summer", "wax"), a_list("winter", "boot"))

        async def page(place, **more):
            return curated((await client.data(NAMED, id=f"home_page.{place}", **more))["placements"]["placements"][0])

        assert await page("summer") == ["wax"]
        assert await page("season", context=[{"name": "season", "values": ["winter"]}]) == ["boot"]
        assert await page("season", context=[{"name": "season", "values": ["autumn"]}]) == []
        assert await page("season") == []


async def test_what_may_not_be_shown_is_not_shown_from_a_list_either(client):
    await upsert(client, a_list("l", "ghost", "gone", "never-heard-of", "wax", "boot", seedProductId="boot"))
    assert await asked(client, page={"productIds": ["boot"]}) == ["wax"]


async def test_a_list_without_products_is_taken_away(client):
    await upsert(client, a_list("l", "wax", seedProductId="boot"))
    assert await upsert(client, a_list("l")) == {"accepted": 1, "errors": []}
    assert await asked(client, page={"productIds": ["boot"]}) == []
    assert await client.rows("select * from curated_list") == []


async def test_a_bad_list_does_not_sink_its_neighbours(client):
    wrong = {
        "SEVERAL_SEEDS": a_list("a", "wax", seedProductId="boot", seedCategoryId="care"),
        "UNKNOWN_MARKET": a_list("b", "wax", market="fr"),
        "TOO_LONG": a_list("c", *(f"p{n}" for n in range(1001))),
        "SCORES_MISSING": {"id": "d", "products": [{"productId": "wax", "score": 1}, {"productId": "lace"}]},
        "OUT_OF_RANGE": a_list("e", "wax", validFrom=TOMORROW, validTo=YESTERDAY),
        "UNKNOWN_USER": a_list("f", "wax", user={"email": "nobody@shop.example"}),
        "BAD_TEXT": a_list("", "wax"),
    }
    told = await upsert(client, *wrong.values(), a_list("good", "wax"))
    assert told["accepted"] == 1
    assert [(each["index"], each["code"]) for each in told["errors"]] == list(enumerate(wrong))
    assert [row["list_id"] for row in await client.rows("select list_id from curated_list")] == ["good"]


@pytest.mark.parametrize("key", ["storefront", "server"])
async def test_only_an_administrator_tells_lists_and_not_every_key_reads_them(client, key):
    assert (await client.ask(UPSERT, key=key, lists=[]))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await client.ask("{ lists { id } }", key=key))["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_lists_are_told_by_id_a_page_at_a_time(client):
    await upsert(client, *(a_list(f"l{n}", "wax", "lace", market="se") for n in range(3)))
    query = "query ($after: ID) { lists(first: 2, after: $after) { id market products validTo } }"
    first = (await client.data(query, key="admin"))["lists"]
    assert first == [{"id": f"l{n}", "market": "se", "products": 2, "validTo": None} for n in range(2)]
    assert [each["id"] for each in (await client.data(query, key="admin", after="l1"))["lists"]] == ["l2"]


async def test_a_page_that_shows_no_list_is_as_it_was(client):
    query = """{ recommend(strategy: NEW_ARRIVALS, market: "se", visitor: {sessionId: "s1"}) { items { product { id } } } }"""
    before = shown((await client.data(query))["recommend"])
    await upsert(client, a_list("for-all", "wax"))
    assert shown((await client.data(query))["recommend"]) == before
