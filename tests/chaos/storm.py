"""A storm over servers: load, kills at random moments, and the reckoning."""

import asyncio
import logging
import os
import random
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import asyncpg
import httpx

from tests.benchmarks.stage import free_port
from tests.chaos.tellers import Ledger, Teller

logger = logging.getLogger(__name__)

_TELLERS = 12
_SAID = 10  # kills between two lines of progress
_CALM = (0.05, 1.5)  # seconds of load between kills
_READY = 120  # seconds in which a server must be ready, on a machine that does other things too


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found when the storm was over."""

    counts: Counter[str]
    acknowledged: int
    lost: frozenset[str]
    twice: frozenset[str]
    strange: frozenset[str]
    keys_without_event: int

    @property
    def holds(self) -> bool:
        """Whether everything acknowledged is there, and nothing is there twice or that nobody told."""
        return not (self.lost or self.twice or self.strange or self.keys_without_event)

    def __str__(self) -> str:
        counted = ", ".join(f"{name} {number:,}" for name, number in sorted(self.counts.items()))
        found = f"lost {len(self.lost)}, twice {len(self.twice)}, told by nobody {len(self.strange)}"
        return f"{counted}; rows acknowledged {self.acknowledged:,}: {found}, keys without an event {self.keys_without_event}"


class Servers:
    """Server processes over one database, each started again when it was killed."""

    def __init__(self, url: str, folder: Path, count: int) -> None:
        self.ports = [free_port() for _ in range(count)]
        self._url = url
        self._folder = folder
        self._processes: list[Process] = []

    async def __aenter__(self) -> Self:
        """All of them, ready."""
        self._processes = [await self._run(place) for place in range(len(self.ports))]
        await self.all_ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def kill(self, place: int) -> None:
        """SIGKILL, in the middle of whatever it does; and another in its place."""
        self._processes[place].send_signal(signal.SIGKILL)
        await self._processes[place].wait()
        self._processes[place] = await self._run(place)

    async def stop(self) -> list[int | None]:
        """Told to stop, they write what waits; their exit codes."""
        for process in self._processes:
            process.terminate()
        return [await process.wait() for process in self._processes]

    async def ready(self, place: int) -> None:
        """Waits until a server answers that it is ready; one that found no database when it started is started again."""
        async with asyncio.timeout(_READY), httpx.AsyncClient() as http:
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get(f"http://127.0.0.1:{self.ports[place]}/health/ready")).is_success:
                        return
                if self._processes[place].returncode is not None:
                    self._processes[place] = await self._run(place)
                await asyncio.sleep(0.1)

    async def all_ready(self) -> None:
        """Waits for every one of them."""
        await asyncio.gather(*(self.ready(place) for place in range(len(self.ports))))

    async def _run(self, place: int) -> Process:
        environment = {
            **os.environ, "ENDCAP_DATABASE_URL": self._url, "ENDCAP_DATA_DIR": str(self._folder / str(place)),
            "ENDCAP_PORT": str(self.ports[place]), "ENDCAP_TRAIN": "off", "ENDCAP_LOG_LEVEL": "error",
        }  # fmt: skip
        return await asyncio.create_subprocess_exec(sys.executable, "-m", "gateway", "serve", env=environment, stderr=DEVNULL)


@dataclass(frozen=True, slots=True)
class Weather:
    """What kills, and how often. `database_share`: of the kills, by `kill_database`."""

    kills: int
    servers: int
    seed: int
    database_share: float = 0
    kill_database: Callable[[], Awaitable[None]] | None = None


async def storm(url: str, folder: Path, weather: Weather) -> Outcome:
    """Tells and kills, and then looks."""
    ledger, stop = Ledger(), asyncio.Event()
    async with Servers(url, folder, weather.servers) as servers:
        async with httpx.AsyncClient() as http, asyncio.TaskGroup() as tasks:
            for number in range(_TELLERS):
                teller = Teller(f"{weather.seed}-{number}", servers.ports, ledger, weather.seed)
                tasks.create_task(teller.run(http, stop))
            await _kill(servers, weather, ledger)
            await servers.all_ready()
            stop.set()
        assert await servers.stop() == [0] * weather.servers
    return await _reckon(url, ledger)


async def _kill(servers: Servers, weather: Weather, ledger: Ledger) -> None:
    """One after another, each at a random moment of its victim's work."""
    chance = random.Random(weather.seed)
    for number in range(weather.kills):
        if number % _SAID == 0:
            logger.info("%d of %d kills; %d rows are acknowledged", number, weather.kills, len(ledger.acknowledged))
        if weather.kill_database and chance.random() < weather.database_share:
            await asyncio.sleep(chance.uniform(*_CALM))
            await weather.kill_database()
            ledger.counts["databases killed"] += 1
        else:
            place = chance.randrange(weather.servers)
            await servers.ready(place)
            await asyncio.sleep(chance.uniform(*_CALM))
            await servers.kill(place)
            ledger.counts["servers killed"] += 1


async def _reckon(url: str, ledger: Ledger) -> Outcome:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("select event_id || '/' || line as name, count(*) as times from event group by 1")
    keys = await connection.fetchval("select count(*) from event_key")
    events = await connection.fetchval("select count(distinct event_id) from event")
    await connection.close()
    found = {row["name"]: row["times"] for row in rows}
    return Outcome(
        counts=ledger.counts,
        acknowledged=len(ledger.acknowledged),
        lost=frozenset(ledger.acknowledged - found.keys()),
        twice=frozenset(name for name, times in found.items() if times > 1),
        strange=frozenset(found.keys() - ledger.told),
        keys_without_event=keys - events,
    )
