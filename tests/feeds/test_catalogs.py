"""Catalogs come in: only what differs is written, and what cannot be used is said, row by row."""

import json
from pathlib import Path

import pytest

from gateway.errors import BadInput
from tests.conftest import DATA, needs_data

HEADER = "id,title,price,sale_price,brand,category,image_link,link,stock,description,colour,tags,availability\n"
CHAIR = 'c1,Chair,"1 299,00",,Åkessons,Home > Chairs,https://cdn.example/c.jpg,/p/c1,4,<p>Oak</p><p>and wool</p>,red;blue,"a, b",in stock\n'
TABLE = "t1,Table,500 SEK,400,,Home > Tables | Sale,javascript:alert(1),javascript:x,0,,,,\n"


def refused(report):
    return [json.loads(line) for line in Path(report.refused_file).read_text().splitlines()]


def write(tmp_path, content, name="feed.csv"):
    path = tmp_path / name
    path.write_text(content)
    return path


async def test_a_plain_catalog_comes_in_whole(bring, tmp_path):
    report = await bring.catalog(write(tmp_path, HEADER + CHAIR + TABLE))
    assert (report.rows, report.added, report.changed, report.unchanged, report.refused, report.categories) == (2, 2, 0, 0, 0, 4)
    chair, table = await bring.rows("select * from product order by product_id")
    assert chair["description"] == "Oak\n\nand wool"
    assert chair["attributes"] == {"tags": ["a", "b"], "color": ["red", "blue"]}
    assert (chair["category_ids"], table["category_ids"]) == (["home/chairs"], ["home/tables", "sale"])
    assert (table["image_urls"], table["page_url"]) == ([], None)
    assert sorted(note.split(" were")[0] for note in report.notes) == ["1 values of image_urls", "1 values of page_url"]
    offers = await bring.rows("select price_minor, sale_price_minor, available, quantity from product_market order by product_id")
    assert [tuple(offer.values()) for offer in offers] == [(129900, None, True, 4), (50000, 40000, False, 0)]


async def test_the_same_file_again_changes_nothing_and_a_new_price_one_product(bring, tmp_path):
    await bring.catalog(write(tmp_path, HEADER + CHAIR + TABLE))
    before = await bring.rows("select product_id, updated_at, xmin::text from product order by 1")
    again = await bring.catalog(write(tmp_path, HEADER + CHAIR + TABLE))
    assert (again.added, again.changed, again.unchanged, again.categories) == (0, 0, 2, 0)
    assert await bring.rows("select product_id, updated_at, xmin::text from product order by 1") == before
    cheaper = await bring.catalog(write(tmp_path, HEADER + CHAIR + TABLE.replace("500", "450")))
    assert (cheaper.added, cheaper.changed, cheaper.unchanged) == (0, 1, 1)


async def test_a_row_is_the_whole_product_and_the_report_says_what_went(bring, tmp_path):
    whole, sparse = tmp_path / "whole.csv", tmp_path / "sparse.csv"
    whole.write_text(
        "id,title,price,brand,image_link,category\nlamp,Lamp,10,Nord,/lamp.png,Light\nrug,Rug,20,Nord,/rug.png,Floor\n"
    )
    sparse.write_text("id,title,price\nlamp,Lamp,10\n")
    await bring.catalog(whole)
    report = await bring.catalog(sparse)
    assert report.changed == 1
    assert "the 1 changed have no description, brand, categories, image_urls, attributes" in report.notes[0]
    assert await bring.rows("select product_id, brand, image_urls from product order by 1") == [
        {"product_id": "lamp", "brand": None, "image_urls": []}, {"product_id": "rug", "brand": "Nord", "image_urls": ["/rug.png"]},
    ]  # fmt: skip
    assert (await bring.catalog(sparse)).notes == []


async def test_another_market_is_added_beside_the_first(bring, tmp_path):
    path = write(tmp_path, "id,title,price\na,A,10\n")
    await bring.catalog(path)
    report = await bring.catalog(path, market="de")
    assert (report.added, report.changed) == (0, 1)
    prices = await bring.rows("select market_id, price_minor from product_market order by 1")
    assert [tuple(price.values()) for price in prices] == [("de", 1000), ("se", 1000)]


async def test_rows_that_cannot_be_used_are_refused_one_by_one(bring, tmp_path):
    rows = [
        "ok,Good,1",
        "a,,1",
        ",B,1",
        "c,C,",
        "d,D,free",
        "e,E,5 EUR",
        "f,F,-1",
        f"{'g' * 257},G,1",
        "ok,Again,2",
        "h,<script>x</script>,1",
    ]
    report = await bring.catalog(write(tmp_path, "\n".join(["id,title,price", *rows])))
    assert (report.rows, report.added, report.refused) == (10, 1, 9)
    assert report.refused_file == str(tmp_path / "feed.csv.refused.ndjson")
    assert sorted((row["line"], row["field"], row["code"]) for row in refused(report)) == [
        (3, "title", "MISSING"),
        (4, "product_id", "MISSING"),
        (5, "price", "MISSING"),
        (6, "price", "NO_PRICE"),
        (7, "price", "OTHER_CURRENCY"),
        (8, "price", "NEGATIVE"),
        (9, "product_id", "TOO_LONG"),
        (10, "product_id", "REPEATED"),
        (11, "title", "MISSING"),
    ]
    assert all(row["reason"] for row in refused(report))


