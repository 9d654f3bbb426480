"""What holds for every strategy, whatever it is asked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.event import WEIGHTS, OrderLine
from gateway.domain.page import PageContext
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate
from gateway.domain.visitor import PastEvent
from gateway.strategies.repertoire import Repertoire
from gateway.strategies.strategy import Moment
from tests import shop
from tests.strategies.asking import ids

_products = st.sampled_from([*(told.product_id for told in shop.told()), "no-such", "ჯიხვი", "\ud800"])
_several = st.lists(_products, max_size=20).map(tuple)
_lines = _several.map(lambda products: tuple(map(OrderLine, products)))
_candidates = st.lists(st.builds(Candidate, _products, st.floats(0, 1)), max_size=12, unique_by=lambda c: c.product_id)
_contexts = st.builds(
    PageContext,
    product_ids=_several,
    cart=_lines,
    order=_lines,
    category_ids=st.lists(st.sampled_from([*shop.DEPARTMENTS, "home", "no-such", ""]), max_size=4).map(tuple),
    brand=st.sampled_from([None, "", "brand 1", "no such"]),
    search_term=st.one_of(st.none(), st.sampled_from(shop.TERMS), st.text(max_size=20)),
)
_events = st.builds(PastEvent, st.just(shop.NEWEST), st.sampled_from(sorted(WEIGHTS)), _products)
_moments = st.builds(
    Moment,
    market_id=st.sampled_from(["se", "dk", ""]),
    context=_contexts,
    history=st.lists(_events, max_size=15).map(tuple),
    found=_candidates,
    lists=st.dictionaries(st.sampled_from(["a", "b"]), _candidates, max_size=2),
    parameters=st.fixed_dictionaries({}, optional={"list": st.sampled_from(["a", "z"]), "per_category": st.integers(0, 3)}),
)


@given(moment=_moments, name=st.sampled_from(StrategyName), count=st.integers(1, 80))
@settings(max_examples=400, deadline=None)
def test_candidates_are_each_once_the_best_first_scored_above_zero_and_never_what_the_page_is_about(
    repertoire, moment, name, count
):
    found = repertoire.find(name, moment, count)
    assert len(found) <= count
    assert len(set(ids(found))) == len(found)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert all(0 < c.score <= 1 for c in found)
    assert not set(ids(found)) & set(moment.context.seeds)
    if not moment.found and not moment.lists and name is not StrategyName.RECENTLY_VIEWED:
        assert shop.HIDDEN not in ids(found)
    assert {c.seed for c in found} <= {None, *moment.context.seeds, *(event.product_id for event in moment.history)}


@given(moment=_moments, name=st.sampled_from(StrategyName))
@settings(max_examples=100, deadline=None)
def test_fewer_are_the_first_of_more_and_asking_again_answers_the_same(repertoire, moment, name):
    many = repertoire.find(name, moment, 60)
    assert repertoire.find(name, moment, 60) == many
    assert ids(repertoire.find(name, moment, 5)) == ids(many)[:5]


@pytest.mark.parametrize("name", [n for n in StrategyName if n is not StrategyName.NEW_ARRIVALS])
def test_every_strategy_of_memory_is_in_the_repertoire(repertoire, name):
    assert name in repertoire.strategies


@given(moment=_moments, name=st.sampled_from(StrategyName))
@settings(max_examples=60, deadline=None)
def test_before_the_first_training_only_what_comes_with_the_page_is_proposed(moment, name):
    told = {
        *(e.product_id for e in moment.history),
        *(c.product_id for c in moment.found),
        *(c.product_id for each in moment.lists.values() for c in each),
    }
    assert set(ids(Repertoire().find(name, moment, 20))) <= told
