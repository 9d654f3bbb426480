"""An optimiser from its start to what it is worth, over the whole server: pages, clicks, new weights, the result."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.services.experimenting.tune import Tuner
from gateway.store.reckoning import Reckoning
from tests.faces.serving import reckoned

START = 'mutation { startOptimiser(placement: "home_page.top", strategies: [BESTSELLERS, NEW_ARRIVALS]) { key } }'
PAGE = 'query ($id: ID!) { placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: $id}) { placements { variants { key source } } } }'
TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted } }"
RESULT = """{ experimentResult(key: "optimiser.home_page.top") {
  weights { variant weight probabilityBest } optimiser { units rewardPerUnit uniformRewardPerUnit note gain { estimate lower upper } metric { key } }
  exposures { variant units expectedShare } health { srmP multipleExposures } verdict { decision } } }"""
SESSIONS = 160


async def result(client):
    return (await client.data(RESULT, "admin"))["experimentResult"]


async def visits(client, prefix: str) -> dict[str, str]:
    """The variant of each session."""
    variants = {}
    for number in range(SESSIONS):
        page = (await client.data(PAGE, id=f"{prefix}{number}"))["placements"]["placements"][0]
        [told] = page["variants"]
        assert told["source"] == "BANDIT"
        variants[f"{prefix}{number}"] = told["key"]
    async with asyncio.timeout(10):
        while len(await client.rows("select from exposure where unit like $1", f"{prefix}%")) < SESSIONS:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return variants


async def let_pass(client, stores, clicking: list[str]) -> None:
    """Two hours go by, in which some click."""
    await stores.db.pool.execute(
        "update exposure set exposed_at = exposed_at - interval '2 hours' where exposed_at > now() - interval '1 hour'"
    )
    at = (datetime.now(UTC) - timedelta(minutes=110)).isoformat()
    events = [{"type": "click", "sessionId": each, "productId": "boot", "time": at} for each in clicking]
    assert (await client.data(TELL, "server", events=events))["recordEvents"]["accepted"] == len(clicking)
    await stores.db.pool.execute("insert into unit_due select distinct tenant_id, experiment_id, phase, unit from exposure")
    await reckoned(Reckoning(stores.db))


async def test_an_optimiser_moves_sessions_to_what_is_clicked_and_says_what_that_is_worth(open_shop, stores):
    async with open_shop() as client:
        await client.data(START, "admin")
        assert (await result(client))["optimiser"]["note"] == "no logged row carries a reward and a propensity"
        variants = await visits(client, "s")
        liked = [session for session, key in variants.items() if key == "new_arrivals"]
        await let_pass(client, stores, liked)
        first = (await result(client))["optimiser"]
        assert (first["units"], first["metric"]["key"]) == (SESSIONS, "clicked")
        assert first["rewardPerUnit"] == pytest.approx(len(liked) / SESSIONS)
        assert first["gain"]["estimate"] == pytest.approx(0, abs=1e-12)

        assert await Tuner(stores.db).tune(datetime.now(UTC) + timedelta(hours=1)) == 1
        weights = {each["variant"]: each["weight"] for each in (await result(client))["weights"]}
        assert weights == {"bestsellers": pytest.approx(0.04 + 0.92 * 0.01), "new_arrivals": pytest.approx(0.04 + 0.92 * 0.99)}
        await client.heard()

        later = await visits(client, "t")
        moved = [session for session, key in later.items() if key == "new_arrivals"]
        assert len(moved) > 0.85 * SESSIONS
        rows = await client.rows(
            "select distinct policy, variant, propensity from exposure where unit like 't%' order by variant"
        )
        assert [tuple(row) for row in rows] == [(2, 0, pytest.approx(0.0492)), (2, 1, pytest.approx(0.9508))]
        await let_pass(client, stores, moved)
        told = await result(client)
        assert told["optimiser"]["units"] == 2 * SESSIONS
        assert told["optimiser"]["gain"]["lower"] > 0.1
        assert told["optimiser"]["uniformRewardPerUnit"] == pytest.approx(0.5, abs=0.1)
        assert told["health"]["srmP"] > 0.001
        assert sum(each["expectedShare"] for each in told["exposures"]) == pytest.approx(1)
        assert told["verdict"]["decision"] == "CONTINUE"
