"""A server that is told to stop in the middle of its work."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress

import httpx
import pytest

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


@pytest.mark.usefixtures("shop")
async def test_a_server_told_to_stop_answers_for_every_event_it_has_taken_in(database_url, tmp_path, stores):
    port = free_port()
    server = await start(database_url, tmp_path, port)
    batches = [[{"type": "view", "id": f"{n}-{m}", "sessionId": "s", "productId": "boot"} for m in range(50)] for n in range(40)]
    async with httpx.AsyncClient() as http:
        telling = [
            asyncio.create_task(http.post(f"http://127.0.0.1:{port}/v1/events", json=batch, headers=KEY)) for batch in batches
        ]
        await asyncio.wait(telling, return_when=asyncio.FIRST_COMPLETED)
        server.terminate()
        answers = await asyncio.gather(*telling, return_exceptions=True)
    assert await server.wait() == 0
    kept = {r["event_id"] for r in await stores.db.pool.fetch("select event_id from event")}
    heard = [n for n, answer in enumerate(answers) if isinstance(answer, httpx.Response) and answer.status_code == 200]
    assert heard
    assert {f"{n}-{m}" for n in heard for m in range(50)} <= kept
