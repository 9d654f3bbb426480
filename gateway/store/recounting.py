"""Everything that experiments have added up, counted again from the events, and compared to the last unit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from gateway.domain.tenant import TenantId
from gateway.errors import Conflict
from gateway.store.database import Database, Session
from gateway.store.folding import UNITS, look_at, settle

_TOLD = 20  # differences of a phase that are told one by one
_ROWS = 10_000  # of units that are summed up at a time


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase of an experiment."""

    experiment_id: int
    key: str
    phase: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A phase whose measures cannot be read, and why."""

    tenant_id: TenantId
    key: str
    phase: int
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that stood otherwise than a recount says: a unit, a total or a day, with what stood and what should."""

    what: str
    named: str
    had: str
    right: str


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount of a phase came to. `wrong`: how many units, totals and days stood otherwise; `told`: the first of them."""

    stretch: Stretch
    units: int
    wrong: int
    told: tuple[Difference, ...]


class Recounting:
    """Counts again what `fold` has added up; nobody adds up the tenant's events meanwhile, a part at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def tenants(self) -> list[TenantId]:
        """Those that have experiments."""
        return [TenantId(row["tenant_id"]) for row in await self._db.fetch("fold.read_tenants")]

    async def stretches(self, tenant_id: TenantId, key: str | None) -> list[Stretch]:
        """The phases of the tenant's experiments, or of one."""
        return [Stretch(**row) for row in await self._db.fetch("fold.phases", tenant_id=tenant_id, key=key)]

    async def unread(self) -> list[Unread]:
        """The phases that are not added up, as what they measure cannot be read."""
        return [Unread(**row) for row in await self._db.fetch("fold.unread")]

    async def recount(self, tenant_id: TenantId, stretch: Stretch, *, mend: bool) -> Recount:
        """Compares units with what was told of them, then totals with units. `mend`: what is wrong is put right."""
        units, wrong, told, after = 0, 0, list[Difference](), ""
        while True:
            async with self._alone(tenant_id) as session:
                part = {"experiment_id": stretch.experiment_id, "phase": stretch.phase, "after": after, "most": UNITS}
                (row,) = await session.fetch("fold.take_units", **part)
                if row["last"] is None:
                    break
                after, units = row["last"], units + row["units"]
                found = await _compare(session, tenant_id, _TOLD - len(told), mend=mend)
            wrong += found[0]
            told += found[1]
        sums = await self._compare_sums(tenant_id, stretch, mend=mend)
        return Recount(stretch, units, wrong + len(sums), (*told, *sums[: _TOLD - len(told)]))

    @asynccontextmanager
    async def _alone(self, tenant_id: TenantId) -> AsyncIterator[Session]:
        async with self._db.transaction() as session:
            await session.execute("reckoning.await_tenant", tenant_id=tenant_id)
            await session.execute("fold.stage")
            yield session

    async def _compare_sums(self, tenant_id: TenantId, stretch: Stretch, *, mend: bool) -> list[Difference]:
        given = {"experiment_id": stretch.experiment_id, "phase": stretch.phase}
        async with self._alone(tenant_id) as session:
            (staged,) = await session.fetch("fold.stage_sums", **given)
            if staged["unread"] and mend:
                raise Conflict(
                    f"what {stretch.key} measures in phase {stretch.phase} cannot be read ({staged['unread']}): "
                    "put experiment_phase.measures right first"
                )
            if staged["unread"]:
                return [Difference("phase", "what it measures", staged["unread"], "measures that can be read")]
            after: str | None = ""
            while after is not None:
                (row,) = await session.fetch("fold.next_units", **given, after=after, most=_ROWS)
                after = row["last"]
                await session.execute("fold.sum")
            since = await _kept_since(session, tenant_id)
            rows = await session.fetch("fold.wrong_sums", **given, since=since)
            if rows and mend:
                await session.execute("fold.mend_sums", **given, since=since)
        return [
            Difference(row["what"], f"{row['named']} of variant {row['variant']}", _text(row["had"]), _text(row["right_one"]))
            for row in rows
        ]


async def _compare(session: Session, tenant_id: TenantId, most: int, *, mend: bool) -> tuple[int, list[Difference]]:
    """How many of the due units stood otherwise, and the first of them. What waits to be added up is none of them."""
    await look_at(session, tenant_id)
    await session.execute("fold.forgive", tenant_id=tenant_id)
    rows = await session.fetch("fold.differences", most=max(most, 1))
    if rows and mend:
        await settle(session)
    told = [
        Difference("unit", row["unit"], _unit(row["had_variant"], row["had"]), _unit(row["variant"], row["amounts"]))
        for row in rows[: max(most, 0)]
    ]
    return (rows[0]["units"] if rows else 0), told


async def _kept_since(session: Session, tenant_id: TenantId) -> date:
    days: list[date] = [
        max(row["since"], row["until"] or row["since"])
        for row in await session.fetch("retention.due")
        if row["tenant_id"] == tenant_id
    ]
    return max(days, default=datetime.now(UTC).date()) + timedelta(days=1)


def _unit(variant: int | None, amounts: list[int] | None) -> str:
    return "none" if variant is None else f"variant {variant}: {amounts}"


def _text(sums: list[object]) -> str:
    return "none" if sums[0] is None else " ".join(map(str, sums))
