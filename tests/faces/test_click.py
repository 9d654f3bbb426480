"""The click's address: it leads to the product's page whatever happens, records once, and can be led nowhere else."""

import asyncio
import base64
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from gateway.domain.ids import make_view_id, recommendation_id
from gateway.domain.tenant import Tenant, TenantId
from gateway.services.hearing.ticket import read_ticket, token_of
from gateway.services.shop import Shop, Shops
from tests.faces.serving import serving

PAGE = """query ($locale: String, $region: String) {
  placements(ids: ["home_page.top"], market: "se", locale: $locale, region: $region, visitor: {sessionId: "s1"}, limit: 5) {
    viewId placements { items { recommendationId pageUrl clickUrl clickTrackingUrl product { id } } } } }"""
PERSON = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"}
CRAWLER = {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}


async def shown(client, product="boot", headers=None, **variables):
    answer = await client.ask(PAGE, headers=headers, **variables)
    items = answer["data"]["placements"]["placements"][0]["items"]
    return next(item for item in items if item["product"]["id"] == product)


async def click(client, url, method="GET", **headers):
    return await client.http.request(method, url, headers={**PERSON, **headers})


async def clicks(client):
    return await client.rows("select * from event where type = 'click' order by happened_at")


async def settle(client, statement):
    """Changes the shop in the database, and waits until the server has seen it."""
    for each in statement.split(";"):
        await client.rows(each)
    await client.heard()


async def test_a_click_leads_to_the_products_page_and_is_recorded_once(client):
    item = await shown(client)
    for _ in range(3):
        answer = await click(client, item["clickUrl"])
        assert answer.status_code == 302
        assert answer.headers["location"] == f"/products/boot?recommendation_id={item['recommendationId']}" == item["pageUrl"]
        assert answer.headers["cache-control"] == "no-store"
    [event] = await clicks(client)
    assert str(event["recommendation_id"]) == item["recommendationId"]
    assert event["view_id"] is not None
    assert (event["product_id"], event["market_id"], event["placement_id"]) == ("boot", "se", "home_page.top")
    assert (event["session_id"], event["scope"], event["apart"]) == (None, "STOREFRONT", None)


async def test_a_click_told_as_an_event_and_by_the_redirect_is_one_click(client):
    item = await shown(client)
    told = await client.data(
        "mutation ($e: [EventInput!]!) { recordEvents(events: $e) { accepted } }",
        e=[{"type": "click", "sessionId": "s1", "recommendationId": item["recommendationId"]}],
    )
    assert told["recordEvents"]["accepted"] == 1
    await click(client, item["clickUrl"])
    [event] = await clicks(client)
    assert event["session_id"] == "s1"


async def test_every_question_has_links(client):
    where = 'market: "se", visitor: {sessionId: "s1"}'
    items = "items { recommendationId clickUrl product { id } }"
    asked = f"""{{ recommend(strategy: NEW_ARRIVALS, {where}, limit: 2) {{ {items} }}
                  recommendMany({where}, requests: [{{strategies: [NEW_ARRIVALS], limit: 2}}, {{placement: "home_page.no"}}]) {{
                    placements {{ {items} }} }} }}"""
    answer = await client.data(asked)
    fills = [answer["recommend"], *answer["recommendMany"]["placements"]]
    for item in (item for fill in fills for item in fill["items"]):
        found = (await click(client, item["clickUrl"])).headers["location"]
        assert found == f"/products/{item['product']['id']}?recommendation_id={item['recommendationId']}"
    assert len(await clicks(client)) == 4


