"""What a visitor never wants to see is not shown again; what they like comes first."""

import pytest

from tests.faces.serving import serving
from tests.faces.test_events import tell, view
from tests.faces.test_graphql import shown

SET = """mutation ($by: IdentityInput!, $kind: PreferenceKind!, $ids: [ID!]!, $action: PreferenceAction!) {
  setPreference(by: $by, kind: $kind, ids: $ids, action: $action) { id preferences { kind id action } } }"""
NEWEST = """query ($visitor: VisitorInput!, $strategy: Strategy = NEW_ARRIVALS) {
  recommend(strategy: $strategy, market: "se", visitor: $visitor) { items { fallback product { id } } } }"""
ME = {"sessionId": "s1"}
ANNA = {"userId": "anna"}
EVERYTHING = ["boot", "sneaker", "lace", "wax"]


async def prefer(client, action, kind, *ids, by=ME, key="server"):
    return (await client.data(SET, key=key, by=by, kind=kind, ids=list(ids), action=action))["setPreference"]


async def newest(client, visitor=ME, key="server", **more):
    return shown((await client.data(NEWEST, key=key, visitor=visitor, **more))["recommend"])


@pytest.mark.parametrize(
    ("kind", "id", "left"),
    [
        ("PRODUCT", "boot", ["sneaker", "lace", "wax"]),
        ("BRAND", "Nord", ["sneaker"]),
        ("CATEGORY", "shoes", ["lace", "wax"]),  # boots stand below shoes
        ("STORE", "Stockholm", EVERYTHING),
    ],
)
async def test_what_is_never_to_be_recommended_is_gone_from_the_next_answer_on(client, kind, id, left):
    assert await newest(client) == EVERYTHING
    assert await prefer(client, "NEVER_RECOMMEND", kind, id) == {
        "id": "s1", "preferences": [{"kind": kind, "id": id, "action": "NEVER_RECOMMEND"}],
    }  # fmt: skip
    assert await newest(client) == left
    assert await newest(client, {"sessionId": "another"}) == EVERYTHING
    assert (await prefer(client, "NEUTRAL", kind, id))["preferences"] == []
    assert await newest(client) == EVERYTHING


SIMILAR = """query { recommend(strategy: SIMILAR, market: "se", visitor: {sessionId: "s1"}, page: {productIds: ["boot"]}) {
  items { fallback product { id } } } }"""


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(("category", "gone"), [("nosuch", set()), ("care", {"lace", "wax"}), ("shoes", {"sneaker"})])
async def test_a_category_that_is_never_to_be_shown_takes_nothing_else_away(database_url, tmp_path, category, gone):
    async with serving(database_url, tmp_path) as client:
        before = (await client.data(SIMILAR, key="server"))["recommend"]["items"]
        await prefer(client, "NEVER_RECOMMEND", "CATEGORY", category)
        after = (await client.data(SIMILAR, key="server"))["recommend"]["items"]
    assert [i["fallback"] for i in before].count("NONE") > 1
    assert after == [i for i in before if i["product"]["id"] not in gone]


async def test_it_holds_on_every_rung_and_for_what_is_pinned(client):
    await client.rows(
        """insert into rule (tenant_id, kind, match, slot, status) values ('acme', 'PIN', '{"productIds": ["lace"]}', 0, 'LIVE')"""
    )
    for _ in range(250):
        if (await newest(client))[0] == "lace":
            break
    await prefer(client, "NEVER_RECOMMEND", "PRODUCT", "lace", "boot")
    for strategy in ("NEW_ARRIVALS", "BESTSELLERS", "PERSONAL", "CURATED", "SIMILAR"):
        assert await newest(client, strategy=strategy) == ["sneaker", "wax"], strategy


