"""Clocks that jump, and things told late or out of order: an event counts by its moment, from the exposure to the end of the window."""

from itertools import permutations

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
    tell,
    tried,
    units,
)


@pytest.mark.parametrize("first", ["exposures", "events"])
async def test_an_event_counts_from_the_exposures_moment_to_before_the_windows_last_whichever_is_told_first(
    client, stores, first
):
    await tried(client)
    moments = {
        "before": LONG_AGO - MINUTE, "at once": LONG_AGO, "within": LONG_AGO + 5 * HOUR,
        "last": LONG_AGO + DAY - MINUTE / 1000, "after": LONG_AGO + DAY, "long after": LONG_AGO + 2 * DAY,
    }  # fmt: skip
    events = [bought(session, at) for session, at in moments.items()]
    exposures = [exposed(session) for session in moments]
    if first == "events":
        await tell(client, *events)
        await expose(client, *exposures)
    else:
        await expose(client, *exposures)
        await result(client, stores)
        await tell(client, *events)
    told = await result(client, stores)
    assert (units(told), of(told, "conversion", 0)["numerator"]) == ([6, 0], 3)
    rows = await client.rows("select unit from unit_metric where amounts[4] = 1 order by unit")
    assert [row["unit"] for row in rows] == ["at once", "last", "within"]


async def test_a_clients_clock_from_the_future_is_refused_a_little_ahead_is_now_and_the_past_is_the_past(client, stores):
    await tried(client, conversionWindowHours=1)
    await expose(client, exposed("s", at=NOW - MINUTE), exposed("t", at=NOW - MINUTE))
    far = await tell(client, bought("s", NOW + DAY), did("click", "s", NOW + 30 * 365 * DAY))
    assert [each["code"] for each in far["errors"]] == ["TIME_IN_FUTURE"] * 2
    assert (await tell(client, did("click", "s", NOW + 8 * MINUTE)))["accepted"] == 1
    assert (await tell(client, did("click", "t", NOW - 40 * DAY)))["accepted"] == 1  # its clock was wrong: before it was exposed
    ancient = await tell(client, did("click", "s", NOW - 20 * 365 * DAY))
    assert [each["code"] for each in ancient["errors"]] == ["TIME_TOO_OLD"]
    told = await result(client, stores)
    assert (of(told, "clicked", 0)["units"], of(told, "clicked", 0)["numerator"]) == (2, 1)
    future = await expose(client, exposed("u", at=NOW + DAY))
    assert [each["code"] for each in future["errors"]] == ["TIME_IN_FUTURE"]


async def test_where_the_servers_clock_stepped_back_what_seems_to_come_before_the_exposure_counts_in_neither_arm(client, stores):
    """A minute back between the answer and what followed: what is lost is lost of both arms alike, and nothing counts twice."""
    await tried(client)
    await expose(client, exposed("a"), exposed("b", "other"))
    back = LONG_AGO - MINUTE
    await tell(client, *(did(kind, unit, back) for unit in "ab" for kind in ("click", "add_to_cart")))
    await tell(client, *(did(kind, unit, back + 2 * MINUTE) for unit in "ab" for kind in ("click", "add_to_cart")))
    told = await result(client, stores)
    for metric in ("clicked", "add_to_cart_rate"):
        assert [of(told, metric, place)["numerator"] for place in (0, 1)] == [1, 1]
    assert [row["carts"] for row in await client.rows("select amounts[3] as carts from unit_metric")] == [1, 1]


async def test_in_whatever_order_an_exposure_told_twice_and_its_events_come_the_figures_are_the_same(client, stores):
    """The earlier moment of two counts; what lies between both was within the window all along."""
    steps = [
        (expose, exposed("s", at=LONG_AGO + 2 * HOUR)), (expose, exposed("s", at=LONG_AGO)),
        (tell, did("click", "s", LONG_AGO + HOUR)), (tell, bought("s", LONG_AGO + DAY + HOUR)),
    ]  # fmt: skip
    for number, order in enumerate(permutations(steps)):
        key, unit = f"trial-{number}", f"s{number}"
        await tried(client, key)
        for door, row in order:
            named = {"id": f"{row['id']}-{number}", "sessionId": unit} if "id" in row else {"experiment": key}
            order_id = {"orderId": f"o-{number}"} if "orderId" in row else {}
            who = {"visitor": {"sessionId": unit}} if "visitor" in row else {}
            assert not (await door(client, {**row, **named, **order_id, **who}))["errors"]
        told = await result(client, stores, key)
        assert (of(told, "clicked", 0)["numerator"], of(told, "conversion", 0)["numerator"]) == (1, 0), number


async def test_a_unit_decides_nothing_before_its_window_has_closed(client, stores):
    await tried(client, plannedUnits=2)
    await expose(client, exposed("old"), exposed("odd", "other"), exposed("new", at=NOW - HOUR), exposed("now", "other", NOW))
    await tell(client, bought("new", NOW - HOUR / 2), bought("old", LONG_AGO + HOUR))
    told = await result(client, stores)
    assert (units(told), told["openUnits"]) == ([2, 2], 2)
    assert [of(told, "conversion", place)["units"] for place in (0, 1)] == [1, 1]
    assert of(told, "conversion", 0)["numerator"] == 1
