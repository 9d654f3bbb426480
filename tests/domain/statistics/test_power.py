"""How many units are needed, and what so many could find."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower, zt_ind_solve_power

from gateway.domain.statistics.note import Note
from gateway.domain.statistics.power import (
    Design,
    chance,
    inflation_always_valid,
    inflation_sequential,
    least_effect,
    least_rise,
    units_needed,
)

designs = st.builds(
    Design, variance=st.floats(0.01, 1e4), other_variance=st.one_of(st.none(), st.floats(0.01, 1e4)), alpha=st.floats(0.001, 0.2),
    power=st.floats(0.5, 0.99), share=st.floats(0.05, 0.95), inflation=st.floats(1, 2), explained=st.floats(0, 0.9),
)  # fmt: skip


@pytest.mark.parametrize(("effect", "share"), [(0.05, 0.5), (0.2, 0.5), (0.1, 0.2)])
def test_the_size_is_statsmodels(effect, share):
    ratio = share / (1 - share)
    theirs = zt_ind_solve_power(effect_size=effect, alpha=0.05, power=0.8, ratio=ratio)
    ours = units_needed(Design(variance=1.0, share=share), effect)
    assert ours.control == pytest.approx(theirs, abs=2, rel=1e-3)
    assert ours.variant == pytest.approx(theirs * ratio, abs=2, rel=1e-3)


def test_the_power_is_statsmodels():
    theirs = NormalIndPower().power(0.1, nobs1=1000, alpha=0.05, ratio=1)
    assert chance(Design(variance=1.0), 0.1, 2000) == pytest.approx(theirs)


def test_a_conversion_of_5_percent_needs_what_the_textbook_says_for_8_percent_more():
    """(1.96 + 0.8416)²·(0.05·0.95 + 0.054·0.946)/0.004² = 48,361 an arm."""
    found = units_needed(Design(0.05 * 0.95, 0.054 * 0.946), 0.004, per_day=10_000)
    assert found.control == found.variant == 48_361
    assert found.days == pytest.approx(9.6722)


@given(designs, st.floats(0.001, 10))
def test_the_effect_that_a_size_finds_is_the_effect_it_was_planned_for(design, effect):
    size = units_needed(design, effect)
    assert least_effect(design, size.total) <= effect * (1 + 1e-9)
    assert least_effect(design, size.total) == pytest.approx(effect, rel=2 / size.total + 1e-9)
    assert chance(design, effect, size.total) >= design.power - 1e-9


def test_what_cuped_explains_is_saved():
    plain, adjusted = (units_needed(Design(4.0, explained=e), 0.1).total for e in (0.0, 0.5))
    assert adjusted == pytest.approx(plain / 2, abs=2)


def test_looks_on_the_way_cost_a_few_units_and_looks_for_ever_many():
    assert inflation_sequential(1) == pytest.approx(1, abs=1e-9)
    assert 1.05 < inflation_sequential(5) < inflation_sequential(14) < 1.2
    assert inflation_sequential(14, spending=3.0) < inflation_sequential(14)
    assert 1.8 < inflation_always_valid() < 2.0
    assert inflation_sequential(10**6) == inflation_sequential(200)


def test_an_impossible_plan_says_why():
    sound = Design(1.0)
    assert units_needed(sound, 0.0).note is Note.NO_DIFFERENCE
    assert units_needed(sound, math.nan).note is Note.NO_DIFFERENCE
    assert units_needed(sound, 0.1, per_day=0).note is Note.NO_TRAFFIC
    assert units_needed(sound, 0.1, per_day=0).total
    for broken in (
        Design(0.0),
        Design(math.inf),
        Design(1.0, share=1.0),
        Design(1.0, alpha=0),
        Design(1.0, alpha=1.5),
        Design(1.0, power=1.2),
        Design(1.0, explained=1.0),
    ):
        assert units_needed(broken, 0.1).note is Note.NO_VARIANCE
        assert least_effect(broken, 100) is None
        assert chance(broken, 0.1, 100) is None
    assert least_effect(sound, 0) is None


@given(st.floats(0.001, 0.6), st.floats(0.01, 0.5), st.floats(0.1, 0.9), st.floats(1, 2))
def test_what_so_many_units_would_find_of_a_share_takes_so_many_units(baseline, lift, share, inflation):
    grown = baseline * (1 + lift)
    own, other = baseline * (1 - baseline), grown * (1 - grown)
    size = units_needed(Design(own, other, share=share, inflation=inflation), grown - baseline).total
    rise = least_rise(Design(own, share=share, inflation=inflation), baseline, size)
    assert rise == pytest.approx(grown - baseline, rel=4 / size + 1e-6)


def test_no_share_grows_beyond_all():
    assert least_rise(Design(0.9 * 0.1), 0.9, 20) is None
    assert least_rise(Design(0.9 * 0.1), 0.9, 0) is None
    assert least_rise(Design(0.1), 0.0, 100) is None