async def test_a_session_shares_with_its_user_and_a_user_with_their_sessions(client):
    await tell(client, view("sneaker", userId="anna"), key="server")  # links s1 to anna
    await prefer(client, "NEVER_RECOMMEND", "PRODUCT", "boot", by=ANNA)
    await prefer(client, "NEVER_RECOMMEND", "PRODUCT", "wax", by=ME)
    assert await newest(client, ME) == await newest(client, ANNA) == ["sneaker", "lace"]
    query = "query ($by: IdentityInput!) { user(by: $by) { id preferences { id } } }"
    for by in (ANNA, ME):
        user = (await client.data(query, key="server", by=by))["user"]
        assert user == {"id": "anna", "preferences": [{"id": "boot"}, {"id": "wax"}]}
    await prefer(client, "NEUTRAL", "PRODUCT", "wax", "boot", by=ANNA)  # taken back wherever it was said
    assert await newest(client, ME) == EVERYTHING


async def test_what_is_liked_ranks_higher_and_what_is_disliked_lower(client):
    await prefer(client, "DISLIKE", "PRODUCT", "boot")
    await prefer(client, "LIKE", "BRAND", "Fleet")
    assert await newest(client) == ["sneaker", "boot", "lace", "wax"]


async def test_not_interested_is_a_word_for_good(client):
    await tell(client, {"type": "not_interested", "sessionId": "s1", "productId": "boot"})
    assert await newest(client) == ["sneaker", "lace", "wax"]
    await tell(client, {"type": "not_interested", "sessionId": "s2", "userId": "anna", "productId": "wax"}, key="server")
    assert await newest(client, ANNA) == ["boot", "sneaker", "lace"]
    await tell(client, {"type": "not_interested", "sessionId": "s3", "userId": "anna", "productId": "lace"})  # a bare claim
    assert await newest(client, ANNA) == ["boot", "sneaker", "lace"]


async def test_a_browser_speaks_for_its_session_only_and_learns_nothing_of_the_user(client):
    await tell(client, view("sneaker", userId="anna"), key="server")
    await prefer(client, "LIKE", "BRAND", "Nord", by=ANNA)
    told = await prefer(client, "NEVER_RECOMMEND", "PRODUCT", "boot", key="storefront")
    assert told == {"id": "s1", "preferences": [{"kind": "PRODUCT", "id": "boot", "action": "NEVER_RECOMMEND"}]}
    refused = await client.ask(SET, by=ANNA, kind="PRODUCT", ids=["wax"], action="LIKE")
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    refused = await client.ask("query ($by: IdentityInput!) { user(by: $by) { id } }", by=ME)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_an_identity_leads_to_its_user_or_to_nobody(client):
    await client.rows("insert into shop_user (tenant_id, user_id) values ('acme', 'anna')")
    await client.rows(
        "insert into user_identity (tenant_id, kind, value, user_id) values ('acme', 'email', 'a@shop.example', 'anna')"
    )
    assert (await prefer(client, "LIKE", "PRODUCT", "boot", by={"email": "a@shop.example"}))["id"] == "anna"
    refused = await client.ask(SET, key="server", by={"email": "b@shop.example"}, kind="PRODUCT", ids=["wax"], action="LIKE")
    assert refused["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "by"}
    query = "query ($by: IdentityInput!) { user(by: $by) { id } }"
    assert (await client.data(query, key="server", by={"userId": "nobody"}))["user"] is None
    assert "errors" in await client.ask(query, key="server", by={"userId": "anna", "email": "a@shop.example"})


async def test_a_visitor_s_preferences_are_bounded(client):
    for first in (0, 500):
        await prefer(client, "LIKE", "PRODUCT", *(f"p{n}" for n in range(first, first + 500)))
    refused = await client.ask(SET, key="server", by=ME, kind="PRODUCT", ids=["one-more"], action="LIKE")
    assert refused["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert len(await client.rows("select * from preference")) == 1000
    await tell(client, {"type": "not_interested", "sessionId": "s1", "productId": "one-more"})
    assert len(await client.rows("select * from preference")) == 1000
