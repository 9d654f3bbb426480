"""Feeds, as those who look after the catalog see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import ID

from gateway.domain import feed as supply
from schema.context import Ask


@strawberry.type(description="A row of a feed that could not be used.")
class RefusedRow:
    line: int = strawberry.field(description="The line it begins on; in XML, Parquet and a JSON document its number.")
    field: str = strawberry.field(description="What of it is wrong.")
    code: str = strawberry.field(description="Why, for machines.")
    reason: str = strawberry.field(description="Why, for people.")


@strawberry.type(description="What one coming of a feed did.")
class FeedRun:
    id: ID = strawberry.field(description="Later runs have larger ones.")
    feed: str = strawberry.field(description="The feed's name.")
    started_at: datetime = strawberry.field(description="When it began.")
    finished_at: datetime | None = strawberry.field(description="When it was done; null while it is at work.")
    rows: int = strawberry.field(description="Rows, or items, that the feed had.")
    added: int = strawberry.field(description="Products that were new.")
    changed: int = strawberry.field(description="Products that now say something else.")
    unchanged: int = strawberry.field(description="Products that said what was known.")
    hidden: int = strawberry.field(description="Products that a full feed lists no more.")
    refused: int = strawberry.field(description="Rows that could not be used; all others were.")
    error: str | None = strawberry.field(description="Why it could not be done, or why nothing was hidden.")
    notes: list[str] = strawberry.field(description="What else is worth knowing.")
    refusals: list[RefusedRow] = strawberry.field(description="The first hundred rows that were refused.")

    @classmethod
    def of(cls, it: supply.FeedRun) -> Self:
        """The run as clients see it."""
        return cls(
            id=ID(str(it.run_id)),
            feed=it.feed,
            started_at=it.started_at,
            finished_at=it.finished_at,
            rows=it.rows,
            added=it.added,
            changed=it.changed,
            unchanged=it.unchanged,
            hidden=it.hidden,
            refused=it.refused,
            error=it.error,
            notes=list(it.notes),
            refusals=[RefusedRow(line=r["line"], field=r["field"], code=r["code"], reason=r["reason"]) for r in it.refusals],
        )


@strawberry.type
class Supplying:
    """The part of Query that tells of feeds."""

    @strawberry.field(description="What the shop's feeds did, newest first. ANALYST scope.")
    async def feed_runs(
        self, info: Ask, first: Annotated[int | None, strawberry.argument(description="1 to 100; 20 where null.")] = None
    ) -> list[FeedRun]:
        shop, caller = info.context.admit()
        return [FeedRun.of(each) for each in await info.context.gateway.overseer.runs(shop, caller, first)]
