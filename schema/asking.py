"""The arguments that every question for recommendations has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import ID

from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.page import PageContext, PageRequest, ProductFilter, ProductSort
from gateway.domain.placement import PlacementId
from gateway.domain.tenant import Caller
from gateway.services.hearing.discern import discerned
from gateway.services.shop import Shop
from schema.filters import NameValueInput, ProductFilterInput, named
from schema.page import PageInput
from schema.variants import ForcedVariantInput, SplitGroupInput, said
from schema.visitor import VisitorInput

MarketArg = Annotated[str, strawberry.argument(description="Where the shop is visited, such as se.")]
LocaleArg = Annotated[str | None, strawberry.argument(description="A language, such as sv-SE; the market's own where null.")]
RegionArg = Annotated[
    str | None, strawberry.argument(description="Within the market; what a region does not say falls back to the market.")
]
ChannelArg = Annotated[
    str | None, strawberry.argument(description="web, app, email, call_centre, pos …; the key's own where null.")
]
VisitorArg = Annotated[VisitorInput, strawberry.argument(description="Who looks.")]
PageArg = Annotated[PageInput | None, strawberry.argument(description="What the page is about.")]
FilterArg = Annotated[ProductFilterInput | None, strawberry.argument(description="Only products that pass.")]
ExcludeArg = Annotated[list[ID] | None, strawberry.argument(description="Products that must not be shown.")]
AfterArg = Annotated[
    str | None, strawberry.argument(description="endCursor of an earlier answer: nothing on its pages is repeated.")
]
ContextArg = Annotated[
    list[NameValueInput] | None,
    strawberry.argument(description="Shop-specific values that rules, targeting and strategy parameters may read."),
]
AtArg = Annotated[datetime | None, strawberry.argument(description="The page as it will be at a moment. PREVIEW scope.")]
DraftsArg = Annotated[bool, strawberry.argument(description="With placements and rules that are still drafts. PREVIEW scope.")]
RecordArg = Annotated[
    bool,
    strawberry.argument(
        description="Also record the page's own event: a view, a search, what was added, the order. Refused over GET."
    ),
]
RequestIdArg = Annotated[
    ID | None,
    strawberry.argument(description="For record: the same id again is the same visit, recorded once. An order brings its own."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked, as a client says it."""

    market: str
    visitor: VisitorInput
    locale: str | None = None
    region: str | None = None
    channel: str | None = None
    page: PageInput | None = None
    filter: ProductFilterInput | None = None
    exclude: list[ID] | None = None
    limit: int | None = None
    after: str | None = None
    context: list[NameValueInput] | None = None
    at: datetime | None = None
    drafts: bool = False
    sort: ProductSort | None = None
    split_groups: list[SplitGroupInput] | None = None
    force: list[ForcedVariantInput] | None = None
    preview_token: str | None = None

    def understood(self, caller: Caller, shop: Shop, placements: Sequence[str] = (), *, agent: str | None) -> PageRequest:
        """The request in the gateway's words. `agent`: what the asking program says of itself."""
        request = PageRequest(
            placement_ids=tuple(PlacementId(i) for i in placements),
            market_id=MarketId(self.market),
            visitor=self.visitor.recognised(caller, shop.tenant),
            locale=self.locale,
            region=self.region,
            channel=self.channel,
            context=self.page.understood() if self.page else PageContext(),
            page_type=self.page.type if self.page else None,
            filter=filtered(self.filter),
            exclude=frozenset(ProductId(i) for i in self.exclude or () if i),
            limit=self.limit,
            after=self.after,
            said=named(self.context),
            at=self.at,
            drafts=self.drafts,
            sort=self.sort or ProductSort.RELEVANCE,
            variants=said(self.split_groups, self.force, self.preview_token),
        )
        return discerned(request, shop, caller, self.visitor.user_agent, agent)


def filtered(given: ProductFilterInput | None) -> ProductFilter | None:
    """The filter in the gateway's words."""
    return given.understood() if given else None
