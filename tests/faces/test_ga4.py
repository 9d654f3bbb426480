"""A shop that tells Google Analytics tells us by another host name."""

import json
import re

import pytest
from prometheus_client import REGISTRY

from tests.faces.serving import add_up

PAGE = """query ($visitor: VisitorInput!) { placements(ids: ["home_page.top"], market: "se", visitor: $visitor) {
    placements { items { recommendationId product { id } } } } }"""


OWED = """{ attribution(by: [PLACEMENT], model: CLICK_LAST) { key clicks orders units revenue { minorUnits currency } } }"""


async def send(client, payload, key="server", path="/mp/collect", **query):
    asked = {"measurement_id": "G-1", **({"api_secret": f"secret-{key}"} if key else {}), **query}
    return await client.http.post(path, params=asked, content=json.dumps(payload), headers={"content-type": "text/plain"})


def payload(name, **params):
    return {"client_id": "77.88", "user_id": "ada", "events": [{"name": name, "params": params}]}


def counted(event, outcome):
    told = {"tenant": "acme", "dialect": "ga4", "event": event, "outcome": outcome}
    return REGISTRY.get_sample_value("endcap_heard_total", told) or 0


ORDER = {
    "transaction_id": "T-9", "currency": "SEK", "value": 1398, "session_id": "1699999000",
    "items": [{"item_id": "boot", "price": 1299, "quantity": 1}, {"item_id": "wax", "price": 99, "quantity": 1}],
}  # fmt: skip


async def test_a_purchase_is_answered_as_google_answers_and_kept_once(client):
    for _ in range(2):
        answer = await send(client, payload("purchase", **ORDER))
        assert (answer.status_code, answer.content) == (204, b"")
    rows = await client.rows(
        "select product_id, unit_price_minor, currency, session_id, visitor_id, user_id, scope from event order by line"
    )
    assert [tuple(row) for row in rows] == [
        ("boot", 129900, "SEK", "77.88.1699999000", "77.88", "ada", "SERVER"),
        ("wax", 9900, "SEK", "77.88.1699999000", "77.88", "ada", "SERVER"),
    ]


async def test_the_order_is_owed_to_a_recommendation_that_the_same_visitor_clicked(client, stores):
    visitor = {"sessionId": "77.88.1699999000", "visitorId": "77.88"}
    shown = (await client.data(PAGE, visitor=visitor))["placements"]["placements"][0]["items"]
    boot = next(item for item in shown if item["product"]["id"] == "boot")
    item = {"item_id": "boot", "recommendation_id": boot["recommendationId"]}
    await send(client, payload("select_item", session_id="1699999000", items=[item]), key="storefront")
    await send(client, payload("purchase", **ORDER))
    await add_up(client, stores)
    [owed] = (await client.data(OWED, key="admin"))["attribution"]
    assert owed == {
        "key": {"placement": "home_page.top"}, "clicks": 1, "orders": 1, "units": 1,
        "revenue": [{"minorUnits": 129900, "currency": "SEK"}],
    }  # fmt: skip


async def test_what_a_browser_s_key_says_of_a_user_is_a_claim(client):
    await send(client, payload("page_view"), key="storefront")
    [row] = await client.rows("select user_id, claimed_user_id from event")
    assert tuple(row) == (None, "ada")


async def test_a_key_is_taken_from_the_header_too_and_a_wrong_one_refused(client):
    headers = {"authorization": "Bearer secret-server"}
    assert (await client.http.post("/mp/collect", json=payload("page_view"), headers=headers)).status_code == 204
    for key in (None, "nobody"):
        answer = await send(client, payload("page_view"), key=key)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    elsewhere = await client.http.post(
        "/mp/collect?api_secret=secret-server", json=payload("page_view"), headers={"origin": "https://elsewhere.example"}
    )
    assert elsewhere.status_code == 403


async def test_the_secret_is_in_no_log(client, caplog):
    with caplog.at_level("DEBUG"):
        await send(client, payload("page_view"))
        await send(client, payload("page_view"), path="/debug/mp/collect")
    ours = "\n".join(str(vars(record)) for record in caplog.records if not record.name.startswith("httpx"))
    assert "/mp/collect" in ours
    assert "secret-server" not in ours


