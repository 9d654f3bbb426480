"""What units of experiments did: added up in any sequence it is what going through everything gives, and what a recount says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest
from msgspec import structs

from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event, OrderLine
from gateway.domain.experiment import AssignmentSource, Exposed
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.store.experiments import ExperimentStore
from gateway.store.exposures import ExposureStore, Told
from gateway.store.privacy import PrivacyStore, Wish
from gateway.store.recounting import Recounting
from gateway.store.results import ResultStore
from gateway.store.retention import RetentionStore
from tests.store.judged import Judge, Said, make_exposures, open_experiments, products, stood, totals, valued
from tests.store.reckoned import ACME, Past, add_up, keep_views, make_past, some_days_ago
from tests.store.test_reckoning import owners

NOW = some_days_ago()
OF_BOTS = "select experiment_id, unit, policy from unit_of_bots"


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
    kept = await stores.db.pool.fetch("select experiment_id, variant, product_id, units from experiment_product where units <> 0")
    assert {tuple(row)[:3]: row["units"] for row in kept} == products(units)
    assert {tuple(row) for row in await stores.db.pool.fetch(OF_BOTS)} == judge.of_bots
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


@pytest.mark.parametrize("seed", range(6))
async def test_whoever_is_forgotten_leaves_nothing_that_a_recount_would_find_otherwise(stores, reckoning, seed):
    rng = Random(100 + seed)
    experiments = await open_experiments(stores)
    past = random_past(rng)
    await keep_views(stores, past.views)
    await stores.events.add(past.events)
    await ExposureStore(stores.db).add(make_exposures(rng, experiments, NOW, 12))
    await add_up(reckoning)
    whole = Wish(Identity(IdentityKind.USER, "anna"), whole=bool(seed % 2), blocked=False, actor="test")
    await PrivacyStore(stores.db).forget(ACME, whole)
    await add_up(reckoning)
    assert await recounted(stores) == []
    named = "select count(*) from {} where unit = 'anna'"
    for table in ("exposure", "unit_metric", "unit_due", "unit_of_bots"):
        assert await stores.db.pool.fetchval(named.format(table)) == 0
    await reckoning.rebuild(ACME)
    await add_up(reckoning)
    assert await recounted(stores) == []


def of_anna(kind: str, number: int, **more) -> Event:
    visitor = Visitor(SessionId("hers"), UserId("anna") if kind == "login" else None, VisitorId("her-cookie"))
    return Event(ACME, f"{kind}-{number}", kind, NOW - timedelta(hours=20) + timedelta(minutes=number), visitor, "SERVER", **more)


async def annas_units(stores, reckoning) -> dict[str, int]:
    """One of each kind, that are nobody else's; she saw, clicked, logged in and ordered."""
    experiments = await open_experiments(stores)
    view = replace(make_past(Random(1), NOW).views[0], session_id="hers", user_id=None, visitor_id="her-cookie", preview=False)
    await keep_views(stores, [replace(view, latency_ms=30)])
    boot = ProductId("boot")
    line = OrderLine(boot, 2, Money(9900, "SEK"))
    await stores.events.add([
        of_anna("impression", 1, product_id=boot), of_anna("click", 2, product_id=boot), of_anna("login", 3),
        of_anna("purchase", 4, order_id="o9", lines=(line,)), of_anna("add_to_cart", 5, product_id=boot),
    ])  # fmt: skip
    visitor = Visitor(SessionId("hers"), UserId("anna"), VisitorId("her-cookie"))
    units = {"SESSION": "hers", "VISITOR": "her-cookie", "USER": "anna"}
    told = [
        Told(ACME, Exposed(number, 1, units[kind], 0, NOW - timedelta(hours=20), AssignmentSource.HASH), visitor)
        for kind, number in experiments.items()
    ]
    await ExposureStore(stores.db).add(told)
    await add_up(reckoning)
    return experiments


async def test_units_of_someone_forgotten_keep_what_they_did_under_names_that_mean_nothing(stores, reckoning):
    await annas_units(stores, reckoning)
    _, before = await stood(stores.db)
    assert {key[0] for key, sums in before.items() if key[6] == "conversion" and sums[1] == 1} == {1, 2, 3}
    held = await PrivacyStore(stores.db).export(ACME, Identity(IdentityKind.USER, "anna"))
    assert {row["unit"] for row in held["exposures"]} == {"hers", "her-cookie", "anna"}
    receipt = await PrivacyStore(stores.db).forget(ACME, Wish(Identity(IdentityKind.USER, "anna"), True, False, "test"))
    assert receipt.rows["exposure"] == 3
    for table in ("exposure", "unit_metric", "unit_due", "unit_of_bots"):
        names = {row["unit"] for row in await stores.db.pool.fetch(f"select unit from {table}")}
        assert not names & {"hers", "her-cookie", "anna"}, table
    await add_up(reckoning)
    assert (await stood(stores.db))[1] == before
    assert await recounted(stores) == []
    await reckoning.rebuild(ACME)
    await add_up(reckoning)
    assert (await stood(stores.db))[1] == before


