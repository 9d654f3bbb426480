"""What is written in a length or a way that no number, price or moment has is refused, at once, and of its row alone."""

import time

import pytest

from gateway.domain import device, semver
from gateway.domain.plain_text import plain_text
from gateway.domain.told import ToldMoney
from gateway.errors import BadInput
from gateway.feeds import amounts, segment, texts
from gateway.feeds.ga4 import hear_payload
from gateway.feeds.heard import Home, price
from gateway.feeds.refusals import Unusable
from tests.feeds.test_attacks import rows
from tests.feeds.test_segment import NOW, hear, track

HOME = Home({"se": "SEK"}, "se")
HUGE = [piece * 50_000 for piece in ("1", "1,", "1 ", "a", "(")] + ["EUR " + "1" * 50_000, "1" * 41]

AT_ONCE = (
    10  # seconds of a processor: looking again and again takes minutes, looking for garbage after a long run a second or two
)


@pytest.mark.parametrize("told", HUGE, ids=range(len(HUGE)))
def test_a_text_longer_than_any_number_is_refused_before_any_pattern_reads_it(told):
    began = time.process_time()
    readers = (amounts.number, amounts.positive, amounts.whole, amounts.truth, texts.moment)
    for read in (*readers, lambda text, field: amounts.money(text, "EUR", field)):
        with pytest.raises(Unusable) as wrong:
            read(told, "price")
        assert len(wrong.value.refusal.message) < 200
        if read is not amounts.whole:
            assert wrong.value.refusal.code == "TOO_LONG"
            assert "at most 40" in wrong.value.refusal.message
    assert amounts.currency_of(told) is None
    assert time.process_time() - began < AT_ONCE


def test_the_longest_price_that_anyone_writes_is_read():
    assert amounts.money("19." + "9" * 33 + " EUR", "EUR").minor_units == 2000


def test_any_number_of_blanks_between_addresses_is_read_at_once():
    began = time.process_time()
    blanks = " " * 100_000
    assert texts.addresses(f"/a.jpg{blanks}x{blanks},{blanks}/b.jpg") == [f"/a.jpg{blanks}x", "/b.jpg"]
    assert texts.addresses(" ,/a , , https://b/1,2;/c|HTTP://d") == ["/a ,", "https://b/1,2", "/c", "HTTP://d"]
    assert time.process_time() - began < AT_ONCE


@pytest.mark.parametrize("mark", ["<!--", "<![CDATA[", "<a b='", '<a b="', "<a ", "<a b", "<![x", "</a ", "<?"])
@pytest.mark.parametrize("end", ["", ">", "<p>"])
def test_html_whose_marks_never_end_is_read_at_once(mark, end):
    began = time.process_time()
    assert plain_text(f"<p>Oak</p>{mark * 100_000}{end}").startswith("Oak")
    assert time.process_time() - began < AT_ONCE


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("<p>a<![endif]--><p>b", "a\n\nb"),
        ("<p>a<![x y]>b</p>", "ab"),
        ("<p>a<![CDATA[x > y]]>b</p>", "ab"),
        ("<p>a &amp; b <c", "a & b <c"),
        ("<p>a &am", "a &am"),
        ("<p>a<script>steal()", "a"),
        ("<p>a <!-- b <i>c</i>", "a <!-- b c"),
    ],
)
def test_odd_html_keeps_its_words(told, words):
    assert plain_text(told) == words


def test_nothing_long_is_remembered():
    for remembered in (device._device_of, semver._known):
        remembered.cache_clear()
    device.device_of("Mozilla/5.0 (Windows NT 10.0) " + "x" * 100_000)
    device.device_of("Mozilla/5.0 (Windows NT 10.0) " + "x" * 200_000)
    assert device._device_of.cache_info().currsize == 1
    assert semver.sorted_as("1." + "0" * 100_000).startswith("    1-")
    assert semver.sorted_as("1.2.3") == "    1-    2-    3-~"
    assert semver._known.cache_info().currsize == 1


@pytest.mark.parametrize("told", ["1.299", "1,299", "1.299 SEK", "SEK 1,299", "-12.500", "999.000"])
def test_a_single_mark_before_three_digits_could_be_either_and_is_refused_saying_what_would_be_right(told):
    with pytest.raises(Unusable, match=r"could be -?\d+ or -?\d+\.\d{3}0: write which") as wrong:
        amounts.money(told, "SEK")
    assert wrong.value.refusal.code == "NO_PRICE"


