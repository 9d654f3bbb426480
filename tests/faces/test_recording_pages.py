"""record: true — a page that is asked for tells of itself, once, and the answer says where it could not."""

import asyncio
import hashlib
import json

import asyncpg
import pytest

from gateway.domain.tenant import Environment, Scope
from gateway.store.keys import NewKey
from tests.faces.serving import serving

ASK = """query ($ids: [ID!]!, $page: PageInput, $requestId: ID, $visitor: VisitorInput! = {sessionId: "s1"}, $market: String! = "se") {
  placements(ids: $ids, market: $market, page: $page, visitor: $visitor, record: true, requestId: $requestId) {
    viewId warnings { code message } placements { items { product { id } } } } }"""
SEK = {"minorUnits": 129900, "currency": "SEK"}

PAGES = [
    ("item_page.similar", {"productIds": ["boot", "wax"]}, [("view", {"product_id": "boot"})]),
    ("search_page.top", {"searchTerm": "boots"}, [("search", {"search_term": "boots"})]),
    ("category_page.top", {"categoryIds": ["shoes", "boots"]}, [("view_category", {"category_id": "shoes"})]),
    (
        "add_to_cart_page.together",
        {"addedToCart": [{"productId": "boot", "quantity": 2, "unitPrice": SEK}, {"productId": "lace"}]},
        [("add_to_cart", {"product_id": "boot", "quantity": 2, "unit_price_minor": 129900, "currency": "SEK"}),
         ("add_to_cart", {"product_id": "lace", "quantity": 1})],
    ),
    (
        "purchase_complete_page.next",
        {"order": {"id": "o1", "lines": [{"productId": "boot", "unitPrice": SEK}, {"productId": "wax", "quantity": 3}]}},
        [("purchase", {"product_id": "boot", "order_id": "o1", "unit_price_minor": 129900, "whole": True}),
         ("purchase", {"product_id": "wax", "order_id": "o1", "quantity": 3})],
    ),
    ("home_page.top", None, [("page_view", {"properties": '{"page": "home"}'})]),
    ("cart_page.together", {"cart": [{"productId": "boot"}]}, [("page_view", {"properties": '{"page": "cart"}'})]),
    ("item_page.similar", None, [("page_view", {"properties": '{"page": "item"}'})]),
]  # fmt: skip


async def over_graphql(client, placement, page, request_id, key="storefront", **more):
    return (await client.data(ASK, key=key, ids=[placement], page=page, requestId=request_id, **more))["placements"]


async def over_rest(client, placement, page, request_id, key="storefront", **more):
    said = {
        "ids": [placement],
        "market": "se",
        "visitor": {"sessionId": "s1"},
        "page": page,
        "record": True,
        "requestId": request_id,
    }
    answer = await client.http.post("/v1/placements", json={**said, **more}, headers={"x-api-key": f"secret-{key}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


FACES = pytest.mark.parametrize("ask", [over_graphql, over_rest])


async def told(client):
    return await client.rows("select * from event order by event_id, line")


@FACES
@pytest.mark.parametrize(("placement", "page", "events"), PAGES)
async def test_a_page_tells_of_itself_once_a_request(client, ask, placement, page, events):
    for _ in range(2):
        answer = await ask(client, placement, page, "r1")
        assert "RECORD_FAILED" not in [warning["code"] for warning in answer["warnings"]]
    rows = await told(client)
    assert [row["type"] for row in rows] == [kind for kind, _ in events]
    for row, (_, said) in zip(rows, events, strict=True):
        assert {name: row[name] for name in said} == said
        assert (row["session_id"], row["market_id"], row["scope"]) == ("s1", "se", "STOREFRONT")


async def test_another_request_is_another_visit_and_an_order_is_one_whoever_asks(client):
    for request_id in ("r1", "r2"):
        await over_graphql(client, "item_page.similar", {"productIds": ["boot"]}, request_id)
    assert len(await told(client)) == 2
    order = {"order": {"id": "o1", "lines": [{"productId": "boot"}]}}
    for request_id in ("r1", "r2", None):
        await over_rest(client, "purchase_complete_page.next", order, request_id)
    assert len(await told(client)) == 3


async def test_over_get_it_is_refused(client):
    for record in ("true", "false"):
        query = f'{{ placements(ids: ["home_page.top"], market: "se", visitor: {{sessionId: "s"}}, record: {record}, requestId: "r") {{ viewId }} }}'
        answer = (await client.http.get("/graphql", params={"query": query}, headers={"x-api-key": "secret-storefront"})).json()
        assert [error["extensions"]["field"] for error in answer.get("errors", ())] == (["record"] if record == "true" else [])
    assert await told(client) == []


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({}, "requestId"),
        ({"requestId": "x" * 200}, "requestId"),
        ({"requestId": "x\0"}, "requestId"),
        ({"requestId": "r", "market": "x"}, "market"),
    ],
)
async def test_what_cannot_be_answered_is_not_recorded(client, variables, field):
    answer = await client.ask(ASK, ids=["home_page.top"], **variables)
    assert answer["errors"][0]["extensions"]["field"] == field
    assert (await client.ask(ASK, ids=["home_page.nowhere"], requestId="r"))["errors"]
    assert await told(client) == []


