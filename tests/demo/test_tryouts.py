"""What the example shop tries out: the truth is found, and everything in its past is as the gateway would have made it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from gateway.demo.keys import DemoKeys
from gateway.demo.looking import look_back
from gateway.demo.seed import DEMO, Size, seed
from gateway.demo.shoppers import last_midnight
from gateway.demo.showing import DAYS_SHOWN
from gateway.demo.tryouts import LASTS, SEEDS
from gateway.domain.appraisal.appraise import appraise
from gateway.domain.assignment import Subject, assign, holdout_of
from gateway.domain.checklist import Surroundings, obstacles
from gateway.domain.experiment import ExperimentStatus, Phase
from gateway.domain.optimising import Learnt, next_policy
from gateway.domain.placement import DEFAULTS
from gateway.domain.result import ExperimentResult
from gateway.domain.statistics.sums import Sums
from gateway.domain.statistics.verdict import Decision
from gateway.services.experimenting.tune import PACE
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.experiments import ExperimentStore
from gateway.store.results import ResultStore
from gateway.wiring import Stores
from tests.conftest import with_database
from tests.faces.serving import serving

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
MIDNIGHT = last_midnight(NOW)
SINCE = MIDNIGHT - timedelta(days=DAYS_SHOWN)
SMALL = Size(products=168, events=40_000, keenness=2.0)
EFFECT, NOTHING, OPTIMISER = "similar-or-looked-at", "a-a-together", "optimiser.category_page.top"

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def past(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, DemoKeys]]:
    """The database of a small shop whose shoppers look twice as often at what is recommended, made once."""
    name = f"endcap_tryouts_{uuid4().hex[:8]}"
    asyncio.run(_say(server_url, f"create database {name} template {template} strategy file_copy"))
    url = with_database(server_url, name)
    yield url, asyncio.run(_make(url, tmp_path_factory.mktemp("tryouts")))
    asyncio.run(_say(server_url, f"drop database {name} with (force)"))


async def _say(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def _make(url: str, folder: Path) -> DemoKeys:
    async with open_database(url, 4) as db:
        keys = await seed(Stores.over(db), Settings(data_dir=folder), NOW, size=SMALL)
        await look_back(db, DEMO, MIDNIGHT)
    return keys


@pytest.fixture
async def shop(past: tuple[str, DemoKeys]) -> AsyncIterator[Stores]:
    async with open_database(past[0], 4) as db:
        yield Stores.over(db)


async def found(shop: Stores, key: str) -> ExperimentResult:
    """What was found by the end of the past."""
    kept = await ExperimentStore(shop.db).one(DEMO, key)
    return appraise(await ResultStore(shop.db).evidence(DEMO, kept.experiment, NOW))


def figure(result: ExperimentResult, key: str):
    """The figure of the variant beside the control."""
    return next(metric for metric in result.metrics if metric.metric.key == key).variants[1]


async def test_the_effect_is_found_and_nothing_speaks_against_it(shop):
    result = await found(shop, EFFECT)
    clicked = figure(result, "clicked")
    assert clicked.significant
    assert clicked.difference.lower > 0
    assert (result.health.ok, result.health.multiple_exposures, result.health.bot_units) == (True, 0, 0)
    assert result.health.srm_p > 0.01
    assert result.verdict.decision in (Decision.SHIP, Decision.CONTINUE)
    assert all(each.units > 300 for each in result.exposures)


async def test_an_a_a_test_finds_nothing(shop):
    result = await found(shop, NOTHING)
    assert result.health.ok
    assert not any(each.significant for look in result.looks for each in look.seen)
    assert not figure(result, "clicked").significant
    assert result.verdict.decision is Decision.CONTINUE


async def test_the_optimiser_moves_to_the_better_strategy_and_says_by_how_much(shop):
    result = await found(shop, OPTIMISER)
    weights = {each.variant: each.weight for each in result.weights}
    assert weights["trending"] > 0.8
    assert result.health.ok
    gain = result.optimiser
    assert gain.reward_per_unit > gain.uniform_reward_per_unit
    assert gain.gain.estimate == pytest.approx(gain.reward_per_unit - gain.uniform_reward_per_unit)
    assert gain.gain.lower < gain.gain.estimate < gain.gain.upper


async def test_every_unit_has_what_the_gateway_would_give_it_today(shop):
    kept = {each.experiment.experiment_id: each.experiment for each in await ExperimentStore(shop.db).all(DEMO)}
    policies = {
        row["policy"]: row["weights"] for row in await shop.db.pool.fetch("select policy, weights from experiment_policy")
    }
    exposures = await shop.db.pool.fetch("select * from exposure")
    assert len(exposures) > 1500
    for row in exposures:
        experiment = kept[row["experiment_id"]]
        assert row["phase"] == 1
        if row["policy"]:
            experiment = _under(experiment, row["policy"], policies[row["policy"]])
        given = assign(experiment, Subject({experiment.unit: row["unit"]}), holdout_of(DEMO, 0))
        assert (row["variant"], row["source"], row["propensity"]) == (given.index, given.source, given.propensity)


def _under(optimiser, policy, weights):
    """As it was under one of its policies."""
    variants = tuple(replace(each, weight=weight) for each, weight in zip(optimiser.variants, weights, strict=True))
    return replace(optimiser, variants=variants, phase=replace(optimiser.phase, policy=policy))


MATURED = """select u.variant, count(*) as n, count(*) filter (where u.amounts[2] > 0) as hits
from unit_metric u join experiment e using (experiment_id) where e.key = $1 and u.closes_at <= $2 group by u.variant"""


async def test_each_set_of_weights_follows_from_the_units_that_had_matured(shop):
    kept = await ExperimentStore(shop.db).one(DEMO, OPTIMISER)
    rows = await shop.db.pool.fetch("select * from experiment_policy order by policy")
    assert len(rows) > 5
    learnt = (Learnt(), Learnt())
    for before, row in pairwise(rows):
        matured = await shop.db.pool.fetch(MATURED, OPTIMISER, row["since"])
        sums = {each["variant"]: Sums.of_hits(each["n"], each["hits"]) for each in matured}
        policy = next_policy(kept.experiment.reward, learnt, [sums.get(place, Sums()) for place in (0, 1)])
        assert row["since"] >= before["since"] + PACE
        assert row["weights"] == pytest.approx(policy.weights)
        learnt = policy.learnt
    assert rows[0]["since"] == SINCE
    assert rows[-1]["since"] < MIDNIGHT


async def test_nobody_is_exposed_after_what_came_of_it(shop):
    early = await shop.db.pool.fetchval(
        """select count(*) from event e join served_view v using (tenant_id, view_id)
           cross join jsonb_array_elements(v.lists) l cross join jsonb_array_elements(l -> 'variants') a
           join experiment x on x.experiment_id = (a ->> 'id')::int
           left join exposure p on p.experiment_id = x.experiment_id
             and p.unit = case x.unit when 'VISITOR' then e.visitor_id else e.session_id end
           where p.exposed_at is null or p.exposed_at > e.happened_at"""
    )
    assert early == 0
    span = await shop.db.pool.fetchrow("select min(exposed_at) as first, max(exposed_at) as last from exposure")
    assert SINCE <= span["first"] < span["last"] < MIDNIGHT


async def test_it_was_looked_at_once_a_day_by_what_was_known_by_then(shop):
    result = await found(shop, EFFECT)
    assert 10 < len(result.looks) <= DAYS_SHOWN
    assert result.looks[-1].at == MIDNIGHT
    for look in result.looks:
        closed = "select count(*) from unit_metric join experiment using (experiment_id) where key = $1 and closes_at <= $2"
        assert look.units == await shop.db.pool.fetchval(closed, EFFECT, look.at)
        assert look.share == pytest.approx((look.at - SINCE) / LASTS)
    await look_back(shop.db, DEMO, MIDNIGHT)
    assert (await found(shop, EFFECT)).looks == result.looks


async def test_they_began_as_any_other_begins(shop):
    everyone = [kept.experiment for kept in await ExperimentStore(shop.db).all(DEMO)]
    around = Surroundings(SINCE, frozenset(each.placement_id for each in DEFAULTS), 400)
    for each in everyone:
        assert each.status is ExperimentStatus.RUNNING
        assert each.phase.started_at == SINCE
        assert not list(obstacles(each, around))
        assert each.reward or (each.hypothesis and each.plan.guardrails and each.plan.end == SINCE + LASTS)
        assert each.reward or each.phase == Phase(1, SEEDS[each.key], SINCE)
    caps = await shop.db.pool.fetch("select revenue_cap, measures ->> 'currency' as currency from experiment_phase")
    assert all(row["revenue_cap"] is None or row["revenue_cap"] > 0 for row in caps)
    assert {row["currency"] for row in caps} == {"SEK"}
    noted = await shop.db.pool.fetch("select object, action from audit_log where object = $1 order by audit_id", EFFECT)
    assert [row["action"] for row in noted] == ["experiment.create", "experiment.start"]


ASKED = """query ($visitor: VisitorInput!) { placements(ids: ["item_page.similar"], market: "se", visitor: $visitor,
  page: {productIds: ["tents-001-ochre"]}) { placements { variants { experimentKey index } } } }"""


async def test_whoever_comes_again_gets_the_same(shop, past, tmp_path):
    row = await shop.db.pool.fetchrow(
        "select x.unit, x.variant from exposure x join experiment using (experiment_id) where key = $1 limit 1", EFFECT
    )
    url, keys = past
    async with serving(url, tmp_path) as client:
        sent = {"query": ASKED, "variables": {"visitor": {"sessionId": "tomorrow", "visitorId": row["unit"]}}}
        answer = (await client.http.post("/graphql", json=sent, headers={"x-api-key": keys.storefront})).json()
    [shown] = answer["data"]["placements"]["placements"]
    assert shown["variants"] == [{"experimentKey": EFFECT, "index": row["variant"]}]
