"""What comes with the page: a search's matches, the shop's own lists."""

import pytest

from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate
from gateway.strategies.repertoire import Repertoire
from tests import shop
from tests.strategies.asking import ids, page, scores

SEARCH, CURATED = StrategyName.SEARCH, StrategyName.CURATED
MATCHED = (Candidate("chairs-05", 0.8), Candidate("lamps-04", 0.4), Candidate("rugs-02", 0.2))
LISTS = {
    "summer": [Candidate("rugs-01", 0.9), Candidate("chairs-02", 0.5)],
    "staff": [Candidate("chairs-02", 0.7), Candidate("rugs-03", 0.7)],
}


@pytest.mark.parametrize("term", shop.TERMS)
def test_who_searched_chose_the_fourth_lamp(repertoire, term):
    found = repertoire.find(SEARCH, page(search_term=term), 3)
    assert ids(found)[0] == "lamps-04"
    assert found[0].score == 1


@pytest.mark.parametrize("typed", ["reading lamp", "  READING\tlamp ", "łódź  STÓŁ", "Łódź stół".replace("Ł", "\u0141")])
def test_a_term_is_the_same_however_it_is_typed(repertoire, typed):
    assert ids(repertoire.find(SEARCH, page(search_term=typed), 1)) == ["lamps-04"]


def test_a_match_and_a_choice_weigh_the_same(repertoire):
    chosen = scores(repertoire.find(SEARCH, page(search_term=shop.TERMS[0]), 500))
    matched = {c.product_id: c.score / 0.8 for c in MATCHED}
    total = {i: chosen.get(i, 0) + matched.get(i, 0) for i in {*chosen, *matched}}
    both = scores(repertoire.find(SEARCH, page(search_term=shop.TERMS[0], found=MATCHED), 500))
    assert both == pytest.approx({i: t / max(total.values()) for i, t in total.items()}, abs=1e-6)


def test_a_term_nobody_typed_shows_what_its_words_match(repertoire):
    found = scores(repertoire.find(SEARCH, page(search_term="no such", found=MATCHED), 9))
    assert found == pytest.approx({"chairs-05": 1, "lamps-04": 0.5, "rugs-02": 0.25})


def test_before_anything_was_learnt_a_search_is_what_its_words_match():
    assert ids(Repertoire().find(SEARCH, page(search_term="lamp", found=MATCHED), 2)) == ["chairs-05", "lamps-04"]


def test_a_search_does_not_show_what_the_page_is_about(repertoire):
    found = repertoire.find(SEARCH, page("lamps-04", "chairs-05", search_term=shop.TERMS[0], found=MATCHED), 500)
    assert not {"lamps-04", "chairs-05"} & set(ids(found))
    assert found[0].score == 1


@pytest.mark.parametrize("term", [None, "", " ", "no such"])
def test_a_search_for_nothing_finds_nothing(repertoire, term):
    assert repertoire.find(SEARCH, page(search_term=term), 9) == []


def test_all_lists_are_shown_the_best_first_each_product_once(repertoire):
    found = repertoire.find(CURATED, page(lists=LISTS), 9)
    assert [(c.product_id, c.score) for c in found] == [("rugs-01", 0.9), ("chairs-02", 0.7), ("rugs-03", 0.7)]


def test_a_placement_names_one_list(repertoire):
    assert ids(repertoire.find(CURATED, page(lists=LISTS, parameters={"list": "staff"}), 9)) == ["chairs-02", "rugs-03"]


@pytest.mark.parametrize("named", ["winter", "", None, 7, ["staff"]])
def test_a_placement_that_names_no_list_there_is_shows_none(repertoire, named):
    assert repertoire.find(CURATED, page(lists=LISTS, parameters={"list": named}), 9) == []


def test_a_list_does_not_show_what_the_page_is_about(repertoire):
    assert ids(repertoire.find(CURATED, page("rugs-01", lists=LISTS), 1)) == ["chairs-02"]


def test_lists_need_no_training_and_no_page_has_lists_by_itself():
    assert ids(Repertoire().find(CURATED, page(lists=LISTS), 1)) == ["rugs-01"]
    assert Repertoire().find(CURATED, page(shop.COLD), 9) == []
