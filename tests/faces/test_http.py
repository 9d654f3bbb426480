"""The doorway: bodies, methods, health and metrics; no stack ever reaches a client."""

import asyncio
import gzip
import json
import logging
import re

import pytest

from gateway.app import FirstLook, create_app
from gateway.rest.log import set_up_logging
from gateway.settings import Settings
from tests.faces.serving import opened

KEY = {"x-api-key": "secret-storefront"}


async def test_a_body_over_a_mebibyte_is_413_told_or_not(client):
    big = json.dumps({"query": "{ markets { id } }", "x": "y" * 2_000_000}).encode()

    async def in_pieces():
        for start in range(0, len(big), 65536):
            yield big[start : start + 65536]

    for content in (big, in_pieces()):
        answer = await client.http.post("/graphql", content=content, headers={**KEY, "content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_a_compressed_body_is_415(client):
    body = gzip.compress(b"{}")
    answer = await client.http.post("/graphql", content=body, headers={**KEY, "content-encoding": "gzip"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[", b"\xff\xfe", b'{"query": 5}', b'"x"', b"null", b"5", b'{"query": "\\ud800"}', b"[" * 100_000]
)
async def test_a_malformed_body_is_a_client_error_without_a_stack(client, body):
    answer = await client.http.post("/graphql", content=body, headers={**KEY, "content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("{ nothing }", "Cannot query field"),
        ("{", "Syntax Error"),
        ("{ placements { viewId } }", "is required"),
        ("{ " + " ".join(f"m{n}: markets {{ id }}" for n in range(40)) + " }", "at most"),
        ("{ categories { " + "children { " * 20 + "id" + " }" * 20 + " } }", "levels deep"),
        ("{ categories { ...F } } fragment F on Category { children { ...F } }", "itself"),
        ("{ markets { " + " ".join(f"a{n}: id" for n in range(31)) + " } }", "aliases"),
        ("{ markets { id " + "id " * 5000 + "} }", "more than 2000 tokens"),
    ],
)
async def test_a_document_that_cannot_be_answered_says_why(client, query, says):
    answer = await client.ask(query)
    assert says in answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_fragments_that_double_at_every_level_are_measured_quickly(client):
    fragments = " ".join(f"fragment F{n} on Category {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    answer = await client.ask("{ categories { ...F0 } } " + fragments + " fragment F60 on Category { id }")
    assert "errors" not in answer or answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({"market": "atlantis"}, "market"),
        ({"ids": ["home_page.nowhere"]}, "ids"),
        ({"ids": []}, "ids"),
        ({"ids": ["home_page.top", "home_page.top"]}, "ids"),
        ({"ids": ["home_page.top"] * 21}, "ids"),
        ({"limit": 0}, "limit"),
        ({"limit": 129}, "limit"),
        ({"exclude": ["x\0"]}, "exclude"),
        ({"exclude": [f"p{n}" for n in range(1001)]}, "exclude"),
        ({"page": {"searchTerm": "a" * 300}}, "page.searchTerm"),
        ({"page": {"type": "CART"}}, "page.type"),
        ({"locale": "\0"}, "locale"),
    ],
)
async def test_a_bad_argument_is_named(client, variables, field):
    query = """query ($ids: [ID!]! = ["home_page.top"], $market: String! = "se", $limit: Int, $exclude: [ID!], $page: PageInput, $locale: String) {
      placements(ids: $ids, market: $market, limit: $limit, exclude: $exclude, page: $page, locale: $locale, visitor: {sessionId: "s"}) { viewId } }"""
    answer = await client.ask(query, **variables)
    assert answer["errors"][0]["extensions"]["field"] == field


async def test_placements_of_two_pages_are_not_one_page(client):
    query = '{ placements(ids: ["home_page.top", "item_page.similar"], market: "se", visitor: {sessionId: "s"}) { viewId } }'
    answer = await client.ask(query)
    assert answer["errors"][0]["extensions"]["code"] == "MIXED_PAGE_TYPES"


async def test_an_unknown_placement_has_a_code_of_its_own(client):
    answer = await client.ask('{ placements(ids: ["home_page.x"], market: "se", visitor: {sessionId: "s"}) { viewId } }')
    assert answer["errors"][0]["extensions"]["code"] == "UNKNOWN_PLACEMENT"


async def test_graphql_answers_with_and_without_a_slash_and_over_get(client):
    for path in ("/graphql", "/graphql/"):
        answer = await client.http.post(path, json={"query": "{ markets { id } }"}, headers=KEY)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        answer = await client.http.get(path, params={"query": "{ markets { id } }"}, headers=KEY)
        assert answer.json()["data"]["markets"]


async def test_a_mutation_over_get_is_refused(client):
    query = 'mutation { recordEvents(events: [{type: "page_view", sessionId: "s"}]) { accepted } }'
    answer = await client.http.get("/graphql", params={"query": query}, headers=KEY)
    assert answer.status_code in (400, 405)
    assert await client.rows("select * from event") == []


async def test_health_and_metrics(client):
    assert (await client.http.get("/health/live")).json() == {"status": "ok"}
    ready = await client.http.get("/health/ready")
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ok", "database": "ok", "release": "none for acme", "queue": "ok"},
    )
    await client.data('{ placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"}) { viewId } }')
    metrics = (await client.http.get("/metrics")).text
    for name in ("endcap_request_seconds_bucket", "endcap_page_seconds_count", "endcap_recommendations_total", "endcap_degraded_total",
                 "endcap_view_queue_depth", "endcap_views_dropped_total", "endcap_pool_connections", "endcap_empty_placements_total"):  # fmt: skip
        assert name in metrics


async def test_a_request_keeps_a_sane_id_and_gets_one_where_it_has_none(client):
    kept = await client.http.get("/health/live", headers={"x-request-id": "abc-12345678"})
    assert kept.headers["x-request-id"] == "abc-12345678"
    made = await client.http.get("/health/live", headers={"x-request-id": "evil\tid"})
    assert len(made.headers["x-request-id"]) == 32


async def test_graphiql_is_a_page_and_shows_no_key_it_was_not_given(client):
    answer = await client.http.get("/graphql", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert "text/html" in answer.headers["content-type"]
    assert "secret" not in answer.text


async def test_a_browser_that_comes_back_with_a_query_gets_the_editor_again(client):
    answer = await client.http.get("/graphql", params={"query": "{ markets { id } }"}, headers={"accept": "text/html,*/*"})
    assert "text/html" in answer.headers["content-type"]


async def test_even_a_request_that_is_no_graphql_is_refused_in_json(client):
    answer = await client.http.post("/graphql", json={"variables": {}}, headers=KEY)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_walking_the_tree_of_categories_up_and_down_has_an_end(client):
    await client.rows(
        "insert into category (tenant_id, category_id, name, parent_id) select 'acme', 'c' || n, 'C', 'shoes' from generate_series(1, 60) n"
    )
    query = "{ categories { children { ancestors { children { ancestors { children { ancestors { children { id } } } } } } } } }"
    for _ in range(250):
        answer = await client.ask(query)
        if "errors" in answer:
            break
        await asyncio.sleep(0.02)
    assert answer["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_fragments_do_not_pass_the_limit_of_root_fields(client):
    fields = " ".join(f"m{n}: markets {{ id }}" for n in range(15))
    answer = await client.ask(f"{{ ...F }} fragment F on Query {{ {fields} }}")
    assert "root fields" in answer["errors"][0]["message"]


@pytest.mark.parametrize("host", ["a@localhost", "evil.example", "[::1", "localhost.evil.example", ""])
async def test_graphiql_shows_its_key_only_to_this_machine_by_its_own_name(database_url, tmp_path, host):
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path), first_look=FirstLook(key="ec_the-key"))
    async with opened(app, "http://localhost:8000") as (http, _):
        page = {"accept": "text/html"}
        assert "ec_the-key" in (await http.get("/graphql", headers=page)).text
        assert "ec_the-key" not in (await http.get("/graphql", headers={**page, "host": host})).text
        assert "ec_the-key" not in (await http.get("/graphql", headers={**page, "x-forwarded-for": "127.0.0.1"})).text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ('{ product(id: "boot", market: "se", locale: "\\u0000") { id } }', "locale"),
        ('{ products(market: "se", after: "AA==") { totalCount } }', "after"),
        ('{ products(market: "se", filter: {minRating: 1e300}) { totalCount } }', "filter.minRating"),
        ('{ products(market: "se", filter: {brands: ["a\\u0000"]}) { totalCount } }', "filter"),
    ],
)
async def test_reads_of_the_catalog_name_what_is_wrong_too(client, query, field):
    answer = await client.ask(query)
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}


