"""Two arms compared: the figures of scipy, statsmodels and tea-tasting, from sums alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import tea_tasting as tt
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from gateway.domain.statistics.arm import around, wilson
from gateway.domain.statistics.estimates import Estimate, Kind, cuped, estimate, mean, proportion, ratio
from gateway.domain.statistics.intervals import compare, fieller
from gateway.domain.statistics.look import Fixed
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.sums import Sums


@pytest.fixture(scope="module")
def sessions():
    """Two arms of visitors with a history, sessions, orders and revenue."""
    random = np.random.default_rng(5)
    n = 4000
    variant = random.integers(0, 2, n)
    loyal = random.gamma(2.0, 1.0, n)
    keen = random.beta(2, 18, n)
    visits, visits_before = 1 + random.poisson(loyal), random.poisson(3 * loyal)
    orders = random.binomial(visits, np.minimum(keen + 0.01 * variant, 1))
    revenue = np.round(orders * random.lognormal(3.0, 0.8, n), 2)
    return pd.DataFrame(
        {
            "variant": variant, "visits": visits, "orders": orders, "revenue": revenue,
            "visits_before": visits_before, "orders_before": random.binomial(visits_before, np.minimum(keen, 1)),
            "before": np.round(loyal * 20 + random.normal(0, 10, n), 2), "bought": (orders > 0).astype(int),
        }
    )  # fmt: skip


def arms(data, make):
    return [make(data[data.variant == variant]) for variant in (0, 1)]


def of_visits(data) -> Sums:
    before = list(zip(data.orders_before.tolist(), data.visits_before.tolist(), strict=True))
    return Sums.of_parts(data.orders.tolist(), data.visits.tolist(), before)


def agree(ours, theirs):
    """The same as tea-tasting has, to nine digits."""
    assert ours.difference == pytest.approx(theirs.effect_size, rel=1e-9)
    assert ours.interval.low == pytest.approx(theirs.effect_size_ci_lower, rel=1e-9)
    assert ours.interval.high == pytest.approx(theirs.effect_size_ci_upper, rel=1e-9)
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-9)
    assert ours.z == pytest.approx(theirs.statistic, rel=1e-9)
    assert ours.lift == pytest.approx(theirs.rel_effect_size, rel=1e-9)


def test_a_mean_is_compared_as_welch_does(sessions):
    control, variant = arms(sessions, lambda d: Sums.of_values(list(d.revenue)))
    ours = compare(mean(control), mean(variant), Fixed())
    agree(ours, tt.Experiment(found=tt.Mean("revenue")).analyze(sessions)["found"])
    told = [sessions[sessions.variant == v].revenue for v in (1, 0)]
    welch = stats.ttest_ind_from_stats(*(x for d in told for x in (d.mean(), d.std(), len(d))), equal_var=False)
    assert (ours.z, ours.p) == pytest.approx(tuple(welch), rel=1e-9)


def test_a_ratio_has_the_delta_method_s_error(sessions):
    control, variant = arms(sessions, lambda d: Sums.of_parts(list(d.orders), list(d.visits)))
    agree(
        compare(ratio(control), ratio(variant), Fixed()),
        tt.Experiment(found=tt.RatioOfMeans("orders", "visits")).analyze(sessions)["found"],
    )


def test_the_past_is_taken_out_as_cuped_does(sessions):
    made = arms(sessions, lambda d: Sums.of_values(list(d.revenue), list(d.before)))
    adjusted = cuped(made)
    agree(compare(*adjusted.arms, Fixed()), tt.Experiment(found=tt.Mean("revenue", "before")).analyze(sessions)["found"])
    correlation = np.corrcoef(sessions.revenue, sessions.before)[0, 1]
    assert adjusted.reduction == pytest.approx(correlation**2, abs=0.01)


def test_a_ratio_is_freed_of_the_ratio_that_its_units_had_before(sessions):
    parts = ("orders", "visits", "orders_before", "visits_before")
    made = arms(sessions, of_visits)
    adjusted = cuped(made, Kind.RATIO)
    agree(compare(*adjusted.arms, Fixed()), tt.Experiment(found=tt.RatioOfMeans(*parts)).analyze(sessions)["found"])
    assert 0.02 < adjusted.reduction < 1


def test_what_ratios_are_freed_of_is_what_going_through_the_units_gives(sessions):
    """By what the delta method makes of each unit: (m - R·d)/D now, the same of before, and a regression of one on the other."""
    made = arms(sessions, of_visits)
    adjusted = cuped(made, Kind.RATIO)

    def lines(data, m, d):
        return (data[m] - data[m].sum() / data[d].sum() * data[d]) / data[d].mean()

    now, before = lines(sessions, "orders", "visits"), lines(sessions, "orders_before", "visits_before")
    theta = np.cov(now, before)[0, 1] / before.var(ddof=1)
    assert adjusted.theta == pytest.approx(theta, rel=1e-9)
    centre = sessions.orders_before.sum() / sessions.visits_before.sum()
    for arm, found in zip((0, 1), adjusted.arms, strict=True):
        data = sessions[sessions.variant == arm]
        freed = lines(data, "orders", "visits") - theta * lines(data, "orders_before", "visits_before")
        past = data.orders_before.sum() / data.visits_before.sum()
        assert found.value == pytest.approx(data.orders.sum() / data.visits.sum() - theta * (past - centre), rel=1e-9)
        assert found.variance == pytest.approx(freed.var(ddof=1), rel=1e-9)


@pytest.mark.parametrize("change", [
    {"q": 0, "qq": 0, "pq": 0, "mq": 0, "dq": 0}, {"q": -5}, {"p": 0, "pp": 0, "pq": 0, "mp": 0, "dp": 0, "q": 0, "qq": 0, "mq": 0, "dq": 0},
], ids=["nothing to divide by", "less than nothing", "nothing at all"])  # fmt: skip
def test_a_ratio_that_an_arm_did_not_have_before_stays_what_it_is(sessions, change):
    made = arms(sessions, of_visits)
    found = cuped([made[0], replace(made[1], **change)], Kind.RATIO)
    assert found.note is Note.NO_HISTORY
    assert found.arms[0] == ratio(made[0])


def test_ratios_that_units_always_had_alike_are_not_adjusted():
    alike = Sums.of_parts([1, 2, 3], [2, 4, 6], [(1, 2), (2, 4), (3, 6)])
    assert cuped([alike, alike], Kind.RATIO).note is Note.NO_HISTORY


def test_cuped_makes_the_interval_narrower_and_moves_no_effect_that_the_past_explains():
    random = np.random.default_rng(7)
    before = random.normal(100, 20, 3000)
    after = before + random.normal(0, 5, 3000)
    made = [Sums.of_values(list(after[:1500]), list(before[:1500])), Sums.of_values(list(after[1500:] + 1), list(before[1500:]))]
    plain, adjusted = compare(mean(made[0]), mean(made[1]), Fixed()), compare(*cuped(made).arms, Fixed())
    assert adjusted.error < 0.3 * plain.error
    assert adjusted.interval.low < 1 < adjusted.interval.high
    assert cuped(made).theta == pytest.approx(1, abs=0.03)


def test_a_proportion_is_a_mean_whose_variance_is_p_times_1_less_p(sessions):
    control, variant = arms(sessions, lambda d: Sums.of_hits(len(d), int(d.bought.sum())))
    p = control.y / control.n
    assert proportion(control).variance == pytest.approx(p * (1 - p))
    ours, as_mean = compare(proportion(control), proportion(variant), Fixed()), compare(mean(control), mean(variant), Fixed())
    assert ours.p == pytest.approx(as_mean.p, rel=5e-3)
    assert estimate(Kind.PROPORTION, control) == proportion(control)


def test_fieller_s_bounds_are_where_the_difference_from_r_times_the_control_is_just_significant():
    control, variant = Estimate(400, 2.0, 9.0), Estimate(500, 2.3, 16.0)
    c = 1.97
    bounds = fieller(control, variant, c)
    for lift in (bounds.low, bounds.high):
        r = 1 + lift
        assert (2.3 - r * 2.0) ** 2 == pytest.approx(c * c * (16 / 500 + r * r * 9 / 400))


def test_fieller_covers_the_true_lift_in_95_of_100_also_where_the_delta_method_would_not():
    """A control of two standard errors more than is needed: the bounds are far from even."""
    random = np.random.default_rng(11)
    held = 0
    for _ in range(2000):
        control, variant = Estimate(100, 1 + random.normal(0, 0.25), 6.25), Estimate(100, 1.2 + random.normal(0, 0.25), 6.25)
        bounds = fieller(control, variant, 1.96)
        held += bounds is None or bounds.low < 0.2 < bounds.high
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("hits", "n"), [(0, 40), (3, 40), (20, 40), (40, 40), (17, 100_000)])
def test_an_arm_s_share_has_wilson_s_interval(hits, n):
    ours = wilson(hits, n)
    assert (ours.low, ours.high) == pytest.approx(proportion_confint(hits, n, method="wilson"), abs=1e-12)


def test_an_arm_of_nobody_has_no_interval():
    assert wilson(0, 0) is wilson(4, 3) is wilson(-1, 3) is None
    assert around(Estimate(1, 3.0, None)) is around(Estimate(0)) is None


def test_an_arm_s_mean_has_student_s_interval():
    values = [3.0, 4.0, 8.0, 9.0]
    ours = around(mean(Sums.of_values(values)))
    low, high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (ours.low, ours.high) == pytest.approx((low, high))
