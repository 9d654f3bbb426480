"""Depict's clients ask what they always asked, and are answered as they always were."""

import asyncio
import json

import pytest

ASK = {"tenant": "acme", "market": "se", "type": "similar", "product_id": "boot", "session_id": "s1", "dsid": "d1"}
KEY = {"x-api-key": "secret-storefront"}
PAGE = """query ($page: PageInput) { placements(ids: ["item_page.similar"], market: "se", visitor: {sessionId: "s1"}, page: $page) {
            placements { items { product { id } } } } }"""


async def ask(client, body, path="product", headers=KEY):
    return await client.http.post(f"/v2/recommend/products/{path}", json=body, headers=headers)


@pytest.fixture
async def keyless(client):
    """The shop answers without a key, as this vendor's browser clients expect."""
    await client.rows("update tenant set keyless = true, page_hosts = '{shop.example}'")
    for _ in range(1500):
        if (await ask(client, ASK, headers={})).status_code == 200:
            return client
        await asyncio.sleep(0.02)
    return pytest.fail("the setting never came into force")


async def test_both_faces_give_the_same_products(client):
    ours = await client.data(PAGE, page={"productIds": ["boot"]})
    theirs = (await ask(client, ASK)).json()
    assert [d["product_id"] for d in theirs["displays"]] == [
        i["product"]["id"] for i in ours["placements"]["placements"][0]["items"]
    ] == ["sneaker", "lace", "wax"]  # fmt: skip


async def test_a_display_has_the_vendors_fields(client):
    answer = (await ask(client, ASK)).json()
    sneaker = answer["displays"][0]
    assert sneaker == {
        "main_product_id": "sneaker", "product_id": "sneaker", "title": "Running shoe", "original_price": 899, "sale_price": 599,
        "page_url": f"/products/sneaker?recommendation_id={sneaker['recommendation_id']}", "image_url": None, "brand": "Fleet",
        "recommendation_id": sneaker["recommendation_id"],
    }  # fmt: skip
    assert (answer["error"], answer["variant"], answer["experiment_id"]) == (None, 0, None)


async def test_the_body_is_json_whatever_its_content_type_and_query_say(client):
    response = await client.http.post(
        "/v2/recommend/products/product?utilishared=1.0.51&ui=2.1.24",
        content=json.dumps(ASK),
        headers={**KEY, "content-type": "text/plain;charset=UTF-8"},
    )
    assert response.status_code == 200
    assert response.json()["displays"]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("general", {"type": "front_page"}),
        ("products", {"type": "checkout", "product_ids": ["boot", "wax"]}),
        ("products", {"type": "cross_sell", "product_ids": ["boot"]}),
        ("category", {"type": "category_listing", "category_id": "shoes"}),
        ("general", {"type": "home_page.more", "limit": 2}),
    ],
)
async def test_every_route_answers(client, path, more):
    answer = await ask(client, {"tenant": "acme", "market": "se", **more}, path)
    assert answer.status_code == 200
    assert answer.json()["displays"]
    assert len(answer.json()["displays"]) <= more.get("limit", 128)


@pytest.mark.parametrize("change", [{"tenant": "nobody"}, {"market": "xx"}, {"type": "never_configured"}])
async def test_what_is_not_configured_is_answered_200_with_the_vendors_words(keyless, change):
    answer = await ask(keyless, {**ASK, **change}, headers={})
    assert answer.status_code == 200
    assert answer.json()["displays"] == []
    assert "not yet configured" in answer.json()["error"]


