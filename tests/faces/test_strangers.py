"""A page's key, which everybody can read, and the ids of somebody else, however they were come by: nothing of that person is told."""

import re
from pathlib import Path

import pytest

from tests.faces.annas_past import MAIL, PHONE, live
from tests.faces.test_events import tell

BY = ({"userId": "anna-id"}, {"sessionId": "session-1"}, {"sessionId": "session-2"}, {"sessionId": "session-3"}, {"visitorId": "visitor-1"},
      {"email": MAIL}, {"phone": PHONE}, {"externalId": "crm-7"}, {"contactId": "contact-9"})  # fmt: skip
WHO = "id identities { value } attributeMap preferences { id } events(first: 5) { edges { node { id } } }"
OF_PEOPLE = {
    "user": f"query ($by: IdentityInput!) {{ user(by: $by) {{ {WHO} }} }}",
    "events": "query ($by: IdentityInput!) { events(by: $by) { edges { node { id } } } }",
    "exportUser": "mutation ($by: IdentityInput!) { exportUser(by: $by) }",
    "deleteEventHistory": "mutation ($by: IdentityInput!) { deleteEventHistory(by: $by) { id rows } }",
    "eraseUser": "mutation ($by: IdentityInput!) { eraseUser(by: $by) { id rows } }",
    "allowTracking": "mutation ($by: IdentityInput!) { allowTracking(by: $by) }",
    "linkIdentity": f'mutation ($by: IdentityInput!) {{ linkIdentity(user: $by, identity: {{sessionId: "mine"}}) {{ {WHO} }} }}',
    "unlinkIdentity": f'mutation ($by: IdentityInput!) {{ unlinkIdentity(user: $by, identity: {{sessionId: "session-1"}}) {{ {WHO} }} }}',
}
OF_ALL = {
    "upsertUsers": 'mutation { upsertUsers(users: [{userId: "anna-id", email: "me@evil.example"}]) { accepted } }',
    "patchUsers": 'mutation { patchUsers(users: [{userId: "anna-id", email: "me@evil.example"}]) { accepted } }',
    "refusedMerges": "{ refusedMerges { userIds } }",
    "lists": "{ lists { id } }",
    "auditLog": "{ auditLog(first: 5) { edges { node { after } } } }",
    "attribution": """{ attribution(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", by: [], model: CLICK_LAST) { clicks } }""",
    "explain": '{ explain(viewId: "01a1fd89-01f4-8000-8000-000000010000") { candidates } }',
    "whyNot": """{ whyNot(productId: "boot", placement: "home_page.top", market: "se", visitor: {userId: "anna-id"}) { code } }""",
    "apiKeys": "{ apiKeys { name } }",
    "feedRuns": "{ feedRuns { id } }",
    "recordExposures": """mutation { recordExposures(exposures: [{experiment: "e", variant: "b", visitor: {userId: "anna-id"}}]) { accepted } }""",
    "experimentResult": '{ experimentResult(key: "e") { look } }',
}
HERS = {"event-of-anna", "secret wish", "gift-note", "order-77", MAIL, PHONE, "crm-7", "contact-9", "anna-id", "for-her"}
PAGES = """query ($visitor: VisitorInput!) {
  seen: recommend(strategy: RECENTLY_VIEWED, market: "se", visitor: $visitor) { items { fallback product { id } } }
  mine: recommend(strategy: PERSONAL, market: "se", visitor: $visitor) { items { fallback reason { text seeds: seedIds } product { id } } } }"""


@pytest.fixture
async def annas(client, stores):
    await live(client, stores)
    return client


@pytest.mark.parametrize("name", [*OF_PEOPLE, *OF_ALL])
async def test_nothing_that_is_kept_of_people_is_told_or_changed_by_a_page_s_key(annas, name):
    before = await state(annas)
    for by in BY if name in OF_PEOPLE else ({},):
        answer = await annas.ask({**OF_PEOPLE, **OF_ALL}[name], by=by) if by else await annas.ask(OF_ALL[name])
        assert [error["extensions"].get("code") for error in answer["errors"]] == ["FORBIDDEN"], (by, answer)
        assert not any(answer.get("data") or {}) or not any((answer["data"] or {}).values())
    assert await state(annas) == before


@pytest.mark.parametrize("by", BY, ids=lambda by: next(iter(by)))
async def test_a_taste_that_a_page_tells_of_a_session_is_answered_without_who_the_session_belongs_to(annas, by):
    asked = 'mutation ($by: IdentityInput!) { setPreference(by: $by, kind: BRAND, ids: ["Nord"], action: LIKE) { id } }'
    whole = asked.replace("{ id }", "{ id identities { value } attributeMap trackingBlocked made hidden preferences { id } }")
    answer = await annas.ask(whole, by=by)
    assert not [each for each in HERS if each in str(answer)], answer
    if "sessionId" not in by:
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    history = await annas.ask(asked.replace("{ id }", "{ events(first: 5) { edges { node { id } } } }"), by=by)
    assert history["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_of_each_operation_that_names_people_this_page_knows_whether_a_page_may_ask(annas):
    schema = (Path(__file__).parents[2] / "schema" / "schema.graphql").read_text()
    of_people = set()
    for block in re.findall(r"^type (?:Query|Mutation) \{(.*?)^\}", schema, re.DOTALL | re.MULTILINE):
        code = re.sub(r'""".*?"""', "", block, flags=re.DOTALL)
        for name, arguments, answer in re.findall(
            r"^  (\w+)(\(.*?^  \)|\([^)]*\))?: ([\w\[\]!]+)", code, re.DOTALL | re.MULTILINE
        ):
            if re.search(r"IdentityInput|UserInput", arguments) or re.search(r"User|Event|Merge|Erasure", answer):
                of_people.add(name)
    assert of_people - {"recordEvents", "setPreference", "eventTypes", "upsertEventType"} <= {*OF_PEOPLE, *OF_ALL}


async def test_what_a_guessed_person_looked_at_is_recommended_to_nobody_else(annas):
    await tell(annas, {"type": "view", "productId": "boot", "userId": "anna-id"}, key="server")
    for visitor in ({"userId": "anna-id"}, {"userId": "anna-id", "sessionId": "mine"}, {"sessionId": "mine", "visitorId": "visitor-1"},
                    {"sessionId": "mine", "email": MAIL}, {"sessionId": "mine", "phone": PHONE}, {"sessionId": "mine", "contactId": "contact-9"},
                    {"sessionId": "mine", "externalId": "crm-7"}):  # fmt: skip
        answer = await annas.ask(PAGES.replace(" reason { text seeds: seedIds }", ""), visitor=visitor)
        if "errors" in answer:
            assert {error["extensions"].get("code") for error in answer["errors"]} <= {"FORBIDDEN", "BAD_USER_INPUT"}, (
                visitor,
                answer,
            )
            continue
        shown = [item for fill in answer["data"].values() for item in fill["items"] if item["fallback"] == "NONE"]
        assert shown == [], visitor


async def state(client):
    tables = ("shop_user", "user_identity", "session_link", "preference", "event", "forgotten", "erasure_receipt")
    return [await client.rows(f"select * from {table} t order by t::text") for table in tables]
