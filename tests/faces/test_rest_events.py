"""POST /v1/events: the same words as recordEvents, packed as servers, apps and the beacons of browsers pack them."""

import logging
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import orjson
import pytest
from strawberry.utils.str_converters import to_camel_case

from gateway.domain.told import Told, ToldLine, ToldMoney
from schema.event import EventInput
from schema.page import CartLineInput, MoneyInput
from tests.faces.serving import serving
from tests.faces.test_events import TELL

NOTHING = {"accepted": 0, "duplicates": 0, "errors": [], "warnings": []}
VIEW = {"type": "view", "sessionId": "s1", "productId": "boot"}


async def post(client, body, *, kind="application/json", key="storefront", address="/v1/events", **headers):
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    sent = {"content-type": kind, **({"x-api-key": f"secret-{key}"} if key else {}), **headers}
    return await client.http.post(address, content=content, headers={k: v for k, v in sent.items() if v is not None})


async def told(client, body, **more):
    answer = await post(client, body, **more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def refused(client, body, **more):
    answer = await post(client, body, **more)
    [error] = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"], error["message"]


@pytest.mark.parametrize(("ours", "theirs"), [(Told, EventInput), (ToldLine, CartLineInput), (ToldMoney, MoneyInput)])
def test_rest_and_graphql_know_the_same_words(ours, theirs):
    written = {to_camel_case(field.python_name) for field in theirs.__strawberry_definition__.fields}
    assert set(ours.__struct_encode_fields__) == written


@pytest.mark.parametrize("shape", [lambda e: {"events": e}, lambda e: e, lambda e: {"sentAt": "now", "events": e}])
async def test_a_batch_is_an_object_with_events_or_a_bare_array(client, shape):
    events = [{**VIEW, "id": "a"}, {**VIEW, "id": "a"}, {**VIEW, "id": "b"}]
    assert await told(client, shape(events)) == {**NOTHING, "accepted": 2, "duplicates": 1}
    assert await told(client, shape(events)) == {**NOTHING, "duplicates": 3}


async def test_one_event_needs_no_array(client):
    assert await told(client, VIEW) == {**NOTHING, "accepted": 1}
    assert await told(client, []) == await told(client, {"events": []}) == NOTHING


async def test_what_cannot_be_read_keeps_its_place_and_its_neighbours_stand(client):
    rows = [
        VIEW,
        {**VIEW, "productId": 7, "id": "seven"},
        {**VIEW, "colour": "red"},
        {"sessionId": "s1"},
        {"type": "purchase", "sessionId": "s1", "orderId": "o", "lines": [{"productId": "boot"}, {"productId": "wax", "quantity": 1.5}]},
        "view",
        None,
        {**VIEW, "time": "yesterday"},
        {**VIEW, "time": "2026-01-01T00:00:00"},
        {**VIEW, "time": "0001-01-01T00:00:00+14:00"},
        {**VIEW, "time": "9999-12-31T23:59:59-14:00"},
        {**VIEW, "quantity": 10**30},
        {**VIEW, "value": "five"},
        {**VIEW, "unitPrice": 5},
        {**VIEW, "properties": [1]},
        {**VIEW, "recommendationId": "no-uuid"},
        {**VIEW, "email": "ada@shop.example"},
        {"type": "teleport", "sessionId": "s1", "id": "t"},
        VIEW,
    ]  # fmt: skip
    body = b"[" + b",".join(_json(row) for row in rows) + b"]"
    receipt = await told(client, body)
    assert receipt["accepted"] == 2
    assert [(e["index"], e["field"], e["code"]) for e in receipt["errors"]] == [
        (1, "productId", "BAD_USER_INPUT"), (2, "colour", "UNKNOWN_FIELD"), (3, "type", "MISSING"),
        (4, "lines.1.quantity", "BAD_USER_INPUT"), (5, "events", "BAD_USER_INPUT"), (6, "events", "BAD_USER_INPUT"),
        (7, "time", "BAD_USER_INPUT"), (8, "time", "BAD_USER_INPUT"), (9, "time", "TIME_TOO_OLD"), (10, "time", "TIME_IN_FUTURE"),
        (11, "quantity", "OUT_OF_RANGE"), (12, "value", "BAD_USER_INPUT"), (13, "unitPrice", "BAD_USER_INPUT"),
        (14, "properties", "BAD_USER_INPUT"), (15, "recommendationId", "BAD_USER_INPUT"), (16, "email", "FORBIDDEN"),
        (17, "type", "UNKNOWN_TYPE"),
    ]  # fmt: skip
    said = {e["index"]: e["message"] for e in receipt["errors"]}
    assert said[1] == "must be a text in quotes or null, not a whole number"
    assert said[5] == "must be an object, not a text in quotes"
    assert [e["id"] for e in receipt["errors"] if e["id"]] == ["seven", "t"]


def _json(row):
    return str(row).replace("'", '"').encode() if isinstance(row, dict) and 10**30 in row.values() else orjson.dumps(row)


@pytest.mark.parametrize("text", [b'"\\ud800"', b'"\xff"', b"1e400", b"[" * 900 + b"]" * 900])
async def test_a_value_that_is_no_json_value_is_refused_by_itself(client, text):
    good = orjson.dumps(VIEW)
    bad = b'{"type": "view", "sessionId": "s1", "productId": "boot", "properties": {"a": ' + text + b"}}"
    receipt = await told(client, b"[" + good + b"," + bad + b"," + good + b"]")
    assert receipt["accepted"] == 2
    assert [e["index"] for e in receipt["errors"]] == [1]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1", b"\xff", b"[" * 500_000, b"7", b'"view"', b"null", b'{"events": {}}', b'{"events": null}']
)
async def test_a_body_that_is_no_list_of_events_is_refused_in_words(client, body):
    status, code, message = await refused(client, body)
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert "events" in message or "nested" in message


async def test_a_batch_has_a_thousand_events_at_most_however_broken_they_are(client):
    for row in (VIEW, {"broken": 1}):
        status, code, message = await refused(client, [row] * 1001)
        assert (status, code) == (413, "LIMIT_EXCEEDED")
        assert "1000" in message


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain;charset=UTF-8", orjson.dumps([VIEW])),
        ("application/x-www-form-urlencoded", orjson.dumps({"events": [VIEW]})),
        ("application/x-www-form-urlencoded;charset=UTF-8", urlencode({"events": orjson.dumps([VIEW])}).encode()),
        (
            "application/x-www-form-urlencoded",
            urlencode({"v": 1, "event": orjson.dumps({**VIEW, "searchTerm": "ö + %"})}).encode(),
        ),
        ("application/cloudevents+json", orjson.dumps(VIEW)),
        (None, orjson.dumps(VIEW)),
    ],
)
async def test_a_beacon_is_understood_with_its_key_in_the_address(client, kind, body):
    receipt = await told(
        client, body, kind=kind, key=None, address="/v1/events?key=secret-storefront", origin="https://shop.example"
    )
    assert receipt == {**NOTHING, "accepted": 1}


