"""What an optimiser learns, batch by batch, and the weights that follow."""

import numpy as np
import pytest

from gateway.domain.experiment import OptimiserReward
from gateway.domain.metric import BUILT_IN, MetricKind
from gateway.domain.optimising import REWARDS, Learnt, beliefs, next_policy
from gateway.domain.statistics.sums import Sums

CLICK, REVENUE = OptimiserReward.CLICK, OptimiserReward.REVENUE


def test_every_reward_is_a_figure_of_each_unit():
    assert REWARDS.keys() == set(OptimiserReward)
    assert {BUILT_IN[REWARDS[each]].kind for each in OptimiserReward} == {MetricKind.PROPORTION, MetricKind.MEAN}


def test_units_count_once_and_what_was_known_weighs_a_little_less():
    first = next_policy(CLICK, [Learnt()] * 2, [Sums.of_hits(100, 10), Sums.of_hits(100, 5)])
    assert first is not None
    then = next_policy(CLICK, first.learnt, [Sums.of_hits(150, 15), Sums.of_hits(160, 9)])
    assert then is not None
    assert then.learnt[0].counted == Sums.of_hits(150, 15)
    assert then.learnt[0].known.n == pytest.approx(0.97 * 100 + 50)
    assert then.learnt[1].known.y == pytest.approx(0.97 * 5 + 4)


def test_where_too_little_has_matured_the_weights_stay():
    assert next_policy(CLICK, [Learnt()] * 2, [Sums.of_hits(60, 10), Sums.of_hits(39, 5)]) is None
    policy = next_policy(CLICK, [Learnt()] * 2, [Sums.of_hits(60, 10), Sums.of_hits(40, 5)])
    assert policy is not None
    assert next_policy(CLICK, policy.learnt, [Sums.of_hits(60, 12), Sums.of_hits(40, 5)]) is None


def test_a_part_of_the_units_is_spread_evenly_for_ever():
    policy = next_policy(CLICK, [Learnt()] * 4, [Sums.of_hits(9000, 900), *[Sums.of_hits(9000, 90)] * 3])
    assert policy is not None
    assert sum(policy.weights) == pytest.approx(1)
    assert policy.weights[1:] == pytest.approx([0.08 / 4 + 0.92 * 0.01] * 3)
    assert policy.probability_best[0] == pytest.approx(1)


def test_units_that_turn_out_to_be_bots_are_taken_back():
    first = next_policy(CLICK, [Learnt()] * 2, [Sums.of_hits(900, 90), Sums.of_hits(900, 90)])
    assert first is not None
    then = next_policy(CLICK, first.learnt, [Sums.of_hits(1100, 110), Sums.of_hits(850, 40)])
    assert then is not None
    assert then.learnt[1].known.y == pytest.approx(0.97 * 90 - 50)
    assert then.weights[0] > 0.9


def test_a_variant_s_revenue_is_thought_to_be_like_all_until_it_shows():
    some = Sums.of_values([0.0] * 90 + [10_000.0] * 10)
    told = beliefs(REVENUE, [some, Sums()])
    assert told[0].mean == pytest.approx(1000, rel=0.01)
    assert (told[1].mean, told[1].deviation) == pytest.approx((1000, 3000))
    nothing = beliefs(REVENUE, [Sums(n=50), Sums(n=50)])
    assert next_policy(REVENUE, [Learnt()] * 2, [Sums(n=80), Sums(n=80)]).weights == pytest.approx((0.5, 0.5))
    assert [each.mean for each in nothing] == [0, 0]


def test_where_most_revenue_is_the_units_go():
    random = np.random.default_rng(4)

    def orders(rate, n=20_000):
        return Sums.of_values(list(np.where(random.random(n) < rate, random.gamma(2, 20_000, n), 0.0)))

    policy = next_policy(REVENUE, [Learnt()] * 3, [orders(0.03), orders(0.02), orders(0.02)])
    assert policy is not None
    assert policy.weights[0] > 0.85
