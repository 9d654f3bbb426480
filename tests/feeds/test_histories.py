"""Events come in once each, in sessions, whatever is run again and whatever is wrong with a row."""

import csv
import json
from pathlib import Path

import duckdb
import pytest

from gateway.domain.catalog import MarketId
from gateway.domain.tenant import Market, Shelf, Tenant, TenantId
from gateway.domain.visitor import UserId, Visitor
from gateway.errors import BadInput
from gateway.feeds import staging
from gateway.feeds.happenings import FIELDS
from gateway.store.visitors import Sought
from tests.conftest import DATA, needs_data


def write(tmp_path, lines, name="events.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return path


def refused(report):
    return [json.loads(line) for line in Path(report.refused_file).read_text().splitlines()]


async def test_times_types_and_ids_are_read(bring, tmp_path):
    lines = [
        "user,item,event,ts",
        "u1,p1,pv,1700000000",
        "u1,p1,pv,1700000000123",
        "u1,p1,cart,1700000000123456",
        "u1,p1,view,2023-11-14T22:13:21Z",
        "u1,p1,other,2023-11-15 00:13:22+02:00",
        "u1,p1,pv,2023-11-14 22:13:23",
    ]
    report = await bring.events(write(tmp_path, lines), types={"pv": "view", "cart": "add_to_cart", "*": "click"})
    assert (report.rows, report.added, report.refused) == (6, 6, 0)
    found = await bring.rows(
        "select type, extract(epoch from happened_at)::text as at, scope, market_id from event order by happened_at"
    )
    assert [(row["type"], row["at"]) for row in found] == [
        ("view", "1700000000.000000"),
        ("view", "1700000000.123000"),
        ("add_to_cart", "1700000000.123456"),
        ("view", "1700000001.000000"),
        ("click", "1700000002.000000"),
        ("view", "1700000003.000000"),
    ]
    assert {(row["scope"], row["market_id"]) for row in found} == {("IMPORT", "se")}


async def test_sessions_are_cut_at_thirty_minutes_of_silence(bring, tmp_path):
    start = 1_700_000_000
    steps = [("u1", 0), ("u1", 1800), ("u1", 3601), ("u2", 0), ("u1", 3602)]
    lines = ["user,item,event,ts", *(f"{user},p,view,{start + step}" for user, step in reversed(steps))]
    await bring.events(write(tmp_path, lines))
    found = await bring.rows(
        "select user_id, count(*) as events from event group by user_id, session_id order by 1, min(happened_at)"
    )
    assert [tuple(row.values()) for row in found] == [("u1", 2), ("u1", 2), ("u2", 1)]
    assert await bring.rows("select count(*) as links from session_link") == [{"links": 3}]
    shelf = Shelf(Tenant(TenantId("acme"), "Acme"), Market(MarketId("se"), "SEK"), "")
    sought = Sought(Visitor(user_id=UserId("u1")), history=True)
    [newest, *_] = (await bring.stores.visitors.look_back(shelf, sought)).history
    assert newest.product_id == "p"


async def test_a_given_session_is_kept(bring, tmp_path):
    await bring.events(write(tmp_path, ["session_id,item,event,ts", "s1,p,view,1700000000", "s1,p,view,1700090000"]))
    assert await bring.rows("select distinct session_id from event") == [{"session_id": "s1"}]
    assert await bring.rows("select distinct owner from recent_event") == [{"owner": "s:s1"}]


ORDERS = [
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID",
    "1,A,Apple,2,2024-01-02 10:00:00,1.50,c1",
    "1,A,Apple,2,2024-01-02 10:00:00,1.50,c1",
    "1,B,Bread,1,2024-01-02 10:00:00,3,c1",
    "2,A,Apples!,1,2024-01-03 10:00:00,1.60,",
    "C3,A,Apple,-2,2024-01-04 10:00:00,1.50,c1",
    "4,Z,Gift,1,2024-01-05 10:00:00,0,",
]


async def test_lines_of_invoices_are_purchases_and_what_goes_back_a_refund(bring, tmp_path):
    report = await bring.events(write(tmp_path, ORDERS), products=True)
    assert (report.rows, report.added, report.refused, report.products) == (6, 5, 1, 2)
    found = await bring.rows(
        "select type, order_id, product_id, quantity, unit_price_minor, currency, user_id from event order by happened_at, product_id"
    )
    assert [tuple(row.values()) for row in found] == [
        ("purchase", "1", "A", 2, 150, "SEK", "c1"),
        ("purchase", "1", "A", 2, 150, "SEK", "c1"),
        ("purchase", "1", "B", 1, 300, "SEK", "c1"),
        ("purchase", "2", "A", 1, 160, "SEK", None),
        ("refund", "C3", "A", 2, 150, "SEK", "c1"),
    ]
    [unknown] = await bring.rows("select session_id from event where user_id is null")
    assert unknown["session_id"]
    assert [(row["line"], row["field"], row["code"]) for row in refused(report)] == [(7, "price", "NOT_POSITIVE")]
    products = await bring.rows(
        "select product_id, p.title, price_minor, attributes from product p join product_market using (product_id) order by 1"
    )
    assert [tuple(row.values()) for row in products] == [("A", "Apple", 150, {}), ("B", "Bread", 300, {})]


async def test_a_second_run_changes_nothing_and_a_longer_file_adds_the_rest(bring, tmp_path):
    await bring.events(write(tmp_path, ORDERS), products=True)
    again = await bring.events(write(tmp_path, ORDERS), products=True)
    assert (again.added, again.unchanged, again.refused, again.products) == (0, 5, 1, 0)
    longer = await bring.events(write(tmp_path, [*ORDERS, ORDERS[1]]))
    assert (longer.added, longer.unchanged) == (1, 5)


async def test_products_made_of_ids_alone_say_that_their_price_is_unknown(bring, tmp_path):
    report = await bring.events(write(tmp_path, ["user,item,event,ts", "u,p1,view,1700000000"]), products=True)
    assert report.products == 1
    assert "price_unknown" in report.notes[1]
    [made] = await bring.rows("select p.title, price_minor, attributes from product p join product_market using (product_id)")
    assert tuple(made.values()) == ("p1", 0, {"price_unknown": [True]})


async def test_a_product_that_is_there_is_left_alone(bring, tmp_path):
    await bring.catalog(write(tmp_path, ["id,title,price", "p1,Mine,5"], "feed.csv"))
    report = await bring.events(write(tmp_path, ["user,item,event,ts", "u,p1,view,1700000000"]), market="de", products=True)
    assert report.products == 0
    assert await bring.rows("select market_id from product_market") == [{"market_id": "se"}]


BROKEN = [
    "user,item,type,time,qty,price,order_id,placement,position,recommendation_id,properties,currency",
    "u,p,view,1700000000,,,,,,,,",
    "u,p,veiw,1700000000,,,,,,,,",
    "u,,view,1700000000,,,,,,,,",
    ",p,view,1700000000,,,,,,,,",
    "u,p,view,,,,,,,,,",
    "u,p,view,yesterday,,,,,,,,",
    "u,p,view,2025-06-01 12:11:00,,,,,,,,",
    "u,p,view,1700000,,,,,,,,",
    "u,p,purchase,1700000000,1.5,,,,,,,",
    "u,p,purchase,1700000000,0,,,,,,,",
    "u,p,purchase,1700000000,1,free,,,,,,",
    "u,p,purchase,1700000000,1,-4,,,,,,",
    "u,p,purchase,1700000000,-1,4,,,,,,",
    f"u,{'x' * 257},view,1700000000,,,,,,,,",
    "u,p,click,1700000000,,,,,,nonsense,,",
    "u,p,click,1700000000,,,,,-1,,,",
    "u,p,click,1700000000,,,,,,,[1],",
    "u,p,purchase,1700000000,1,5 USD,,,,,,",
    "u,p,view,infinity,,,,,,,,",
    "u,p,view,99999999999999999,,,,,,,,",
]

FAULTS = [
    (3, "type", "UNKNOWN_TYPE"),
    (4, "product_id", "MISSING"),
    (5, "session_id", "MISSING"),
    (6, "time", "MISSING"),
    (7, "time", "NO_TIME"),
    (8, "time", "TIME_IN_FUTURE"),
    (9, "time", "OUT_OF_RANGE"),
    (10, "quantity", "NO_NUMBER"),
    (11, "quantity", "OUT_OF_RANGE"),
    (12, "price", "NO_PRICE"),
    (13, "price", "NOT_POSITIVE"),
    (14, "order_id", "MISSING"),
    (15, "product_id", "TOO_LONG"),
    (16, "recommendation_id", "BAD_USER_INPUT"),
    (17, "position", "OUT_OF_RANGE"),
    (18, "properties", "NO_JSON"),
    (19, "price", "OTHER_CURRENCY"),
    (20, "time", "NO_TIME"),
    (21, "time", "TIME_IN_FUTURE"),
]


async def test_rows_that_cannot_be_used_are_refused_one_by_one(bring, tmp_path):
    report = await bring.events(write(tmp_path, BROKEN))
    assert (report.rows, report.added, report.refused) == (20, 1, 19)
    assert sorted((row["line"], row["field"], row["code"]) for row in refused(report)) == FAULTS


async def test_events_on_products_that_the_catalog_does_not_have_are_kept_and_counted(bring, tmp_path):
    (tmp_path / "catalog.csv").write_text("id,title,price\np,P,1\n")
    await bring.catalog(tmp_path / "catalog.csv")
    order = json.dumps([{"product_id": "p"}, {"product_id": "gone"}]).replace('"', '""')
    lines = [
        "user,item,type,ts,order_id,lines,query", "u,p,view,1700000000,,,", "u,gone,view,1700000001,,,", "u,lost,view,1700000002,,,",
        f'u,,purchase,1700000003,o1,"{order}",', "u,,search,1700000004,,,lamp",
    ]  # fmt: skip
    report = await bring.events(write(tmp_path, lines))
    assert (report.added, report.refused) == (5, 0)
    assert report.notes == ["2 events name no product that the catalog has: nothing is learnt from them until it does"]
    assert (await bring.events(write(tmp_path, lines), products=True)).notes[0] == "2 products were made of the file"
    assert (await bring.events(write(tmp_path, lines))).notes == []


async def test_the_types_that_nobody_knows_are_named_the_most_frequent_first(bring, tmp_path):
    types = [*["favorite"] * 3, *["cart"] * 2, "view"]
    lines = ["user,item,type,ts", *(f"u,p,{name},{1_700_000_000 + at}" for at, name in enumerate(types))]
    report = await bring.events(write(tmp_path, lines), products=True)
    assert (report.added, report.reasons) == (1, {"type: UNKNOWN_TYPE": 5})
    assert "unknown types: favorite 3, cart 2; say with --types what they are" in report.notes


async def test_a_refused_event_names_the_column_of_the_file(bring, tmp_path):
    lines = [
        "user,item,type,ts,view_id,price,currency",
        "u,,view,1700000000,,,",
        "u,p,view,1700000000,soon,,",
        "u,p,view,1700000000,,1,crowns",
    ]
    report = await bring.events(write(tmp_path, lines), products=True)
    assert report.reasons.keys() == {"product_id: MISSING", "view_id: BAD_USER_INPUT", "currency: BAD_CURRENCY"}


async def test_a_clock_a_little_ahead_is_now(bring, tmp_path):
    await bring.events(write(tmp_path, ["user,item,type,time", "u,p,view,2025-06-01T12:09:00Z"]))
    assert await bring.rows("select happened_at::text from event") == [{"happened_at": "2025-06-01 12:00:00+00"}]


async def test_a_repeated_event_id_counts_once(bring, tmp_path):
    lines = ["event_id,user,item,type,time", "e1,u,p,view,1700000000", "e1,u,q,view,1700000001", "e2,v,p,view,1700000000"]
    report = await bring.events(write(tmp_path, lines))
    assert (report.added, report.unchanged) == (2, 1)
    assert await bring.rows("select product_id from event where event_id = 'e1'") == [{"product_id": "p"}]


async def test_what_is_not_clear_is_asked_for_before_anything_is_written(bring, tmp_path):
    with pytest.raises(BadInput, match="no column for type was recognised"):
        await bring.events(write(tmp_path, ["user,item,ts", "u,p,1700000000"]))
    with pytest.raises(BadInput, match="no event type veiw"):
        await bring.events(write(tmp_path, ["user,item,ts,type", "u,p,1700000000,v"]), types={"v": "veiw"})
    with pytest.raises(BadInput, match="has de, se"):
        await bring.events(write(tmp_path, ["user,item,ts,type,price", "u,p,1700000000,view,1"]), market=None, products=True)
    assert await bring.rows("select 1 from event") == []


def real(tmp_path, name, rows):
    """The first rows of a real file, as a file of its own."""
    path = tmp_path / Path(name).name
    duckdb.sql(f"copy (from '{DATA / name}' limit {rows}) to '{path}'")
    return path


async def test_a_file_larger_than_the_memory_for_it_is_sorted_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "_MEMORY", "160MB")
    rows, beside = 50_000, json.dumps({"note": "x" * 4_000})
    with staging.staged_file() as (target, staged):
        with target.open("w", newline="") as file:
            put = csv.writer(file, lineterminator="\n").writerow
            for line in range(rows):
                told = {"type": "view", "time": str(1_700_000_000 + line // 2), "product_id": "p", "properties": beside}
                put([line, *(told.get(name) for name in FIELDS)])
        staged.take_in("stage_events", target)
        read = [(row[0], row[2]) for batch in staged.in_turn("order_events", "ordered_events", 5_000) for row in batch]
    assert [line for line, _ in read] == list(range(rows))
    assert len({event_id for _, event_id in read}) == rows


@needs_data
@pytest.mark.parametrize(("rows", "products"), [(30_000, 13_138), pytest.param(471_337, 30_985, marks=pytest.mark.slow)])
async def test_the_real_events_come_in(bring, tmp_path, rows, products):
    path = real(tmp_path, "events/taobao_multibehavior_sslrec.parquet", rows)
    report = await bring.events(path, types={"cart": "add_to_cart", "favorite": "add_to_wishlist"}, products=True)
    assert (report.rows, report.added, report.refused, report.products) == (rows, rows, 0, products)


@needs_data
@pytest.mark.parametrize(
    ("rows", "free", "refunds"), [(30_000, 186, 494), pytest.param(541_909, 2_521, 9_288, marks=pytest.mark.slow)]
)
async def test_the_real_orders_come_in(bring, tmp_path, rows, free, refunds):
    report = await bring.events(real(tmp_path, "orders/uci_online_retail.parquet", rows), products=True)
    assert (report.rows, report.added, report.refused) == (rows, rows - free, free)
    assert report.reasons == {"price: NOT_POSITIVE": free}
    assert await bring.rows("select count(*) as refunds from event where type = 'refund'") == [{"refunds": refunds}]
