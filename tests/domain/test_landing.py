"""Where a click may lead: the product's own page, whatever a catalog says its address is."""

from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.catalog import ProductId
from gateway.domain.landing import landing, with_recommendation
from gateway.domain.tenant import Tenant, TenantId

BARE = Tenant(TenantId("acme"), "Acme")
ACME = replace(BARE, page_hosts=("shop.example", "xn--mbel-gra.example", "localhost:3000"))
BOOT = ProductId("boot")
BY_PATTERN = "https://shop.example/products/boot"

OWN = [
    ("https://shop.example/p/boot?x=1#top", "https://shop.example/p/boot?x=1#top"),
    ("HTTPS://Shop.Example:443/p", "https://shop.example/p"),
    ("https://shop.example", "https://shop.example"),
    ("https://shop.example?p=3", "https://shop.example?p=3"),
    ("http://shop.example:80/p", "http://shop.example/p"),
    ("http://localhost:3000/p", "http://localhost:3000/p"),
    ("https://møbel.example/stol", "https://xn--mbel-gra.example/stol"),
    ("https://shop。example/p", "https://shop.example/p"),
    ("/p/boot", "https://shop.example/p/boot"),
    ("p/boot", "https://shop.example/p/boot"),
    ("  /p/boot ", "https://shop.example/p/boot"),
    ("/p/röd känga", "https://shop.example/p/r%C3%B6d%20k%C3%A4nga"),
    ("/p/100%25?q=a:b", "https://shop.example/p/100%25?q=a:b"),
    ("/https://evil.example", "https://shop.example/https://evil.example"),
    ("evil.example/p", "https://shop.example/evil.example/p"),
]

HOSTILE = [
    "https://evil.example/p",
    "http://evil.example",
    "//evil.example/p",
    "///evil.example/p",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https:/evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "https://shop.example@evil.example/",
    "https://shop.example:443@evil.example/",
    "https://user:secret@shop.example/",
    "https://evil.example\\@shop.example/",
    "https://evil.example#@shop.example/",
    "https://evil.example?.shop.example",
    "https://shop.example.evil.example/",
    "https://shop.example:8443/",
    "https://shop.exаmple/",  # a Cyrillic а
    "https://evil.example／.shop.example/",
    "https://shop.example\r\nSet-Cookie: a=b",
    "/p\r\nLocation: https://evil.example",
    "/p\0",
    "/p\x85",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//shop.example/",
    "data:text/html,<script>",
    "ftp://shop.example/p",
    "blob:https://shop.example/p",
    "//",
    "https://",
    "https://.shop.example/",
    "https://" + "ø" * 300 + "/",
    "/" + "p" * 5000,
    "/\ud800",
    "",
]


@pytest.mark.parametrize(("told", "leads"), OWN)
def test_the_shops_own_address_is_kept(told, leads):
    assert landing(ACME, told, BOOT) == leads


@pytest.mark.parametrize("told", HOSTILE)
def test_any_other_address_gives_way_to_the_pattern_on_the_first_host(told):
    assert landing(ACME, told, BOOT) == BY_PATTERN


@pytest.mark.parametrize("told", HOSTILE)
def test_a_shop_that_named_no_hosts_is_led_to_no_scheme_but_http_and_to_no_hidden_host(told):
    found = urlsplit(landing(BARE, told, BOOT))
    assert found.scheme in ("", "http", "https")
    assert "@" not in found.netloc
    assert found.netloc or found.path.startswith("/")


def test_a_relative_page_stays_relative_where_no_host_is_named():
    assert landing(BARE, None, BOOT) == "/products/boot"
    assert landing(BARE, "/p/boot", BOOT) == "/p/boot"


def test_a_pattern_on_a_host_that_is_not_the_shops_leads_to_its_path_on_the_first_host():
    astray = replace(ACME, page_url_pattern="https://old.example/p/{id}?a=b")
    assert landing(astray, None, BOOT) == "https://shop.example/p/boot?a=b"
    assert landing(replace(BARE, page_url_pattern="https://old.example/p/{id}"), None, BOOT) == "https://old.example/p/boot"


@given(st.text(), st.text(min_size=1, max_size=50))
def test_whatever_is_told_the_host_is_the_shops(told, product_id):
    for address in (told, f"https://{told}", f"//{told}", f"https://shop.example{told}", f"/{told}"):
        found = landing(ACME, address, ProductId(product_id))
        assert found.isascii()
        assert found.isprintable()
        assert " " not in found
        assert urlsplit(found).netloc in ACME.page_hosts


def test_the_recommendation_goes_before_the_fragment():
    shown = UUID(int=7)
    assert with_recommendation("/p?x=1#top", shown) == f"/p?x=1&recommendation_id={shown}#top"
    assert with_recommendation("/p", shown) == f"/p?recommendation_id={shown}"
