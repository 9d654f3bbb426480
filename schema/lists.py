"""Lists that the shop computed elsewhere."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import ID

from gateway.domain import curated
from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.curated import ListId
from gateway.services.deciding.curate import ToldList
from gateway.services.hearing.taken import Taken
from schema.context import Ask
from schema.event import RowError
from schema.identity import IdentityInput
from schema.recommendation import Warning


@strawberry.input(description="A product of a list.")
class ScoredProductInput:
    product_id: ID = strawberry.field(description="The product; one that is unknown, or not sold in the market, is not shown.")
    score: float | None = strawberry.field(default=None, description="Of all or of none: without scores their order counts.")


@strawberry.input(
    description="A list, whole. It is for one product, one category or one user, or, without these, for placements that name it."
)
class CuratedListInput:
    id: ID = strawberry.field(description="The shop's own name of it.")
    products: list[ScoredProductInput] = strawberry.field(description="1,000 at most; none takes the list away.")
    market: str | None = strawberry.field(default=None, description="Every market where null.")
    seed_product_id: ID | None = strawberry.field(default=None, description="For pages about this product.")
    seed_category_id: ID | None = strawberry.field(default=None, description="For pages about this category, or one below it.")
    user: IdentityInput | None = strawberry.field(default=None, description="For this user, once they are believed to be it.")
    valid_from: datetime | None = strawberry.field(default=None, description="At once where null.")
    valid_to: datetime | None = strawberry.field(default=None, description="For good where null.")

    def understood(self) -> ToldList:
        """The list in the gateway's words."""
        scores = [each.score for each in self.products if each.score is not None]
        meant = curated.CuratedList(
            list_id=ListId(self.id),
            product_ids=[ProductId(each.product_id) for each in self.products],
            scores=scores,
            market_id=MarketId(self.market) if self.market else None,
            seed_product_id=ProductId(self.seed_product_id) if self.seed_product_id else None,
            seed_category_id=CategoryId(self.seed_category_id) if self.seed_category_id else None,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )
        return ToldList(meant, self.user.understood() if self.user else None)


@strawberry.type(description="What became of a batch, once it is committed.")
class UpsertPayload:
    accepted: int = strawberry.field(description="Rows that were taken, whether or not they said anything new.")
    errors: list[RowError] = strawberry.field(description="Rows that were refused; the others stand.")
    warnings: list[Warning] = strawberry.field(
        description="What is doubtful in those that were taken: what they name and the shop does not have."
    )

    @classmethod
    def of(cls, taken: Taken, ids: list[ID]) -> Self:
        """`ids`: what each row is called."""
        errors = [
            RowError(index=place, id=ids[place], field=each.field, code=each.code, message=each.message)
            for place, each in enumerate(taken.refused)
            if each
        ]
        warnings = [Warning.of(each) for each in taken.warnings]
        return cls(accepted=len(ids) - len(errors), errors=errors, warnings=warnings)


@strawberry.type(description="A list that the shop computed elsewhere.")
class CuratedList:
    id: ID = strawberry.field(description="The shop's own name of it.")
    market: str | None = strawberry.field(description="Where it holds; null is everywhere.")
    seed_product_id: ID | None = strawberry.field(description="The product for whose pages it is.")
    seed_category_id: ID | None = strawberry.field(description="The category for whose pages it is.")
    products: int = strawberry.field(description="How many it has.")
    valid_from: datetime | None = strawberry.field(description="From when on it is shown.")
    valid_to: datetime | None = strawberry.field(description="Until when it is shown.")

    @classmethod
    def of(cls, it: curated.KeptList) -> Self:
        return cls(
            id=ID(it.list_id),
            market=it.market_id,
            seed_product_id=ID(it.seed_product_id) if it.seed_product_id else None,
            seed_category_id=ID(it.seed_category_id) if it.seed_category_id else None,
            products=it.products,
            valid_from=it.valid_from,
            valid_to=it.valid_to,
        )


@strawberry.type
class Lists:
    """The part of Query that reads the shop's lists."""

    @strawberry.field(description="ANALYST scope. The shop's own lists, by id.")
    async def lists(
        self,
        info: Ask,
        first: Annotated[int | None, strawberry.argument(description="1 to 1,000; 1,000 where null.")] = None,
        after: Annotated[ID | None, strawberry.argument(description="The id of a list: those after it.")] = None,
    ) -> list[CuratedList]:
        shop, caller = info.context.admit()
        return [CuratedList.of(each) for each in await info.context.gateway.curator.read(shop, caller, first, after)]


@strawberry.type
class Curating:
    """The part of Mutation that tells the shop's lists."""

    @strawberry.mutation(description="ADMIN scope. Recommendations computed elsewhere: each list is replaced whole.")
    async def upsert_lists(
        self, info: Ask, lists: Annotated[list[CuratedListInput], strawberry.argument(description="1,000 at most.")]
    ) -> UpsertPayload:
        shop, caller = info.context.admit()
        taken = await info.context.gateway.curator.put(shop, caller, [each.understood() for each in lists])
        return UpsertPayload.of(taken, [each.id for each in lists])
