"""What each strategy answers, over one small release."""

from datetime import timedelta

import pytest

from gateway.domain.event import OrderLine
from gateway.domain.page import PageContext
from gateway.domain.placement import StrategyName
from gateway.domain.visitor import PastEvent
from gateway.strategies.repertoire import Repertoire, load_repertoire
from gateway.strategies.strategy import Moment
from tests import shop
from tests.rehearsed import Told, make_release

SEEDED = (StrategyName.SIMILAR, StrategyName.ALSO_VIEWED, StrategyName.ALSO_BOUGHT)
TRAINED = (*SEEDED, StrategyName.BESTSELLERS, StrategyName.TRENDING, StrategyName.PERSONAL)
CHAIR, LAMP = shop.product("chairs", 3), shop.product("lamps", 3)


@pytest.fixture(scope="module")
def repertoire(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases") / "small"
    make_release(folder, shop.told(), shop.visits("acme"), shop.TREE)
    return load_repertoire(folder)


def page(*seeds, history=(), market="se", **context):
    return Moment(market, PageContext(product_ids=seeds, **context), tuple(history))


def seen(*products, kind="view"):
    return [PastEvent(shop.NEWEST - timedelta(minutes=n), kind, product) for n, product in enumerate(products)]


def ids(candidates):
    return [c.product_id for c in candidates]


def department(product_id):
    return product_id.partition("-")[0]


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize("count", [1, 7, 500])
def test_candidates_are_ranked_each_once_scored_up_to_one_and_never_hidden(repertoire, name, count):
    found = repertoire.find(name, page(CHAIR, history=seen(CHAIR, LAMP)), count)
    assert 0 < len(found) <= count
    assert len(set(ids(found))) == len(found)
    scores = [c.score for c in found]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == pytest.approx(1)
    assert scores[-1] > 0
    assert shop.HIDDEN not in ids(found)


@pytest.mark.parametrize("name", SEEDED)
def test_seeds_are_never_returned_and_each_candidate_names_the_seed_it_comes_from(repertoire, name):
    found = repertoire.find(name, page(CHAIR, LAMP), 500)
    assert not {CHAIR, LAMP} & set(ids(found))
    assert {c.seed for c in found} <= {CHAIR, LAMP}
    alone = repertoire.find(name, page(CHAIR), 500)
    assert {c.seed for c in alone} == {CHAIR}


@pytest.mark.parametrize("name", SEEDED)
def test_several_seeds_add_up(repertoire, name):
    one, other = (
        dict(zip(ids(f), (c.score for c in f), strict=True)) for f in (repertoire.find(name, page(s), 500) for s in (CHAIR, LAMP))
    )
    both = repertoire.find(name, page(CHAIR, LAMP), 500)
    total = {i: one.get(i, 0) + other.get(i, 0) for i in {*one, *other} - {CHAIR, LAMP}}
    best = max(total.values())
    assert {c.product_id: c.score for c in both} == pytest.approx({i: t / best for i, t in total.items()}, abs=2e-3)


@pytest.mark.parametrize("name", TRAINED)
def test_a_product_the_release_does_not_know_leads_nowhere(repertoire, name):
    moment = Moment("se", PageContext(product_ids=("no-such",), category_ids=("no-such",)), tuple(seen("no-such")))
    assert repertoire.find(name, moment, 10) == []


def test_similar_products_are_of_the_same_department(repertoire):
    found = ids(repertoire.find(StrategyName.SIMILAR, page(CHAIR), 6))
    assert {department(i) for i in found} == {"chairs"}


def test_a_price_far_off_makes_a_product_less_similar(tmp_path):
    told = [Told(f"p{n}", f"oak table {n}", categories=["t"], price=price) for n, price in enumerate((100, 150, 900, 120))]
    make_release(tmp_path / "r", told)
    repertoire = load_repertoire(tmp_path / "r")
    assert ids(repertoire.find(StrategyName.SIMILAR, page("p0"), 3))[-1] == "p2"


def test_what_goes_with_a_chair_is_no_chair(repertoire):
    found = repertoire.find(StrategyName.ALSO_BOUGHT, page(CHAIR), 5)
    assert department(found[0].product_id) == "lamps"
    assert "chairs" not in {department(i) for i in ids(repertoire.find(StrategyName.ALSO_BOUGHT, page(CHAIR), 500))}


def test_a_cart_seeds_what_goes_with_it(repertoire):
    moment = Moment("se", PageContext(cart=(OrderLine(CHAIR),)))
    assert repertoire.find(StrategyName.ALSO_BOUGHT, moment, 5) == repertoire.find(StrategyName.ALSO_BOUGHT, page(CHAIR), 5)


@pytest.mark.parametrize("name", SEEDED)
def test_a_product_nobody_has_seen_leads_to_others(repertoire, name):
    assert len(repertoire.find(name, page(shop.COLD), 5)) == 5


def test_a_product_nobody_has_seen_can_be_reached(repertoire):
    assert shop.COLD in ids(repertoire.find(StrategyName.SIMILAR, page(CHAIR), 500))


@pytest.mark.parametrize("name", [StrategyName.BESTSELLERS, StrategyName.TRENDING])
def test_charts_follow_the_category_with_all_below_it_and_the_brand(repertoire, name):
    assert {department(i) for i in ids(repertoire.find(name, page(category_ids=("lamps",)), 100))} == {"lamps"}
    home = ids(repertoire.find(name, page(category_ids=("home",)), 100))
    assert {department(i) for i in home} == set(shop.DEPARTMENTS)
    assert {int(i[-2:]) % 3 for i in ids(repertoire.find(name, page(brand="brand 1"), 100))} == {1}


def test_a_market_without_a_chart_of_its_own_shows_what_sells_everywhere(repertoire):
    everywhere = repertoire.bestsellers("nowhere", 10)
    assert len(everywhere) == 10
    assert repertoire.find(StrategyName.BESTSELLERS, page(market="nowhere"), 10) == everywhere


def test_the_rungs_below_are_the_bestsellers_of_the_categories_and_of_the_market(repertoire):
    assert repertoire.bestsellers("se", 9) == repertoire.find(StrategyName.BESTSELLERS, page(), 9)
    both = repertoire.category_bestsellers("se", ["lamps", "rugs"], 9)
    assert {department(i) for i in ids(both)} <= {"lamps", "rugs"}
    assert both == sorted(both, key=lambda c: -c.score)


def test_recently_viewed_is_the_history_without_what_was_bought_or_stands_on_the_page(repertoire):
    history = [*seen("a", "b", "a", CHAIR, "c"), *seen("b", kind="purchase")]
    found = repertoire.find(StrategyName.RECENTLY_VIEWED, page(CHAIR, history=history), 10)
    assert ids(found) == ["a", "c"]
    assert [c.score for c in found] == [1, 0.5]


def test_personal_follows_the_history_and_does_not_repeat_it(repertoire):
    rugs = seen(*(shop.product("rugs", n) for n in (2, 3, 4)))
    assert {department(i) for i in ids(repertoire.find(StrategyName.PERSONAL, page(history=rugs), 3))} == {"rugs"}
    history = [*rugs, *seen(LAMP, kind="purchase")]
    everything = ids(repertoire.find(StrategyName.PERSONAL, page(history=history), 500))
    assert not set(everything) & {event.product_id for event in history}


def test_personal_says_nothing_to_a_stranger(repertoire):
    assert repertoire.find(StrategyName.PERSONAL, page(), 5) == []
    assert repertoire.find(StrategyName.RECENTLY_VIEWED, page(), 5) == []


def test_newer_events_say_more(repertoire):
    rug, chair = (shop.product(d, 5) for d in ("rugs", "chairs"))
    first = [ids(repertoire.find(StrategyName.PERSONAL, page(history=seen(*h)), 1))[0] for h in ((rug, chair), (chair, rug))]
    assert [department(i) for i in first] == ["rugs", "chairs"]


def test_a_catalog_without_any_event_still_leads_somewhere(tmp_path):
    manifest = make_release(tmp_path / "r", shop.told(), (), shop.TREE)
    repertoire = load_repertoire(tmp_path / "r")
    assert (manifest.events, manifest.newest_event) == (0, None)
    assert {department(i) for i in ids(repertoire.find(StrategyName.SIMILAR, page(CHAIR), 5))} == {"chairs"}
    assert repertoire.bestsellers("se", 5) == []


@pytest.mark.parametrize(
    "told", [[Told("one")], [Told("one"), Told("two")], [Told("one", "…"), Told("two", "!!")], [Told("1", "x")] * 1]
)
def test_the_smallest_catalogs_make_releases_that_load(tmp_path, told):
    make_release(tmp_path / "r", told)
    repertoire = load_repertoire(tmp_path / "r")
    assert all(repertoire.find(name, page("one"), 5) == [] for name in SEEDED)


def test_an_empty_repertoire_has_nothing_to_say():
    empty = Repertoire()
    assert empty.find(StrategyName.SIMILAR, page(CHAIR), 5) == []
    assert empty.bestsellers("se", 5) == empty.category_bestsellers("se", ["lamps"], 5) == []
