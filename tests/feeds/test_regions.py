"""A region of a market may have its own price, stock, page and words on the price; what it leaves out is the market's."""

import json

import pytest

from gateway.domain.tenant import TenantId
from gateway.feeds.exports import export
from gateway.store.outlet import Outlet
from tests.faces.serving import serving
from tests.feeds.conftest import silent

NORTH = {"region": "north", "price": "12.50", "sale_price": "9", "price_description": "incl. ferry", "page_url": "/north/lamp"}
GOTLAND = {"region": "gotland", "available": False}
LAMP = {"id": "lamp", "title": "Lamp", "price": "10.00", "regions": [NORTH, GOTLAND]}
RUG = {"id": "rug", "title": "Rug", "price": "11.00"}
PRODUCT = """query ($region: String) { product(id: "lamp", market: "se", region: $region) {
  price { minorUnits } salePrice { minorUnits } available pageUrl regionPriceDescription } }"""
NEWEST = """query ($region: String, $filter: ProductFilter) {
  recommend(strategy: NEW_ARRIVALS, market: "se", region: $region, filter: $filter, visitor: {sessionId: "s"}) {
    items { product { id price { minorUnits } regionPriceDescription } } } }"""


@pytest.fixture
def write(tmp_path):
    def lines(*rows):
        path = tmp_path / "catalog.ndjson"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return lines


@pytest.fixture
async def client(shop, stores, bring, write, database_url, tmp_path):
    await stores.db.pool.execute("delete from product")
    report = await bring.catalog(write(LAMP, RUG))
    assert (report.added, report.refused) == (2, 0)
    async with serving(database_url, tmp_path) as client:
        yield client


async def newest(client, region, **filter):
    fill = (await client.data(NEWEST, region=region, filter=filter or None))["recommend"]
    return {item["product"]["id"]: item["product"]["price"]["minorUnits"] for item in fill["items"]}


async def test_a_product_is_told_as_its_region_sees_it(client):
    north = (await client.data(PRODUCT, region="north"))["product"]
    assert north == {
        "price": {"minorUnits": 1250}, "salePrice": {"minorUnits": 900}, "available": True, "pageUrl": "/north/lamp",
        "regionPriceDescription": "incl. ferry",
    }  # fmt: skip
    elsewhere = {
        "price": {"minorUnits": 1000}, "salePrice": None, "available": True, "pageUrl": "/products/lamp",
        "regionPriceDescription": None,
    }  # fmt: skip
    assert (await client.data(PRODUCT, region="south"))["product"] == (await client.data(PRODUCT))["product"] == elsewhere
    assert (await client.data(PRODUCT, region="gotland"))["product"] == {**elsewhere, "available": False}


async def test_a_page_shows_a_region_s_prices_and_filters_by_them(client):
    assert await newest(client, None) == {"lamp": 1000, "rug": 1100}
    assert await newest(client, "north") == {"lamp": 1250, "rug": 1100}
    assert await newest(client, "north", maxPrice=900) == {"lamp": 1250}  # what it costs now: 9.00
    assert await newest(client, "south", maxPrice=1000) == {"lamp": 1000}
    assert await newest(client, "north", onSale=True) == {"lamp": 1250}


async def test_sold_out_in_a_region_is_sold_out_there_only(client):
    assert await newest(client, "gotland") == {"rug": 1100}
    assert await newest(client, "north") == {"lamp": 1250, "rug": 1100}


async def test_lists_of_products_and_their_counts_go_by_the_region_s_prices(client):
    query = """query ($region: String) { products(market: "se", region: $region, filter: {maxPrice: 950}) {
                 totalCount edges { node { id } } } }"""
    assert (await client.data(query, region="north"))["products"] == {"totalCount": 1, "edges": [{"node": {"id": "lamp"}}]}
    assert (await client.data(query))["products"] == {"totalCount": 0, "edges": []}
    by_ids = 'query { productsByIds(ids: ["rug", "lamp"], market: "se", region: "north") { id price { minorUnits } } }'
    assert [each["price"]["minorUnits"] for each in (await client.data(by_ids))["productsByIds"]] == [1100, 1250]


