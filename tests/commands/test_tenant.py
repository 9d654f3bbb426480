import asyncio
import io

import pytest

from gateway.commands.reading import read_change, read_market
from gateway.domain.placement import DEFAULTS
from gateway.errors import BadInput
from gateway.services.administering.tenants import SETTABLE, check_market

pytestmark = pytest.mark.usefixtures("migrated")


@pytest.fixture
def acme(endcap, migrated):
    assert endcap("tenant", "create", "acme", "--market", "se:SEK:sv-SE,en", "--market", "de:EUR").code == 0


async def test_a_new_tenant_has_its_markets_and_a_placement_on_every_page(endcap, stores):
    words = ("create", "acme", "--market", "se:SEK:sv-SE,en", "--market", "de:EUR", "--title", "Acme AB", "--json")
    said = await asyncio.to_thread(endcap, "tenant", *words)
    assert said.json["placements"] == [p.placement_id for p in DEFAULTS]
    assert (await stores.tenants.tenant("acme")).name == "Acme AB"
    markets = await stores.tenants.markets("acme")
    assert (markets["se"].locales, markets["de"].currency) == (("sv-SE", "en"), "EUR")
    assert (await stores.playbooks.read("acme")).placements.keys() == {p.placement_id for p in DEFAULTS}


@pytest.mark.usefixtures("acme")
def test_a_name_is_taken_once(endcap):
    said = endcap("tenant", "create", "acme", "--market", "no:NOK")
    assert (said.code, said.err) == (1, "endcap: id: there is a tenant 'acme' already\n")
    assert "no" not in [m["market_id"] for m in endcap("tenant", "show", "--json").json["markets"]]


@pytest.mark.usefixtures("acme")
def test_a_market_is_added_or_given_other_languages_but_never_another_currency(endcap):
    said = endcap("tenant", "market", "fi:EUR:fi-FI,sv-FI", "--json").json
    assert {"market_id": "fi", "currency": "EUR", "locales": ["fi-FI", "sv-FI"]} in said["markets"]
    said = endcap("tenant", "market", "se:SEK:en", "--json").json
    assert {"market_id": "se", "currency": "SEK", "locales": ["en"]} in said["markets"]
    refused = endcap("tenant", "market", "se:NOK")
    assert (refused.code, refused.err) == (1, "endcap: currency: the prices of se are in SEK; make a market of another id\n")


@pytest.mark.parametrize(
    ("market", "complaint"),
    [
        ("se", "market: 'se' is no market: ID:CURRENCY"),
        ("se:SEK:sv:x", "is no market: ID:CURRENCY"),
        ("SE:SEK", "market: 'SE' is no market id"),
        (":SEK", "market: '' is no market id"),
        ("se:kr", "currency: 'kr' is no currency"),
        ("se:XXQ", "currency: 'XXQ' is no currency"),
        ("se:SEK:sv_SE", "locale: 'sv_SE' is no locale"),
        ("se:SEK:", "locale: '' is no locale"),
    ],
)
def test_a_market_that_cannot_be_is_named_by_its_part(endcap, market, complaint):
    said = endcap("tenant", "create", "acme", "--market", market)
    assert said.code == 1
    assert complaint in said.err
    assert "none yet" in endcap("tenant", "show").err


@pytest.mark.parametrize("locale", ["sv", "sv-SE", "zh-Hant-TW", "es-419", "fil-PH"])
def test_the_usual_locales_are_taken(locale):
    check_market(read_market(f"se:SEK:{locale}"))


