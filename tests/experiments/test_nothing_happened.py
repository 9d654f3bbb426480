"""What nobody did, and what nobody can be compared with: said in words, with no figure that is none."""

import math

import pytest

from gateway.domain.statistics.note import Note
from tests.experiments.telling import (
    HOUR,
    LONG_AGO,
    bought,
    expose,
    exposed,
    of,
    pairs,
    result,
    sessions,
    tell,
    tried,
    units,
    warned,
)
from tests.faces.experiments import create, refuses

MODES = ["FIXED", "GROUP_SEQUENTIAL", "ALWAYS_VALID"]
SOON = LONG_AGO + HOUR


async def come(client, **counts: int) -> None:
    for variant, number in counts.items():
        await expose(client, *(exposed(unit, variant) for unit in sessions(variant, number)))


def numbers(told) -> list[float]:
    """Every number of every metric."""
    found = []
    for metric in told["metrics"]:
        for each in metric["variants"]:
            spreads = [bound for name in ("difference", "lift") for bound in (each[name] or {}).values()]
            found += [n for n in (each["value"], each["p"], each["pAdjusted"], *spreads) if n is not None]
    return found


@pytest.mark.parametrize("mode", MODES)
async def test_where_nobody_ordered_there_is_no_p_and_no_winner(client, stores, mode):
    await tried(client, mode=mode, plannedUnits=240)
    await come(client, control=120, other=120)
    told = await result(client, stores)
    found = of(told, "conversion")
    assert (found["value"], found["p"], found["significant"], found["lift"]) == (0, None, False, None)
    assert found["note"] == Note.NO_VARIANCE.value
    assert told["verdict"]["decision"] in ("REVIEW", "CONTINUE")
    assert all(math.isfinite(each) for each in numbers(told))
    assert not any(each["significant"] for _, each in pairs(told))


@pytest.mark.parametrize("arm", ["control", "other"])
async def test_where_one_arm_alone_ordered_there_is_a_difference_and_where_it_is_not_the_control_no_lift(client, stores, arm):
    await tried(client, plannedUnits=400)
    await come(client, control=200, other=200)
    await tell(client, *(bought(unit, SOON) for unit in sessions(arm, 40)))
    told = await result(client, stores)
    found = of(told, "conversion")
    assert found["difference"]["estimate"] == pytest.approx(0.2 if arm == "other" else -0.2)
    assert (found["significant"], found["p"] < 0.001) == (True, True)
    if arm == "other":
        assert (found["lift"], found["note"]) == (None, Note.CONTROL_NEAR_ZERO.value)
    else:
        assert found["lift"]["estimate"] == -1
    assert all(math.isfinite(each) for each in numbers(told))


@pytest.mark.parametrize("mode", MODES)
async def test_a_metric_that_never_happens_says_so_and_takes_nothing_from_the_others(client, stores, mode):
    await client.data('mutation { upsertEventType(input: {name: "configured", weight: 1}) { name } }', "admin")
    await client.data(
        'mutation { upsertMetric(input: {key: "configured", name: "Configured", kind: RATIO, eventType: "configured", denominator: "clicks"}) { key } }',
        "admin",
    )
    await tried(client, mode=mode, plannedUnits=400, goals=["conversion", "configured"])
    await come(client, control=200, other=200)
    await tell(client, *(bought(unit, SOON) for unit in (*sessions("control", 40), *sessions("other", 100))))
    told = await result(client, stores)
    never, orders = of(told, "configured"), of(told, "conversion")
    assert (never["p"], never["difference"], never["note"]) == (None, None, Note.NO_DENOMINATOR.value)
    assert orders["significant"]
    assert orders["pAdjusted"] == pytest.approx(orders["p"])  # a question that nobody can ask is not paid for
    assert all(math.isfinite(each) for each in numbers(told))


async def test_an_experiment_without_a_control_does_not_start(client):
    await create(client, key="alone", variants=[{"key": "only", "weight": 1}])
    code, _, message = await refuses(client, "start", "alone")
    assert code == "CONFLICT"
    assert message.startswith("TOO_FEW_VARIANTS")


async def test_a_split_elsewhere_of_which_nobody_tells_the_control_is_no_comparison(client, stores):
    await tried(client)
    await come(client, other=120)
    await tell(client, *(bought(unit, SOON) for unit in sessions("other", 40)))
    told = await result(client, stores)
    found = of(told, "conversion")
    assert units(told) == [0, 120]
    assert (found["p"], found["difference"], found["note"]) == (None, None, Note.NO_UNITS.value)
    assert "SAMPLE_RATIO" in warned(told)
    assert told["verdict"]["decision"] not in ("SHIP", "ROLL_BACK")


async def test_before_anybody_came_there_is_a_result_without_figures(client, stores):
    await tried(client)
    told = await result(client, stores)
    assert (units(told), told["health"]["srmP"], told["look"]) == ([0, 0], None, 0)
    assert told["verdict"]["decision"] == "CONTINUE"
    assert not any(each["significant"] for _, each in pairs(told))
