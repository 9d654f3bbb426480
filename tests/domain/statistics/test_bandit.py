"""The optimiser: how likely each arm is best, and what share it gets."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from gateway.domain.statistics.bandit import (
    Posterior,
    chance_best,
    discounted,
    posterior_of_hits,
    posterior_of_values,
    shortfall,
    weights,
)
from gateway.domain.statistics.sums import Sums

posteriors = st.lists(st.builds(Posterior, st.floats(-5, 5), st.floats(1e-3, 3)), min_size=1, max_size=6)


@given(posteriors)
def test_the_chances_are_shares_of_one_and_follow_the_order_of_the_arms(arms):
    found = chance_best(arms)
    assert sum(found) == pytest.approx(1)
    assert min(found) >= 0
    assert chance_best(arms[::-1]) == pytest.approx(found[::-1], abs=1e-9)


@given(st.builds(Posterior, st.floats(-5, 5), st.floats(1e-4, 3)), st.builds(Posterior, st.floats(-5, 5), st.floats(1e-4, 3)))
def test_of_two_arms_the_chance_is_in_the_books(one, other):
    """Φ((μ₁ − μ₂)/√(σ₁² + σ₂²)), also where one is known a thousand times better."""
    exact = ndtr((one.mean - other.mean) / math.hypot(one.deviation, other.deviation))
    assert chance_best([one, other])[0] == pytest.approx(exact, abs=1e-6)


def test_the_chances_of_five_arms_are_those_of_draws():
    arms = [Posterior(m, s) for m, s in ((0.05, 0.01), (0.055, 0.004), (0.06, 0.02), (0.04, 0.0001), (0.058, 0.002))]
    random = np.random.default_rng(2)
    drawn = np.stack([random.normal(a.mean, a.deviation, 400_000) for a in arms]).argmax(axis=0)
    assert chance_best(arms) == pytest.approx(np.bincount(drawn, minlength=5) / 400_000, abs=0.004)


def test_arms_that_are_equal_or_certain_are_no_trouble():
    assert chance_best([]) == ()
    assert chance_best([Posterior(0.0, 0.0)] * 4) == pytest.approx([0.25] * 4)
    assert chance_best([Posterior(1.0, 0.0), Posterior(2.0, 0.0)]) == pytest.approx([0, 1], abs=1e-9)
    assert chance_best([Posterior(1e9, 1.0), Posterior(1e9, 1.0)]) == pytest.approx([0.5, 0.5])


@given(posteriors, st.sampled_from([0.0, 0.01, 0.1, 0.5]))
def test_no_arm_falls_below_the_floor_and_the_shares_are_all_there_is(arms, floor):
    found = weights(chance_best(arms), floor)
    assert sum(found) == pytest.approx(1)
    assert min(found) >= min(floor, 1 / len(arms)) - 1e-12


def test_clicks_are_believed_as_a_beta_distribution():
    found = posterior_of_hits(Sums.of_hits(100, 7))
    assert found.mean == pytest.approx(8 / 102)
    assert found.deviation == pytest.approx(math.sqrt(8 * 94 / (102**2 * 103)))
    assert posterior_of_hits(Sums()).mean == 0.5


def test_few_equal_rewards_do_not_look_certain():
    prior = Posterior(10.0, 20.0)
    assert posterior_of_values(Sums(), prior) == prior
    assert posterior_of_values(Sums.of_values([0.0, 0.0, 0.0]), prior).deviation > 3
    two = posterior_of_values(Sums.of_values([4.0, 10.0]), prior)  # beside one unit of 10 that may be 20 off
    assert two.mean == pytest.approx(24 / 3)
    assert two.deviation == pytest.approx(math.sqrt(((16 + 100 + 500) / 3 - 64) / 3))
    values = list(np.random.default_rng(3).gamma(2.0, 5.0, 20_000))
    found = posterior_of_values(Sums.of_values(values), prior)
    assert found.mean == pytest.approx(np.mean(values), abs=0.01)
    assert found.deviation == pytest.approx(np.std(values) / math.sqrt(20_000), rel=0.02)


def test_what_was_long_ago_is_forgotten_batch_by_batch():
    known = Sums()
    for _ in range(500):
        known = discounted(known, Sums.of_hits(100, 5))
    assert known.n == pytest.approx(100 / 0.03, rel=1e-3)
    for _ in range(60):
        known = discounted(known, Sums.of_hits(100, 10))
    assert known.y / known.n > 0.09


def test_the_shortfall_is_what_is_not_on_the_best_arm():
    arms = [Posterior(0.05, 0.01), Posterior(0.07, 0.01)]
    assert shortfall(arms, [0.5, 0.5]) == pytest.approx(0.01)
    assert shortfall(arms, [0, 1]) == 0
    assert shortfall([], []) == 0


def test_thompson_s_weights_find_the_better_strategy():
    """Five arms, 56 batches: what is lost against always serving the best is far from what even shares lose."""
    random = np.random.default_rng(6)
    rates = np.array([0.040, 0.045, 0.050, 0.043, 0.060])
    lost = []
    for _ in range(20):
        known, shares, earned = [Sums()] * 5, (0.2,) * 5, 0.0
        for _ in range(56):
            units = random.multinomial(2000, shares)
            hits = random.binomial(units, rates)
            known = [discounted(k, Sums.of_hits(int(n), int(y))) for k, n, y in zip(known, units, hits, strict=True)]
            shares = weights(chance_best([posterior_of_hits(k) for k in known]))
            earned += float((units * rates).sum())
        lost.append(1 - earned / (56 * 2000 * rates.max()))
    assert np.mean(lost) < 0.06 < 1 - rates.mean() / rates.max()