async def test_what_is_no_matter_of_a_shop_is_dropped_and_counted_by_names_that_are_known(client):
    before = [counted(*each) for each in (("scroll", "dropped"), ("other", "dropped"), ("page_view", "taken"))]
    events = [{"name": name} for name in ("scroll", "game_over", "level_up", "page_view")]
    assert (await send(client, {"client_id": "1.2", "events": events})).status_code == 204
    after = [counted(*each) for each in (("scroll", "dropped"), ("other", "dropped"), ("page_view", "taken"))]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 2, 1]
    assert "game_over" not in (await client.http.get("/metrics")).text
    assert len(await client.rows("select 1 from event")) == 1


async def test_a_name_that_is_a_type_of_the_shop_s_own_is_kept_as_that(client):
    own = 'mutation { upsertEventType(input: {name: "begin_checkout", weight: 4}) { name } }'
    await client.data(own, key="admin")
    await send(client, payload("begin_checkout", items=[{"item_id": "boot"}]))
    assert [tuple(row) for row in await client.rows("select type, product_id from event")] == [("begin_checkout", "boot")]


async def test_more_products_than_a_batch_holds_are_all_kept(client):
    items = [{"item_id": f"p{number}"} for number in range(1_200)]
    assert (await send(client, payload("view_item_list", items=items))).status_code == 204
    assert len(await client.rows("select 1 from event")) == 1_200


@pytest.mark.parametrize(("body", "says"), [("{", "is no JSON"), ("[]", "a payload is"), ('{"client_id": "1"}', "a payload is")])
async def test_what_is_no_payload_is_refused_with_what_one_is(client, body, says):
    answer = await client.http.post("/mp/collect?api_secret=secret-server", content=body)
    assert answer.status_code == 400
    assert says in answer.json()["errors"][0]["message"]
    [message] = (await client.http.post("/debug/mp/collect?api_secret=secret-server", content=body)).json()["validationMessages"]
    assert says in message["description"]


async def test_the_debug_path_says_what_is_wrong_where_and_keeps_nothing(client):
    events = [
        {"name": "view_item", "params": {"items": [{"item_id": "boot"}, {"item_name": "?"}]}},
        {"name": "purchase", "params": {**ORDER, "transaction_id": None}},
        {"name": "purchase", "params": {**ORDER, "items": [{"item_id": "boot", "quantity": 0}]}},
        {"name": "page_view", "timestamp_micros": 1},
        {"name": "scroll"},
        {"params": {}},
    ]
    told = (await send(client, {"client_id": "1.2", "events": events}, path="/debug/mp/collect")).json()
    assert [(each["fieldPath"], each["validationCode"]) for each in told["validationMessages"]] == [
        ("events[0].params.items[1].item_id", "VALUE_REQUIRED"),
        ("events[1].params.transaction_id", "VALUE_REQUIRED"),
        ("events[2].params.items[0].quantity", "VALUE_OUT_OF_BOUNDS"),
        ("events[3].timestamp_micros", "VALUE_INVALID"),
        ("events[5].name", "VALUE_REQUIRED"),
    ]
    assert told["endcap"] == {"dropped": {"scroll": 1}, "warnings": []}
    nobody = (await send(client, {"events": [{"name": "page_view"}]}, path="/debug/mp/collect")).json()
    assert nobody["validationMessages"][0]["fieldPath"] == "client_id"
    assert nobody["validationMessages"][0]["description"] == "client_id: client_id or user_id is needed"
    said = [each["description"] for each in told["validationMessages"]]
    assert said[1] == "events[1].params.transaction_id: items belong to an order: transaction_id is needed"
    assert not any(re.search("productId|orderId|sessionId|lines", each) for each in said)
    assert await client.rows("select 1 from event") == []


async def test_who_brings_no_key_is_told_of_api_secret(client):
    answer = await client.http.post("/mp/collect", json=payload("page_view"))
    assert (answer.status_code, "api_secret" in answer.json()["errors"][0]["message"]) == (401, True)


async def test_the_market_is_named_in_the_address_where_there_are_several(client):
    await send(client, payload("view_item", items=[{"item_id": "boot", "price": 5}]), market="de")
    await send(client, payload("view_item", items=[{"item_id": "wax", "price": 5}]))
    rows = await client.rows("select market_id, unit_price_minor, currency from event order by product_id")
    assert [tuple(row) for row in rows] == [("de", 500, "EUR"), (None, None, None)]
    answer = await send(client, payload("page_view"), market="atlantis")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["field"]) == (400, "market")


async def test_a_crawler_that_a_server_tells_of_stands_apart(client):
    await send(
        client, {**payload("page_view"), "user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    )
    assert [row["apart"] for row in await client.rows("select apart from event")] == ["BOT"]
