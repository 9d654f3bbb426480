"""Figures against a hand's reckoning."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evaluation.interval import bootstrap, wilson
from gateway.evaluation.measures import AT, Tally, mark, surprise


@pytest.mark.parametrize(
    ("answer", "targets", "hit", "reciprocal", "ndcg", "recall"),
    [
        ([], {1}, False, 0, 0, 0),
        ([1], {1}, True, 1, 1, 1),
        ([5, 6, 1], {1}, True, 1 / 3, 1 / 2, 1),
        ([1, 5, 2], {1, 2}, True, 1, (1 + 1 / 2) / (1 + 1 / math.log2(3)), 1),
        ([5, 1], {1, 2, 3, 4}, True, 1 / 2, (1 / math.log2(3)) / sum(1 / math.log2(n + 2) for n in range(4)), 1 / 4),
        ([*range(AT), 99], {99}, False, 0, 0, 0),
    ],
)
def test_a_mark(answer, targets, hit, reciprocal, ndcg, recall):
    found = mark(answer, targets)
    assert found.hit is hit
    assert (found.reciprocal, found.ndcg, found.recall) == pytest.approx((reciprocal, ndcg, recall))


@given(st.lists(st.integers(0, 40), unique=True, max_size=30), st.sets(st.integers(0, 40), min_size=1))
def test_marks_are_shares_and_agree(answer, targets):
    found = mark(answer, targets)
    assert all(0 <= share <= 1 for share in (found.reciprocal, found.ndcg, found.recall))
    assert found.hit == (found.recall > 0) == (found.ndcg > 0) == bool(targets & set(answer[:AT]))


def test_a_tally_adds_up():
    tally = Tally(surprise(np.array([3, 1, 0, 0]), 3), showable=4)
    for answer, targets in (([0, 1], {1}), ([1], {1}), ([], {2}), ([0], {3})):
        tally.add(answer, targets)
    figures = tally.figures()
    assert (figures.questions, figures.answered, figures.coverage) == (4, 0.75, 0.5)
    assert (figures.hit_rate.value, figures.mrr.value) == (0.5, 0.375)
    assert figures.novelty == pytest.approx((0 + 1 + 1 + 0) / 4)
    assert tally.hits().tolist() == [True, True, False, False]
    assert figures.mrr.interval[0] <= 0.375 <= figures.mrr.interval[1]


def test_nothing_asked_is_nothing_found():
    figures = Tally(np.zeros(3), showable=0).figures()
    assert (figures.questions, figures.hit_rate.value, figures.hit_rate.interval, figures.coverage) == (0, 0, (0, 1), 0)


def test_wilson_is_the_known_interval():
    assert wilson(10, 100) == pytest.approx((0.0552, 0.1744), abs=1e-4)  # R: prop.test(10, 100, correct = FALSE)
    assert wilson(0, 50)[0] == pytest.approx(0)
    assert wilson(50, 50)[1] == pytest.approx(1)


def test_a_bootstrap_is_near_the_normal_interval_and_the_same_each_time():
    values = np.random.default_rng(3).normal(5, 2, 400)
    low, high = bootstrap(values)
    half = 1.96 * values.std() / 20
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.03)
    assert bootstrap(values) == (low, high)
