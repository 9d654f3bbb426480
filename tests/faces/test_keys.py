"""Who may ask, and what a browser is believed."""

import asyncio
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from tests.faces.serving import Client

MARKETS = "{ markets { id } }"
RECENT = """query ($visitor: VisitorInput!) { recommend(strategy: RECENTLY_VIEWED, market: "se", visitor: $visitor) {
              items { strategy product { id } } } }"""
TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted duplicates errors { index field code message } } }"
IDENTITY = "a-secret-of-the-shop-that-is-long-enough"


def code(answer):
    return answer["errors"][0]["extensions"]["code"]


async def test_without_a_key_nothing_is_answered_but_the_schema(client: Client):
    assert code(await client.ask(MARKETS, key=None)) == "UNAUTHENTICATED"
    assert code(await client.ask(MARKETS, key="wrong")) == "UNAUTHENTICATED"
    assert (await client.data("{ __schema { queryType { name } } }", key=None))["__schema"]


async def test_a_key_may_come_in_either_header(client: Client):
    response = await client.http.post("/graphql", json={"query": MARKETS}, headers={"x-api-key": "secret-storefront"})
    assert "errors" not in response.json()


async def test_a_key_in_a_query_string_is_no_key(client: Client):
    response = await client.http.post("/graphql?key=secret-storefront", json={"query": MARKETS})
    assert code(response.json()) == "UNAUTHENTICATED"


async def test_a_browser_may_use_a_key_only_from_its_origins(client: Client):
    assert "data" in await client.ask(MARKETS, headers={"origin": "https://shop.example"})
    assert code(await client.ask(MARKETS, headers={"origin": "https://evil.example"})) == "FORBIDDEN"
    assert "data" in await client.ask(MARKETS, headers={"origin": "http://gateway"})  # our own pages


async def test_preflights_are_answered_for_known_origins_only(client: Client):
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    known = await client.http.options("/graphql", headers={"origin": "https://shop.example", **asking})
    assert known.status_code == 204
    assert known.headers["access-control-allow-origin"] == "https://shop.example"
    assert known.headers["access-control-allow-credentials"] == "true"
    other = await client.http.options("/graphql", headers={"origin": "https://evil.example", **asking})
    assert "access-control-allow-origin" not in other.headers


async def test_a_revoked_and_an_expired_key_open_nothing(client: Client):
    await client.rows("update api_key set expires_at = now() - interval '1 second' where name = 'server'")
    await client.rows("update api_key set revoked_at = now() where name = 'admin'")
    await until(client, "admin", "UNAUTHENTICATED")
    await until(client, "server", "UNAUTHENTICATED")


async def until(client: Client, key: str, wanted: str) -> None:
    """Servers hear of a change within moments."""
    for _ in range(250):
        answer = await client.ask(MARKETS, key=key)
        if "errors" in answer and code(answer) == wanted:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"{key} still opens the door")


@pytest.fixture
async def known_user(client: Client):
    """Ada looked at the boot, told by the shop's server; the shop signs its users."""
    await client.rows("update tenant set identity_secret = $1", IDENTITY)
    event = {"type": "view", "userId": "ada", "productId": "boot"}
    assert (await client.data(TELL, key="server", events=[event]))["recordEvents"]["accepted"] == 1
    for _ in range(250):
        answer = await client.ask(RECENT, visitor={"userId": "ada", "userToken": token()})
        if "errors" not in answer:
            return client
        await asyncio.sleep(0.02)
    return pytest.fail("the identity secret never came into force")


def token(user="ada", secret=IDENTITY, minutes=5, **extra):
    claims = {"sub": user, "exp": datetime.now(UTC) + timedelta(minutes=minutes), **extra}
    return jwt.encode(claims, secret, algorithm="HS256")


async def seen(client, key="storefront", **visitor):
    fill = (await client.data(RECENT, key=key, visitor=visitor))["recommend"]
    return [i["product"]["id"] for i in fill["items"] if i["strategy"] == "RECENTLY_VIEWED"]


@pytest.mark.usefixtures("trained")
async def test_a_guessed_user_id_reveals_no_history_but_a_signed_one_does(known_user):
    assert await seen(known_user, userId="ada") == []
    assert await seen(known_user, userId="ada", userToken=token()) == ["boot"]
    assert await seen(known_user, key="server", userId="ada") == ["boot"]


async def test_a_token_of_another_user_another_secret_or_the_past_is_refused(known_user):
    none_algorithm = jwt.encode({"sub": "ada", "exp": 9999999999}, None, algorithm="none")
    bad = [token("eve"), token(secret="x" * 40), token(minutes=-1), "nonsense", none_algorithm, token(user="")]
    for each in bad:
        answer = await known_user.ask(RECENT, visitor={"userId": "ada", "userToken": each})
        assert (code(answer), answer["errors"][0]["extensions"]["field"]) == ("BAD_USER_INPUT", "userToken")


async def test_a_browsers_unsigned_user_id_is_kept_as_a_claim_and_links_nothing(known_user):
    event = {"type": "view", "userId": "ada", "sessionId": "evil", "productId": "wax"}
    await known_user.data(TELL, events=[event])
    [row] = await known_user.rows("select user_id, claimed_user_id, scope from event where product_id = 'wax'")
    assert tuple(row) == (None, "ada", "STOREFRONT")
    assert await known_user.rows("select * from session_link where session_id = 'evil'") == []


async def test_a_visitor_with_no_id_at_all_is_refused(client: Client):
    answer = await client.ask(RECENT, visitor={"sessionId": ""})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "visitor"}
