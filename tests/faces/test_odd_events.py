"""What is kept and odd all the same is said to whoever tells it: products that there are not, orders for nothing, users nobody signed."""

import asyncio

import asyncpg
import jwt
import pytest
from prometheus_client import REGISTRY

from gateway.services.hearing import spot
from tests.faces.serving import serving
from tests.faces.test_ga4 import payload, send
from tests.faces.test_segment import post, track

TELL = """mutation ($events: [EventInput!]!) { recordEvents(events: $events) {
  accepted duplicates errors { code } warnings { index id field code message } } }"""
VIEW = {"type": "view", "sessionId": "s1"}


async def told(client, *events, key="server"):
    """What both faces answer alike."""
    answer = await client.http.post("/v1/events", json=list(events), headers={"authorization": f"Bearer secret-{key}"})
    return answer.json()


async def warned(client, *events, key="server"):
    receipt = await told(client, *events, key=key)
    assert receipt["errors"] == []
    return [(each["index"], each["field"], each["code"]) for each in receipt["warnings"]]


def counted():
    return REGISTRY.get_sample_value("endcap_unknown_products_total", {"tenant": "acme"}) or 0


@pytest.fixture(autouse=True)
def restless(monkeypatch):
    """The gateway looks for whatever it is told of, however long that takes on this machine."""
    for name, seconds in (("_REST", 0), ("_PATIENCE", 10)):
        monkeypatch.setattr(spot, name, seconds)


async def test_a_product_that_the_catalog_lacks_is_said_at_both_doors_and_counted(client):
    before = counted()
    events = [
        {**VIEW, "id": "a", "productId": "boot"},
        {**VIEW, "id": "b", "productId": "sku-boot"},
        {**VIEW, "id": "c", "productId": "ghost"},
    ]
    one = await told(client, *events)
    assert one["accepted"] == 3
    [warning] = one["warnings"]
    assert warning == {
        "index": 1, "id": "b", "field": "productId", "code": "UNKNOWN_PRODUCT",
        "message": "the shop has no product 'sku-boot'; nothing is learnt from it until the catalog holds it",
    }  # fmt: skip
    two = (await client.data(TELL, "server", events=[{**each, "id": f"g{each['id']}"} for each in events]))["recordEvents"]
    assert two["warnings"] == [{**warning, "id": "gb"}]
    assert counted() == before + 2
    assert (await told(client, *events))["warnings"] == []  # duplicates: said before
    assert counted() == before + 2


async def test_a_line_that_names_no_product_is_told_by_its_place(client):
    lines = [{"productId": name} for name in ("boot", "x-1", "wax", "x-2")]
    order = {"type": "purchase", "sessionId": "s1", "orderId": "o1", "lines": lines}
    receipt = await told(client, order)
    assert [(each["field"], each["code"]) for each in receipt["warnings"]] == [("lines.1.productId", "UNKNOWN_PRODUCT")]
    assert "'x-1' and 1 more" in receipt["warnings"][0]["message"]


async def test_a_product_that_has_come_meanwhile_is_no_longer_unknown(client):
    assert await warned(client, {**VIEW, "productId": "new"}) == [(0, "productId", "UNKNOWN_PRODUCT")]
    await client.rows("insert into product (tenant_id, product_id, title) values ('acme', 'new', 'New') returning 1")
    assert await warned(client, {**VIEW, "productId": "new"}) == []


async def test_what_the_release_knows_is_asked_of_no_database(trained, database_url, tmp_path, statements):
    async with serving(database_url, tmp_path) as client:
        assert await warned(client, *({**VIEW, "productId": "boot"} for _ in range(50))) == []
        assert "shelving.unknown_products" not in statements
        assert await warned(client, {**VIEW, "productId": "none"}) == [(0, "productId", "UNKNOWN_PRODUCT")]
        assert statements.count("shelving.unknown_products") == 1


async def test_a_flood_of_made_up_products_costs_a_look_now_and_then(client, statements, monkeypatch):
    monkeypatch.setattr(spot, "_REST", 1_000_000)
    flood = [[{**VIEW, "productId": f"made-up-{n}-{m}"} for m in range(5)] for n in range(40)]
    receipts = await asyncio.gather(*(told(client, *events) for events in flood))
    assert sum(receipt["accepted"] for receipt in receipts) == 200
    assert statements.count("shelving.unknown_products") == 1
    assert (
        sum(len(receipt["warnings"]) for receipt in receipts) == 5
    )  # of those that were looked for; of the others there is no word


