"""A server that is told to stop in the middle of its work."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import httpx
import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

KEY = {"x-api-key": "secret-storefront"}
LISTENER = {"authorization": "Bearer secret-server"}
PATIENCE = 30
GRACE = 15  # seconds that a server has for what it has not answered yet
_WAITS = "select exists (select from pg_locks where not granted)"
IDS = {"query": "subscription { events { id } }"}
PROTOCOL, SERVICE_RESTART = "graphql-transport-ws", 1012
SSE, PARTS = "text/event-stream", "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def started(url: str, folder: Path, port: int, workers: int = 1) -> AsyncIterator[Process]:
    """A server that is ready; whatever it says goes into `log` of its folder."""
    about = {"DATABASE_URL": url, "DATA_DIR": folder, "PORT": port, "WORKERS": workers, "LOG_FORMAT": "text"}
    environment = {**os.environ, **{f"ENDCAP_{name}": str(value) for name, value in about.items()}}
    with (folder / "log").open("w") as log:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway", "serve", env=environment, stderr=log, stdout=DEVNULL
        )
    try:
        async with asyncio.timeout(60), httpx.AsyncClient() as http:
            while not await ready(http, f"http://127.0.0.1:{port}"):  # noqa: ASYNC110  (it says so in no other way)
                await asyncio.sleep(0.1)
        yield server
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()


async def ready(http: httpx.AsyncClient, here: str) -> bool:
    with suppress(httpx.TransportError):
        return (await http.get(f"{here}/health/ready")).status_code == 200
    return False


async def told_to_stop(server: Process, folder: Path) -> None:
    """Ends well, long before the grace is over, with nothing to complain of."""
    async with asyncio.timeout(GRACE * 0.9):
        assert await server.wait() == 0
    said = (folder / "log").read_text()
    assert "Shutting down" in said
    assert not [line for line in said.splitlines() if "Traceback" in line or " ERROR " in line]


@pytest.mark.usefixtures("shop")
async def test_a_server_told_to_stop_writes_the_views_it_has_answered_with(database_url, tmp_path, stores):
    port = free_port()
    query = '{ placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"}) { viewId } }'
    async with started(database_url, tmp_path, port) as server:
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            answers = await asyncio.gather(
                *(http.post(f"http://127.0.0.1:{port}/graphql", json={"query": query}, headers=KEY) for _ in range(40))
            )
        server.terminate()
        await told_to_stop(server, tmp_path)
    shown = {a.json()["data"]["placements"]["viewId"] for a in answers}
    assert {str(r["view_id"]) for r in await stores.db.pool.fetch("select view_id from served_view")} == shown


@pytest.mark.usefixtures("shop")
async def test_a_server_told_to_stop_answers_for_every_event_it_has_taken_in(database_url, tmp_path, stores):
    port = free_port()
    batches = [[{"type": "view", "id": f"{n}-{m}", "sessionId": "s", "productId": "boot"} for m in range(50)] for n in range(40)]
    async with started(database_url, tmp_path, port) as server:
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            telling = [
                asyncio.create_task(http.post(f"http://127.0.0.1:{port}/v1/events", json=batch, headers=KEY)) for batch in batches
            ]
            await asyncio.wait(telling, return_when=asyncio.FIRST_COMPLETED)
            server.terminate()
            answers = await asyncio.gather(*telling, return_exceptions=True)
        await told_to_stop(server, tmp_path)
    kept = {r["event_id"] for r in await stores.db.pool.fetch("select event_id from event")}
    heard = [n for n, answer in enumerate(answers) if isinstance(answer, httpx.Response) and answer.status_code == 200]
    assert heard
    assert {f"{n}-{m}" for n in heard for m in range(50)} <= kept


@pytest.mark.usefixtures("shop")
async def test_a_server_told_to_stop_tells_those_who_listen_and_goes(database_url, tmp_path):
    port = free_port()
    async with started(database_url, tmp_path, port, workers=2) as server, AsyncExitStack() as there:
        http = await there.enter_async_context(
            httpx.AsyncClient(headers=LISTENER, timeout=PATIENCE, base_url=f"http://127.0.0.1:{port}")
        )
        listening = (http.stream("POST", "/graphql", json=IDS, headers={"accept": accept}) for accept in (SSE, PARTS))
        streams = [await there.enter_async_context(each) for each in listening]
        line = await there.enter_async_context(
            connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL], additional_headers=LISTENER, proxy=None)
        )
        for said in ({"type": "connection_init"}, {"type": "subscribe", "id": "1", "payload": IDS}):
            await line.send(orjson.dumps(said).decode())
        assert await line.recv() == '{"type":"connection_ack"}'
        server.terminate()
        events, parts = [(await stream.aread()).decode() for stream in streams]
        with pytest.raises(ConnectionClosedError):
            await line.recv()
        await told_to_stop(server, tmp_path)
    assert line.close_code == SERVICE_RESTART
    assert events.split()[-3:] == ["event:", "complete", "data:"]
    assert parts.rstrip().endswith("--graphql--")
    assert all('"code":"UNAVAILABLE"' in each for each in (events, parts))


@pytest.mark.usefixtures("shop")
async def test_a_server_told_to_stop_while_somebody_listens_answers_what_it_was_asked(database_url, tmp_path, stores):
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    holding = await asyncpg.connect(database_url)
    async with started(database_url, tmp_path, port) as server, httpx.AsyncClient(timeout=PATIENCE) as http:
        async with http.stream("POST", f"{here}/graphql", json=IDS, headers={**LISTENER, "accept": SSE}) as stream:
            async with holding.transaction():
                await holding.execute("lock table event in exclusive mode")
                event = {"type": "view", "id": "e1", "sessionId": "s", "productId": "boot"}
                telling = asyncio.create_task(http.post(f"{here}/v1/events", json=[event], headers=KEY))
                async with asyncio.timeout(PATIENCE):
                    while not await holding.fetchval(_WAITS):  # noqa: ASYNC110  (a server tells nobody what it waits for)
                        await asyncio.sleep(0.02)
                server.terminate()
                assert "UNAVAILABLE" in (await stream.aread()).decode()
                assert not telling.done()
            assert (await telling).json()["accepted"] == 1
        await told_to_stop(server, tmp_path)
    await holding.close()
    assert [r["event_id"] for r in await stores.db.pool.fetch("select event_id from event")] == ["e1"]


@pytest.mark.usefixtures("shop")
async def test_a_server_told_to_stop_waits_for_nobody_who_does_not_read(database_url, tmp_path):
    port = free_port()
    much = " ".join(f"p{n}: properties" for n in range(25))  # more than what lies between two ends of a line
    body = orjson.dumps({"query": f"subscription {{ events {{ {much} }} }}"})
    about = f"POST /graphql HTTP/1.1\r\nhost: h\r\nauthorization: {LISTENER['authorization']}\r\naccept: {SSE}\r\n"
    async with started(database_url, tmp_path, port) as server:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(f"{about}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
            async with httpx.AsyncClient(timeout=PATIENCE) as http, asyncio.timeout(PATIENCE):
                await heard(http, f"http://127.0.0.1:{port}", line)
            server.terminate()
            await told_to_stop(server, tmp_path)


async def heard(http: httpx.AsyncClient, here: str, line: socket.socket) -> None:
    """Events are told until one of them arrives, which is the last that is read."""
    line.setblocking(False)
    reading = asyncio.create_task(until_next(line))
    events = [{"type": "view", "sessionId": "s", "productId": "boot", "properties": {"x": "y" * 4000}}] * 200
    while not reading.done():
        assert (await http.post(f"{here}/v1/events", json=events, headers=LISTENER)).json()["accepted"] == len(events)
        await asyncio.wait([reading], timeout=0.2)
    await reading


async def until_next(line: socket.socket) -> None:
    read = b""
    while b"event: next" not in read:
        read += await asyncio.get_running_loop().sock_recv(line, 100)