async def test_a_clean_run_removes_the_refusals_of_the_last(bring, tmp_path):
    await bring.catalog(write(tmp_path, "id,title,price\na,A,free\n"))
    assert (tmp_path / "feed.csv.refused.ndjson").exists()
    report = await bring.catalog(write(tmp_path, "id,title,price\na,A,1\n"))
    assert report.refused_file is None
    assert not (tmp_path / "feed.csv.refused.ndjson").exists()


async def test_sql_and_html_in_every_field_are_only_text(bring, tmp_path):
    evil = "'); drop table product; --"
    names = ["product_id", "title", "brand", "genre", "item_type", "group_id", "sku", "description", "category", "tags"]
    rows = [dict.fromkeys(names, evil) | {"price": "1", "quantity": "1"}]
    rows += [dict.fromkeys(names, "<b onload=x>bold</b>") | {"price": "1"}]
    report = await bring.catalog(write(tmp_path, "\n".join(json.dumps(row) for row in rows), "feed.ndjson"))
    assert (report.added, report.refused) == (2, 0)
    found = await bring.rows("select title, brand, genre, description from product order by title")
    assert [set(row.values()) for row in found] == [{evil}, {"bold"}]


async def test_markets_and_columns_that_are_not_clear_are_asked_for(bring, tmp_path):
    path = write(tmp_path, "id,title,price\na,A,1\n")
    with pytest.raises(BadInput, match="say --market; acme has de, se"):
        await bring.catalog(path, market=None)
    with pytest.raises(BadInput, match="it has de, se"):
        await bring.catalog(path, market="fr")
    with pytest.raises(
        BadInput, match="no column for price was recognised: say --map price=THEIRS; the file has id, title, cost"
    ):
        await bring.catalog(write(tmp_path, "id,title,cost\na,A,1\n"))
    with pytest.raises(BadInput, match="a header and no rows"):
        await bring.catalog(write(tmp_path, "id,title,price\n"))
    assert (await bring.catalog(write(tmp_path, "id,title,cost\na,A,1\n"), columns={"price": "cost"})).added == 1


SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,"
    "Image Src,Image Position,Variant Image,Status,Color (product.metafields.shopify.color-pattern)\n"
)
SHIRT = (
    'shirt,Shirt,<p>Soft</p>,Weavers,Apparel > Tops > Shirts,Shirts,"new, cotton",true,Size,S,S-1,shopify,0,deny,10.00,12.00,'
    "https://cdn.example/2.jpg,2,,active,red; blue\n"
    "shirt,,,,,,,,,M,S-2,shopify,3,deny,11.00,15.00,https://cdn.example/1.jpg,1,https://cdn.example/m.jpg,,\n"
    "shirt,,,,,,,,,,,,,,,,https://cdn.example/3.jpg,3,,,\n"
)
SOLD_OUT = '"cap" ,Cap,,,,,,true,Title,Default Title,C-1,shopify,-2,deny,5.00,,,,,draft,\n'
UNCOUNTED = "card,Gift card,,,,,,true,Title,Default Title,,,,,20.00,,,,,active,\n"


async def test_rows_of_one_handle_are_one_shopify_product(bring, tmp_path):
    report = await bring.catalog(write(tmp_path, SHOPIFY + SHIRT + SOLD_OUT + UNCOUNTED))
    assert (report.rows, report.added, report.refused) == (5, 3, 0)
    cap, card, shirt = await bring.rows(
        "select p.*, m.price_minor, m.sale_price_minor, m.available, m.quantity "
        "from product p join product_market m using (product_id) order by 2"
    )
    assert (shirt["price_minor"], shirt["sale_price_minor"], shirt["available"], shirt["quantity"]) == (1500, 1100, True, 3)
    assert shirt["image_urls"] == [f"https://cdn.example/{name}.jpg" for name in "123m"]
    assert shirt["category_ids"] == ["shirts", "apparel/tops/shirts"]
    assert shirt["attributes"] == {
        "tags": ["new", "cotton"], "size": ["S", "M"], "color": ["red", "blue"], "sku": ["S-1", "S-2"],
    }  # fmt: skip
    assert (cap["hidden"], cap["available"], cap["quantity"]) == (True, False, 0)
    assert (card["hidden"], card["available"], card["quantity"], card["attributes"]) == (False, True, None, {})


async def test_a_shopify_product_is_refused_with_all_its_rows(bring, tmp_path):
    report = await bring.catalog(write(tmp_path, SHOPIFY + SHIRT.replace("11.00", "eleven") + UNCOUNTED))
    assert (report.added, report.refused) == (1, 3)
    assert {(row["line"], row["field"], row["code"]) for row in refused(report)} == {
        (n, "Variant Price", "NO_PRICE") for n in (2, 3, 4)
    }


@needs_data
async def test_a_real_shopify_export_comes_in_and_changes_nothing_the_second_time(bring, tmp_path):
    path = tmp_path / "furniture.csv.gz"
    path.write_bytes((DATA / "catalog" / "furniture_shopify_4006products.csv.gz").read_bytes())
    first, second = await bring.catalog(path), await bring.catalog(path)
    assert (first.rows, first.added, first.refused) == (18244, 4006, 0)
    assert (second.added, second.changed, second.unchanged, second.refused, second.categories) == (0, 0, 4006, 0, 0)
    [told] = await bring.rows(
        "select count(*) as products, count(brand) as brands, sum(cardinality(image_urls)) as images, "
        "count(*) filter (where description like '%<p%' or description like '%&nbsp;%') as html from product"
    )
    assert told == {"products": 4006, "brands": 4006, "images": 18089, "html": 0}
