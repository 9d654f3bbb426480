"""Filling a placement: nothing twice, nothing taken, nothing sold out, in order, and full where it can be."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.catalog import Money, Product, ProductId
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate, FallbackLevel, Rung, fill

IDS = [ProductId(c) for c in "abcdefghij"]
ids = st.sampled_from(IDS)
rungs = st.lists(
    st.builds(
        lambda candidates, level: Rung(StrategyName.SIMILAR, level, [Candidate(c, 1.0) for c in candidates]),
        st.lists(ids),
        st.sampled_from(FallbackLevel),
    ),
    max_size=5,
)
shelves = st.dictionaries(ids, st.booleans()).map(
    lambda stock: {i: Product(i, i, Money(1, "SEK"), f"/{i}", available=there) for i, there in stock.items()}
)


@given(rungs, shelves, st.integers(0, 12), st.frozensets(ids), st.booleans())
def test_a_list_is_what_the_rungs_allow_in_their_order_and_no_more(rungs, shelf, count, taken, require_available):
    chosen = fill(rungs, shelf, count, taken, require_available=require_available)
    shown = [r.product.product_id for r in chosen]
    allowed = [
        c.product_id
        for rung in rungs
        for c in rung.candidates
        if c.product_id in shelf and c.product_id not in taken and (shelf[c.product_id].available or not require_available)
    ]
    assert shown == list(dict.fromkeys(allowed))[:count]


def test_each_product_says_at_which_rung_it_came_in_and_from_what():
    shelf = {i: Product(i, f"The {i}", Money(1, "SEK"), f"/{i}") for i in IDS}
    first = Rung(StrategyName.SIMILAR, FallbackLevel.NONE, [Candidate(IDS[1], 0.9, seed=IDS[0])])
    last = Rung(StrategyName.BESTSELLERS, FallbackLevel.BESTSELLERS, [Candidate(IDS[1], 1.0), Candidate(IDS[2], 0.5)])
    one, two = fill([first, last], shelf, 5, {IDS[0]}, require_available=True)
    assert (one.level, one.seed, one.seed_title, one.score) == (FallbackLevel.NONE, "a", "The a", 0.9)
    assert (two.level, two.strategy, two.seed) == (FallbackLevel.BESTSELLERS, StrategyName.BESTSELLERS, None)
