"""Health first: a split that is broken, units seen twice, arms that differed before."""

from datetime import timedelta

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln

from gateway.domain.statistics.health import (
    Ailment,
    imbalance,
    is_suspicious,
    is_too_short,
    log_bayes_factor,
    sample_ratio,
    too_many_multiple,
)
from gateway.domain.statistics.intervals import Comparison
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sums import Sums


@pytest.mark.parametrize(
    ("observed", "weights"), [([5000, 5100], [1, 1]), ([100, 220, 330], [0.1, 0.2, 0.7]), ([7, 3], [0.5, 0.5])]
)
def test_the_split_is_tested_by_chi_square(observed, weights):
    found = sample_ratio(observed, weights)
    due = [sum(observed) * w / sum(weights) for w in weights]
    statistic, p = stats.chisquare(observed, due)
    assert (found.statistic, found.p) == pytest.approx((statistic, p))
    assert found.expected == pytest.approx(due)


def test_a_true_52_to_48_of_100_000_is_flagged_and_50_to_50_is_not():
    random = np.random.default_rng(1)
    for _ in range(50):
        broken, sound = (int(random.binomial(100_000, share)) for share in (0.52, 0.5))
        assert sample_ratio([broken, 100_000 - broken], [0.5, 0.5]).alarms
        assert sample_ratio([broken, 100_000 - broken], [0.5, 0.5]).alarms_sequentially
        assert not sample_ratio([sound, 100_000 - sound], [0.5, 0.5]).alarms
        assert not sample_ratio([sound, 100_000 - sound], [0.5, 0.5]).alarms_sequentially


def test_a_sound_split_looked_at_for_ever_is_hardly_ever_alarmed_sequentially():
    """The plain test, looked at every 100 units at 5 %, errs in most; the Bayes factor keeps its promise."""
    random = np.random.default_rng(2)
    counts = random.binomial(100, 0.5, size=(400, 300)).cumsum(axis=1)
    units = np.arange(1, 301) * 100
    plain = sequential = 0
    for path in counts:
        found = [sample_ratio([int(a), int(n - a)], [1, 1]) for a, n in zip(path, units, strict=True)]
        plain += min(each.p for each in found) < 0.05
        sequential += min(each.p_sequential for each in found) < 0.05
    assert sequential / 400 < 0.05
    assert plain / 400 > 0.3


def test_the_bayes_factor_is_the_dirichlet_multinomial_s():
    counts, shares = np.array([5200, 4800]), np.array([0.5, 0.5])
    prior = 10_000 * shares
    marginal = gammaln(10_000) - gammaln(20_000) + (gammaln(prior + counts) - gammaln(prior)).sum()
    assert log_bayes_factor([5200, 4800], [0.5, 0.5], 10_000) == pytest.approx(marginal - (counts * np.log(shares)).sum())


@pytest.mark.parametrize("units", [5, 10, 40])
def test_an_arm_that_nobody_gets_is_noticed_at_once(units):
    """A control that is not told, a variant that breaks the page: forty units are enough, and ten are not."""
    assert sample_ratio([0, units], [0.5, 0.5]).alarms_sequentially is (units == 40)


def test_an_optimiser_s_split_is_expected_from_the_propensities_it_logged():
    """Weights moved from even to 90:10; what is expected is their sum, not the even start."""
    assert sample_ratio([700, 300], [500 + 200.0, 300.0]).p == 1
    assert sample_ratio([700, 300], [500, 500]).alarms


def test_an_arm_that_should_be_empty_and_is_not_is_broken_for_certain():
    found = sample_ratio([100, 1], [1.0, 0.0])
    assert found.alarms
    assert found.note is Note.UNEXPECTED_ARM
    assert sample_ratio([100, 0], [1.0, 0.0]).p == 1


@pytest.mark.parametrize("expected", [[], [1.0], [0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0], [-1.0, 2.0]])
def test_without_an_expectation_there_is_no_verdict_on_the_split(expected):
    found = sample_ratio([5] * len(expected), expected)
    assert found.p is None
    assert found.note is Note.NO_EXPECTATION
    assert not found.alarms


def test_a_split_without_units_says_so():
    assert sample_ratio([0, 0], [1, 1]).note is Note.NO_UNITS


@pytest.mark.parametrize(
    ("multiple", "units", "flagged"), [(9, 100, False), (10, 100, True), (10, 1000, False), (11, 1000, True), (0, 0, False)]
)
def test_multiple_exposures_count_past_one_in_a_hundred_and_ten_units(multiple, units, flagged):
    assert too_many_multiple(multiple, units) is flagged


def test_arms_that_differed_before_are_found():
    random = np.random.default_rng(3)
    now = [0.0] * 5000
    before = random.gamma(2, 10, size=(3, 5000))
    control, same, richer = (Sums.of_values(now, list(row)) for row in (before[0], before[1], before[2] + 2))
    found = imbalance(control, [same, richer])
    assert [each.is_significant for each in found] == [False, True]


def test_units_without_a_history_have_nothing_to_be_unbalanced():
    (found,) = imbalance(Sums.of_values([1, 2, 3]), [Sums.of_values([1, 2, 3])])
    assert found.p is None
    assert found.note is Note.NO_VARIANCE


def test_a_large_change_is_suspicious_only_where_it_is_significant():
    assert is_suspicious(Comparison(z=5, critical=2, lift=0.6))
    assert is_suspicious(Comparison(z=-5, critical=2, lift=-0.6))
    assert not is_suspicious(Comparison(z=1, critical=2, lift=0.6))
    assert not is_suspicious(Comparison(z=5, critical=2, lift=0.4))
    assert not is_suspicious(Comparison())


def test_a_week_is_the_least():
    assert is_too_short(timedelta(days=6, hours=23))
    assert not is_too_short(timedelta(days=7))
    assert [each for each in Ailment if each.heals] == [Ailment.TOO_SHORT, Ailment.NOT_BURNT_IN]
