"""A server on a port of its own, and a client that speaks graphql-transport-ws with it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from gateway.app import create_app
from gateway.rest import closing
from gateway.services.gateway import Gateway
from gateway.settings import Settings
from gateway.store.arrivals import ArrivalStore
from tests.faces.serving import Client

PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Served:
    """A server that listens: its address, its services, and a client of it."""

    port: int
    gateway: Gateway
    client: Client
    arrivals: "Noted"

    @property
    def address(self) -> str:
        """Where GraphQL is spoken."""
        return f"http://127.0.0.1:{self.port}/graphql"

    @asynccontextmanager
    async def socket(self, **headers: str) -> AsyncIterator["Line"]:
        """A WebSocket that nothing was said on yet."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/graphql", subprotocols=["graphql-transport-ws"], additional_headers=headers, proxy=None
        ) as connection:
            yield Line(connection)

    @asynccontextmanager
    async def admitted(self, key: str = "admin") -> AsyncIterator["Line"]:
        """One on which a key was presented."""
        async with self.socket() as line:
            await line.begin({"Authorization": f"Bearer secret-{key}"})
            yield line


@dataclass(frozen=True, slots=True)
class Line:
    """One connection."""

    connection: ClientConnection

    async def say(self, **message: Any) -> None:
        """One message."""
        await self.connection.send(orjson.dumps(message).decode())

    async def hear(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(seconds):
            said = await self.connection.recv()
        assert isinstance(said, str), "clients expect text"
        return orjson.loads(said)

    async def silent(self, seconds: float) -> bool:
        """Whether nothing is said for so long."""
        try:
            await self.hear(seconds)
        except TimeoutError:
            return True
        return False

    async def begin(self, payload: object) -> None:
        """Presents a key."""
        await self.say(type="connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, query: str, id: str = "1", **variables: Any) -> None:
        """Begins an operation."""
        await self.say(type="subscribe", id=id, payload={"query": query, "variables": variables})

    async def closed(self) -> tuple[int | None, str | None]:
        """How the other side ends it."""
        async with asyncio.timeout(PATIENCE):
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


class Noted(ArrivalStore):
    """Counts those who have looked: whatever comes in after a listener's first look is news to it."""

    def __init__(self, arrivals: ArrivalStore) -> None:
        super().__init__(arrivals._db)
        self._who: set[asyncio.Task[object] | None] = set()

    async def last_batch(self, seconds: float) -> int:
        """The same."""
        found = await super().last_batch(seconds)
        self._who.add(asyncio.current_task())
        return found

    async def looked(self, listeners: int) -> None:
        """So many have looked."""
        async with asyncio.timeout(PATIENCE):
            while len(self._who) < listeners:  # noqa: ASYNC110  (they tell nobody)
                await asyncio.sleep(0.01)

    @property
    def listeners(self) -> int:
        """How many have looked so far."""
        return len(self._who)


@asynccontextmanager
async def served(url: str, folder: Path, pace: float = 0.05, **settings: object) -> AsyncIterator[Served]:
    """The server; `pace`: what the seconds between its looks are multiplied with."""
    app = create_app(house := Settings(database_url=url, data_dir=folder, **settings))
    opened: list[tuple[Gateway, Noted]] = []
    lifespan = app.router.lifespan_context

    @asynccontextmanager
    async def hurried(it):
        async with lifespan(it) as state:
            gateway = state["gateway"]
            arrivals = Noted(gateway.broadcaster.arrivals)
            gateway = replace(gateway, broadcaster=replace(gateway.broadcaster, pace=pace, arrivals=arrivals))
            opened.append((gateway, arrivals))
            yield {**state, "gateway": gateway}

    app.router.lifespan_context = hurried
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        said = uvicorn.Config(
            app, log_level="error", lifespan="on", http=closing.Line, ws=closing.Socket, ws_max_size=house.max_body_bytes
        )
        server = uvicorn.Server(said)
        task = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110  (it says so in no other way)
            await asyncio.sleep(0.01)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
                (gateway, arrivals) = opened[0]
                yield Served(port, gateway, Client(http, url, gateway), arrivals)
        finally:
            server.should_exit = True
            await task
