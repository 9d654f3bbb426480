"""Witness exposures that happened elsewhere: each is accepted, recognised as known, or refused with a reason."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gateway.domain.event import Refusal, settle_time
from gateway.domain.exposure import ToldExposure, exposure_of
from gateway.errors import LimitExceeded
from gateway.services.hearing.track import MAX_BATCH, Receipt, RefusedRow
from gateway.services.shop import Shop
from gateway.store.exposures import ExposureStore, Told


class Witness:
    """Checks what is told of exposures and keeps it; the receipt comes after the commit."""

    def __init__(self, exposures: ExposureStore) -> None:
        self._exposures = exposures

    async def record(self, shop: Shop, told: Sequence[ToldExposure | Refusal], apart: str | None = None) -> Receipt:
        """Takes a batch in. A `Refusal` stands for a row that its face could not read; it keeps its place. `apart`: why none of
        it counts.
        """
        if len(told) > MAX_BATCH:
            raise LimitExceeded(f"a batch may have {MAX_BATCH} exposures at most, not {len(told)}", field="exposures")
        now = datetime.now(UTC)
        checked = [each if isinstance(each, Refusal) else checked_by(shop, each, now, apart) for each in told]
        good = [(place, each) for place, each in enumerate(checked) if isinstance(each, Told)]
        kept = await self._exposures.add([each for _, each in good])
        refused = {place: each for place, each in enumerate(checked) if isinstance(each, Refusal)}
        refused |= {good[number][0]: refusal for number, refusal in kept.refused.items()}
        return Receipt(
            accepted=frozenset(place for n, (place, _) in enumerate(good) if n not in kept.known and n not in kept.refused),
            duplicates=len(kept.known),
            refused=tuple(RefusedRow(place, None, refusal) for place, refusal in sorted(refused.items())),
        )


def checked_by(shop: Shop, told: ToldExposure, now: datetime, apart: str | None = None) -> Told | Refusal:
    """What a shop keeps of an exposure, or the field that is wrong."""
    if told.time is not None and told.time.tzinfo is None:
        return Refusal("time", "BAD_USER_INPUT", "needs its offset from UTC, as in 2026-11-21T12:00:00Z")
    moment = settle_time(told.time, now, timedelta(days=shop.tenant.retention_days))
    if isinstance(moment, Refusal):
        return moment
    exposed = exposure_of(told, shop.experiments, shop.draft_experiments, moment)
    if isinstance(exposed, Refusal):
        return exposed
    return Told(shop.tenant.tenant_id, exposed, told.visitor, apart=apart, in_force=True)