@pytest.mark.usefixtures("acme")
def test_settings_are_set_together_and_shown(endcap):
    told = ["time_zone=Europe/Stockholm", "rates=EUR=11.4,USD=10.5", "keyless=yes", "page_hosts=WWW.acme.se,acme.de", "name=Acme"]
    shown = endcap("tenant", "set", *told, "retention_days=365", "--json").json
    assert shown["rates"] == {"EUR": 11.4, "USD": 10.5}
    assert (shown["time_zone"], shown["keyless"], shown["retention_days"]) == ("Europe/Stockholm", True, 365)
    assert shown["page_hosts"] == ["www.acme.se", "acme.de"]
    assert endcap("tenant", "show", "--json").json == shown
    assert "365" in endcap("tenant", "show").out
    said = endcap("tenant", "set", "rates=USD=10.4")
    assert (said.code, said.err) == (0, "no longer rated: EUR; rates= replaces all the rates there were\n")


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("colour=red", "colour: there is no such setting; there are name, time_zone"),
        ("tenant_id=other", "tenant_id: there is no such setting"),
        ("name", "'name' is no KEY=VALUE"),
        ("name= ", "name: must have from 1 to 200"),
        ("time_zone=Mars/Olympus", "time_zone: 'Mars/Olympus' is no time zone"),
        ("time_zone=Europe", "is no time zone"),
        ("time_zone=../etc/passwd", "is no time zone"),
        ("rates=EUR", "rates: 'EUR': rates are written"),
        ("rates=EUR=0", "rates: the rate of EUR must be a number above 0"),
        ("rates=EUR=inf", "rates: the rate of EUR"),
        ("rates=euro=1", "rates: 'euro' is no currency"),
        ("rates=XXQ=1", "rates: 'XXQ' is no currency; a code of ISO 4217 in capital letters is right, as in EUR"),
        ("retention_days=0", "retention_days: must be a whole number from 1 to 3650"),
        ("retention_days=1e3", "retention_days: '1e3' is no whole number"),
        ("attribution_days=91", "attribution_days: must be a whole number from 1 to 90"),
        ("page_hosts=https://acme.se", "page_hosts: 'https://acme.se' is no host"),
        ("page_url_pattern=/p/", "page_url_pattern: must contain {id}"),
        ("page_url_pattern=javascript:{id}", "page_url_pattern: must be a path"),
        ("page_url_pattern=//evil.example/{id}", "page_url_pattern: must be a path"),
        ("identity_secret=short", "identity_secret: must have 32"),
        ("keyless=maybe", "keyless: 'maybe' is neither yes nor no"),
        ("release_minutes=0", "release_minutes: must be a whole number"),
        ("holdout=0.9", "holdout: must be a share from 0 to 0.5"),
        ("holdout=few", "holdout: 'few' is no number"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_a_line_and_none_of_its_neighbours_is_set(endcap, change, complaint):
    said = endcap("tenant", "set", "keyless=yes", change)
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert complaint in said.err
    assert endcap("tenant", "show", "--json").json["keyless"] is False


@pytest.mark.usefixtures("acme")
def test_the_identity_secret_is_read_from_standard_input_and_never_shown(endcap, monkeypatch):
    secret = "0123456789abcdef0123456789abcdef"
    monkeypatch.setattr("sys.stdin", io.StringIO(secret + "\n"))
    for said in (endcap("tenant", "set", "identity_secret=-"), endcap("tenant", "show"), endcap("tenant", "show", "--json")):
        assert said.code == 0
        assert secret not in said.out
    assert endcap("tenant", "show", "--json").json["identity_secret"] == "set"
    assert endcap("tenant", "set", "identity_secret=", "--json").json["identity_secret"] is None


def test_every_setting_of_a_tenant_can_be_set_and_is_read_in_its_type():
    told = {"rates": "EUR=2", "retention_days": "3", "keyless": "off", "page_hosts": "a.se", "time_zone": "UTC"}
    for name, text in told.items():
        SETTABLE[name](read_change(f"{name}={text}")[1])


def test_a_tenant_must_be_named_where_there_are_several(endcap):
    for name in ("acme", "bolt"):
        endcap("tenant", "create", name, "--market", "se:SEK")
    assert "say which with --tenant; tenants: acme, bolt" in endcap("tenant", "show").err
    assert endcap("tenant", "show", "--tenant", "bolt", "--json").json["tenant_id"] == "bolt"
    assert "there is no tenant 'nobody'" in endcap("tenant", "show", "--tenant", "nobody").err


def test_a_market_is_read_from_its_parts():
    with pytest.raises(BadInput):
        read_market("se-SEK")
    assert read_market("se:SEK").locales == ()
