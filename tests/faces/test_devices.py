"""Rules and experiments ask what kind of device a page is looked at on; what its browser says of itself is kept nowhere."""

import pytest

from tests.faces.experiments import CREATE, SIMILAR
from tests.faces.test_explaining import EXPLAIN, kept
from tests.faces.test_variants import SAFARI, asked

PHONES = {"kind": "EXCLUDE", "match": {"brands": ["Nord"]}, "when": {"device": "mobile"}}
UPSERT = "mutation ($input: RuleInput!) { upsertRule(input: $input) { id } }"


async def test_a_rule_for_phones_holds_on_phones_and_its_page_is_replayed_as_a_phones(open_shop):
    async with open_shop() as client:
        await client.data(UPSERT, "admin", input=PHONES)
        _, anywhere = await asked(client, "server")
        page, phone = await asked(client, "server", agent=SAFARI)
        assert {item["product"]["id"] for item in anywhere["items"]} == {"boot", "sneaker", "lace", "wax"}
        assert [item["product"]["id"] for item in phone["items"]] == ["sneaker"]
        await kept(client, page["viewId"])
        told = (await client.data(EXPLAIN, "admin", view=page["viewId"]))["explain"]
        assert told["differences"] == []
        [row] = await client.rows("select page::text as page, latency_ms from served_view where view_id = $1", page["viewId"])
        assert '"mobile"' in row["page"]
        assert "iPhone" not in row["page"]
        assert 0 <= row["latency_ms"] < 60_000


@pytest.mark.parametrize(
    ("condition", "field", "says"),
    [
        ({"markte": "se"}, "condition.markte", "is no name of a request"),
        ({"hour": {"$gte": 18}}, "condition.hour", "is no name of a request"),
        ({"visitor": "gold"}, "condition.visitor", "visitor.x"),
        ({"device": "fridge"}, "condition.device", "must be compared with one of desktop, mobile, tablet"),
        ({"context.season": "winter"}, "condition.context.season", "is a list"),
        ({"brand": {"$regex": "("}}, "condition.brand.$regex", "no regular expression"),
        ({"visitor.tier": {"$inGroup": "vip"}}, "condition.visitor.tier.$inGroup", "saved groups are not kept here"),
    ],
)
async def test_an_experiments_condition_that_can_never_be_met_as_it_is_meant_is_refused(client, condition, field, says):
    [error] = (await client.ask(CREATE, "admin", input={**SIMILAR, "condition": condition}))["errors"]
    assert error["extensions"]["field"] == field
    assert says in error["message"]


async def test_a_rule_for_those_who_come_from_elsewhere_holds_for_them_and_is_replayed(open_shop):
    """The page before is told by GraphQL, REST and a vendor's client alike."""
    rule = {**PHONES, "when": {"referrer": {"$regex": "^news\\.example/"}}}
    ask = """query ($from: String) { placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"},
      page: {referrer: $from}) { viewId placements { items { product { id } } } } }"""
    async with open_shop() as client:
        await client.data(UPSERT, "admin", input=rule)

        async def shown(came: str | None):
            page = (await client.data(ask, "server", **{"from": came}))["placements"]
            return page["viewId"], {item["product"]["id"] for item in page["placements"][0]["items"]}

        view, led = await shown("https://news.example/offers?who=anna")
        assert led == {"sneaker"}
        assert len((await shown("https://shop.example/"))[1]) == len((await shown(None))[1]) == 4
        body = {
            "ids": ["home_page.top"], "market": "se", "visitor": {"sessionId": "s"}, "page": {"referrer": "http://news.example/"},
        }  # fmt: skip
        told = await client.http.post("/v1/placements", json=body, headers={"authorization": "Bearer secret-server"})
        assert [item["product"]["id"] for item in told.json()["placements"][0]["items"]] == ["sneaker"]
        depict = {
            "tenant": "acme", "market": "se", "type": "home_page.top", "session_id": "s", "document_referrer": "http://news.example/x",
        }  # fmt: skip
        path = "/v2/recommend/products/general"
        told = await client.http.post(path, json=depict, headers={"x-api-key": "secret-server"})
        assert "sneaker" in told.text
        assert "boot" not in told.text
        await kept(client, view)
        assert (await client.data(EXPLAIN, "admin", view=view))["explain"]["differences"] == []
        [row] = await client.rows("select page::text as page from served_view where view_id = $1", view)
        assert "anna" not in row["page"]