async def test_a_database_that_does_not_say_so_in_time_keeps_nobody_waiting_and_loses_nothing(client, monkeypatch, caplog):
    monkeypatch.setattr(spot, "_PATIENCE", 0.001)
    holding = await asyncpg.connect(client.url)
    async with holding.transaction():
        await holding.execute("lock table product in access exclusive mode")
        async with asyncio.timeout(5):
            receipt = await told(client, {**VIEW, "productId": "who-knows"})
    await holding.close()
    assert (receipt["accepted"], receipt["warnings"]) == (1, [])
    assert "whether the catalog holds what events name is not known" in caplog.text


@pytest.mark.parametrize(
    ("told_of", "field"),
    [
        ({"productId": "boot", "unitPrice": {"minorUnits": 0, "currency": "SEK"}}, "unitPrice"),
        ({"lines": [{"productId": "wax", "unitPrice": {"minorUnits": 9, "currency": "SEK"}},
                    {"productId": "boot", "unitPrice": {"minorUnits": 0, "currency": "SEK"}}]}, "lines.1.unitPrice"),
    ],
)  # fmt: skip
async def test_an_order_for_nothing_is_kept_and_said(client, told_of, field):
    order = {"type": "purchase", "sessionId": "s1", "orderId": "o1", **told_of}
    assert await warned(client, order) == [(0, field, "ZERO_PRICE")]
    assert await warned(client, {**order, "type": "refund"}) == []
    assert await client.rows("select from event where type = 'purchase' and unit_price_minor = 0")


async def test_a_user_whom_a_browser_names_and_nobody_signed_is_said_once(shop, stores, database_url, tmp_path):
    await stores.tenants.change(shop.tenant_id, {"identity_secret": "s" * 32})
    ada = {"type": "login", "sessionId": "s1", "userId": "ada"}
    seen = {**VIEW, "productId": "boot", "userId": "ada"}
    async with serving(database_url, tmp_path) as client:
        assert await warned(client, ada, ada, seen, key="storefront") == [(0, "userId", "UNSIGNED_USER")]
        assert await warned(client, ada, key="server") == []
        token = jwt.encode({"sub": "ada", "exp": 4_000_000_000}, "s" * 32, "HS256")
        assert await warned(client, {**ada, "userToken": token}, key="storefront") == []


async def test_ga4s_debug_path_says_it_where_it_stands_and_keeps_nothing(client, monkeypatch):
    monkeypatch.setattr(spot, "_REST", 1_000_000)  # here it is looked for in any case
    assert await warned(client, {**VIEW, "productId": "another"}) == [(0, "productId", "UNKNOWN_PRODUCT")]
    items = [{"item_id": "boot", "price": 0}, {"item_id": "SKU-9", "price": 1}]
    sent = payload("purchase", transaction_id="T-1", currency="SEK", items=items)
    said = (await send(client, sent, key="storefront", path="/debug/mp/collect")).json()
    assert said["validationMessages"] == []
    assert [(each["fieldPath"], each["code"]) for each in said["endcap"]["warnings"]] == [
        ("events[0].params.items[1].item_id", "UNKNOWN_PRODUCT"),
        ("events[0].params.items[0].price", "ZERO_PRICE"),
        ("user_id", "UNSIGNED_USER"),
    ]
    assert len(await client.rows("select from event")) == 1


async def test_segments_calls_are_answered_with_it(client):
    answer = (await post(client, "/v1/track", track("Product Viewed", product_id="SKU-9"))).json()
    assert (answer["accepted"], answer["errors"]) == (1, [])
    [warning] = answer["warnings"]
    assert (warning["messageId"], warning["field"], warning["code"]) == ("m1", "properties.product_id", "UNKNOWN_PRODUCT")
    batch = {
        "batch": [
            {**track("Product Viewed", message=f"b{n}", product_id=name), "type": "track"} for n, name in enumerate(("boot", "x"))
        ]
    }
    answer = (await post(client, "/v1/batch", batch)).json()
    assert [each["messageId"] for each in answer["warnings"]] == ["b1"]


async def test_crawlers_are_told_nothing_and_what_keys_for_trying_out_do_is_not_counted(client):
    before = counted()
    robot = {
        **VIEW,
        "productId": "nothing-1",
        "userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    }
    assert await warned(client, robot) == []
    assert counted() == before
