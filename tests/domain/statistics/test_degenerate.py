"""What there is too little of is said in words: no error, no warning, nothing that is no number."""

import math
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.statistics.bayes import believe
from gateway.domain.statistics.estimates import Kind, cuped, estimate, mean, proportion, ratio
from gateway.domain.statistics.health import imbalance, is_suspicious
from gateway.domain.statistics.intervals import compare
from gateway.domain.statistics.look import Fixed
from gateway.domain.statistics.noninferiority import guard
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sequential import AlwaysValid, GroupSequential
from gateway.domain.statistics.sums import Sums

SOME = Sums.of_values([1, 2, 3, 4], [2, 2, 3, 5])
odd = st.sampled_from([0, 1, -1, 2, 0.5, 1e-300, 1e60, 1e119, 1e300, math.inf, -math.inf, math.nan, 10**100])
sums = st.builds(Sums, *[odd] * 11)
LOOKS = [
    Fixed(),
    Fixed(0.0),
    GroupSequential((0.5, 1.0)),
    GroupSequential(()),
    AlwaysValid(),
    AlwaysValid(0),
    AlwaysValid(10, 1.0),
]


def numbers(value):
    """Every number in a result, however deep."""
    if isinstance(value, tuple | list):
        return [number for each in value for number in numbers(each)]
    return [value] if isinstance(value, float) else []


@given(sums, sums, st.sampled_from(Kind), st.sampled_from(LOOKS))
def test_whatever_the_sums_there_is_a_result_of_finite_numbers(control, variant, kind, look):
    a, b = estimate(kind, control), estimate(kind, variant)
    found = [a, b, compare(a, b, look), guard(a, b, 0.02, look), believe(compare(a, b, look)), *cuped([control, variant]).arms]
    found += imbalance(control, [variant])
    assert math.isfinite(cuped([control, variant]).theta)
    assert math.isfinite(cuped([control, variant]).reduction)
    is_suspicious(compare(a, b, look))
    for each in found:
        assert all(math.isfinite(number) for number in numbers(astuple(each))), each
        told = [getattr(each, name, 0) for name in ("value", "p", "chance_to_win", "is_noninferior")]
        assert each.note or None not in told


@pytest.mark.parametrize(
    ("make", "arm", "note"),
    [
        (mean, Sums(), Note.NO_UNITS),
        (mean, Sums.of_values([5]), Note.ONE_UNIT),
        (mean, Sums(n=3, y=30, yy=1), Note.CONTRADICTORY),
        (mean, Sums(n=3, y=math.inf, yy=math.inf), Note.NOT_FINITE),
        (mean, Sums(n=3, y=10**400, yy=10**800), Note.NOT_FINITE),
        (proportion, Sums.of_hits(3, 4), Note.CONTRADICTORY),
        (ratio, Sums.of_parts([0, 0], [0, 0]), Note.NO_DENOMINATOR),
        (ratio, Sums.of_parts([1], [2]), Note.ONE_UNIT),
        (ratio, Sums(n=2, m=1, d=-3), Note.CONTRADICTORY),
    ],
)
def test_an_arm_says_what_it_lacks(make, arm, note):
    found = make(arm)
    assert found.note is note
    assert found.variance is None
    assert compare(found, mean(SOME), Fixed()).note is note
    assert compare(found, mean(SOME), Fixed()).p is None


def test_no_control_is_no_comparison():
    found = compare(None, mean(SOME), Fixed())
    assert found.note is Note.NO_CONTROL
    assert found.difference is None


def test_a_metric_that_never_happens_differs_by_nothing_and_proves_nothing():
    nothing = proportion(Sums.of_hits(1000, 0))
    found = compare(nothing, nothing, Fixed())
    assert found.difference == 0
    assert found.p is None
    assert found.note is Note.NO_VARIANCE
    assert found.lift_note is Note.CONTROL_NEAR_ZERO


def test_a_control_without_conversions_has_a_difference_and_no_lift():
    found = compare(proportion(Sums.of_hits(1000, 0)), proportion(Sums.of_hits(1000, 30)), Fixed())
    assert found.p < 0.001
    assert found.lift is None
    assert found.lift_interval is None
    assert found.lift_note is Note.CONTROL_NEAR_ZERO


def test_a_control_below_zero_has_no_lift():
    """Refunds beyond what was sold: twice as much would read as an improvement."""
    found = compare(mean(Sums.of_values([-5, -6, -7])), mean(Sums.of_values([-5, -7, -9])), Fixed())
    assert found.lift is None
    assert found.lift_note is Note.CONTROL_NEGATIVE
    assert found.interval


def test_units_that_are_all_alike_have_no_p():
    found = compare(mean(Sums.of_values([3, 3, 3])), mean(Sums.of_values([4, 4, 4])), Fixed())
    assert (found.difference, found.p, found.note) == (1, None, Note.NO_VARIANCE)
    assert found.lift == pytest.approx(1 / 3)


def test_without_a_past_the_plain_means_stand():
    arms = [Sums.of_values([1, 2, 3]), Sums.of_values([2, 3, 5])]
    found = cuped(arms)
    assert found.arms == tuple(mean(arm) for arm in arms)
    assert (found.theta, found.reduction, found.note) == (0, 0, Note.NO_HISTORY)


def test_one_arm_without_units_does_not_spoil_the_other_s_adjustment():
    found = cuped([SOME, Sums(), Sums.of_values([9], [3])])
    assert found.arms[0].variance < mean(SOME).variance
    assert found.arms[1].note is Note.NO_UNITS
    assert found.arms[2].note is Note.ONE_UNIT


def test_a_whale_makes_the_interval_wide_and_not_the_verdict():
    """One order of a million among thousands of small ones."""
    small = [0] * 950 + [40] * 50
    found = compare(mean(Sums.of_values(small)), mean(Sums.of_values([*small[:-1], 1_000_000])), Fixed())
    assert found.difference > 900
    assert not found.is_significant


def test_a_ratio_that_is_the_same_for_every_unit_has_no_variance():
    assert ratio(Sums.of_parts([0.1, 0.2, 0.3], [1, 2, 3])).variance == 0
