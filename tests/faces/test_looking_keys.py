"""Keys of those who only look recommend and read, and record nothing, whichever way they try."""

import hashlib

import pytest

from gateway.domain.tenant import Scope
from gateway.store.keys import NewKey
from tests.faces.serving import serving

HOME = 'ids: ["home_page.top"], market: "se", visitor: {sessionId: "s1"}'
SEEN = f"{{ placements({HOME}) {{ placements {{ items {{ product {{ id title }} }} }} }} }}"
RECORDED = f'{{ placements({HOME}, record: true, requestId: "r1") {{ viewId }} }}'
TELL = 'mutation { recordEvents(events: [{type: "view", sessionId: "s1", productId: "boot"}]) { accepted } }'
PREFER = """mutation { setPreference(by: {sessionId: "s1"}, kind: PRODUCT, ids: ["boot"], action: NEVER_RECOMMEND) { id } }"""
VIEW = {"type": "view", "sessionId": "s1", "productId": "boot"}
GA4 = {"client_id": "1.2", "events": [{"name": "view_item", "params": {"items": [{"item_id": "boot"}]}}]}
SEGMENT = {"event": "Product Viewed", "messageId": "m1", "anonymousId": "a", "properties": {"product_id": "boot"}}
PAGE = {"ids": ["home_page.top"], "market": "se", "visitor": {"sessionId": "s1"}, "record": True, "requestId": "r1"}
DEPICT = [{"tenant": "acme", "market": "se", "type": "page_view", "session_id": "s1", "product_id": "boot"}]

DOORS = {
    "/v1/events": (VIEW, 403),
    "/v1/placements": (PAGE, 403),
    "/mp/collect": (GA4, 403),
    "/debug/mp/collect": (GA4, 403),
    "/v1/track": (SEGMENT, 403),
    "/v1/batch": ({"batch": [{**SEGMENT, "type": "track"}]}, 403),
    "/create-events": (DEPICT, 422),
}


@pytest.fixture(params=[{"ANALYST"}, {"PREVIEW"}, {"ANALYST", "PREVIEW"}], ids=lambda scopes: "+".join(sorted(scopes)))
async def looking(request, shop, stores, database_url, tmp_path):
    secret = hashlib.sha256(b"secret-looking").digest()
    await stores.keys.add(shop.tenant_id, NewKey("looking", secret, frozenset(map(Scope, request.param))))
    async with serving(database_url, tmp_path) as client:
        yield client


async def test_it_recommends_and_reads_the_catalog(looking):
    page = await looking.data(SEEN, key="looking")
    assert page["placements"]["placements"][0]["items"]


@pytest.mark.parametrize("query", [TELL, RECORDED, PREFER], ids=["recordEvents", "record: true", "setPreference"])
async def test_graphql_refuses_and_says_which_key_would_do(looking, query):
    [error] = (await looking.ask(query, key="looking"))["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "STOREFRONT or SERVER" in error["message"]
    assert await kept(looking) == []


@pytest.mark.parametrize("path", DOORS)
async def test_every_door_for_events_refuses(looking, path):
    body, status = DOORS[path]
    answer = await looking.http.post(path, json=body, headers={"x-api-key": "secret-looking"})
    assert answer.status_code == status, answer.text
    assert "STOREFRONT or SERVER" in answer.text
    assert await kept(looking) == []


@pytest.mark.parametrize("path", DOORS)
async def test_a_servers_key_goes_through_the_same_doors(client, path):
    answer = await client.http.post(path, json=DOORS[path][0], headers={"x-api-key": "secret-server"})
    assert answer.status_code < 300, answer.text


async def kept(client):
    return [*await client.rows("select type from event"), *await client.rows("select id from preference")]