async def test_a_preview_is_nobodys_visit(client):
    query = ASK.replace("record: true", "record: true, drafts: true")
    answer = await client.ask(query, key="admin", ids=["home_page.top"], requestId="r")
    assert answer["errors"][0]["extensions"]["field"] == "record"
    assert await told(client) == []


@FACES
async def test_a_refused_event_is_a_warning_and_the_answer_stands(client, ask):
    page = {"order": {"id": "o1", "lines": [{"productId": "boot", "quantity": 0}]}}
    answer = await ask(client, "purchase_complete_page.next", page, "r1")
    assert answer["placements"][0]["items"]
    [warning] = [w for w in answer["warnings"] if w["code"] == "RECORD_FAILED"]
    assert "lines.0.quantity" in warning["message"]
    assert await told(client) == []


async def test_a_crawlers_visit_stands_apart(client):
    crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    await over_rest(client, "home_page.top", None, "r1", key="server", visitor={"sessionId": "s1", "userAgent": crawler})
    await client.ask(ASK, headers={"user-agent": crawler}, ids=["home_page.top"], requestId="r2")
    assert [row["apart"] for row in await told(client)] == ["BOT", "BOT"]


async def test_a_key_for_trying_out_records_what_counts_nowhere(shop, stores, database_url, tmp_path):
    secret = hashlib.sha256(b"secret-trial").digest()
    scopes = frozenset({Scope.STOREFRONT})
    await stores.keys.add(shop.tenant_id, NewKey("trial", secret, scopes, environment=Environment.INTEGRATION))
    async with serving(database_url, tmp_path) as client:
        answer = await over_graphql(client, "item_page.similar", {"productIds": ["boot"]}, "r1", key="trial")
        assert "RECORD_FAILED" not in [warning["code"] for warning in answer["warnings"]]
        assert [row["apart"] for row in await told(client)] == ["INTEGRATION"]


@FACES
@pytest.mark.usefixtures("shop")
async def test_an_event_that_waits_too_long_is_a_warning_and_is_kept_all_the_same(database_url, tmp_path, ask):
    async with serving(database_url, tmp_path) as client:
        connection = await asyncpg.connect(database_url)
        async with connection.transaction():
            await connection.execute("lock table event_key in exclusive mode")
            async with asyncio.timeout(5):
                answer = await ask(client, "item_page.similar", {"productIds": ["boot"]}, "r1")
        await connection.close()
        assert answer["placements"][0]["items"]
        assert "RECORD_FAILED" in [warning["code"] for warning in answer["warnings"]]
        again = await ask(client, "item_page.similar", {"productIds": ["boot"]}, "r1")
        assert "RECORD_FAILED" not in [warning["code"] for warning in again["warnings"]]
        assert len(await told(client)) == 1
        assert json.dumps(again)
