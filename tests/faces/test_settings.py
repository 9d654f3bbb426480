"""An account is administered over GraphQL: settings and markets, in force when the mutation answers, and who changed them."""

import asyncio

import pytest

from tests.faces.serving import Client, serving
from tests.faces.test_keys import token

FIELDS = "id name timeZone rates retentionDays attributionDays pageHosts pageUrlPattern hasIdentitySecret keyless releaseMinutes holdout"
SETTINGS = f"{{ tenantSettings {{ {FIELDS} }} }}"
UPDATE = f"mutation ($input: TenantSettingsInput!) {{ updateTenant(input: $input) {{ {FIELDS} }} }}"
MARKET = "mutation ($input: MarketInput!) { upsertMarket(input: $input) { id currency locales } }"
MARKETS = "{ markets { id currency locales } }"
AUDIT = "{ auditLog { edges { node { actor action object before after } } } }"
PRODUCT = """{ product(id: "boot", market: "se") { pageUrl } }"""
SECRET = "a-secret-of-the-shop-that-is-long-enough"


async def update(client: Client, **said):
    return (await client.data(UPDATE, key="admin", input=said))["updateTenant"]


async def refusal(client: Client, query: str, key: str = "admin", **said):
    [error] = (await client.ask(query, key=key, input=said))["errors"]
    return error["extensions"]["code"], error["extensions"].get("field")


async def audit(client: Client):
    return [edge["node"] for edge in (await client.data(AUDIT, key="admin"))["auditLog"]["edges"]]


async def test_settings_are_told_and_what_is_said_of_them_changes(client):
    before = (await client.data(SETTINGS, key="admin"))["tenantSettings"]
    assert before == {
        "id": "acme", "name": "Acme", "timeZone": "UTC", "rates": {}, "retentionDays": 730, "attributionDays": 7, "pageHosts": [],
        "pageUrlPattern": "/products/{id}", "hasIdentitySecret": False, "keyless": False, "releaseMinutes": 1440, "holdout": 0.0,
    }  # fmt: skip
    said = {
        "timeZone": "Europe/Stockholm",
        "rates": {"SEK": 1, "EUR": 11.3},
        "pageHosts": ["WWW.shop.example"],
        "name": " Acme AB ",
    }
    after = await update(client, **said, retentionDays=None)
    assert after == {**before, **said, "pageHosts": ["www.shop.example"], "name": "Acme AB"}
    assert (await client.data(SETTINGS, key="admin"))["tenantSettings"] == after


async def test_a_setting_is_in_force_when_the_mutation_answers(client):
    await update(client, pageUrlPattern="https://shop.example/p/{id}")
    assert (await client.data(PRODUCT))["product"]["pageUrl"] == "https://shop.example/p/boot"
    await update(client, identitySecret=SECRET)
    recent = """query ($token: String) { recommend(strategy: RECENTLY_VIEWED, market: "se", visitor: {userId: "ada", userToken: $token}) {
                items { product { id } } } }"""
    assert "errors" not in await client.ask(recent, token=token("ada", SECRET))
    await update(client, identitySecret="")
    assert (await client.ask(recent, token=token("ada", SECRET)))["errors"][0]["extensions"]["field"] == "userToken"


async def test_the_identity_secret_is_told_to_nobody(client):
    told = [await update(client, identitySecret=SECRET), await update(client, identitySecret=SECRET[::-1]), await audit(client)]
    assert told[0]["hasIdentitySecret"]
    assert SECRET not in str(told)
    assert [(e["before"], e["after"]) for e in told[2]] == [
        ({"identitySecret": "set"}, {"identitySecret": "set anew"}),
        ({"identitySecret": None}, {"identitySecret": "set"}),
    ]