async def test_a_form_keeps_every_letter(client):
    event = {**VIEW, "searchTerm": "kött & bröd + 50 % \U0001f600"}
    await told(client, urlencode({"event": orjson.dumps(event)}).encode(), kind="application/x-www-form-urlencoded")
    [row] = await client.rows("select search_term from event")
    assert row["search_term"] == event["searchTerm"]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"name=ada", 400),
        ("application/x-www-form-urlencoded", b"\xff=1", 400),
        ("application/x-www-form-urlencoded", b"events=[]&" * 1001, 400),
        ("multipart/form-data", b"no boundary", 415),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="event"\r\n\r\n{}\r\n--b--', 415),
        ("application/octet-stream", b"{}", 415),
        ("text/xml", b"<event/>", 415),
    ],
)
async def test_a_body_of_another_kind_is_refused_with_what_would_be_right(client, kind, body, status):
    answered, code, message = await refused(client, body, kind=kind)
    assert (answered, code) == (status, "BAD_USER_INPUT")
    assert "events" in message


@pytest.mark.parametrize("address", ["/v1/events", "/v1/placements", "/graphql"])
@pytest.mark.parametrize("header", [b"; x*1=y" * 75_000, b"(" * 2_000, b'name="' + b"\\" * 100_000])
async def test_no_part_of_a_form_is_ever_read(client, header, address):
    lines_run = 0

    def counting(frame, event, argument):
        nonlocal lines_run
        lines_run += 1
        return counting

    body = b"--b\r\nContent-Disposition: form-data" + header + b"\r\n\r\n{}\r\n--b--"
    before = sys.gettrace()
    sys.settrace(counting)
    try:
        answer = await post(client, body, kind="multipart/form-data; boundary=b", address=address)
    finally:
        sys.settrace(before)
    assert answer.status_code in (400, 415)
    assert lines_run < 20_000


async def test_a_large_body_and_a_compressed_one_are_refused_at_the_doorway(client):
    assert (await refused(client, b" " * 2**20 + b"[]"))[0] == 413
    assert (await refused(client, b"[]", **{"content-encoding": "gzip"}))[0] == 415


@pytest.mark.parametrize("key", ["server", "admin", "preview"])
async def test_a_key_in_the_address_may_be_a_storefronts_only(client, key):
    status, code, message = await refused(client, VIEW, key=None, address=f"/v1/events?key=secret-{key}")
    assert (status, code) == (403, "FORBIDDEN")
    assert "revoke it" in message
    assert await client.rows("select * from event") == []


async def test_without_a_key_or_from_elsewhere_nothing_is_kept(client):
    assert (await refused(client, VIEW, key=None))[:2] == (401, "UNAUTHENTICATED")
    assert (await refused(client, VIEW, key="unknown"))[:2] == (401, "UNAUTHENTICATED")
    assert (await refused(client, VIEW, key=None, address="/v1/events?key=nobody"))[:2] == (401, "UNAUTHENTICATED")
    assert (await refused(client, VIEW, origin="https://evil.example"))[:2] == (403, "FORBIDDEN")
    beacon = {"key": None, "address": "/v1/events?key=secret-storefront", "kind": "text/plain", "origin": "https://evil.example"}
    assert (await refused(client, VIEW, **beacon))[:2] == (403, "FORBIDDEN")
    assert (await client.http.get("/v1/events")).status_code == 405


