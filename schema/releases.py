"""Releases, as those who look after recommendations see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import ID

from gateway.domain import release
from schema.context import Ask


@strawberry.type(description="What a night of training made: the tables and the index that recommendations come from.")
class Release:
    id: ID = strawberry.field(description="Later ones sort behind earlier ones.")
    created_at: datetime = strawberry.field(description="When it was made.")
    serving: bool = strawberry.field(description="Whether it answers now.")
    products: int = strawberry.field(description="Products that it knows.")
    events: int = strawberry.field(description="Events that it learnt from.")
    recall_at_20: float | None = strawberry.field(
        name="recallAt20",
        description="The share of the 20 nearest neighbours that the index finds; null where no product has a vector.",
    )
    coverage: float = strawberry.field(description="The share of products that lead to another.")
    seconds: float = strawberry.field(description="How long it was made.")
    refused: str | None = strawberry.field(description="Why it was not published; null where it was.")

    @classmethod
    def of(cls, it: release.Release) -> Self:
        """The release as clients see it."""
        return cls(
            id=ID(it.release_id),
            created_at=it.created_at,
            serving=it.serving,
            products=it.products,
            events=it.events,
            recall_at_20=it.recall,
            coverage=it.coverage,
            seconds=it.seconds,
            refused=it.refused,
        )


@strawberry.type
class Shifts:
    """The part of Query that tells of releases."""

    @strawberry.field(description="The releases that were made, newest first, refused ones among them. ANALYST scope.")
    async def releases(
        self, info: Ask, first: Annotated[int | None, strawberry.argument(description="1 to 100; 20 where null.")] = None
    ) -> list[Release]:
        shop, caller = info.context.admit()
        return [Release.of(each) for each in await info.context.gateway.restorer.releases(shop, caller, first)]


@strawberry.type
class Restoring:
    """The part of Mutation that goes back to a release."""

    @strawberry.mutation(
        description="Has an earlier release answer again, once its files were looked at; training goes on. ADMIN scope."
    )
    async def rollback_release(
        self, info: Ask, id: Annotated[ID, strawberry.argument(description="Of releases; not a refused one.")]
    ) -> Release:
        shop, caller = info.context.admit()
        return Release.of(await info.context.gateway.restorer.roll_back(shop, caller, release.ReleaseId(id)))
