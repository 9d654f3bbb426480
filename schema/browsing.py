"""Reading the catalog."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.domain.catalog import CategoryId
from gateway.services.asking.browse import spot
from schema.asking import FilterArg, LocaleArg, MarketArg, RegionArg, filtered
from schema.catalog import Category, Market, Product
from schema.connection import ProductConnection
from schema.context import Ask


@strawberry.type
class Browsing:
    """The part of Query that reads the catalog."""

    @strawberry.field(description="One product of a market; null where there is none, or it is hidden.")
    async def product(
        self,
        info: Ask,
        id: Annotated[ID, strawberry.argument(description="The product.")],
        market: MarketArg,
        locale: LocaleArg = None,
        region: RegionArg = None,
    ) -> Product | None:
        shop, _ = info.context.admit()
        [found] = await info.context.gateway.browser.products(spot(shop, market, locale, region), [id])
        return Product.of(found, shop) if found else None

    @strawberry.field(description="Products of a market in the order of the ids; null where there is none.")
    async def products_by_ids(
        self,
        info: Ask,
        ids: Annotated[list[ID], strawberry.argument(description="500 at most.")],
        market: MarketArg,
        locale: LocaleArg = None,
        region: RegionArg = None,
    ) -> list[Product | None]:
        shop, _ = info.context.admit()
        found = await info.context.gateway.browser.products(spot(shop, market, locale, region), ids)
        return [Product.of(each, shop) if each else None for each in found]

    @strawberry.field(description="The market's products, by id.")
    async def products(
        self,
        info: Ask,
        market: MarketArg,
        locale: LocaleArg = None,
        region: RegionArg = None,
        search: Annotated[
            str | None, strawberry.argument(description='Words of title, brand and description; "a phrase", -without, or.')
        ] = None,
        filter: FilterArg = None,
        first: Annotated[int | None, strawberry.argument(description="1 to 200; 50 where null.")] = None,
        after: Annotated[str | None, strawberry.argument(description="endCursor of an earlier answer.")] = None,
    ) -> ProductConnection:
        shop, _ = info.context.admit()
        where = spot(shop, market, locale, region)
        wanted = filtered(filter)
        browser = info.context.gateway.browser
        found = await browser.page(shop, where, search=search, filter=wanted, first=first, after=after)
        return ProductConnection.of(found, shop, where, search=search, filter=wanted, after=after)

    @strawberry.field(description="The categories below one, or those at the top; by name.")
    def categories(
        self, info: Ask, parent: Annotated[ID | None, strawberry.argument(description="The category above.")] = None
    ) -> list[Category]:
        shop, _ = info.context.admit()
        return [Category.of(c, shop) for c in shop.categories.children(CategoryId(parent) if parent else None)]

    @strawberry.field(description="Where the shop sells.")
    def markets(self, info: Ask) -> list[Market]:
        shop, _ = info.context.admit()
        return [Market.of(market) for market in shop.markets.values()]
