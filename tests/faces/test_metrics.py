"""Metrics over GraphQL: those that every shop has, and a shop's own from its event types."""

import asyncio
import json

import pytest

from gateway.domain.metric import BUILT_IN
from tests.faces.experiments import create, led, refused, stopped

UPSERT = """mutation ($input: MetricInput!) { upsertMetric(input: $input) {
  key name kind eventType denominator cap higherIsBetter builtIn } }"""
METRICS = "query { metrics { key kind eventType denominator higherIsBetter builtIn } }"
TYPE = 'mutation { upsertEventType(input: {name: "survey", weight: 0}) { name } }'
OWN = {"key": "surveys", "name": "Surveys answered", "kind": "MEAN", "eventType": "survey"}


async def put(client, **said):
    return (await client.data(UPSERT, "admin", input={**OWN, **said}))["upsertMetric"]


@pytest.fixture
async def survey(client):
    await client.data(TYPE, "admin")


async def test_every_shop_has_its_metrics(client):
    found = (await client.data(METRICS, "admin"))["metrics"]
    assert [each["key"] for each in found] == list(BUILT_IN)
    assert found[0] == {
        "key": "click_through_rate", "kind": "RATIO", "eventType": "clicks", "denominator": "impressions",
        "higherIsBetter": True, "builtIn": True,
    }  # fmt: skip


async def test_a_shop_makes_its_own_from_its_events(client, survey):
    assert await put(client) == {**OWN, "denominator": None, "cap": None, "higherIsBetter": True, "builtIn": False}
    summed = await put(client, key="stars", eventType="rating.value", cap=50.5, higherIsBetter=False)
    assert (summed["eventType"], summed["cap"], summed["higherIsBetter"]) == ("rating.value", 50.5, False)
    ratio = await put(client, key="stars_each", kind="RATIO", eventType="rating.value", denominator="rating")
    assert (ratio["eventType"], ratio["denominator"]) == ("rating.value", "rating")
    assert (await put(client, key="over_orders", kind="RATIO", denominator="orders"))["denominator"] == "orders"
    found = (await client.data(METRICS, "admin"))["metrics"]
    assert [each["key"] for each in found if not each["builtIn"]] == ["over_orders", "stars", "stars_each", "surveys"]
    log = (await client.data("{ auditLog(first: 9) { edges { node { action object } } } }", "admin"))["auditLog"]["edges"]
    assert [each["node"]["object"] for each in log if each["node"]["action"] == "metric.upsert"][-1] == "surveys"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"key": "Surveys"}, "key"),
        ({"key": "conversion"}, "key"),
        ({"name": ""}, "name"),
        ({"eventType": None}, "eventType"),
        ({"eventType": "dance"}, "eventType"),
        ({"eventType": "dance.value"}, "eventType"),
        ({"kind": "RATIO"}, "denominator"),
        ({"kind": "RATIO", "denominator": "dance"}, "denominator"),
        ({"denominator": "rating"}, "denominator"),
        ({"cap": 0}, "cap"),
        ({"kind": "PROPORTION", "cap": 3}, "cap"),
        ({"cap": -1}, "cap"),
        ({"cap": 0.5}, "cap"),
        ({"cap": 1.000001e12}, "cap"),
        ({"cap": 9.3e18}, "cap"),
        ({"cap": 1e308}, "cap"),
        ({"kind": "RATIO", "denominator": "clicks", "cap": 1e308}, "cap"),
        ({"eventType": "rating.value", "cap": 0.0001}, "cap"),
    ],
)
async def test_what_is_no_metric_is_refused_with_its_field(client, survey, said, field):
    code, where, _ = await refused(client, UPSERT, input={**OWN, **said})
    assert (code, where) == ("BAD_USER_INPUT", field)


async def test_a_cap_may_be_as_much_as_a_value_may_be_and_an_experiment_starts_with_it(client, survey):
    _, _, message = await refused(client, UPSERT, input={**OWN, "cap": 1e308})
    assert message == "must be from 1 to 1,000,000,000,000: more of a unit than this counts as this"
    await put(client, key="stars", eventType="rating.value", cap=1e12)
    await put(client, key="few_stars", eventType="rating.value", cap=0.001)
    await create(client, goals=["stars", "few_stars"])
    await led(client, "start")
    caps = await client.rows("select m ->> 'cap' as cap from experiment_phase, jsonb_array_elements(measures -> 'metrics') as m")
    assert {"1000000000000000", "1"} <= {each["cap"] for each in caps}


async def test_a_cap_that_was_kept_before_there_was_a_limit_keeps_nothing_from_starting(client, survey):
    await put(client, key="stars", eventType="rating.value", cap=7)
    await client.rows("update metric set cap = 1e308 returning key")
    await create(client, goals=["stars"])
    await led(client, "start")
    [phase] = await client.rows("select measures from experiment_phase")
    assert '"cap": 1000000000000000' in phase["measures"]


async def test_an_experiment_is_judged_by_a_shops_own_and_then_it_stays_as_it_is(client, survey):
    await put(client)
    await create(client, goals=["surveys"])
    await put(client, kind="PROPORTION")
    await led(client, "start")
    [phase] = await client.rows("select measures from experiment_phase")
    assert '"event:survey"' in phase["measures"]
    code, field, message = await refused(client, UPSERT, input=OWN)
    assert (code, field) == ("CONFLICT", "key")
    assert message.startswith("similar is judged by it")
    assert (await put(client, kind="PROPORTION", name="Share that answered"))["name"] == "Share that answered"
    await stopped(client)
    assert (await put(client))["kind"] == "MEAN"


async def test_only_those_who_may_make_metrics(client, survey):
    assert (await refused(client, UPSERT, by="server", input=OWN))[0] == "FORBIDDEN"
    assert (await refused(client, METRICS, by="storefront"))[0] == "FORBIDDEN"


async def test_of_a_start_and_another_meaning_at_once_what_is_frozen_is_what_is_kept(client, survey):
    await put(client)
    await create(client, goals=["surveys"])
    start = 'mutation { startExperiment(key: "similar") { status } }'
    changed = {**OWN, "kind": "PROPORTION"}
    await asyncio.gather(client.ask(start, "admin"), client.ask(UPSERT, "admin", input=changed))
    [phase] = await client.rows("select measures from experiment_phase")
    [frozen] = [each for each in json.loads(phase["measures"])["metrics"] if each["key"] == "surveys"]
    [kept] = await client.rows("select kind from metric where key = 'surveys'")
    assert frozen["kind"] == kept["kind"]
