"""Files that are odd in their shape: what is said of them is short, and names what would be right by the file's own words."""

import json
from pathlib import Path

import duckdb
import pytest

from gateway.errors import BadInput
from gateway.feeds.columns import CATALOG, map_columns
from gateway.feeds.rows import check_width, distinct
from gateway.feeds.source import open_source
from tests.feeds.test_dialects import WOO, woo
from tests.feeds.test_shop_systems import MAGENTO, magento

TOO_WIDE = r"has more than 3,000 different names of columns; .* belong into one column, such as attributes"


def unlike(products, names):
    """Products of which each has names of its own."""
    return [{"ITEM_ID": str(n), **{f"own{n}_{m}": "x" for m in range(names)}} for n in range(products)]


def as_xml(things):
    items = ("".join(f"<{name}>{value}</{name}>" for name, value in told.items()) for told in things)
    return "<SHOP>" + "".join(f"<SHOPITEM>{item}</SHOPITEM>" for item in items) + "</SHOP>"


@pytest.mark.parametrize(
    "content",
    [
        as_xml(unlike(200, 20)),
        json.dumps(unlike(200, 20)),
        "\n".join(map(json.dumps, unlike(200, 20))),
        ",".join(f"c{n}" for n in range(3_001)) + "\n" + "," * 3_000 + "\n",
        ",".join(["same"] * 3_001) + "\n",
    ],
    ids=["xml", "json", "ndjson", "csv", "csv of one name"],
)
def test_a_file_of_thousands_of_columns_is_refused_with_what_would_be_right(tmp_path, content):
    path = tmp_path / "wide"
    path.write_text(content)
    with pytest.raises(BadInput, match=TOO_WIDE):
        open_source(path)


def test_so_is_a_wide_parquet_file(tmp_path):
    path = tmp_path / "wide.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy (select {','.join(f'1 as c{n}' for n in range(3_001))}) to '{path}' (format parquet)")
    with pytest.raises(BadInput, match=TOO_WIDE):
        open_source(path)


def test_names_are_counted_no_further_than_there_may_be():
    names = (str(n) for n in range(10**9))
    with pytest.raises(BadInput, match=TOO_WIDE):
        distinct(Path("f"), names)
    assert next(names) == "3001"


def test_three_thousand_columns_are_taken(tmp_path):
    check_width(Path("f"), 3_000)
    path = tmp_path / "wide"
    path.write_text(as_xml(unlike(149, 20)))
    source = open_source(path)
    assert (len(source.columns), sum(1 for _ in source.rows())) == (149 * 20 + 1, 149)


def test_a_message_names_twenty_columns_and_counts_the_others():
    with pytest.raises(BadInput) as refused:
        map_columns([f"c{n}" for n in range(1_000_000)], CATALOG, {}, ("price",))
    assert "the file has " + ", ".join(f"c{n}" for n in range(20)) + " and 999,980 more. " in refused.value.message
    with pytest.raises(BadInput, match=r"the file has x{60}, b\. A catalog needs prices"):
        map_columns(["x" * 10_000, "b"], CATALOG, {}, ("price",))
    with pytest.raises(BadInput, match="it has no columns"):
        map_columns([], CATALOG, {"price": "cost"}, ("price",))


@pytest.mark.parametrize(
    "start",
    [
        "<!--" + "x" * 1_100_000 + "-->",
        "<!-- short -->" * 80_000,
        "<?xml version='1.0'?>" + " " * 1_100_000,
        "<?x " + "y" * 1_100_000 + "?>",
    ],
    ids=["a comment", "comments", "white space", "an instruction"],
)
def test_xml_that_begins_too_late_says_so(tmp_path, start):
    path = tmp_path / "late.xml"
    path.write_text(start + as_xml([{"ITEM_ID": "a"}]))
    with pytest.raises(BadInput, match=r"no element begins in the first 1,000,000 characters, only comments .* take them out"):
        open_source(path)


def test_a_comment_that_is_not_too_long_is_passed_over(tmp_path):
    path = tmp_path / "soon.xml"
    path.write_text("<!--" + "x" * 900_000 + "-->" + as_xml([{"ITEM_ID": "a"}]))
    assert open_source(path).columns == ("ITEM_ID",)


def shopitem(item_id, name):
    return as_xml(
        [{"ITEM_ID": item_id, "PRODUCTNAME": name, "PRICE_VAT": "10"}, {"ITEM_ID": "b", "PRODUCTNAME": "B", "PRICE_VAT": "1"}]
    )


RETAIL = '{{"id": "{}", "title": "{}", "priceInfo": {{"price": 1, "currencyCode": "EUR"}}}}\n'
GOOGLE = "id\ttitle\tlink\timage_link\tavailability\tprice\n{}\t{}\t/a\t/a.png\tin_stock\t10 EUR\n"
FILES = {
    "ITEM_ID": shopitem("", "A"),
    "PRODUCTNAME": shopitem("a", ""),
    "ID": WOO + woo(ID="", Type="simple", Name="A", Regular_price="10"),
    "Name": WOO + woo(ID="a", Type="simple", Name="", Regular_price="10"),
    "sku": MAGENTO + magento(sku="", name="A", price="10"),
    "name": MAGENTO + magento(sku="a", name="", price="10"),
    "id": RETAIL.format("", "A"),
    "title": RETAIL.format("a", ""),
    "id ": GOOGLE.format("", "A"),
    "product_id": "id,title,price\n,A,10\n",
    "title ": "id,title,price\na,,10\n",
}


@pytest.mark.parametrize(("name", "content"), FILES.items(), ids=FILES.keys())
async def test_what_is_missing_is_named_by_the_file_s_own_word(shelf, name, content):
    _, _, refused = await shelf("feed", content)
    [row] = refused
    name = name.strip()
    assert (row["field"], row["code"]) == (name, "MISSING")
    assert row["reason"] == f"has no {name}; a product needs an id and a title"
