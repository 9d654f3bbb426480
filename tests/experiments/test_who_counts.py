"""Who is in an arm: who saw one variant and is a person; everybody else is in none, and is shown."""

import asyncio

import pytest

from tests.experiments.telling import (
    DAY,
    HOUR,
    LONG_AGO,
    MINUTE,
    NOW,
    bought,
    did,
    expose,
    exposed,
    of,
    result,
    sessions,
    tell,
    tried,
    units,
    warned,
)
from tests.faces.experiments import started
from tests.faces.test_click import CRAWLER
from tests.faces.test_variants import SAFARI

PAGE = """query ($session: ID!, $force: [ForcedVariantInput!], $drafts: Boolean = false) {
  placements(ids: ["item_page.similar"], market: "se", visitor: {sessionId: $session}, page: {productIds: ["boot"]}, force: $force, drafts: $drafts) {
    placements { variants { key source } } } }"""
TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted } }"
SOON = LONG_AGO + HOUR


async def test_a_unit_that_saw_two_variants_is_in_neither_arm_and_what_it_bought_is_in_no_figure(client, stores):
    await tried(client)
    await expose(client, exposed("both"), exposed("both", "other", LONG_AGO + MINUTE), exposed("one"), exposed("two", "other"))
    await tell(client, bought("both", SOON), bought("both", LONG_AGO + MINUTE / 2), bought("one", SOON))
    told = await result(client, stores)
    assert (units(told), told["health"]["multipleExposures"]) == ([1, 1], 1)
    assert [of(told, "conversion", place)["numerator"] for place in (0, 1)] == [1, 0]
    assert "MULTIPLE_EXPOSURES" not in warned(told)


async def test_more_than_one_in_a_hundred_of_them_makes_an_experiment_ill(client, stores):
    await tried(client)
    twice = list(sessions("twice", 12))
    whole = [exposed(unit, ("control", "other")[place % 2]) for place, unit in enumerate(sessions("s", 988))]
    await expose(client, *whole, *(exposed(unit, variant) for variant in ("control", "other") for unit in twice))
    told = await result(client, stores)
    assert (sum(units(told)), told["health"]["multipleExposures"], told["health"]["ok"]) == (988, 12, False)
    assert "MULTIPLE_EXPOSURES" in warned(told)
    await expose(client, *(exposed(unit, ("control", "other")[place % 2]) for place, unit in enumerate(sessions("t", 400))))
    assert "MULTIPLE_EXPOSURES" not in warned(await result(client, stores))


@pytest.mark.parametrize("kind", ["sessionId", "visitorId", "userId"])
@pytest.mark.parametrize("late", [False, True], ids=["noticed before", "noticed after"])
async def test_a_bot_is_in_no_arm_whenever_it_is_noticed_and_is_counted_apart(client, stores, kind, late):
    await tried(client, unit={"sessionId": "SESSION", "visitorId": "VISITOR", "userId": "USER"}[kind])
    who = {"sessionId": "crawl", "visitorId": "crawl", "userId": "crawl"}
    seen = {"type": "view", "productId": "boot", "time": SOON.isoformat(), **who, "userAgent": CRAWLER["user-agent"]}
    exposures = [exposed("crawl", kind=kind), exposed("person", kind=kind), exposed("other", "other", kind=kind)]
    if late:
        await expose(client, *exposures)
        assert units(await result(client, stores)) == [2, 1]
        await client.data(TELL, "server", events=[seen])
    else:
        await client.data(TELL, "server", events=[seen])
        await expose(client, *exposures)
    await tell(client, {**bought("crawl", SOON + MINUTE), **who}, {**bought("person", SOON), kind: "person"})
    told = await result(client, stores)
    assert units(told) == [1, 1]
    assert told["health"]["botUnits"] == 1
    assert of(told, "revenue_per_unit", 0)["numerator"] == 10_000


async def test_what_is_forced_or_previewed_never_counts_though_it_is_seen_like_the_rest(client, stores):
    await started(client, mode="FIXED", plannedUnits=2, conversionWindowHours=1, goals=["conversion"], guardrails=[])

    async def look(session, key="preview", headers=None, **asked):
        answer = await client.ask(PAGE, key, headers, session=session, **asked)
        return answer["data"]["placements"]["placements"][0]["variants"]

    force = [{"experiment": "similar", "variant": "viewed"}]
    assert await look("forced", force=force) == [{"key": "viewed", "source": "FORCED"}]
    assert await look("draft", drafts=True)
    assert await look("person", "storefront", {"user-agent": SAFARI})
    assert await look("crawler", "storefront", CRAWLER)
    await tell(client, *(did("click", session, NOW) for session in ("forced", "draft")))
    async with asyncio.timeout(20):
        while len(await client.rows("select from exposure")) < 3:  # noqa: ASYNC110  (another task of this loop writes it)
            await asyncio.sleep(0.02)
    told = await result(client, stores, "similar")
    assert (sum(units(told)), told["health"]["forcedUnits"], told["health"]["botUnits"]) == (1, 1, 1)
    assert sum(of(told, "clicked", place)["numerator"] for place in (0, 1)) == 0


async def test_whatever_is_told_again_counts_once(client, stores):
    await tried(client)
    exposures = [exposed("a"), exposed("b", "other")]
    events = [bought("a", SOON, order="o-a"), did("click", "a", SOON), did("impression", "b", SOON)]
    first = await expose(client, *exposures), await tell(client, *events)
    again = await expose(client, *exposures, *exposures), await tell(client, *events, *events)
    assert [each["accepted"] for each in first] == [2, 3]
    assert [(each["accepted"], each["duplicates"]) for each in again] == [(0, 4), (0, 6)]
    told = await result(client, stores)
    later = [exposed("a", at=LONG_AGO + DAY / 2), exposed("b", "other", LONG_AGO + DAY / 2)]
    assert (await expose(client, *later))["duplicates"] == 2
    assert (await result(client, stores))["metrics"] == told["metrics"]
    assert units(told) == [1, 1]
    assert [of(told, "orders_per_unit", 0)["numerator"], of(told, "clicked", 0)["numerator"]] == [1, 1]
