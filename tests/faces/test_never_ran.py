"""What never ran has a result: nobody came in, and there is nothing to judge."""

import pytest

from tests.faces.experiments import create, led
from tests.faces.test_power import ASK, past  # noqa: F401  (a fixture)

RESULT = """{ experimentResult(key: "similar") { look openUnits exposures { variant units expectedShare } metrics { role }
  verdict { decision rule inputs } health { ok srmP } experiment { status } } }"""


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("unit", ["SESSION", "USER"])
@pytest.mark.parametrize("mode", ["FIXED", "GROUP_SEQUENTIAL", "ALWAYS_VALID"])
async def test_a_draft_has_an_empty_result(client, unit, mode, archived):
    await create(client, unit=unit, mode=mode, plannedUnits=10)
    if archived:
        await led(client, "archive")
    told = (await client.data(RESULT, "admin"))["experimentResult"]
    assert [each["units"] for each in told["exposures"]] == [0] * len(told["exposures"])
    assert len(told["exposures"]) > 1
    assert (told["look"], told["openUnits"], told["metrics"]) == (0, 0, [])
    assert (told["verdict"]["decision"], told["verdict"]["inputs"]) == ("CONTINUE", {})


async def test_a_value_as_wild_as_can_be_keeps_no_plan_from_being_made(past):  # noqa: F811
    await past.data(
        """mutation { upsertMetric(input: {key: "stars", name: "S", kind: MEAN, eventType: "rating.value"}) { key } }""", "admin"
    )
    await past.rows(
        "update event set value = 1e308 where event_id = (select event_id from event where type = 'rating' limit 1) returning 1 as one"
    )
    answer = await past.ask(ASK, "admin", input={"minimumLift": 0.1, "metric": "stars"})
    assert not any(each["extensions"]["code"] == "INTERNAL" for each in answer.get("errors", ())), answer
