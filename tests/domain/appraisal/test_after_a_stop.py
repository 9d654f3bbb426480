"""What a result says once its experiment is stopped: what the look said by which it was stopped, for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.appraisal.appraise import appraise, look_due
from gateway.domain.appraisal.by_segment import by_segment
from gateway.domain.experiment import ExperimentStatus, InferenceMode
from gateway.domain.statistics.sums import Sums
from gateway.domain.statistics.verdict import Decision
from tests.domain.appraisal.test_appraise import EXPERIMENT, START, Arm, arm, evidence, of, planned

LATER = (20 / 86_400, 0.5, 26 / 24, 3, 5, 40)  # days after the stop


def stopped(experiment, *, days: float):
    ended = replace(experiment.phase, ended_at=START + timedelta(days=days))
    return replace(experiment, status=ExperimentStatus.STOPPED, phase=ended)


def told(found):
    """All that is not the moment's own: figures, flags, verdict, share of the plan."""
    result = appraise(found)
    return result.metrics, result.verdict, result.as_of, result.look


def taken(*arms, days, experiment, looks=(), held=()):
    look, kept = look_due(evidence(*arms, days=days, experiment=experiment, looks=looks, held=held))
    return (*looks, look), kept


@pytest.mark.parametrize("mode", [InferenceMode.GROUP_SEQUENTIAL, InferenceMode.ALWAYS_VALID])
def test_a_winner_that_is_stopped_early_stays_one(mode):
    """Whoever asks, how often, how late, and whatever is told of its units after that."""
    experiment = planned(mode)
    now = {"experiment": experiment, "days": 9}
    looks, held = taken(arm(6_500, 650), arm(6_500, 850), **now)
    before = told(evidence(arm(6_500, 650), arm(6_500, 850), looks=looks, held=held, **now))
    assert before[1].decision is Decision.SHIP
    over = stopped(experiment, days=9.01)
    for days in LATER:
        closed = (arm(6_800, 700), arm(6_800, 705, latency=125))
        late = evidence(
            *closed, every=(arm(7_000, 720), arm(7_000, 730)), days=9.01 + days, experiment=over, looks=looks, held=held
        )
        assert look_due(late) is None
        assert told(late) == before
    result = appraise(late)
    assert (of(result, "latency").non_inferior, of(result, "conversion").significant) == (True, True)
    assert not any(each.preliminary for metric in result.metrics for each in metric.variants)
    assert result.verdict.inputs["share"] == pytest.approx(0.65)


def test_where_no_look_has_decided_one_more_closes_it_with_all_its_units():
    experiment = planned(InferenceMode.GROUP_SEQUENTIAL)
    looks, held = taken(arm(6_000, 600), arm(6_000, 610), days=8, experiment=experiment)
    over = stopped(experiment, days=8.2)
    more = {"closed": (arm(6_500, 650), arm(6_500, 660)), "every": (arm(7_000, 700), arm(7_000, 715))}
    waiting = evidence(*more["every"], closed=more["closed"], days=10, experiment=over, looks=looks, held=held)
    assert look_due(waiting) is None
    assert (appraise(waiting).look, appraise(waiting).verdict.inputs["share"]) == (1, pytest.approx(0.6))
    looks, held = taken(*more["every"], days=11.3, experiment=over, looks=looks, held=held)
    assert (len(looks), looks[-1].share) == (2, pytest.approx(0.7))
    ends = [evidence(*more["every"], days=days, experiment=over, looks=looks, held=held) for days in (11.3, 12.4, 90)]
    assert [look_due(each) for each in ends] == [None] * 3
    assert told(ends[0]) == told(ends[1]) == told(ends[2])
    assert not of(appraise(ends[0]), "conversion").preliminary


@pytest.mark.parametrize("mode", [InferenceMode.GROUP_SEQUENTIAL, InferenceMode.ALWAYS_VALID])
def test_one_that_is_stopped_before_any_look_is_looked_at_once(mode):
    over = stopped(planned(mode), days=2)
    open_still = evidence(arm(500, 60), arm(500, 61), closed=(arm(50, 6), arm(50, 6)), days=3, experiment=over)
    assert look_due(open_still) is None
    looks, held = taken(arm(500, 60), arm(500, 61), days=5.1, experiment=over)
    again = [
        evidence(arm(500, n), arm(500, 61), days=days, experiment=over, looks=looks, held=held)
        for n, days in ((60, 5.2), (40, 9))
    ]
    assert told(again[0]) == told(again[1])
    assert look_due(again[1]) is None


