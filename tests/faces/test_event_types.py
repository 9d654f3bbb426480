"""A shop says what events say: types of its own, its own weights; events are judged by them, and the next release learns by them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.settings import Settings
from gateway.store.training import TrainingStore
from gateway.trainer import train
from tests.faces.serving import Client, serving
from tests.faces.test_events import tell
from tests.faces.test_graphql import PAGE, shown

TYPES = "{ eventTypes { name weight halfLifeDays standard } }"
UPSERT = "mutation ($input: EventTypeInput!) { upsertEventType(input: $input) { name weight halfLifeDays standard } }"
AUDIT = "{ auditLog { edges { node { actor action object before after } } } }"


async def weigh(client: Client, name: str, weight: float, **more):
    return (await client.data(UPSERT, key="admin", input={"name": name, "weight": weight, **more}))["upsertEventType"]


async def types(client: Client):
    return {each["name"]: each for each in (await client.data(TYPES, key="admin"))["eventTypes"]}


async def similar(client: Client, product="boot"):
    answer = await client.data(PAGE, ids=["item_page.similar"], market="se", page={"productIds": [product]})
    return shown(answer["placements"]["placements"][0])


async def test_every_shop_has_the_core_types_and_says_what_others_weigh(client):
    before = await types(client)
    assert before["purchase"] == {"name": "purchase", "weight": 5.0, "halfLifeDays": None, "standard": True}
    assert len(before) == 17
    own = {"name": "configured", "weight": 7.5, "halfLifeDays": 3.0, "standard": False}
    assert await weigh(client, "configured", 7.5, halfLifeDays=3) == own
    assert await weigh(client, "view", 0.25) == {**before["view"], "weight": 0.25}
    after = await types(client)
    assert (after["configured"], after["view"]["weight"], len(after)) == (own, 0.25, 18)
    assert list(after)[-1] == "configured"  # those of every shop come first
    await weigh(client, "view", 1)
    assert (await types(client))["view"] == before["view"]
    assert [row["name"] for row in await client.rows("select name from event_type")] == ["configured"]


async def test_events_of_a_type_are_taken_as_soon_as_it_is_there(client):
    event = {"type": "configured", "sessionId": "s", "productId": "boot"}
    refused = await tell(client, event)
    assert (refused["accepted"], refused["errors"][0]["field"], refused["errors"][0]["code"]) == (0, "type", "UNKNOWN_TYPE")
    await weigh(client, "configured", 7.5)
    assert (await tell(client, event))["accepted"] == 1
    answer = await client.http.post(
        "/v1/events", json={"events": [{**event, "id": "rest"}]}, headers={"authorization": "Bearer secret-storefront"}
    )
    assert answer.json()["accepted"] == 1, answer.text
    assert [row["type"] for row in await client.rows("select type from recent_event")] == ["configured"] * 2  # it tells of taste


async def test_what_says_nothing_is_not_remembered_of_a_visitor(client):
    await weigh(client, "zoomed", 0)
    await weigh(client, "view", 0)
    await tell(client, *({"type": kind, "sessionId": "s", "productId": "boot"} for kind in ("zoomed", "view", "click")))
    assert [row["type"] for row in await client.rows("select type from recent_event")] == ["click"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "Configured"}, "name"),
        ({"name": "x" * 33}, "name"),
        ({"name": ""}, "name"),
        ({"weight": -1}, "weight"),
        ({"weight": 1001}, "weight"),
        ({"halfLifeDays": 0}, "halfLifeDays"),
        ({"halfLifeDays": 4000}, "halfLifeDays"),
    ],
)
async def test_a_type_that_cannot_be_is_refused(client, said, field):
    answer = await client.ask(UPSERT, key="admin", input={"name": "configured", "weight": 1, **said})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
    assert len(await types(client)) == 17


async def test_a_shop_has_a_hundred_types_of_its_own_at_most(client):
    await client.rows("insert into event_type select 'acme', 'own_' || n, 1, null from generate_series(1, 100) n")
    answer = await client.ask(UPSERT, key="admin", input={"name": "one_more", "weight": 1})
    assert answer["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "field": "name"}
    assert (await weigh(client, "own_7", 2))["weight"] == 2
    assert (await weigh(client, "click", 2))["weight"] == 2  # one of every shop


async def test_types_are_read_by_analysts_and_changed_by_admins(client):
    for key in ("storefront", "server", "preview"):
        assert (await client.ask(TYPES, key=key))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        answer = await client.ask(UPSERT, key=key, input={"name": "mine", "weight": 1})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_who_changed_a_weight_is_in_the_audit_log(client):
    await weigh(client, "configured", 7.5)
    await weigh(client, "configured", 7.5)  # nothing differs
    await weigh(client, "view", 2, halfLifeDays=9)
    assert [edge["node"] for edge in (await client.data(AUDIT, key="admin"))["auditLog"]["edges"]] == [
        {"actor": "admin", "action": "event_type.upsert", "object": "view", "before": {"weight": 1.0, "halfLifeDays": None},
         "after": {"weight": 2.0, "halfLifeDays": 9.0}},
        {"actor": "admin", "action": "event_type.upsert", "object": "configured", "before": None,
         "after": {"name": "configured", "weight": 7.5, "halfLifeDays": None}},
    ]  # fmt: skip


async def happen(client, kind, products, *, visits, days_ago=0.5, name=""):
    """Visits in which an event of this type happens to each of the products."""
    began = datetime.now(UTC) - timedelta(days=days_ago)
    for visit in range(visits):
        events = [
            {
                "type": kind,
                "sessionId": f"{name}{kind}{visit}",
                "productId": product,
                "time": (began + timedelta(minutes=n)).isoformat(),
            }
            for n, product in enumerate(products)
        ]
        assert (await tell(client, *events, key="server"))["accepted"] == len(products)


async def night(client, stores, url, folder):
    """A night's training; from its end on the new release answers."""
    outcome = await train(stores, Settings(database_url=url, data_dir=folder), "acme")
    assert outcome.refused is None
    for _ in range(500):
        serving = await client.rows("select release_id from release where serving")
        page = await client.data("""{ placements(ids: ["item_page.similar"], market: "se", visitor: {sessionId: "x"}, page: {productIds: ["boot"]}) {
            placements { items { reason { releaseId } } } } }""")
        if serving[0]["release_id"] in str(page):
            return
        await asyncio.sleep(0.02)
    pytest.fail("the new release never served")


