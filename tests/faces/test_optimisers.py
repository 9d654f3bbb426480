"""The optimiser of a placement: one word starts it, one stops it."""

import pytest

from tests.faces.experiments import ALL, refused

START = f"""mutation ($id: ID! = "item_page.similar", $strategies: [Strategy!]! = [SIMILAR, ALSO_VIEWED], $reward: OptimiserReward! = CLICK) {{
  startOptimiser(placement: $id, strategies: $strategies, reward: $reward) {{ {ALL} }} }}"""
STOP = f'mutation ($id: ID! = "item_page.similar") {{ stopOptimiser(placement: $id) {{ {ALL} }} }}'
POLICIES = "select phase, policy, weights, probability_best from experiment_policy order by phase, policy"


async def start(client, **said):
    return (await client.data(START, "admin", **said))["startOptimiser"]


async def test_one_word_starts_it_with_even_weights(client):
    run = await start(client, strategies=["SIMILAR", "ALSO_VIEWED", "UPSELL", "ALTERNATIVES"])
    assert (run["key"], run["status"], run["reward"], run["phase"]) == ("optimiser.item_page.similar", "RUNNING", "CLICK", 1)
    assert [(each["key"], each["weight"], each["parameters"]) for each in run["variants"][:2]] == [
        ("similar", 0.25, {"strategies": ["SIMILAR"]}),
        ("also_viewed", 0.25, {"strategies": ["ALSO_VIEWED"]}),
    ]
    assert (run["goals"], run["unit"], run["conversionWindowHours"]) == (["clicked"], "SESSION", 1)
    [policy] = await client.rows(POLICIES)
    assert (policy["policy"], policy["weights"], policy["probability_best"]) == (1, [0.25] * 4, [0.25] * 4)


@pytest.mark.parametrize(
    ("reward", "goal", "hours"),
    [("CART", "add_to_cart_rate", 1), ("ORDER", "conversion", 24), ("REVENUE", "revenue_per_unit", 24)],
)
async def test_each_reward_has_its_metric_and_its_time(client, reward, goal, hours):
    run = await start(client, reward=reward)
    assert (run["goals"], run["conversionWindowHours"]) == ([goal], hours)


async def test_one_word_stops_it_and_another_begins_anew_by_what_is_said_then(client):
    await start(client)
    over = (await client.data(STOP, "admin"))["stopOptimiser"]
    assert (over["status"], over["outcome"], over["winner"]) == ("STOPPED", None, None)
    assert (await refused(client, STOP))[:2] == ("CONFLICT", "placement")
    again = await start(client, strategies=["UPSELL", "SIMILAR", "ALSO_VIEWED"], reward="ORDER")
    assert (again["key"], again["phase"], again["reward"], again["goals"]) == (over["key"], 2, "ORDER", ["conversion"])
    assert [each["key"] for each in again["variants"]] == ["upsell", "similar", "also_viewed"]
    assert [(row["phase"], row["policy"]) for row in await client.rows(POLICIES)] == [(1, 1), (2, 2)]


async def test_an_archived_one_is_followed_by_one_of_another_key(client):
    await start(client)
    await client.data(STOP, "admin")
    await client.data('mutation { archiveExperiment(key: "optimiser.item_page.similar") { key } }', "admin")
    assert (await start(client))["key"] == "optimiser.item_page.similar.2"


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"id": "item_page.none"}, "UNKNOWN_PLACEMENT", "placement"),
        ({"strategies": ["SIMILAR"]}, "BAD_USER_INPUT", "strategies"),
        ({"strategies": ["SIMILAR", "SIMILAR"]}, "BAD_USER_INPUT", "strategies.1"),
        ({"strategies": ["SIMILAR", "SEARCH"]}, "BAD_USER_INPUT", "strategies.1"),
    ],
)
async def test_what_cannot_be_optimised_is_refused(client, said, code, field):
    assert (await refused(client, START, **said))[:2] == (code, field)


async def test_a_placement_has_one_optimiser(client):
    await start(client)
    assert (await refused(client, START))[:2] == ("CONFLICT", "placement")


async def test_a_long_placement_has_one_too(client):
    name = f"purchase_complete_page.{'x' * 60}"
    placed = "mutation ($id: ID!) { upsertPlacement(input: {id: $id, strategies: [TRENDING]}) { id } }"
    await client.data(placed, "admin", id=name)
    run = await start(client, id=name, strategies=["TRENDING", "BESTSELLERS"])
    assert len(run["key"]) <= 63
    assert run["placements"] == [name]


async def test_its_weights_are_its_own(client):
    await start(client)
    change = """mutation { updateExperiment(key: "optimiser.item_page.similar", input: {variants: [
        {key: "similar", weight: 0.9, parameters: {strategies: ["SIMILAR"]}},
        {key: "also_viewed", weight: 0.1, parameters: {strategies: ["ALSO_VIEWED"]}}]}) { key } }"""
    assert (await refused(client, change))[0] == "CONFLICT"