@pytest.mark.parametrize(
    ("told", "currency", "minor"),
    [
        ("1.2990", "SEK", 130),
        ("1.299,00", "SEK", 129900),
        ("1.299.000", None, None),
        ("1 299", "SEK", 129900),
        ("1299.000", "SEK", 129900),
        ("0.299", "SEK", 30),
        ("1.299", "KWD", 1299),
        ("12.500 KWD", "KWD", 12500),
    ],
)
def test_what_can_be_read_in_one_way_only_is_read(told, currency, minor):
    if currency is None:
        with pytest.raises(Unusable, match="is no price"):
            amounts.money(told, "SEK")
    else:
        assert amounts.money(told, currency).minor_units == minor


def test_a_number_of_json_is_never_in_doubt():
    assert price(1.299, "SEK") == ToldMoney(130, "SEK")
    assert price(12.125, "SEK") == ToldMoney(1213, "SEK")
    with pytest.raises(Unusable):
        price("1.299", "SEK")


async def test_a_number_of_a_json_feed_is_never_in_doubt_and_a_text_is(bring, tmp_path):
    path = tmp_path / "products.jsonl"
    regions = '[{"region": "north", "price": 1.125}]'
    rows = [f'{{"id": "a", "title": "A", "price": 1.299, "regions": {regions}}}', '{"id": "b", "title": "B", "price": "1.299"}']
    path.write_text("\n".join(rows))
    report = await bring.catalog(path)
    assert (report.added, report.refused, report.reasons) == (1, 1, {"price: NO_PRICE": 1})


@pytest.mark.parametrize(
    "clock",
    [
        {"timestamp": "0001-01-01T00:00:00Z", "sentAt": "9999-12-31T00:00:00Z"},
        {"timestamp": "0001-01-01T00:00:00+14:00"},
        {"timestamp": "9999-12-31T23:59:59-14:00"},
        {"sentAt": "9999-12-31T23:59:59-00:01"},
        {"timestamp": "2026-01-01T00:00:00" + "0" * 100_000},
    ],
)
def test_clocks_further_apart_than_the_calendar_are_a_fault_of_their_call(clock):
    [refusal] = [said.told for said in segment.hear({**track("Product Viewed", product_id="boot"), **clock}, HOME, NOW).said]
    assert refusal.code in ("OUT_OF_RANGE", "TOO_LONG")
    assert len(refusal.message) < 200


def test_a_clock_far_ahead_without_a_moment_of_its_own_says_nothing():
    [told] = hear({**track("Product Viewed", product_id="boot"), "sentAt": "9999-12-31T23:59:59Z"})
    assert told.time is None


@pytest.mark.parametrize("ends", ["9999-12-31", "9999-12-31T23:59:59Z"])
async def test_a_sale_that_ends_on_the_last_day_of_the_calendar_holds(bring, tmp_path, ends):
    path = tmp_path / "products.csv"
    path.write_text(f"id,title,price,sale_price,sale_from,sale_to\na,A,10,5,2020-01-01,{ends}\n")
    assert (await bring.catalog(path)).added == 1
    assert await bring.rows("select sale_price_minor from product_market") == [{"sale_price_minor": 500}]


def twice(*items):
    event = {"name": "add_to_cart", "params": {"currency": "SEK", "items": list(items)}}
    [(_, heard)] = hear_payload({"client_id": "1.2", "timestamp_micros": 1_700_000_000_000_000, "events": [event]}, HOME)
    return [said.told.id for said in heard.said]


def test_the_same_item_twice_is_two_events_and_told_again_the_same_two():
    items = [
        {"item_id": "boot"},
        {"item_id": "boot"},
        {"item_id": "boot", "quantity": 2},
        {"item_id": "boot", "item_variant": "L"},
    ]
    assert len(set(twice(*items))) == 4
    assert twice(*items) == twice(*items)
    assert set(twice(*items)) == set(twice(*reversed(items)))
    assert twice({"item_id": "boot"}) == twice(*items)[:1]


@pytest.mark.parametrize("entity", ["nbsp", "eacute"])
def test_an_entity_that_nobody_declared_is_named_with_its_line(tmp_path, entity):
    path = tmp_path / "feed.xml"
    path.write_text(f"<rss><channel>\n<item><id>1</id>\n<title>a&{entity};b</title></item></channel></rss>")
    with pytest.raises(BadInput, match=f"&{entity}; on line 3 is no entity of XML.*write the character itself"):
        rows(path)
