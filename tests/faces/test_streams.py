"""Subscriptions over plain HTTP: as server-sent events, and as parts of one answer."""

import asyncio
from contextlib import asynccontextmanager
from time import perf_counter

import orjson
import pytest

from tests.faces.listening import served
from tests.faces.test_subscriptions import EVENTS, RESULT, tell, until_free

SSE, PARTS = "text/event-stream", "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"


@pytest.fixture
async def there(shop, database_url, tmp_path):
    async with served(database_url, tmp_path) as server:
        yield server


@asynccontextmanager
async def streaming(there, query=EVENTS, key="server", accept=SSE, **headers):
    """The answer, whose lines come one by one."""
    sent = {"accept": accept, "authorization": f"Bearer secret-{key}", **headers}
    async with there.client.http.stream("POST", "/graphql", json={"query": query}, headers=sent) as response:
        yield response


async def events_in(response):
    """Each event of the stream, and what it says."""
    kind = ""
    async for line in response.aiter_lines():
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: ") or line == "data:":
            yield kind, orjson.loads(line.removeprefix("data: ")) if line.removeprefix("data: ").strip() else None


async def settled(there) -> None:
    await there.arrivals.looked(1)
    assert there.gateway.broadcaster.seats.taken == 1


async def test_events_stream_as_they_come_in_and_the_seat_is_free_once_the_reader_leaves(there):
    async with streaming(there) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(SSE)
        assert response.headers["x-accel-buffering"] == "no"
        await settled(there)
        await tell(there, {"id": "e1"})
        async with asyncio.timeout(10):
            kind, said = await anext(events_in(response))
        assert (kind, said["data"]["events"]["id"]) == ("next", "e1")
    await until_free(there.gateway.broadcaster.seats)


async def test_a_stream_in_parts_says_the_same(there):
    async with streaming(there, accept=PARTS) as response:
        assert response.headers["content-type"].startswith("multipart/mixed")
        await settled(there)
        await tell(there, {"id": "e1"})
        async with asyncio.timeout(10):
            async for line in response.aiter_lines():
                if '"e1"' in line:
                    assert orjson.loads(line)["payload"]["data"]["events"]["id"] == "e1"
                    break


@pytest.mark.parametrize(("key", "query", "code"), [
    ("nobody", EVENTS, "UNAUTHENTICATED"),
    ("storefront", EVENTS, "FORBIDDEN"),
    ("admin", RESULT, "UNKNOWN_EXPERIMENT"),
    ("admin", "subscription {", "BAD_USER_INPUT"),
    ("admin", "subscription { events { nonsense } }", "BAD_USER_INPUT"),
    ("admin", "subscription { events { " + "id " * 2001 + "} }", "BAD_USER_INPUT"),
])  # fmt: skip
async def test_what_may_not_be_streamed_is_said_and_the_stream_ends(there, key, query, code):
    async with streaming(there, query, key) as response:
        said = [each async for each in events_in(response)]
    assert [kind for kind, _ in said] == ["next", "complete"]
    assert said[0][1]["errors"][0]["extensions"]["code"] == code


async def test_a_query_may_be_streamed_too(there):
    async with streaming(there, "{ __typename }") as response:
        assert [each async for each in events_in(response)] == [("next", {"data": {"__typename": "Query"}}), ("complete", None)]


async def test_whoever_asks_for_no_stream_is_told_how_to(there):
    response = await there.client.http.post("/graphql", json={"query": EVENTS}, headers={"authorization": "Bearer secret-server"})
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert SSE in error["message"]


async def test_a_page_of_another_site_may_stream_where_its_key_allows_it(there):
    async with streaming(there, origin="https://shop.example") as response:
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        await settled(there)
    async with streaming(there, origin="https://evil.example") as response:
        said = [each async for each in events_in(response)]
    assert said[0][1]["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_stream_is_no_slow_request(there):
    before, asked = await seconds_of(there), perf_counter()
    async with streaming(there):
        begun = perf_counter()
        await asyncio.sleep(0.3)
    await until_free(there.gateway.broadcaster.seats)
    assert 0 < await seconds_of(there) - before < begun - asked


async def seconds_of(there) -> float:
    """What all answers of GraphQL took that this process has given."""
    told = (await there.client.http.get("/metrics")).text
    about = 'endcap_request_seconds_sum{method="POST",route="/graphql",status="200"} '
    return sum(float(line.removeprefix(about)) for line in told.splitlines() if line.startswith(about))
