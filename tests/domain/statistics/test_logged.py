"""A log that is added up says of another policy what its rows say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.statistics.logged import Logged, evaluate_sums, gain
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.offpolicy import Forecast, evaluate
from gateway.domain.statistics.sums import Sums

groups = st.lists(
    st.tuples(
        st.lists(st.floats(-5, 50), min_size=1, max_size=40),
        st.floats(0.01, 1),
        st.floats(0, 1),
        st.floats(0, 5),
        st.floats(0, 5),
    ),
    min_size=1,
    max_size=6,
)


def log_of(told):
    return [Logged(Sums.of_values(rewards), p, q, a, b) for rewards, p, q, a, b in told]


@given(groups)
def test_sums_say_what_rows_say(told):
    rewards = np.concatenate([rewards for rewards, *_ in told])
    spread = [np.concatenate([[each[place]] * len(each[0]) for each in told]) for place in (1, 2, 3, 4)]
    rows = evaluate(rewards, spread[0], spread[1], Forecast(spread[2], spread[3]), floor=2)
    sums = evaluate_sums(log_of(told), floor=2)
    assert (sums.rows, sums.note) == (rows.rows, rows.note)
    for name in ("ess", "overlap"):
        assert getattr(sums, name) == (None if getattr(rows, name) is None else pytest.approx(getattr(rows, name)))
    for name in ("logged", "ips", "snips", "doubly_robust"):
        one, other = getattr(sums, name), getattr(rows, name)
        assert (one is None) == (other is None)
        if one and other:
            assert one.value == pytest.approx(other.value, rel=1e-9, abs=1e-9)
            assert (one.error or 0) == pytest.approx(other.error or 0, rel=1e-6, abs=1e-6)


def test_what_is_missing_is_said():
    assert evaluate_sums([]).note is Note.NOTHING_LOGGED
    assert gain([]).note is Note.NOTHING_LOGGED
    some = Sums.of_hits(50, 5)
    assert evaluate_sums([Logged(some, 0.5, 1.0)]).note is Note.TOO_FEW_EFFECTIVE
    assert evaluate_sums([Logged(some, 0.0, 1.0)]).note is Note.BAD_PROPENSITY
    assert evaluate_sums([Logged(some, 0.5, 0.0)]).note is Note.NO_OVERLAP
    assert gain([Logged(some, 0.5, 1.0)]).difference is None
    assert evaluate_sums([Logged(Sums.of_hits(500, 5), 0.5, 1.0)]).doubly_robust is None


def test_the_gain_of_a_policy_that_is_the_other_is_nothing():
    found = gain([Logged(Sums.of_hits(300, 30), 0.5, 0.5), Logged(Sums.of_hits(310, 20), 0.5, 0.5)])
    assert found.difference is not None
    assert found.difference.value == pytest.approx(0, abs=1e-15)
    assert found.difference.error == pytest.approx(0, abs=1e-12)


def test_the_gain_s_interval_holds_the_truth_as_often_as_it_says():
    """Two arms, shares that move from even to 9 : 1, units drawn as a server draws them."""
    random = np.random.default_rng(11)
    rates, held, runs = np.array([0.05, 0.08]), 0, 400
    for _ in range(runs):
        log, truth = [], []
        for share in (0.5, 0.7, 0.9):
            served = random.multinomial(2000, [1 - share, share])
            hits = random.binomial(served, rates)
            log += [
                Logged(Sums.of_hits(int(n), int(y)), p, 0.5) for n, y, p in zip(served, hits, (1 - share, share), strict=True)
            ]
            truth.append((1 - share) * rates[0] + share * rates[1])
        found = gain(log).difference
        held += bool(found and found.interval and not found.interval.excludes(np.mean(truth) - rates.mean()))
    assert held / runs == pytest.approx(0.95, abs=0.035)
