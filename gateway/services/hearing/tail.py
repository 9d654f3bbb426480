"""The tail of what comes in: each event once, from now on."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.person import Happening
from gateway.domain.tenant import TenantId
from gateway.store.arrivals import ArrivalStore

MOST = 200  # events that are told at a time
_LATE = 15.0  # seconds after its number was taken in which a batch may still be committed
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Caught:
    """An event, and how many before it came too fast to be told."""

    event: Happening
    skipped: int = 0


class Tail:
    """One listener's. Batches are numbered when they begin and seen when they are committed, in another order: those of the last
    seconds are looked for again, but for those that were seen.
    """

    def __init__(self, arrivals: ArrivalStore, tenant_id: TenantId, types: Sequence[str] | None) -> None:
        self._arrivals, self._tenant_id, self._types = arrivals, tenant_id, types
        self._beyond: int | None = None
        self._begun: deque[tuple[float, int]] = deque()
        self._seen: set[int] = set()

    async def news(self, now: datetime) -> list[Caught]:
        """What came in since it was asked last, the oldest first; where that is more than can be told, the newest of it. Nothing
        the first time: that is when listening begins.
        """
        newest = await self._arrivals.last_batch(_PATIENCE)
        if self._beyond is None:
            self._beyond = newest
        self._forget(now.timestamp(), newest)
        if self._beyond >= newest:
            return []
        caught = await self._arrivals.beyond(
            self._tenant_id, self._types, self._beyond, self._seen, MOST, now=now, seconds=_PATIENCE
        )
        skipped = caught.all - len(caught.events)
        if skipped:
            self._beyond = max(newest, *caught.batches)
            self._begun.clear()
            self._seen.clear()
        else:
            self._seen.update(caught.batches)
        return [Caught(event, 0 if place else skipped) for place, event in enumerate(caught.events)]

    def _forget(self, moment: float, newest: int) -> None:
        """What was numbered long ago is committed by now, or never."""
        self._begun.append((moment, newest))
        while self._begun[0][0] < moment - _LATE:
            _, number = self._begun.popleft()
            self._beyond = max(self._beyond or 0, number)
        self._seen = {number for number in self._seen if number > (self._beyond or 0)}
