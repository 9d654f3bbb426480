"""The figures of public experiments, as they were published."""

import duckdb
import numpy as np
import pytest

from gateway.domain.statistics.estimates import proportion
from gateway.domain.statistics.health import sample_ratio
from gateway.domain.statistics.intervals import compare
from gateway.domain.statistics.look import Fixed
from gateway.domain.statistics.note import Note
from gateway.domain.statistics.offpolicy import evaluate
from gateway.domain.statistics.sums import Sums
from tests.conftest import DATA, needs_data

pytestmark = [pytest.mark.data, needs_data]
BANDIT, CATS = DATA / "ab" / "open_bandit_small.parquet", DATA / "ab" / "cookie_cats.csv.gz"


def clicks(policy, campaign):
    rows = duckdb.execute(
        "select click, propensity_score from read_parquet(?) where policy = ? and campaign = ?", [str(BANDIT), policy, campaign]
    ).fetchnumpy()
    return np.asarray(rows["click"], dtype=float), np.asarray(rows["propensity_score"], dtype=float)


@pytest.mark.parametrize(
    ("campaign", "items", "served", "ips", "snips", "ess"),
    [("all", 80, 42, 0.00236, 0.00233, 340), ("men", 34, 69, 0.00301, 0.00319, 656)],
)
def test_the_even_policy_is_valued_from_the_optimiser_s_log(campaign, items, served, ips, snips, ess):
    click, propensity = clicks("bts", campaign)
    found = evaluate(click, propensity, np.full(len(click), 1 / items))
    assert click.sum() == served
    assert found.ips.value == pytest.approx(ips, abs=5e-6)
    assert found.snips.value == pytest.approx(snips, abs=5e-6)
    assert found.ess == pytest.approx(ess, abs=0.5)
    even, _ = clicks("random", campaign)
    spread = np.hypot(found.ips.error, even.std() / np.sqrt(len(even)))
    assert abs(found.ips.value - even.mean()) < 2 * spread  # what it earned where it was served


def test_a_log_worth_two_rows_is_refused():
    click, propensity = clicks("bts", "women")
    found = evaluate(click, propensity, np.full(len(click), 1 / 46))
    assert found.ess == pytest.approx(2.1, abs=0.05)
    assert found.note is Note.TOO_FEW_EFFECTIVE
    assert found.ips is None


@pytest.mark.parametrize(
    ("metric", "control", "variant", "significant"),
    [("retention_1", 0.4482, 0.4423, False), ("retention_7", 0.1902, 0.1820, True)],
)
def test_cookie_cats_retention_is_as_published(metric, control, variant, significant):
    query = f"select version, count(*), sum({metric}::int) from read_csv(?) group by 1 order by 1"
    (_, n_30, hits_30), (_, n_40, hits_40) = duckdb.execute(query, [str(CATS)]).fetchall()
    assert (n_30, n_40) == (44_700, 45_489)
    arms = [proportion(Sums.of_hits(n, int(hits))) for n, hits in ((n_30, hits_30), (n_40, hits_40))]
    assert [round(arm.value, 4) for arm in arms] == [control, variant]
    found = compare(*arms, Fixed())
    assert found.is_significant is significant
    assert found.p == pytest.approx({"retention_1": 0.0744, "retention_7": 0.00155}[metric], rel=0.02)


def test_cookie_cats_were_not_split_evenly():
    """p = 0.0086 for an even split: worth a look, and no alarm at one in a thousand."""
    found = sample_ratio([44_700, 45_489], [1, 1])
    assert found.p == pytest.approx(0.0086, abs=0.0001)
    assert not found.alarms
