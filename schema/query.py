"""Everything that can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry
from strawberry import ID

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.page import PageContext, PageRequest, ProductFilter
from gateway.domain.placement import PlacementId, StrategyName
from gateway.domain.tenant import Caller
from gateway.services.browse import shelf
from gateway.services.shop import Shop
from schema.catalog import Category, Market, Product
from schema.connection import ProductConnection
from schema.context import Ask
from schema.filters import ProductFilterInput
from schema.page import PageInput
from schema.recommendation import Page, PlacementFill
from schema.visitor import VisitorInput

MarketArg = Annotated[str, strawberry.argument(description="Where the shop is visited, such as se.")]
LocaleArg = Annotated[str | None, strawberry.argument(description="A language, such as sv-SE; the market's own where null.")]
ChannelArg = Annotated[
    str | None, strawberry.argument(description="web, app, email, call_centre, pos …; the key's own where null.")
]
VisitorArg = Annotated[VisitorInput, strawberry.argument(description="Who looks.")]
PageArg = Annotated[PageInput | None, strawberry.argument(description="What the page is about.")]
FilterArg = Annotated[ProductFilterInput | None, strawberry.argument(description="Only products that pass.")]
ExcludeArg = Annotated[list[ID] | None, strawberry.argument(description="Products that must not be shown.")]


@strawberry.type(description="Everything that can be asked.")
class Query:
    @strawberry.field(description="Fill one page's placements, most important first. No product appears twice on the page.")
    async def placements(
        self,
        info: Ask,
        ids: Annotated[list[ID], strawberry.argument(description='Such as "item_page.similar"; all of one page type.')],
        market: MarketArg,
        visitor: VisitorArg,
        locale: LocaleArg = None,
        channel: ChannelArg = None,
        page: PageArg = None,
        filter: FilterArg = None,
        exclude: ExcludeArg = None,
        limit: Annotated[
            int | None, strawberry.argument(description="1 to 128 products a placement; its own count where null.")
        ] = None,
    ) -> Page:
        shop, caller = info.context.admit()
        asked = Asked(market, visitor, locale, channel, page, filter, exclude, limit)
        request = asked.understood(caller, shop, ids)
        return Page.of(await info.context.gateway.recommender.page(shop, caller, request), shop)

    @strawberry.field(description="One strategy, without a configured placement.")
    async def recommend(
        self,
        info: Ask,
        strategy: Annotated[StrategyName, strawberry.argument(description="The way to find products.")],
        market: MarketArg,
        visitor: VisitorArg,
        locale: LocaleArg = None,
        channel: ChannelArg = None,
        page: PageArg = None,
        filter: FilterArg = None,
        exclude: ExcludeArg = None,
        limit: Annotated[int | None, strawberry.argument(description="1 to 128 products; 12 where null.")] = None,
    ) -> PlacementFill:
        shop, caller = info.context.admit()
        asked = Asked(market, visitor, locale, channel, page, filter, exclude, limit)
        request = asked.understood(caller, shop)
        answered = await info.context.gateway.recommender.one(shop, caller, request, strategy)
        return PlacementFill.of(answered.fills[0], shop)

    @strawberry.field(description="One product of a market; null where there is none, or it is hidden.")
    async def product(
        self,
        info: Ask,
        id: Annotated[ID, strawberry.argument(description="The product.")],
        market: MarketArg,
        locale: LocaleArg = None,
    ) -> Product | None:
        shop, _ = info.context.admit()
        [found] = await info.context.gateway.browser.products(shop, market, locale, [id])
        return Product.of(found, shop) if found else None

    @strawberry.field(description="Products of a market in the order of the ids; null where there is none.")
    async def products_by_ids(
        self,
        info: Ask,
        ids: Annotated[list[ID], strawberry.argument(description="500 at most.")],
        market: MarketArg,
        locale: LocaleArg = None,
    ) -> list[Product | None]:
        shop, _ = info.context.admit()
        found = await info.context.gateway.browser.products(shop, market, locale, ids)
        return [Product.of(each, shop) if each else None for each in found]

    @strawberry.field(description="The market's products, by id.")
    async def products(
        self,
        info: Ask,
        market: MarketArg,
        locale: LocaleArg = None,
        search: Annotated[
            str | None, strawberry.argument(description='Words of title, brand and description; "a phrase", -without, or.')
        ] = None,
        filter: FilterArg = None,
        first: Annotated[int | None, strawberry.argument(description="1 to 200; 50 where null.")] = None,
        after: Annotated[str | None, strawberry.argument(description="endCursor of an earlier answer.")] = None,
    ) -> ProductConnection:
        shop, _ = info.context.admit()
        where = shelf(shop, market, locale)
        wanted = _filter(filter)
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


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments that every question for recommendations has."""

    market: str
    visitor: VisitorInput
    locale: str | None
    channel: str | None
    page: PageInput | None
    filter: ProductFilterInput | None
    exclude: list[ID] | None
    limit: int | None

    def understood(self, caller: Caller, shop: Shop, placements: Sequence[str] = ()) -> PageRequest:
        """The request in the gateway's words."""
        return PageRequest(
            placement_ids=tuple(PlacementId(i) for i in placements),
            market_id=MarketId(self.market),
            visitor=self.visitor.recognised(caller, shop.tenant),
            locale=self.locale,
            channel=self.channel,
            context=self.page.understood() if self.page else PageContext(),
            page_type=self.page.type if self.page else None,
            filter=_filter(self.filter),
            exclude=frozenset(ProductId(i) for i in self.exclude or () if i),
            limit=self.limit,
        )


def _filter(given: ProductFilterInput | None) -> ProductFilter | None:
    return given.understood() if given else None
