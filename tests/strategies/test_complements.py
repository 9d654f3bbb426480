"""What goes with something: also bought, the cart, what people bought in the end."""

from collections import Counter

import pytest

from gateway.domain.event import Event, OrderLine
from gateway.domain.page import PageContext
from gateway.domain.placement import StrategyName
from gateway.strategies.repertoire import load_repertoire
from gateway.strategies.strategy import Moment
from tests import shop
from tests.rehearsed import Told, make_release
from tests.strategies.asking import department, departments, ids, page, scores

S = StrategyName
CHAIR, LAMP, RUG = shop.product("chairs", 3), shop.product("lamps", 3), shop.product("rugs", 3)


def orders(*baskets):
    """An order each, and nothing else that anybody ever did."""
    return [
        Event("acme", f"o{n}", "purchase", shop.NEWEST, shop.Visitor(session_id=f"s{n}"), "SERVER", order_id=f"o{n}", lines=lines)
        for n, lines in enumerate(tuple(map(OrderLine, basket)) for basket in baskets)
    ]


@pytest.fixture
def of(tmp_path):
    """A repertoire of a few products, one letter each and a category a letter's case, from these baskets."""

    def make(products, *baskets):
        told = [Told(p, f"thing {p}", categories=["upper" if p.isupper() else "lower"]) for p in products]
        make_release(tmp_path / "r", told, orders(*baskets))
        return load_repertoire(tmp_path / "r")

    return make


def test_what_goes_with_a_chair_is_no_chair(repertoire):
    found = repertoire.find(S.ALSO_BOUGHT, page(CHAIR), 5)
    assert department(found[0].product_id) == "lamps"
    assert "chairs" not in departments(repertoire.find(S.ALSO_BOUGHT, page(CHAIR), 500))


def test_what_is_in_the_cart_just_added_or_ordered_is_a_seed_like_any_other(repertoire):
    line = (OrderLine(CHAIR),)
    for context in (PageContext(cart=line), PageContext(added_to_cart=line), PageContext(order=line)):
        for name in (S.ALSO_BOUGHT, S.CART):
            assert repertoire.find(name, Moment("se", context), 5) == repertoire.find(name, page(CHAIR), 5)


def test_a_cart_is_shown_two_products_of_a_category_at_most(repertoire):
    found = repertoire.find(S.CART, page(CHAIR, RUG), 500)
    assert set(Counter(map(department, ids(found))).values()) == {2}


def test_a_placement_says_how_many_of_a_category_a_cart_is_shown(repertoire):
    one = repertoire.find(S.CART, page(CHAIR, RUG, parameters={"per_category": 1}), 500)
    every = repertoire.find(S.CART, page(CHAIR, RUG, parameters={"per_category": 0}), 500)
    assert max(Counter(map(department, ids(one))).values()) == 1
    assert max(Counter(map(department, ids(every))).values()) > 2
    assert ids(one)[0] == ids(every)[0]


@pytest.mark.parametrize("said", [None, "", "many", -1, True, [2]])
def test_a_number_that_is_none_leaves_two_of_a_category(repertoire, said):
    asked = page(CHAIR, RUG, parameters={"per_category": said})
    assert repertoire.find(S.CART, asked, 500) == repertoire.find(S.CART, page(CHAIR, RUG), 500)


def test_a_cart_adds_up_what_its_products_are_bought_with(repertoire):
    whole = {"per_category": 0}
    alone = [scores(repertoire.find(S.CART, page(seed, parameters=whole), 500)) for seed in (CHAIR, RUG)]
    total = {i: sum(found.get(i, 0) for found in alone) for i in {*alone[0], *alone[1]} - {CHAIR, RUG}}
    both = scores(repertoire.find(S.CART, page(CHAIR, RUG, parameters=whole), 500))
    assert both == pytest.approx({i: score / max(total.values()) for i, score in total.items()}, abs=2e-3)


def test_what_shared_an_order_may_be_of_the_same_category_in_a_cart_but_not_beside_a_product(of):
    shop_of_five = of("abcDE", "ab", "ab", "aD")
    assert ids(shop_of_five.find(S.CART, page("a"), 9))[:2] == ["b", "D"]
    assert ids(shop_of_five.find(S.ALSO_BOUGHT, page("a"), 9))[0] == "D"


def test_one_product_that_shared_an_order_stands_before_all_that_did_not(of):
    found = scores(of("abcDE", "ab").find(S.CART, page("a"), 9))
    assert found["b"] == 1
    assert all(score <= 0.1 for product, score in found.items() if product != "b")


def test_a_thing_is_bought_after_a_look_at_another_in_the_same_visit(repertoire):
    found = repertoire.find(S.BOUGHT_AFTER_VIEWING, page(CHAIR), 500)
    assert {"chairs", "lamps"} <= departments(found)
    assert "rugs" not in departments(found[:5])


def test_looks_alone_lead_to_no_purchase(tmp_path):
    looks = [e for e in shop.visits("acme", 60) if e.type == "view"]
    make_release(tmp_path / "r", shop.told(), looks, shop.TREE)
    repertoire = load_repertoire(tmp_path / "r")
    assert repertoire.find(S.BOUGHT_AFTER_VIEWING, page(CHAIR), 5) == []
    assert repertoire.find(S.ALSO_VIEWED, page(CHAIR), 5)


def outing(number, *looked, bought):
    """A visit that looks at some things and buys one."""
    told = [(f"v{number}-{n}", "view", product) for n, product in enumerate(looked)] + [(f"v{number}-b", "purchase", bought)]
    seen = shop.Visitor(session_id=f"v{number}")
    return [Event("acme", name, kind, shop.NEWEST, seen, "SERVER", product) for name, kind, product in told]


def test_of_what_is_looked_at_with_a_thing_what_sells_stands_first(tmp_path):
    events = [event for n in range(9) for event in outing(n, "a", "b", "c", bought="b" if n else "d")]
    make_release(tmp_path / "r", [Told(p, f"thing {p}") for p in "abcd"], events)
    found = scores(load_repertoire(tmp_path / "r").find(S.BOUGHT_AFTER_VIEWING, page("a"), 9))
    assert found.keys() == {"b", "c", "d"}
    assert found["b"] == 1 > found["d"] > 0


def test_what_nobody_has_met_goes_with_what_its_kin_of_a_like_price_go_with(tmp_path):
    cheap, dear = (("red chair", 10_000, "rug"), ("gilded chair", 90_000, "vase"))
    told = [Told(goes, goes, categories=["other"]) for goes in ("rug", "vase")]
    told += [
        Told(f"{title}-{n}", f"{title} {n}", categories=["chairs"], price=price)
        for title, price, _ in (cheap, dear)
        for n in "12"
    ]
    told += [Told("new", "chair 3", categories=["chairs"], price=85_000)]
    make_release(tmp_path / "r", told, orders(*((f"{title}-{n}", goes) for title, _, goes in (cheap, dear) for n in "12" * 5)))
    assert ids(load_repertoire(tmp_path / "r").find(S.ALSO_BOUGHT, page("new"), 2)) == ["vase", "rug"]


def test_a_hundred_products_in_a_cart_still_find_company(repertoire):
    cart = tuple(OrderLine(told.product_id) for told in shop.told() if department(told.product_id) != "lamps")
    found = repertoire.find(S.CART, Moment("se", PageContext(cart=cart)), 12)
    assert departments(found) == {"lamps"}