def test_the_share_of_planned_time_ends_with_the_stop():
    """A FIXED one that is stopped early is not judged when its planned end has come all the same."""
    experiment = planned(InferenceMode.FIXED, units=None, end=START + timedelta(days=14))
    over = stopped(experiment, days=7)
    for days in (7.1, 14.1, 30):
        result = appraise(evidence(arm(5_000, 500), arm(5_000, 700), days=days, experiment=over))
        assert result.verdict.inputs["share"] == pytest.approx(0.5)
        assert of(result, "conversion").preliminary
        assert not of(result, "conversion").significant


@pytest.mark.parametrize("over", [EXPERIMENT, stopped(EXPERIMENT, days=14)])
def test_a_fixed_one_is_looked_at_once(over):
    """Who comes after its end is not tested with those before."""
    looks, held = taken(arm(10_000, 1_000), arm(10_000, 1_020), days=14, experiment=EXPERIMENT)
    at_the_end = told(evidence(arm(10_000, 1_000), arm(10_000, 1_020), experiment=over, looks=looks, held=held))
    later = evidence(arm(14_000, 1_400), arm(14_000, 1_700), days=30, experiment=over, looks=looks, held=held)
    assert look_due(later) is None
    assert told(later) == at_the_end


@pytest.mark.parametrize("units", [10_000, 9_900])
def test_a_fixed_one_follows_what_is_told_late_of_its_units_and_stays_decided_when_some_are_forgotten(units):
    """Exposures imported today, what came of them tomorrow: nobody has looked at more units than were planned."""
    looks, held = taken(arm(10_000, 0), arm(10_000, 0), days=14, experiment=EXPERIMENT)
    later = evidence(arm(units, 1_000), arm(units, 1_200), days=15, experiment=EXPERIMENT, looks=looks, held=held)
    assert look_due(later) is None
    found = of(appraise(later), "conversion")
    assert (found.significant, found.preliminary) == (True, False)
    assert found.value == pytest.approx(1_200 / units)


def test_what_is_shown_to_be_significant_at_any_moment_is_kept_as_a_look():
    experiment = planned(InferenceMode.ALWAYS_VALID)
    looks, held = taken(arm(6_000, 600), arm(6_000, 610), days=8, experiment=experiment)
    soon = evidence(arm(6_200, 620), arm(6_200, 900), days=8.1, experiment=experiment, looks=looks, held=held)
    assert of(appraise(soon), "conversion").significant
    assert appraise(soon).look == look_due(soon)[0].number == 2
    looks, held = taken(*soon.closed, days=8.1, experiment=experiment, looks=looks, held=held)
    fallen = evidence(arm(6_300, 630), arm(6_300, 640), days=8.2, experiment=experiment, looks=looks, held=held)
    assert look_due(fallen) is None
    assert of(appraise(fallen), "conversion").significant


def parts(mode, *, looks=(), held=(), days=9.0):
    """Everyone, and a segment that everyone is in."""
    arms = (arm(7_000, 700), arm(7_000, 800))
    everyone = evidence(*arms, days=days, experiment=planned(mode), looks=looks, held=held)
    return everyone, replace(everyone, held=(), segment="page_type: item", everyone=everyone)


@pytest.mark.parametrize("mode", InferenceMode)
def test_a_segment_is_never_surer_than_everyone_by_the_same_units(mode):
    looks, held = (), ()
    for day in range(3, 9) if mode is not InferenceMode.FIXED else ():
        n = 700 * day
        looks, held = taken(arm(n, n // 10), arm(n, n // 10), days=day, experiment=planned(mode), looks=looks, held=held)
    everyone, part = parts(mode, looks=looks, held=held)
    whole = of(appraise(everyone), "conversion")
    [segment] = by_segment([part])
    for found in (segment.metrics[0].variants[1], of(appraise(part), "conversion")):
        assert (found.difference, found.lift, found.p) == (whole.difference, whole.lift, whole.p)
        assert found.preliminary


def test_a_segment_counts_the_units_that_its_figures_are_of():
    everyone = evidence(arm(5_000, 500), arm(5_000, 520), closed=(arm(4_000, 400), arm(4_100, 430)))
    [found] = by_segment([replace(everyone, segment="market: se", everyone=everyone)])
    assert found.units == sum(each.units for each in found.metrics[0].variants) == 8_100


def test_what_nobody_measured_is_no_figure():
    silent = [Arm({**each.sums, "latency": Sums(n=10_000)}) for each in (arm(10_000, 1_000), arm(10_000, 1_100))]
    found = of(appraise(evidence(*silent)), "latency")
    assert (found.units, found.value, found.difference) == (10_000, None, None)
