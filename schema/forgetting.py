"""What people may ask of the shop: to be told, to be forgotten, not to be followed."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain import person
from schema.context import Ask
from schema.identity import IdentityInput

ByArg = Annotated[IdentityInput, strawberry.argument(description="Who, by any of their ids.")]
BlockArg = Annotated[
    bool,
    strawberry.argument(
        description="Whether events that name them by an id of theirs are refused from now on: TRACKING_BLOCKED."
    ),
]


@strawberry.type(description="What was done about someone, without a word of who they were.")
class ErasureReceipt:
    id: ID = strawberry.field(description="Under which the audit log has it, too.")
    at: datetime = strawberry.field(description="Nothing of them is left that was committed before.")
    rows: JSON = strawberry.field(description="Of each table how many rows were removed or made nameless.")

    @classmethod
    def of(cls, it: person.ErasureReceipt) -> Self:
        return cls(id=ID(str(it.receipt_id)), at=it.made_at, rows=JSON(dict(it.rows)))


@strawberry.type
class Forgetting:
    """The part of Mutation that people may ask for."""

    @strawberry.mutation(
        description="SERVER scope. Everything that is held of someone, by what it is; of a shared session only what is theirs."
        " At most 20,000 rows of a kind, the newest of events and of what was shown; `complete` says whether that is all, and"
        " `events` pages through the rest. Of whom nothing is held, `found` is false and every list empty."
    )
    async def export_user(self, info: Ask, by: ByArg) -> JSON:
        shop, caller = info.context.admit()
        return JSON(await info.context.gateway.forgetter.export(shop, caller, by.understood()))

    @strawberry.mutation(
        description="SERVER scope. Makes what someone did nameless: counts stay as they are, by day. Who they are stays, and what"
        " they prefer."
    )
    async def delete_event_history(self, info: Ask, by: ByArg, block_tracking: BlockArg = False) -> ErasureReceipt:
        shop, caller = info.context.admit()
        forgetter = info.context.gateway.forgetter
        return ErasureReceipt.of(await forgetter.forget(shop, caller, by.understood(), whole=False, blocked=block_tracking))

    @strawberry.mutation(
        description="SERVER scope. Forgets someone: what they did is made nameless, everything else is removed. Of whom nothing"
        " is held, the receipt's `rows` are empty."
    )
    async def erase_user(self, info: Ask, by: ByArg, block_tracking: BlockArg = False) -> ErasureReceipt:
        shop, caller = info.context.admit()
        forgetter = info.context.gateway.forgetter
        return ErasureReceipt.of(await forgetter.forget(shop, caller, by.understood(), whole=True, blocked=block_tracking))

    @strawberry.mutation(
        description="SERVER scope. Lifts what blockTracking put on this id and those that went with it; whether anything was."
    )
    async def allow_tracking(self, info: Ask, by: ByArg) -> bool:
        shop, caller = info.context.admit()
        return await info.context.gateway.forgetter.follow_again(shop, caller, by.understood())
