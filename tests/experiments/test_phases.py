"""Stopped, restarted, weighed anew: a phase has its own units, its own seed and its own figures, and nothing leaks from one to the next."""

import asyncio
from datetime import UTC, datetime

import pytest

from gateway.domain.bucketing import bucket
from tests.experiments.telling import HOUR, bought, expose, exposed, of, result, tell, tried, units
from tests.faces.experiments import create, led, started, stopped, update
from tests.faces.test_on_the_pages import SESSIONS, variants

UNEVEN = [{"key": "control", "weight": 0.8}, {"key": "viewed", "weight": 0.2, "parameters": {"strategies": ["ALSO_VIEWED"]}}]
FIRST = {"mode": "FIXED", "plannedUnits": 10, "conversionWindowHours": 1, "goals": ["conversion"]}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def client(open_shop):
    """A server that keeps its answers at once."""
    async with open_shop() as client:
        yield client


async def written(client, number: int) -> list:
    """The exposures, once there are as many."""
    async with asyncio.timeout(20):
        while True:
            rows = await client.rows("select phase, unit, variant, exposed_at from exposure order by phase, unit")
            if len(rows) >= number:
                return rows
            await asyncio.sleep(0.02)


async def test_with_other_weights_in_a_new_phase_units_are_drawn_by_another_seed_and_the_old_ones_are_in_no_figure(
    client, stores
):
    await started(client, **FIRST)
    shown, _ = await variants(client)
    await written(client, len(SESSIONS))
    await tell(client, *(bought(session, now()) for session in SESSIONS))
    before = await result(client, stores, "similar")
    assert (sum(units(before)), of(before, "conversion", 0)["numerator"] + of(before, "conversion")["numerator"]) == (12, 12)
    changed = await update(client, "similar", variants=UNEVEN, newPhase=True)
    assert changed["phase"] == 2
    empty = await result(client, stores, "similar")
    assert (units(empty), empty["experiment"]["phase"], empty["look"]) == ([0, 0], 2, 0)
    again, _ = await variants(client)
    rows = await written(client, 2 * len(SESSIONS))
    [old, new] = [row["seed"] for row in await client.rows("select seed from experiment_phase order by phase")]
    for row in rows:
        share = (0.5, 0.8)[row["phase"] - 1]
        assert row["variant"] == int(bucket((old, new)[row["phase"] - 1], row["unit"]) >= share)
    assert [row["variant"] for row in rows if row["phase"] == 1] == [
        ("control", "viewed").index(key) for _, key in sorted(zip(SESSIONS, shown, strict=True))
    ]
    after = await result(client, stores, "similar")
    assert units(after) == [again.count("control"), again.count("viewed")]
    assert (of(after, "conversion", 0)["numerator"], of(after, "conversion")["numerator"]) == (0, 0)  # bought before this phase


async def test_who_keeps_a_variant_keeps_it_when_weights_change_and_not_in_another_phase(client, stores):
    await started(client, sticky=True, **FIRST)
    shown, _ = await variants(client)
    await written(client, len(SESSIONS))
    await update(client, "similar", variants=[{**each, "weight": w} for each, w in zip(_same(), (0.01, 0.99), strict=True)])
    again, _ = await variants(client)
    assert again == shown
    await update(
        client, "similar", variants=[{**each, "weight": w} for each, w in zip(_same(), (0.99, 0.01), strict=True)], newPhase=True
    )
    anew, _ = await variants(client)
    rows = await written(client, 2 * len(SESSIONS))
    [_, seed] = [row["seed"] for row in await client.rows("select seed from experiment_phase order by phase")]
    assert anew == [("control", "viewed")[bucket(seed, session) >= 0.99] for session in SESSIONS]
    assert [row["phase"] for row in rows] == [1] * 12 + [2] * 12


def _same() -> list[dict]:
    return [
        {"key": "control"},
        {"key": "viewed", "name": "Also viewed", "parameters": {"strategies": ["ALSO_VIEWED"], "count": 6}},
    ]


