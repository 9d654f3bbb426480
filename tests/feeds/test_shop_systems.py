"""Magento, Google's Retail API, Shopify's JSON, lists of SHOPITEMs: what a shop that leaves one of them expects to find."""

import json

from tests.feeds.test_dialects import BEFORE

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
