"""Telling what happened."""

from datetime import UTC, datetime
from typing import Annotated, cast

import strawberry

from gateway.domain.told import Told
from gateway.services.administering.admit import require_recording
from gateway.services.hearing.telling import read_event
from schema.context import Ask
from schema.event import EventInput, RecordEventsPayload


@strawberry.type
class Telling:
    """The part of Mutation that tells what happened."""

    @strawberry.mutation(
        description="Acknowledged once committed. Each event is accepted, recognised as a duplicate, or refused with a reason."
    )
    async def record_events(
        self, info: Ask, events: Annotated[list[EventInput], strawberry.argument(description="1,000 at most.")]
    ) -> RecordEventsPayload:
        shop, caller = info.context.admit()
        require_recording(caller)
        now = datetime.now(UTC)
        given = cast("list[Told]", events)  # as they are read: schema/event.py
        told = [read_event(each, caller, shop.tenant, now, info.context.agent) for each in given]
        return RecordEventsPayload.of(await info.context.gateway.tracker.record(shop, told), given)
