"""Whoever looked at a variant is in no arm, on whichever way they looked and whatever is told of them afterwards."""

import asyncio

from tests.experiments.telling import NOW, did, expose, exposed, of, result, tell, units
from tests.faces.experiments import create, led, started

PLAN = {"mode": "FIXED", "plannedUnits": 2, "conversionWindowHours": 1, "goals": ["conversion"], "guardrails": []}
ASSIGNMENTS = """query ($session: ID!, $token: String) {
  assignments(visitor: {sessionId: $session}, previewToken: $token) { key source } }"""
PASS = 'mutation { createPreviewToken(experiment: "similar", variant: "viewed") { token } }'
SHOP = {"x-api-key": "secret-storefront"}


async def passed(client) -> str:
    return (await client.data(PASS, "preview"))["createPreviewToken"]["token"]


async def flag(client, session: str, **context) -> dict:
    body = {"context": {"targetingKey": session, **context}}
    return (await client.http.post("/ofrep/v1/evaluate/flags/similar", json=body, headers=SHOP)).json()


async def marked(client, number: int) -> list[dict]:
    """The exposures, once there are so many."""
    async with asyncio.timeout(20):
        while len(found := await client.rows("select unit, phase, source, apart from exposure order by unit")) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return [dict(each) for each in found]


async def test_who_was_forced_by_a_flag_and_is_told_of_as_exposed_counts_in_no_arm(client, stores):
    await started(client, **PLAN)
    token = await passed(client)
    assert (await flag(client, "person"))["metadata"]["inExperiment"] is True
    assert await marked(client, 0) == []
    for _ in range(2):
        told = await flag(client, "looker", previewToken=token)
        assert (told["variant"], told["metadata"]["source"], told["metadata"]["inExperiment"]) == ("viewed", "FORCED", False)
    assert (await client.data(ASSIGNMENTS, session="asker", token=token))["assignments"] == [
        {"key": "viewed", "source": "FORCED"}
    ]
    assert [(each["unit"], each["apart"]) for each in await marked(client, 2)] == [("asker", "FORCED"), ("looker", "FORCED")]
    told = [exposed(each, "viewed", NOW, key="similar") for each in ("person", "looker", "asker")]
    assert (await expose(client, *told))["errors"] == []
    await tell(client, *(did("click", each, NOW) for each in ("looker", "asker")))
    found = await result(client, stores, "similar")
    assert (units(found), found["health"]["forcedUnits"], found["health"]["multipleExposures"]) == ([0, 1], 2, 0)
    assert of(found, "clicked", "viewed")["numerator"] == 0


async def test_who_is_told_of_first_and_forced_by_a_flag_afterwards_leaves_the_arm(client, stores):
    await started(client, **PLAN)
    await expose(client, exposed("late", "viewed", NOW, key="similar"))
    assert units(await result(client, stores, "similar")) == [0, 1]
    await flag(client, "late", previewToken=await passed(client))
    found = await result(client, stores, "similar")
    assert (units(found), found["health"]["forcedUnits"]) == ([0, 0], 1)


async def test_who_looked_at_the_draft_alone_takes_part_once_it_runs(client, stores):
    await create(client, **PLAN)
    assert (await flag(client, "flag", previewToken=await passed(client)))["metadata"]["inExperiment"] is False
    assert await marked(client, 0) == []
    await led(client, "start")
    await expose(client, exposed("flag", "viewed", NOW, key="similar"))
    found = await result(client, stores, "similar")
    assert (units(found), found["health"]["forcedUnits"]) == ([0, 1], 0)


async def test_a_flag_is_told_though_nobody_can_be_marked(client):
    await started(client, **PLAN)
    token = await passed(client)
    await client.rows("alter table exposure add constraint never check (unit <> 'looker')")
    told = await flag(client, "looker", previewToken=token)
    assert (told["variant"], told["metadata"]["inExperiment"]) == ("viewed", False)
    assert await client.rows("select from exposure") == []
