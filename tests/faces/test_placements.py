"""POST /v1/placements answers as GraphQL does, by the same names, and refuses with the same words."""

import json
import re

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType

from schema import schema
from tests.faces.serving import serving
from tests.faces.trying import put_experiment

KEY = {"x-api-key": "secret-storefront"}
ASKED = {"ids": ["item_page.similar", "item_page.together"], "market": "se", "visitor": {"sessionId": "s1"}}
NOT_SAID = {"Page": (), "PlacementFill": ("totalCount", "facets"), "Category": ("hasChildren", "ancestors", "children")}
"""What REST leaves out: what recommendMany alone counts, and the tree, in which one would walk without end."""


async def post(client, said, headers=KEY, **sent):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return await client.http.post("/v1/placements", content=body, headers={"content-type": "application/json", **headers}, **sent)


async def page(client, **more):
    answer = await post(client, {**ASKED, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def selection(kind):
    """Every field that REST says of a type, as GraphQL selects it."""
    fields = []
    for name, field in kind.fields.items():
        if name in NOT_SAID.get(kind.name, ()):
            continue
        inner = field.type
        while isinstance(inner, GraphQLNonNull | GraphQLList):
            inner = inner.of_type
        fields.append(f"{name} {selection(inner)}" if isinstance(inner, GraphQLObjectType) else name)
    return "{ " + " ".join(fields) + " }"


WHOLE = selection(schema._schema.type_map["Page"])


def without_ids(answer):
    """What differs between two answers to one question: the ids made for each, and what is signed with them."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{8}", "VIEW-", json.dumps(answer, sort_keys=True))
    return re.sub(r"/c/[A-Za-z0-9_-]+", "/c/TOKEN", text)


QUESTIONS = [
    {},
    {"limit": 3, "locale": "sv-SE", "page": {"productIds": ["boot"]}},
    {"ids": ["item_page.*"], "page": {"type": "ITEM", "productIds": ["gone", "nothing"]}, "channel": "app"},
    {"ids": ["cart_page.together"], "page": {"cart": [{"productId": "boot", "quantity": 2}]}, "locale": "xx"},
    {
        "ids": ["home_page.top"],
        "filter": {"brands": ["Nord"], "not": [{"name": "colour", "values": ["black"]}], "maxPrice": 9900},
    },
    {"ids": ["home_page.top"], "exclude": ["boot"], "context": [{"name": "season", "values": ["winter"]}], "market": "de"},
    {"ids": ["category_page.top"], "page": {"categoryIds": ["shoes"], "categoryHints": ["care"]}},
    {"ids": ["search_page.top"], "page": {"searchTerm": "boot"}, "visitor": {"userId": "ada", "attributes": {"vip": True}}},
]


@pytest.mark.parametrize("asked", QUESTIONS)
async def test_rest_and_graphql_answer_alike(trained, database_url, tmp_path, asked):
    variables = {**ASKED, **asked}
    types = {"ids": "[ID!]!", "market": "String!", "visitor": "VisitorInput!", "page": "PageInput", "filter": "ProductFilter",
             "exclude": "[ID!]", "context": "[NameValueInput!]", "limit": "Int", "locale": "String", "channel": "String"}  # fmt: skip
    declared = ", ".join(f"${name}: {types[name]}" for name in variables)
    given = ", ".join(f"{name}: ${name}" for name in variables)
    async with serving(database_url, tmp_path) as client:
        rest = await page(client, **asked)
        graphql = (await client.data(f"query ({declared}) {{ placements({given}) {WHOLE} }}", **variables))["placements"]
    assert without_ids(rest) == without_ids(graphql)


async def test_it_says_everything_by_the_names_of_graphql_and_nothing_else(trained, database_url, tmp_path):
    await put_experiment(database_url, "hero", [{"key": "a"}, {"key": "b"}], placements=["item_page.similar"])
    async with serving(database_url, tmp_path) as client:
        answer = await page(client, ids=["item_page.similar"], page={"productIds": ["lace", "nowhere"]}, limit=5)
    assert names(answer) == names_of(schema._schema.type_map["Page"])


def names(said, at=""):
    """The path of every name, those of all the things in a list together."""
    if isinstance(said, list):
        return {path for each in said for path in names(each, at)}
    if not isinstance(said, dict) or at.endswith(".attributeMap"):
        return set()
    return {path for name, inner in said.items() for path in ({f"{at}.{name}"} | names(inner, f"{at}.{name}"))}


def names_of(kind, at=""):
    """The same of a GraphQL type."""
    found = set()
    for name, field in kind.fields.items():
        inner = field.type
        while isinstance(inner, GraphQLNonNull | GraphQLList):
            inner = inner.of_type
        if name not in NOT_SAID.get(kind.name, ()):
            found |= {f"{at}.{name}"} | (names_of(inner, f"{at}.{name}") if isinstance(inner, GraphQLObjectType) else set())
    return found


@pytest.mark.parametrize(
    ("said", "field", "status"),
    [
        ({"ids": "home_page.top"}, "ids", 400),
        ({"ids": [5]}, "ids.0", 400),
        ({"market": None}, "market", 400),
        ({"market": "atlantis"}, "market", 400),
        ({"visitor": {}}, "visitor", 400),
        ({"visitor": {"session_id": "s"}}, "visitor.session_id", 400),
        ({"visitor": {"sessionId": "s", "email": "a@b.example"}}, "email", 403),
        ({"visitor": {"sessionId": "s", "userToken": "x"}}, "userToken", 400),
        ({"visitor": {"sessionId": "s", "attributes": []}}, "visitor.attributes", 400),
        ({"nothing": 1}, "nothing", 400),
        ({"page": {"cart": [{"productId": "boot"}, {"productId": "boot", "quantity": "2"}]}}, "page.cart.1.quantity", 400),
        ({"page": {"order": {"lines": []}}}, "page.order.id", 400),
        ({"page": {"type": "item"}}, "page.type", 400),
        ({"page": {"type": "CART"}}, "page.type", 400),
        ({"filter": {"minPrice": 2**60}}, "filter.minPrice", 400),
        ({"filter": {"brand": ["x"]}}, "filter.brand", 400),
        ({"limit": 0}, "limit", 400),
        ({"limit": 2.5}, "limit", 400),
        ({"limit": True}, "limit", 400),
        ({"exclude": ["x\0"]}, "exclude", 400),
        ({"after": "nonsense"}, "after", 400),
        ({"at": "2026-01-01T00:00:00"}, "at", 400),
        ({"at": "soon"}, "at", 400),
        ({"drafts": True}, None, 403),
        ({"ids": ["home_page.top"] * 21}, "ids", 413),
        ({"ids": ["home_page.nowhere"]}, "ids", 404),
        ({"ids": ["home_page.top", "item_page.similar"]}, "ids", 400),
        ({"record": True}, "requestId", 400),
        ({"record": 1}, "record", 400),
    ],
)
async def test_a_bad_question_is_refused_with_its_field(client, said, field, status):
    answer = await post(client, {**ASKED, **said})
    assert answer.status_code == status, answer.text
    [error] = answer.json()["errors"]
    assert error["extensions"].get("field") == field
    assert error["message"]
    assert await client.rows("select * from event") == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"5", b"\xff", b"[" * 100_000, b'{"ids": ["\\ud800"]}', b'{"a":' * 60_000]
)
async def test_a_malformed_body_is_a_client_error_without_a_stack(client, body):
    answer = await post(client, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert ".py" not in answer.text


async def test_a_browser_asks_without_a_preflight(client):
    said = json.dumps(ASKED).encode()
    sent = {"content": said, "headers": {"content-type": "text/plain;charset=UTF-8", "origin": "https://shop.example"}}
    answer = await client.http.post("/v1/placements?key=secret-storefront", **sent)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.http.post("/v1/placements?key=secret-server", **sent)).status_code == 403
    assert (await client.http.post("/v1/placements", **sent)).status_code == 401
    assert (await post(client, ASKED, {**KEY, "content-type": "text/xml"})).status_code == 415
    assert (await client.http.get("/v1/placements?key=secret-storefront")).status_code == 405


async def test_its_links_lead_and_log(client):
    item = (await page(client, ids=["home_page.top"]))["placements"][0]["items"][0]
    assert (await client.http.get(item["clickUrl"])).headers["location"] == item["pageUrl"]
    assert (await client.http.post(item["clickTrackingUrl"])).status_code == 204
