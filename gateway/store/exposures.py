"""Who really got which variant, kept: once a unit, the first moment, whichever way and in whichever order it is told."""

from collections.abc import Mapping, Sequence
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
    outcomes = await session.fetch("exposure.keep", batch=[_row(number, each) for number, each in enumerate(told)])
    known = frozenset(row["number"] for row in outcomes if row["outcome"] == "KNOWN")
    return Kept(known, {row["number"]: _WHY[row["outcome"]] for row in outcomes if row["number"] not in known})


def _row(number: int, told: Told) -> Mapping[str, object]:
    """Its told_exposure."""
    x, seen = told.exposed, told.visitor
    return {
        "number": number, "session_id": seen.session_id, "user_id": seen.user_id, "visitor_id": seen.visitor_id,
        "tenant_id": told.tenant_id, "experiment_id": x.experiment_id, "phase": x.phase,
        "policy": -1 if told.in_force else x.policy, "unit": x.unit, "variant": x.variant, "exposed_at": x.exposed_at,
        "source": x.source.value, "propensity": x.propensity, "apart": told.apart or x.apart, "market_id": x.market_id,
        "device": x.device, "page_type": x.page_type,
    }  # fmt: skip
