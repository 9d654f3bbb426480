"""Other systems' formats, recognised by content: what a shop that leaves one of them expects to find."""

from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime.now(UTC)
SOON, BEFORE = (NOW + timedelta(days=9)).date(), (NOW - timedelta(days=9)).date()


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


async def test_map_still_reads_any_of_these_files_by_its_columns(shelf):
    rows = woo(ID="1", Type="simple", SKU="S", Regular_price="10", Name="Cup")
    report, found, _ = await shelf("x", WOO + rows, columns={"product_id": "SKU", "price": "Regular price", "title": "Name"})
    assert (report.format, list(found)) == ("a catalog", ["S"])
