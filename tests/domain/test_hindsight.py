"""A strategy judged by the log of an optimiser that served it seldom."""

import numpy as np
import pytest

from gateway.domain.experiment import AnalysisPlan, Experiment, ExperimentKey, OptimiserReward, Variant
from gateway.domain.hindsight import Group, looked_back, reward_of, serving_alone, serving_among
from gateway.domain.metric import BUILT_IN, Metric, MetricKind, measure_named
from gateway.domain.placement import StrategyName
from gateway.domain.statistics.sums import Sums

SIMILAR, UPSELL, TRENDING = StrategyName.SIMILAR, StrategyName.UPSELL, StrategyName.TRENDING
CLICKED = BUILT_IN["clicked"]


def experiment(*parameters, **other) -> Experiment:
    variants = tuple(Variant(f"v{n}", f"v{n}", 1 / len(parameters), told) for n, told in enumerate(parameters))
    return Experiment(1, ExperimentKey("x"), "x", (), variants, **other)


MIXED = experiment(
    {}, {"strategies": ["SIMILAR"]}, {"strategies": ["SIMILAR", "UPSELL"]}, {"strategies": ["UPSELL"], "count": 4}, {"strategies": ["SIMILAR"]}
)  # fmt: skip


def test_a_variant_is_a_strategy_alone_only_where_it_is_nothing_else():
    assert serving_alone(MIXED, SIMILAR) == (1, 4)
    assert serving_alone(MIXED, UPSELL) == ()
    assert serving_among(MIXED, SIMILAR) == ("v2",)
    assert serving_among(MIXED, UPSELL) == ("v2", "v3")
    assert serving_among(MIXED, TRENDING) == ()


def test_what_is_earned_is_a_figure_of_each_unit():
    stars = Metric("stars", "Stars", MetricKind.MEAN, measure_named("login.value"))
    known = {**BUILT_IN, "stars": stars}
    assert reward_of(experiment({}, reward=OptimiserReward.REVENUE), known) is BUILT_IN["revenue_per_unit"]
    assert reward_of(experiment({}, plan=AnalysisPlan(("click_through_rate",))), known) is CLICKED
    assert reward_of(experiment({}, plan=AnalysisPlan(("click_through_rate", "stars"))), known) is stars
    found = looked_back(MIXED, stars, (1,), [Group(1, 0.5, 0, "", Sums.of_values([4000.0] * 300))])
    assert found.ips is not None
    assert found.ips.estimate == pytest.approx(8.0)


def served(random, segments, shares, rates, units=20_000):
    """Groups of units in two segments, of two variants whose shares moved, the second earning by its segment."""
    groups = []
    for share in shares:
        for place, segment in enumerate(segments):
            counts = random.multinomial(units // len(shares) // len(segments), [1 - share, share])
            for variant, count in enumerate(counts):
                halves = random.multinomial(int(count), [0.5, 0.5])
                hits = random.binomial(halves, rates[variant][place])
                groups += [
                    Group(variant, share if variant else 1.0, fold, segment, Sums.of_hits(int(n), int(y)))
                    for fold, (n, y) in enumerate(zip(halves, hits, strict=True))
                ]
    return groups


def test_what_a_seldom_served_strategy_would_earn_is_found_and_the_model_makes_it_steadier():
    random, held, errors = np.random.default_rng(9), 0, []
    for _ in range(200):
        groups = served(random, ("se PHONE", "se DESKTOP"), (0.5, 0.1, 0.05), ((0.05, 0.05), (0.02, 0.12)))
        found = looked_back(MIXED, CLICKED, (1,), groups)
        assert found.refused is None
        held += found.dr.lower <= 0.07 <= found.dr.upper
        errors.append([each.upper - each.lower for each in (found.ips, found.snips, found.dr)])
    assert held / 200 == pytest.approx(0.95, abs=0.05)
    ips, snips, dr = np.mean(errors, axis=0)
    assert dr < snips < ips


def test_what_a_log_says_too_little_of_is_refused():
    few = looked_back(
        MIXED, CLICKED, (1,), [Group(0, 1.0, 0, "", Sums.of_hits(5000, 90)), Group(1, 0.1, 1, "", Sums.of_hits(60, 3))]
    )
    assert few.refused is not None
    assert "60 of its own, 100 are needed" in few.refused
    assert (few.ips, few.dr, few.ess, few.units) == (None, None, 60, 5060)
    assert "carries a reward" in (looked_back(MIXED, CLICKED, (1,), []).refused or "")
