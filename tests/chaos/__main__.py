"""make chaos: a hundred kills under load, some of them of PostgreSQL; KILLS=n and SEED=n choose others."""

import asyncio
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

import asyncpg

from gateway.settings import Settings
from gateway.store.embedded import embedded_server, revive
from gateway.wiring import open_stores
from tests.chaos.shop import open_shop
from tests.chaos.storm import Outcome, Weather, storm

_KILLS = 100
_SERVERS = 2
_DATABASE = 0.1  # of the kills
_PATIENCE = 120  # seconds for a recovery


def main() -> None:
    """Exit code 1 where something acknowledged is not there, or anything is there twice."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("tests.chaos").setLevel(logging.INFO)
    kills, seed = (int(os.environ.get(name) or default) for name, default in (("KILLS", _KILLS), ("SEED", 1)))
    with tempfile.TemporaryDirectory() as name, embedded_server(Path(name)) as url:
        outcome = asyncio.run(_weather(url, Path(name), kills, seed))
    sys.stdout.write(f"{outcome}\n")
    sys.exit(not outcome.holds)


async def _weather(url: str, folder: Path, kills: int, seed: int) -> Outcome:
    async with open_stores(Settings(database_url=url, data_dir=folder)) as stores:
        await open_shop(stores)

    async def kill_database() -> None:
        """Kill -9 of the postmaster, and another start: its backends go with it, and what was not committed."""
        os.kill(int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
        async with asyncio.timeout(_PATIENCE):
            while not await _answers(url):
                await asyncio.sleep(0.1)
                await asyncio.to_thread(revive, folder)

    return await storm(url, folder, Weather(kills, _SERVERS, seed, _DATABASE, kill_database))


async def _answers(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


if __name__ == "__main__":
    main()
