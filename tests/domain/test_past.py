"""What a shop's units did of late: the figure, how much units differ, and the most that counts."""

import pytest

from gateway.domain.metric import BUILT_IN
from gateway.domain.past import Past


def test_a_proportion_counts_the_units_that_did_it_at_all():
    past = Past(100, 10, [(0, 0, 80), (1, 0, 15), (3, 0, 5)])
    found = past.estimate(BUILT_IN["conversion"])
    assert (found.value, found.variance) == (pytest.approx(0.2), pytest.approx(0.16))
    assert (past.sampled, past.per_day) == (100, 10)


def test_a_mean_and_its_variance_are_those_of_the_units():
    found = Past(4, 1, [(0, 0, 2), (2, 0, 1), (6, 0, 1)]).estimate(BUILT_IN["orders_per_unit"])
    assert (found.value, found.variance) == (pytest.approx(2), pytest.approx(8))


def test_a_ratio_is_one_sum_over_another_and_varies_with_both():
    found = Past(3, 1, [(1, 10, 1), (0, 10, 1), (5, 40, 1)]).estimate(BUILT_IN["click_through_rate"])
    assert found.value == pytest.approx(0.1)
    assert found.variance == pytest.approx(((0 + 1 + 1) / 2) / 20**2)  # of m - R·d over units: 0, -1, 1


def test_more_than_the_cap_counts_as_the_cap():
    assert Past(2, 1, [(10, 0, 1), (100, 0, 1)]).estimate(BUILT_IN["revenue_per_unit"], 20).value == pytest.approx(15)


@pytest.mark.parametrize(
    ("rows", "cap"),
    [
        ([(0, 0, 900), (5, 0, 99)], None),  # too few units
        ([(0, 0, 999), (7, 0, 1)], None),  # fewer than a thousandth have any
        ([(0, 0, 998), (5, 0, 1), (70, 0, 1)], 5),
        ([(0, 0, 9900), (5, 0, 89), (60, 0, 1), (700, 0, 10)], 60),
        ([(0, 0, 9900), (5, 0, 85), (60, 0, 5), (700, 0, 10)], 60),
        ([(0, 0, 9900), (5, 0, 89), (700, 0, 11)], 700),
    ],
)
def test_the_cap_is_what_a_thousandth_of_the_units_exceeds(rows, cap):
    assert Past(sum(units for *_, units in rows), 28, rows).cap() == cap


def test_of_nobody_nothing_is_known():
    past = Past(0, 0.0)
    assert (past.per_day, past.cap(), past.estimate(BUILT_IN["conversion"]).value) == (0, None, None)