async def test_units_that_are_kept_no_longer_stay_in_the_totals(stores, reckoning):
    await annas_units(stores, reckoning)
    _, before = await stood(stores.db)
    await stores.db.pool.execute("update tenant set retention_days = 1")
    await stores.db.pool.execute("update exposure set exposed_at = exposed_at - interval '5 days'")
    await stores.db.pool.execute("update unit_metric set exposed_at = exposed_at - interval '5 days'")
    store = RetentionStore(stores.db)
    [keeping] = await store.keepings()
    assert (await store.expire(keeping))["exposure"] == 3
    for table in ("exposure", "unit_metric"):
        assert await stores.db.pool.fetchval(f"select count(*) from {table}") == 0
    _, after = await stood(stores.db)
    assert {(*key[:5], True, key[6]): sums for key, sums in before.items()} == after
    shown = await stores.db.pool.fetch("select units, past from experiment_product")
    assert shown
    assert all(row["units"] == row["past"] == 1 for row in shown)
    assert await recounted(stores, mend=True) == []
    assert await stores.db.pool.fetch("select units, past from experiment_product") == shown


async def test_a_recount_finds_what_was_tampered_with_and_mends_it(stores, reckoning):
    await annas_units(stores, reckoning)
    right = await stood(stores.db)
    await stores.db.pool.execute("update unit_metric set amounts[4] = 7 where experiment_id = 1")
    await stores.db.pool.execute(
        "update experiment_total set y = y + 1 where experiment_id = 2 and metric = 'conversion' and segment = ''"
    )
    await stores.db.pool.execute("update experiment_day set units = 5 where experiment_id = 3")
    found = await recounted(stores)
    assert {each.what for each in found} == {"unit", "total", "day"}
    assert any("variant 0" in each.had and each.named == "hers" for each in found)
    await recounted(stores, mend=True)
    await recounted(stores, mend=True)
    assert await stood(stores.db) == right
    assert await recounted(stores) == []


async def test_a_session_that_turns_out_to_be_a_bots_leaves_every_arm(stores, reckoning):
    await annas_units(stores, reckoning)
    await stores.events.add([structs.replace(of_anna("page_view", 9), happened_at=NOW, apart="BOT")])
    await add_up(reckoning)
    units, _ = await stood(stores.db)
    assert units == {}
    kept = await stores.db.pool.fetch("select unit from exposure where apart = 'BOT' order by unit")
    assert [row["unit"] for row in kept] == ["her-cookie", "hers"]
    assert await recounted(stores) == []


async def test_a_user_for_whom_a_bot_acts_is_out_and_counted_until_that_is_in_the_time_looked_at_no_more(stores, reckoning):
    experiments = await open_experiments(stores)
    visitor = Visitor(SessionId("hers"), UserId("anna"), VisitorId("her-cookie"))
    exposed = Exposed(experiments["USER"], 1, "anna", 0, NOW - timedelta(hours=20), AssignmentSource.HASH)
    await ExposureStore(stores.db).add([Told(ACME, exposed, visitor)])
    await stores.events.add([structs.replace(of_anna("login", 3), apart="BOT")])
    await add_up(reckoning)
    assert (await stood(stores.db))[0] == {}
    assert await stores.db.pool.fetch(OF_BOTS) == [(experiments["USER"], "anna", 0)]
    results, at = ResultStore(stores.db), datetime.now(UTC)
    [kept] = [each for each in await ExperimentStore(stores.db).all(ACME) if each.experiment.key == "user"]
    before = await results.state(kept.experiment.experiment_id)
    assert (await results.evidence(ACME, kept.experiment, at)).intake.bots == 1
    assert await recounted(stores) == []
    await stores.db.pool.execute("update experiment set window_hours = 1")  # it did it later than that
    await stores.db.pool.execute("update event set happened_at = happened_at + interval '2 hours'")
    await stores.db.execute("fold.note_all", tenant_id=ACME)
    await add_up(reckoning)
    assert await stores.db.pool.fetch(OF_BOTS) == []
    assert [unit for _, unit, _ in (await stood(stores.db))[0]] == ["anna"]
    assert (await results.evidence(ACME, kept.experiment, at)).intake.bots == 0
    assert await results.state(kept.experiment.experiment_id) != before


async def test_a_unit_whose_window_closes_moves_though_nothing_is_told(stores, reckoning):
    await annas_units(stores, reckoning)
    await stores.db.pool.execute("update experiment set window_hours = 300")
    await stores.db.execute("fold.note_all", tenant_id=ACME)
    await add_up(reckoning)
    units, open_ones = await stood(stores.db)
    assert [row[2] for row in units.values()] == [False] * 3
    assert await reckoning.waiting() == []
    await stores.db.pool.execute("update experiment set window_hours = 20")  # as if 280 hours had passed
    await stores.db.pool.execute("update unit_metric set closes_at = closes_at - interval '280 hours'")
    assert await reckoning.waiting() == [ACME]
    await add_up(reckoning)
    _, closed = await stood(stores.db)
    assert closed == {(*key[:5], True, key[6]): sums for key, sums in open_ones.items()}
    assert await reckoning.waiting() == []