async def test_what_is_wrong_is_said_as_fastapi_says_it(client):
    answer = await ask(client, {"tenant": "acme", "type": 5, "limit": 500, "colour": "red", "session_id": []})
    assert answer.status_code == 422
    found = {tuple(d["loc"]): d["type"] for d in answer.json()["detail"]}
    assert found == {
        ("body", "market"): "value_error.missing",
        ("body", "product_id"): "value_error.missing",
        ("body", "limit"): "value_error.number.not_le",
        ("body", "colour"): "value_error.extra",
        ("body", "session_id"): "type_error.str",
    }


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"'])
async def test_a_body_that_is_no_object_is_422(client, body):
    answer = await client.http.post("/v2/recommend/products/product", content=body, headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_without_a_key_only_a_tenant_that_allows_it_is_answered(client):
    answer = await ask(client, ASK, headers={})
    assert answer.status_code == 422  # this vendor's clients repeat anything but 200, 404 and 422
    assert answer.json()["detail"][0]["loc"] == ["header", "X-API-KEY"]


async def test_a_key_of_one_shop_does_not_open_another(client):
    assert (await ask(client, {**ASK, "tenant": "other"})).json()["displays"] == []


async def test_the_shops_pages_may_read_the_answer_with_credentials(keyless):
    answer = await ask(keyless, ASK, headers={"origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-allow-credentials"] == "true"


def event(kind="click", **more):
    return {"tenant": "acme", "market": "se", "type": kind, "session_id": "s1", **more}


async def tell(client, *events):
    return await client.http.post("/create-events", content=json.dumps(list(events)), headers=KEY)


async def test_the_vendors_events_are_kept_in_our_words(client):
    display = (await ask(client, ASK)).json()["displays"][0]
    shown = {"product_id": display["product_id"], "recommendation_id": display["recommendation_id"], "document_width": 1024}
    answer = await tell(
        client,
        event("element_visible", **shown),
        event("click", **shown),
        event("ws_click", **shown),
        event("page_view", product_id="sneaker"),
        event("page_view"),
        event("add_to_cart", **shown),
        event("purchase", product_id="sneaker", entity_price="599$", currency="SEK"),
    )
    assert answer.status_code == 200
    rows = await client.rows("select type, product_id, unit_price_minor, market_id, view_id is not null as ours from event")
    assert sorted((r["type"], r["unit_price_minor"], r["ours"]) for r in rows) == [
        ("add_to_cart", None, True), ("click", None, True), ("impression", None, True), ("page_view", None, False),
        ("purchase", 59900, False), ("view", None, False),
    ]  # fmt: skip


async def test_what_a_crawler_does_stands_apart(client):
    crawler = {**KEY, "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    body = json.dumps([event("page_view", product_id="sneaker")])
    assert (await client.http.post("/create-events", content=body, headers=crawler)).status_code == 200
    assert [row["apart"] for row in await client.rows("select apart from event")] == ["BOT"]


async def test_a_repeated_deduplication_id_is_counted_once(client):
    for _ in range(2):
        assert (await tell(client, event(product_id="boot", deduplication_id="x"))).status_code == 200
    assert len(await client.rows("select * from event")) == 1


async def test_an_array_with_a_bad_event_keeps_nothing_and_names_the_row(client):
    answer = await tell(client, event(product_id="boot"), event("dance"), {"type": "click"})
    assert answer.status_code == 422
    assert {tuple(d["loc"]) for d in answer.json()["detail"]} == {
        ("body", 1, "type"),
        ("body", 2, "tenant"),
        ("body", 2, "market"),
    }
    assert await client.rows("select * from event") == []


async def test_an_unknown_market_in_one_row_keeps_nothing_of_the_array(client):
    answer = await tell(client, event(product_id="boot"), event(product_id="boot", market="atlantis"))
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", 1, "market"]
    assert await client.rows("select * from event") == []


@pytest.mark.parametrize(("told", "kept"), [("1,299.00 kr", 129900), ("1 299 kr", 129900), ("SEK 99", 9900), ("free", None)])
async def test_prices_are_read_as_people_write_them(client, told, kept):
    assert (await tell(client, event("purchase", product_id="boot", entity_price=told))).status_code == 200
    assert [r["unit_price_minor"] for r in await client.rows("select unit_price_minor from event")] == [kept]


@pytest.mark.parametrize("limit", ["--5", "\u00b2", "9" * 5000])
async def test_a_limit_that_is_no_number_is_422(client, limit):
    assert (await ask(client, {**ASK, "limit": limit})).status_code == 422
