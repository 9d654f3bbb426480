"""What a placement would have earned with one strategy alone."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.store.exposures import ExposureStore
from gateway.store.reckoning import Reckoning
from tests.faces.experiments import refused, started
from tests.faces.serving import reckoned
from tests.faces.test_optimisers import start
from tests.store.test_tuning import click, exposure

OFF_POLICY = """query ($id: ID! = "item_page.similar", $strategy: Strategy! = SIMILAR, $from: DateTime, $to: DateTime) {
  offPolicy(placement: $id, strategy: $strategy, from: $from, to: $to) { units effectiveSampleSize refused experiment metric { key }
    logged { estimate } ips { estimate lower upper } snips { estimate lower upper } dr { estimate lower upper } } }"""
THEN = datetime.now(UTC) - timedelta(hours=30)


async def off_policy(client, by="admin", **said):
    return (await client.data(OFF_POLICY, by, **said))["offPolicy"]


async def told(client, stores, counts, weights=(0.75, 0.25), at=THEN):
    """Sessions of an optimiser's variants, (how many, how many of them click), added up."""
    [row] = await client.rows("select experiment_id from experiment")
    exposures, clicks = [], []
    for variant, (units, clicked) in enumerate(counts):
        names = [f"{at:%d%H}-{variant}-{each}" for each in range(units)]
        exposures += [exposure(row["experiment_id"], each, variant, at, 1, weights[variant]) for each in names]
        clicks += [click(each, at + timedelta(minutes=5)) for each in names[:clicked]]
    await ExposureStore(stores.db).add(exposures)
    await stores.events.add(clicks)
    await reckoned(Reckoning(stores.db))


async def test_a_log_of_chance_says_what_a_strategy_alone_would_have_earned(client, stores):
    await start(client, strategies=["ALSO_VIEWED", "SIMILAR"])
    await told(client, stores, [(450, 45), (150, 45)])
    found = await off_policy(client)
    assert (found["refused"], found["units"], found["effectiveSampleSize"]) == (None, 600, pytest.approx(150))
    assert (found["experiment"], found["metric"]["key"]) == ("optimiser.item_page.similar", "clicked")
    assert found["logged"]["estimate"] == pytest.approx(90 / 600)
    for way in ("ips", "snips", "dr"):
        assert found[way]["estimate"] == pytest.approx(0.3, abs=0.02)
        assert found[way]["lower"] < 0.3 < found[way]["upper"]
    assert (await off_policy(client, strategy="ALSO_VIEWED"))["snips"]["estimate"] == pytest.approx(0.1)


async def test_only_units_of_the_time_that_chance_gave_their_variant_count(client, stores):
    await start(client, strategies=["ALSO_VIEWED", "SIMILAR"])
    await told(client, stores, [(450, 45), (150, 45)])
    await told(client, stores, [(450, 450), (150, 150)], at=THEN - timedelta(days=3))
    assert (await off_policy(client, **{"from": (THEN - timedelta(hours=1)).isoformat()}))["units"] == 600
    assert (await off_policy(client, to=(THEN - timedelta(hours=1)).isoformat()))["logged"]["estimate"] == 1
    await client.rows(
        "update exposure set source = 'EXTERNAL', propensity = null where exposed_at > $1", THEN - timedelta(hours=1)
    )
    assert (await off_policy(client))["units"] == 600


async def test_what_no_log_says_is_refused_with_what_would_make_one(client, stores):
    assert "no experiment and no optimiser ran there; startOptimiser with SIMILAR" in (await off_policy(client))["refused"]
    await started(client)
    assert "SIMILAR was a variant of no experiment" in (await off_policy(client))["refused"]
    found = await off_policy(client, strategy="ALSO_VIEWED")
    assert "only drawn together with other strategies or changes (similar:viewed)" in found["refused"]
    assert (found["ips"], found["effectiveSampleSize"]) == (None, 0)


async def test_a_log_of_too_few_is_refused_and_says_how_few(client, stores):
    await start(client, strategies=["ALSO_VIEWED", "SIMILAR"])
    assert "no logged row" in (await off_policy(client))["refused"]
    await told(client, stores, [(90, 5), (30, 4)])
    found = await off_policy(client)
    assert (found["ips"], found["effectiveSampleSize"]) == (None, pytest.approx(30))
    assert "30 of its own, 100 are needed" in found["refused"]


async def test_what_is_asked_wrongly_is_refused(client):
    assert (await refused(client, OFF_POLICY, id="item_page.none"))[:2] == ("UNKNOWN_PLACEMENT", "placement")
    assert (await refused(client, OFF_POLICY, **{"from": "2026-05-04T00:00:00Z", "to": "2026-05-03T00:00:00Z"}))[:2] == (
        "BAD_USER_INPUT", "from",
    )  # fmt: skip
    assert (await refused(client, OFF_POLICY, "storefront"))[0] == "FORBIDDEN"
    assert (await refused(client, OFF_POLICY, **{"from": "2026-05-04T00:00:00"}))[0] == "BAD_USER_INPUT"
