"""An analyst's experiment from idea to archive, over GraphQL: made, checked, started, paused, stopped, run again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.metric import BUILT_IN, MEASURES
from tests.faces.experiments import (
    CREATE,
    ONE,
    PAIR,
    SIMILAR,
    STOP,
    UPDATE,
    create,
    led,
    refused,
    refuses,
    started,
    stopped,
    update,
)  # fmt: skip

AUDIT = "query { auditLog(first: 20) { edges { node { actor action object before after } } } }"
PHASES = "select phase, seed, started_at, ended_at, revenue_cap, measures from experiment_phase order by phase"


async def audit(client):
    log = (await client.data(AUDIT, "admin"))["auditLog"]["edges"]
    return [each["node"] for each in log if each["node"]["action"].startswith("experiment.")]


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


async def test_it_starts_with_a_seed_and_what_it_is_judged_by_frozen(client):
    run = await started(client)
    assert (run["status"], run["phase"], run["endedAt"], run["mayStart"]) == ("RUNNING", 1, None, False)
    [phase] = await client.rows(PHASES)
    assert len(phase["seed"]) == 16
    assert phase["revenue_cap"] is None  # too few units have been here before
    measures = phase["measures"]
    assert all(f'"{measure}"' in measures for measure in MEASURES)
    assert all(f'"{metric}"' in measures for metric in BUILT_IN)


async def test_it_is_paused_resumed_stopped_and_put_away(client):
    await started(client)
    assert (await led(client, "pause"))["status"] == "PAUSED"
    assert (await led(client, "resume"))["phase"] == 1
    over = await stopped(client, outcome="WON", reason="4 % more clicks", winner="viewed")
    assert (over["status"], over["outcome"], over["winner"], over["reason"]) == ("STOPPED", "WON", "viewed", "4 % more clicks")
    assert over["endedAt"] is not None
    assert (await led(client, "archive"))["status"] == "ARCHIVED"


async def test_one_that_was_stopped_runs_again_in_a_new_phase_only(client):
    await started(client)
    await stopped(client)
    code, field, message = await refuses(client, "resume")
    assert (code, field) == ("CONFLICT", "key")
    assert "startExperiment begins a new phase" in message
    again = await led(client, "start")
    assert (again["status"], again["phase"], again["outcome"], again["reason"]) == ("RUNNING", 2, None, None)
    first, second = await client.rows(PHASES)
    assert first["seed"] != second["seed"]
    assert first["ended_at"] is not None
    assert second["ended_at"] is None


@pytest.mark.parametrize(
    ("before", "verb", "says"),
    [
        ((), "pause", "has not started"),
        ((), "resume", "startExperiment starts it"),
        (("start",), "start", "newPhase: true"),
        (("start",), "resume", "it runs"),
        (("start",), "archive", "stopExperiment first"),
        (("start", "pause"), "start", "resumeExperiment"),
        (("start", "pause"), "pause", "paused already"),
        (("start", "pause"), "archive", "stopExperiment first"),
        (("archive",), "start", "make another experiment"),
        (("archive",), "archive", "archived already"),
    ],
)
async def test_what_makes_no_sense_now_is_refused_with_what_to_do_instead(client, before, verb, says):
    await create(client)
    for each in before:
        await led(client, each)
    code, _, message = await refuses(client, verb)
    assert code == "CONFLICT"
    assert says in message


async def test_a_draft_cannot_be_stopped_and_what_is_over_is_over(client):
    await create(client)
    ending = {"outcome": "LOST", "reason": "no"}
    assert "archiveExperiment" in (await refused(client, STOP, id="similar", **ending))[2]
    await led(client, "start")
    await stopped(client)
    assert "stopped already" in (await refused(client, STOP, id="similar", **ending))[2]


@pytest.mark.parametrize(
    ("ending", "field"),
    [
        ({"outcome": "WON", "reason": "better"}, "winner"),
        ({"outcome": "WON", "reason": "better", "winner": "control"}, "winner"),
        ({"outcome": "LOST", "reason": "worse", "winner": "viewed"}, "winner"),
        ({"outcome": "INVALID", "reason": "bots", "winner": "control"}, "winner"),
        ({"outcome": "INCONCLUSIVE", "reason": "…", "winner": "other"}, "winner"),
        ({"outcome": "LOST", "reason": "  "}, "reason"),
    ],
)
async def test_an_ending_that_contradicts_itself_is_refused(client, ending, field):
    await started(client)
    code, where, _ = await refused(client, STOP, id="similar", **ending)
    assert (code, where) == ("BAD_USER_INPUT", field)
    assert (await client.data(ONE, "admin", id="similar"))["experiment"]["status"] == "RUNNING"


async def test_who_did_what_is_kept_with_what_was_there_before(client):
    await create(client)
    await update(client, "similar", coverage=0.5)
    await led(client, "start")
    await led(client, "pause")
    await led(client, "resume")
    await stopped(client)
    await led(client, "archive")
    log = await audit(client)
    assert [each["action"].partition(".")[2] for each in log[::-1]] == [
        "create", "update", "start", "pause", "resume", "stop", "archive"
    ]  # fmt: skip
    assert {(each["actor"], each["object"]) for each in log} == {("admin", "similar")}
    made, changed, begun = log[-1], log[-2], log[-3]
    assert made["before"] is None
    assert made["after"]["variants"][1]["parameters"] == PAIR[1]["parameters"]
    assert (changed["before"], changed["after"]) == ({"coverage": 1.0}, {"coverage": 0.5})
    assert (begun["before"], begun["after"]) == ({"status": "DRAFT", "phase": 0}, {"status": "RUNNING", "phase": 1})


async def test_of_two_who_change_it_at_once_the_second_is_told(client):
    await create(client)
    await update(client, "similar", seen=1, name="First")
    code, field, message = await refused(client, UPDATE, id="similar", input={"name": "Second"}, seen=1)
    assert (code, field) == ("CONFLICT", "ifVersion")
    assert "admin made version 2" in message
    both = [client.ask(UPDATE, "admin", id="similar", input={"name": name}, seen=2) for name in ("A", "B")]
    answers = await asyncio.gather(*both)
    assert sorted("errors" in answer for answer in answers) == [False, True]
    assert (await client.data(ONE, "admin", id="similar"))["experiment"]["version"] == 3


async def test_of_two_who_start_it_at_once_one_does(client):
    await create(client)
    query = 'mutation { startExperiment(key: "similar") { phase } }'
    answers = await asyncio.gather(*(client.ask(query, "admin") for _ in range(3)))
    assert sum("errors" not in answer for answer in answers) == 1
    assert len(await client.rows(PHASES)) == 1


async def test_what_changes_nothing_is_no_version(client):
    await create(client)
    assert (await update(client, "similar", coverage=1.0))["version"] == 1
    assert len(await audit(client)) == 1


async def test_an_unknown_key_names_the_experiments_there_are(client):
    await create(client)
    for verb in ("start", "pause", "resume", "archive"):
        assert await refuses(client, verb, "simmilar") == (
            "UNKNOWN_EXPERIMENT", "key", "no experiment has the key 'simmilar'; experiments: similar"
        )  # fmt: skip
    assert (await refused(client, UPDATE, id="x", input={"name": "X"}))[0] == "UNKNOWN_EXPERIMENT"
    assert (await client.data(ONE, "admin", id="x"))["experiment"] is None


async def test_a_key_is_never_used_twice(client):
    await create(client)
    assert (await refused(client, CREATE, input=SIMILAR))[:2] == ("CONFLICT", "key")


async def test_who_may_only_look_changes_nothing(client):
    await create(client)
    for key in ("storefront", "server", "preview"):
        assert (await refused(client, CREATE, by=key, input={**SIMILAR, "key": "other"}))[0] == "FORBIDDEN"
        assert (await refused(client, ONE, by=key, id="similar"))[0] == "FORBIDDEN"
        assert (await refused(client, 'mutation { startExperiment(key: "similar") { key } }', by=key))[0] == "FORBIDDEN"


async def test_experiments_are_listed_by_status(client):
    await started(client)
    await create(client, key="later")
    query = "query ($status: ExperimentStatus) { experiments(status: $status) { key status } }"
    assert [each["key"] for each in (await client.data(query, "admin"))["experiments"]] == ["similar", "later"]
    drafts = (await client.data(query, "admin", status="DRAFT"))["experiments"]
    assert drafts == [{"key": "later", "status": "DRAFT"}]


async def test_events_are_kept_as_long_as_an_experiment_needs_them(client):
    end = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    await started(client, plannedEnd=end)
    query = "mutation ($days: Int!) { updateTenant(input: {retentionDays: $days}) { retentionDays } }"
    code, field, message = await refused(client, query, days=30)
    assert (code, field) == ("BAD_USER_INPUT", "retentionDays")
    assert "must be 33 at least: the experiment similar" in message
    assert (await client.data(query, "admin", days=40))["updateTenant"]["retentionDays"] == 40
    await stopped(client)
    assert (await client.data(query, "admin", days=10))["updateTenant"]["retentionDays"] == 10
    made = await create(client, key="later", plannedEnd=end)
    assert [each["code"] for each in made["checklist"]] == ["OUTLIVES_RETENTION"]
    code, _, message = await refuses(client, "start", "later")
    assert code == "CONFLICT"
    assert "OUTLIVES_RETENTION: it needs events of 33 days" in message


async def test_of_a_start_and_a_shorter_retention_at_once_one_is_refused(client):
    await create(client, plannedEnd=(datetime.now(UTC) + timedelta(days=30)).isoformat())
    start = 'mutation { startExperiment(key: "similar") { status } }'
    shorten = "mutation { updateTenant(input: {retentionDays: 10}) { retentionDays } }"
    answers = await asyncio.gather(client.ask(start, "admin"), client.ask(shorten, "admin"))
    assert sorted("errors" in answer for answer in answers) == [False, True]


async def test_one_that_cannot_be_read_stops_nobody(client, caplog):
    await started(client)
    await client.rows("""update experiment set variants = '{"odd": 1}'""")
    changed = "mutation { updateTenant(input: {attributionDays: 9}) { attributionDays } }"
    assert (await client.data(changed, "admin"))["updateTenant"]["attributionDays"] == 9
    page = (
        '{ placements(ids: ["item_page.similar"], market: "se", visitor: {sessionId: "s"}) { placements { variants { key } } } }'
    )
    assert len((await client.data(page))["placements"]["placements"][0]["variants"]) == 1
    assert "the experiments of acme cannot be read" in caplog.text
