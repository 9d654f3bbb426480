"""Remember what was served: views are queued with the answer and written in batches after it."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from gateway.errors import Unavailable
from gateway.services.measure import VIEWS_DROPPED, VIEWS_WAITING, VIEWS_WRITTEN
from gateway.store.views import ServedView, ViewStore

logger = logging.getLogger(__name__)

_BATCH = 500
_RETRY = 1.0  # seconds
_LAST_TRIES = 3


class Rememberer:
    """A bounded queue. When it is full new views are dropped and counted: an answer never waits for its record."""

    def __init__(self, views: ViewStore, limit: int, flush_seconds: float) -> None:
        self._views = views
        self._limit = limit
        self._flush_seconds = flush_seconds
        self._waiting: deque[ServedView] = deque()
        self._something = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether the next view would be dropped."""
        return len(self._waiting) >= self._limit

    def remember(self, view: ServedView) -> None:
        """Queues a view; never waits."""
        if self.full:
            VIEWS_DROPPED.inc()
            return
        self._waiting.append(view)
        self._something.set()
        VIEWS_WAITING.set(len(self._waiting))

    async def run(self) -> None:
        """Writes what waits, until cancelled."""
        while True:
            await self._something.wait()
            await asyncio.sleep(self._flush_seconds)
            try:
                await self.flush()
            except Unavailable:
                logger.warning("%d served views wait: the database does not answer", len(self._waiting))
                await asyncio.sleep(_RETRY)

    async def flush(self) -> None:
        """Writes everything that waits; what could not be written waits on."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            try:
                await asyncio.shield(self._views.add(batch))
            except Unavailable:
                self._waiting.extendleft(reversed(batch))
                raise
            except Exception:
                logger.exception("%d served views could not be written together", len(batch))
                await self._write_apart(batch)
            else:
                VIEWS_WRITTEN.inc(len(batch))
            VIEWS_WAITING.set(len(self._waiting))
        self._something.clear()

    async def _write_apart(self, batch: Sequence[ServedView]) -> None:
        """Each by itself: one that can never be written takes no other with it, and stops none behind it."""
        for place, view in enumerate(batch):
            try:
                await asyncio.shield(self._views.add([view]))
            except Unavailable:
                self._waiting.extendleft(reversed(batch[place:]))
                raise
            except Exception:  # noqa: BLE001  (the batch's fault was logged)
                VIEWS_DROPPED.inc()
            else:
                VIEWS_WRITTEN.inc()

    async def close(self) -> None:
        """The last flush, at shutdown."""
        for _ in range(_LAST_TRIES):
            try:
                return await self.flush()
            except Unavailable:
                await asyncio.sleep(_RETRY)
        VIEWS_DROPPED.inc(len(self._waiting))
        logger.error("%d served views are lost: the database did not answer until the end", len(self._waiting))
        return None
