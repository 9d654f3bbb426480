"""Other systems' formats, recognised by content: what a shop that leaves one of them expects to find."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

NOW = datetime.now(UTC)
SOON, BEFORE = (NOW + timedelta(days=9)).date(), (NOW - timedelta(days=9)).date()

SHELF = (
    "select p.product_id, p.title, p.group_id, p.hidden, p.brand, p.category_ids, p.image_urls, p.page_url, p.attributes, "
    "m.price_minor as price, m.sale_price_minor as sale, m.available, m.quantity "
    "from product p join product_market m using (tenant_id, product_id) order by 1"
)


@pytest.fixture
def shelf(bring, tmp_path):
    """Imports a text for the market with euros; the report, the products by id, the refused rows."""

    async def take(name, content, **told):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        report = await bring.catalog(path, market="de", **told)
        return report, {row["product_id"]: row for row in await bring.rows(SHELF)}, refused_of(report)

    return take


def refused_of(report):
    return [json.loads(line) for line in Path(report.refused_file).read_text().splitlines()] if report.refused_file else []


def listing(*items):
    return (
        f'<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>{"".join(items)}</channel></rss>'
    )


def item(product_id, price="10.00 EUR", *more):
    return f"<item><g:id>{product_id}</g:id><g:title>T</g:title><g:price>{price}</g:price>{''.join(more)}</item>"


RICH = (
    "<item><title>plain title</title><link>https://shop.example/a?x=1&amp;y=2</link><description><![CDATA[<p>Soft &amp; warm</p>]]></description>"
    "<g:id>a</g:id><g:title>Coat</g:title><g:price>EUR 99.50</g:price><g:sale_price>79.50 EUR</g:sale_price>"
    "<g:availability>in_stock</g:availability><g:brand>Nord</g:brand><g:item_group_id>coats</g:item_group_id>"
    "<g:image_link>https://cdn.example/1.jpg</g:image_link><g:additional_image_link>https://cdn.example/2.jpg</g:additional_image_link>"
    "<g:additional_image_link>https://cdn.example/3.jpg</g:additional_image_link>"
    "<g:product_type>Wear &gt; Coats</g:product_type><g:product_type>Sale</g:product_type>"
    "<g:google_product_category>5598</g:google_product_category><g:custom_label_0>winter</g:custom_label_0>"
    "<g:custom_label_4>margin-high</g:custom_label_4><g:color>red</g:color><g:size>M</g:size><g:material>wool</g:material>"
    "<g:gender>female</g:gender><g:age_group>adult</g:age_group><g:condition>new</g:condition><g:gtin>4006381333931</g:gtin>"
    "<g:mpn>N-1</g:mpn><g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping></item>"
)


async def test_google_s_rss_comes_in_with_all_that_it_says(shelf):
    report, found, _ = await shelf("no-name-that-helps", listing(RICH))
    assert (report.format, report.added, report.refused) == ("Google Merchant", 1, 0)
    coat = found["a"]
    assert (coat["title"], coat["brand"], coat["group_id"], coat["hidden"]) == ("Coat", "Nord", "coats", False)
    assert (coat["price"], coat["sale"], coat["available"], coat["quantity"]) == (9950, 7950, True, None)
    assert coat["category_ids"] == ["wear/coats", "sale"]
    assert coat["image_urls"] == [f"https://cdn.example/{n}.jpg" for n in (1, 2, 3)]
    assert coat["page_url"] == "https://shop.example/a?x=1&y=2"
    assert coat["attributes"] == {
        "color": ["red"], "size": ["M"], "material": ["wool"], "gender": ["female"], "age_group": ["adult"], "condition": ["new"],
        "gtin": ["4006381333931"], "mpn": ["N-1"], "custom_label_0": ["winter"], "custom_label_4": ["margin-high"],
        "google_category": ["5598"],
    }  # fmt: skip
    assert report.ignored_columns == ("shipping",)


async def test_atom_is_read_like_rss(shelf):
    entry = RICH.replace("item>", "entry>").replace(
        "<link>https://shop.example/a?x=1&amp;y=2</link>", '<link href="https://shop.example/b"/>'
    )
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>S</title>{entry}</feed>'
    report, found, _ = await shelf("feed.txt", atom)
    assert (report.format, report.added, found["a"]["page_url"]) == ("Google Merchant", 1, "https://shop.example/b")
    assert found["a"]["title"] == "Coat"


@pytest.mark.parametrize(
    ("words", "available"),
    [("in stock", True), ("in_stock", True), ("In Stock", True), ("preorder", True), ("backorder", True), ("out of stock", False),
     ("out_of_stock", False), ("https://schema.org/InStock", True), ("http://schema.org/OutOfStock", False)],
)  # fmt: skip
async def test_availability_is_said_in_many_words(shelf, words, available):
    _, found, _ = await shelf("feed.xml", listing(item("a", "1 EUR", f"<g:availability>{words}</g:availability>")))
    assert found["a"]["available"] is available


@pytest.mark.parametrize(
    ("dates", "sale"),
    [(f"{BEFORE}T00:00+0100/{SOON}T23:59+0100", 800), (f"{BEFORE}T00:00Z/{BEFORE}T23:59Z", None), (f"{SOON}T00:00Z/{SOON}T23:59Z", None),
     (f"{BEFORE}/{NOW.date()}", 800), ("", 800)],
)  # fmt: skip
async def test_a_sale_price_holds_between_its_dates(shelf, dates, sale):
    told = f"<g:sale_price>8 EUR</g:sale_price><g:sale_price_effective_date>{dates}</g:sale_price_effective_date>"
    _, found, _ = await shelf("feed.xml", listing(item("a", "10 EUR", told)))
    assert (found["a"]["price"], found["a"]["sale"]) == (1000, sale)


async def test_dates_that_are_none_and_prices_of_elsewhere_are_refused_item_by_item(shelf):
    dated = "<g:sale_price>8 EUR</g:sale_price><g:sale_price_effective_date>tomorrow</g:sale_price_effective_date>"
    items = [item("a", "1 EUR", dated), item("b", "1 USD"), item("c", "free"), item("", "1 EUR"), item("d"), item("d")]
    report, found, refused = await shelf("feed.xml", listing(*items))
    assert (report.added, sorted(found)) == (1, ["d"])
    assert sorted((row["line"], row["field"], row["code"]) for row in refused) == [
        (1, "sale_dates", "NO_TIME"), (2, "price", "OTHER_CURRENCY"), (3, "price", "NO_PRICE"), (4, "product_id", "MISSING"),
        (6, "product_id", "REPEATED"),
    ]  # fmt: skip


async def test_google_s_columns_in_a_text_file_say_the_same(shelf):
    text = (
        "id\ttitle\tlink\timage link\tadditional image link\tavailability\tprice\tproduct type\titem group id\tcustom label 1\n"
        "a\tCoat\thttps://shop.example/a\thttps://cdn.example/1.jpg\thttps://cdn.example/2.jpg,https://cdn.example/3.jpg\tpreorder\t"
        "9.99 EUR\tWear > Coats, Wear > Sale\tcoats\tx\n"
        "b\tBag\t/b\t/b.jpg\t\tout of stock\tEUR 5\tWear > Bags, Wallets & Cases\t\t\n"
    )
    report, found, _ = await shelf("feed", text)
    assert (report.format, report.added) == ("Google Merchant", 2)
    assert found["a"]["category_ids"] == ["wear/coats", "wear/sale"]
    assert found["a"]["image_urls"] == [f"https://cdn.example/{n}.jpg" for n in (1, 2, 3)]
    assert (found["a"]["group_id"], found["a"]["attributes"]) == ("coats", {"custom_label_1": ["x"]})
    assert (found["b"]["available"], found["b"]["category_ids"]) == (False, ["wear/bags-wallets-cases"])


async def test_the_comments_over_meta_s_columns_are_passed_over(shelf):
    text = (
        '"# Required | An id; unique, with ""quotes""\nand lines","# Required | A title, short","# Optional | Cost; 1 EUR | 2",# Optional | x\n'
        "id,title,price,quantity_to_sell_on_facebook\na,A,10.00 EUR,3\n"
    )
    report, found, _ = await shelf("feed.csv", text)
    assert (report.rows, found["a"]["price"], found["a"]["quantity"]) == (1, 1000, 3)


WOO = (
    "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Description,Date sale price starts,"
    "Date sale price ends,In stock?,Stock,Sale price,Regular price,Categories,Tags,Images,Parent,Grouped products,"
    "Attribute 1 name,Attribute 1 value(s)\n"
)


def woo(**told):
    names = WOO.strip().split(",")
    usual = {"Published": "1", "Visibility in catalog": "visible", "In stock?": "1", "Name": told.get("ID", "")}
    values = {**usual, **{name.replace("_", " "): value for name, value in told.items()}}
    return ",".join('"' + values.get(name, "").replace('"', '""') + '"' for name in names) + "\n"


async def test_woocommerce_s_variations_are_products_of_their_parent_s_group(shelf):
    rows = [
        woo(ID="11", Type="variation", SKU="H-RED", Parent="HOODIE", Regular_price="45", Sale_price="42", Stock="2", **{"Attribute 1 name": "Color", "Attribute 1 value(s)": "Red"}),
        woo(ID="10", Type="variable", SKU="HOODIE", Name="Hoodie", Categories="Clothing > Hoodies, Music\\, Old", Images="https://x.example/1.jpg, https://x.example/2.jpg", Tags="warm", **{"Attribute 1 name": "Color", "Attribute 1 value(s)": "Red, Blue"}),
        woo(ID="12", Type="variation, virtual", SKU="H-BLUE", Parent="id:10", Regular_price="40", Stock="0", **{"In stock?": "0"}),
        woo(ID="13", Type="variation", Parent="NOBODY", Regular_price="40"),
        woo(ID="14", Type="variation", Parent="id:10", Regular_price=""),
    ]  # fmt: skip
    report, found, refused = await shelf("x", WOO + "".join(rows))
    assert (report.format, report.added) == ("WooCommerce's CSV", 3)
    assert {row["group_id"] for row in found.values()} == {"10"}
    assert (found["10"]["price"], found["10"]["sale"], found["10"]["available"], found["10"]["quantity"]) == (4500, 4200, True, 2)
    assert found["10"]["category_ids"] == ["clothing/hoodies", "music-old"]
    assert found["11"]["category_ids"] == found["10"]["category_ids"]
    assert found["11"]["image_urls"] == ["https://x.example/1.jpg", "https://x.example/2.jpg"]
    assert (found["10"]["attributes"], found["11"]["attributes"]) == (
        {"color": ["Red", "Blue"], "tags": ["warm"]},
        {"color": ["Red"]},
    )
    assert (found["12"]["available"], found["12"]["quantity"]) == (False, 0)
    assert [(row["line"], row["field"], row["code"]) for row in refused] == [
        (6, "price", "MISSING"),
        (5, "Parent", "UNKNOWN_PARENT"),
    ]


async def test_woocommerce_s_other_types(shelf):
    rows = [
        woo(ID="1", Type="simple, downloadable", SKU="S", Regular_price="10", Sale_price="5", **{"Date sale price ends": str(BEFORE)}),
        woo(ID="2", Type="external", Regular_price="20", Published="0"),
        woo(ID="3", Type="simple", Regular_price="30", Published="-1"),
        woo(ID="4", Type="simple", Regular_price="40", **{"Visibility in catalog": "hidden"}),
        woo(ID="5", Type="grouped", Grouped_products="S, id:6"),
        woo(ID="6", Type="simple", Regular_price="7", **{"In stock?": "backorder"}),
        woo(ID="7", Type="grouped", Grouped_products="nothing"),
        woo(ID="8", Type="subscription", Regular_price="7"),
        woo(ID="9", Type="variable"),
    ]  # fmt: skip
    _, found, refused = await shelf("x", WOO + "".join(rows))
    assert {each: (row["price"], row["sale"], row["hidden"]) for each, row in found.items()} == {
        "1": (1000, None, False), "2": (2000, None, True), "3": (3000, None, True), "4": (4000, None, True), "5": (700, None, False),
        "6": (700, None, False),
    }  # fmt: skip
    assert (found["6"]["available"], found["5"]["group_id"], found["6"]["group_id"]) == (True, None, None)
    assert {(row["row"]["ID"], row["field"], row["code"]) for row in refused} == {
        ("7", "price", "MISSING"), ("8", "Type", "UNKNOWN_TYPE"), ("9", "price", "MISSING"),
    }  # fmt: skip


MAGENTO = (
    "sku,store_view_code,attribute_set_code,product_type,categories,name,description,product_online,visibility,price,special_price,"
    "special_price_from_date,special_price_to_date,url_key,base_image,additional_images,additional_attributes,qty,is_in_stock,"
    "manage_stock,use_config_manage_stock,configurable_variations,associated_skus\n"
)


def magento(**told):
    usual = {
        "product_type": "simple",
        "product_online": "1",
        "visibility": "Catalog, Search",
        "is_in_stock": "1",
        "name": told["sku"],
    }
    values = {**usual, **told}
    return ",".join('"' + values.get(name, "").replace('"', '""') + '"' for name in MAGENTO.strip().split(",")) + "\n"


async def test_magento_s_simple_products_of_a_configurable_one_are_its_group(shelf):
    alone = "Not Visible Individually"
    rows = [
        magento(sku="B-S", visibility=alone, price="30", qty="4", additional_attributes="size=S,note=soft, warm,has_options=0", url_key="b-s"),
        magento(sku="B-M", visibility=alone, price="25", qty="0", is_in_stock="0", additional_attributes="size=M"),
        magento(sku="B", product_type="configurable", name="Bag", price="", qty="0", description="<p>Big</p>", url_key="bag",
                categories="Default Category/Gear/Bags,Default Category/Sale\\/Out,Default Category", base_image="/b/b.jpg",
                additional_images="b/2.jpg,no_selection", additional_attributes="manufacturer=Luma,climate=Cool|Windy,has_options=1",
                configurable_variations="sku=B-S,size=S|sku=B-M,size=M|sku=GONE,size=L"),
        magento(sku="C", price="10", special_price="8", special_price_from_date="1/1/20, 12:00 AM", special_price_to_date=BEFORE.strftime("%-m/%-d/%y"),
                qty="5", manage_stock="0", use_config_manage_stock="0"),
        magento(sku="D", price="10", special_price="8", special_price_from_date="2020-01-01 00:00:00", product_online="2", qty="5"),
        magento(sku="SET", product_type="grouped", associated_skus="C=1.0000,D=2.0000"),
        magento(sku="C", store_view_code="french", name="Sac", price=""),
    ]  # fmt: skip
    report, found, refused = await shelf("x", MAGENTO + "".join(rows))
    assert (report.format, report.added) == ("Magento's CSV", 6)
    bag, small = found["B"], found["B-S"]
    assert (bag["price"], bag["available"], bag["quantity"], bag["group_id"], bag["hidden"]) == (3000, True, 4, "B", False)
    assert (bag["brand"], bag["attributes"]) == ("Luma", {"climate": ["Cool", "Windy"]})
    assert bag["category_ids"] == ["gear/bags", "sale-out"]
    assert bag["image_urls"] == ["/media/catalog/product/b/b.jpg", "/media/catalog/product/b/2.jpg"]
    assert (small["group_id"], small["hidden"], small["page_url"], small["brand"]) == ("B", True, "/bag.html", "Luma")
    assert small["attributes"] == {"size": ["S"], "note": ["soft, warm"]}
    assert (found["C"]["sale"], found["C"]["quantity"], found["D"]["sale"], found["D"]["hidden"]) == (None, None, 800, True)
    assert (found["SET"]["price"], found["SET"]["group_id"], found["C"]["group_id"]) == (1000, None, None)
    assert [(row["line"], row["code"]) for row in refused] == [(8, "STORE_VIEW")]


async def test_google_s_retail_api_tells_variants_and_what_they_inherit(shelf):
    primary = {
        "name": "projects/1/locations/global/catalogs/c/branches/0/products/p", "id": "p", "title": "Sock", "brands": ["Bird"],
        "categories": ["Wear > Socks", "Sale"], "uri": "https://shop.example/p", "images": [{"uri": "https://x.example/1.jpg"}],
        "priceInfo": {"price": 8, "originalPrice": 10.5, "currencyCode": "EUR"}, "availability": "OUT_OF_STOCK",
        "attributes": {"material": {"text": ["wool"]}, "year": {"numbers": [2024]}}, "colorInfo": {"colorFamilies": ["Red"]},
        "rating": {"averageRating": 4.5, "ratingCount": 12}, "tags": ["new"],
    }  # fmt: skip
    variant = {"id": "v", "type": "VARIANT", "primaryProductId": "p", "title": "Sock, 41", "sizes": ["41"], "priceInfo": {"price": "8"},
               "availability": "IN_STOCK", "availableQuantity": 3,
               "attributes": [{"key": "material", "value": {"text": ["silk"]}}]}  # fmt: skip
    broken = {"id": "x", "title": "X", "priceInfo": "free"}
    report, found, refused = await shelf("x", "\n".join(map(json.dumps, (variant, primary, broken))))
    assert (report.format, report.added) == ("Google's Retail API", 2)
    assert (found["p"]["price"], found["p"]["sale"], found["p"]["available"], found["p"]["group_id"]) == (1050, 800, False, "p")
    assert found["p"]["attributes"] == {"material": ["wool"], "year": [2024], "color": ["Red"], "tags": ["new"]}
    assert (found["v"]["group_id"], found["v"]["brand"], found["v"]["category_ids"]) == ("p", "Bird", ["wear/socks", "sale"])
    assert (found["v"]["attributes"], found["v"]["quantity"]) == ({"material": ["silk"], "size": ["41"]}, 3)
    assert [(row["line"], row["field"], row["code"]) for row in refused] == [(3, "priceInfo", "BAD_VALUE")]
    array, *_ = await shelf("y", json.dumps([primary, variant], indent=1))
    assert (array.rows, array.changed, array.unchanged) == (2, 0, 2)


async def test_shopify_s_json_says_what_its_csv_says(shelf):
    product = {
        "id": 7, "handle": "cap", "title": "Cap", "body_html": "<p>Warm</p>", "vendor": "Nord", "product_type": "Hats", "tags": "a, b",
        "status": "active", "published_at": "2025-01-01T00:00:00Z", "options": [{"name": "Size", "values": ["S", "M"]}],
        "variants": [
            {"price": "10.00", "compare_at_price": "12.00", "sku": "C-S", "option1": "S", "inventory_management": "shopify", "inventory_quantity": 0, "inventory_policy": "deny"},
            {"price": "11.00", "sku": "C-M", "option1": "M", "inventory_management": "shopify", "inventory_quantity": 4, "inventory_policy": "deny"},
        ],
        "images": [{"src": "https://x.example/1.jpg", "position": 1}, {"src": "https://x.example/2.jpg"}, {"src": "https://x.example/3.jpg"}],
    }  # fmt: skip
    draft = {**product, "handle": "draft", "status": "draft", "published_at": None}
    shown = {"id": 9, "handle": "shown", "title": "Shown", "tags": ["x"], "options": [], "images": [],
             "variants": [{"price": "5.00", "available": True}, {"price": "4.00", "available": False}]}  # fmt: skip
    report, found, _ = await shelf("x", json.dumps({"products": [product, draft, shown]}))
    assert (report.format, report.rows, report.added) == ("Shopify's JSON", 3, 3)
    cap = found["cap"]
    assert (cap["price"], cap["sale"], cap["available"], cap["quantity"], cap["brand"]) == (1100, None, True, 4, "Nord")
    assert cap["attributes"] == {"tags": ["a", "b"], "size": ["S", "M"], "sku": ["C-S", "C-M"]}
    assert cap["image_urls"] == [f"https://x.example/{n}.jpg" for n in (1, 2, 3)]
    assert (found["draft"]["hidden"], cap["hidden"]) == (True, False)
    assert (found["shown"]["price"], found["shown"]["available"], found["shown"]["quantity"]) == (500, True, None)


async def test_a_list_of_shopitems_in_the_encoding_that_it_declares(shelf):
    text = (
        '<?xml version="1.0" encoding="windows-1250"?><SHOP>'
        "<SHOPITEM><ITEM_ID>a</ITEM_ID><PRODUCTNAME>Kůň</PRODUCTNAME><URL>https://x.example/a</URL><IMGURL>https://x.example/1.jpg</IMGURL>"
        "<IMGURL_ALTERNATIVE>https://x.example/2.jpg</IMGURL_ALTERNATIVE><PRICE_VAT>1 290,50</PRICE_VAT><MANUFACTURER>Hurá</MANUFACTURER>"
        "<CATEGORYTEXT>Heureka.cz | Hračky | Koně</CATEGORYTEXT><EAN>123</EAN><ITEMGROUP_ID>g</ITEMGROUP_ID><DELIVERY_DATE>0</DELIVERY_DATE>"
        "<PARAM><PARAM_NAME>Barva</PARAM_NAME><VAL>bílá</VAL></PARAM><PARAM><PARAM_NAME>Barva</PARAM_NAME><VAL>černá</VAL></PARAM></SHOPITEM>"
        "<SHOPITEM><ITEM_ID>b</ITEM_ID><PRODUCT>B</PRODUCT><PRICE_VAT>10</PRICE_VAT><IN_STOCK>0</IN_STOCK><DELIVERY_DATE>0</DELIVERY_DATE></SHOPITEM>"
        "<SHOPITEM><ITEM_ID>c</ITEM_ID><PRODUCT>C</PRODUCT><DELIVERY_DATE>3</DELIVERY_DATE></SHOPITEM></SHOP>"
    )
    report, found, refused = await shelf("x", text.encode("windows-1250"))
    assert (report.format, report.added) == ("a list of SHOPITEMs", 2)
    horse = found["a"]
    assert (horse["title"], horse["brand"], horse["price"], horse["group_id"]) == ("Kůň", "Hurá", 129050, "g")
    assert horse["category_ids"] == ["hračky/koně"]
    assert horse["attributes"] == {"gtin": ["123"], "Barva": ["bílá", "černá"]}
    assert (horse["available"], found["b"]["available"]) == (True, False)
    assert [(row["line"], row["field"], row["code"]) for row in refused] == [(3, "price", "MISSING")]


async def test_map_still_reads_any_of_these_files_by_its_columns(shelf):
    rows = woo(ID="1", Type="simple", SKU="S", Regular_price="10", Name="Cup")
    report, found, _ = await shelf("x", WOO + rows, columns={"product_id": "SKU", "price": "Regular price", "title": "Name"})
    assert (report.format, list(found)) == ("a catalog", ["S"])
