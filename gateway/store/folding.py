"""What units of experiments did: each of which anything was told is added up anew, and totals change by the difference."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.tenant import TenantId
from gateway.store.database import Session

logger = logging.getLogger(__name__)

UNITS = 5000  # in a transaction: a second or two


@dataclass(frozen=True, slots=True)
class ToldOf:
    """Batches of events of a day, or (`numbers` null) all that it had before batches were numbered."""

    since: datetime
    until: datetime
    numbers: Sequence[int] | None


async def fold(session: Session, tenant_id: TenantId, told: Sequence[ToldOf]) -> int:
    """Adds up the units of whom batches told, those that wait and those whose window has closed, 5,000 at most; others wait for
    the next time. Comes after attribution, whose tables of the same transaction it reads. How many units that were.
    """
    kinds = await session.fetch("fold.read_kinds", tenant_id=tenant_id)
    if not kinds:
        return 0
    await session.execute("fold.stage")
    for each in told:
        await session.execute(
            "fold.note_told",
            tenant_id=tenant_id,
            since=each.since,
            until=each.until,
            batches=each.numbers or [],
            numbered=each.numbers is not None,
            types=kinds[0]["types"],
        )
    await session.execute("fold.note_sales", tenant_id=tenant_id)
    await session.execute("fold.weigh", staged=["stirred_by"])
    await session.execute("fold.note_due", tenant_id=tenant_id, kinds=kinds[0]["kinds"])
    await session.execute("fold.leave", tenant_id=tenant_id, most=UNITS)
    await session.execute("fold.weigh", staged=["due_unit"])
    await session.execute("fold.spare", tenant_id=tenant_id)
    await session.execute("fold.take", tenant_id=tenant_id, most=UNITS)
    units = await look_at(session, tenant_id)
    if units:
        await settle(session)
    return units


async def look_at(session: Session, tenant_id: TenantId) -> int:
    """What the due units did, beside what stands of them; how many they are."""
    (row,) = await session.fetch("fold.count_due")
    if not row["units"]:
        return 0
    await session.execute("fold.weigh", staged=["due_unit"])
    (looked,) = await session.fetch("fold.look_up", tenant_id=tenant_id)
    for phase in looked["unread"]:
        logger.error("%s: what a phase measures cannot be read, and its units stay as they are: %s", tenant_id, phase)
    (span,) = await session.fetch("fold.read_span")
    if span["since"]:
        await session.execute("fold.hear", tenant_id=tenant_id, since=span["since"], until=span["until"])
    await session.execute("fold.note_gone")
    await session.execute("fold.note_come")
    return int(row["units"])


async def settle(session: Session) -> None:
    """Puts what units did in the place of what stood, and the difference into the totals."""
    await session.execute("fold.drop")
    await session.execute("fold.put")
    await session.execute("fold.shun")
    await session.execute("fold.add")
