"""A merchandiser decides: placements and rules over GraphQL, who changed them, and what is in force at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import perf_counter

import pytest

from tests.faces.serving import PATIENCE, serving

PLACEMENTS = """query ($status: DraftStatus) { placementConfigs(status: $status) {
  id pageType strategies count message messages fallback requireAvailable deadlineMs diversity rotation parameters
  status version updatedBy warnings { code message } } }"""
RULES = "query ($placement: ID) { rules(placement: $placement) { id kind status version placement warnings { code message } } }"
UPSERT_PLACEMENT = """mutation ($input: PlacementInput!, $seen: Int) { upsertPlacement(input: $input, ifVersion: $seen) {
  id strategies count message diversity parameters status version updatedAt updatedBy warnings { code message } } }"""
UPSERT_RULE = """mutation ($input: RuleInput!, $seen: Int) { upsertRule(input: $input, ifVersion: $seen) {
  id kind placement priority when match slot weight cap startsAt endsAt timeZone status version updatedBy
  warnings { code message } } }"""
DELETE_RULE = "mutation ($id: ID!, $status: DraftStatus) { deleteRule(id: $id, status: $status) { id kind status } }"
AUDIT = """query ($first: Int, $after: String) { auditLog(first: $first, after: $after) {
  edges { cursor node { at actor action object before after } } pageInfo { hasNextPage endCursor } } }"""
PAGE = """query ($id: ID!, $at: DateTime, $drafts: Boolean! = false, $page: PageInput, $context: [NameValueInput!]) {
  placements(ids: [$id], market: "se", visitor: {sessionId: "s"}, at: $at, drafts: $drafts, page: $page, context: $context) {
    viewId placements { message items { product { id } reason { ruleId } } } } }"""

HOME = {"id": "home_page.top", "strategies": ["TRENDING"]}


async def save_rule(client, seen=None, **rule):
    return (await client.data(UPSERT_RULE, "admin", input=rule, seen=seen))["upsertRule"]


async def save_placement(client, seen=None, **placement):
    return (await client.data(UPSERT_PLACEMENT, "admin", input=placement, seen=seen))["upsertPlacement"]


async def shown(client, placement="home_page.top", key="storefront", **asked):
    page = (await client.data(PAGE, key, id=placement, **asked))["placements"]
    return [item["product"]["id"] for item in page["placements"][0]["items"]]


async def becomes(client, expected, placement="home_page.top", **asked):
    """Asks a live server until it answers so: a second at most on an idle machine."""
    began = perf_counter()
    while (found := await shown(client, placement, **asked)) != expected:
        assert perf_counter() - began < PATIENCE, found


async def test_a_placement_is_saved_and_a_live_server_answers_with_it_within_a_second(client):
    saved = await save_placement(client, **HOME, count=2, messages={"": "Look here", "sv": "Titta"})
    assert saved["updatedBy"] == "admin"
    assert (saved["version"], saved["status"], saved["message"], saved["warnings"]) == (2, "LIVE", "Look here", [])
    await becomes(client, ["boot", "sneaker"])
    page = (await client.data(PAGE, id="home_page.top"))["placements"]
    assert page["placements"][0]["message"] == "Titta"


async def test_a_rule_is_in_force_within_a_second_and_gone_as_soon_when_it_is_deleted(client):
    rule = await save_rule(client, kind="PIN", placement="home_page.top", slot=0, match={"productIds": ["wax"]})
    assert (rule["status"], rule["version"], rule["warnings"]) == ("LIVE", 1, [])
    await becomes(client, ["wax", "boot", "sneaker", "lace"])
    gone = (await client.data(DELETE_RULE, "admin", id=rule["id"]))["deleteRule"]
    assert gone == {"id": rule["id"], "kind": "PIN", "status": "LIVE"}
    await becomes(client, ["boot", "sneaker", "lace", "wax"])


async def test_a_draft_changes_nothing_for_a_storefront_until_it_is_saved_live(client):
    draft = await save_rule(client, kind="EXCLUDE", match={"brands": ["Nord"]}, status="DRAFT")
    await save_placement(client, **HOME, count=1, status="DRAFT")
    await becomes(client, ["sneaker"], key="admin", drafts=True)
    assert await shown(client) == ["boot", "sneaker", "lace", "wax"]
    live = await save_rule(client, id=draft["id"], kind="EXCLUDE", match={"brands": ["Nord"]})
    assert (live["version"], live["status"]) == (2, "LIVE")
    assert [r["status"] for r in (await client.data(RULES, "admin"))["rules"]] == ["LIVE"]
    await becomes(client, ["sneaker"])


async def test_a_draft_stands_beside_what_is_in_force_and_can_be_thrown_away_alone(client):
    await save_placement(client, **HOME, count=3, status="DRAFT")
    both = [p for p in (await client.data(PLACEMENTS, "admin"))["placementConfigs"] if p["id"] == "home_page.top"]
    assert [(p["status"], p["count"], p["version"]) for p in both] == [("DRAFT", 3, 2), ("LIVE", 12, 1)]
    drafts = (await client.data(PLACEMENTS, "admin", status="DRAFT"))["placementConfigs"]
    assert [p["id"] for p in drafts] == ["home_page.top"]
    query = 'mutation { deletePlacement(id: "home_page.top", status: DRAFT) { status count } }'
    assert (await client.data(query, "admin"))["deletePlacement"] == {"status": "DRAFT", "count": 3}
    answer = await client.ask(query, "admin")
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "id"}


async def test_a_deleted_placement_is_unknown_to_pages_and_to_its_rules(client):
    await save_rule(client, kind="BOOST", match={"brands": ["Nord"]}, placement="home_page.more")
    await client.data('mutation { deletePlacement(id: "home_page.more") { id } }', "admin")
    [rule] = (await client.data(RULES, "admin"))["rules"]
    assert [w["code"] for w in rule["warnings"]] == ["UNKNOWN_PLACEMENT"]
    began = perf_counter()
    while "errors" not in (answer := await client.ask(PAGE, id="home_page.more")):
        assert perf_counter() - began < PATIENCE
    assert answer["errors"][0]["extensions"]["code"] == "UNKNOWN_PLACEMENT"


async def test_every_change_is_kept_with_who_made_it_and_what_was_there_before(client):
    rule = await save_rule(client, kind="BOOST", match={"brands": ["Nord"]}, weight=2)
    await save_rule(client, id=rule["id"], kind="BOOST", match={"brands": ["Nord"]}, weight=3, when={"market": "se"})
    await client.data(DELETE_RULE, "admin", id=rule["id"])
    log = (await client.data(AUDIT, "admin", first=2))["auditLog"]
    deleted, changed = (edge["node"] for edge in log["edges"])
    assert (deleted["action"], deleted["actor"], deleted["object"]) == ("rule.delete", "admin", rule["id"])
    assert deleted["after"] is None
    assert (changed["before"]["weight"], changed["after"]["weight"]) == (2, 3)
    assert changed["after"]["match"] == {"brands": ["Nord"]}
    assert changed["after"]["when"] == {"market": "se"}
    assert deleted["before"] == changed["after"]
    assert log["pageInfo"]["hasNextPage"]
    older = (await client.data(AUDIT, "admin", after=log["pageInfo"]["endCursor"]))["auditLog"]
    assert [edge["node"]["before"] for edge in older["edges"]] == [None]
    assert not older["pageInfo"]["hasNextPage"]


async def test_two_writers_at_once_lose_no_change(shop, database_url, tmp_path):
    """Two servers, ten changes each of one rule: every version is there once, each made of the one before."""
    async with serving(database_url, tmp_path) as one, serving(database_url, tmp_path) as other:
        rule = await save_rule(one, kind="BOOST", match={"brands": ["Nord"]}, weight=2)

        async def change(client, first):
            for number in range(first, first + 10):
                await save_rule(client, id=rule["id"], kind="BOOST", match={"brands": ["Nord"]}, weight=number)

        await asyncio.gather(change(one, 100), change(other, 200))
        log = [edge["node"] for edge in (await one.data(AUDIT, "admin"))["auditLog"]["edges"]]
    assert [entry["after"]["version"] for entry in log] == list(range(21, 0, -1))
    assert {entry["after"]["weight"] for entry in log} == {2, *range(100, 110), *range(200, 210)}
    assert all(newer["before"] == older["after"] for newer, older in pairwise(log))


async def test_a_change_of_what_another_has_changed_meanwhile_is_refused_where_that_is_asked(client):
    rule = await save_rule(client, kind="BOOST", match={"brands": ["Nord"]}, seen=0)
    await save_rule(client, id=rule["id"], kind="BURY", match={"brands": ["Nord"]}, seen=1)
    again = {"id": rule["id"], "kind": "BOOST", "match": {"brands": ["Fleet"]}}
    answer = await client.ask(UPSERT_RULE, "admin", input=again, seen=1)
    assert answer["errors"][0]["extensions"] == {"code": "CONFLICT", "field": "ifVersion"}
    assert "admin made version 2" in answer["errors"][0]["message"]
    [kept] = (await client.data(RULES, "admin"))["rules"]
    assert kept["kind"] == "BURY"


async def test_a_version_is_never_given_twice_though_a_draft_is_thrown_away_or_all_is_deleted(client):
    rule = {"id": (await save_rule(client, kind="BOOST", match={"brands": ["Nord"]}))["id"], "match": {"brands": ["Nord"]}}
    draft = await save_rule(client, **rule, kind="EXCLUDE", status="DRAFT")
    await client.data(DELETE_RULE, "admin", id=rule["id"], status="DRAFT")
    live = await save_rule(client, **rule, kind="BURY", seen=1)
    assert (draft["version"], live["version"]) == (2, 3)
    stale = await client.ask(UPSERT_RULE, "admin", input={**rule, "kind": "PIN", "slot": 0}, seen=2)
    assert stale["errors"][0]["extensions"] == {"code": "CONFLICT", "field": "ifVersion"}
    await client.data(DELETE_RULE, "admin", id=rule["id"])
    assert (await save_rule(client, **rule, kind="BOOST", seen=0))["version"] == 4


@pytest.mark.parametrize("key", ["storefront", "server"])
async def test_only_an_admin_decides_and_only_an_analyst_reads(client, key):
    for query, variables in (
        (PLACEMENTS, {}), (RULES, {}), (AUDIT, {}), (UPSERT_PLACEMENT, {"input": HOME}),
        (UPSERT_RULE, {"input": {"kind": "BOOST", "match": {}}}), (DELETE_RULE, {"id": "x"}),
        ('mutation { deletePlacement(id: "home_page.top") { id } }', {}),
    ):  # fmt: skip
        answer = await client.ask(query, key, **variables)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", query


async def test_what_cannot_be_is_refused_by_the_name_of_what_is_wrong_and_nothing_is_kept(client):
    answer = await client.ask(UPSERT_PLACEMENT, "admin", input=HOME | {"messages": {"swedish": "För dig"}})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "messages.swedish"}
    answer = await client.ask(UPSERT_RULE, "admin", input={"kind": "EXCLUDE", "match": {"brands": "Nord"}})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "match.brands"}
    too_far = {"kind": "PIN", "placement": "home_page.top", "slot": 12, "match": {"productIds": ["wax"]}}
    answer = await client.ask(UPSERT_RULE, "admin", input=too_far)
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "slot"}
    assert (await client.data(AUDIT, "admin"))["auditLog"]["edges"] == []


async def test_a_page_is_previewed_as_it_will_be_tomorrow_with_what_is_scheduled_and_what_is_drafted(client):
    now = datetime.now(UTC)
    tomorrow, day_after = ((now + timedelta(days=n)).isoformat() for n in (1, 2))
    await save_rule(
        client, kind="PIN", placement="home_page.top", slot=1, match={"productIds": ["wax"]}, startsAt=tomorrow, endsAt=day_after
    )
    await save_rule(client, kind="EXCLUDE", match={"productIds": ["boot"]}, status="DRAFT")
    at = (now + timedelta(hours=30)).isoformat()
    await becomes(client, ["boot", "wax", "sneaker", "lace"], key="admin", at=at)
    await becomes(client, ["sneaker", "wax", "lace"], key="admin", at=at, drafts=True)
    assert await shown(client, key="admin", drafts=True) == ["sneaker", "lace", "wax"]
    assert await shown(client, key="admin", at=(now + timedelta(days=3)).isoformat()) == ["boot", "sneaker", "lace", "wax"]
    assert await shown(client) == ["boot", "sneaker", "lace", "wax"]


@pytest.mark.parametrize("asked", [{"at": "2026-12-24T12:00:00Z"}, {"drafts": True}])
async def test_a_preview_needs_a_key_that_may_preview(client, asked):
    for key in ("storefront", "server"):
        answer = await client.ask(PAGE, key, id="home_page.top", **asked)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await shown(client, key="preview", **asked) == ["boot", "sneaker", "lace", "wax"]


async def test_a_preview_is_kept_to_be_explained_and_marked_as_nobodys_visit(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path) as client:
        ordinary = (await client.data(PAGE, id="home_page.top"))["placements"]["viewId"]
        preview = (await client.data(PAGE, "admin", id="home_page.top", drafts=True))["placements"]["viewId"]
    rows = await client.rows("select view_id::text, preview from served_view")
    assert dict(map(tuple, rows)) == {ordinary: False, preview: True}


async def test_a_seasonal_campaign_is_drafted_previewed_scheduled_live_and_over(client):
    """Boots first and care lifted, from tomorrow for a week; then brought forward, since it snows; then ended."""
    now = datetime.now(UTC)
    moment = {
        name: (now + timedelta(days=days)).isoformat() for name, days in (("start", 0.5), ("in it", 1), ("end", 7), ("after", 8))
    }
    season = {"placement": "home_page.top", "when": {"market": "se"}, "startsAt": moment["start"], "endsAt": moment["end"]}
    pin = {"kind": "PIN", "slot": 0, "match": {"productIds": ["lace"]}, **season}
    lift = {"kind": "BOOST", "weight": 50, "match": {"categoryIds": ["care"]}, **season}
    usual, campaign = ["boot", "sneaker", "lace", "wax"], ["lace", "wax", "boot", "sneaker"]
    rules = [(await save_rule(client, **rule, status="DRAFT"))["id"] for rule in (pin, lift)]
    await becomes(client, campaign, key="preview", at=moment["in it"], drafts=True)
    assert await shown(client, key="preview", at=moment["in it"]) == usual
    for rule, said in zip(rules, (pin, lift), strict=True):
        assert (await save_rule(client, id=rule, **said))["warnings"] == []
    await becomes(client, campaign, key="preview", at=moment["in it"])
    assert await shown(client, key="preview", at=moment["after"]) == usual
    assert await shown(client) == usual
    for rule, said in zip(rules, (pin, lift), strict=True):
        await save_rule(client, id=rule, **{**said, "startsAt": now.isoformat()})
    await becomes(client, campaign)
    for rule, said in zip(rules, (pin, lift), strict=True):
        over = await save_rule(client, id=rule, **{**said, "startsAt": None, "endsAt": now.isoformat()})
        assert [w["code"] for w in over["warnings"]] == ["OVER"]
    await becomes(client, usual)