async def test_every_change_is_in_the_audit_log_with_what_differs(client):
    await update(client, attributionDays=14, retentionDays=730)
    await client.data(MARKET, key="admin", input={"id": "fi", "currency": "EUR", "locales": ["fi-FI"]})
    await client.data(MARKET, key="admin", input={"id": "fi", "currency": "EUR", "locales": ["fi-FI", "sv-FI"]})
    await update(client, attributionDays=14)  # nothing differs
    assert await audit(client) == [
        {"actor": "admin", "action": "market.upsert", "object": "fi", "before": {"locales": ["fi-FI"]}, "after": {"locales": ["fi-FI", "sv-FI"]}},
        {"actor": "admin", "action": "market.upsert", "object": "fi", "before": None,
         "after": {"id": "fi", "currency": "EUR", "locales": ["fi-FI"]}},
        {"actor": "admin", "action": "settings.update", "object": "acme", "before": {"attributionDays": 7}, "after": {"attributionDays": 14}},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"rates": {"eur": 1}}, "rates"),
        ({"rates": {"EUR": 0}}, "rates"),
        ({"rates": {"EUR": "11"}}, "rates"),
        ({"rates": [1]}, "rates"),
        ({"retentionDays": 0}, "retentionDays"),
        ({"attributionDays": 91}, "attributionDays"),
        ({"pageHosts": ["https://shop.example"]}, "pageHosts"),
        ({"pageUrlPattern": "/products"}, "pageUrlPattern"),
        ({"pageUrlPattern": "//evil/{id}"}, "pageUrlPattern"),
        ({"identitySecret": "short"}, "identitySecret"),
        ({"releaseMinutes": 0}, "releaseMinutes"),
        ({"holdout": 0.6}, "holdout"),
        ({"holdout": -0.1}, "holdout"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused_and_so_are_those_beside_it(client, said, field):
    assert await refusal(client, UPDATE, **{"keyless": True, **said}) == ("BAD_USER_INPUT", field)
    assert not (await client.data(SETTINGS, key="admin"))["tenantSettings"]["keyless"]


async def test_a_market_is_sold_in_as_soon_as_it_is_there(client):
    made = (await client.data(MARKET, key="admin", input={"id": "fi", "currency": "EUR", "locales": ["fi-FI", "sv-FI"]}))[
        "upsertMarket"
    ]
    assert made in (await client.data(MARKETS))["markets"]
    push = """mutation { patchProducts(products: [{id: "boot", markets: [{market: "fi", price: {minorUnits: 1, currency: "EUR"}}]}]) { accepted } }"""
    assert (await client.data(push, key="server"))["patchProducts"]["accepted"] == 1
    same = (await client.data(MARKET, key="admin", input={"id": "fi", "currency": "EUR"}))["upsertMarket"]
    assert same == made  # nothing was said of its languages


async def test_a_market_that_cannot_be_is_refused(client):
    assert await refusal(client, MARKET, id="se", currency="EUR") == ("CONFLICT", "currency")
    assert await refusal(client, MARKET, id="SE", currency="SEK") == ("BAD_USER_INPUT", "id")
    assert await refusal(client, MARKET, id="no", currency="nok") == ("BAD_USER_INPUT", "currency")
    assert await refusal(client, MARKET, id="no", currency="NOK", locales=["norwegian"]) == ("BAD_USER_INPUT", "locales")


async def test_settings_are_read_by_analysts_and_changed_by_admins(client):
    for key in ("storefront", "server", "preview"):
        assert (await client.ask(SETTINGS, key=key))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await refusal(client, UPDATE, key, name="Mine") == ("FORBIDDEN", None)
        assert await refusal(client, MARKET, key, id="no", currency="NOK") == ("FORBIDDEN", None)
    await client.rows("update api_key set scopes = '{ANALYST}' where name = 'preview'")
    for _ in range(1500):
        if "errors" not in await client.ask(SETTINGS, key="preview"):
            break
        await asyncio.sleep(0.02)
    assert "errors" not in await client.ask(SETTINGS, key="preview")
    assert await refusal(client, UPDATE, "preview", name="Mine") == ("FORBIDDEN", None)


async def test_other_servers_follow_at_once(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path / "a") as one, serving(database_url, tmp_path / "b") as other:
        await update(one, pageUrlPattern="/p/{id}")
        for _ in range(1500):
            if (await other.data(PRODUCT))["product"]["pageUrl"] == "/p/boot":
                return
            await asyncio.sleep(0.02)
        pytest.fail("the other server never heard of it")
