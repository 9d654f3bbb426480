"""Guardrails: no worse than the margin, or worse, by the same bound as the picture's interval."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from gateway.domain.statistics.estimates import Estimate
from gateway.domain.statistics.intervals import compare
from gateway.domain.statistics.look import Fixed
from gateway.domain.statistics.noninferiority import deterioration, guard, is_worse
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sequential import AlwaysValid, GroupSequential

LOOKS = [Fixed(), GroupSequential((0.3, 0.6)), AlwaysValid(20_000)]
estimates = st.builds(Estimate, st.integers(100, 10_000), st.floats(0.5, 20), st.floats(0.01, 50))


@given(estimates, estimates, st.sampled_from([0.0, 0.01, 0.05, 0.2]), st.booleans(), st.sampled_from(LOOKS))
def test_a_guardrail_holds_exactly_where_the_lift_s_interval_is_on_the_right_side_of_the_margin(a, b, margin, higher, look):
    found, compared = guard(a, b, margin, look, higher_is_better=higher), compare(a, b, look)
    assume(compared.lift_interval is not None)
    edge = compared.lift_interval.low + margin if higher else margin - compared.lift_interval.high
    assume(abs(edge) > 1e-9)
    assert found.is_noninferior is (edge > 0)
    assert found.is_noninferior is (found.p < look.alpha / 2)


def test_the_statistic_is_the_printed_one():
    a, b = Estimate(1000, 10.0, 25.0), Estimate(1200, 9.9, 30.0)
    found = guard(a, b, 0.03, Fixed())
    z = (9.9 - 0.97 * 10) / math.sqrt(30 / 1200 + 0.97**2 * 25 / 1000)
    assert found.z == pytest.approx(z)
    assert found.p == pytest.approx(stats.norm.sf(z), rel=0.01)
    lower = guard(a, b, 0.03, Fixed(), higher_is_better=False)
    assert lower.z == pytest.approx(-(9.9 - 1.03 * 10) / math.sqrt(30 / 1200 + 1.03**2 * 25 / 1000))


def test_no_worse_by_more_than_the_margin_is_not_the_same_as_no_difference_found():
    """A few units show neither harm nor its absence."""
    a, b = Estimate(30, 10.0, 25.0), Estimate(30, 9.9, 25.0)
    assert not guard(a, b, 0.02, Fixed()).is_noninferior
    assert not is_worse(compare(a, b, Fixed()), Fixed(), 60)
    many = [Estimate(3_000_000, each.value, each.variance) for each in (a, b)]
    assert guard(*many, 0.02, Fixed()).is_noninferior
    assert is_worse(compare(*many, Fixed()), Fixed(), 6_000_000)  # worse, and within what was allowed


@pytest.mark.parametrize("higher", [True, False])
def test_deterioration_is_asked_on_one_side(higher):
    compared = compare(Estimate(1000, 10.0, 25.0), Estimate(1000, 9.0, 25.0), Fixed())
    p = deterioration(compared, Fixed(), 2000, higher_is_better=higher)
    assert p == pytest.approx(compared.p / 2 if higher else 1 - compared.p / 2)
    assert is_worse(compared, Fixed(), 2000, higher_is_better=higher) is higher


@given(estimates, estimates, st.booleans(), st.sampled_from(LOOKS))
def test_it_is_worse_exactly_where_the_interval_is_on_the_wrong_side_of_zero(a, b, higher, look):
    compared = compare(a, b, look)
    edge = compared.interval.high if higher else -compared.interval.low
    assume(abs(edge) > 1e-9)
    assert is_worse(compared, look, a.n + b.n, higher_is_better=higher) is (edge < 0)


def test_what_a_guardrail_lacks_is_said():
    known = Estimate(10, 1.0, 0.0)
    assert guard(None, known, 0.1, Fixed()).note is Note.NO_CONTROL
    assert guard(known, known, 0.1, Fixed()).note is Note.NO_VARIANCE
    assert guard(Estimate(0, None, None, Note.NO_UNITS), known, 0.1, Fixed()).note is Note.NO_UNITS
    assert guard(Estimate(10, -1.0, 2.0), known, 0.1, Fixed()).note is Note.CONTROL_NEGATIVE
    assert guard(known, Estimate(10, 1.0, 2.0), 0.1, GroupSequential(())).note is Note.NO_INFORMATION
    assert deterioration(compare(None, known, Fixed()), Fixed(), 10) is None
