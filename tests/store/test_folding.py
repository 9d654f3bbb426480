"""What units of experiments did: added up in any sequence it is what going through everything gives, and what a recount says."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace

import pytest

from gateway.store.exposures import ExposureStore
from gateway.store.recounting import Recounting
from tests.store.judged import Judge, Said, make_exposures, open_experiments, stood, totals, valued
from tests.store.reckoned import ACME, Past, add_up, keep_views, make_past, some_days_ago
from tests.store.test_reckoning import owners

NOW = some_days_ago()


async def said_by(stores, past) -> Said:
    rows = await stores.db.pool.fetch("select session_id, visitor_id from visitor_session")
    whole = await stores.db.pool.fetch("select user_id, person_of(tenant_id, user_id) as person from shop_user")
    people = {row["user_id"]: row["person"] for row in whole}
    moments = [*past.events, *(SimpleNamespace(happened_at=view.served_at) for view in past.views)]
    return Said(await owners(stores, Past((), moments)), {row["session_id"]: row["visitor_id"] for row in rows}, people)


def random_past(rng: Random, events: int = 60) -> Past:
    past = make_past(rng, NOW, events)
    views = [replace(view, latency_ms=rng.choice((None, 12, 40))) for view in past.views]
    return Past(views, list(valued(rng, past.events)))


async def recounted(stores, *, mend: bool = False) -> list:
    counting = Recounting(stores.db)
    found = [await counting.recount(ACME, each, mend=mend) for each in await counting.stretches(ACME, None)]
    return [each for one in found for each in one.told]


async def check(stores, past, kept, told, experiments) -> None:
    judge = Judge(past, kept, told, await said_by(stores, past), datetime.now(UTC))
    units, sums = await stood(stores.db)
    assert units == judge.units(experiments)
    assert sums == totals(units)
    days = await stores.db.pool.fetch("select sum(units) as units from experiment_day")
    assert (days[0]["units"] or 0) == len(units)
    assert await recounted(stores) == []


@pytest.mark.parametrize("seed", range(16))
async def test_units_added_up_in_any_sequence_are_those_that_going_through_everything_gives(stores, reckoning, seed):
    rng = Random(seed)
    experiments = await open_experiments(stores)
    past = random_past(rng)
    late, known = past.views[:3], past.views[3:]
    await keep_views(stores, known)
    told, exposures = list(past.events), make_exposures(rng, experiments, NOW)
    rng.shuffle(told)
    cuts = sorted(rng.sample(range(1, len(told)), 5))
    kept = []
    for number, (a, b) in enumerate(zip([0, *cuts], [*cuts, len(told)], strict=True)):
        part = [*told[a:b], *rng.sample(told[a:b], min(2, b - a))]
        kept_now = await stores.events.add(part)
        kept += [part[place] for place in sorted(kept_now.fresh)]
        of_part = exposures[number::6]
        await ExposureStore(stores.db).add([*of_part, *of_part[:2]])
        if number == 2:
            await keep_views(stores, late)
        if rng.random() < 0.7:
            await add_up(reckoning)
        if number == 3:
            await stores.db.pool.execute("update session_link set unlinked_at = now() where session_id in ('s1', 's3')")
        if number == 4:
            await stores.db.pool.execute("update session_link set unlinked_at = null where session_id = 's1'")
            await stores.db.pool.execute("select absorb('acme', 'bert', 'anna')")
        if number == 5 and seed % 2:
            await stores.db.pool.execute("select set_apart('acme', 'bert')")
    await add_up(reckoning)
    await check(stores, past, kept, exposures, experiments)
    before = await stood(stores.db)
    await reckoning.rebuild(ACME)
    await add_up(reckoning)
    assert await stood(stores.db) == before
