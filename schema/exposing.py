"""Telling who got which variant elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import ID

from gateway.domain.event import Refusal
from gateway.domain.exposure import ToldExposure
from gateway.domain.tenant import Caller, Scope, Tenant
from gateway.errors import BadInput, Forbidden
from gateway.services.administering.admit import require
from gateway.services.hearing.track import Receipt
from schema.context import Ask
from schema.event import RecordEventsPayload, RowError
from schema.visitor import VisitorInput


@strawberry.input(description="That a unit got a variant somewhere else: another system's arm, an import.")
class ExposureInput:
    experiment: ID = strawberry.field(description="The experiment's key. It has started; its last phase takes the past too.")
    variant: str | None = strawberry.field(default=None, description="The variant's key.")
    split_group: str | None = strawberry.field(default=None, description="The same, as another system calls it.")
    visitor: VisitorInput = strawberry.field(description="Who: with the id that the experiment's unit is.")
    time: datetime | None = strawberry.field(default=None, description="When; now where null. The first moment of a unit counts.")
    propensity: float | None = strawberry.field(default=None, description="How likely this variant was: above 0, at most 1.")

    def told(self, caller: Caller, tenant: Tenant) -> ToldExposure | Refusal:
        """In the gateway's words, or the id that cannot be read."""
        try:
            visitor = self.visitor.recognised(caller, tenant)
        except (BadInput, Forbidden) as bad:
            return Refusal(bad.field or "visitor", bad.code, bad.message)
        return ToldExposure(self.experiment, self.variant, self.split_group, visitor, self.time, self.propensity)


@strawberry.type
class Exposing:
    """The part of Mutation that tells who got which variant."""

    @strawberry.mutation(
        description="SERVER scope. Exposures that happened elsewhere: a competitor's arm, an import. Analysed like our own. "
        "Acknowledged once committed; one that changes nothing, since an earlier moment of the unit was told, is a duplicate."
    )
    async def record_exposures(
        self, info: Ask, exposures: Annotated[list[ExposureInput], strawberry.argument(description="1,000 at most.")]
    ) -> RecordEventsPayload:
        shop, caller = info.context.admit()
        require(caller, Scope.SERVER)
        told = [each.told(caller, shop.tenant) for each in exposures]
        return _payload(await info.context.gateway.witness.record(shop, told, caller.apart))


def _payload(receipt: Receipt) -> RecordEventsPayload:
    errors: Sequence[RowError] = [
        RowError(index=row.index, id=None, field=row.refusal.field, code=row.refusal.code, message=row.refusal.message)
        for row in receipt.refused
    ]
    return RecordEventsPayload(accepted=len(receipt.accepted), duplicates=receipt.duplicates, errors=list(errors), warnings=[])
