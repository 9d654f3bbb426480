"""A full feed hides what it lists no more, only where asked, and never when it was rather cut short; and a dry run says all of it first."""

import random
from dataclasses import replace

import pytest

from gateway.domain.catalog import CatalogEntry, MarketId, Money, Offer, ProductId
from gateway.store.listing import Listing
from gateway.store.shelving import Shelving

SHELF = "select product_id, hidden, hidden_by from product order by 1"
COUNTS = ("added", "changed", "unchanged", "hidden", "refused", "categories")


@pytest.fixture
def take(bring, tmp_path):
    """Imports products by id, as a full feed of a tenth where nothing else is said."""

    async def take_in(ids, *more_rows, header="id,title,price", market="se", max_hidden=0.1, **told):
        path = tmp_path / "feed.csv"
        path.write_text("\n".join([header, *(f"{each},T,10" for each in ids), *more_rows]) + "\n")
        return await bring.catalog(path, market=market, max_hidden=max_hidden, **told)

    return take_in


def numbered(*ranges):
    return [f"p{n}" for each in ranges for n in each]


async def shown(bring):
    return {row["product_id"] for row in await bring.rows(SHELF) if not row["hidden"]}


async def test_what_a_full_feed_lists_no_more_is_hidden_and_comes_back_when_it_does(bring, take):
    await take(numbered(range(20)))
    report = await take(numbered(range(18)))
    assert (report.hidden, report.hidden_products, report.unchanged, report.not_hidden) == (2, ["p18", "p19"], 18, [])
    assert await shown(bring) == set(numbered(range(18)))
    assert {row["hidden_by"] for row in await bring.rows(SHELF) if row["hidden"]} == {"import"}
    assert (await take(numbered(range(18)))).hidden == 0
    back = await take(numbered(range(19)))
    assert (back.changed, back.unchanged, back.hidden) == (1, 18, 0)
    assert await shown(bring) == set(numbered(range(19)))
    assert (await take(numbered(range(20)), max_hidden=None)).changed == 1
    assert await shown(bring) == set(numbered(range(20)))


async def test_a_file_that_is_not_said_to_be_full_hides_nothing(bring, take):
    await take(numbered(range(20)))
    report = await take(numbered(range(1)), max_hidden=None)
    assert (report.hidden, report.not_hidden) == (0, [])
    assert len(await shown(bring)) == 20


async def test_nothing_is_hidden_where_more_than_the_share_would_vanish_and_the_rest_of_the_import_stands(bring, take):
    await take(numbered(range(20)))
    report = await take(numbered(range(17)), "new,New,5")
    assert (report.added, report.hidden) == (1, 0)
    [reason] = report.not_hidden
    assert reason.startswith(
        "3 of 20 products of market se that the feed lists no more were not hidden: 15.0% is more than the 10% that"
    )
    assert reason.endswith("where that is right, say --max-hidden 16%")
    assert await shown(bring) == {*numbered(range(20)), "new"}
    assert (await take(numbered(range(17)), "new,New,5", max_hidden=0.16)).hidden == 3


async def test_new_products_do_not_hide_that_a_feed_lost_all_its_old_ones(bring, take):
    await take(numbered(range(20)))
    report = await take(numbered(range(100, 400)))
    assert (report.added, report.hidden, len(report.not_hidden)) == (300, 0, 1)


async def test_a_product_whose_row_was_refused_is_still_listed(bring, take):
    await take(numbered(range(20)))
    report = await take(numbered(range(18)), "p18,T,free", "p19,,10")
    assert (report.refused, report.hidden) == (2, 0)


async def test_where_rows_cannot_be_read_nobody_knows_what_they_list(bring, take):
    await take(numbered(range(20)))
    report = await take(numbered(range(19)), "p19,T,10,and,more")
    assert (report.refused, report.hidden) == (1, 0)
    assert report.not_hidden == [
        "1 of 20 products of market se that the feed lists no more were not hidden: 1 rows could not be read, and may be any of them"
    ]


async def test_what_the_shop_itself_hid_stays_hidden(bring, take):
    await take(numbered(range(20)))
    by_hand = Shelving(bring.stores.db)

    def hide(there):
        return [replace(entry, hidden=True) for entry in there.values()]

    await by_hand.change(bring.tenant.tenant_id, [ProductId("p0"), ProductId("p19")], hide)
    await take(numbered(range(19)))
    assert await shown(bring) == set(numbered(range(1, 19)))
    report = await take(numbered(range(20)))
    assert (report.changed, report.hidden) == (1, 0)  # p19 is in stock again, and hidden
    assert await shown(bring) == set(numbered(range(1, 19)))


