"""What stands on the same shelf: a step up, and what to take instead."""

import math

import pytest

from gateway.domain.placement import StrategyName
from gateway.strategies.repertoire import load_repertoire
from tests import shop
from tests.rehearsed import Told, make_release
from tests.strategies.asking import departments, ids, page, scores

UPSELL, ALTERNATIVES = StrategyName.UPSELL, StrategyName.ALTERNATIVES
SHELVED = (UPSELL, ALTERNATIVES)
CHAIR = shop.product("chairs", 3)
PRICES = {told.product_id: told.price for told in shop.priced()}


@pytest.fixture
def priced(tmp_path):
    """A repertoire of products that read the same, by their prices; p0 is the first."""

    def make(*prices, **more):
        told = [Told(f"p{n}", "oak table", price=price, **{"categories": ["t"], **more}) for n, price in enumerate(prices)]
        make_release(tmp_path / "r", told)
        return load_repertoire(tmp_path / "r")

    return make


@pytest.mark.parametrize("name", SHELVED)
def test_only_the_products_own_category_is_looked_at(repertoire, name):
    found = repertoire.find(name, page(CHAIR), 500)
    assert departments(found) == {"chairs"}
    assert shop.HIDDEN not in ids(found)
    assert CHAIR not in ids(found)


def test_a_step_up_costs_a_tenth_more_to_twice_as_much(repertoire):
    ratios = [PRICES[i] / PRICES[CHAIR] for i in ids(repertoire.find(UPSELL, page(CHAIR), 500))]
    assert ratios
    assert all(1.1 <= ratio <= 2 for ratio in ratios)


def test_a_third_more_is_the_best_step(priced):
    found = scores(priced(100, 135, 120, 180, 250, 90, 105).find(UPSELL, page("p0"), 9))
    best = math.exp(-abs(math.log(1.35) - 0.3) / 0.3)
    fades = {f"p{n}": math.exp(-abs(math.log(ratio) - 0.3) / 0.3) / best for n, ratio in ((1, 1.35), (2, 1.2), (3, 1.8))}
    assert found == pytest.approx(fades, abs=2e-3)


def test_the_dearest_has_nothing_above_it(priced):
    assert priced(100, 135, 120).find(UPSELL, page("p1"), 9) == []


def test_a_step_up_needs_a_price_on_both_sides(priced):
    assert priced(100, 0, 135, 0).find(UPSELL, page("p1"), 9) == []


def test_instead_stands_what_costs_half_more_at_most_or_two_thirds(priced):
    found = priced(900, 1340, 1360, 610, 590, 900).find(ALTERNATIVES, page("p0"), 9)
    assert set(ids(found)) == {"p1", "p3", "p5"}


def test_instead_may_stand_what_has_no_price(priced):
    assert ids(priced(900, 0, 5000).find(ALTERNATIVES, page("p0"), 9)) == ["p1"]


@pytest.mark.parametrize("name", SHELVED)
def test_a_product_of_no_category_has_no_shelf(priced, name):
    assert priced(100, 120, 140, categories=[]).find(name, page("p0"), 9) == []


def test_a_hidden_product_has_alternatives_and_is_none(tmp_path):
    told = [Told(f"p{n}", "oak table", categories=["t"], price=100, showable=n > 0) for n in range(3)]
    make_release(tmp_path / "r", told)
    repertoire = load_repertoire(tmp_path / "r")
    assert set(ids(repertoire.find(ALTERNATIVES, page("p0"), 9))) == {"p1", "p2"}
    assert ids(repertoire.find(ALTERNATIVES, page("p1"), 9)) == ["p2"]


def test_a_product_nobody_has_seen_has_alternatives(repertoire):
    assert departments(repertoire.find(ALTERNATIVES, page(shop.COLD), 5)) == {"chairs"}
