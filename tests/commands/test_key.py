import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.tenant import Scope, TenantId
from gateway.errors import BadInput
from gateway.services.administering.keys import Wish, issue_key, make_secret, read_origin


@pytest.fixture
def acme(endcap, migrated):
    assert endcap("tenant", "create", "acme", "--market", "se:SEK").code == 0


async def test_only_the_hash_of_a_secret_is_kept(stores, tenant):
    issued = await issue_key(stores.keys, tenant.tenant_id, Wish(name="shop", scopes=[Scope.SERVER], channel="web"))
    (kept,) = await stores.tenants.keys(tenant.tenant_id)
    assert issued.secret.startswith("ec_")
    assert kept.secret_sha256 == hashlib.sha256(issued.secret.encode()).digest()
    assert (kept.key_id, kept.scopes, kept.channel) == (issued.kept.key.key_id, {Scope.SERVER}, "web")
    assert issued.secret not in repr(issued)


async def test_a_revoked_key_is_gone_and_cannot_be_revoked_again(stores, tenant):
    issued = await issue_key(stores.keys, tenant.tenant_id, Wish(name="shop", scopes=[Scope.SERVER]))
    with pytest.raises(BadInput):
        await stores.keys.revoke(TenantId("other"), issued.kept.key.key_id, "me", keep_last=False)
    await stores.keys.revoke(tenant.tenant_id, issued.kept.key.key_id, "me", keep_last=False)
    assert await stores.tenants.keys(tenant.tenant_id) == []
    with pytest.raises(BadInput, match="no live key"):
        await stores.keys.revoke(tenant.tenant_id, issued.kept.key.key_id, "me", keep_last=False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"channel": "Call Centre"},
        {"allowed_origins": ["shop.example"]},
        {"name": " "},
        {"expires_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
async def test_a_key_that_cannot_be_is_not_made(stores, tenant, wrong):
    with pytest.raises(BadInput):
        await issue_key(stores.keys, tenant.tenant_id, Wish(**{"name": "shop", "scopes": [Scope.SERVER], **wrong}))
    assert await stores.tenants.keys(tenant.tenant_id) == []


def test_secrets_are_long_and_never_alike():
    secrets = {make_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {46}


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("https://www.shop.example", "https://www.shop.example"),
        (" HTTPS://WWW.Shop.Example:443/ ", "https://www.shop.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(told, read):
    assert read_origin(told) == read


@pytest.mark.parametrize(
    "told",
    ["", "*", "null", "shop.example", "ftp://shop.example", "https://", "https://*.shop.example", "https://a.example/path",
     "https://a.example?x", "https://a.example:port", "https://a.example:99999", "https://me@a.example", "https://[::1"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(told):
    with pytest.raises(BadInput):
        read_origin(told)


@given(st.text())
def test_an_origin_is_read_or_refused_and_reading_it_again_changes_nothing(text):
    try:
        origin = read_origin(text)
    except BadInput:
        return
    assert read_origin(origin) == origin


@pytest.mark.usefixtures("acme")
def test_a_key_is_made_listed_and_revoked_at_the_command_line(endcap):
    words = ("--scope", "STOREFRONT", "--scope", "PREVIEW", "--origin", "https://Shop.example", "--expires-days", "30")
    made = endcap("key", "create", "--tenant", "acme", *words, "--json").json
    assert made["secret"].startswith("ec_")
    assert (made["scopes"], made["origins"]) == (["PREVIEW", "STOREFRONT"], ["https://shop.example"])
    left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29) < left <= timedelta(days=30)
    (listed,) = endcap("key", "list", "--json").json
    assert listed == {key: value for key, value in made.items() if key != "secret"}
    assert (listed["environment"], listed["last_used_at"]) == ("PRODUCTION", None)
    assert endcap("key", "list").out.splitlines() == [
        "keys of acme", "", f"{made['id']}  command line", "  PREVIEW, STOREFRONT", "  from https://shop.example",
        f"  until {made['expires_at'][:10]}",
    ]  # fmt: skip
    assert endcap("key", "revoke", made["id"]).code == 0
    assert endcap("key", "list", "--json").json == []
    assert endcap("key", "revoke", made["id"]).code == 1


@pytest.mark.usefixtures("acme")
def test_the_secret_alone_is_on_standard_output_where_people_read(endcap):
    said = endcap("key", "create", "--scope", "ADMIN")
    assert said.out.strip().startswith("ec_")
    assert "cannot be shown again" in said.err
    assert "browsers are refused" not in said.err
    assert "browsers are refused" in endcap("key", "create", "--scope", "STOREFRONT").err


@pytest.mark.usefixtures("acme")
def test_a_scope_that_there_is_not_is_bad_usage(endcap):
    said = endcap("key", "create", "--scope", "ROOT")
    assert said.code == 2
    assert "'STOREFRONT'" in said.err
