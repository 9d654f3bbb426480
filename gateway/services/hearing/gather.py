"""Write together what is told at the same time: one commit for many callers, each told what became of its own events."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from gateway.domain.event import Event
from gateway.domain.tenant import TenantId
from gateway.errors import Unavailable
from gateway.services.measure import EVENTS_WAITING
from gateway.store.events import EventStore, Kept

logger = logging.getLogger(__name__)

_SHARE = 2  # of the queue half is one tenant's at most: who floods it leaves room for the others
_TOGETHER = 1000  # events a commit: more would gain little, and all its callers wait for the last of them
_MANY = 600  # events that are worth a commit without waiting for more
_AT_ONCE = 2  # commits: one is filled while the other's is written
_BREATH = 0.01  # seconds: a commit costs as much as dozens of events, so it waits for those just coming in, so long at most


@dataclass(eq=False, slots=True)
class _Told:
    """What one caller tells, and where it awaits what became of it."""

    events: Sequence[Event]
    rotating: bool
    kept: "asyncio.Future[Kept]"
    given_up: bool = field(default=False)


class Gatherer:
    """A bounded queue of events and its writers. Who calls waits for the commit; when the queue is full nobody waits."""

    def __init__(self, events: EventStore, limit: int, patience: float) -> None:
        self._events = events
        self._limit = limit
        self._patience = patience
        self._queues: dict[TenantId, deque[_Told]] = {}
        self._waiting: Counter[TenantId] = Counter()
        self._turn = asyncio.Event()
        self._crowded = False
        self._writing: set[asyncio.Task[bool]] = set()
        self._closed = False

    def __len__(self) -> int:
        return self._waiting.total()

    async def keep(self, events: Sequence[Event], *, rotating: bool) -> Kept:
        """What became of the events, once they are committed; who goes away meanwhile changes nothing.

        Unavailable at once where the queue is full, of this tenant's events or of all, or closed, and past the patience where the
        database does not answer: whether the events were kept is not known then, and they may be told again.
        """
        if not events:
            return Kept()
        await self._events.make_much_room((event.happened_at for event in events), self._patience)
        tenant_id = events[0].tenant_id
        if self._closed:
            raise Unavailable("the gateway is stopping; try again")
        if self._queues and len(self) + len(events) > self._limit:
            raise Unavailable("more events wait to be written than the gateway may hold; try again")
        if (own := self._waiting[tenant_id]) and own + len(events) > self._limit // _SHARE:
            raise Unavailable("more of the shop's events wait to be written than it may have waiting; try again")
        told = _Told(events, rotating, asyncio.get_running_loop().create_future())
        self._queues.setdefault(tenant_id, deque()).append(told)
        self._count(tenant_id, len(events))
        self._turn.set()
        try:
            async with asyncio.timeout(self._patience):
                return await told.kept
        except TimeoutError:
            told.given_up = True
            raise Unavailable("the events could not be written in time; try again") from None

    async def run(self) -> None:
        """Writes what waits, until cancelled; what is being written then goes on."""
        while True:
            await self._turn.wait()
            self._turn.clear()
            while self._queues and len(self._writing) < _AT_ONCE:
                if self._crowded and len(self) < _MANY:
                    await self._breathe()
                self._begin(self._take())

    async def _breathe(self) -> None:
        """Until all requests that have come in are read, a short while at most."""
        end = perf_counter() + _BREATH
        here = 0
        while len(self) > here and perf_counter() < end:
            here = len(self)
            await asyncio.sleep(0)

    async def close(self) -> None:
        """At shutdown: takes nothing in any more, and writes what waits, or refuses it where the database does not answer."""
        self._closed = True
        await asyncio.gather(*self._writing)
        answers = True
        while batch := self._take():
            if answers:
                answers = await self._write(batch)
            else:
                self._refuse(batch)

    def _begin(self, batch: Sequence[_Told]) -> None:
        """Writes in a task of its own: nobody who goes away takes it along."""
        if batch:
            self._crowded = len(batch) > 1
            writing = asyncio.create_task(self._write(batch))
            self._writing.add(writing)
            writing.add_done_callback(self._end)

    def _end(self, writing: "asyncio.Task[bool]") -> None:
        self._writing.discard(writing)
        self._turn.set()

    def _take(self) -> list[_Told]:
        """What is written next: whole callers, at least one of them. Tenants take turns: none waits behind another's flood."""
        batch: list[_Told] = []
        size = 0
        while self._queues:
            tenant_id, queue = next(iter(self._queues.items()))
            if batch and size + len(queue[0].events) > _TOGETHER:
                break
            told = queue.popleft()
            del self._queues[tenant_id]
            if queue:
                self._queues[tenant_id] = queue  # behind the others
            self._count(tenant_id, -len(told.events))
            if not told.given_up:
                batch.append(told)
                size += len(told.events)
        return batch

    async def _write(self, batch: Sequence[_Told]) -> bool:
        """Writes them in one transaction, or each by itself where one of them cannot be written. Whether the database answers."""
        try:
            await self._write_together(batch)
        except Unavailable as lost:
            for told in batch:
                _fail(told, Unavailable(lost.message))
            return False
        except Exception as fault:
            if len(batch) > 1:
                logger.exception("events of %d callers could not be written together; each is written by itself", len(batch))
                return all([await self._write([told]) for told in batch])
            _fail(batch[0], fault)
        return True

    async def _write_together(self, batch: Sequence[_Told]) -> None:
        events = [event for told in batch for event in told.events]
        rotating = frozenset(told.events[0].tenant_id for told in batch if told.rotating)
        kept = await self._events.add(events, rotating=rotating, within=self._patience)
        first = 0
        for told in batch:
            own = range(first, first + len(told.events))
            first = own.stop
            if not told.kept.done():
                told.kept.set_result(kept.among(own))

    def _refuse(self, batch: Sequence[_Told]) -> None:
        logger.error("%d events are refused: the database did not answer until the end", sum(len(told.events) for told in batch))
        for told in batch:
            _fail(told, Unavailable("the gateway is stopping; try again"))

    def _count(self, tenant_id: TenantId, more: int) -> None:
        self._waiting[tenant_id] += more
        if not self._waiting[tenant_id]:
            del self._waiting[tenant_id]
        EVENTS_WAITING.set(len(self))


def _fail(told: _Told, fault: Exception) -> None:
    if not told.kept.done():
        told.kept.set_exception(fault)
