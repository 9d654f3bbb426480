"""Asking for several things at once."""

from typing import Annotated

import strawberry
from strawberry import ID
from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from gateway.domain.page import ProductSort
from gateway.domain.placement import StrategyName
from gateway.services.answering.bulk import Wish
from schema.asking import Asked, ChannelArg, LocaleArg, MarketArg, RegionArg, VisitorArg
from schema.context import Ask
from schema.facets import FacetInput
from schema.filters import NameValueInput, ProductFilterInput
from schema.page import PageInput
from schema.recommendation import Page
from schema.variants import ForceArg, PreviewTokenArg, SplitGroupsArg
from schema.words import described

ProductSortEnum = described(
    ProductSort,
    "ProductSort",
    "The order in which what was chosen is shown: it never changes what is chosen.",
    {
        ProductSort.RELEVANCE: "As the strategies rank it.",
        ProductSort.PERSONALIZED: "What this visitor's last events speak for first; the rest as ranked.",
        ProductSort.POPULAR: "What sells best in the market first; the rest as ranked.",
        ProductSort.PRICE_ASC: "What costs least now first.",
        ProductSort.PRICE_DESC: "What costs most now first.",
        ProductSort.NEWEST: "What came to the market last first.",
    },
)


@strawberry.input(description="One request among several: a placement, or strategies, on a page of its own.")
class RecommendationRequest:
    placement: ID | None = strawberry.field(default=None, description="A configured placement; strategies must be null then.")
    strategies: list[StrategyName] | None = strawberry.field(default=None, description="In order, where there is no placement.")
    page: PageInput | None = strawberry.field(default=None, description="What its page is about.")
    filter: ProductFilterInput | None = strawberry.field(default=None, description="Only products that pass.")
    exclude: list[ID] | None = strawberry.field(default=None, description="Products that must not be shown.")
    limit: int | None = strawberry.field(default=None, description="1 to 128; the placement's own count, or 12, where null.")
    after: str | None = strawberry.field(default=None, description="endCursor of an earlier answer to this request.")
    context: list[NameValueInput] | None = strawberry.field(
        default=None, description="Shop-specific values that rules, targeting and strategy parameters may read."
    )
    facets: list[FacetInput] | None = strawberry.field(default=None, description="20 at most.")
    sort: ProductSort | None = strawberry.field(default=None, description="RELEVANCE where null.")


@strawberry.type
class Gathering:
    """The part of Query that asks for several things at once."""

    @strawberry.field(
        description="Several independent requests for one visitor; answer i is for request i, a failed one is empty and says why."
    )
    async def recommend_many(
        self,
        info: Ask,
        market: MarketArg,
        visitor: VisitorArg,
        requests: Annotated[list[RecommendationRequest], strawberry.argument(description="20 at most.")],
        locale: LocaleArg = None,
        region: RegionArg = None,
        channel: ChannelArg = None,
        unique: Annotated[bool, strawberry.argument(description="No product in two answers; the first chooses first.")] = False,
        split_groups: SplitGroupsArg = None,
        force: ForceArg = None,
        preview_token: PreviewTokenArg = None,
    ) -> Page:
        shop, caller = info.context.admit()
        wishes = []
        for each in requests:
            asked = Asked(
                market=market, visitor=visitor, locale=locale, region=region, channel=channel, page=each.page, filter=each.filter,
                exclude=each.exclude, limit=each.limit, after=each.after, context=each.context, sort=each.sort,
                split_groups=split_groups, force=force, preview_token=preview_token,
            )  # fmt: skip
            request = asked.understood(caller, shop, [each.placement] if each.placement else [], agent=info.context.agent)
            facets = tuple(facet.understood() for facet in each.facets or ())
            wishes.append(Wish(request, tuple(each.strategies or ()), facets))
        counting = _selects(info.selected_fields, "totalCount")
        return Page.of(await info.context.gateway.bulk.many(shop, caller, wishes, unique=unique, counting=counting), shop)


def _selects(selections: list[Selection], name: str) -> bool:
    """Whether a field of this name is asked for, however deep."""
    for each in selections:
        if isinstance(each, SelectedField) and each.name == name:
            return True
        if isinstance(each, SelectedField | FragmentSpread | InlineFragment) and _selects(each.selections, name):
            return True
    return False
