"""Layers over GraphQL: experiments that exclude each other, each with its part."""

import json

import pytest

from tests.faces.experiments import UPDATE, create, led, refused, refuses, started, stopped, update

UPSERT = 'mutation ($id: ID!, $name: String! = "Item pages") { upsertLayer(input: {key: $id, name: $name}) { key name free experiments } }'
LAYERS = "query { layers { key name free experiments } }"


@pytest.fixture
async def layer(client):
    return (await client.data(UPSERT, "admin", id="items"))["upsertLayer"]


async def parts(client):
    found = await client.rows("select key, ranges from experiment order by experiment_id")
    return {row["key"]: json.loads(row["ranges"]) for row in found}


async def free(client):
    [found] = (await client.data(LAYERS, "admin"))["layers"]
    return pytest.approx(found["free"])


async def test_a_layer_is_made_and_renamed_and_both_are_in_the_log(client, layer):
    assert layer == {"key": "items", "name": "Item pages", "free": 1.0, "experiments": []}
    assert (await client.data(UPSERT, "admin", id="items", name="Products"))["upsertLayer"]["name"] == "Products"
    log = (await client.data("{ auditLog(first: 2) { edges { node { action before after } } } }", "admin"))["auditLog"]["edges"]
    assert [each["node"]["action"] for each in log] == ["layer.upsert"] * 2
    assert log[0]["node"]["after"] == {"name": "Products"}
    assert (await refused(client, UPSERT, id="Items"))[:2] == ("BAD_USER_INPUT", "key")
    assert (await refused(client, UPSERT, by="server", id="items"))[0] == "FORBIDDEN"


async def test_experiments_of_a_layer_have_parts_that_do_not_meet(client, layer):
    await started(client, key="a", layer="items", coverage=0.5)
    await started(client, key="b", layer="items", coverage=0.3)
    assert await parts(client) == {"a": [[0, 0.5]], "b": [[0.5, 0.8]]}
    assert await free(client) == 0.2
    made = await create(client, key="c", layer="items", coverage=0.25)
    assert [each["code"] for each in made["checklist"]] == ["NO_ROOM"]
    assert "has 20.00% free" in (await refuses(client, "start", "c"))[2]


async def test_who_takes_more_keeps_what_it_has_and_who_is_over_leaves_it(client, layer):
    await started(client, key="a", layer="items", coverage=0.2)
    await started(client, key="b", layer="items", coverage=0.3)
    await update(client, "a", coverage=0.4)
    assert await parts(client) == {"a": [[0, 0.2], [0.5, 0.7]], "b": [[0.2, 0.5]]}
    code, field, message = await refused(client, UPDATE, id="a", input={"coverage": 0.8})
    assert (code, field) == ("CONFLICT", "key")
    assert "NO_ROOM" in message
    await stopped(client, "b")
    assert await free(client) == 0.6
    await update(client, "a", coverage=0.8)
    assert sum(high - low for low, high in (await parts(client))["a"]) == pytest.approx(0.8)


async def test_a_paused_one_keeps_its_part_and_a_draft_has_none(client, layer):
    await started(client, key="a", layer="items", coverage=0.7)
    await led(client, "pause", "a")
    assert await free(client) == 0.3
    await create(client, key="b", layer="items", coverage=0.7)
    assert await free(client) == 0.3
    [found] = (await client.data(LAYERS, "admin"))["layers"]
    assert found["experiments"] == ["a", "b"]


async def test_less_of_a_layer_needs_a_new_phase_even_where_units_keep_their_variant(client, layer):
    await started(client, layer="items", coverage=0.5, sticky=True)
    code, field, message = await refused(client, UPDATE, id="similar", input={"coverage": 0.2})
    assert (code, field) == ("CONFLICT", "coverage")
    assert "another experiment of it takes" in message
    await update(client, "similar", coverage=0.2, newPhase=True)
    assert await free(client) == 0.8


async def test_a_draft_may_leave_its_layer_and_one_that_has_started_may_not(client, layer):
    await create(client, layer="items")
    assert (await update(client, "similar", layer=None))["layer"] is None
    await update(client, "similar", layer="items")
    await led(client, "start")
    assert (await refused(client, UPDATE, id="similar", input={"layer": None}))[:2] == ("CONFLICT", "layer")


async def test_two_of_one_layer_do_not_overlap(client, layer):
    await started(client, key="a", layer="items", coverage=0.5)
    assert (await create(client, key="b", layer="items", coverage=0.5))["checklist"] == []
