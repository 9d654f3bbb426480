"""What a policy would have earned that was never served alone."""

import numpy as np
import pytest

from gateway.domain.statistics.note import Note
from gateway.domain.statistics.offpolicy import Forecast, effective_rows, evaluate

RATES = np.array([[0.02, 0.10], [0.06, 0.05], [0.12, 0.01]])  # of each arm, for two kinds of visitors
LOGGED = np.array([[0.6, 0.1], [0.3, 0.2], [0.1, 0.7]])  # the chance of each arm under what was served
OTHER = np.array([[0.1, 0.7], [0.2, 0.2], [0.7, 0.1]])  # and under what is asked about
TRUTH = float((RATES * OTHER).sum(axis=0).mean())


def log(seed, rows=20_000):
    """Rewards, propensities, the other policy's probabilities, and which arm and visitor it was."""
    random = np.random.default_rng(seed)
    kind = random.integers(0, 2, rows)
    arm = (random.random(rows)[None] > np.cumsum(LOGGED[:, kind], axis=0)).sum(axis=0).clip(0, 2)
    reward = (random.random(rows) < RATES[arm, kind]).astype(float)
    return reward, LOGGED[arm, kind], OTHER[arm, kind], arm, kind


def forecast(arm, kind, rates):
    return Forecast(rates[arm, kind], (rates * OTHER).sum(axis=0)[kind])


def test_every_estimator_finds_the_truth_that_the_log_hides():
    found = [evaluate(r, p, q, forecast(arm, kind, RATES)) for r, p, q, arm, kind in (log(seed) for seed in range(200))]
    for name in ("ips", "snips", "doubly_robust"):
        values = np.array([getattr(each, name).value for each in found])
        assert values.mean() == pytest.approx(TRUTH, abs=4 * values.std() / np.sqrt(200)), name
        held = np.mean([getattr(each, name).interval.low < TRUTH < getattr(each, name).interval.high for each in found])
        assert held == pytest.approx(0.95, abs=0.05), name
    assert abs(np.mean([each.logged.value for each in found]) - TRUTH) > 0.01


def test_doubly_robust_is_narrower_with_a_good_model_and_right_with_a_bad_one():
    bad = np.full_like(RATES, 0.3)
    good, misled, plain = [], [], []
    for seed in range(100):
        r, p, q, arm, kind = log(seed)
        good.append(evaluate(r, p, q, forecast(arm, kind, RATES)).doubly_robust.value)
        misled.append(evaluate(r, p, q, forecast(arm, kind, bad)).doubly_robust.value)
        plain.append(evaluate(r, p, q).ips.value)
    assert np.std(good) < np.std(plain)
    assert np.mean(misled) == pytest.approx(TRUTH, abs=0.003)


def test_doubly_robust_is_right_with_wrong_propensities_where_the_model_is_right():
    found = []
    for seed in range(100):
        r, p, q, arm, kind = log(seed)
        wrong = np.clip(p * 1.4, 0, 1)
        found.append(evaluate(r, wrong, q, forecast(arm, kind, RATES)))
    assert np.mean([each.doubly_robust.value for each in found]) == pytest.approx(TRUTH, abs=0.003)
    assert abs(np.mean([each.ips.value for each in found]) - TRUTH) > 0.01


def test_a_policy_that_is_what_was_served_is_worth_every_row():
    r, p, *_ = log(1)
    found = evaluate(r, p, p)
    assert found.ess == pytest.approx(len(r))
    assert found.overlap == 1
    assert found.ips.value == found.snips.value == found.logged.value
    assert found.ips.interval == found.logged.interval


def test_a_log_of_few_effective_rows_is_refused():
    r, p, q = np.zeros(10_000), np.full(10_000, 0.5), np.full(10_000, 0.5)
    p[:2] = 1e-6
    found = evaluate(r, p, q)
    assert found.note is Note.TOO_FEW_EFFECTIVE
    assert found.ess < 3
    assert found.ips is found.snips is found.doubly_robust is None
    assert found.logged.value == 0
    assert evaluate(r, p, q, floor=2).ips


def test_what_cannot_be_weighted_is_said_and_nothing_is_estimated():
    rows = np.ones(500)
    assert evaluate([], [], []).note is Note.NOTHING_LOGGED
    for p, q in (
        (0 * rows, rows),
        (2 * rows, rows),
        (rows, -rows),
        (rows, 2 * rows),
        (np.nan * rows, rows),
        (1e-300 * rows, rows),
    ):
        assert evaluate(rows, p, q).note is Note.BAD_PROPENSITY
    assert evaluate(rows, rows, 0 * rows).note is Note.NO_OVERLAP
    assert evaluate(rows * np.inf, rows, rows).note is Note.NOT_FINITE
    assert evaluate([1.0], [1.0], [1.0]).logged.interval is None
    assert evaluate(rows, rows * 1e-90, rows).ess == pytest.approx(500)
    with pytest.raises(ValueError, match="as many"):
        evaluate(rows, rows[:3], rows)


def test_effective_rows_are_all_of_even_weights_and_one_of_a_single_heavy_one():
    assert effective_rows(np.full(40, 3.0)) == pytest.approx(40)
    assert effective_rows(np.array([1e9, 1.0, 1.0])) == pytest.approx(1, abs=1e-6)
