"""Files of events in other systems' words come in as ours, once, and say what became of each name."""

import gzip
import json

import pytest

from gateway.domain.event import WEIGHTS
from gateway.errors import BadInput
from tests.conftest import DATA, needs_data
from tests.feeds.test_histories import refused

MERCH = DATA / "ga360_merch_store"


def write(tmp_path, things, name="events.ndjson"):
    path = tmp_path / name
    text = "\n".join(json.dumps(each) for each in things) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def row(name, micros=1_700_000_000_000_000, client="77.88", **more):
    return {"event_name": name, "event_timestamp": str(micros), "user_pseudo_id": client, "event_params": [], **more}


def track(event, message, **more):
    call = {"type": "track", "event": event, "messageId": message, "anonymousId": "a1", "timestamp": "2024-05-01T10:00:00Z"}
    return {**call, "properties": more}


EXPORT = [
    row("view_item", items=[{"item_id": "boot", "item_name": "Boot", "price": 19.99}]),
    row("view_item_list", items=[{"item_id": "boot"}, {"item_id": "(not set)"}, {"item_id": "wax", "item_name": "Wax"}]),
    row("scroll"),
    row("purchase", items=[{"item_id": "wax", "price": 5, "quantity": "2"}, {"item_id": "lace", "item_name": "Lace", "price": 1}],
        ecommerce={"transaction_id": "T1"}),
    row("page_view", client=None),
]  # fmt: skip


async def test_an_export_of_google_s_is_recognised_kept_dropped_and_refused_by_name(bring, tmp_path):
    report = await bring.events(write(tmp_path, EXPORT, "events.ndjson.gz"), products=True)
    assert (report.format, report.rows, report.added, report.dropped, report.refused) == ("GA4, exported by BigQuery", 5, 4, 1, 2)
    assert report.by_name == {
        "view_item_list": {"kept": 2, "refused": 1},
        "view_item": {"kept": 1},
        "purchase": {"kept": 1},
        "page_view": {"refused": 1},
        "scroll": {"dropped": 1},
    }
    assert report.reasons == {"items.item_id: MISSING": 1, "user_pseudo_id: MISSING": 1}
    assert sorted(each["line"] for each in refused(report)) == [2, 5]
    found = await bring.rows(
        "select type, product_id, quantity, unit_price_minor, currency, order_id, session_id, visitor_id, market_id, scope from event "
        "where order_id is not null order by product_id"
    )
    assert [tuple(each.values()) for each in found] == [
        ("purchase", "lace", 1, 100, "SEK", "T1", "77.88", "77.88", "se", "IMPORT"),
        ("purchase", "wax", 2, 500, "SEK", "T1", "77.88", "77.88", "se", "IMPORT"),
    ]
    products = await bring.rows(
        "select product_id, p.title, price_minor from product p join product_market using (product_id) order by 1"
    )
    assert [tuple(each.values()) for each in products] == [("boot", "Boot", 1999), ("lace", "Lace", 100), ("wax", "Wax", 500)]


async def test_what_is_imported_twice_or_was_told_live_before_is_known(bring, tmp_path):
    first = await bring.events(write(tmp_path, EXPORT))
    again = await bring.events(write(tmp_path, EXPORT[::-1], "again.ndjson"))
    assert (first.added, again.added, again.unchanged) == (4, 0, 4)
    event = {"name": "view_item", "params": {"items": [{"item_id": "boot"}], "currency": "EUR"}}
    payload = {"client_id": "77.88", "timestamp_micros": 1_700_000_000_000_000, "events": [event]}
    live = await bring.events(write(tmp_path, [payload], "payload.ndjson"))
    assert (live.format, live.added, live.unchanged) == ("GA4, Measurement Protocol", 0, 1)


async def test_a_payload_without_a_time_is_refused_in_a_file(bring, tmp_path):
    payload = {"client_id": "1.2", "events": [{"name": "page_view", "params": {}}]}
    report = await bring.events(write(tmp_path, [payload]))
    assert (report.added, report.reasons) == (0, {"timestamp_micros: MISSING": 1})


def payload(name, **params):
    return {"client_id": "1.2", "timestamp_micros": 1_700_000_000_000_000, "events": [{"name": name, "params": params}]}


def retail(name, **more):
    return {"eventType": name, "visitorId": "v1", "eventTime": "2024-05-01T10:00:00Z", **more}


