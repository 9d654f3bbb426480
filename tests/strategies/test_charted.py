"""Charts: what sells, what rises, what is liked."""

import pytest

from gateway.domain.placement import StrategyName
from gateway.strategies.repertoire import load_repertoire
from tests import shop
from tests.rehearsed import Told, make_release
from tests.strategies.asking import department, departments, ids, page, scores

S = StrategyName
CHARTS = (S.BESTSELLERS, S.TRENDING, S.TOP_RATED)


@pytest.fixture
def rated(tmp_path):
    """The top rated of products, each told as a rating and a number of reviews."""

    def find(*ratings, **asked):
        told = [Told(f"p{n}", rating=rating, review_count=count) for n, (rating, count) in enumerate(ratings)]
        make_release(tmp_path / "r", told)
        return load_repertoire(tmp_path / "r").find(S.TOP_RATED, page(**asked), 9)

    return find


@pytest.mark.parametrize("name", CHARTS)
def test_charts_follow_the_category_with_all_below_it_and_the_brand(repertoire, name):
    assert departments(repertoire.find(name, page(category_ids=("lamps",)), 100)) == {"lamps"}
    assert departments(repertoire.find(name, page(category_ids=("home",)), 100)) == set(shop.DEPARTMENTS)
    brand = ids(repertoire.find(name, page(brand="brand 1"), 100))
    assert brand
    assert {int(i[-2:]) % 3 for i in brand if i != shop.COLD} == {1}


@pytest.mark.parametrize("name", CHARTS)
def test_a_brand_in_a_category_is_what_stands_in_both_charts(repertoire, name):
    lamps, brand = (
        ids(repertoire.find(name, page(**about), 100)) for about in ({"category_ids": ("lamps",)}, {"brand": "brand 1"})
    )
    both = ids(repertoire.find(name, page(category_ids=("lamps",), brand="brand 1"), 100))
    assert both == [i for i in lamps if i in brand]
    assert both
    assert repertoire.find(name, page(category_ids=("lamps",), brand="no such"), 100) == []


@pytest.mark.parametrize("name", CHARTS)
def test_several_categories_make_one_chart(repertoire, name):
    both = repertoire.find(name, page(category_ids=("lamps", "rugs", "lamps")), 100)
    each = [scores(repertoire.find(name, page(category_ids=(c,)), 100)) for c in ("lamps", "rugs")]
    assert set(ids(both)) == {*each[0], *each[1]}
    for one in each:
        assert [i for i in ids(both) if i in one] == list(one)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_goes_on_where_the_page_already_shows_its_head(repertoire, name):
    whole = ids(repertoire.find(name, page(), 20))
    assert ids(repertoire.find(name, page(whole[0], whole[3]), 18)) == [i for i in whole if i not in (whole[0], whole[3])]


@pytest.mark.parametrize("name", CHARTS)
def test_a_shelf_that_nobody_knows_has_no_chart(repertoire, name):
    assert repertoire.find(name, page(category_ids=("no-such",)), 9) == []
    assert repertoire.find(name, page(brand="no such"), 9) == []


def test_a_category_nobody_bought_from_has_no_bestseller_and_may_be_well_liked(tmp_path):
    quiet = [Told(f"vase-{n}", f"vase {n}", categories=["vases"], rating=4.0, review_count=n) for n in range(3)]
    make_release(tmp_path / "r", [*shop.told(), *quiet], shop.visits("acme", 60), (*shop.TREE, ("vases", "Vases", "home")))
    repertoire = load_repertoire(tmp_path / "r")
    vases = page(category_ids=("vases",), market="nowhere")
    assert repertoire.find(S.BESTSELLERS, vases, 9) == repertoire.find(S.TRENDING, vases, 9) == []
    assert departments(repertoire.find(S.TOP_RATED, vases, 9)) == {"vase"}


@pytest.mark.parametrize("name", CHARTS)
def test_a_market_without_a_chart_of_its_own_shows_that_of_all_markets(repertoire, name):
    everywhere = repertoire.find(name, page(market="nowhere"), 10)
    assert len(everywhere) == 10
    assert repertoire.find(name, page(market="elsewhere"), 10) == everywhere


def test_the_rungs_below_are_the_bestsellers_of_the_categories_and_of_the_market(repertoire):
    assert repertoire.bestsellers("se", 9) == repertoire.find(S.BESTSELLERS, page(), 9)
    both = repertoire.category_bestsellers("se", ["lamps", "rugs"], 9)
    assert {department(i) for i in ids(both)} <= {"lamps", "rugs"}
    assert both == sorted(both, key=lambda c: -c.score)


def test_one_delighted_customer_is_not_yet_a_well_liked_product(rated):
    assert ids(rated((5.0, 1), (4.7, 80), (3.0, 100))) == ["p1", "p0", "p2"]


def test_a_rating_counts_as_its_votes_beside_ten_of_the_shops_mean(rated):
    mean = (5 * 10 + 3 * 30) / 40
    praise = {"p0": (10 * mean + 10 * 5) / 20, "p1": (10 * mean + 30 * 3) / 40}
    assert scores(rated((5.0, 10), (3.0, 30))) == pytest.approx({i: p / praise["p0"] for i, p in praise.items()}, abs=1e-3)


def test_a_rating_without_a_count_is_one_vote(rated):
    found = scores(rated((5.0, 0), (5.0, 1), (2.0, 50)))
    assert found["p0"] == found["p1"] == 1


def test_what_nobody_rated_is_not_top_rated(rated):
    assert ids(rated((None, 0), (4.0, 3), (0.0, 3))) == ["p1"]


def test_a_shop_that_knows_no_rating_has_no_top_rated(rated):
    assert rated((None, 0), (None, 5)) == []


def test_a_market_shows_the_well_liked_of_what_is_looked_at_there(tmp_path):
    told = [Told(f"p{n}", rating=5 - n, review_count=100) for n in range(3)]
    looks = [
        shop.Event("acme", f"e{n}", "view", shop.NEWEST, shop.Visitor(session_id=f"s{n}"), "SERVER", f"p{n}", market_id="se")
        for n in (1, 2)
    ]
    make_release(tmp_path / "r", told, looks)
    repertoire = load_repertoire(tmp_path / "r")
    assert ids(repertoire.find(S.TOP_RATED, page(), 9)) == ["p1", "p2"]
    assert ids(repertoire.find(S.TOP_RATED, page(market="dk"), 9)) == ["p0", "p1", "p2"]