async def test_the_tracking_address_only_logs(client):
    item = await shown(client)
    for method in ("POST", "GET"):
        answer = await click(client, item["clickTrackingUrl"], method)
        assert answer.status_code == 204
        assert "location" not in answer.headers
    assert len(await clicks(client)) == 1


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch"}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"Purpose": "prefetch"}),
        ("GET", {"X-Purpose": "preview"}),
        ("GET", {"X-Moz": "prefetch"}),
    ],
)
async def test_what_is_fetched_ahead_is_led_and_not_recorded(client, method, headers):
    item = await shown(client)
    assert (await click(client, item["clickUrl"], method, **headers)).status_code == 302
    assert (await click(client, item["clickTrackingUrl"], method, **headers)).status_code == 204
    assert await clicks(client) == []


async def test_a_crawlers_click_stands_apart(client):
    item = await shown(client)
    await client.http.get(item["clickUrl"], headers=CRAWLER)
    [event] = await clicks(client)
    assert event["apart"] == "BOT"


async def test_the_addresses_begin_as_the_request_did(client):
    item = await shown(client, headers={"host": "shop-api.example:8443"})
    assert item["clickUrl"].startswith("http://shop-api.example:8443/c/")
    assert item["clickTrackingUrl"] == item["clickUrl"] + "/log"
    odd = await shown(client, headers={"host": "evil.example/?x="})
    assert odd["clickUrl"].startswith("/c/")


async def test_it_leads_to_the_page_of_the_market_and_language_of_the_answer(client):
    await settle(
        client,
        "update product_locale set page_url = '/sv/kanga' where product_id = 'boot'; "
        "update product_market set page_url = '/se/laces' where product_id = 'lace' and market_id = 'se'; "
        "update tenant set page_hosts = '{www.acme.example}' where tenant_id = 'acme'",
    )
    for product, path in (("boot", "/sv/kanga"), ("lace", "/se/laces"), ("wax", "/products/wax")):
        item = await shown(client, product, locale="sv-SE")
        found = urlsplit((await click(client, item["clickUrl"])).headers["location"])
        assert (found.scheme, found.netloc, found.path) == ("https", "www.acme.example", path)
        assert parse_qs(found.query) == {"recommendation_id": [item["recommendationId"]]}


async def test_it_leads_to_the_page_as_it_is_at_the_click(client):
    item = await shown(client)
    await settle(client, "update product set page_url = '/moved' where product_id = 'boot'")
    assert urlsplit((await click(client, item["clickUrl"])).headers["location"]).path == "/moved"


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "//evil.example", "https://www.acme.example@evil.example/", "/\\evil.example", "javascript:alert(1)",
     "https://www.acme.example\r\nX: y", "https://www.аcme.example/"],
)  # fmt: skip
async def test_a_hostile_page_address_in_the_catalog_leads_to_the_shop_all_the_same(client, url):
    item = await shown(client)
    await client.rows("update product set page_url = $1 where product_id = 'boot'", url)
    await settle(client, "update tenant set page_hosts = '{www.acme.example}' where tenant_id = 'acme'")
    found = await click(client, item["clickUrl"])
    assert found.headers["location"] == f"https://www.acme.example/products/boot?recommendation_id={item['recommendationId']}"
    assert "x" not in found.headers


@pytest.mark.parametrize("fate", ["update product set hidden = true", "delete from product"])
async def test_a_product_that_is_gone_leads_to_its_page_by_the_pattern(client, fate):
    item = await shown(client)
    await client.rows(f"{fate} where product_id = 'boot'")
    assert urlsplit((await click(client, item["clickUrl"])).headers["location"]).path == "/products/boot"
    assert len(await clicks(client)) == 1


async def test_a_market_that_is_gone_and_a_view_that_was_lost_are_led_by_the_pattern(client):
    item = await shown(client)
    await settle(
        client,
        "delete from served_view; delete from product_market where market_id = 'se'; delete from market where market_id = 'se'",
    )
    assert urlsplit((await click(client, item["clickUrl"])).headers["location"]).path == "/products/boot"
    [event] = await clicks(client)
    assert event["market_id"] is None


