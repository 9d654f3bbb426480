"""How tests make experiments over GraphQL."""

from typing import Any

ALL = """key name hypothesis status outcome reason winner placements unit coverage layer condition sticky external allocation reward phase
  startedAt endedAt plannedUnits plannedEnd mode alpha conversionWindowHours goals guardrails { metric margin }
  variants { index key name weight parameters } checklist { code message } mayStart version updatedBy"""
CREATE = f"mutation ($input: ExperimentInput!) {{ createExperiment(input: $input) {{ {ALL} }} }}"
UPDATE = f"""mutation ($id: ID!, $input: ExperimentChange!, $seen: Int) {{
  updateExperiment(key: $id, input: $input, ifVersion: $seen) {{ {ALL} }} }}"""
ONE = f"query ($id: ID!) {{ experiment(key: $id) {{ {ALL} }} }}"
STOP = f"""mutation ($id: ID!, $outcome: ExperimentOutcome!, $reason: String!, $winner: String) {{
  stopExperiment(key: $id, outcome: $outcome, reason: $reason, winner: $winner) {{ {ALL} }} }}"""

PAIR = [
    {"key": "control", "weight": 0.5},
    {"key": "viewed", "name": "Also viewed", "weight": 0.5, "parameters": {"strategies": ["ALSO_VIEWED"], "count": 6}},
]
SIMILAR = {
    "key": "similar",
    "name": "Also viewed on item pages",
    "hypothesis": "Visitors click more on what others looked at, because it is nearer to what they want.",
    "placements": ["item_page.similar"],
    "variants": PAIR,
    "goals": ["click_through_rate"],
    "guardrails": [{"metric": "conversion", "margin": 0.02}],
    "plannedUnits": 20000,
}


async def create(client, **said: Any):
    return (await client.data(CREATE, "admin", input={**SIMILAR, **said}))["createExperiment"]


async def update(client, key: str, seen: int | None = None, **said: Any):
    return (await client.data(UPDATE, "admin", id=key, input=said, seen=seen))["updateExperiment"]


async def led(client, verb: str, key: str = "similar"):
    """Starts, pauses, resumes or archives it."""
    query = f"mutation ($id: ID!) {{ {verb}Experiment(key: $id) {{ {ALL} }} }}"
    return (await client.data(query, "admin", id=key))[f"{verb}Experiment"]


async def stopped(
    client, key: str = "similar", outcome: str = "INCONCLUSIVE", reason: str = "enough seen", winner: str | None = None
):
    return (await client.data(STOP, "admin", id=key, outcome=outcome, reason=reason, winner=winner))["stopExperiment"]


async def started(client, **said: Any):
    made = await create(client, **said)
    return await led(client, "start", made["key"])


async def refused(client, query: str, by: str = "admin", **variables: Any) -> tuple[str, str | None, str]:
    """The code, the field and the message of an operation that must fail."""
    answer = await client.ask(query, by, **variables)
    [error] = answer["errors"]
    return error["extensions"]["code"], error["extensions"].get("field"), error["message"]


async def refuses(client, verb: str, key: str = "similar") -> tuple[str, str | None, str]:
    """How a verb is refused."""
    return await refused(client, f"mutation ($id: ID!) {{ {verb}Experiment(key: $id) {{ key }} }}", id=key)
