"""Who hides a product and who shows it again: rows may hide, and show what rows hid; what the shop hid stays until the shop shows it."""

import json
from dataclasses import replace

import pytest

from gateway.domain.catalog import ProductId
from gateway.store.shelving import Shelving
from tests.feeds.test_dialects import WOO, woo
from tests.feeds.test_shop_systems import MAGENTO, magento

SHOPIFY = "Handle,Title,Variant Price,Option1 Name"


def shopify(status, published):
    return f"{SHOPIFY},Status,Published\na,A,10,Title,{status},{published}\n"


def woocommerce(published, visible):
    return WOO + woo(ID="a", Type="simple", Regular_price="10", Published=published, Visibility_in_catalog=visible)


def in_magento(online, visibility):
    return MAGENTO + magento(sku="a", price="10", product_online=online, visibility=visibility)


def shopify_json(**told):
    return json.dumps([{"handle": "a", "title": "A", "options": [], "images": [], "variants": [{"price": "10"}], **told}])


def shopitem(visibility):
    return (
        f"<SHOP><SHOPITEM><ITEM_ID>a</ITEM_ID><PRODUCTNAME>A</PRODUCTNAME><PRICE_VAT>10</PRICE_VAT>{visibility}</SHOPITEM></SHOP>"
    )


def plain(status):
    return f"id,title,price,status\na,A,10,{status}\n"


DIALECTS = {
    "shopify": (f"{SHOPIFY}\na,A,10,Title\n", shopify("active", "true"), shopify("draft", "true")),
    "shopify published": (shopify("", ""), shopify("", "TRUE"), shopify("active", "FALSE")),
    "shopify json": (
        shopify_json(),
        shopify_json(status="active", published_at="2024-01-01"),
        shopify_json(status="draft", published_at="2024-01-01"),
    ),
    "woocommerce": (woocommerce("", ""), woocommerce("1", "visible"), woocommerce("0", "visible")),
    "woocommerce visibility": (woocommerce("", ""), woocommerce("", "search"), woocommerce("1", "hidden")),
    "magento": (in_magento("", ""), in_magento("1", "Catalog, Search"), in_magento("2", "Catalog, Search")),
    "magento visibility": (in_magento("", ""), in_magento("", "Catalog"), in_magento("", "Not Visible Individually")),
    "shopitem": (shopitem(""), shopitem("<VISIBILITY>1</VISIBILITY>"), shopitem("<VISIBILITY>0</VISIBILITY>")),
    "plain": (plain(""), plain("active"), plain("draft")),
}


@pytest.fixture(params=DIALECTS.values(), ids=DIALECTS.keys())
def said(request):
    """A file that says nothing of whether `a` is hidden, one that shows it, one that hides it."""
    return request.param


@pytest.fixture
def told(shelf):
    """Whether `a` is hidden once a file is imported; the dry run before it said the same."""

    async def take(content, **more):
        before, *_ = await shelf("feed", content, rehearse=True, **more)
        after, found, _ = await shelf("feed", content, **more)
        assert (before.added, before.changed, before.unchanged) == (after.added, after.changed, after.unchanged)
        again, *_ = await shelf("feed", content, **more)
        assert (again.changed, again.unchanged) == (0, 1)
        return found["a"]["hidden"]

    return take


@pytest.fixture
def by_hand(bring):
    """The shop itself hides or shows `a`."""

    async def change(*, hidden):
        await Shelving(bring.stores.db).change(
            bring.tenant.tenant_id, [ProductId("a")], lambda there: [replace(there["a"], hidden=hidden)]
        )

    return change


async def test_what_the_shop_hid_no_file_shows_and_the_shop_does(said, told, by_hand):
    nothing, shows, hides = said
    assert not await told(nothing)
    await by_hand(hidden=True)
    assert [await told(each) for each in (nothing, shows, hides, shows, nothing)] == [True] * 5
    await by_hand(hidden=False)
    assert not await told(nothing)
    assert not await told(shows)


async def test_what_a_row_hid_a_row_shows_and_silence_does_not(said, told):
    nothing, shows, hides = said
    assert await told(hides)
    assert await told(nothing)
    assert not await told(shows, feed="another")
    assert await told(hides, feed="another")
    assert not await told(shows)
    assert not await told(nothing)


async def test_what_a_row_hid_and_the_shop_then_too_only_the_shop_shows(said, told, by_hand):
    _, shows, hides = said
    assert await told(hides)
    await by_hand(hidden=None)
    assert not await told(shows)
    assert await told(hides)
    await by_hand(hidden=True)
    assert await told(shows)


async def test_what_a_full_file_hid_comes_back_unless_its_row_hides_it(said, told, bring, tmp_path):
    nothing, shows, hides = said
    other = tmp_path / "other.csv"
    other.write_text("id,title,price\nother,Other,10\n")
    assert not await told(shows)
    for content, hidden in ((nothing, False), (hides, True), (shows, False)):
        report = await bring.catalog(other, market="de", max_hidden=1.0)
        assert report.hidden == 1
        assert await told(content) == hidden
        if hidden:
            assert not await told(shows)


async def test_a_variation_is_hidden_with_its_parent_and_silent_where_both_are(shelf):
    def family(whole, part):
        return (
            WOO
            + woo(ID="1", Type="variable", SKU="W", Published=whole, Visibility_in_catalog="")
            + woo(ID="2", Type="variation", SKU="P", Parent="W", Regular_price="5", Published=part, Visibility_in_catalog="")
        )

    for whole, part, hidden in (("", "", False), ("0", "", True), ("", "", True), ("", "1", False), ("1", "0", True)):
        _, found, _ = await shelf("feed.csv", family(whole, part))
        assert found["2"]["hidden"] == hidden
