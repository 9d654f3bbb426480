"""Two rankings in one list."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from gateway.domain.statistics.interleaving import Team, credit, draft, preference
from gateway.domain.statistics.note import Note

A, B = Team.A, Team.B
rankings = st.lists(st.integers(0, 12), unique=True, max_size=10)


def test_each_round_both_teams_pick_their_best_that_is_not_there_yet():
    assert draft("abcd", "bxay", [True, False], 4) == (("a", A), ("b", B), ("x", B), ("c", A))
    assert draft("abcd", "bxay", [False, False], 4) == (("b", B), ("a", A), ("x", B), ("c", A))
    assert draft("ab", "xy", [False, True], 3) == (("x", B), ("a", A), ("b", A))


@given(rankings, rankings, st.lists(st.booleans(), min_size=12, max_size=12), st.integers(0, 8))
def test_a_draft_repeats_nothing_fills_what_can_be_filled_and_is_fair(a, b, coins, count):
    drafted = draft(a, b, coins, count)
    items = [item for item, _ in drafted]
    assert len(items) == len(set(items)) == min(count, len(set(a) | set(b)))
    assert all(item in (a if team is A else b) for item, team in drafted)
    teams = [team for _, team in drafted]
    if set(a) == set(b):
        assert abs(teams.count(A) - teams.count(B)) <= 1


def test_a_click_is_credited_to_who_picked_it_once():
    drafted = {"a": A, "b": B, "x": B}
    assert credit(drafted, ["b", "b", "b", "a"]) is None
    assert credit(drafted, ["b", "x", "a"]) is B
    assert credit(drafted, ["a", "other"]) is A
    assert credit(drafted, []) is None


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_the_preference_is_a_sign_test_on_what_is_no_tie(a, b, ties):
    found = preference(a, b, ties)
    if a + b == 0:
        assert found.p is None
        assert found.note is Note.ONLY_TIES
        return
    assert found.p == pytest.approx(binomtest(b, a + b).pvalue, rel=1e-9)
    assert found.delta == pytest.approx((b + ties / 2) / (a + b + ties) - 0.5)
    assert -0.5 <= found.interval.low <= found.delta <= found.interval.high <= 0.5


def test_ties_weigh_on_the_size_and_not_on_the_test():
    few, many = preference(30, 60, 10), preference(30, 60, 1000)
    assert few.p == many.p
    assert few.delta > many.delta > 0
    assert few.preferred is B
    assert preference(5, 5, 1).preferred is None
    assert preference(5, 4, 1).preferred is A


def test_two_rankings_of_one_quality_are_preferred_at_chance_only():
    random = np.random.default_rng(1)
    wins = random.binomial(200, 0.5, 2000)
    assert np.mean([preference(200 - int(b), int(b), 50).p < 0.05 for b in wins]) < 0.06


def test_a_team_that_may_not_pick_an_item_picks_its_next():
    asked = []

    def may(item, team):
        asked.append((item, team))
        return item != "b"

    assert draft("abcd", "bxay", [True, False], 4, may) == (("a", A), ("x", B), ("y", B), ("c", A))
    assert [item for item, _ in asked] == ["a", "b", "x", "b", "y", "b", "c"]


def test_whoever_looks_after_every_unit_is_wrong_no_more_often_than_said():
    """Nobody is preferred; a look after each of 400 units, and the first below 5 % would stop it."""
    random = np.random.default_rng(8)
    wins = (random.random((600, 400)) < 0.5).cumsum(axis=1)
    stopped = sum(any(preference(int(n - b), int(b), 0).p_any_look < 0.05 for n, b in enumerate(run, start=1)) for run in wins)
    assert stopped / 600 < 0.05


def test_a_preference_is_found_at_any_look_with_more_units_than_once():
    once, any_look = preference(40, 80, 0), preference(40, 80, 0).p_any_look
    assert once.p < any_look < 0.05
    assert preference(8, 9, 3).p_any_look == 1