async def test_a_key_in_the_address_is_never_logged(client, caplog):
    with caplog.at_level(logging.DEBUG):
        await told(client, VIEW, key=None, address="/v1/events?key=secret-storefront")
        await refused(client, VIEW, key=None, address="/v1/events?key=secret-server")
    ours = [record for record in caplog.records if record.name.startswith(("endcap", "gateway"))]
    assert ours
    assert not any("secret-" in str(record.__dict__) for record in ours)


async def test_the_scope_of_the_key_is_kept_with_the_event_and_a_browser_claims_at_most(client):
    await told(client, {**VIEW, "userId": "ada"})
    await told(client, {**VIEW, "userId": "ada"}, key="server")
    rows = await client.rows("select scope, user_id, claimed_user_id from event order by received_at")
    assert [tuple(row) for row in rows] == [("STOREFRONT", None, "ada"), ("SERVER", "ada", None)]


CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.mark.parametrize(
    ("agent", "flag"),
    [(GOOGLE, "BOT"), (CHROME.replace("Chrome", "HeadlessChrome"), "BOT"), (CHROME, None), ("okhttp/4.12.0", None), ("", None)],
)
async def test_a_crawler_is_flagged_at_every_door_and_told_nothing_of_it(client, agent, flag):
    one = await told(client, {**VIEW, "id": "rest"}, **{"user-agent": agent})
    two = await client.ask(TELL, headers={"user-agent": agent}, events=[{**VIEW, "id": "graphql"}])
    assert one == {**two["data"]["recordEvents"], "warnings": []} == {**NOTHING, "accepted": 1}
    assert [row["apart"] for row in await client.rows("select apart from event")] == [flag, flag]


async def test_a_server_tells_what_its_visitors_browser_says_of_itself(client):
    told_by = {"key": "server", "user-agent": GOOGLE}
    await told(
        client,
        [{**VIEW, "id": "a", "userAgent": CHROME}, {**VIEW, "id": "b", "userAgent": GOOGLE}, {**VIEW, "id": "c"}],
        **told_by,
    )
    rows = await client.rows("select event_id, apart from event order by event_id")
    assert [tuple(row) for row in rows] == [("a", None), ("b", "BOT"), ("c", None)]


async def test_a_browser_cannot_tell_that_it_is_another(client):
    await told(client, {**VIEW, "userAgent": CHROME}, **{"user-agent": GOOGLE})
    assert [row["apart"] for row in await client.rows("select apart from event")] == ["BOT"]


async def test_nothing_of_a_crawler_is_remembered_for_the_next_page(client):
    await told(client, [VIEW, {**VIEW, "type": "not_interested", "productId": "wax"}], **{"user-agent": GOOGLE})
    assert len(await client.rows("select * from event")) == 2
    assert await client.rows("select * from recent_event") == await client.rows("select * from preference") == []


async def test_no_browser_takes_an_id_of_the_shops_before_the_shop_does(client):
    refund = {"type": "refund", "id": "refund-77", "orderId": "o-77", "sessionId": "s1"}
    guessed = {"type": "page_view", "id": "refund-77", "sessionId": "guesser"}
    assert await told(client, [guessed, guessed]) == {**NOTHING, "accepted": 1, "duplicates": 1}
    assert await told(client, [refund, refund], key="server") == {**NOTHING, "accepted": 1, "duplicates": 1}
    assert await told(client, guessed) == await told(client, refund, key="server") == {**NOTHING, "duplicates": 1}
    assert {row["type"] for row in await client.rows("select type from event")} == {"page_view", "refund"}


async def test_a_browser_tells_of_the_last_week_and_makes_no_room_for_years(client):
    now = datetime.now(UTC)
    views = [{**VIEW, "time": (now - timedelta(days=day, hours=-1)).isoformat()} for day in range(1, 200)]
    before = await client.rows(
        "select to_regclass('event_' || to_char(now() - interval '9 days', 'YYYYMMDD')) is not null as there"
    )
    receipt = await told(client, views)
    assert (receipt["accepted"], len(receipt["errors"])) == (7, 192)
    assert {(e["field"], e["code"]) for e in receipt["errors"]} == {("time", "TIME_TOO_OLD")}
    assert "SERVER" in receipt["errors"][0]["message"]
    children = "select count(*) as days from pg_inherits where inhparent = 'event'::regclass"
    assert (await client.rows(children))[0]["days"] < 16
    assert not before[0]["there"]


async def test_a_server_tells_of_many_days_at_once_whatever_the_deadline_of_writing(database_url, tmp_path, shop):
    now = datetime.now(UTC)
    views = [{**VIEW, "time": (now - timedelta(days=day)).isoformat()} for day in range(60)]
    async with serving(database_url, tmp_path, event_seconds=1.0) as client:
        assert (await told(client, views, key="server"))["accepted"] == 60
