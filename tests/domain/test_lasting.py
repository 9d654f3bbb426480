"""What of an experiment lasts while it runs: more coverage is safe, whatever else; nothing else is without reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.bucketing import bucket_ranges
from gateway.domain.experiment import (
    AnalysisPlan,
    Experiment,
    ExperimentKey,
    InferenceMode,
    OptimiserReward,
    Phase,
    Variant,
)  # fmt: skip
from gateway.domain.lasting import days_needed, frozen_changes, unsafe_changes
from gateway.domain.placement import PlacementId

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PAIR = (Variant("a", "A", 0.5), Variant("b", "B", 0.5, {"count": 4}))
RUNNING = Experiment(1, ExperimentKey("x"), "X", (PlacementId("home_page.top"),), PAIR, coverage=0.5)


def fields(before, after):
    return [field for field, _ in unsafe_changes(before, after)]


@given(st.floats(0, 1), st.floats(0, 1))
def test_coverage_is_safe_exactly_where_it_moves_nobody(was, would):
    before, after = replace(RUNNING, coverage=was), replace(RUNNING, coverage=would)
    ranges = zip(bucket_ranges(was, before.weights), bucket_ranges(would, after.weights), strict=True)
    moves = any(new_high < high - 1e-9 for (_, high), (_, new_high) in ranges)
    assert bool(fields(before, after)) == moves


@given(st.floats(0.01, 0.99))
def test_weights_are_safe_only_where_units_keep_their_variant(share):
    uneven = replace(RUNNING, variants=(replace(PAIR[0], weight=share), replace(PAIR[1], weight=1 - share)))
    changed = abs(share - 0.5) > 1e-9
    assert bool(fields(RUNNING, uneven)) == changed
    assert not fields(replace(RUNNING, sticky=True), replace(uneven, sticky=True))


@pytest.mark.parametrize(("mode", "safe"), [(mode, mode is InferenceMode.ALWAYS_VALID) for mode in InferenceMode])
def test_the_planned_end_decides_when_one_looks_but_where_one_may_always(mode, safe):
    before = replace(RUNNING, plan=AnalysisPlan(mode=mode, end=NOW))
    after = replace(RUNNING, plan=AnalysisPlan(mode=mode, end=NOW + timedelta(days=7)))
    assert fields(before, after) == ([] if safe else ["plannedEnd"])


def test_what_is_as_it_was_is_no_change():
    assert not fields(RUNNING, RUNNING)
    assert not list(frozen_changes(RUNNING, RUNNING))


@pytest.mark.parametrize(
    ("experiment", "days"),
    [
        (RUNNING, 3),  # not begun: its window
        (replace(RUNNING, plan=AnalysisPlan(end=NOW + timedelta(days=30))), 33),
        (replace(RUNNING, phase=Phase(1, "s", NOW - timedelta(days=10))), 13),
        (replace(RUNNING, phase=Phase(1, "s", NOW - timedelta(days=10)), plan=AnalysisPlan(end=NOW + timedelta(days=4))), 17),
        (replace(RUNNING, phase=Phase(1, "s", NOW - timedelta(days=10)), plan=AnalysisPlan(end=NOW - timedelta(days=4))), 13),
        (replace(RUNNING, phase=Phase(1, "s", NOW - timedelta(days=90), NOW - timedelta(days=1))), 3),  # to run again
        (replace(RUNNING, phase=Phase(1, "s", NOW - timedelta(days=90)), reward=OptimiserReward.CLICK), 3),
    ],
)
def test_events_are_needed_from_the_start_until_the_last_window_has_closed(experiment, days):
    assert days_needed(experiment, NOW) == days
