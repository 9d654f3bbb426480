"""Clients that ask for GraphQL's own media type are told by the status whether a request could be executed at all."""

import json

import pytest

from schema.negotiating import GRAPHQL_RESPONSE, JSON, media_type

ADMINS = "{ apiKeys { id } }"


async def post(client, sent, accept=GRAPHQL_RESPONSE, key="storefront"):
    headers = {**({"x-api-key": f"secret-{key}"} if key else {}), **({"accept": accept} if accept else {})}
    content = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return await client.http.post("/graphql", content=content, headers={**headers, "content-type": "application/json"})


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/json", JSON),
        ("application/json, multipart/mixed", JSON),
        ("application/*", JSON),
        ("application/graphql-response+json", GRAPHQL_RESPONSE),
        ("Application/GraphQL-Response+JSON; charset=utf-8", GRAPHQL_RESPONSE),
        ("application/graphql-response+json, application/json", GRAPHQL_RESPONSE),
        ("application/graphql-response+json,application/json;q=0.9", GRAPHQL_RESPONSE),
        ("application/json;q=0.9 , application/graphql-response+json ; q=1.0, */*", GRAPHQL_RESPONSE),
        ("application/graphql-response+json;q=0.5, application/json", JSON),
        ("application/graphql-response+json;q=0", JSON),
        ("application/graphql-response+json;q=loud", JSON),
        ("text/html", JSON),
    ],
)
def test_graphqls_own_media_type_is_for_those_who_prefer_it(accept, answered):
    assert media_type(accept) == answered


@pytest.mark.parametrize(
    ("sent", "key", "status"),
    [
        pytest.param(b"NONSENSE", "storefront", 400, id="no JSON"),
        pytest.param({"qeury": "{ __typename }"}, "storefront", 400, id="no query"),
        pytest.param({"query": "{ __typename }", "variables": [7]}, "storefront", 400, id="variables of the wrong shape"),
        pytest.param({"query": "{"}, "storefront", 400, id="no document"),
        pytest.param({"query": "{ nothing }"}, "storefront", 400, id="no such field"),
        pytest.param({"query": "query A { markets { id } }", "operationName": "B"}, "storefront", 400, id="no such operation"),
        pytest.param(
            {"query": "query ($m: String!) { categories(market: $m) { id } }", "variables": {"m": None}},
            "storefront", 400, id="a variable that cannot be",
        ),
        pytest.param({"query": "{ markets { id } }"}, None, 401, id="no key"),
        pytest.param({"query": "{ markets { id } }"}, "wrong", 401, id="a wrong key"),
        pytest.param({"query": ADMINS}, "storefront", 403, id="a key that may not"),
    ],
)  # fmt: skip
async def test_what_is_not_executed_has_no_data_and_a_4xx_status(client, sent, key, status):
    answer = await post(client, sent, key=key)
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (
        status, GRAPHQL_RESPONSE, "no-store",
    )  # fmt: skip
    told = answer.json()
    assert told.keys() == {"errors"}
    assert told["errors"][0]["extensions"]["code"] in {"BAD_USER_INPUT", "UNAUTHENTICATED", "FORBIDDEN"}


async def test_what_is_executed_is_200_whatever_failed_on_the_way(client):
    fine = await post(client, {"query": "{ markets { id } }"})
    assert (fine.status_code, fine.headers["content-type"]) == (200, GRAPHQL_RESPONSE)
    assert fine.json().keys() == {"data"}
    failed = await post(client, {"query": '{ productsByIds(ids: ["boot"], market: "nowhere") { id } }'})
    assert (failed.status_code, failed.headers["content-type"]) == (200, GRAPHQL_RESPONSE)
    assert failed.json()["data"] is None
    assert failed.json()["errors"][0]["path"] == ["productsByIds"]


@pytest.mark.parametrize("accept", [None, "application/json", "*/*"])
@pytest.mark.parametrize("sent", [{"query": "{"}, {"query": "{ nothing }"}, {"query": ADMINS}])
async def test_plain_json_is_as_it_always_was(client, sent, accept):
    answer = await post(client, sent, accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, JSON)
    assert answer.json()["data"] is None
    assert answer.json()["errors"]


async def test_get_answers_by_the_same_rules(client):
    headers = {"x-api-key": "secret-storefront", "accept": GRAPHQL_RESPONSE}
    good = await client.http.get("/graphql", params={"query": "{ markets { id } }"}, headers=headers)
    bad = await client.http.get("/graphql", params={"query": "{ nothing }"}, headers=headers)
    written = await client.http.get("/graphql", params={"query": "mutation { __typename }"}, headers=headers)
    assert [each.status_code for each in (good, bad, written)] == [200, 400, 400]
    assert {each.headers["content-type"] for each in (good, bad, written)} == {GRAPHQL_RESPONSE}
