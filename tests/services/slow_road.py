"""A road to the database that can be closed: nothing passes, nothing is said."""

import asyncio
from contextlib import suppress
from typing import Self
from urllib.parse import parse_qs, urlsplit


class SlowRoad:
    """Passes on what is sent to the PostgreSQL of a URL; `url` leads over it."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._passable = asyncio.Event()
        self._passable.set()
        self._travellers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._arrive, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        user = f"{self._parts.username or 'postgres'}:{self._parts.password or ''}"
        self.url = f"postgresql://{user}@127.0.0.1:{port}{self._parts.path}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for traveller in self._travellers:
            traveller.cancel()
        await asyncio.gather(*self._travellers, return_exceptions=True)

    def close(self) -> None:
        """From now on nothing passes."""
        self._passable.clear()

    def open(self) -> None:
        """What waited passes."""
        self._passable.set()

    async def _arrive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await self._beyond()
        for way in (self._pass_on(reader, back), self._pass_on(there, writer)):
            traveller = asyncio.create_task(way)
            self._travellers.add(traveller)
            traveller.add_done_callback(self._travellers.discard)

    async def _beyond(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        [folder] = parse_qs(self._parts.query).get("host", [""])
        port = self._parts.port or 5432
        if folder.startswith("/"):
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self._parts.hostname, port)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while some := await reader.read(65536):
                await self._passable.wait()
                writer.write(some)
                await writer.drain()
        writer.close()
