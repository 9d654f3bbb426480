"""The storefront's own routes: one shell, safe headers, pictures that may be cached."""

import json
import re

import httpx
import pytest
from starlette.applications import Starlette

from gateway.demo.catalog import build_catalog
from gateway.demo.shop import routes

CATALOG = build_catalog(84)


@pytest.fixture
async def client():
    shop = Starlette(routes=routes("ec_a-storefront-key", CATALOG))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(shop), base_url="http://shop.test") as client:
        yield client


def config(page):
    return json.loads(re.search(r'<script type="application/json" id="config">(.*?)</script>', page.text)[1])


@pytest.mark.parametrize(
    "path", ["/shop", "/shop/", "/shop/category/tents", "/shop/product/x", "/shop/search", "/shop/cart", "/shop/thanks"]
)
async def test_every_page_is_the_shell_with_the_storefront_key(client, path):
    page = await client.get(path)
    assert page.status_code == 200
    assert config(page)["key"] == "ec_a-storefront-key"
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_nothing_of_a_page_comes_from_elsewhere(client):
    page = (await client.get("/shop")).text
    assert not re.findall(r"(?:https?:)?//(?!www\.w3\.org)[a-z]", page.replace("<!doctype", ""))
    for file in re.findall(r'(?:href|src)="(/shop/[^"]+)"', page):
        assert (await client.get(file)).status_code == 200


async def test_the_entrance_leads_to_the_shop(client):
    assert (await client.get("/", follow_redirects=False)).headers["location"] == "/shop"


async def test_a_products_picture_may_be_cached_and_an_unknown_one_is_not_found(client):
    product_id = CATALOG.items[0].entry.product_id
    picture = await client.get(f"/shop/images/{product_id}.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "max-age" in picture.headers["cache-control"]
    assert (await client.get("/shop/images/shelf/tents.svg")).status_code == 200
    assert (await client.get("/shop/images/<script>.svg")).status_code == 404
    assert (await client.get("/shop/images/shelf/<script>.svg")).status_code == 404


async def test_the_shop_knows_the_names_of_its_shelves_in_three_languages(client):
    departments = config(await client.get("/shop"))["departments"]
    assert len(departments) == 7
    assert all(set(shelf["name"]) == {"en", "sv", "de"} for d in departments for shelf in d["shelves"])


async def test_the_assets_do_not_lead_out_of_their_folder(client):
    assert (await client.get("/shop/assets/../shell.html")).status_code == 404
    assert (await client.get("/shop/assets/%2e%2e/shell.html")).status_code == 404
