"""What each strategy answers, over one small release."""

import pytest

from gateway.domain.page import PageContext
from gateway.domain.placement import StrategyName
from gateway.strategies.repertoire import Repertoire, load_repertoire
from gateway.strategies.strategy import Moment
from tests import shop
from tests.rehearsed import Told, make_release
from tests.strategies.asking import department, departments, ids, page, seen

_S = StrategyName
SEEDED = (_S.SIMILAR, _S.ALSO_VIEWED, _S.ALSO_BOUGHT, _S.BOUGHT_AFTER_VIEWING, _S.UPSELL, _S.ALTERNATIVES)
TRAINED = (*SEEDED, _S.CART, _S.BESTSELLERS, _S.TRENDING, _S.TOP_RATED, _S.PERSONAL)
CHAIR, LAMP = shop.product("chairs", 3), shop.product("lamps", 3)


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
    found = ids(repertoire.find(_S.SIMILAR, page(CHAIR), 6))
    assert {department(i) for i in found} == {"chairs"}


def test_a_price_far_off_makes_a_product_less_similar(tmp_path):
    told = [Told(f"p{n}", f"oak table {n}", categories=["t"], price=price) for n, price in enumerate((100, 150, 900, 120))]
    make_release(tmp_path / "r", told)
    repertoire = load_repertoire(tmp_path / "r")
    assert ids(repertoire.find(_S.SIMILAR, page("p0"), 3))[-1] == "p2"


@pytest.mark.parametrize("name", SEEDED)
def test_a_product_nobody_has_seen_leads_to_others(repertoire, name):
    assert len(repertoire.find(name, page(shop.COLD), 5)) == 5


def test_a_product_nobody_has_seen_can_be_reached(repertoire):
    assert shop.COLD in ids(repertoire.find(_S.SIMILAR, page(CHAIR), 500))


def test_recently_viewed_is_the_history_without_what_was_bought_or_stands_on_the_page(repertoire):
    history = [*seen("a", "b", "a", CHAIR, "c"), *seen("b", kind="purchase")]
    found = repertoire.find(_S.RECENTLY_VIEWED, page(CHAIR, history=history), 10)
    assert ids(found) == ["a", "c"]
    assert [c.score for c in found] == [1, 0.5]


def test_personal_follows_the_history_and_does_not_repeat_it(repertoire):
    rugs = seen(*(shop.product("rugs", n) for n in (2, 3, 4)))
    assert departments(repertoire.find(_S.PERSONAL, page(history=rugs), 3)) == {"rugs"}
    history = [*rugs, *seen(LAMP, kind="purchase")]
    everything = ids(repertoire.find(_S.PERSONAL, page(history=history), 500))
    assert not set(everything) & {event.product_id for event in history}


def test_personal_says_nothing_to_a_stranger(repertoire):
    assert repertoire.find(_S.PERSONAL, page(), 5) == []
    assert repertoire.find(_S.RECENTLY_VIEWED, page(), 5) == []


def test_newer_events_say_more(repertoire):
    rug, chair = (shop.product(d, 5) for d in ("rugs", "chairs"))
    first = [ids(repertoire.find(_S.PERSONAL, page(history=seen(*h)), 1))[0] for h in ((rug, chair), (chair, rug))]
    assert [department(i) for i in first] == ["rugs", "chairs"]


def test_a_catalog_without_any_event_still_leads_somewhere(tmp_path):
    manifest = make_release(tmp_path / "r", shop.told(), (), shop.TREE)
    repertoire = load_repertoire(tmp_path / "r")
    assert (manifest.events, manifest.newest_event) == (0, None)
    assert departments(repertoire.find(_S.SIMILAR, page(CHAIR), 5)) == {"chairs"}
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
    assert empty.find(_S.SIMILAR, page(CHAIR), 5) == []
    assert empty.bestsellers("se", 5) == empty.category_bestsellers("se", ["lamps"], 5) == []
