"""Every catalog of the development data is imported, or refused with the right reason, row by row."""

from pathlib import Path

import pytest

from gateway.domain.catalog import MarketId
from gateway.domain.tenant import Market
from gateway.errors import BadInput
from tests.conftest import DATA, needs_data
from tests.feeds.conftest import refused_of

# file, currency, format, rows, products, refused: rows as README.md of the data says, but that the list of SHOPITEMs has 18, six of them
# with an empty id; one id of the Czech feed stands there twice
CATALOGS = [
    ("catalog/furniture_catalog.parquet", "USD", "a catalog", 4006, 4006, 0),
    ("catalog/furniture_shopify_4006products.csv.gz", "USD", "Shopify's CSV", 18244, 4006, 0),
    ("catalog/retail_demo_store_products.parquet", "USD", "a catalog", 2465, 2465, 0),
    ("catalog/magento_luma_products.csv.gz", "USD", "Magento's CSV", 1994, 1994, 0),
    ("catalog/magento_luma_extra/CatalogSampleData__SimpleProduct__products_gear_bags.csv", "USD", "a catalog", 14, 14, 0),
    (
        "catalog/magento_luma_extra/CatalogSampleData__SimpleProduct__products_gear_fitness_equipment.csv",
        "USD",
        "a catalog",
        9,
        9,
        0,
    ),
    ("catalog/magento_luma_extra/CatalogSampleData__SimpleProduct__products_gear_watches.csv", "USD", "a catalog", 9, 9, 0),
    ("feeds/google_merchant/rss_ua_apparel_32.xml", "UAH", "Google Merchant", 32, 32, 0),
    ("feeds/google_merchant/rss_cz_electronics_1255.xml.gz", "CZK", "Google Merchant", 1255, 1254, 1),
    ("feeds/google_merchant/rss_pk_handicraft_100.xml", "PKR", "Google Merchant", 100, 100, 0),
    ("feeds/google_merchant/atom_fr_305.xml", "EUR", "Google Merchant", 305, 305, 0),
    ("feeds/google_merchant/tsv_apparel_160.tsv", "USD", "Google Merchant", 160, 160, 0),
    ("feeds/shopify/shopifypartners_apparel.csv", "USD", "Shopify's CSV", 22, 20, 0),
    ("feeds/shopify/shopifypartners_home-and-garden.csv", "USD", "Shopify's CSV", 21, 20, 0),
    ("feeds/shopify/shopifypartners_jewelery.csv", "USD", "Shopify's CSV", 41, 20, 0),
    ("feeds/shopify/export_jewelry_1243products.csv.gz", "USD", "Shopify's CSV", 2307, 1243, 0),
    ("feeds/shopify/export_course_store.csv", "USD", "Shopify's CSV", 24, 24, 0),
    ("feeds/shopify/admin_products_25.json", "USD", "Shopify's JSON", 25, 25, 0),
    ("feeds/facebook/template_catalog_products.csv", "USD", "Google Merchant", 1, 1, 0),
    ("feeds/facebook/jollyes_catalog_products.csv", "USD", "Google Merchant", 3, 3, 0),
    ("feeds/woocommerce/woocommerce_products_105.csv", "USD", "WooCommerce's CSV", 105, 105, 0),
    ("feeds/other/heureka_style_cz.xml", "CZK", "a list of SHOPITEMs", 18, 12, 6),
    ("feeds/google_retail_api/products.json", "USD", "Google's Retail API", 316, 316, 0),
    ("feeds/google_retail_api/products_some_invalid.json", "USD", "Google's Retail API", 3, 2, 1),
]

