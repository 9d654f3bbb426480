"""What an experiment is told before it starts, and what can never be kept."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faces.experiments import CREATE, PAIR, SIMILAR, create, led, refused, refuses, started, stopped

CONTROL, VIEWED = PAIR
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()
SOON = (datetime.now(UTC) + timedelta(days=3)).isoformat()


def codes(experiment):
    return [each["code"] for each in experiment["checklist"]]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"goals": []}, "NO_GOAL"),
        ({"variants": [{**CONTROL, "weight": 1}]}, "TOO_FEW_VARIANTS"),
        ({"variants": [CONTROL, {**VIEWED, "weight": 0.4}]}, "WEIGHTS_NOT_ONE"),
        ({"variants": [{**CONTROL, "weight": 1}, {**VIEWED, "weight": 0}]}, "EMPTY_VARIANT"),
        ({"allocation": "INTERLEAVED", "external": True}, "NOT_A_PAIR"),
        ({"placements": []}, "NO_PLACEMENT"),
        ({"placements": ["item_page.none"]}, "UNKNOWN_PLACEMENT"),
        ({"variants": [CONTROL, {**VIEWED, "parameters": {"rules": ["none"]}}]}, "BAD_PARAMETERS"),
        ({"coverage": 0}, "NO_COVERAGE"),
        ({"mode": "FIXED", "plannedUnits": None}, "NO_END"),
        ({"mode": "GROUP_SEQUENTIAL", "plannedUnits": None}, "NO_END"),
        ({"plannedEnd": YESTERDAY}, "END_IS_PAST"),
    ],
)
async def test_what_is_missing_keeps_it_from_starting(client, said, code):
    made = await create(client, **said)
    assert code in codes(made)
    assert not made["mayStart"]
    refusal, _, message = await refuses(client, "start")
    assert refusal == "CONFLICT"
    assert code in message


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"hypothesis": None}, "NO_HYPOTHESIS"),
        ({"guardrails": []}, "NO_GUARDRAIL"),
        ({"plannedUnits": None}, "NO_PLAN"),
        ({"mode": "ALWAYS_VALID"}, "SLOW_MODE"),
        ({"plannedEnd": SOON}, "SHORT"),
        ({"variants": [CONTROL, {**VIEWED, "parameters": {}}]}, "SAME_VARIANTS"),
        ({"goals": ["revenue_per_unit"]}, "UNRATED"),
    ],
)
async def test_what_is_doubtful_is_said_and_it_may_start_all_the_same(client, said, code):
    made = await create(client, **said)
    assert (codes(made), made["mayStart"]) == ([code], True)
    assert (await led(client, "start"))["status"] == "RUNNING"


async def test_two_experiments_on_one_placement_are_told_of_each_other(client):
    await started(client)
    assert codes(await create(client, key="other")) == ["OVERLAP"]
    assert codes(await create(client, key="elsewhere", placements=["item_page.together"])) == []


async def test_a_winner_that_everybody_still_has_is_told_until_it_is_put_away(client):
    await create(client, key="next")
    await started(client)
    await stopped(client, outcome="WON", reason="more clicks", winner="viewed")
    [told] = (await create(client, key="other"))["checklist"]
    assert told["code"] == "WINNER_IN_FORCE"
    assert "similar is stopped, and everybody on item_page.similar has its winner viewed (count, strategies)" in told["message"]
    assert "archive similar" in told["message"]
    assert codes(await create(client, key="elsewhere", placements=["item_page.together"])) == []
    await led(client, "archive")
    assert codes(await led(client, "start", "next")) == []


async def test_a_control_that_won_and_changes_nothing_is_no_winner_to_be_told_of(client):
    await started(client)
    await stopped(client, outcome="LOST", reason="fewer clicks", winner="control")
    assert codes(await create(client, key="other")) == []


@pytest.mark.parametrize(
    "condition",
    [{"market": "usa"}, {"market": {"$in": ["se", "usa"]}}, {"$or": [{"market": "usa"}, {"device": "mobile"}]}],
    ids=str,
)
async def test_a_market_that_the_shop_does_not_have_is_told(client, condition):
    made = await create(client, condition=condition)
    assert made["mayStart"]
    assert [(each["code"], each["message"]) for each in made["checklist"]] == [
        ("UNKNOWN_MARKET", "its condition names 'usa', and the shop's markets are de, se")
    ]
    assert codes(await create(client, key="known", condition={"market": {"$in": ["se", "de"]}})) == []


async def test_a_unit_that_few_sessions_name_is_rare(client):
    await client.rows("""insert into visitor_session (tenant_id, session_id, visitor_id, started_at, last_seen)
                         select 'acme', 's' || n, case when n <= 2 then 'v' || n end, now(), now() from generate_series(1, 8) n""")
    made = await create(client, unit="VISITOR")
    assert made["checklist"][0]["message"].startswith("25.0% of recent sessions name a visitor")
    assert codes(await create(client, key="b", unit="USER")) == ["RARE_UNIT"]
    assert codes(await create(client, key="c")) == []


async def test_an_experiment_told_from_elsewhere_needs_no_placement(client):
    made = await create(client, external=True, placements=[], variants=[{**CONTROL}, {"key": "theirs", "weight": 0.5}])
    assert (codes(made), made["mayStart"]) == ([], True)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"key": "Similar"}, "key"),
        ({"key": "x" * 64}, "key"),
        ({"name": " "}, "name"),
        ({"hypothesis": "x" * 2001}, "hypothesis"),
        ({"placements": ["nowhere.top"]}, "placements.0"),
        ({"placements": [f"home_page.p{n}" for n in range(21)]}, "placements"),
        ({"coverage": 1.5}, "coverage"),
        ({"coverage": -0.1}, "coverage"),
        ({"variants": []}, "variants"),
        ({"variants": [{"key": f"v{n}", "weight": 0.04} for n in range(21)]}, "variants"),
        ({"variants": [CONTROL, CONTROL]}, "variants.1.key"),
        ({"variants": [{**CONTROL, "key": "with blank"}]}, "variants.0.key"),
        ({"variants": [{**CONTROL, "key": "1"}, {**CONTROL, "key": "0"}]}, "variants.0.key"),
        ({"variants": [{**CONTROL, "key": "0"}, {**CONTROL, "key": "01"}]}, "variants.1.key"),
        ({"variants": [{**CONTROL, "weight": 2}]}, "variants.0.weight"),
        ({"variants": [{**CONTROL, "parameters": []}]}, "variants.0.parameters"),
        ({"variants": [CONTROL, {**VIEWED, "parameters": {"strategies": ["MAGIC"]}}]}, "variants.1.parameters.strategies.0"),
        ({"variants": [CONTROL, {**VIEWED, "parameters": {"strategies": ["SEARCH"]}}]}, "variants.1.parameters.strategies.0"),
        ({"variants": [CONTROL, {**VIEWED, "parameters": {"count": 0}}]}, "variants.1.parameters.count"),
        ({"layer": "none"}, "layer"),
        ({"condition": {"market": {"$near": "se"}}}, "condition.market.$near"),
        ({"goals": ["clicks"]}, "goals.0"),
        ({"guardrails": [{"metric": "clicks", "margin": 0.1}]}, "guardrails.0.metric"),
        ({"guardrails": [{"metric": "conversion", "margin": 1}]}, "guardrails.0.margin"),
        ({"guardrails": [{"metric": "conversion", "margin": 0.1}] * 2}, "guardrails.1.metric"),
        ({"alpha": 0.5}, "alpha"),
        ({"alpha": 0}, "alpha"),
        ({"plannedUnits": 0}, "plannedUnits"),
        ({"conversionWindowHours": 0}, "conversionWindowHours"),
        ({"conversionWindowHours": 2161}, "conversionWindowHours"),
    ],
)
async def test_what_can_never_be_is_refused_with_its_field(client, said, field):
    code, where, _ = await refused(client, CREATE, input={**SIMILAR, **said})
    assert code in ("BAD_USER_INPUT", "LIMIT_EXCEEDED")
    assert where == field
