"""Which kinds of events a shop has, and what each says about taste."""

from typing import Annotated, Self

import strawberry

from gateway.domain import event_type
from schema.context import Ask


@strawberry.type(description="A kind of event, and how much it says about taste for how long.")
class EventTypeConfig:
    name: str = strawberry.field(description="As events say it in `type`.")
    weight: float = strawberry.field(description="How much one says: a view 1, a purchase 5; 0 says nothing.")
    half_life_days: float | None = strawberry.field(
        description="After how many days it says half as much; null: as each strategy forgets by itself."
    )
    standard: bool = strawberry.field(description="Whether every shop has it. Its weight may still be the shop's own.")

    @classmethod
    def of(cls, it: event_type.EventType) -> Self:
        return cls(name=it.name, weight=it.weight, half_life_days=it.half_life_days, standard=it.standard)


@strawberry.input(description="A kind of event, whole: the shop's own, or its own weight of one that every shop has.")
class EventTypeInput:
    name: str = strawberry.field(description="Lower-case letters, digits and _, beginning with a letter, 32 at most.")
    weight: float = strawberry.field(description="0, which says nothing, to 1,000.")
    half_life_days: float | None = strawberry.field(
        default=None, description="0.01 to 3,650; where null, each strategy forgets as it does by itself."
    )

    def understood(self) -> event_type.EventType:
        """The type in the gateway's words."""
        return event_type.EventType(self.name, self.weight, self.half_life_days)


@strawberry.type
class Weights:
    """The part of Query that tells event types."""

    @strawberry.field(description="ANALYST scope. Every type of event, those that all shops have first, each by name.")
    async def event_types(self, info: Ask) -> list[EventTypeConfig]:
        shop, caller = info.context.admit()
        return [EventTypeConfig.of(each) for each in await info.context.gateway.weigher.read(shop, caller)]


@strawberry.type
class Weighing:
    """The part of Mutation that changes event types."""

    @strawberry.mutation(
        description="ADMIN scope. Events of this type are taken from now on; what it says reaches recommendations with the next "
        "release. 100 of the shop's own at most. One that is told as the standard has it is the standard's again."
    )
    async def upsert_event_type(
        self, info: Ask, input: Annotated[EventTypeInput, strawberry.argument(description="The type, whole.")]
    ) -> EventTypeConfig:
        shop, caller = info.context.admit()
        return EventTypeConfig.of(await info.context.gateway.weigher.put(shop, caller, input.understood()))