NO_CATALOGS = [
    ("catalog/retail_demo_store_products.yaml.gz", "this is YAML"),
    ("catalog/retail_demo_store_categories.yaml", "this is YAML"),
    ("catalog/magento_luma_extra/ConfigurableSampleData__Links__crosssell.csv", "links between products"),
    ("catalog/magento_luma_extra/ConfigurableSampleData__Links__related.csv", "links between products"),
    ("catalog/magento_luma_extra/ConfigurableSampleData__Links__upsell.csv", "links between products"),
    ("catalog/magento_luma_extra/ReviewSampleData__products_reviews.csv", "reviews, and no products"),
    ("feeds/google_retail_api/product_schema.json", "the schema of a table"),
    ("feeds/google_retail_api/events_schema.json", "the schema of a table"),
    ("feeds/google_retail_api/user_events.json", "endcap import events"),
    ("feeds/google_retail_api/user_events_some_invalid.json", "endcap import events"),
]


def linked(tmp_path, name):
    """The file where refused rows may be written beside it."""
    path = tmp_path / Path(name).name
    path.symlink_to(DATA / name)
    return path


@needs_data
@pytest.mark.parametrize(("name", "currency", "format", "rows", "products", "refused"), CATALOGS, ids=[c[0] for c in CATALOGS])
async def test_a_catalog_comes_in_whole_and_changes_nothing_the_second_time(
    bring, tmp_path, name, currency, format, rows, products, refused
):
    await bring.stores.tenants.upsert_market(bring.tenant.tenant_id, Market(MarketId("it"), currency))
    path = linked(tmp_path, name)
    first = await bring.catalog(path, market="it")
    assert (first.format, first.rows, first.added, first.refused) == (format, rows, products, refused), first.reasons
    again = await bring.catalog(path, market="it")
    assert (again.added, again.changed, again.unchanged, again.refused, again.categories) == (0, 0, products, refused, 0)


@needs_data
@pytest.mark.parametrize(("name", "says"), NO_CATALOGS)
async def test_what_is_no_catalog_is_refused_with_what_it_is(bring, tmp_path, name, says):
    with pytest.raises(BadInput, match=says):
        await bring.catalog(linked(tmp_path, name))


@needs_data
def test_every_file_of_the_catalogs_and_feeds_is_in_one_of_the_two_lists():
    there = {str(path.relative_to(DATA)) for top in ("catalog", "feeds") for path in (DATA / top).rglob("*") if path.is_file()}
    assert there == {name for name, *_ in CATALOGS} | {name for name, _ in NO_CATALOGS}


@needs_data
async def test_google_s_own_invalid_product_is_refused_for_its_availability(bring, tmp_path):
    await bring.stores.tenants.upsert_market(bring.tenant.tenant_id, Market(MarketId("us"), "USD"))
    report = await bring.catalog(linked(tmp_path, "feeds/google_retail_api/products_some_invalid.json"), market="us")
    [told] = refused_of(report)
    assert (told["line"], told["field"], told["code"]) == (1, "available", "NO_TRUTH")
    assert "'INVALID_VALUE' is neither" in told["reason"]


@needs_data
async def test_the_children_of_magento_s_configurable_products_are_their_groups(bring, tmp_path):
    await bring.stores.tenants.upsert_market(bring.tenant.tenant_id, Market(MarketId("us"), "USD"))
    await bring.catalog(linked(tmp_path, "catalog/magento_luma_products.csv.gz"), market="us")
    [told] = await bring.rows(
        "select count(*) filter (where hidden) as hidden, count(*) filter (where group_id is null) as alone, "
        "count(distinct group_id) as groups, count(*) filter (where image_urls = '{}') as without_picture from product"
    )
    assert told == {"hidden": 1847, "alone": 0, "groups": 147, "without_picture": 0}
    [hoodie] = await bring.rows(
        "select p.*, m.price_minor, m.available, m.quantity from product p join product_market m using (product_id) where product_id = 'MH01'"
    )
    assert (hoodie["price_minor"], hoodie["available"], hoodie["quantity"], hoodie["hidden"]) == (5200, True, 1500, False)
    assert hoodie["category_ids"] == ["men/tops/hoodies-sweatshirts", "collections/eco-friendly"]
    assert hoodie["attributes"]["climate"] == ["All-weather", "Cool", "Indoor", "Spring", "Windy"]
