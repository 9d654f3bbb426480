"""Why a product is missed is answered of the page that the asker would see: with drafts, on a channel, at a moment."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faces.serving import serving
from tests.faces.test_deciding import UPSERT_RULE
from tests.faces.test_keyring import ask, make

WHY_NOT = """query ($drafts: Boolean! = false, $at: DateTime, $channel: String, $context: [NameValueInput!]) {
  whyNot(productId: "boot", placement: "home_page.top", market: "se", drafts: $drafts, at: $at, channel: $channel, context: $context) {
    code ruleId } }"""
PAGE = """query ($drafts: Boolean! = false, $at: DateTime, $channel: String, $context: [NameValueInput!]) {
  placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"}, drafts: $drafts, at: $at, channel: $channel, context: $context) {
    placements { items { product { id } } } } }"""


@pytest.fixture
async def house(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path) as client:
        assert await why(client, "secret-admin") == await seen(client, "secret-admin") == []
        yield client


async def rule(client, **said):
    told = {"kind": "EXCLUDE", "placement": "home_page.top", "match": {"productIds": ["boot"]}, **said}
    return (await client.data(UPSERT_RULE, key="admin", input=told))["upsertRule"]["id"]


async def why(client, secret, **asked):
    answer = await ask(client, secret, WHY_NOT, **asked)
    return (
        [each["ruleId"] for each in answer["data"]["whyNot"]] if answer.get("data") else answer["errors"][0]["extensions"]["code"]
    )


async def seen(client, secret, **asked):
    """Nothing where the product is on the page, and what whyNot would say where it is not."""
    answer = await ask(client, secret, PAGE, **asked)
    if not answer.get("data"):
        return answer["errors"][0]["extensions"]["code"]
    shown = [item["product"]["id"] for item in answer["data"]["placements"]["placements"][0]["items"]]
    return [] if "boot" in shown else "missed"


async def test_a_key_for_trying_out_is_told_of_drafts_and_others_who_ask_for_them(house):
    trying = (await make(house, name="trying", scopes=["STOREFRONT", "ANALYST"], environment="INTEGRATION"))["secret"]
    reading = (await make(house, name="reading", scopes=["STOREFRONT", "ANALYST"]))["secret"]
    draft = await rule(house, status="DRAFT")
    for secret, asked, told in (
        (trying, {}, [draft]),
        (reading, {}, []),
        (reading, {"drafts": True}, "FORBIDDEN"),
        ("secret-admin", {}, []),
        ("secret-admin", {"drafts": True}, [draft]),
    ):
        assert await why(house, secret, **asked) == told
        assert await seen(house, secret, **asked) == ("missed" if told == [draft] else told)


async def test_a_channel_a_value_and_a_moment_count_as_they_do_for_the_page(house):
    later = datetime.now(UTC) + timedelta(days=2)
    for when, asked in (
        ({"when": {"channel": "app"}}, {"channel": "app"}),
        (
            {"startsAt": (later - timedelta(hours=1)).isoformat(), "endsAt": (later + timedelta(hours=1)).isoformat()},
            {"at": later.isoformat()},
        ),
    ):
        made = await rule(house, status="LIVE", **when)
        assert await why(house, "secret-admin") == await seen(house, "secret-admin") == []
        assert await why(house, "secret-admin", **asked) == [made]
        assert await seen(house, "secret-admin", **asked) == "missed"
