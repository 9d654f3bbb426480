"""Many questions at once."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from gateway.domain.statistics.many import benjamini_hochberg, holm

p_values = st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=12)


@pytest.mark.parametrize(("adjust", "method"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
@settings(max_examples=25)  # statsmodels takes a tenth of a second for each
@given(raw=p_values)
def test_adjusted_p_values_are_those_of_statsmodels_and_null_stays_null(adjust, method, raw):
    told = [p for p in raw if p is not None]
    found = adjust(raw)
    assert [p is None for p in found] == [p is None for p in raw]
    theirs = multipletests(told, method=method)[1] if told else []
    assert [p for p in found if p is not None] == pytest.approx(list(theirs), abs=1e-12)


@given(p_values)
def test_adjusting_never_makes_a_p_smaller_and_holm_is_the_stricter(raw):
    for before, by_holm, by_rate in zip(raw, holm(raw), benjamini_hochberg(raw), strict=True):
        if before is not None:
            assert before <= by_rate + 1e-12
            assert by_rate <= by_holm + 1e-12
            assert by_holm <= 1


@given(st.floats(0, 1))
def test_one_question_alone_is_not_adjusted(p):
    assert holm([p]) == [p] == benjamini_hochberg([p])
    assert holm([None, p, None]) == [None, p, None]


@given(p_values)
def test_a_smaller_p_stays_no_larger(raw):
    pairs = sorted((p, q) for p, q in zip(raw, holm(raw), strict=True) if p is not None)
    assert all(before[1] <= after[1] for before, after in pairwise(pairs))