async def test_after_a_stop_nobody_is_exposed_though_the_winner_is_everybodys_and_units_go_on_buying(client, stores):
    await started(client, **FIRST)
    await variants(client)
    await written(client, len(SESSIONS))
    ended = await stopped(client, outcome="WON", reason="they like it", winner="viewed")
    assert set((await variants(client))[0]) == {"viewed"}
    late = exposed("late", "viewed", now(), "similar")
    [error] = (await expose(client, late))["errors"]
    assert error["code"] == "AFTER_THE_END"
    await tell(client, *(bought(session, now()) for session in (*SESSIONS, "late")))
    told = await result(client, stores, "similar")
    assert sum(units(told)) == len(SESSIONS)
    assert all(row["exposed_at"].isoformat() < ended["endedAt"] for row in await written(client, 12))
    assert of(told, "conversion", 0)["numerator"] + of(told, "conversion")["numerator"] == len(SESSIONS)


async def test_an_answer_of_a_server_that_had_not_heard_of_the_stop_exposes_nobody(client, stores, shop):
    """Servers hear of a stop within a second or so, and answer until then."""
    await started(client, **FIRST)
    await variants(client)
    await written(client, len(SESSIONS))
    await stopped(client)
    await client.rows("update experiment_phase set ended_at = ended_at - interval '1 hour'")  # as if they had answered an hour on
    await client.rows("delete from exposure")
    await client.rows("update experiment set status = 'RUNNING'")
    async with asyncio.timeout(20):
        while not any((await variants(client))[0]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    _, view_id = await variants(client)
    async with asyncio.timeout(20):
        while not await client.rows("select from served_view where view_id = $1", view_id):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert await client.rows("select from exposure") == []


async def test_what_was_stopped_without_a_winner_is_the_placements_own_way_again(client, stores):
    await started(client, **FIRST)
    await stopped(client, outcome="LOST", reason="fewer clicks")
    assert set((await variants(client))[0]) == {None}
    await create(client, key="other", **{**FIRST, "variants": _even()})
    await led(client, "start", "other")
    await stopped(client, "other", outcome="LOST", reason="fewer clicks", winner="control")
    assert set((await variants(client))[0]) == {"control"}


def _even() -> list[dict]:
    return [{**each, "weight": 0.5} for each in _same()]


async def test_what_is_told_late_of_a_phase_that_is_over_is_refused_and_an_imports_past_is_of_the_last(client, stores):
    await tried(client)
    first = now()
    await expose(client, exposed("early", "other", first))
    await stopped(client, "trial")
    between = now()
    await led(client, "start", "trial")
    past = first - 48 * HOUR
    said = await expose(
        client,
        exposed("late", "other", first),
        exposed("new", at=now()),
        exposed("between", at=between),
        exposed("past", at=past),
    )
    assert [(each["index"], each["code"]) for each in said["errors"]] == [(0, "ANOTHER_PHASE"), (2, "ANOTHER_PHASE")]
    told = await result(client, stores)
    assert (told["experiment"]["phase"], units(told)) == (2, [2, 0])
    kept = await client.rows("select phase, unit from exposure order by phase, unit")
    assert [tuple(row) for row in kept] == [(1, "early"), (2, "new"), (2, "past")]


async def test_more_coverage_moves_nobody_and_both_arms_grow_alike(client, stores):
    await started(client, coverage=0.3, **FIRST)
    before, _ = await variants(client)
    await update(client, "similar", coverage=1.0)
    after, _ = await variants(client)
    assert all(one in (None, other) for one, other in zip(before, after, strict=True))
    assert None not in after
    await written(client, len(SESSIONS))
    told = await result(client, stores, "similar")
    assert units(told) == [after.count("control"), after.count("viewed")]
    assert (told["health"]["multipleExposures"], [each["expectedShare"] for each in told["exposures"]]) == (0, [0.5, 0.5])


async def test_while_it_is_paused_nobody_comes_in_and_who_is_in_goes_on(client, stores):
    await started(client, **FIRST)
    shown, _ = await variants(client)
    await written(client, len(SESSIONS))
    await led(client, "pause")
    assert set((await variants(client))[0]) == {None}
    await tell(client, bought(SESSIONS[0], now()))
    await led(client, "resume")
    assert (await variants(client))[0] == shown
    told = await result(client, stores, "similar")
    assert (sum(units(told)), told["health"]["multipleExposures"]) == (12, 0)
    assert of(told, "conversion", shown[0])["numerator"] == 1
