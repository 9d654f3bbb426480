"""Group sequential bounds: published tables, and walks simulated with a fixed seed."""

import math

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from gateway.domain.statistics.boundaries import chance_to_cross, curve_of, repeated_p, spend, walk
from gateway.domain.statistics.sequential import GroupSequential

FIFTHS = np.arange(1, 6) / 5


def test_o_brien_and_fleming_s_spending_has_the_bounds_that_lan_and_demets_printed():
    spent = 2 * ndtr(ndtri(0.025 / 2) / np.sqrt(FIFTHS))[None]
    assert walk(spent, FIFTHS).bounds[0] == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-4)


def test_pocock_s_spending_has_the_bounds_that_lan_and_demets_printed():
    spent = 0.025 * np.log(1 + (math.e - 1) * FIFTHS)[None]
    assert walk(spent, FIFTHS).bounds[0] == pytest.approx([2.4380, 2.4268, 2.4101, 2.3966, 2.3859], abs=2e-4)


@pytest.mark.parametrize("power", [1.0, 2.0, 3.0])
def test_simulated_walks_cross_as_often_as_is_spent_at_every_look(power):
    times = np.array([0.1, 0.25, 0.3, 0.6, 0.85, 1.0])
    found = walk(spend(times, np.array([0.05]), power), times).bounds[0]
    random = np.random.default_rng(3)
    steps = random.normal(size=(400_000, len(times))) * np.sqrt(np.diff(times, prepend=0))
    z = np.abs(np.cumsum(steps, axis=1)) / np.sqrt(times)
    crossed = np.maximum.accumulate(z > found, axis=1).mean(axis=0)
    due = 0.05 * times**power
    assert np.abs(crossed - due).max() < 4 * math.sqrt(0.05 * 0.95 / 400_000)


def test_the_first_bound_is_the_quantile_of_what_is_spent():
    found = GroupSequential((0.25, 1.0)).bounds()
    assert found[0] == pytest.approx(-ndtri(0.025 * 0.25**2))


def test_bounds_do_not_depend_on_looks_to_come():
    times = (0.1, 0.4, 0.45, 1.0)
    for seen in range(1, 4):
        assert GroupSequential(times[:seen]).bounds() == pytest.approx(GroupSequential(times).bounds()[:seen], abs=1e-8)


def test_a_repeated_p_value_is_the_level_whose_bound_the_look_would_just_cross():
    times = tuple(np.arange(1, 8) / 14)
    curve = curve_of(times, times, 0.05, 2.0)
    for level in (0.7, 0.3, 0.1, 0.045, 0.01, 0.001, 2e-6):
        z = walk(spend(np.array(times), np.array([level]), 2.0), np.array(times)).bounds[0, -1]
        assert repeated_p(z, curve) == pytest.approx(level, rel=0.01)


def test_repeated_p_values_below_alpha_are_as_rare_as_promised_over_all_looks():
    looks = tuple(np.arange(1, 15) / 14)
    random = np.random.default_rng(4)
    z = np.cumsum(random.normal(size=(20_000, 14)), axis=1) / np.sqrt(np.arange(1, 15))
    wrong = np.zeros(20_000, dtype=bool)
    for k in range(14):
        look = GroupSequential(looks[: k + 1])
        wrong |= np.abs(z[:, k]) > look.critical(0, 0)
    assert wrong.mean() == pytest.approx(0.05, abs=0.005)


def test_the_chance_to_cross_is_that_of_simulated_walks_with_a_drift():
    found = walk(spend(FIFTHS, np.array([0.05]), 2.0), FIFTHS)
    random = np.random.default_rng(8)
    paths = np.cumsum(random.normal(size=(200_000, 5)) * math.sqrt(0.2) + 2.5 * 0.2, axis=1)
    crossed = (np.abs(paths) / np.sqrt(FIFTHS) > found.bounds[0]).any(axis=1).mean()
    assert chance_to_cross(found, 2.5) == pytest.approx(crossed, abs=0.004)
    assert chance_to_cross(found, 0.0) == pytest.approx(0.05, abs=1e-9)
