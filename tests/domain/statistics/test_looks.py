"""One bound a look: the p-value, the interval and Fieller's interval say the same in all three modes."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from gateway.domain.statistics.estimates import Estimate
from gateway.domain.statistics.intervals import compare
from gateway.domain.statistics.look import Fixed
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sequential import AlwaysValid, GroupSequential, is_burnt_in, p_any_look

levels = st.sampled_from([0.001, 0.01, 0.025, 0.05, 0.1, 0.2])
plans = st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.45, 0.5, 0.7, 0.9, 1.0, 1.3]), min_size=1, max_size=5, unique=True).map(
    lambda times: tuple(sorted(times))
)
looks = st.one_of(
    st.builds(Fixed, levels),
    st.builds(GroupSequential, plans, levels, st.sampled_from([1.0, 2.0, 3.0])),
    st.builds(AlwaysValid, st.sampled_from([500, 20_000, 1_000_000]), levels),
)
estimates = st.builds(Estimate, st.integers(2, 100_000), st.floats(-10, 100), st.floats(1e-3, 1e4))


@given(estimates, estimates, looks)
def test_p_is_below_alpha_exactly_where_zero_is_outside_both_intervals(control, variant, look):
    found = compare(control, variant, look)
    if found.critical is None:
        assert found.p is None
        assert found.interval is None
        assert found.note in {Note.ERROR_SPENT, Note.NO_INFORMATION}
        return
    assume(abs(abs(found.z) - found.critical) > 1e-9 * found.critical)
    assert 0 <= found.p <= 1
    assert (found.p < look.alpha) == found.is_significant == found.interval.excludes(0)
    if found.lift_interval:
        assert found.lift_interval.excludes(0) == found.is_significant
        assert found.lift_interval.low < found.lift < found.lift_interval.high
    else:
        assert found.lift is None
        assert found.lift_note


@given(st.floats(0.5, 8), st.floats(0, 1), looks)
def test_more_evidence_never_has_a_larger_p(z, more, look):
    if look.critical(1000, 5000) is not None:
        assert look.p_value(z + more, 1000, 5000) <= look.p_value(z, 1000, 5000)


@given(st.floats(-8, 8), st.integers(2, 10**6))
def test_a_fixed_look_is_student_s(z, df):
    assert Fixed().p_value(z, df, 0) == pytest.approx(2 * stats.t.sf(abs(z), df), rel=1e-9)
    assert Fixed().critical(df, 0) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-9)


def test_a_single_look_at_the_planned_end_is_the_normal_test():
    look = GroupSequential((1.0,))
    assert look.critical(100, 100) == pytest.approx(1.959964, abs=1e-6)
    assert look.p_value(2.5, 100, 100) == pytest.approx(2 * stats.norm.sf(2.5), rel=0.01)


def test_error_once_spent_is_not_spent_again():
    assert GroupSequential((0.5, 1.0)).missing(10) is None
    assert GroupSequential((0.5, 1.2)).missing(10) is None  # the first look past the end is the last
    assert GroupSequential((0.5, 1.0, 1.3)).missing(10) is Note.ERROR_SPENT
    assert GroupSequential((0.5, 1.2)).is_final


@pytest.mark.parametrize("times", [(), (0.0,), (-1.0,), (math.nan,), (math.inf,), (1e-9,)])
def test_without_information_nothing_is_decided(times):
    look = GroupSequential(times)
    assert look.missing(10) is Note.NO_INFORMATION
    assert look.critical(10, 10) is None
    assert look.p_value(9, 10, 10) == 1


def test_a_look_at_fewer_units_than_before_counts_as_the_one_before():
    """Units are taken away where someone is erased, or seen in two variants."""
    once, twice = GroupSequential((0.3, 0.6)).bounds()
    assert GroupSequential((0.3, 0.29)).bounds() == pytest.approx((once, once))
    assert GroupSequential((0.3, 0.29, 0.6)).bounds() == pytest.approx((once, once, twice))
    assert GroupSequential((0.001, 0.3)).bounds() == pytest.approx((None, once))


@given(st.lists(st.tuples(st.floats(0, 1.5), st.floats(0, 1e6)), max_size=6), st.booleans())
def test_what_a_look_spent_stays_spent_whatever_comes_later(looks, by_clock):
    """The bounds of the looks so far are those that they will have had when more are taken."""
    times, information = tuple(t for t, _ in looks), tuple(u for _, u in looks) if by_clock else ()
    whole = GroupSequential(times, information=information).bounds()
    assert len(whole) == len(times)
    for seen in range(len(looks)):
        assert GroupSequential(times[:seen], information=information[:seen]).bounds() == pytest.approx(whole[:seen], abs=1e-7)


def test_hundreds_of_looks_are_thinned_and_still_decide():
    look = GroupSequential(tuple(i / 2000 for i in range(1, 2001)))
    assert len(set(look.bounds())) <= 200
    assert 2.2 < look.critical(100, 100) < 2.4


def test_time_may_spend_what_units_inform():
    """Half of the planned days with a tenth of the units: spent by the clock, correlated by the units."""
    by_clock = GroupSequential((0.5, 1.0), information=(100, 1000))
    by_units = GroupSequential((0.5, 1.0))
    assert by_clock.bounds()[0] == pytest.approx(by_units.bounds()[0])
    assert by_clock.bounds()[1] > by_units.bounds()[1]  # looks that share less can err apart: the last is stricter


@given(st.integers(10, 10**6), st.sampled_from([1000, 20_000]), levels)
def test_the_always_valid_bound_is_half_a_width_in_standard_errors(n, planned, alpha):
    """Against the formula of the half width, and of e, as they are printed."""
    rho = math.sqrt((-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / planned)
    half = math.sqrt(n) * math.sqrt(2 * (n * rho**2 + 1) / (n**2 * rho**2) * math.log(math.sqrt(n * rho**2 + 1) / alpha))
    look = AlwaysValid(planned, alpha)
    assert look.critical(10, n) == pytest.approx(half)
    e = math.exp(rho**2 * 3.1**2 * n / (2 * (n * rho**2 + 1))) / math.sqrt(n * rho**2 + 1)
    assert look.p_value(3.1, 10, n) == pytest.approx(min(1, 1 / e))


def test_the_always_valid_bound_is_tightest_near_the_size_it_is_tuned_for():
    """As a width: the bound times the standard error, over √n, beside that of another tuning."""
    tuned, for_less, for_more = (AlwaysValid(planned).critical(0, 10_000) for planned in (10_000, 100, 1_000_000))
    assert tuned < for_less
    assert tuned < for_more


def test_what_was_crossed_once_stays_crossed():
    assert p_any_look((None, 0.2, 0.004, 0.3)) == 0.004
    assert p_any_look((None,)) is None


def test_burn_in_asks_for_units_and_for_converting_units_of_every_arm():
    assert is_burnt_in(((100, 25), (400, 25)))
    assert not is_burnt_in(((99, 99), (400, 25)))
    assert not is_burnt_in(((100, 25), (400, 24)))
    assert not is_burnt_in(())


@pytest.mark.parametrize("alpha", [-0.1, 0.0, 1.0, 1.5])
def test_a_level_that_is_none_decides_nothing(alpha):
    for look in (Fixed(alpha), GroupSequential((0.5, 1.0), alpha), AlwaysValid(1000, alpha)):
        assert look.missing(100) is Note.NO_LEVEL
        assert look.critical(100, 100) is None
        assert 0 <= look.p_value(9.0, 100, 100) <= 1
    assert GroupSequential((0.5, 1.0), alpha).bounds() == (None, None)
