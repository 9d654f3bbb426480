"""Looking at a result: however often, by however many, at whatever units have come; it costs one look a day and changes nothing."""

import asyncio

from tests.experiments.telling import (
    HOUR,
    LONG_AGO,
    NOW,
    RESULT,
    arms,
    bought,
    expose,
    exposed,
    of,
    result,
    sessions,
    settled,
    tell,
    tried,
)

SOON = LONG_AGO + HOUR


async def come(client, prefix: str, number: int, buying: dict[str, int]) -> None:
    for variant, buyers in buying.items():
        units = list(sessions(f"{prefix}{variant}", number))
        await expose(client, *(exposed(unit, variant) for unit in units))
        await tell(client, *(bought(unit, SOON) for unit in units[:buyers]))


async def test_whoever_looks_all_the_time_spends_one_look_and_sees_what_it_saw_until_the_next(client, stores):
    await tried(client, mode="GROUP_SEQUENTIAL", plannedUnits=1000)
    await come(client, "first", 150, {"control": 40, "other": 45})
    await settled(client, stores)
    seen = [
        told["experimentResult"] for told in await asyncio.gather(*(client.data(RESULT, "admin", id="trial") for _ in range(8)))
    ]
    assert {each["look"] for each in seen} == {1}
    await come(client, "more", 100, {"control": 10, "other": 60})
    for _ in range(5):
        told = await result(client, stores)
        assert of(told, "conversion") == of(seen[0], "conversion")
    looks = await client.rows("select look, figures ->> 'units' as units from experiment_look")
    assert [tuple(row) for row in looks] == [(1, "300")]


async def test_before_its_end_nobody_is_told_that_something_is_significant(client, stores):
    await tried(client, mode="FIXED", plannedUnits=1000)
    await come(client, "early", 150, {"control": 40, "other": 59})
    told = await result(client, stores)
    found = of(told, "conversion")
    assert (found["preliminary"], found["significant"], told["verdict"]["decision"]) == (True, False, "CONTINUE")
    await come(client, "late", 350, {"control": 90, "other": 126})
    found = of(await result(client, stores), "conversion")
    assert (found["preliminary"], found["significant"]) == (False, True)


async def test_three_goals_and_three_variants_are_paid_for_together(client, stores):
    """Six questions: a p that would do alone does not do here."""
    await tried(client, variants=arms("control", "a", "b"), goals=["conversion", "clicked", "revenue_per_unit"], plannedUnits=900)
    await come(client, "s", 300, {"control": 60, "a": 83, "b": 62})
    told = await result(client, stores)
    found = of(told, "conversion", "a")
    assert found["p"] < 0.05 < found["pAdjusted"]
    assert found["significant"] is False


async def test_what_opens_after_a_look_decides_nothing_before_it_closes(client, stores):
    await tried(client, mode="ALWAYS_VALID", plannedUnits=None)
    await come(client, "closed", 150, {"control": 40, "other": 40})
    now = [exposed(f"open{n}", ("control", "other")[n % 2], NOW - HOUR / 2) for n in range(200)]
    await expose(client, *now)
    await tell(client, *(bought(f"open{n}", NOW) for n in range(1, 200, 2)))
    told = await result(client, stores)
    assert (told["openUnits"], of(told, "conversion")["units"], of(told, "conversion")["significant"]) == (200, 150, False)
