"""Numbers, prices, addresses and texts as feeds write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain import harmless
from gateway.domain.catalog import Money
from gateway.domain.currency import exponent, in_units
from gateway.domain.plain_text import plain_text
from gateway.errors import BadInput
from gateway.feeds import amounts, texts
from gateway.feeds.columns import CATALOG, EVENTS, map_columns, read_pairs
from gateway.feeds.refusals import Unusable
from gateway.feeds.shelves import read_shelves


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("19.99", "EUR", 1999),
        ("19,99", "EUR", 1999),
        ("1,299.00", "USD", 129900),
        ("1 299.50", "SEK", 129950),
        ("1 299,00", "SEK", 129900),
        ("1.299,00", "EUR", 129900),
        ("19.99 EUR", "EUR", 1999),
        ("EUR 19.99", "EUR", 1999),
        ("eur19.99", "EUR", 1999),
        ("1500", "JPY", 1500),
        ("1.5", "KWD", 1500),
        ("2.5500000000000003", "GBP", 255),
        ("1e2", "GBP", 10000),
        ("-3", "GBP", -300),
        ("0.005", "GBP", 1),
    ],
)
def test_prices_become_the_smallest_unit_of_their_currency(text, currency, minor):
    assert amounts.money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("text", ["", "free", "1,299", "1.29,00", "NaN", "inf", "1e99", "12 34", "$5", "9" * 30, "' or 1=1 --"])
def test_what_is_no_price_is_refused(text):
    with pytest.raises(Unusable):
        amounts.money(text, "EUR")


def test_a_price_in_another_currency_is_refused():
    with pytest.raises(Unusable, match="EUR, the market's currency"):
        amounts.money("5 USD", "EUR")


@given(st.integers(-(10**11), 10**11), st.sampled_from(["JPY", "EUR", "KWD", "CLF"]))
def test_a_price_written_out_is_read_back(minor, currency):
    price = Money(minor, currency)
    assert amounts.money(f"{in_units(price):f}", currency) == price
    assert in_units(price) == Decimal(minor) / 10 ** exponent(currency)


@pytest.mark.parametrize(("text", "value"), [("7", 7), ("-3", -3), ("3.0", 3), ("1 000", 1000)])
def test_whole_numbers(text, value):
    assert amounts.whole(text, "quantity") == value


@pytest.mark.parametrize("text", ["1.5", "1,000", "two", "1e99", "9" * 40, "-"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(Unusable):
        amounts.whole(text, "quantity")


@pytest.mark.parametrize(("text", "value"), [("in stock", True), ("TRUE", True), ("out_of_stock", False), ("0", False)])
def test_truths_in_the_words_of_feeds(text, value):
    assert amounts.truth(text, "available") is value


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("https://cdn.example/a.jpg?v=1", "https://cdn.example/a.jpg?v=1"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("/images/a b.jpg", "/images/a%20b.jpg"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/\\evil.example", None),
        ("ftp://example/a", None),
        ("a.jpg", None),
    ],
)
def test_only_web_addresses_and_paths_are_kept(told, url):
    assert harmless.address(told) == url


def test_several_addresses_in_one_text_are_told_apart():
    assert texts.addresses("https://a/1,2.jpg, https://a/3.jpg|/x.png") == ["https://a/1,2.jpg", "https://a/3.jpg", "/x.png"]


def test_html_becomes_text_with_its_paragraphs():
    told = "<p>Solid&nbsp;oak &amp; <b>steel</b></p><script>steal()</script><style>p{}</style><ul><li>One<li>Two</ul><p>End</p>"
    assert plain_text(told) == "Solid oak & steel\n\nOne\nTwo\n\nEnd"


@pytest.mark.parametrize("told", ["5 < 6 and 7 > 3", "Robert'); drop table product; --", "a & b", "<3"])
def test_text_that_is_no_html_stays(told):
    assert plain_text(told) == told


@given(st.text())
def test_no_text_is_too_odd_for_the_reader(told):
    assert "<script" not in plain_text(f"<p>{told}</p><script>x</script>").lower() or "<script" in told.lower()


def test_paths_become_categories_with_parents():
    [[top, below]] = read_shelves("Möbel & Wohnen > Sofas")
    assert (top.category_id, top.name, top.parent_id) == ("möbel-wohnen", "Möbel & Wohnen", None)
    assert (below.category_id, below.parent_id) == ("möbel-wohnen/sofas", "möbel-wohnen")
    assert read_shelves(" > ") == []
    assert [shelf[-1].category_id for shelf in read_shelves('["A > B", [{"id": "x", "name": "X", "parent": "x"}]]')] == [
        "a/b",
        "x",
    ]


def test_columns_are_recognised_and_may_be_told():
    mapped = map_columns(["InvoiceNo", "StockCode", "InvoiceDate", "Country"], EVENTS, {"channel": "country"}, ["time"])
    assert mapped.places == {"order_id": 0, "product_id": 1, "time": 2, "channel": 3}
    assert map_columns(["sku", "Name", "price", "x"], CATALOG, {"attributes.x": "x"}, ["product_id"]).places == {
        "product_id": 0, "title": 1, "price": 2, "attributes.x": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"time": "when"}, "it has ts, item"),
        ({"tme": "ts"}, "ours are event_id"),
        ({}, "--map user_id=THEIRS; the file has ts, item"),
    ],
)
def test_an_unknown_or_missing_column_names_those_there_are(told, says):
    with pytest.raises(BadInput, match=says):
        map_columns(["ts", "item"], EVENTS, told, ["user_id"])


def test_pairs_are_written_with_an_equals_sign():
    assert read_pairs(["a=b, c=d", "e=f=g"], "--map") == {"a": "b", "c": "d", "e": "f=g"}
    with pytest.raises(BadInput, match="LEFT=RIGHT"):
        read_pairs(["a"], "--map")
