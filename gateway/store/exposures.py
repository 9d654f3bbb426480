"""Who really got which variant, kept: once a unit, the first moment, whichever way and in whichever order it is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.event import BLOCKED, Refusal
from gateway.domain.experiment import Exposed
from gateway.domain.exposure import AFTER_THE_END, ANOTHER_PHASE
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import Visitor
from gateway.store.database import Contended, Database, Session
from gateway.store.people import hold

_ATTEMPTS = 4
_WHY = {"BLOCKED": BLOCKED, "AFTER_THE_END": AFTER_THE_END, "ANOTHER_PHASE": ANOTHER_PHASE}
_COLUMNS = (
    "number", "session_id", "user_id", "visitor_id", "tenant_id", "experiment_id", "phase", "policy", "unit", "variant",
    "exposed_at", "source", "propensity", "apart", "market_id", "device", "page_type",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """An exposure, and by which ids it was told whose it is. `apart`: why it counts in no arm, beside what it says itself.
    `in_force`: under the optimiser's policy of its moment, whatever it says.
    """

    tenant_id: TenantId
    exposed: Exposed
    visitor: Visitor
    apart: str | None = None
    in_force: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """By their places: those that were told before, and those that are not kept, with the reason."""

    known: frozenset[int] = frozenset()
    refused: Mapping[int, Refusal] = field(default_factory=dict)


class ExposureStore:
    """Writes exposures that happened elsewhere; those of answers are written with the answers' record."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, told: Sequence[Told]) -> Kept:
        """Keeps a batch, all of it or nothing; again where another batch had to go first."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._add(told)
            except Contended:
                continue
        return await self._add(told)

    async def _add(self, told: Sequence[Told]) -> Kept:
        async with self._db.transaction() as session:
            for tenant_id in sorted({each.tenant_id for each in told}):
                await hold(session, tenant_id)
            return await put(session, told)


async def put(session: Session, told: Sequence[Told]) -> Kept:
    """Keeps exposures in a transaction in which nobody of their tenants is forgotten (`hold`)."""
    if not told:
        return Kept()
    await session.execute("exposure.stage")
    await session.copy("staged_exposure", _COLUMNS, _rows(told))
    refused = {row["number"]: _WHY[row["why"]] for row in await session.fetch("exposure.leave")}
    known = frozenset(row["number"] for row in await session.fetch("exposure.keep"))
    return Kept(known, refused)


def _rows(told: Sequence[Told]) -> Iterable[Sequence[object]]:
    for number, each in enumerate(told):
        x, seen = each.exposed, each.visitor
        yield (
            number, seen.session_id, seen.user_id, seen.visitor_id, each.tenant_id, x.experiment_id, x.phase,
            -1 if each.in_force else x.policy, x.unit, x.variant, x.exposed_at, x.source.value, x.propensity,
            each.apart or x.apart, x.market_id, x.device, x.page_type,
        )  # fmt: skip
