"""An experiment is on the pages from its start to its end, and its winner until it is put away."""

import pytest

from gateway.domain.tenant import Tenant
from tests.faces.experiments import create, led, stopped, update
from tests.faces.test_explaining import kept
from tests.faces.trying import exposed

PAGE = """query ($session: ID!) { placements(ids: ["item_page.similar", "item_page.together"], market: "se", visitor: {sessionId: $session},
    page: {productIds: ["boot"]}) { viewId placements { variants { experimentKey key source } items { strategy } } } }"""
ATTRIBUTION = "{ attribution(by: [VARIANT], model: VIEW_THROUGH) { key impressions } }"
SESSIONS = [f"s{number}" for number in range(12)]


@pytest.fixture
def tried(trained: Tenant, open_shop):
    """A server over the shop with a past."""
    return open_shop


async def variants(client):
    """What twelve sessions have on the first placement, and the last view."""
    pages = [(await client.data(PAGE, session=session))["placements"] for session in SESSIONS]
    assert all(page["placements"][1]["variants"] == [] for page in pages)
    return [next((v["key"] for v in page["placements"][0]["variants"]), None) for page in pages], pages[-1]["viewId"]


async def test_it_is_there_when_the_mutation_answers_and_gone_when_it_is_paused(tried):
    async with tried() as client:
        await create(client)
        assert set((await variants(client))[0]) == {None}
        await led(client, "start")
        first, view_id = await variants(client)
        assert set(first) == {"control", "viewed"}
        await kept(client, view_id)
        [row] = await client.rows("select experiment_id from experiment")
        assert {row["unit"]: row["variant"] for row in await exposed(client, row["experiment_id"])} == {
            session: ("control", "viewed").index(key) for session, key in zip(SESSIONS, first, strict=True)
        }
        await led(client, "pause")
        assert set((await variants(client))[0]) == {None}
        await led(client, "resume")
        assert (await variants(client))[0] == first
        await stopped(client, outcome="WON", reason="more clicks", winner="viewed")
        last, view_id = await variants(client)
        assert set(last) == {"viewed"}
        await led(client, "archive")
        assert set((await variants(client))[0]) == {None}
        await kept(client, view_id)
        assert len(await exposed(client, row["experiment_id"])) == len(SESSIONS)


async def test_more_coverage_moves_nobody(tried):
    async with tried() as client:
        await create(client, coverage=0.4)
        await led(client, "start")
        before, _ = await variants(client)
        await update(client, "similar", coverage=1.0)
        after, _ = await variants(client)
        assert None in before
        assert None not in after
        assert all(one in (None, other) for one, other in zip(before, after, strict=True))


async def test_what_a_variant_led_to_is_attributed_to_it(tried, stores):
    async with tried() as client:
        await create(client)
        await led(client, "start")
        shown, view_id = await variants(client)
        await kept(client, view_id)
        rows = await client.rows(
            "select distinct list ->> 'variant' as variant from served_view cross join jsonb_array_elements(lists) as list"
        )
        assert {row["variant"] for row in rows} == {None, "similar:control", "similar:viewed"}
        assert {each["key"].get("variant") for each in (await client.data(ATTRIBUTION, "admin"))["attribution"]} <= {
            None,
            *(f"similar:{k}" for k in shown),
        }