async def test_facets_count_a_region_s_prices(client):
    query = """query ($region: String) { recommendMany(market: "se", region: $region, visitor: {sessionId: "s"}, requests: [
                 {strategies: [NEW_ARRIVALS], facets: [{field: "price", kind: RANGE, ranges: [{to: 1000}, {from: 1000}]}]}]) {
                 placements { totalCount facets { buckets { count } } } } }"""

    async def counts(region):
        [fill] = (await client.data(query, region=region))["recommendMany"]["placements"]
        return fill["totalCount"], [bucket["count"] for bucket in fill["facets"][0]["buckets"]]

    assert await counts("north") == (2, [1, 1])
    assert await counts("gotland") == (1, [0, 1])
    assert await counts(None) == (2, [0, 2])


async def test_what_was_imported_with_regions_is_exported_and_comes_in_again_unchanged(stores, tenant, bring, write, tmp_path):
    await bring.catalog(write(LAMP, RUG))
    out = tmp_path / "out.ndjson"
    await export(Outlet(stores.db), TenantId("acme"), "catalog", "ndjson", out, silent)
    lamp, rug = (json.loads(line) for line in out.read_text().splitlines())
    assert lamp["regions"] == [GOTLAND, {**NORTH, "sale_price": "9.00"}]
    assert rug["regions"] is None
    again = await bring.catalog(out)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


async def test_a_markets_own_unit_is_exported_and_comes_in_again_and_a_feed_without_the_word_leaves_it(
    stores, tenant, bring, write, tmp_path
):  # fmt: skip
    units = "select product_id, sku from product_market order by 1"
    await bring.catalog(write({**LAMP, "sku": "L", "market_sku": "L-SE"}, RUG))
    out = tmp_path / "out.ndjson"
    await export(Outlet(stores.db), TenantId("acme"), "catalog", "ndjson", out, silent)
    lamp, rug = (json.loads(line) for line in out.read_text().splitlines())
    assert [(each["sku"], each["market_sku"]) for each in (lamp, rug)] == [("L", "L-SE"), (None, None)]
    assert (await bring.catalog(out)).unchanged == 2
    cheaper = write({**LAMP, "price": "9.00", "sku": "L"}, RUG)
    assert (await bring.catalog(cheaper, rehearse=True)).would.fields == {"price": 1}
    report = await bring.catalog(cheaper)
    assert (report.changed, report.unchanged) == (1, 1)
    assert [tuple(each) for each in await stores.db.pool.fetch(units)] == [("lamp", "L-SE"), ("rug", None)]


async def test_a_region_that_says_nothing_is_as_the_market_again(client, bring, write):
    report = await bring.catalog(write({**LAMP, "regions": [{"region": "north"}]}))
    assert report.changed == 1
    assert await newest(client, "north") == {"lamp": 1000, "rug": 1100}
    assert await newest(client, "gotland") == {"rug": 1100}  # not named, so left as it was


@pytest.mark.parametrize(
    ("region", "reason"),
    [
        ({"price": "1"}, "regions: NO_REGION"),
        ("north", "regions: NO_REGION"),
        ({"region": "x" * 65}, "regions: NO_REGION"),
        ({"region": "north", "price": "free"}, "price: NO_PRICE"),
        ({"region": "north", "price": "1 EUR"}, "price: OTHER_CURRENCY"),
        ({"region": "north", "price": "-1"}, "price: NEGATIVE"),
        ({"region": "north", "sale_price": "1"}, "regions: MISSING"),
        ({"region": "north", "available": "perhaps"}, "regions: NO_TRUTH"),
    ],
)
async def test_a_region_that_cannot_be_refuses_its_row(bring, write, region, reason):
    report = await bring.catalog(write({**LAMP, "regions": [region]}, RUG))
    assert (report.added, report.reasons) == (1, {reason: 1})
