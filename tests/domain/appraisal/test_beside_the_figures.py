"""What stands beside the metrics: how much of the catalog is shown, what finding out costs, and a split that there is not."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random

import pytest

from gateway.domain.appraisal.appraise import appraise, look_due
from gateway.domain.appraisal.evidence import Breadth
from gateway.domain.experiment import InferenceMode, OptimiserReward
from gateway.domain.result import Estimated, OptimiserWeight
from gateway.domain.statistics.bandit import Posterior
from gateway.domain.statistics.coverage import expected_products
from gateway.domain.statistics.interleaving import preference
from gateway.domain.statistics.intervals import Interval
from tests.domain.appraisal.test_appraise import EXPERIMENT, START, arm, evidence


def histogram(units: list[set[str]]) -> dict[int, int]:
    seen = [sum(product in each for each in units) for product in set().union(*units)]
    return {times: seen.count(times) for times in seen}


@pytest.mark.parametrize("seed", range(5))
def test_fewer_units_are_shown_as_many_products_as_all_samples_of_them_on_average(seed):
    random = Random(seed)
    units = [set(random.choices("abcdefghij", k=random.randint(0, 5))) for _ in range(8)]
    for sample in range(9):
        samples = [len(set().union(*some)) for some in combinations(units, sample)]
        assert expected_products(histogram(units), 8, sample) == pytest.approx(sum(samples) / len(samples))
    assert expected_products(histogram(units), 8, 20) == len(set().union(*units))


def test_a_million_units_are_no_overflow():
    assert 0 < expected_products({1: 50_000, 900_000: 20}, 1_000_000, 1_000) < 100


def test_variants_of_different_size_are_compared_at_the_size_of_the_smallest():
    """Both show every unit one product of its own; one has ten times the units."""
    breadth = (Breadth({1: 1_000}, on_sale=900, sellable=2_000), Breadth({1: 100}, on_sale=100, sellable=2_000))
    found = appraise(evidence(arm(1_000, 10), arm(100, 1), breadth=breadth)).coverage
    assert [(each.variant, each.units, each.products, each.share) for each in found] == [
        ("control", 1_000, 1_000, 0.45),
        ("new", 100, 100, 0.05),
    ]
    assert [each.products_at_equal_units for each in found] == pytest.approx([100, 100])


def test_a_shop_that_sells_nothing_now_has_no_share_and_one_that_answered_nothing_no_coverage():
    told = evidence(arm(10, 1), arm(10, 1), breadth=(Breadth({2: 3}), Breadth()))
    assert [(each.products, each.share) for each in appraise(told).coverage] == [(3, None), (0, None)]
    assert appraise(evidence(arm(10, 1), arm(10, 1), breadth=(Breadth({}, 0, 5),) * 2)).coverage == ()
    assert appraise(evidence(arm(10, 1), arm(10, 1))).coverage == ()


def weighed(*beliefs: float | None) -> list[OptimiserWeight]:
    return [
        OptimiserWeight(key, weight, 0.5, START + timedelta(days=1), None if mean is None else Posterior(mean, 0.01))
        for key, weight, mean in zip(("control", "new"), (0.2, 0.8), beliefs, strict=True)
    ]


def test_an_optimiser_says_what_finding_out_still_costs():
    optimiser = replace(EXPERIMENT, reward=OptimiserReward.CLICK)
    found = appraise(evidence(arm(10, 1), arm(10, 1), experiment=optimiser, weights=weighed(0.04, 0.05)))
    assert found.optimiser.shortfall == pytest.approx(0.2 * 0.01)
    at_first = appraise(evidence(arm(10, 1), arm(10, 1), experiment=optimiser, weights=weighed(None, None)))
    assert at_first.optimiser.shortfall is None


def test_an_optimiser_tests_nothing_takes_no_look_and_is_not_suspected_of_what_it_does():
    """Who gets what depends on what was seen: a p-value of that would be none."""
    optimiser = replace(EXPERIMENT, reward=OptimiserReward.CLICK, plan=replace(EXPERIMENT.plan, mode=InferenceMode.ALWAYS_VALID))
    seen = evidence(arm(500, 50), arm(5_000, 1_500), experiment=optimiser, weights=weighed(0.1, 0.3))
    assert look_due(seen) is None
    found = appraise(seen)
    assert "SUSPICIOUS_CHANGE" not in {each.code for each in found.health.warnings}
    for metric in found.metrics:
        tested = metric.variants[1]
        said = (tested.p, tested.p_any_look, tested.p_adjusted, tested.significant, tested.chance_to_win, tested.expected_loss)
        assert said == (None,) * 6
    assert found.metrics[0].variants[1].lift.estimate == pytest.approx(2.0)


def test_where_every_unit_is_shown_one_list_of_both_there_is_no_split_and_nobody_is_missing():
    found = appraise(evidence(arm(0, 0), arm(0, 0), preference=preference(4, 9, 2)))
    assert found.exposures == ()
    assert found.health.srm_p is None
    assert found.preference.delta.estimate == pytest.approx(9 / 15 + 1 / 15 - 0.5)
    assert not {"SAMPLE_RATIO", "NOT_BURNT_IN"} & {each.code for each in found.health.warnings}


def test_a_figure_has_its_bounds_in_the_size_that_is_asked_for():
    assert Estimated.of(None, Interval(0, 1)) is None
    assert Estimated.of(3.0, None, 1000) == Estimated(0.003)
    assert Estimated.of(3000.0, Interval(1000, 4000), 1000) == Estimated(3, 1, 4)
