"""The clock of feeds: has those read whose time has come, in a process of its own."""

import logging
from collections.abc import Mapping
from typing import Any

from gateway.services.clock import again_and_again
from gateway.services.dispatch import reports
from gateway.services.measure import FEED_RUNS
from gateway.settings import Settings
from gateway.store.feeds import FeedStore

logger = logging.getLogger(__name__)

_LOOK = 20.0  # seconds between two looks, about


class Collector:
    """Looks three times a minute. Servers need not agree: whoever comes second finds the lock taken and goes home."""

    def __init__(self, feeds: FeedStore, settings: Settings, seconds: float = _LOOK) -> None:
        self._feeds, self._settings = feeds, settings
        self._seconds = seconds

    async def run(self) -> None:
        """Looks until cancelled; what fails is said, and tried again when its time has come."""
        if self._settings.feeds == "on":
            await again_and_again(self._look, self._seconds, lost="no feed can be read", failed="no feed could be read")

    async def _look(self) -> None:
        if await self._feeds.due():
            for told in await reports(("feed", "run", "--due", "--json"), self._settings):
                _count(told)


def _count(told: Mapping[str, Any]) -> None:
    error = told["error"]
    FEED_RUNS.labels(told["tenant"], "failed" if error else "done").inc()
    if error:
        logger.error("feed %s of %s: %s", told["feed"], told["tenant"], error)
