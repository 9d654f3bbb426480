"""Optimisers' weights: made of what has matured, once, by one server at a time, and resumed where they ended."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.event import Event
from gateway.domain.experiment import AssignmentSource, Exposed, OptimiserReward
from gateway.domain.optimising import Learnt, Weighing, next_policy
from gateway.domain.statistics.sums import Sums
from gateway.domain.visitor import SessionId, Visitor
from gateway.services.experimenting.tune import PACE, Tuner
from gateway.store.experiments import ExperimentStore
from gateway.store.exposures import ExposureStore, Told
from gateway.store.policies import PolicyStore
from gateway.store.results import ResultStore
from tests.store.judged import open_experiment
from tests.store.reckoned import ACME, add_up

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(hours=6)
JUST_NOW = NOW - timedelta(minutes=20)
POLICIES = "select policy, since, weights, probability_best, evidence from experiment_policy order by phase, policy"


@pytest.fixture
async def optimiser(stores, reckoning) -> int:
    """Of clicks, on even weights since this morning."""
    number = await open_experiment(stores.db, "optimiser.home_page.top", "SESSION", window=1)
    await stores.db.pool.execute("update experiment set reward = 'CLICK' where experiment_id = $1", number)
    await stores.db.pool.execute(
        "insert into experiment_policy values ($1, 1, 1, $2, '{0.5,0.5}', '{0.5,0.5}', '{}')", number, NOW - timedelta(hours=8)
    )
    return number


def exposure(number: int, unit: str, variant: int, at: datetime, policy: int = 1, propensity: float = 0.5) -> Told:
    exposed = Exposed(number, 1, unit, variant, at, AssignmentSource.BANDIT, policy=policy, propensity=propensity)
    return Told(ACME, exposed, Visitor(SessionId(unit)))


def click(unit: str, at: datetime) -> Event:
    return Event(ACME, f"click-{unit}-{at:%H%M%S}", "click", at, Visitor(SessionId(unit)), "STOREFRONT")


async def come(stores, reckoning, number: int, name: str, counts, at: datetime = LONG_AGO, policy: int = 1, weights=(0.5, 0.5)):
    """Sessions of each variant, (how many, how many of them click)."""
    told, clicks = [], []
    for variant, (units, clicked) in enumerate(counts):
        for each in range(units):
            told.append(exposure(number, f"{name}-{variant}-{each}", variant, at, policy, weights[variant]))
            if each < clicked:
                clicks.append(click(f"{name}-{variant}-{each}", at + timedelta(minutes=5)))
    await ExposureStore(stores.db).add(told)
    await stores.events.add(clicks)
    await add_up(reckoning)


async def policies(stores):
    return await stores.db.pool.fetch(POLICIES)


async def test_what_has_matured_moves_the_weights_and_servers_hear_of_it(stores, reckoning, optimiser):
    await come(stores, reckoning, optimiser, "s", [(100, 5), (100, 30)])
    await come(stores, reckoning, optimiser, "open", [(50, 50), (50, 0)], JUST_NOW)
    before = await ExperimentStore(stores.db).one(ACME, "optimiser.home_page.top")
    assert await Tuner(stores.db).tune(NOW) == 1
    wanted = next_policy(OptimiserReward.CLICK, [Learnt()] * 2, [Sums.of_hits(100, 5), Sums.of_hits(100, 30)])
    _, made = await policies(stores)
    assert (made["policy"], made["since"], tuple(made["weights"])) == (2, NOW, wanted.weights)
    assert tuple(made["probability_best"]) == wanted.probability_best
    assert made["evidence"]["b"] == {
        "counted": [100, 30, 30], "known": [100, 30, 30], "mean": wanted.beliefs[1].mean, "deviation": wanted.beliefs[1].deviation,
    }  # fmt: skip
    after = await ExperimentStore(stores.db).one(ACME, "optimiser.home_page.top")
    assert (after.version, after.updated_by) == (before.version + 1, "optimiser")
    assert after.experiment.phase.policy == 2
    assert after.experiment.weights == wanted.weights
    [entry] = await stores.db.pool.fetch("select actor, action, before, after from audit_log where action like 'experiment.%'")
    assert (entry["actor"], entry["action"]) == ("optimiser", "experiment.reweigh")
    assert [each["weight"] for each in entry["after"]["variants"]] == list(wanted.weights)


async def test_a_restart_goes_on_where_it_ended(stores, reckoning, optimiser):
    await come(stores, reckoning, optimiser, "s", [(100, 5), (100, 30)])
    assert await Tuner(stores.db).tune(NOW) == 1
    assert await Tuner(stores.db).tune(NOW + PACE) == 0
    await come(stores, reckoning, optimiser, "t", [(40, 20), (160, 30)], LONG_AGO + timedelta(hours=1), 2, (0.05, 0.95))
    assert await Tuner(stores.db).tune(NOW + PACE) == 1
    first = next_policy(OptimiserReward.CLICK, [Learnt()] * 2, [Sums.of_hits(100, 5), Sums.of_hits(100, 30)])
    then = next_policy(OptimiserReward.CLICK, first.learnt, [Sums.of_hits(140, 25), Sums.of_hits(260, 60)])
    assert tuple((await policies(stores))[-1]["weights"]) == then.weights
    assert (await policies(stores))[-1]["evidence"]["a"]["known"] == pytest.approx(
        [0.97 * 100 + 40, 0.97 * 5 + 20, 0.97 * 5 + 20]
    )


@pytest.mark.parametrize(
    ("counts", "at", "change"),
    [
        ([(40, 5), (40, 30)], LONG_AGO, ""),
        ([(100, 5), (100, 30)], JUST_NOW, ""),
        ([(100, 5), (100, 30)], LONG_AGO, "update experiment set status = 'PAUSED'"),
        ([(100, 5), (100, 30)], LONG_AGO, "update experiment_policy set since = now()"),
    ],
    ids=["too few", "not matured", "paused", "made just now"],
)
async def test_where_there_is_nothing_to_go_by_the_weights_stay(stores, reckoning, optimiser, counts, at, change):
    await come(stores, reckoning, optimiser, "s", counts, at)
    if change:
        await stores.db.pool.execute(change)
    assert await Tuner(stores.db).tune(datetime.now(UTC)) == 0
    assert len(await policies(stores)) == 1


async def test_of_several_servers_one_makes_them(stores, reckoning, optimiser):
    await come(stores, reckoning, optimiser, "s", [(100, 5), (100, 30)])
    assert sum(await asyncio.gather(*(Tuner(stores.db).tune(NOW) for _ in range(4)))) == 1
    assert len(await policies(stores)) == 2


async def test_an_optimiser_that_fails_keeps_no_other_waiting(stores, reckoning, optimiser, caplog):
    broken = await open_experiment(stores.db, "broken", "SESSION", window=1)
    await stores.db.pool.execute("update experiment set reward = 'CLICK' where experiment_id = $1", broken)
    await stores.db.pool.execute(
        "insert into experiment_policy values ($1, 1, 1, $2, '{0.5,0.5}', '{0.5,0.5}', '{\"a\": {\"counted\": []}}')",
        broken, NOW - timedelta(days=1),
    )  # fmt: skip
    await come(stores, reckoning, optimiser, "s", [(100, 5), (100, 30)])
    assert await Tuner(stores.db).tune(NOW) == 1
    assert "broken of acme could not be given new weights" in caplog.text


async def test_each_set_of_weights_exposes_anew_and_a_reward_goes_to_the_latest(stores, reckoning, optimiser):
    """One session under two policies, in another variant under the second: it is in no arm twice, and its click counts once."""
    await stores.db.pool.execute(
        "insert into experiment_policy values ($1, 1, 2, $2, '{0.2,0.8}', '{0.1,0.9}', '{}')", optimiser, LONG_AGO
    )
    first, second = LONG_AGO - timedelta(minutes=20), LONG_AGO + timedelta(minutes=5)
    told = [exposure(optimiser, "s", 0, first), exposure(optimiser, "s", 1, second, 2, 0.8), exposure(optimiser, "t", 1, first)]
    await ExposureStore(stores.db).add([*told, exposure(optimiser, "t", 0, first + timedelta(minutes=1))])
    await stores.events.add([click("s", first + timedelta(minutes=1)), click("s", second + timedelta(minutes=1))])
    await add_up(reckoning)
    rows = await stores.db.pool.fetch(
        "select policy, unit, variant, closes_at, amounts[2] as clicks from unit_metric order by policy"
    )
    assert [tuple(row) for row in rows] == [(1, "s", 0, second, 1), (2, "s", 1, second + timedelta(hours=1), 1)]
    experiment = (await ExperimentStore(stores.db).one(ACME, "optimiser.home_page.top")).experiment
    evidence = await ResultStore(stores.db).evidence(ACME, experiment, NOW)
    assert evidence.intake.multiple == 1
    assert evidence.intake.expected == pytest.approx([0.5 + 0.2, 0.5 + 0.8])
    assert [(each.sums.n, each.sums.y, each.propensity) for each in evidence.log] == [(1, 1, 0.5), (1, 1, 0.8)]


async def test_the_course_of_many_weights_is_told_in_few_steps_the_first_and_the_last_among_them(optimiser, stores):
    await stores.db.pool.execute(
        "insert into experiment_policy select $1, 1, n, $2::timestamptz + n * interval '1 minute', array[1.0 / n, 1 - 1.0 / n], '{0,1}', '{}'"
        " from generate_series(2, 500) as n",
        optimiser, NOW - timedelta(hours=8),
    )  # fmt: skip
    [kept] = await ExperimentStore(stores.db).all(ACME)
    course = await PolicyStore(stores.db).course(kept.experiment, 60)
    assert course[0] == Weighing(NOW - timedelta(hours=8), (0.5, 0.5))
    assert course[-1].weights == (1 / 500, 1 - 1 / 500)
    assert 60 <= len(course) <= 61
    assert [each.since for each in course] == sorted(each.since for each in course)
    all_of_them = await PolicyStore(stores.db).course(kept.experiment, 1000)
    assert len(all_of_them) == 500
