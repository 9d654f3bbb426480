"""What batches of events add up to, kept: one transaction takes batches away and writes everything that follows from them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gateway.domain.tenant import TenantId
from gateway.errors import Conflict
from gateway.store.database import Database, Session
from gateway.store.folding import ToldOf, fold
from gateway.store.sales import settle_sales

BATCHES = 100  # taken at a time: a transaction of a second or two
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
_STRAYS = 5000  # looked for at a time, of those that wait for a view that may never come
_MANY = 2000  # events from which on it pays to look how many there are


@dataclass(frozen=True, slots=True)
class Means:
    """By which of the tenant's settings figures are made."""

    time_zone: str
    window: timedelta


class Reckoning:
    """Adds up what was told of a tenant. Whatever else follows from events is added to `_add_up`: batches are taken once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def waiting(self) -> list[TenantId]:
        """The tenants of whom something is to be added up."""
        async with self._db.transaction() as session:
            return [TenantId(row["tenant_id"]) for row in await session.fetch("reckoning.read_waiting")]

    async def batches(self) -> int:
        """How many batches wait."""
        async with self._db.transaction() as session:
            (row,) = await session.fetch("reckoning.count_waiting")
        return int(row["batches"])

    async def add_up(self, tenant_id: TenantId) -> int | None:
        """Adds up what waits, or its first part: how many events that were; null where somebody else is at it."""
        async with self._db.transaction() as session:
            (row,) = await session.fetch("reckoning.try_tenant", tenant_id=tenant_id)
            if not row["locked"]:
                return None
            async with _while_nobody_is_forgotten(session, tenant_id):
                await session.execute("reckoning.stage")
                days = await session.fetch("reckoning.take_batches", tenant_id=tenant_id, most=BATCHES)
                for each in days:
                    await _tell(session, tenant_id, each["day"], each["batches"])
                events = await self._add_up(session, tenant_id)
                await fold(session, tenant_id, [each for row in days for each in _parts(row["day"], row["batches"])])
                return events

    async def rebuild(self, tenant_id: TenantId) -> int:
        """Makes everything anew from the events that are kept, day by day; how many events told something. All of it or nothing,
        and until then the old figures are answered. What units of experiments did is added up after it.
        """
        async with self._db.transaction() as session:
            await session.execute("reckoning.await_tenant", tenant_id=tenant_id)
            async with _while_nobody_is_forgotten(session, tenant_id):
                return await self._rebuild(session, tenant_id)

    async def _rebuild(self, session: Session, tenant_id: TenantId) -> int:
        told = 0
        await session.execute("reckoning.stage")
        days = await session.fetch("reckoning.take_all", tenant_id=tenant_id)
        await session.execute("reckoning.forget", tenant_id=tenant_id)
        for each in days:
            await _tell_day(session, tenant_id, each["day"], numbered=True)
            told += await self._add_up(session, tenant_id)
            await session.execute("reckoning.clear")
        await session.execute("sale.drop_told_twice", tenant_id=tenant_id)
        await session.execute("fold.note_all", tenant_id=tenant_id)
        return told

    async def _add_up(self, session: Session, tenant_id: TenantId) -> int:
        """What follows from the events that were told."""
        (row,) = await session.fetch("reckoning.count_told")
        if row["events"] > _MANY:
            await session.execute("reckoning.weigh", staged=["told"])
        relinked = await _take_relinked(session, tenant_id)
        means, new = await _settled_means(session, tenant_id)
        await _add_touches(session, tenant_id, means, relinked=relinked, large=row["events"] > _MANY)
        await settle_sales(session, tenant_id)
        await _give_credit(session, tenant_id, means, everything=new)
        return int(row["events"])


@asynccontextmanager
async def _while_nobody_is_forgotten(session: Session, tenant_id: TenantId) -> AsyncIterator[None]:
    """Conflict at the end, and nothing is written, where somebody was forgotten meanwhile: their names had been read before.

    Whoever is to be forgotten after that waits for the transaction to end, and finds what it wrote.
    """
    (before,) = await session.fetch("reckoning.count_forgotten", tenant_id=tenant_id)
    yield
    await session.execute("person.hold", tenant_id=tenant_id)
    (after,) = await session.fetch("reckoning.count_forgotten", tenant_id=tenant_id)
    if before["times"] != after["times"]:
        raise Conflict("somebody was forgotten while figures were made of what they had done; try again")


async def _tell(session: Session, tenant_id: TenantId, day: date, batches: Sequence[int]) -> None:
    numbered = [batch for batch in batches if batch]
    if numbered:
        since, until = _bounds(day)
        await session.execute("reckoning.tell_batches", tenant_id=tenant_id, since=since, until=until, batches=numbered)
    else:
        await _tell_day(session, tenant_id, day, numbered=False)


async def _tell_day(session: Session, tenant_id: TenantId, day: date, *, numbered: bool) -> None:
    since, until = _bounds(day)
    await session.execute("reckoning.tell_day", tenant_id=tenant_id, since=since, until=until, numbered=numbered)


def _parts(day: date, batches: Sequence[int]) -> Iterator[ToldOf]:
    since, until = _bounds(day)
    if numbered := [batch for batch in batches if batch]:
        yield ToldOf(since, until, numbered)
    if 0 in batches:
        yield ToldOf(since, until, None)


def _bounds(day: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(day, time(), UTC)
    return begins, begins + _DAY


async def _settled_means(session: Session, tenant_id: TenantId) -> tuple[Means, bool]:
    """The settings to go by, and whether they are others than before: then sums and credit are made anew."""
    (row,) = await session.fetch("reckoning.read_settings", tenant_id=tenant_id)
    means = Means(row["time_zone"], timedelta(days=row["attribution_days"]))
    new = (row["time_zone"], row["attribution_days"]) != (row["made_in"], row["made_within"])
    if new:
        if row["time_zone"] != row["made_in"]:
            await session.execute("touch.drop_totals", tenant_id=tenant_id)
            await session.execute("touch.count_anew", tenant_id=tenant_id, time_zone=means.time_zone)
        await session.execute(
            "reckoning.note_settings",
            tenant_id=tenant_id,
            time_zone=means.time_zone,
            attribution_days=row["attribution_days"],
        )
    return means, new


async def _take_relinked(session: Session, tenant_id: TenantId) -> bool:
    """Whether anybody is another now. How many they are is looked at: they are few beside all touches."""
    await session.execute("reckoning.take_relinked", tenant_id=tenant_id)
    (row,) = await session.fetch("reckoning.count_relinked")
    if row["many"]:
        await session.execute("reckoning.weigh", staged=["relinked_session", "relinked_user"])
    return bool(row["many"])


async def _add_touches(session: Session, tenant_id: TenantId, means: Means, *, relinked: bool, large: bool) -> None:
    """What was seen and clicked, as it stands now, and its sums."""
    await session.execute("touch.hear", tenant_id=tenant_id)
    await session.execute("touch.take_strays", tenant_id=tenant_id, most=_STRAYS)
    if large:
        await session.execute("reckoning.weigh", staged=["told_touch"])
    (span,) = await session.fetch("touch.read_span")
    if span["first"]:
        within = {"since": span["first"], "until": span["last"] + _MOMENT}
        await session.execute("touch.look_up", tenant_id=tenant_id, **within)
        await session.execute("touch.make_out")
        await session.execute("touch.leave_strays")
        if large:
            await session.execute("reckoning.weigh", staged=["heard_touch", "shown"])
        days = [row["day"] for row in await session.fetch("touch.read_days")]
        await session.execute("event.ensure_partitions", parent="touch_seen", days=days)
        await session.execute("touch.note_before", tenant_id=tenant_id, **within)
    if relinked:
        await session.execute("touch.note_relinked", tenant_id=tenant_id)
    await session.execute("touch.merge")
    await session.execute("touch.note_gone")
    await session.execute("touch.note_come")
    await session.execute("touch.take_gone", tenant_id=tenant_id)
    await session.execute("touch.put_come")
    await session.execute("touch.add_totals", tenant_id=tenant_id, time_zone=means.time_zone)
    await session.execute("touch.drop_empty_totals", tenant_id=tenant_id, time_zone=means.time_zone)
    await session.execute("touch.note_stirred")
    if large:
        await session.execute("reckoning.weigh", staged=["stirred"])


async def _give_credit(session: Session, tenant_id: TenantId, means: Means, *, everything: bool) -> None:
    """To which recommendation is owed what may be owed to another now, or everything."""
    await session.execute("credit.note_all" if everything else "credit.note_stirred", tenant_id=tenant_id)
    await session.execute("credit.take_back", tenant_id=tenant_id)
    await session.execute("credit.give", tenant_id=tenant_id, time_zone=means.time_zone, window=means.window)