async def test_what_a_feed_hid_and_the_shop_then_too_stays_hidden(bring, take):
    await take(numbered(range(20)))
    await take(numbered(range(19)))
    by_hand = Shelving(bring.stores.db)
    await by_hand.change(bring.tenant.tenant_id, [ProductId("p19")], lambda there: [replace(there["p19"], title="Patched")])
    assert {row["hidden_by"] for row in await bring.rows(SHELF) if row["hidden"]} == {"import"}
    await by_hand.change(bring.tenant.tenant_id, [ProductId("p19")], lambda there: [replace(there["p19"], hidden=True)])
    assert {row["hidden_by"] for row in await bring.rows(SHELF) if row["hidden"]} == {None}
    await take(numbered(range(20)))
    assert "p19" not in await shown(bring)


async def test_a_row_that_says_whether_it_is_hidden_has_its_way(bring, take):
    await take(numbered(range(2)))
    await take([], "p0,T,10,draft", "p1,T,10,active", header="id,title,price,status")
    assert await shown(bring) == {"p1"}
    await take(numbered(range(2)))
    assert await shown(bring) == {"p1"}
    await take([], "p0,T,10,active", "p1,T,10,", header="id,title,price,status")
    assert await shown(bring) == {"p0", "p1"}


async def test_a_product_that_another_market_still_sells_is_sold_out_in_this_one(bring, take):
    await take(numbered(range(20)))
    await take(numbered(range(20)), market="de")
    report = await take(numbered(range(18)))
    assert (report.hidden, await shown(bring)) == (2, set(numbered(range(20))))
    gone = await bring.rows("select market_id, available from product_market where product_id = 'p19' order by 1")
    assert [tuple(row.values()) for row in gone] == [("de", True), ("se", False)]
    assert (await take(numbered(range(18)))).hidden == 0
    await take(numbered(range(18)), market="de")
    assert await shown(bring) == set(numbered(range(18)))
    await take(numbered(range(20)))
    gone = await bring.rows("select market_id, available from product_market where product_id = 'p19' order by 1")
    assert [tuple(row.values()) for row in gone] == [("de", False), ("se", True)]
    assert await shown(bring) == set(numbered(range(20)))


async def test_a_named_feed_hides_only_what_came_from_it(bring, take):
    await take(numbered(range(20)))
    await take(numbered(range(20, 40)), feed="shoes")
    await take(numbered(range(40, 60)), feed="bags")
    report = await take(numbered(range(20, 39)), feed="shoes")
    assert (report.hidden, report.hidden_products) == (1, ["p39"])
    assert {row["hidden_by"] for row in await bring.rows(SHELF) if row["hidden"]} == {"shoes"}
    report = await take(numbered(range(19)))
    assert report.hidden_products == ["p19"]
    report = await take(numbered(range(40, 60), range(39, 40)), feed="bags")
    assert (report.changed, report.hidden) == (1, 0)  # another feed lists it now
    assert "p39" in await shown(bring)
    assert (await take(numbered(range(20, 38)), feed="shoes")).hidden_products == ["p38"]


async def test_a_file_that_names_its_markets_is_full_in_those(bring, take):
    rows = [f"p{n},T,10,{market}" for n in range(20) for market in ("se", "de")]
    header = "id,title,price,market"
    await take([], *rows, header=header, market=None)
    report = await take([], *rows[:-1], header=header, market=None)
    assert report.hidden_products == ["p19"]
    assert len(await shown(bring)) == 20
    await take([], *[row for row in rows if "se" in row], header=header, market=None)
    assert len(await shown(bring)) == 20  # nothing is said of de


async def rehearsed(take, *args, **told):
    before = await take(*args, rehearse=True, **told)
    after = await take(*args, **told)
    return before, after


