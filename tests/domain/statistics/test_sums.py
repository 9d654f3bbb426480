"""Sums add as sets of units do, and lose nothing that the units said."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.statistics.estimates import mean, ratio
from gateway.domain.statistics.sums import Sums, covariance, total

whole = st.integers(-(10**9), 10**9)
units = st.lists(st.tuples(whole, whole), max_size=30)


def sums_of(pairs):
    return Sums.of_values([y for y, _ in pairs], [x for _, x in pairs])


@given(units, units)
def test_the_sums_of_two_sets_are_the_sums_of_their_union(some, others):
    assert sums_of(some) + sums_of(others) == sums_of(some + others)
    assert sums_of(some + others) - sums_of(others) == sums_of(some)


@given(units, units, units)
def test_the_order_in_which_days_are_added_does_not_matter(a, b, c):
    assert total(map(sums_of, (a, b, c))) == sums_of(c) + (sums_of(b) + sums_of(a))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=2, max_size=30))
def test_a_ratio_s_sums_add_too(pairs):
    whole = Sums.of_parts([m for m, _ in pairs], [d for _, d in pairs])
    halves = [Sums.of_parts([m for m, _ in part], [d for _, d in part]) for part in (pairs[:1], pairs[1:])]
    assert halves[0] + halves[1] == whole
    assert ratio(whole).value == pytest.approx(sum(m for m, _ in pairs) / sum(d for _, d in pairs))


def test_a_unit_that_is_worth_more_now_is_a_difference_of_sums():
    """As events are folded: the old value out, the new one in, the same unit."""
    before = Sums.of_values([100, 0, 250])
    delta = Sums(n=0, y=300 - 250, yy=300**2 - 250**2)
    assert before + delta == Sums.of_values([100, 0, 300])


def test_integers_stay_exact_where_floats_would_lose_the_spread():
    prices = [10**15 + cent for cent in (0, 1, 2, 3)]
    assert mean(Sums.of_values(prices)).variance == pytest.approx(5 / 3)


def test_floats_that_are_all_equal_have_no_spread_however_they_were_added():
    added = Sums(n=1_000_000, y=sum([0.1] * 1_000_000), yy=sum([0.1 * 0.1] * 1_000_000))
    assert mean(added).variance == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_a_covariance_is_numpy_s(values):
    others = [value * 0.5 + place for place, value in enumerate(values)]
    found = covariance(len(values), sum(values), sum(others), sum(a * b for a, b in zip(values, others, strict=True)))
    scale = max(map(abs, values + others)) ** 2 + 1
    assert found == pytest.approx(np.cov(values, others)[0, 1], rel=1e-6, abs=1e-9 * scale)


def test_discounting_keeps_every_mean():
    arm = Sums.of_values([1, 2, 6], [3, 3, 3])
    old = arm.scaled(0.97)
    assert old.n == pytest.approx(2.91)
    assert old.y / old.n == pytest.approx(arm.y / arm.n)


def test_sums_alone_load_no_statistics_library():
    """A server that only folds events pays nothing for it."""
    code = "import sys, gateway.domain.statistics.sums; sys.exit('scipy' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    code = "import sys, gateway.domain.statistics.sequential, gateway.domain.statistics.power; sys.exit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