async def test_a_type_of_the_shops_own_moves_recommendations_and_so_does_another_weight(shop, stores, database_url, tmp_path):
    async with serving(database_url, tmp_path, train="off") as client:
        await weigh(client, "configured", 100)
        await happen(client, "view", ("boot", "sneaker"), visits=12)
        await happen(client, "configured", ("boot", "lace"), visits=3)
        await night(client, stores, database_url, tmp_path)
        assert (await similar(client))[:2] == ["lace", "sneaker"]
        await weigh(client, "configured", 0.01)  # no event more: only what the old ones say
        await night(client, stores, database_url, tmp_path)
        assert (await similar(client))[:2] == ["sneaker", "lace"]


async def test_a_half_life_lets_the_old_fade(shop, stores, database_url, tmp_path):
    async with serving(database_url, tmp_path, train="off") as client:
        await happen(client, "view", ("boot", "sneaker"), visits=9, days_ago=20, name="old")
        await happen(client, "view", ("boot", "lace"), visits=5)
        await night(client, stores, database_url, tmp_path)
        assert (await similar(client))[:2] == ["sneaker", "lace"]
        await weigh(client, "view", 1, halfLifeDays=2)
        await night(client, stores, database_url, tmp_path)
        assert (await similar(client))[:2] == ["lace", "sneaker"]


async def test_another_weight_is_something_new_to_learn_from(shop, stores, database_url, tmp_path):
    async with serving(database_url, tmp_path, train="off") as client:
        await happen(client, "view", ("boot", "sneaker"), visits=2)
        await night(client, stores, database_url, tmp_path)
        await client.rows("update training set began_at = now() - interval '2 days'")
        assert await TrainingStore(stores.db).due() == []
        await weigh(client, "view", 2)
        assert await TrainingStore(stores.db).due() == ["acme"]