async def test_a_dry_run_says_what_would_be_and_writes_nothing(bring, tmp_path):
    path = tmp_path / "feed.csv"
    path.write_text("id,title,price,category,colour\na,A,10,Home,red\nb,B,20,Home,red\nc,C,30,Home,red\n")
    await bring.catalog(path)
    tables = "select (select jsonb_agg(to_jsonb(p) order by product_id) from product p) as p, (select jsonb_agg(to_jsonb(m) order by product_id) from product_market m) as m, (select count(*) from category) as c, (select count(*) from fed_product) as f"
    before = await bring.rows(tables)
    path.write_text(
        "id,title,price,category,colour\na,Better A,12.50,Home,blue\nb,B,20,Garden,red\nd,D,40,Home,red\ne,E,free,,\n"
    )
    report = await bring.catalog(path, max_hidden=0.5, rehearse=True)
    assert await bring.rows(tables) == before
    assert [getattr(report, name) for name in COUNTS] == [1, 2, 0, 1, 1, 1]
    assert (report.would.added, report.hidden_products, report.refused_file) == (["d"], ["c"], None)
    assert report.would.fields == {"title": 1, "attributes": 1, "price": 1, "category_ids": 1}
    assert report.would.examples["price"] == [("a", "10.00 SEK", "12.50 SEK")]
    assert report.would.examples["title"] == [("a", "A", "Better A")]
    assert report.would.examples["category_ids"] == [("b", ["home"], ["garden"])]
    assert [(row["line"], row["code"]) for row in report.first_refused] == [(5, "NO_PRICE")]
    assert list(tmp_path.iterdir()) == [path]
    done = await bring.catalog(path, max_hidden=0.5)
    assert [getattr(done, name) for name in COUNTS] == [1, 2, 0, 1, 1, 1]


async def test_a_dry_run_and_the_import_agree_whatever_the_feeds_say(bring, take):
    chance = random.Random(7)
    header = "id,title,price,sale_price,stock,status,colour"
    for _ in range(12):
        ids = chance.sample(range(30), chance.randint(1, 30))
        rows = [
            f"p{n},{chance.choice('AB')},{chance.choice(['10', '12', 'x'])},{chance.choice(['', '9'])},{chance.choice(['', '0', '4'])},"
            f"{chance.choice(['', 'draft', 'active'])},{chance.choice(['', 'red'])}"
            for n in ids
        ]
        told = {"header": header, "market": chance.choice(["se", "de"]), "max_hidden": chance.choice([None, 0.3, 1.0])}
        before, after = await rehearsed(take, [], *rows, feed=chance.choice([None, "a", "b"]), **told)
        assert [getattr(before, name) for name in COUNTS] == [getattr(after, name) for name in COUNTS]
        assert (before.not_hidden, before.hidden_products) == (after.not_hidden, after.hidden_products)
        assert before.reasons == after.reasons
        assert sum(before.would.fields.values()) >= before.changed


async def test_regions_and_languages_that_would_differ_are_told(bring, tmp_path):
    path = tmp_path / "feed.ndjson"
    path.write_text('{"id": "a", "title": "A", "price": 1}\n')
    await bring.catalog(path)
    path.write_text(
        '{"id": "a", "title": "A", "price": 1, "regions": [{"region": "north", "price": 2}], "wordings": {"en": {"title": "B"}}}\n'
    )
    report = await bring.catalog(path, rehearse=True)
    assert (report.changed, report.would.fields) == (1, {"regions": 1, "languages": 1})
    other = await bring.catalog(path, market="de", rehearse=True)
    assert other.would.examples["market"] == [("a", None, "added")]


async def test_what_was_pushed_while_a_full_file_came_in_is_not_hidden_by_it(bring, take):
    await take(numbered(range(3)))
    tenant_id, listing, listed = bring.tenant.tenant_id, Listing(bring.stores.db), [(MarketId("se"), ProductId("p0"))]
    before = {MarketId("se"): await listing.supplied(tenant_id, MarketId("se"), None)}
    entry = CatalogEntry(ProductId("pushed"), "Pushed", {MarketId("se"): Offer(Money(100, "SEK"))})
    await Shelving(bring.stores.db).put(tenant_id, [entry])
    [missing] = (await listing.hide_missing(tenant_id, None, listed, before, allowed=1.0)).values()
    assert (missing.products, missing.examples, missing.of) == (2, ["p1", "p2"], 3)
    assert await shown(bring) == {"p0", "pushed"}
    assert (await take(["p0"], max_hidden=1.0)).hidden_products == ["pushed"]


async def test_what_was_pushed_is_nobody_s_feed(bring, take):
    """A product that came over the API is hidden by a file said to be all there is, like one from a file before it."""
    entry = CatalogEntry(ProductId("pushed"), "Pushed", {MarketId("se"): Offer(Money(100, "SEK"))})
    await Shelving(bring.stores.db).put(bring.tenant.tenant_id, [entry])
    await take(numbered(range(20)), feed="shoes")
    assert (await take(numbered(range(20)), feed="shoes")).hidden == 0
    assert (await take(numbered(range(20)), max_hidden=1.0)).hidden_products == ["pushed"]
