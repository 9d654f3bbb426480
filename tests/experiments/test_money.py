"""What money does to an experiment: one order like a whale, what is taken back, what is sold though it is no longer shown."""

from random import Random

import pytest

from tests.experiments.telling import (
    DAY,
    HOUR,
    LONG_AGO,
    NOW,
    TELL,
    bought,
    did,
    expose,
    exposed,
    of,
    result,
    sessions,
    settled,
    taken_back,
    tell,
    tried,
    units,
)

WHALE = 50_000_000  # öre: five hundred thousand kronor, where others spend hundreds
SOON = LONG_AGO + HOUR
ARMS = ("control", "other")


async def had_a_past(client, stores) -> None:
    """1,100 visits of two weeks ago, of which one in ten bought for up to 1,000 kronor."""
    at = NOW - 14 * DAY
    await tell(client, *(did("view", unit, at) for unit in sessions("past", 1100)))
    await tell(client, *(bought(f"past{n}", at + HOUR, 1_000 * (n % 91 + 10)) for n in range(0, 1100, 10)))
    await client.rows("update visitor_session set started_at = $1, last_seen = greatest(last_seen, $2)", at, at + HOUR)
    await settled(client, stores)


async def page(client) -> str:
    """The result as analysts read it."""
    await client.http.post("/console/login", data={"key": "secret-admin"})
    answer = await client.http.get("/console/experiments/trial")
    assert answer.status_code == 200
    return answer.text


async def sold(client, whales: int) -> None:
    """300 of each arm, of whom those of the control buy a little more for a little more; and whales, all of the other arm."""
    rng = Random(1)
    events = []
    for variant, share in zip(ARMS, (0.6, 0.4), strict=True):
        await expose(client, *(exposed(f"{variant}{n}", variant) for n in range(300)))
        events += [bought(f"{variant}{n}", SOON, rng.randint(20_000, 90_000)) for n in range(300) if rng.random() < share]
    await tell(client, *events, *(bought(f"other{n}", SOON + HOUR, WHALE) for n in range(whales)))


async def test_one_order_like_a_whale_flips_no_verdict_where_a_past_has_said_what_units_bring(client, stores):
    await had_a_past(client, stores)
    await tried(client, goals=["revenue_per_unit"], mode="FIXED", plannedUnits=600)
    [phase] = await client.rows("select revenue_cap from experiment_phase")
    assert 90_000 <= phase["revenue_cap"] <= 100_000
    await sold(client, whales=1)
    told = await result(client, stores)
    found = of(told, "revenue_per_unit")
    assert found["difference"]["upper"] < 0
    assert (found["significant"], told["verdict"]["decision"]) == (True, "ROLL_BACK")
    [metric] = [each["metric"] for each in told["metrics"] if each["metric"]["key"] == "revenue_per_unit"]
    assert metric["cap"] == phase["revenue_cap"]
    assert "counts as that" in await page(client)
    assert (
        of(told, "average_order_value")["value"] > of(told, "average_order_value", 0)["value"]
    )  # which shows the whale as it is
    later = (await client.rows("select revenue_cap from experiment_phase"))[0]["revenue_cap"]
    assert later == phase["revenue_cap"]  # frozen: what was sold since moves it nowhere


async def test_without_a_past_to_go_by_there_is_no_cap_and_that_is_said_beside_the_figure(client, stores):
    made = await tried(client, goals=["revenue_per_unit"], mode="FIXED", plannedUnits=600)
    assert made["phase"] == 1
    await sold(client, whales=1)
    told = await result(client, stores)
    found = of(told, "revenue_per_unit")
    assert found["difference"]["estimate"] > 0  # one of 600 decides what the figure is …
    assert found["significant"] is False  # … and its interval knows it
    assert told["verdict"]["decision"] != "SHIP"
    [metric] = [each["metric"] for each in told["metrics"] if each["metric"]["key"] == "revenue_per_unit"]
    assert metric["cap"] is None
    assert "no cap" in found["note"]
    assert "without a cap" in await page(client)


async def test_what_is_taken_back_counts_for_nothing_whenever_it_is_told_and_in_whichever_order(client, stores):
    await tried(client)
    await expose(
        client, *(exposed(unit, ARMS[place % 2]) for place, unit in enumerate(("kept", "back", "late", "early", "twice")))
    )
    await tell(client, taken_back("early", SOON + HOUR, "o-early"))  # told before its order
    await tell(client, *(bought(unit, SOON, order=f"o-{unit}") for unit in ("kept", "back", "late", "early", "twice")))
    await tell(client, taken_back("back", SOON + HOUR, "o-back"))
    again = taken_back("twice", SOON + HOUR, "o-twice")
    await tell(client, again, again, {**again, "id": "another"})
    before = await result(client, stores)
    assert [of(before, "revenue_per_unit", place)["numerator"] for place in (0, 1)] == [20_000, 0]
    await tell(client, taken_back("late", NOW, "o-late"))  # long after its window has closed
    told = await result(client, stores)
    for metric, value in {"revenue_per_unit": 10_000, "orders_per_unit": 1, "units_per_unit": 1, "conversion": 1}.items():
        assert [of(told, metric, place)["numerator"] for place in (0, 1)] == [value, 0]
    assert units(told) == [3, 2]


@pytest.mark.parametrize("gone", ["hidden", "deleted"])
async def test_a_product_that_is_hidden_on_the_way_stays_sold(client, stores, gone):
    await tried(client)
    await expose(client, exposed("a"), exposed("b", "other"), exposed("c"))
    await tell(client, bought("a", SOON), did("click", "b", SOON))
    before = await result(client, stores)
    statement = {
        "hidden": "update product set hidden = true where product_id = 'boot'",
        "deleted": "delete from product where product_id = 'boot'",
    }
    await client.rows(statement[gone])
    await tell(client, bought("c", SOON), did("click", "c", SOON))  # from a page that was open
    told = await result(client, stores)
    assert [of(each, "revenue_per_unit", 0)["numerator"] for each in (before, told)] == [10_000, 20_000]
    assert [of(told, "clicked", place)["numerator"] for place in (0, 1)] == [1, 1]


async def test_an_order_that_browser_and_shop_tell_is_one_order_and_the_shops_word_counts(client, stores):
    await tried(client)
    await expose(client, exposed("a"), exposed("b", "other"))
    for unit in "ab":
        claimed, said = bought(unit, SOON, 99_000, f"o-{unit}"), bought(unit, SOON, 10_000, f"o-{unit}")
        first, then = (("storefront", claimed), ("server", said))[:: 1 if unit == "a" else -1]
        for key, event in (first, then):
            await client.data(TELL, key, events=[event])
    told = await result(client, stores)
    for metric, value in {"orders_per_unit": 1, "units_per_unit": 1, "revenue_per_unit": 10_000}.items():
        assert [of(told, metric, place)["numerator"] for place in (0, 1)] == [value, value]


async def test_a_rate_that_changes_on_the_way_moves_no_figure_before_another_phase(client, stores):
    await tried(client)
    await expose(client, exposed("a"), exposed("b", "other"))
    line = {"productId": "boot", "quantity": 1, "unitPrice": {"minorUnits": 1_000, "currency": "EUR"}}
    await tell(client, {**bought("a", SOON), "lines": [line]})
    await client.data("mutation { updateTenant(input: {rates: {SEK: 1, EUR: 20}}) { rates } }", "admin")
    await tell(client, {**bought("b", SOON), "lines": [line]})
    told = await result(client, stores)
    assert [of(told, "revenue_per_unit", place)["numerator"] for place in (0, 1)] == [11_500, 11_500]
