"""Who comes in, who does not, and what a browser keeps of it."""

import base64
import hashlib
import re

import pytest

from gateway.domain.tenant import Scope
from gateway.store.keys import NewKey
from tests.faces.serving import serving

ENTRANCE = "/console/login"


@pytest.fixture
async def client(shop, stores, database_url, tmp_path):
    secret = hashlib.sha256(b"secret-analyst").digest()
    await stores.keys.add(shop.tenant_id, NewKey("analyst", secret, frozenset({Scope.ANALYST})))
    async with serving(database_url, tmp_path) as client:
        yield client


async def enter(client, key: str, onward: str = ""):
    return await client.http.post(f"{ENTRANCE}?next={onward}", data={"key": key})


async def test_an_analyst_comes_in_and_goes_where_they_wanted_to(client):
    answer = await enter(client, "secret-analyst", "/console/planner")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/planner")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/console" in cookie
    assert "secret-analyst" not in cookie


async def test_an_address_that_somebody_sent_keeps_its_question_through_the_entrance(client):
    asked = "/console/planner?metric=conversion&lift=5%25&unit=USER"
    led = (await client.http.get(asked)).headers["location"]
    form = (await client.http.get(led)).text
    action = re.search(r'action="([^"]+)"', form)[1].replace("&amp;", "&")
    answer = await client.http.post(action, data={"key": "secret-analyst"})
    assert (answer.status_code, answer.headers["location"]) == (303, asked)


@pytest.mark.parametrize("path", [ENTRANCE, "/console/logout"])
async def test_another_site_can_neither_bring_in_nor_throw_out(client, path):
    answer = await client.http.post(path, data={"key": "secret-analyst"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("key", "status"), [("secret-nobody", 401), ("", 401), ("secret-storefront", 403), ("secret-server", 403)]
)
async def test_a_key_that_may_not_look_does_not_open(client, key, status):
    answer = await enter(client, key)
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/console/",
        "//evil.example/console/",
        "/\\evil.example",
        "/graphql",
        "javascript:alert(1)",
        "http://[",
    ],
)
async def test_the_entrance_leads_nowhere_else(client, onward):
    assert (await enter(client, "secret-analyst", onward)).headers["location"] == "/console/experiments"


async def test_a_forged_badge_opens_nothing(client):
    token = (await enter(client, "secret-analyst")).cookies["endcap_console"]
    told = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    told[-1] ^= 1  # one second more
    forged = base64.urlsafe_b64encode(bytes(told)).decode().rstrip("=")
    client.http.cookies.clear()
    for each in (forged, "", "x" * 100_000, "é"):
        answer = await client.http.get("/console/experiments", headers={b"cookie": f"endcap_console={each}".encode()})
        assert answer.headers["location"].startswith(ENTRANCE)


async def test_a_revoked_key_takes_its_badge_with_it(client, stores, shop):
    await enter(client, "secret-analyst")
    assert (await client.http.get("/console/experiments")).status_code == 200
    revoke = "mutation ($id: ID!) { revokeApiKey(id: $id) { id } }"
    [key] = [k for k in await client.rows("select key_id, name from api_key") if k["name"] == "analyst"]
    await client.data(revoke, "admin", id=str(key["key_id"]))
    answer = await client.http.get("/console/experiments")
    assert answer.headers["location"].startswith(ENTRANCE)


async def test_a_page_says_nothing_to_other_sites(client):
    await enter(client, "secret-analyst")
    answer = await client.http.get("/console/experiments")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
