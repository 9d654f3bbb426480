"""Events, kept once each, and the short memory a page reads."""

from asyncio import Semaphore
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import asyncpg

from gateway.domain.event import TELLING, Event
from gateway.domain.preference import MOST_PREFERENCES
from gateway.domain.release import ReleaseId
from gateway.domain.tenant import TenantId
from gateway.store.batch import Keyed, each_once, portions, rows_of
from gateway.store.database import Contended, Database

_DAYS_AHEAD = 3
_DAYS_AT_ONCE = 10  # each takes locks until its transaction ends, and time of the deadline
_ATTEMPTS = 4
_DOUBTFUL = 16  # batches after one in which something was known: whoever tells again what was told does so more than once
_LOOKING = 10.0  # seconds
_MOST_LOOKED_AT = 10_000  # events
_TELLING = list(TELLING)
_MOST_SIGHTS = 200  # products of one visitor


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a batch, by the events' places in it: the new ones; those of whom is not to be followed, of which nothing is
    kept; and, of those that were kept, the ids that lead to another user than the event's, by their places among its ids.
    """

    fresh: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()
    untied: tuple[tuple[int, int], ...] = ()

    def among(self, own: range) -> "Kept":
        """The same of some neighbours of the batch, by their places among themselves."""
        return Kept(
            frozenset(place - own.start for place in own if place in self.fresh),
            frozenset(place - own.start for place in self.blocked if place in own),
            tuple((place - own.start, which) for place, which in self.untied if place in own),
        )


@dataclass(frozen=True, slots=True)
class Named:
    """How many events name a product, how many of them one that the catalog does not hold, and some of these products."""

    events: int
    in_vain: int
    examples: tuple[str, ...]


class EventStore:
    """Writes batches of events, each event once whatever is retried, and reads a visitor's last ones."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._days: set[date] = set()
        self._doubtful = 0
        # Batches of one visitor wait for each other; meanwhile pages find a connection.
        self._lanes = Semaphore(max(1, db.pool.get_max_size() // 2))

    async def add(
        self,
        events: Sequence[Event],
        *,
        returning_sessions: bool = True,
        rotating: Collection[TenantId] = (),
        within: float | None = None,
    ) -> Kept:
        """Commits a batch. What is neither new nor blocked was known, or stands twice in the batch.

        Not `returning_sessions`: nobody will ever come back in these sessions, so only users' last events are kept at hand.
        `rotating`: tenants of whose placements one sinks what was seen, so what is seen is counted. Unavailable where the
        database takes longer than `within` seconds.
        """
        if not events:
            return Kept()
        batch = each_once(events)
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._add(batch, returning_sessions, rotating, within)
            except Contended:  # with a batch of the same visitors: nothing of this one was kept
                continue
            except asyncpg.CheckViolationError:  # a day's partition has gone since it was made
                self._days = set()
        return await self._add(batch, returning_sessions, rotating, within)

    async def _add(
        self, batch: Mapping[int, Keyed], returning_sessions: bool, rotating: Collection[TenantId], within: float | None
    ) -> Kept:
        await self.make_room((event.happened_at for _, event in batch.values()), within)
        parts = portions(batch)
        told: list[asyncpg.Record] = []
        async with self._lanes, self._db.session(within) if len(parts) == 1 else self._db.transaction(within) as session:
            for part in parts:
                told += await session.fetch(
                    "event.take_in",
                    batch=rows_of(part),
                    types=_TELLING,
                    sessions=returning_sessions,
                    hoping=not self._doubtful,
                    rotating=list(rotating),
                    most_refused=MOST_PREFERENCES,
                    most_sights=_MOST_SIGHTS,
                )
        blocked = frozenset(row["number"] for row in told if row["outcome"] == "BLOCKED")
        known = {row["number"] for row in told if row["outcome"] == "KNOWN"}
        self._doubtful = _DOUBTFUL if known else max(0, self._doubtful - 1)
        untied = tuple((row["number"], row["place"] - 1) for row in told if row["outcome"] == "UNTIED")
        return Kept(frozenset(batch) - blocked - known, blocked, untied)

    async def any(self, tenant_id: TenantId) -> bool:
        """Whether anything has happened at the tenant's, be it learnt from or not."""
        row = await self._db.fetch_one("event.any", tenant_id=tenant_id)
        return bool(row and row["there"])

    async def any_before(self, tenant_id: TenantId, release_id: ReleaseId) -> bool:
        """Whether anything was told before the release's training began."""
        row = await self._db.fetch_one("event.any_before", tenant_id=tenant_id, release_id=release_id)
        return bool(row and row["there"])

    async def named_lately(self, tenant_id: TenantId) -> Named:
        """How the products that events of today and yesterday name are known; Unavailable where that takes too long."""
        rows = await self._db.fetch_within(_LOOKING, "event.named_lately", tenant_id=tenant_id, most=_MOST_LOOKED_AT)
        return Named(rows[0]["events"], rows[0]["in_vain"], tuple(rows[0]["examples"]))

    async def make_room(self, moments: Iterable[datetime], within: float | None = None) -> None:
        """Makes the partitions of these moments' days that may be missing."""
        waiting = self._missing(moments)
        for first in range(0, len(waiting), _DAYS_AT_ONCE):
            chunk = waiting[first : first + _DAYS_AT_ONCE]
            await self._db.fetch_within(within, "event.ensure_partitions", parent="event", days=chunk)
            self._days |= set(chunk)

    async def make_much_room(self, moments: Iterable[datetime], within: float) -> None:
        """The same where it is too much to be made within the time that writing may take; each few days have `within` seconds."""
        if len(waiting := self._missing(moments)) > _DAYS_AT_ONCE:
            await self.make_room((datetime.combine(day, time(), UTC) for day in waiting), within)

    def _missing(self, moments: Iterable[datetime]) -> list[date]:
        return sorted({(m if m.tzinfo is UTC else m.astimezone(UTC)).date() for m in moments} - self._days)

    async def make_room_ahead(self, now: datetime) -> None:
        """Makes today's partitions and those of the next days, of events and of served views."""
        days = [(now + timedelta(days=n)).astimezone(UTC).date() for n in range(-1, _DAYS_AHEAD + 1)]
        for parent in ("event", "served_view"):
            await self._db.execute("event.ensure_partitions", parent=parent, days=days)
        self._days |= set(days)
