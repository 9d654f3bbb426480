"""A source of Segment's or RudderStack's is pointed at us, with a key of ours as its write key."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faces.serving import add_up

PAGE = """query ($visitor: VisitorInput!) { placements(ids: ["home_page.top"], market: "se", visitor: $visitor) {
    placements { items { recommendationId product { id } } } } }"""
OWED = """{ attribution(by: [PLACEMENT], model: CLICK_LAST) { key clicks orders units revenue { minorUnits currency } } }"""
ANON = "5f0c-anonymous"


async def post(client, path, body, key="server"):
    return await client.http.post(path, json=body, auth=(f"secret-{key}", "") if key else None)


def track(event, message="m1", **properties):
    return {"event": event, "messageId": message, "anonymousId": ANON, "userId": "ada", "properties": properties}


ORDER = track(
    "Order Completed",
    order_id="o-77",
    currency="SEK",
    total=1398,
    products=[{"product_id": "boot", "price": 1299, "quantity": 1}, {"product_id": "wax", "price": 99, "quantity": 1}],
)


async def test_an_order_is_kept_whole_and_once(client):
    first, again = [(await post(client, "/v1/track", ORDER)).json() for _ in range(2)]
    assert first == {"success": True, "accepted": 1, "duplicates": 0, "dropped": {}, "errors": [], "warnings": []}
    assert (again["success"], again["accepted"], again["duplicates"]) == (True, 0, 1)
    rows = await client.rows(
        "select product_id, unit_price_minor, order_id, session_id, visitor_id, user_id from event order by line"
    )
    assert [tuple(row) for row in rows] == [
        ("boot", 129900, "o-77", ANON, ANON, "ada"),
        ("wax", 9900, "o-77", ANON, ANON, "ada"),
    ]


async def test_the_order_is_owed_to_a_recommendation_that_the_same_visitor_clicked_until_it_goes_back(client, stores):
    shown = (await client.data(PAGE, visitor={"sessionId": ANON, "visitorId": ANON}))["placements"]["placements"][0]["items"]
    wax = next(item["recommendationId"] for item in shown if item["product"]["id"] == "wax")
    await post(client, "/v1/track", track("Product Clicked", "m0", product_id="wax", recommendation_id=wax), key="storefront")
    await post(client, "/v1/track", {**ORDER, "userId": None})
    await add_up(client, stores)
    [owed] = (await client.data(OWED, key="admin"))["attribution"]
    assert (owed["clicks"], owed["orders"], owed["revenue"]) == (1, 1, [{"minorUnits": 9900, "currency": "SEK"}])
    await post(client, "/v1/track", track("Order Refunded", "m9", order_id="o-77"))
    await add_up(client, stores)
    [owed] = (await client.data(OWED, key="admin"))["attribution"]
    assert (owed["units"], sum(each["minorUnits"] for each in owed["revenue"])) == (0, 0)


async def test_bad_calls_do_not_sink_their_neighbours_and_are_told(client):
    calls = [
        {"type": "track", **track("Product Viewed", "m1", product_id="boot")},
        {"type": "track", **track("Product Viewed", "m2")},
        {"type": "teleport", "messageId": "m3"},
        "nothing",
        {"type": "track", **track("Product List Viewed", "m4", products=[{"product_id": "boot"}, {"name": "?"}])},
        {"type": "track", **track("Level Up", "m5")},
        {"type": "track", **track("Order Completed", "m6", products=[{"product_id": "boot"}])},
        {"type": "page", "messageId": "m7"},
    ]
    answer = await post(client, "/v1/batch", {"batch": calls, "sentAt": datetime.now(UTC).isoformat()})
    told = answer.json()
    assert (answer.status_code, told["success"], told["accepted"], told["dropped"]) == (200, True, 2, {"level up": 1})
    assert [(each["index"], each["messageId"], each["field"], each["code"]) for each in told["errors"]] == [
        (1, "m2", "properties.product_id", "MISSING"),
        (2, "m3", "type", "UNKNOWN_TYPE"),
        (3, None, "type", "UNKNOWN_TYPE"),
        (4, "m4", "properties.products[1].product_id", "MISSING"),
        (6, "m6", "properties.order_id", "MISSING"),
        (7, "m7", "anonymousId", "MISSING"),
    ]


async def test_a_call_alone_that_says_nothing_usable_is_refused(client):
    answer = await post(client, "/v1/track", track("Product Viewed"))
    assert (answer.status_code, answer.json()["success"]) == (400, False)
    assert answer.json()["errors"][0]["field"] == "properties.product_id"
    assert answer.json()["message"] == "properties.product_id: a product needs product_id (or sku), its id in the catalog"
    dropped = await post(client, "/v1/track", track("Level Up"))
    assert (dropped.status_code, dropped.json()["dropped"]) == (200, {"level up": 1})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({"event": "Product Viewed", "properties": {"product_id": "boot"}}, "anonymousId: anonymousId or userId is needed"),
        (
            track("Order Completed", products=[{"product_id": "boot"}]),
            "properties.order_id: products belong to an order: order_id is needed",
        ),
        (track("Order Completed", order_id="T"), "properties.products: an order needs products, each with product_id"),
        (track("Products Searched"), "properties.query: a search needs query"),
        (
            track("Product Viewed", product_id="boot", price=1, currency="XXQ"),
            "properties.currency: 'XXQ' is no currency; a code of ISO 4217 in capital letters is right, as in EUR",
        ),
    ],
)
async def test_what_is_wrong_is_said_in_the_words_of_who_told_it(client, call, says):
    answer = await post(client, "/v1/track", call)
    assert (answer.status_code, answer.json()["message"]) == (400, says)


async def test_who_brings_no_key_is_told_of_the_write_key(client):
    answer = await client.http.post("/v1/track", json=track("Product Viewed", product_id="boot"))
    assert (answer.status_code, "write key" in answer.json()["message"]) == (401, True)


@pytest.mark.parametrize(
    "path", ["track", "t", "page", "p", "screen", "s", "identify", "i", "group", "g", "alias", "a", "batch", "b", "import"]
)
async def test_every_path_of_theirs_answers_success(client, path):
    body = {**track("Product Viewed", product_id="boot"), "previousId": "older"}
    body = {"batch": [{"type": "track", **body}]} if path in ("batch", "b", "import") else body
    answer = await post(client, f"/v1/{path}", body)
    assert (answer.status_code, answer.json()["success"]) == (200, True)


async def test_the_key_is_the_user_name_or_the_write_key_or_a_header(client):
    body = track("Product Viewed", product_id="boot")
    assert (await post(client, "/v1/track", body)).status_code == 200
    assert (await client.http.post("/v1/t", json={**body, "writeKey": "secret-storefront"})).status_code == 200
    assert (await client.http.post("/v1/track", json=body, headers={"x-api-key": "secret-storefront"})).status_code == 200
    for header in ("Basic !!!", "Basic c2VjcmV0LW5vYm9keTo=", "Basic"):
        answer = await client.http.post("/v1/track", json=body, headers={"authorization": header})
        assert (answer.status_code, answer.json()["success"], answer.json()["code"]) == (401, False, "UNAUTHENTICATED")


@pytest.mark.parametrize(("path", "body"), [("track", b"{"), ("track", b"[]"), ("batch", b"{}"), ("batch", b'{"batch": 7}')])
async def test_what_is_no_call_is_refused(client, path, body):
    answer = await client.http.post(f"/v1/{path}", content=body, auth=("secret-server", ""))
    assert (answer.status_code, answer.json()["success"]) == (400, False)


async def test_a_phone_whose_clock_is_wrong_tells_the_right_time_but_history_is_believed(client):
    wrong = datetime.now(UTC) - timedelta(days=3)
    call = {**track("Product Viewed", product_id="boot"), "originalTimestamp": (wrong - timedelta(hours=1)).isoformat()}
    await post(client, "/v1/track", {**call, "sentAt": wrong.isoformat()})
    past = {"type": "track", **call, "messageId": "m2", "sentAt": wrong.isoformat()}
    await post(client, "/v1/import", {"batch": [past]})
    ages = [row["age"] for row in await client.rows("select now() - happened_at as age from event order by event_id")]
    assert abs(ages[0] - timedelta(hours=1)) < timedelta(minutes=1)
    assert ages[1] > timedelta(days=3)


async def test_who_identifies_becomes_the_user_s_and_a_browser_s_word_is_a_claim(client):
    await post(client, "/v1/track", {**track("Product Viewed", product_id="boot"), "userId": None}, key="storefront")
    person = {"anonymousId": ANON, "userId": "ada", "traits": {"email": "Ada@Shop.example"}}
    await post(client, "/v1/identify", {**person, "messageId": "b1"}, key="storefront")
    assert await client.rows("select 1 from session_link") == []
    await post(client, "/v1/identify", {**person, "messageId": "b2"})
    assert [tuple(row) for row in await client.rows("select session_id, user_id from session_link")] == [(ANON, "ada")]


async def test_an_alias_gives_what_was_done_before_to_the_user(client):
    await post(client, "/v1/track", {**track("Product Viewed", product_id="boot"), "userId": None})
    await post(client, "/v1/alias", {"messageId": "a1", "previousId": ANON, "userId": "ada"})
    assert [tuple(row) for row in await client.rows("select session_id, user_id from session_link")] == [(ANON, "ada")]


async def test_what_stands_beside_a_batch_counts_for_its_calls(client):
    crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    call = {"type": "page", "messageId": "m1", "context": {"sessionId": 1700000000000}}
    body = {"batch": [call], "anonymousId": ANON, "context": {"userAgent": crawler}}
    assert (await post(client, "/v1/batch", body)).json()["accepted"] == 1
    [row] = await client.rows("select session_id, visitor_id, apart from event")
    assert tuple(row) == (f"{ANON}.1700000000000", ANON, "BOT")


async def test_their_script_for_browsers_may_ask_from_the_shop_s_pages(client):
    asked = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "anonymousid",
    }
    answer = await client.http.options("/v1/track", headers=asked)
    assert answer.status_code == 204
    assert "anonymousid" in answer.headers["access-control-allow-headers"]
