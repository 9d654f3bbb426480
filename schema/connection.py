"""Lists of products, a page at a time."""

from typing import Self

import strawberry

from gateway.domain.page import ProductFilter
from gateway.services.asking.browse import ProductSlice, Spot, cursor
from gateway.services.shop import Shop
from schema.catalog import PageInfo, Product, ProductEdge
from schema.context import Ask


@strawberry.type(description="A page of a list of products.")
class ProductConnection:
    edges: list[ProductEdge] = strawberry.field(description="The products of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    shop: strawberry.Private[Shop]
    where: strawberry.Private[Spot]
    search: strawberry.Private[str | None]
    filter: strawberry.Private[ProductFilter | None]

    @classmethod
    def of(
        cls,
        it: ProductSlice,
        shop: Shop,
        where: Spot,
        *,
        search: str | None,
        filter: ProductFilter | None,
        after: str | None,
    ) -> Self:
        """The slice as a connection; what it was asked with stays, for the count."""
        edges = [ProductEdge(cursor=cursor(p), node=Product.of(p, shop)) for p in it.products]
        return cls(
            edges=edges,
            page_info=PageInfo.of([edge.cursor for edge in edges], more=it.more, after=after),
            shop=shop,
            where=where,
            search=search,
            filter=filter,
        )

    @strawberry.field(description="How many products there are in all; counted only where it is asked for.")
    async def total_count(self, info: Ask) -> int | None:
        return await info.context.gateway.browser.count(self.shop, self.where, search=self.search, filter=self.filter)
