"""The clock of feeds: has those read whose time has come, in a process of its own."""

import asyncio
import logging
import random
from collections.abc import Mapping
from typing import Any

import orjson

from gateway.errors import Unavailable
from gateway.services.dispatch import dispatch
from gateway.services.measure import FEED_RUNS
from gateway.settings import Settings
from gateway.store.feeds import FeedStore

logger = logging.getLogger(__name__)

_LOOK = 20.0  # seconds between two looks, about: servers on one database look at different moments


class Collector:
    """Looks three times a minute. Servers need not agree: whoever comes second finds the lock taken and goes home."""

    def __init__(self, feeds: FeedStore, settings: Settings, seconds: float = _LOOK) -> None:
        self._feeds, self._settings = feeds, settings
        self._seconds = seconds

    async def run(self) -> None:
        """Looks until cancelled; what fails is said, and tried again when its time has come."""
        while self._settings.feeds == "on":
            await asyncio.sleep(self._seconds * random.uniform(0.5, 1.5))
            try:
                if await self._feeds.due():
                    await self._collect()
            except Unavailable as lost:
                logger.warning("no feed can be read: %s", lost.message)
            except Exception:
                logger.exception("no feed could be read")

    async def _collect(self) -> None:
        said, complaints = await dispatch(("feed", "run", "--due", "--json"), self._settings)
        for line in said.splitlines():
            _count(orjson.loads(line))
        if complaints:
            logger.warning("feeds: %s", complaints)


def _count(told: Mapping[str, Any]) -> None:
    error = told["error"]
    FEED_RUNS.labels(told["tenant"], "failed" if error else "done").inc()
    if error:
        logger.error("feed %s of %s: %s", told["feed"], told["tenant"], error)
