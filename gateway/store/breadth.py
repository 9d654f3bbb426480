"""How much of the catalog the variants of an experiment show, read once a minute at most: large catalogs take long."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from gateway.domain.appraisal.evidence import Breadth
from gateway.domain.experiment import Experiment
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

_LASTS = timedelta(minutes=1)

Stretch = tuple[int, int]


class BreadthStore:
    """Reads to how many units each product was shown."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: Mapping[Stretch, tuple[datetime, tuple[Breadth, ...]]] = {}

    async def of(self, tenant_id: TenantId, experiment: Experiment, at: datetime) -> tuple[Breadth, ...]:
        """By variant, of the experiment's last phase."""
        if experiment.phase is None:
            return ()
        stretch = (experiment.experiment_id, experiment.phase.number)
        read, known = self._known.get(stretch, (None, ()))
        if read is None or not timedelta() <= at - read < _LASTS:
            known = await self._read(tenant_id, experiment, stretch)
            fresh = {each: found for each, found in self._known.items() if at - found[0] < _LASTS}
            self._known = {**fresh, stretch: (at, known)}
        return known

    async def _read(self, tenant_id: TenantId, experiment: Experiment, stretch: Stretch) -> tuple[Breadth, ...]:
        rows = await self._db.fetch("result.coverage", tenant_id=tenant_id, experiment_id=stretch[0], phase=stretch[1])
        found: list[dict[int, int]] = [{} for _ in experiment.variants]
        on_sale, sellable = [0] * len(found), 0
        for row in rows:
            sellable = row["sellable"]
            if row["variant"] is not None:
                found[row["variant"]][row["units"]] = row["products"]
                on_sale[row["variant"]] += row["on_sale"]
        return tuple(Breadth(each, still, sellable) for each, still in zip(found, on_sale, strict=True))
