"""From sums to a verdict: what is shown, what may decide, and what stays decided."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.domain.appraisal.appraise import appraise, look_due
from gateway.domain.appraisal.evidence import Arm, Evidence, Intake
from gateway.domain.experiment import (
    AnalysisPlan,
    Experiment,
    ExperimentKey,
    ExperimentStatus,
    ExperimentUnit,
    Guardrail,
    InferenceMode,
    Phase,
    Variant,
)
from gateway.domain.metric import BUILT_IN
from gateway.domain.statistics.sums import Sums
from gateway.domain.statistics.verdict import Decision

START = datetime(2026, 3, 2, tzinfo=UTC)
METRICS = {key: BUILT_IN[key] for key in ("conversion", "click_through_rate", "latency", "add_to_cart_rate")}
EXPERIMENT = Experiment(
    experiment_id=7,
    key=ExperimentKey("similar"),
    name="Similar products",
    placements=(),
    variants=(Variant("control", "As it is", 0.5), Variant("new", "New", 0.5)),
    status=ExperimentStatus.RUNNING,
    plan=AnalysisPlan(goals=("conversion",), guardrails=(Guardrail("latency", 0.1),), mode=InferenceMode.FIXED, units=20_000),
    phase=Phase(1, "seed", START),
)


def arm(n: int, orders: int, *, latency: int = 100) -> Arm:
    """`n` units of which some ordered; each had two answers, and saw ten products and clicked one where its number is even."""
    clicks = Sums(n=n, m=n // 2, d=10 * n, mm=n // 2, dd=100 * n, md=10 * (n // 2))
    spread = Sums(n=n, m=2 * latency * n, d=2 * n, mm=n * (4 * latency**2 + 50), dd=4 * n, md=4 * latency * n)
    sums = {"conversion": Sums.of_hits(n, orders), "add_to_cart_rate": Sums.of_hits(n, 2 * orders), "click_through_rate": clicks}
    return Arm({**sums, "latency": spread})


def evidence(*arms: Arm, days: float = 14, experiment: Experiment = EXPERIMENT, looks=(), **told) -> Evidence:
    intake = Intake(by_day=tuple({date(2026, 3, 2): each.units} for each in arms))
    given = {"closed": arms, "every": arms, "intake": intake, **told}
    return Evidence(experiment, START + timedelta(days=days), METRICS, looks=looks, **given)


def planned(mode: InferenceMode, **changes) -> Experiment:
    return replace(EXPERIMENT, plan=replace(EXPERIMENT.plan, mode=mode, **changes))


def of(result, metric: str, variant: str = "new"):
    [found] = [v for m in result.metrics if m.metric.key == metric for v in m.variants if v.variant == variant]
    return found


def test_a_better_variant_is_shipped_at_the_planned_size():
    result = appraise(evidence(arm(10_000, 1_000), arm(10_000, 1_200)))
    assert result.verdict.decision is Decision.SHIP
    assert result.verdict.inputs["variants"]["new"]["because"][0] == "conversion is significantly better"
    found = of(result, "conversion")
    assert found.value == pytest.approx(0.12)
    assert found.lift.estimate == pytest.approx(0.2)
    assert 0 < found.lift.lower < found.lift.estimate < found.lift.upper
    assert found.significant
    assert not found.preliminary
    assert found.chance_to_win > 0.999
    assert of(result, "latency").non_inferior


def test_before_its_end_a_fixed_experiment_only_says_how_it_looks():
    result = appraise(evidence(arm(5_000, 500), arm(5_000, 700)))
    assert result.verdict.decision is Decision.CONTINUE
    assert of(result, "conversion").preliminary
    assert not of(result, "conversion").significant


def test_a_slower_variant_is_not_shipped_however_well_it_sells():
    result = appraise(evidence(arm(10_000, 1_000), arm(10_000, 1_300, latency=130)))
    assert result.verdict.decision is Decision.ROLL_BACK
    assert of(result, "latency").non_inferior is False


def test_a_broken_split_is_no_result():
    result = appraise(evidence(arm(52_000, 5_200), arm(48_000, 6_000)))
    assert not result.health.ok
    assert result.health.srm_p < 0.001
    assert [each.code for each in result.health.warnings] == ["SAMPLE_RATIO"]
    assert result.verdict.decision is Decision.REVIEW


def test_a_fair_split_is_none():
    assert appraise(evidence(arm(50_100, 5_000), arm(49_900, 5_000))).health.ok


def test_units_whose_window_is_open_decide_nothing():
    full, none = (arm(10_000, 1_000), arm(10_000, 1_300)), (Arm(), Arm())
    result = appraise(evidence(*full, closed=none))
    assert of(result, "conversion").preliminary
    assert result.verdict.decision is not Decision.SHIP
    assert result.open_units == 20_000


def test_more_than_one_goal_is_paid_for():
    alone = appraise(evidence(arm(10_000, 1_000), arm(10_000, 1_090)))
    two = replace(EXPERIMENT, plan=replace(EXPERIMENT.plan, goals=("conversion", "click_through_rate")))
    both = appraise(evidence(arm(10_000, 1_000), arm(10_000, 1_090), experiment=two))
    assert of(alone, "conversion").significant
    assert not of(both, "conversion").significant
    assert of(both, "conversion").p_adjusted == pytest.approx(2 * of(both, "conversion").p)


@pytest.mark.parametrize("mode", InferenceMode)
def test_nothing_that_happened_is_no_fault(mode):
    result = appraise(evidence(arm(10_000, 0), arm(10_000, 0), experiment=planned(mode)))
    found = of(result, "conversion")
    assert found.value == 0
    assert found.p is None
    assert not found.significant
    assert "alike" in found.note


@pytest.mark.parametrize("arms", [(), (arm(10, 2),), (Arm(), Arm()), (arm(1, 0), arm(0, 0))])
@pytest.mark.parametrize("mode", InferenceMode)
def test_the_beginning_has_a_result_too(arms, mode):
    variants = EXPERIMENT.variants[: len(arms)]
    result = appraise(evidence(*arms, days=0, experiment=replace(planned(mode), variants=variants)))
    assert result.verdict.decision in (Decision.CONTINUE, Decision.REVIEW)


def test_looks_are_taken_once_a_day_and_stand_until_the_next():
    experiment = planned(InferenceMode.GROUP_SEQUENTIAL)
    at_first = evidence(arm(2_000, 200), arm(2_000, 200), days=3, experiment=experiment)
    first, held = look_due(at_first)
    assert (first.number, first.share) == (1, pytest.approx(0.2))
    assert [each.metric for each in first.seen] == ["conversion", "latency"]
    again = evidence(arm(2_300, 230), arm(2_300, 330), days=3.2, experiment=experiment, looks=(first,), held=held)
    assert look_due(again) is None
    assert of(appraise(again), "conversion") == replace(of(appraise(at_first), "conversion"), p_any_look=first.seen[0].p)
    assert (appraise(again).as_of, appraise(again).look) == (at_first.at, 1)
    tomorrow = evidence(arm(2_300, 230), arm(2_300, 230), days=4, experiment=experiment, looks=(first,), held=held)
    assert look_due(tomorrow)[0].number == 2
    assert appraise(tomorrow).look == 2


def test_a_bound_once_crossed_stays_crossed():
    experiment = planned(InferenceMode.GROUP_SEQUENTIAL)
    crossed, held = look_due(evidence(arm(6_000, 600), arm(6_000, 800), days=8, experiment=experiment))
    assert crossed.seen[0].significant
    result = appraise(evidence(arm(7_000, 700), arm(7_000, 705), days=9.1, experiment=experiment, looks=(crossed,), held=held))
    assert of(result, "conversion").significant
    assert of(result, "conversion").p > 0.5
    assert of(result, "conversion").p_any_look == crossed.seen[0].p


def test_what_the_end_said_stands_while_units_go_on_coming():
    experiment = planned(InferenceMode.GROUP_SEQUENTIAL)
    end = evidence(arm(10_000, 1_000), arm(10_000, 1_200), experiment=experiment)
    last, held = look_due(end)
    after = evidence(arm(12_000, 1_200), arm(12_000, 1_200), days=20, experiment=experiment, looks=(last,), held=held)
    assert look_due(after) is None
    assert of(appraise(after), "conversion") == replace(of(appraise(end), "conversion"), p_any_look=last.seen[0].p)
    assert appraise(after).verdict.decision is Decision.SHIP


def test_a_bound_crossed_upwards_stays_a_gain_though_the_figure_falls():
    experiment = planned(InferenceMode.ALWAYS_VALID)
    crossed, _ = look_due(evidence(arm(6_000, 600), arm(6_000, 850), days=8, experiment=experiment))
    result = appraise(evidence(arm(9_000, 900), arm(9_000, 890), days=9.1, experiment=experiment, looks=(crossed,)))
    assert result.verdict.decision is not Decision.ROLL_BACK


def test_a_segment_is_never_a_look_and_decides_nothing():
    experiment = planned(InferenceMode.GROUP_SEQUENTIAL)
    part = evidence(arm(6_000, 600), arm(6_000, 900), experiment=experiment, segment="device: mobile")
    assert look_due(part) is None
    assert of(appraise(part), "conversion").preliminary


def test_what_people_did_before_sharpens_the_figure():
    n = 10_000
    past = {"x": 4_000, "xx": 4_000, "xy": 3_000}
    arms = [Arm({"conversion": Sums(n=n, y=y, yy=y, **past)}) for y in (4_000, 4_150)]
    people = replace(EXPERIMENT, unit=ExperimentUnit.USER, plan=replace(EXPERIMENT.plan, guardrails=()))
    with_past = of(appraise(evidence(*arms, experiment=people)), "conversion")
    without = of(appraise(evidence(*arms, experiment=replace(people, unit=ExperimentUnit.SESSION))), "conversion")
    assert with_past.p < without.p
    assert with_past.difference.estimate == pytest.approx(without.difference.estimate)


def test_arms_that_differed_before_are_reported():
    arms = [Arm({"conversion": Sums(n=10_000, y=y, yy=y, x=x, xx=x, xy=x // 2)}) for y, x in ((1_000, 1_000), (1_300, 1_300))]
    people = replace(EXPERIMENT, unit=ExperimentUnit.VISITOR)
    assert "IMBALANCE_BEFORE" in [each.code for each in appraise(evidence(*arms, experiment=people)).health.warnings]


def test_a_change_too_good_is_looked_at():
    result = appraise(evidence(arm(10_000, 500), arm(10_000, 1_000)))
    assert "SUSPICIOUS_CHANGE" in [each.code for each in result.health.warnings]
    assert result.verdict.decision is Decision.REVIEW


def test_an_experiment_whose_past_was_told_later_has_run_as_long_as_that_reaches_back():
    """But for a few units whose clock was wrong: their day is no first day."""
    began = date(2026, 2, 20)
    come = Intake(by_day=({began: 5_000, date(2026, 3, 2): 4_990, date(2019, 1, 1): 10}, {began: 5_000, date(2026, 3, 2): 5_000}))
    arms = (arm(10_000, 1_000), arm(10_000, 1_200))
    codes = [[each.code for each in appraise(evidence(*arms, days=days, intake=come)).health.warnings] for days in (-3, -2)]
    assert codes == [["TOO_SHORT"], []]
    clocks = Intake(by_day=({date(2019, 1, 1): 10, date(2026, 3, 2): 9_990}, {date(2026, 3, 2): 10_000}))
    assert [each.code for each in appraise(evidence(*arms, days=1, intake=clocks)).health.warnings] == ["TOO_SHORT"]
