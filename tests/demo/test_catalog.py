"""The example shop's catalog: large enough, believable, the same every time."""

import math
from collections import Counter
from statistics import median

import pytest

from gateway.demo.catalog import PRODUCTS, build_catalog, categories
from gateway.demo.shelves import DEPARTMENTS, SHELVES
from gateway.demo.shelves.palette import COLOURS, MATERIALS
from gateway.domain.catalog import CategoryTree

CATALOG = build_catalog()


def test_the_shop_has_thousands_of_products_on_a_few_dozen_shelves():
    assert len(CATALOG.items) == PRODUCTS >= 2000
    assert len(CATALOG.by_id) == PRODUCTS
    assert len(SHELVES) == 42
    assert set(Counter(item.shelf_id for item in CATALOG.items).values()) <= {PRODUCTS // 42, PRODUCTS // 42 + 1}


def test_the_same_seed_makes_the_same_shop():
    assert build_catalog().items == CATALOG.items
    assert build_catalog(seed=7).items != CATALOG.items


def test_a_smaller_shop_is_a_part_of_the_larger_one():
    small = build_catalog(100)
    assert len(small.items) == 100
    assert all(CATALOG.by_id[product_id] == item for product_id, item in small.by_id.items())


def test_every_product_stands_in_its_shelf_and_its_department():
    tree = CategoryTree(categories())
    for item in CATALOG.items:
        shelf, department = item.entry.category_ids
        assert [c.category_id for c in tree.ancestors(shelf)] == [department]


def test_every_shelf_names_only_what_there_is():
    for shelf in SHELVES.values():
        assert set(shelf.goes_with) <= SHELVES.keys() - {shelf.shelf_id}
        assert set(shelf.colours) <= COLOURS.keys()
        assert set(shelf.materials) <= MATERIALS.keys()
        assert len(shelf.kinds) == 3
    assert len({b.name for d in DEPARTMENTS for b in d.brands}) == 35


@pytest.mark.parametrize(("market", "currency"), [("se", "SEK"), ("de", "EUR")])
def test_each_market_has_its_own_prices_sales_and_stock(market, currency):
    offers = [item.entry.offers[market] for item in CATALOG.items if market in item.entry.offers]
    assert len(offers) > 0.9 * PRODUCTS
    assert {offer.price.currency for offer in offers} == {currency}
    assert all(offer.sale_price is None or 0 < offer.sale_price.minor_units < offer.price.minor_units for offer in offers)
    assert 0.1 < sum(offer.sale_price is not None for offer in offers) / len(offers) < 0.3
    assert 0.02 < sum(not offer.available for offer in offers) / len(offers) < 0.09
    assert all(offer.available == bool(offer.quantity) for offer in offers)


def test_prices_spread_within_a_shelf_and_differ_between_shelves():
    prices = {
        shelf: [i.entry.offers["se"].price.minor_units for i in CATALOG.items if i.shelf_id == shelf and "se" in i.entry.offers]
        for shelf in ("sofas", "socks")
    }
    assert median(prices["sofas"]) > 30 * median(prices["socks"])
    assert all(max(each) > 2 * min(each) for each in prices.values())


def test_colours_of_one_model_share_a_group_and_a_name():
    groups: dict[str, list] = {}
    for item in CATALOG.items:
        groups.setdefault(item.entry.group_id, []).append(item.entry)
    several = [group for group in groups.values() if len(group) > 1]
    assert len(several) > 500
    for group in several:
        assert len({entry.attributes["colour"][0] for entry in group}) == len(group)
        assert len({(entry.title.rpartition(",")[0], entry.brand, entry.item_type) for entry in group}) == 1


def test_every_product_is_called_something_in_three_languages():
    for item in CATALOG.items:
        titles = {item.entry.title, *(words.title for words in item.entry.wordings.values())}
        assert item.entry.wordings.keys() == {"sv-SE", "de-DE"}
        assert all(titles)
    assert sum(i.entry.title != i.entry.wordings["de-DE"].title for i in CATALOG.items) > 0.98 * PRODUCTS


def test_ratings_are_believable():
    rated = [item.entry for item in CATALOG.items if item.entry.rating is not None]
    assert all(1 <= entry.rating <= 5 and entry.review_count > 0 for entry in rated)
    assert 0 < PRODUCTS - len(rated) < 0.15 * PRODUCTS
    assert 3.9 < math.fsum(entry.rating for entry in rated) / len(rated) < 4.5
