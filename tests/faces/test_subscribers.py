"""Who may subscribe, to what, and how often: everything else is refused in a way that says why."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus

from tests.faces.listening import served
from tests.faces.test_subscriptions import EVENTS, RESULT, began


@pytest.fixture
async def there(shop, database_url, tmp_path):
    async with served(database_url, tmp_path) as server:
        yield server


@pytest.mark.parametrize(("payload", "why"), [
    (None, "An API key is needed"),
    ({}, "An API key is needed"),
    ({"Authorization": "Bearer nonsense"}, "this API key is not known, or was revoked"),
    ({"Authorization": "Bearer secret-storefront"}, "subscriptions need a key with the scope ANALYST or SERVER"),
    ({"authorization": 5}, "An API key is needed"),
])  # fmt: skip
async def test_who_may_not_listen_is_shown_out(there, payload, why):
    async with there.socket() as line:
        await line.say(type="connection_init", payload=payload)
        code, said = await line.closed()
        assert code == 4403
        assert said.startswith(why)


@pytest.mark.parametrize("payload", [{"Authorization": "Bearer secret-server"}, {"X-API-Key": "secret-server"}])
async def test_the_key_is_in_the_first_message(there, payload):
    async with there.socket() as line:
        await line.begin(payload)


async def test_or_in_the_headers(there):
    async with there.socket(authorization="Bearer secret-server") as line:
        await line.begin({})
        await began(there, line)


@pytest.mark.parametrize(("key", "query", "code"), [
    ("server", RESULT, "FORBIDDEN"),
    ("admin", RESULT, "UNKNOWN_EXPERIMENT"),
    ("server", "subscription { events(types: []) { id } }", "BAD_USER_INPUT"),
])  # fmt: skip
async def test_what_may_not_be_subscribed_to_is_said_and_ends(there, key, query, code):
    async with there.admitted(key) as line:
        await line.subscribe(query)
        said = await line.hear()
        assert said["payload"]["errors"][0]["extensions"]["code"] == code
        assert await line.hear() == {"id": "1", "type": "complete"}


@pytest.mark.parametrize("query", [
    "subscription { events { nonsense } }",
    "subscription { ",
    "{ markets { id } }",
    'mutation { archiveExperiment(key: "a") { key } }',
    "subscription { events { id } more: events { id } }",
    "subscription { events { " + "id " * 2001 + "} }",
    "subscription { events { " + " ".join(f"a{n}: id" for n in range(31)) + " } }",
])  # fmt: skip
async def test_documents_are_judged_as_those_of_queries_and_the_line_stays_open(there, query):
    async with there.admitted() as line:
        await line.subscribe(query)
        said = await line.hear()
        assert (said["type"], said["payload"][0]["extensions"]["code"]) == ("error", "BAD_USER_INPUT")
        await line.say(type="ping")
        assert await line.hear() == {"type": "pong"}


async def test_a_fault_of_ours_is_told_by_an_id_only(there, monkeypatch):
    async def broken(*_):
        raise ValueError("a secret of ours")

    monkeypatch.setattr("gateway.services.hearing.tail.Tail.news", broken)
    async with there.admitted("server") as line:
        await line.subscribe(EVENTS)
        [error] = (await line.hear())["payload"]["errors"]
        assert error["extensions"]["code"] == "INTERNAL"
        assert "secret" not in str(error)


@pytest.mark.parametrize("said", ["no json", "[1]", '"text"', "{}", '{"type": "nonsense"}', '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 5}}', '{"type": "subscribe", "id": 1, "payload": {"query": "{ a }"}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": []}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "operationName": 1}}'])  # fmt: skip
async def test_what_is_no_message_ends_the_connection(there, said):
    async with there.admitted() as line:
        await line.connection.send(said)
        assert (await line.closed())[0] == 4400


async def test_bytes_end_it_too(there):
    async with there.admitted() as line:
        await line.connection.send(b"\0")
        assert (await line.closed())[0] == 4400


async def test_nobody_subscribes_before_the_key_was_presented(there):
    async with there.socket() as line:
        await line.subscribe(EVENTS)
        assert (await line.closed())[0] == 4401


async def test_whoever_says_nothing_is_shown_out(shop, database_url, tmp_path, monkeypatch):
    monkeypatch.setattr("gateway.app.INIT_SECONDS", 0.1)
    async with served(database_url, tmp_path) as there, there.socket() as line:
        assert (await line.closed())[0] == 4408


async def test_a_message_may_be_as_long_as_a_request(shop, database_url, tmp_path):
    async with served(database_url, tmp_path, max_body_bytes=2_000) as there, there.admitted() as line:
        await line.subscribe("subscription { events { id } } #" + "x" * 3_000)
        assert (await line.closed())[0] == 1009


async def test_a_page_of_a_site_that_no_key_allows_is_turned_away(there):
    with pytest.raises(InvalidStatus) as turned:
        async with there.socket(origin="https://evil.example"):
            pass
    assert turned.value.response.status_code == 403


async def test_a_page_is_let_in_by_a_key_that_allows_it(there):
    async with there.socket(origin="https://shop.example") as line:
        await line.begin({"Authorization": "Bearer secret-server"})
    async with there.socket(origin=f"http://127.0.0.1:{there.port}") as line:
        await line.begin({"Authorization": "Bearer secret-server"})


async def test_a_page_is_not_let_in_by_another_shops_origin(there, stores):
    await there.client.data(
        'mutation { createApiKey(input: {name: "narrow", scopes: [SERVER], allowedOrigins: ["https://other.example"]}) { secret } }',
        "admin",
    )
    async with there.socket(origin="https://other.example") as line:
        await line.say(type="connection_init", payload={"Authorization": "Bearer secret-server"})
        assert (await line.closed()) == (
            4403,
            "this API key may not be used from https://other.example; add it to the key's allowed origins",
        )


async def test_a_key_has_twenty_seats_at_a_server(there):
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(there.admitted("server")) for _ in range(2)]
        for number in range(20):
            await lines[number % 2].subscribe(EVENTS, id=str(number))
        async with asyncio.timeout(5):
            while there.gateway.broadcaster.seats.taken < 20:  # noqa: ASYNC110  (seats tell nobody)
                await asyncio.sleep(0.01)
        await lines[0].subscribe(EVENTS, id="more")
        [error] = (await lines[0].hear())["payload"]["errors"]
        assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
        assert "20 subscriptions" in error["message"]


async def test_a_connection_has_twenty_operations(there, monkeypatch):
    monkeypatch.setattr("schema.socket.MOST_OPERATIONS", 1)
    async with there.admitted("server") as line:
        await began(there, line)
        await line.subscribe(EVENTS, id="2")
        said = await line.hear()
        assert (said["type"], said["id"], said["payload"][0]["extensions"]["code"]) == ("error", "2", "LIMIT_EXCEEDED")
        await line.subscribe(EVENTS, id="1")
        assert (await line.closed())[0] == 4409