@pytest.mark.parametrize(("told", "field", "reason"), [
    (row("view_item", client=None, items=[{"item_id": "boot"}]), "user_pseudo_id", "user_pseudo_id or user_id is needed"),
    (row("purchase", items=[{"item_id": "boot"}]), "transaction_id", "items belong to an order: transaction_id is needed"),
    (payload("purchase", transaction_id="T"), "items", "a purchase needs items, each with item_id"),
    (payload("refund"), "transaction_id", "a refund needs the transaction_id it refunds"),
    (payload("purchase", transaction_id="T", items=[{"item_id": "b" * 600}]), "items.item_id", "must have 1 to 256 characters, and no NUL"),
    (track("Order Completed", "m", products=[{"product_id": "boot"}]), "properties.order_id",
     "products belong to an order: order_id is needed"),
    (track("Products Searched", "m"), "properties.query", "a search needs query"),
    ({**track("Product Viewed", "m", product_id="boot"), "anonymousId": None}, "anonymousId", "anonymousId or userId is needed"),
    (track("Order Completed", "m", order_id="T", products=[{"product_id": "boot", "quantity": 9**9}]), "properties.products.quantity",
     "must be from 1 to 1000000"),
    (retail("purchase-complete", productDetails=[{"product": {"id": "boot"}}]), "purchaseTransaction.id",
     "productDetails belong to an order: purchaseTransaction.id is needed"),
    (retail("search"), "searchQuery", "a search needs searchQuery"),
])  # fmt: skip
async def test_what_a_file_is_refused_for_is_said_in_its_own_words(bring, tmp_path, told, field, reason):
    [said] = refused(await bring.events(write(tmp_path, [told])))
    assert (said["field"], said["reason"]) == (field, reason)


async def test_calls_of_segment_are_recognised_alone_and_in_batches(bring, tmp_path):
    calls = [
        track("Product Viewed", "m1", product_id="boot", price=1),
        track("Product Viewed", "m1", product_id="boot", price=1),
        track("Order Completed", "m2", order_id="o1", products=[{"product_id": "boot", "price": 19.9, "quantity": 2}]),
        track("Level Up", "m3"),
        {"type": "identify", "messageId": "m4", "anonymousId": "a1", "userId": "ada", "timestamp": "2024-05-01T10:05:00Z"},
        track("Product Viewed", "m5"),
    ]
    report = await bring.events(write(tmp_path, calls))
    assert (report.format, report.rows, report.added, report.unchanged) == ("Segment or RudderStack", 6, 3, 1)
    assert report.by_name == {
        "product viewed": {"kept": 2, "refused": 1},
        "order completed": {"kept": 1},
        "identify": {"kept": 1},
        "level up": {"dropped": 1},
    }
    assert report.reasons == {"properties.product_id: MISSING": 1}
    assert [tuple(r.values()) for r in await bring.rows("select session_id, user_id from session_link")] == [("a1", "ada")]
    batch = write(tmp_path, [{"batch": calls[:3], "sentAt": "2024-05-01T10:06:00Z"}], "batch.json")
    assert (await bring.events(batch)).unchanged == 3


async def test_names_that_are_types_of_the_shop_s_own_are_kept_as_these(bring, tmp_path):
    path = write(tmp_path, [row("begin_checkout", items=[{"item_id": "boot"}]), row("level_up")])
    assert (await bring.events(path)).by_name == {"begin_checkout": {"dropped": 1}, "level_up": {"dropped": 1}}
    bring.types = frozenset({*WEIGHTS, "begin_checkout"})
    report = await bring.events(path)
    assert (report.added, report.by_name) == (1, {"begin_checkout": {"kept": 1}, "level_up": {"dropped": 1}})


async def test_half_a_character_is_refused_in_its_row(bring, tmp_path):
    path = tmp_path / "events.json"
    good, bad, named = (json.dumps(row("view_item", items=[{"item_id": each}])) for each in ("boot", "\ud83d", "wax"))
    path.write_text(f"[{good}, {bad}, {named.replace('view_item', chr(92) + 'ud83d')}]")
    report = await bring.events(path)
    assert (report.rows, report.added, report.refused, report.dropped) == (3, 1, 1, 1)
    assert report.reasons == {"items.text: NOT_UTF8": 1}
    assert json.dumps(report.by_name, ensure_ascii=False).encode()


async def test_a_file_in_which_nothing_is_of_a_shop_is_no_error(bring, tmp_path):
    report = await bring.events(write(tmp_path, [row("scroll"), row("first_visit")]))
    assert (report.rows, report.added, report.dropped, report.refused) == (2, 0, 2, 0)


