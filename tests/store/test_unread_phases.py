"""Nothing that a phase has frozen stops what others add up: it is bounded, or the phase is left out and named."""

import asyncio
from datetime import timedelta

import orjson
import pytest

from gateway.domain.event import Event
from gateway.domain.experiment import AssignmentSource, Exposed
from gateway.domain.metric import Metric, MetricKind, measure_named, measures_of
from gateway.domain.visitor import SessionId, Visitor
from gateway.errors import Conflict
from gateway.store.exposures import ExposureStore, Told
from gateway.store.recounting import Recounting
from tests.store.judged import FROZEN, open_experiment
from tests.store.reckoned import ACME, add_up, some_days_ago

NOW = some_days_ago()
PLAIN = orjson.loads(orjson.dumps(FROZEN))
AMOUNTS = "select e.key, u.amounts from unit_metric u join experiment e using (experiment_id) order by 1"


def frozen(**other) -> dict:
    return PLAIN | other


def metric(**other) -> dict:
    return frozen(metrics=[*PLAIN["metrics"][:-1], PLAIN["metrics"][-1] | other])


UNREADABLE = [
    pytest.param(metric(y=99), id="a place past the measures"),
    pytest.param(metric(y=0), id="a place before them"),
    pytest.param(metric(d=99), id="a denominator past them"),
    pytest.param(metric(y=None), id="no place"),
    pytest.param(metric(y="first"), id="a place that is a word"),
    pytest.param(metric(y=9_300_000_000), id="a place past 32 bits"),
    pytest.param(metric(cap="much"), id="a cap that is a word"),
    pytest.param(frozen(metrics={"key": "logins"}), id="metrics that are no list"),
    pytest.param(frozen(measures="clicks"), id="measures that are no list"),
    pytest.param(frozen(measures=["clicks"]), id="fewer measures than metrics"),
    pytest.param(frozen(factors={"SEK": "dear"}), id="a factor that is a word"),
]


async def exposed(stores, experiments) -> None:
    """A session that clicked and logged in, in each of them."""
    visitor = Visitor(SessionId("s1"))
    await stores.events.add(
        [Event(ACME, f"c{n}", "click", NOW + timedelta(minutes=n + 1), visitor, "MARKETING", value=1e308) for n in range(3)]
    )
    await ExposureStore(stores.db).add(
        [Told(ACME, Exposed(each, 1, "s1", 0, NOW, AssignmentSource.HASH), visitor) for each in experiments]
    )


@pytest.mark.parametrize("cap", [9.3e18, 1e308, -1e308, 0.4])
async def test_no_cap_that_a_phase_ever_froze_stops_folding(stores, reckoning, cap):
    metrics = [PLAIN["metrics"][-2] | {"cap": cap}]
    number = await open_experiment(
        stores.db, "old", "SESSION", frozen(metrics=[*PLAIN["metrics"], *({**m, "key": "x"} for m in metrics)])
    )
    await exposed(stores, [number])
    await add_up(reckoning)
    assert len(await stores.db.pool.fetch(AMOUNTS)) == 1
    assert await Recounting(stores.db).unread() == []


@pytest.mark.parametrize("bad", UNREADABLE)
async def test_a_phase_that_cannot_be_read_is_left_out_and_named_and_others_are_added_up(stores, reckoning, bad, caplog):
    broken = await open_experiment(stores.db, "broken", "SESSION", bad)
    sound = await open_experiment(stores.db, "sound", "SESSION")
    await exposed(stores, [broken, sound])
    async with asyncio.timeout(60):
        await add_up(reckoning)
    assert [row["key"] for row in await stores.db.pool.fetch(AMOUNTS)] == ["sound"]
    assert await reckoning.waiting() == []
    recounting = Recounting(stores.db)
    [unread] = await recounting.unread()
    assert (unread.tenant_id, unread.key, unread.phase) == (ACME, "broken", 1)
    assert len([each for each in caplog.messages if "broken, phase 1: " in each]) == 1
    found = {each.key: await recounting.recount(ACME, each, mend=False) for each in await recounting.stretches(ACME, None)}
    assert (found["broken"].wrong, found["sound"].wrong) == (1, 0)
    with pytest.raises(Conflict, match="broken"):
        await recounting.recount(ACME, found["broken"].stretch, mend=True)


async def test_once_it_is_put_right_a_recount_adds_up_what_was_left_out(stores, reckoning):
    broken = await open_experiment(stores.db, "broken", "SESSION", metric(y=99))
    await exposed(stores, [broken])
    await add_up(reckoning)
    await stores.db.pool.execute("update experiment_phase set measures = $1", PLAIN)
    recounting = Recounting(stores.db)
    [stretch] = await recounting.stretches(ACME, None)
    await recounting.recount(ACME, stretch, mend=True)
    assert await recounting.unread() == []
    assert (await recounting.recount(ACME, stretch, mend=False)).wrong == 0
    assert len(await stores.db.pool.fetch(AMOUNTS)) == 1


async def test_units_that_stood_before_a_phase_could_not_be_read_stay_and_keep_nobody_busy(stores, reckoning):
    broken, sound = [await open_experiment(stores.db, key, "SESSION") for key in ("broken", "sound")]
    await exposed(stores, [broken, sound])
    await add_up(reckoning)
    before = await stores.db.pool.fetch(AMOUNTS)
    await stores.db.pool.execute("update experiment_phase set measures = $1 where experiment_id = $2", metric(y=99), broken)
    await stores.db.pool.execute("update unit_metric set closed = false")  # as if each window had closed just now
    async with asyncio.timeout(60):
        await add_up(reckoning)
        assert await reckoning.waiting() == []
        while await stores.db.pool.fetchval("select expire_units($1, $2, 1)", ACME, NOW.date() + timedelta(days=1)):
            pass
    assert await stores.db.pool.fetch(AMOUNTS) == before[:1]


def test_the_whole_cap_is_within_what_a_value_may_be():
    stars = Metric("stars", "Stars", MetricKind.MEAN, measure_named("rating.value"), cap=1e308)
    assert stars.whole_cap == 10**15
    assert measures_of([stars], {})["metrics"][-1]["cap"] == 10**15
    assert Metric("s", "S", MetricKind.MEAN, measure_named("rating.value"), cap=1e-9).whole_cap == 1
