"""One event told outsized sinks neither its neighbours nor the server: long prices, clocks at both ends of the calendar, blanks."""

import time

import pytest

from tests.faces.test_ga4 import payload, send
from tests.faces.test_segment import post, track

SEEN = {"type": "view", "productId": "boot", "sessionId": "s1"}


async def tell(client, *events):
    answer = await client.http.post("/v1/events", json=list(events), headers={"authorization": "Bearer secret-server"})
    assert answer.status_code == 200
    return answer.json()


async def test_prices_of_thousands_of_digits_are_refused_at_once(client):
    items = [{"item_id": "boot", "price": "1" * 14_000}, {"item_id": "wax", "price": "9.90"}]
    began = time.process_time()
    answer = await send(client, payload("view_item_list", currency="SEK", items=items), key="storefront")
    assert answer.status_code == 204
    assert time.process_time() - began < 5
    told = (await send(client, payload("view_item_list", currency="SEK", items=items), path="/debug/mp/collect")).json()
    [message] = told["validationMessages"]
    assert message["fieldPath"] == "events[0].params.items[0].price"
    assert "14,000 characters: write a value of at most 40" in message["description"]
    assert await client.rows("select count(*) as kept from event") == [(1,)]


@pytest.mark.parametrize(
    ("clock", "codes"),
    [
        ({"timestamp": "0001-01-01T00:00:00Z", "sentAt": "9999-12-31T00:00:00Z"}, 1),
        ({"timestamp": "0001-01-01T00:00:00Z", "sentAt": "2026-01-01T00:00:00Z"}, 1),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, 1),
        ({"timestamp": "9999-12-31T23:59:59-14:00"}, 1),
        ({"timestamp": "9999-12-31T23:59:59Z"}, 1),
        ({"sentAt": "9999-12-31T23:59:59Z"}, 0),
    ],
)
@pytest.mark.parametrize("path", ["/v1/batch", "/v1/import"])
async def test_a_clock_at_the_end_of_the_calendar_is_a_fault_of_its_call_alone(client, clock, codes, path):
    calls = [
        {"type": "track", **track("Product Viewed", "m1", product_id="boot"), **clock},
        {"type": "track", **track("Product Viewed", "m2", product_id="wax")},
    ]
    answer = await post(client, path, {"batch": calls})
    assert answer.status_code == 200
    told = answer.json()
    assert (len(told["errors"]), told["accepted"]) == (codes, 2 - codes)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z"])
async def test_an_event_at_the_end_of_the_calendar_is_refused_alone(client, moment):
    told = await tell(client, {**SEEN, "time": moment}, SEEN)
    assert (told["accepted"], [each["index"] for each in told["errors"]]) == (1, [0])


async def test_the_same_item_twice_in_one_event_of_google_s_is_kept_twice_and_once_however_often_it_is_told(client):
    event = payload("add_to_cart", currency="SEK", items=[{"item_id": "boot", "quantity": 1}, {"item_id": "boot", "quantity": 1}])
    event["timestamp_micros"] = int(time.time() * 1_000_000)
    for _ in range(2):
        assert (await send(client, event)).status_code == 204
    assert await client.rows("select count(*) as kept from event") == [(2,)]


async def test_blanks_around_an_order_s_id_are_none_of_it(client):
    order = {"type": "purchase", "sessionId": "s1", "lines": [{"productId": "boot", "quantity": 1}]}
    first = await tell(client, {**order, "id": "e1", "orderId": " o-1 "})
    again = await tell(client, {**order, "id": "e2", "orderId": "o-1"})
    assert (first["accepted"], again["duplicates"]) == (1, 1)
    assert await client.rows("select order_id from event") == [("o-1",)]
    blank = await tell(client, {**order, "id": "e3", "orderId": "  "})
    assert [each["code"] for each in blank["errors"]] == [
        each["code"] for each in (await tell(client, {**order, "id": "e4", "orderId": ""}))["errors"]
    ]