async def test_columns_that_are_told_are_read_by_name_and_types_are_not_for_other_systems(bring, tmp_path):
    path = write(tmp_path, [row("view_item", items=[{"item_id": "boot"}])])
    columns = {"type": "event_name", "time": "event_timestamp", "visitor_id": "user_pseudo_id", "product_id": "user_pseudo_id"}
    plain = await bring.events(path, columns=columns, types={"view_item": "view"})
    assert (plain.format, plain.added) == ("", 1)
    with pytest.raises(BadInput, match="--types: the file is GA4"):
        await bring.events(path, types={"view_item": "view"})


async def test_our_own_rows_are_not_taken_for_another_s(bring, tmp_path):
    ours = [{"type": "view", "visitorId": "v", "anonymousId": "a", "productId": "boot", "time": "2024-05-01T10:00:00Z"}]
    flat = [{"eventType": "view", "visitorId": "v", "itemId": "boot", "eventTime": "2024-05-01T11:00:00Z"}]
    for name, things in (("ours.ndjson", ours), ("flat.ndjson", flat)):
        report = await bring.events(write(tmp_path, things, name))
        assert (report.format, report.added) == ("", 1)


async def test_a_field_that_first_appears_late_in_a_long_file_is_read(bring, tmp_path):
    long = [row("view_item", micros=1_700_000_000_000_000 + at, items=[{"item_id": "boot"}]) for at in range(1_500)]
    report = await bring.events(write(tmp_path, [*long, EXPORT[3]]))
    assert (report.added, report.refused) == (1_501, 0)


@needs_data
async def test_the_rows_of_a_real_export_have_lost_whose_they_are(bring, tmp_path):
    path = tmp_path / "rows.ndjson"
    path.write_bytes((DATA / "analytics" / "ga4_bigquery_export_2rows.ndjson").read_bytes())
    report = await bring.events(path)
    assert report.by_name == {"page_view": {"refused": 1}, "scroll": {"dropped": 1}}
    assert report.reasons == {"user_pseudo_id: MISSING": 1}


@needs_data
@pytest.mark.parametrize(("name", "kept", "invalid"), [("user_events", 4, 0), ("user_events_some_invalid", 3, 1)])
async def test_user_events_of_the_retail_api_come_in(bring, tmp_path, name, kept, invalid):
    path = tmp_path / "events.json"
    path.write_bytes((DATA / "feeds" / "google_retail_api" / f"{name}.json").read_bytes())
    report = await bring.events(path)
    assert (report.format, report.added, report.refused) == ("Google's Retail API", kept, invalid)
    assert report.reasons == ({"eventType: UNKNOWN_TYPE": 1} if invalid else {})
    [view] = await bring.rows("select type, product_id, session_id from event where product_id is not null")
    assert tuple(view.values()) == ("view", "GGCOGAEC100616", "bjbs_group1_visitor1")


@needs_data
async def test_a_year_of_the_merchandise_store_whose_checkouts_are_events_of_its_own_joins_its_products_as_its_readme_says(
    bring, tmp_path
):
    products, events = tmp_path / "products.csv.gz", tmp_path / "events.ndjson.gz"
    products.write_bytes((MERCH / "products.csv.gz").read_bytes())
    events.write_bytes((MERCH / "ga4_shaped_events.DERIVED.ndjson.gz").read_bytes())
    bring.types = frozenset({*WEIGHTS, "begin_checkout"})
    report = await bring.events(events)
    assert (report.rows, report.added, report.unchanged, report.dropped, report.refused) == (15_134, 15_134, 0, 0, 0)
    assert report.by_name == {
        "view_item_list": {"kept": 14_785},
        "view_item": {"kept": 137},
        "select_item": {"kept": 134},
        "add_to_cart": {"kept": 37},
        "begin_checkout": {"kept": 31},
        "purchase": {"kept": 9},
        "remove_from_cart": {"kept": 1},
    }
    skus = {line.split(b",", 1)[0].decode() for line in gzip.decompress(products.read_bytes()).splitlines()[1:]}
    told = await bring.rows("select product_id, count(*) as rows from event group by product_id")
    joined = [each for each in told if each["product_id"] in skus]
    assert (len(joined), len(told)) == (389, 536)
    share = sum(each["rows"] for each in joined) / sum(each["rows"] for each in told)
    assert round(share, 3) == 0.866
