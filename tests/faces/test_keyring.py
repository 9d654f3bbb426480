"""Keys are made and ended over GraphQL; who uses them is noticed; a key for trying out changes nothing that counts."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from gateway.services.notice import KeyLog, Noticer
from tests.faces.serving import Client, serving

KEY = "id name scopes allowedOrigins channel environment createdAt lastUsedAt expiresAt revokedAt"
CREATE = (
    f"mutation ($input: ApiKeyInput!) {{ createApiKey(input: $input) {{ secret key {{ {KEY} }} warnings {{ code message }} }} }}"
)
REVOKE = f"mutation ($id: ID!) {{ revokeApiKey(id: $id) {{ {KEY} }} }}"
KEYS = f"query ($revoked: Boolean = false) {{ apiKeys(revoked: $revoked) {{ {KEY} }} }}"
AUDIT = "{ auditLog { edges { node { actor action object before after } } } }"
MARKETS = "{ markets { id } }"
HOME = """{ placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"}) {
  viewId placements { items { recommendationId product { id } } } } }"""
TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted errors { message } } }"
EXCLUDE = """mutation { upsertRule(input: {kind: EXCLUDE, match: {productIds: ["boot"]}, status: DRAFT}) { id } }"""


async def make(client: Client, **said):
    wish = {"name": "made", "scopes": ["SERVER"], **said}
    return (await client.data(CREATE, key="admin", input=wish))["createApiKey"]


async def ask(client: Client, secret: str, query: str = MARKETS, **variables):
    sent = {"authorization": f"Bearer {secret}"}
    return (await client.http.post("/graphql", json={"query": query, "variables": variables}, headers=sent)).json()


async def keys(client: Client, *, revoked: bool = False):
    return {key["name"]: key for key in (await client.data(KEYS, key="admin", revoked=revoked))["apiKeys"]}


def code(answer):
    return answer["errors"][0]["extensions"]["code"]


async def test_a_key_opens_the_door_when_its_secret_is_told_and_never_after_it_was_revoked(client):
    made = await make(client, name="stock keeping", channel="pos", expiresAt="2099-01-01T00:00:00Z")
    assert "errors" not in await ask(client, made["secret"])
    listed = (await keys(client))["stock keeping"]
    assert listed == made["key"]
    assert (listed["scopes"], listed["channel"], listed["environment"]) == (["SERVER"], "pos", "PRODUCTION")
    assert made["secret"] not in str(await keys(client, revoked=True))
    ended = (await client.data(REVOKE, key="admin", id=listed["id"]))["revokeApiKey"]
    assert ended["revokedAt"]
    assert code(await ask(client, made["secret"])) == "UNAUTHENTICATED"
    assert "stock keeping" not in await keys(client)
    assert (await keys(client, revoked=True))["stock keeping"] == ended
    assert code(await client.ask(REVOKE, key="admin", id=listed["id"])) == "BAD_USER_INPUT"


async def test_what_a_key_may_do_and_where_is_what_was_wished(client):
    made = await make(client, scopes=["STOREFRONT"], allowedOrigins=["HTTPS://Other.example/"])
    sent = {"authorization": f"Bearer {made['secret']}", "origin": "https://other.example"}
    assert "errors" not in (await client.http.post("/graphql", json={"query": MARKETS}, headers=sent)).json()
    refused = await client.http.post("/graphql", json={"query": MARKETS}, headers={**sent, "origin": "https://evil.example"})
    assert code(refused.json()) == "FORBIDDEN"
    assert code(await ask(client, made["secret"], KEYS)) == "FORBIDDEN"


async def test_a_doubtful_key_is_made_with_a_warning(client):
    codes = [
        [w["code"] for w in (await make(client, scopes=scopes, allowedOrigins=origins))["warnings"]]
        for scopes, origins in (
            (["STOREFRONT"], None),
            (["STOREFRONT"], ["https://a.example"]),
            (["ADMIN"], ["https://a.example"]),
        )
    ]
    assert codes == [["NO_ORIGINS"], [], ["MORE_THAN_STOREFRONT"]]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"scopes": []}, "scopes"),
        ({"channel": "Call Centre"}, "channel"),
        ({"allowedOrigins": ["shop.example"]}, "allowedOrigins"),
        ({"allowedOrigins": [f"https://s{n}.example" for n in range(101)]}, "allowedOrigins"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
    ],
)
async def test_a_key_that_cannot_be_is_refused(client, said, field):
    answer = await client.ask(CREATE, key="admin", input={"name": "made", "scopes": ["SERVER"], **said})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
    assert "made" not in await keys(client)


async def test_the_last_key_that_may_administer_cannot_be_revoked(client):
    admin = (await keys(client))["admin"]["id"]
    assert code(await client.ask(REVOKE, key="admin", id=admin)) == "CONFLICT"
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    await make(client, name="brief", scopes=["ADMIN"], expiresAt=soon)
    await client.rows("update api_key set expires_at = now() where name = 'brief'")
    await client.heard()
    assert code(await client.ask(REVOKE, key="admin", id=admin)) == "CONFLICT"  # the other has expired
    other = await make(client, name="other", scopes=["ADMIN"])
    assert (await client.data(REVOKE, key="admin", id=admin))["revokeApiKey"]["revokedAt"]
    assert code(await client.ask(KEYS, key="admin")) == "UNAUTHENTICATED"
    assert "errors" not in await ask(client, other["secret"], KEYS)


async def test_two_admins_who_end_each_other_at_once_do_not_lock_everybody_out(client):
    one, other = await make(client, name="one", scopes=["ADMIN"]), await make(client, name="other", scopes=["ADMIN"])
    admin = (await keys(client))["admin"]["id"]
    assert "errors" not in await ask(client, one["secret"], REVOKE, id=admin)
    answers = await asyncio.gather(
        ask(client, one["secret"], REVOKE, id=other["key"]["id"]), ask(client, other["secret"], REVOKE, id=one["key"]["id"])
    )
    assert sorted("errors" in answer for answer in answers) == [False, True]
    left = await client.rows("select name from api_key where 'ADMIN' = any (scopes) and revoked_at is null")
    assert len(left) == 1


async def test_only_admins_see_make_and_end_keys(client):
    for key in ("storefront", "server", "preview"):
        wish = {"name": "mine", "scopes": ["ADMIN"]}
        asked = (client.ask(KEYS, key=key), client.ask(CREATE, key=key, input=wish), client.ask(REVOKE, key=key, id="x"))
        assert [code(await each) for each in asked] == ["FORBIDDEN"] * 3
    assert code(await client.ask(REVOKE, key="admin", id="x")) == "BAD_USER_INPUT"


async def test_what_happens_to_keys_is_in_the_audit_log_without_their_secrets(client):
    made = await make(client, name="pos", environment="INTEGRATION")
    await client.data(REVOKE, key="admin", id=made["key"]["id"])
    told = {
        "name": "pos", "scopes": ["SERVER"], "allowedOrigins": [], "channel": None, "environment": "INTEGRATION", "expiresAt": None,
    }  # fmt: skip
    assert [edge["node"] for edge in (await client.data(AUDIT, key="admin"))["auditLog"]["edges"]] == [
        {"actor": "admin", "action": "api_key.revoke", "object": made["key"]["id"], "before": told, "after": None},
        {"actor": "admin", "action": "api_key.create", "object": made["key"]["id"], "before": None, "after": told},
    ]


async def test_when_a_key_was_used_last_is_noticed_and_nobody_waits_for_it(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path) as client:
        before = datetime.now(UTC)
        await client.data(MARKETS, key="server")
        versions = await client.rows("select version from tenant_version")
    async with serving(database_url, tmp_path) as client:
        found = await keys(client)
        assert before <= datetime.fromisoformat(found["server"]["lastUsedAt"]) <= datetime.now(UTC)
        assert found["preview"]["lastUsedAt"] is None
        assert await client.rows("select version from tenant_version") == versions  # no server reads anything anew for it


async def test_a_use_is_written_once_a_minute_whoever_noticed_it(client, stores):
    [key] = [kept.key for kept in await stores.keys.live("acme") if kept.key.name == "server"]
    log, now = KeyLog(), datetime.now(UTC)
    for seconds, known in ((0, 0), (30, 0), (59, 0), (60, 60), (61, 60), (40, 60), (121, 121)):
        log.note(key, now + timedelta(seconds=seconds))
        await Noticer(stores.keys, log).write()
        [row] = await client.rows("select used_at from api_key_use where key_id = $1", key.key_id)
        assert row["used_at"] == now + timedelta(seconds=known)
    assert log.take() == {}


async def shown(client, secret):
    page = (await ask(client, secret, HOME))["data"]["placements"]
    return page["viewId"], [item["product"]["id"] for item in page["placements"][0]["items"]]


async def test_a_key_for_trying_out_sees_drafts_and_what_it_does_counts_nowhere(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path) as client:
        await client.data(EXCLUDE, key="admin")
        trying = (await make(client, name="trying", scopes=["STOREFRONT"], environment="INTEGRATION"))["secret"]
        live = (await make(client, name="live", scopes=["STOREFRONT"]))["secret"]
        tried, without = await shown(client, trying)
        served, whole = await shown(client, live)
        assert "boot" in whole
        assert "boot" not in without
        for secret, name in ((trying, "tried"), (live, "lived")):
            told = await ask(client, secret, TELL, events=[{"type": "view", "sessionId": name, "productId": "wax"}])
            assert told["data"]["recordEvents"]["accepted"] == 1
        refused = await ask(client, trying, HOME.replace("market:", 'at: "2030-01-01T00:00:00Z", market:'))
        assert code(refused) == "FORBIDDEN"  # another moment is still for keys with PREVIEW
        assert await shown(client, trying)
        events = await client.rows("select session_id, apart from event")
        assert dict(map(tuple, events)) == {"tried": "INTEGRATION", "lived": None}
        assert [row["owner"] for row in await client.rows("select owner from recent_event")] == ["s:lived"]
    views = dict(
        map(
            tuple,
            await client.rows("select view_id::text, preview from served_view where view_id::text = any ($1)", [tried, served]),
        )
    )
    assert views == {tried: True, served: False}


async def test_a_vendors_client_with_a_key_for_trying_out_counts_nowhere_either(client):
    trying = (await make(client, scopes=["STOREFRONT"], environment="INTEGRATION"))["secret"]
    event = {"tenant": "acme", "market": "se", "type": "page_view", "session_id": "v", "product_id": "wax"}
    answer = await client.http.post("/create-events", json=[event], headers={"x-api-key": trying})
    assert answer.status_code == 200, answer.text
    assert [row["apart"] for row in await client.rows("select apart from event")] == ["INTEGRATION"]
