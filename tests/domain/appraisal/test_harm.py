"""Harm before the planned end: found by a test that may be looked at every day, and by no other."""

from dataclasses import replace

import numpy as np
import pytest

from gateway.domain.appraisal.appraise import appraise
from gateway.domain.experiment import ExperimentUnit, InferenceMode
from gateway.domain.statistics.sums import Sums
from gateway.domain.statistics.verdict import Decision
from tests.domain.appraisal.test_appraise import EXPERIMENT, Arm, arm, evidence, planned


def codes(found) -> list[str]:
    return [each.code for each in appraise(found).health.warnings]


@pytest.mark.parametrize("arms", [
    (arm(5_000, 700), arm(5_000, 500)), (arm(5_000, 500), arm(5_000, 500, latency=130)),
], ids=["a goal falls", "a guardrail's figure rises"])  # fmt: skip
def test_a_fixed_experiment_that_does_harm_is_looked_at_before_its_end(arms):
    found = evidence(*arms, days=8)
    assert codes(found) == ["DETERIORATION"]
    assert appraise(found).verdict.decision is Decision.REVIEW
    assert not appraise(found).health.ok


def test_a_gain_and_units_whose_window_is_open_are_no_harm():
    assert codes(evidence(arm(5_000, 500), arm(5_000, 700), days=8)) == []
    worse = (arm(5_000, 700), arm(5_000, 500))
    assert codes(evidence(*worse, closed=(Arm(), Arm()), days=8)) == []
    assert "DETERIORATION" not in codes(evidence(arm(90, 60), arm(90, 5), days=8))  # too few to say


def test_at_its_end_and_in_other_modes_the_rule_decides():
    worse = (arm(10_000, 1_400), arm(10_000, 1_000))
    assert (codes(evidence(*worse)), appraise(evidence(*worse)).verdict.decision) == ([], Decision.ROLL_BACK)
    for mode in (InferenceMode.GROUP_SEQUENTIAL, InferenceMode.ALWAYS_VALID):
        assert "DETERIORATION" not in codes(evidence(arm(5_000, 700), arm(5_000, 500), days=8, experiment=planned(mode)))


def test_who_looks_every_day_at_what_does_no_harm_is_seldom_alarmed():
    """Forty looks of 150 experiments in which nothing differs: under 5 % are alarmed."""
    random = np.random.default_rng(3)
    alarmed = 0
    for _ in range(150):
        orders = random.binomial(400, 0.1, (40, 2)).cumsum(axis=0)
        looks = (evidence(*(arm(400 * (day + 1), int(each)) for each in orders[day]), days=8) for day in range(40))
        alarmed += any("DETERIORATION" in codes(each) for each in looks)
    assert alarmed <= 0.05 * 150


def ratios(shift: int, had: int) -> Arm:
    """Ten thousand people who saw ten products each, clicked what they always clicked, and some more."""
    n = 10_000
    past = [(each % 3 + had, 20) for each in range(n)]
    return Arm({"click_through_rate": Sums.of_parts([p - had + (k < shift) for k, (p, _) in enumerate(past)], [10] * n, past)})


def test_what_people_clicked_before_sharpens_how_much_they_click():
    goals = replace(EXPERIMENT, plan=replace(EXPERIMENT.plan, goals=("click_through_rate",), guardrails=()))
    arms = [ratios(0, 0), ratios(120, 0)]

    def p(unit):
        return appraise(evidence(*arms, experiment=replace(goals, unit=unit))).metrics[0].variants[1].p

    assert p(ExperimentUnit.SESSION) > 0.05
    assert p(ExperimentUnit.USER) < 0.001


def test_people_who_clicked_otherwise_before_are_reported():
    goals = replace(
        EXPERIMENT, plan=replace(EXPERIMENT.plan, goals=("click_through_rate",), guardrails=()), unit=ExperimentUnit.USER
    )
    assert "IMBALANCE_BEFORE" in codes(evidence(ratios(0, 0), ratios(0, 1), experiment=goals))
    assert "IMBALANCE_BEFORE" not in codes(evidence(ratios(0, 0), ratios(0, 0), experiment=goals))
