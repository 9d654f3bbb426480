"""What a shop's units did of late, read from what was told of them; a sample where there are many."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.experiment import ExperimentUnit
from gateway.domain.metric import Measure
from gateway.domain.past import Past
from gateway.domain.placement import PlacementId
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

_SAMPLE = 20_000  # units that are looked at, about
_FEW = 5_000  # sessions, where a share is enough
_SECONDS = 30.0  # that a question may take
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which units, and of when: those that came from `since` and before `until`, each looked at for as long as `lasts`. Of a
    `placement` those that were shown it then, from the first time on.
    """

    unit: ExperimentUnit
    since: datetime
    until: datetime
    lasts: timedelta
    placement: PlacementId | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many units came, and since when."""

    units: int
    since: datetime | None


class PastStore:
    """Reads what units did before an experiment."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def attendance(self, tenant_id: TenantId, asked: Stretch) -> Attendance:
        """Who came in a time."""
        told = {
            "tenant_id": tenant_id,
            "unit": asked.unit,
            "placement": asked.placement,
            "since": asked.since,
            "until": asked.until,
        }
        [row] = await self._db.fetch_within(_SECONDS, "past.units", **told)
        return Attendance(row["units"], row["since"])

    async def naming(self, tenant_id: TenantId, since: datetime) -> Mapping[ExperimentUnit, float]:
        """Which share of recent sessions names each kind of unit; empty where there are no sessions."""
        [row] = await self._db.fetch_within(_SECONDS, "past.naming", tenant_id=tenant_id, since=since, most=_FEW)
        sessions = row["sessions"]
        named = {ExperimentUnit.VISITOR: row["visitors"], ExperimentUnit.USER: row["users"], ExperimentUnit.SESSION: sessions}
        return {unit: number / sessions for unit, number in named.items()} if sessions else {}

    async def figures(
        self,
        tenant_id: TenantId,
        asked: Stretch,
        numerator: Measure,
        denominator: Measure | None = None,
        factors: Mapping[str, str] | None = None,
    ) -> Past:
        """What units did, by `factors` of currencies: what a minor unit is worth in minor units of the reporting currency."""
        came = await self.attendance(tenant_id, asked)
        if came.since is None:
            return Past(0, 0.0)
        rows = await self._db.fetch_within(
            _SECONDS,
            "past.figures",
            tenant_id=tenant_id,
            unit=asked.unit,
            placement=asked.placement,
            since=asked.since,
            until=asked.until,
            lasts=asked.lasts,
            one_in=max(1, math.ceil(came.units / _SAMPLE)),
            numerator=numerator,
            denominator=denominator,
            factors=dict(factors or {}),
        )
        days = (asked.until - came.since) / _DAY
        return Past(came.units, max(days, 1.0), [(int(row["y"]), int(row["d"]), row["units"]) for row in rows])
