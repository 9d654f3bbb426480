"""kill -9 while serving: what was acknowledged is there, what was not can be told again, and the next start is clean."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress

import httpx
import pytest

TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted duplicates errors { message } } }"
KEY = {"x-api-key": "secret-storefront"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def start(url: str, folder, port: int) -> Process:
    environment = {**os.environ, "ENDCAP_DATABASE_URL": url, "ENDCAP_DATA_DIR": str(folder), "ENDCAP_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", "serve", env=environment, stderr=DEVNULL, stdout=DEVNULL
    )
    async with asyncio.timeout(60), httpx.AsyncClient() as http:
        while True:
            with suppress(httpx.TransportError):
                if (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200:
                    return process
            await asyncio.sleep(0.1)


async def tell(http: httpx.AsyncClient, port: int, name: str) -> dict:
    events = [{"type": "view", "id": f"{name}-{n}", "sessionId": name, "productId": "boot"} for n in range(5)]
    answer = await http.post(
        f"http://127.0.0.1:{port}/graphql", json={"query": TELL, "variables": {"events": events}}, headers=KEY, timeout=10
    )
    return answer.json()["data"]["recordEvents"]


async def storm(port: int, acknowledged: list[str]) -> None:
    async with httpx.AsyncClient() as http:

        async def one(number: int) -> None:
            with suppress(httpx.TransportError):
                for turn in range(1000):
                    name = f"{number}-{turn}"
                    if (await tell(http, port, name))["accepted"] == 5:
                        acknowledged.append(name)

        await asyncio.gather(*(one(n) for n in range(6)))


@pytest.mark.usefixtures("shop")
async def test_what_was_acknowledged_survives_a_kill_and_a_retry_counts_nothing_twice(database_url, tmp_path, stores):
    acknowledged: list[str] = []
    for _ in range(2):
        port = free_port()
        server = await start(database_url, tmp_path, port)
        storming = asyncio.create_task(storm(port, acknowledged))
        await asyncio.sleep(0.7)
        server.send_signal(signal.SIGKILL)
        await server.wait()
        await storming
    assert acknowledged
    stored = {r["event_id"] for r in await stores.db.pool.fetch("select event_id from event")}
    assert {f"{name}-{n}" for name in acknowledged for n in range(5)} <= stored
    assert len(stored) == await stores.db.pool.fetchval("select count(*) from event_key")

    port = free_port()
    server = await start(database_url, tmp_path, port)
    async with httpx.AsyncClient() as http:
        for name in acknowledged[:20]:
            assert (await tell(http, port, name))["duplicates"] == 5
    server.terminate()
    assert await server.wait() == 0


@pytest.mark.usefixtures("shop")
async def test_a_server_told_to_stop_writes_the_views_it_has_answered_with(database_url, tmp_path, stores):
    port = free_port()
    server = await start(database_url, tmp_path, port)
    query = '{ placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"}) { viewId } }'
    async with httpx.AsyncClient() as http:
        answers = await asyncio.gather(
            *(http.post(f"http://127.0.0.1:{port}/graphql", json={"query": query}, headers=KEY) for _ in range(40))
        )
    server.terminate()
    assert await server.wait() == 0
    shown = {a.json()["data"]["placements"]["viewId"] for a in answers}
    assert {str(r["view_id"]) for r in await stores.db.pool.fetch("select view_id from served_view")} == shown
