"""An analyst's experiment from idea to archive, over GraphQL: made, checked, started, paused, stopped, run again."""

from tests.faces.experiments import ONE, create, led, refused, refuses, started, stopped, update

AUDIT = "query { auditLog(first: 20) { edges { node { actor action object before after } } } }"


async def test_an_experiment_is_made_as_a_draft_that_may_start(client):
    made = await create(client)
    assert (made["status"], made["phase"], made["version"], made["updatedBy"]) == ("DRAFT", 0, 1, "admin")
    assert (made["mode"], made["alpha"], made["conversionWindowHours"]) == ("GROUP_SEQUENTIAL", 0.05, 72)
    assert made["variants"][1] == {
        "index": 1, "key": "viewed", "name": "Also viewed", "weight": 0.5,
        "parameters": {"strategies": ["ALSO_VIEWED"], "count": 6},
    }  # fmt: skip
    assert (made["checklist"], made["mayStart"]) == ([], True)
    assert (await client.data(ONE, "admin", id="similar"))["experiment"] == made
