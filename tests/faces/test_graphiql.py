"""GraphiQL's page: what it loads, what it lets out, and that it works in a browser without internet."""

import json
import re

import httpx
import pytest
from graphql import parse
from starlette.applications import Starlette

from gateway.rest.graphiql import assets
from gateway.rest.graphiql.fetch import fetch
from gateway.rest.graphiql.page import page, routes

fetched = pytest.mark.skipif(not assets.are_here(), reason="GraphiQL's files were not fetched at set-up")


@pytest.fixture
def nothing_fetched(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    monkeypatch.setattr("gateway.rest.graphiql.fetch.FOLDER", tmp_path)


@pytest.fixture
async def client():
    transport = httpx.ASGITransport(Starlette(routes=routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client


def started_with(html: str) -> dict:
    return json.loads(re.search(r'<script id="start" type="application/json">(.*?)</script>', html)[1])


@fetched
def test_the_page_loads_nothing_from_elsewhere_when_the_files_are_here():
    shown = page("/graphql").body.decode()
    urls = re.findall(r'(?:src|href)="([^"]+)"', shown)
    assert len(urls) == 2 + len(assets.ASSETS) + 1
    assert all(url.startswith("/graphiql/") for url in urls if url != "data:,")
    assert "https://" not in shown.replace(started_with(shown)["query"], "")


@fetched
async def test_every_file_that_the_page_names_is_served(client):
    for url in re.findall(r'(?:src|href)="(/[^"]+)"', page("/graphql").body.decode()):
        answer = await client.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(("text/css", "text/javascript"))
        assert ("immutable" in answer.headers["cache-control"]) is not url.startswith("/graphiql/start.")


@pytest.mark.usefixtures("nothing_fetched")
def test_without_the_files_the_page_uses_the_cdn_and_says_so():
    answer = page("/graphql")
    shown = answer.body.decode()
    assert shown.count('src="https://unpkg.com/') == 5
    assert shown.count('integrity="sha384-') == len(assets.ASSETS)
    assert "come from unpkg.com" in shown
    assert "script-src 'self' https://unpkg.com;" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["page.html", "page.py", "..%2Fassets.py", "graphiql-9.9.9-graphiql.min.js"])
async def test_no_other_file_is_served(client, name):
    assert (await client.get(f"/graphiql/{name}")).status_code == 404


@pytest.mark.usefixtures("nothing_fetched")
async def test_a_file_that_was_not_fetched_is_not_found(client):
    assert (await client.get(f"/graphiql/{assets.ASSETS[0].name}")).status_code == 404


def test_the_key_is_in_the_page_only_where_it_is_given():
    assert started_with(page("/graphql").body.decode())["headers"] == {}
    given = page("/graphql", key="ec_secret")
    assert started_with(given.body.decode())["headers"] == {"Authorization": "Bearer ec_secret"}
    assert given.headers["cache-control"] == "no-store"


def test_a_query_cannot_end_the_script_that_it_stands_in():
    shown = page("/graphql", query="</script><script>alert(1)</script>", variables={"product": "<!--"}).body.decode()
    assert "<script>alert" not in shown
    assert started_with(shown)["query"] == "</script><script>alert(1)</script>"


def test_the_first_query_can_be_read_and_has_its_variables():
    start = started_with(page("/graphql").body.decode())
    declared = {v.variable.name.value for v in parse(start["query"]).definitions[0].variable_definitions}
    assert declared == start["variables"].keys()


@pytest.mark.usefixtures("nothing_fetched")
def test_without_npm_the_fetch_says_so_and_brings_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fetch() == "GraphiQL: its page will load its files from the CDN, since npm is not installed."
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("nothing_fetched")
def test_files_with_other_bytes_are_not_kept(monkeypatch, tmp_path):
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\nexit 0\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent), prepend=":")
    assert "npm could not fetch them" in fetch()
    assets.ASSETS[0].file.write_bytes(b"alert(1)")
    assert assets.ASSETS[0] in assets.wrong()