async def test_no_token_but_ours_leads_anywhere(client):
    token = (await shown(client))["clickUrl"].rpartition("/")[2]
    packed = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    forged = [token[:-2], token[:20], "A" * 40, "x", token + "AAAA", "é", "%00", "a" * 9000, "..", "-" * 64]
    for place in range(len(packed)):  # each bit counts
        changed = bytes([*packed[:place], packed[place] ^ 1, *packed[place + 1 :]])
        forged.append(base64.urlsafe_b64encode(changed).decode().rstrip("="))
    for each in forged:
        answer = await click(client, f"/c/{each}")
        assert answer.status_code == 404, each
        assert "location" not in answer.headers
        assert (await click(client, f"/c/{each}/log")).status_code == 404
    assert await clicks(client) == []


async def test_a_token_of_another_shops_secret_is_none(client):
    item = await shown(client)
    await settle(client, "update tenant set cursor_secret = 'another' where tenant_id = 'acme'")
    assert (await click(client, item["clickUrl"])).status_code == 404


async def test_a_click_in_a_preview_is_nobodys(client):
    answer = await client.data(PAGE.replace("limit: 5", "limit: 5, drafts: true"), key="preview")
    item = answer["placements"]["placements"][0]["items"][0]
    assert (await click(client, item["clickUrl"])).status_code == 302
    assert await clicks(client) == []


async def test_an_address_older_than_the_shop_keeps_events_leads_and_is_not_recorded(client):
    item = await shown(client)
    await settle(client, "update tenant set retention_days = 1 where tenant_id = 'acme'")
    await click(client, item["clickUrl"])
    assert len(await clicks(client)) == 1
    old, before = await aged(client, item), await counted(client, "too_old")
    assert (await click(client, old)).status_code == 302
    assert len(await clicks(client)) == 1
    assert await counted(client, "too_old") == before + 1


async def aged(client, item):
    """The address of the same, as it would have been a month ago."""
    [row] = await client.rows("select cursor_secret from tenant where tenant_id = 'acme'")
    acme = Tenant(TenantId("acme"), "Acme", cursor_secret=row["cursor_secret"])
    shops = Shops()
    shops.put(Shop(acme, 1))
    _, told = read_ticket(shops, item["clickUrl"].rpartition("/")[2])
    view = make_view_id(datetime.now(UTC) - timedelta(days=30), b"12345678")
    return f"/c/{token_of(acme, replace(told, recommendation_id=recommendation_id(view, 0, 0)))}"


async def test_a_catalog_that_is_slow_leads_by_the_pattern(client, database_url):
    item = await shown(client)
    before = await counted(client, "led_blind")
    await client.rows("update product set page_url = '/moved' where product_id = 'boot'")
    connection = await asyncpg.connect(database_url)
    async with asyncio.timeout(2), connection.transaction():
        await connection.execute("lock table product in access exclusive mode")
        answer = await click(client, item["clickUrl"])
    await connection.close()
    assert urlsplit(answer.headers["location"]).path == "/products/boot"
    assert await counted(client, "led_blind") == before + 1


@pytest.mark.usefixtures("shop")
async def test_a_database_that_is_away_leads_by_the_pattern_and_the_lost_click_is_counted(database_url, tmp_path, server_url):
    async with serving(database_url, tmp_path) as client:
        item, before = await shown(client), await counted(client, "lost")
        admin = await asyncpg.connect(server_url)
        name = database_url.partition("?")[0].rpartition("/")[2]
        await admin.execute(f"alter database {name} allow_connections false")
        await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
        async with asyncio.timeout(12):
            answer = await click(client, item["clickUrl"])
        assert urlsplit(answer.headers["location"]).path == "/products/boot"
        assert await counted(client, "lost") == before + 1
        await admin.execute(f"alter database {name} allow_connections true")
        await admin.close()


async def counted(client, outcome):
    """How many clicks ended so, in all tests till now."""
    said = (await client.http.get("/metrics")).text
    found = re.search(rf'endcap_clicks_total{{outcome="{outcome}",tenant="acme"}} (\d+)', said)
    return int(found[1]) if found else 0