@pytest.mark.parametrize(
    ("method", "path", "logged"),
    [
        ("GET", "/c/TOKEN-of-ada", "GET /c/{token} 404"),
        ("GET", "/c/TOKEN-of-ada/log", "GET /c/{token}/log 404"),
        ("GET", "/ada@shop.example/%0A12:00:00%20INFO%20forged", "GET none 404"),
        ("GET", "/health/ready%0Aforged", "GET none 404"),
        ("ADA-WAS-HERE", "/health/ready", "OTHER /health/ready 405"),
        ("GET", "/health/ready", "GET /health/ready 200"),
    ],
)
async def test_a_log_line_says_the_route_and_nothing_that_a_caller_wrote(client, caplog, method, path, logged):
    with caplog.at_level(logging.INFO, "endcap.access"):
        await client.http.request(method, path)
    [record] = [each for each in caplog.records if each.name == "endcap.access"]
    assert record.getMessage() == logged
    assert not re.search(r"ada|TOKEN-|forged", str(record.__dict__), re.IGNORECASE)
    counted = (await client.http.get("/metrics")).text
    assert not re.search(r"ada@|TOKEN-of|forged|WAS-HERE", counted)


def test_what_a_line_quotes_makes_no_line_of_its_own(capsys):
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        set_up_logging("info", "text")
        logging.getLogger("endcap").info("the file %s", "a\n12:00:00 INFO    forged\r\x1b[31m\u2028")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("the file a\\n12:00:00 INFO    forged\\r\\x1b[31m\\u2028")
