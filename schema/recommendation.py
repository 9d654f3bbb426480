"""A filled page, as clients see it."""

from typing import Self

import strawberry
from strawberry import ID

from gateway.domain import answer, ranking
from gateway.domain import page as domain_page
from gateway.domain.placement import PageType, StrategyName
from gateway.domain.ranking import FallbackLevel
from gateway.domain.reason import reason_of
from gateway.services.hearing.ticket import click_path
from gateway.services.shop import Shop
from schema.catalog import Product
from schema.context import Ask
from schema.facets import Facet
from schema.variants import AssignedVariant
from schema.words import described

described(
    FallbackLevel,
    "FallbackLevel",
    "The rung of the ladder at which a product came in.",
    {
        FallbackLevel.NONE: "The placement's first strategy.",
        FallbackLevel.NEXT_STRATEGY: "A later strategy of the placement.",
        FallbackLevel.CATEGORY_BESTSELLERS: "What sells in the page's category.",
        FallbackLevel.BESTSELLERS: "What sells in the market.",
        FallbackLevel.NEWEST: "What is new in the market.",
    },
)


@strawberry.type(description="Something the caller should know, in an answer that stands.")
class Warning:
    code: str = strawberry.field(description="For machines, such as MISSING_CONTEXT.")
    message: str = strawberry.field(description="For people.")

    @classmethod
    def of(cls, it: domain_page.Warning) -> Self:
        return cls(code=it.code, message=it.message)


@strawberry.type(description="Why a product is shown.")
class Reason:
    text: str = strawberry.field(description="A sentence a shop can print.")
    seed_product_id: ID | None = strawberry.field(description="The product it was derived from.")
    rule_id: ID | None = strawberry.field(description="The rule that pinned, boosted or buried it.")
    release_id: ID | None = strawberry.field(description="The trained release it came from.")


@strawberry.type(description="One product shown once. Send its id back with impressions, clicks and orders.")
class Recommendation:
    recommendation_id: ID = strawberry.field(description="A version-8 UUID, of this product in this answer.")
    position: int = strawberry.field(description="From 0.")
    score: float = strawberry.field(description="Between 0 and 1; compare inside one strategy only.")
    strategy: StrategyName = strawberry.field(description="The strategy that proposed it.")
    fallback: FallbackLevel = strawberry.field(description="The rung at which it came in.")
    reason: Reason = strawberry.field(description="Why it is shown.")
    page_url: str = strawberry.field(description="The product's page with ?recommendation_id=.")
    product: Product = strawberry.field(description="What is shown.")
    fill: strawberry.Private[answer.PlacementFill]

    @strawberry.field(description="Leads to the product's page, and logs the click, once: for the link of the product.")
    def click_url(self, info: Ask) -> str:
        return info.context.address + click_path(self.fill, self.position)

    @strawberry.field(description="Only logs the click: for shops whose links lead to the product by themselves.")
    def click_tracking_url(self, info: Ask) -> str:
        return f"{info.context.address}{click_path(self.fill, self.position)}/log"

    @classmethod
    def of(cls, it: ranking.Recommendation, position: int, fill: answer.PlacementFill, shop: Shop) -> Self:
        return cls(
            recommendation_id=ID(str(fill.recommendation_id(position))),
            position=position,
            score=it.score,
            strategy=it.strategy,
            fallback=it.level,
            reason=Reason(
                text=reason_of(it),
                seed_product_id=ID(it.seed) if it.seed else None,
                rule_id=ID(it.rule_id) if it.rule_id else None,
                release_id=ID(shop.repertoire.release_id) if shop.repertoire.release_id else None,
            ),
            page_url=fill.page_url(position),
            product=Product.of(it.product, shop),
            fill=fill,
        )


@strawberry.type(description="One placement of the page, filled.")
class PlacementFill:
    id: ID = strawberry.field(description="The placement; for a strategy asked alone, its name.")
    view_id: ID = strawberry.field(description="The answer it belongs to.")
    list_id: ID = strawberry.field(description="This list in the answer.")
    page_type: PageType | None = strawberry.field(description="Where the placement stands.")
    message: str = strawberry.field(description="The heading above the block.")
    strategy: StrategyName | None = strawberry.field(
        description="The strategy that filled most of it; null where the ladder did."
    )
    variants: list[AssignedVariant] = strawberry.field(description="One of each experiment that touched it; mostly empty.")
    items: list[Recommendation] = strawberry.field(description="What is shown, in order.")
    total_count: int | None = strawberry.field(
        description="How many products the request could show in all; counted by recommendMany only, where it is asked for."
    )
    facets: list[Facet] = strawberry.field(description="What a request of recommendMany asked to be counted, in its order.")
    end_cursor: str | None = strawberry.field(
        description="What to ask `after` for more of this list; null where nothing is shown, or after 1,000 products."
    )
    degraded: bool = strawberry.field(description="Whether something was missing.")
    warnings: list[Warning] = strawberry.field(description="What the caller should know.")

    @classmethod
    def of(cls, it: answer.PlacementFill, shop: Shop) -> Self:
        return cls(
            id=ID(it.placement.placement_id),
            view_id=ID(str(it.view_id)),
            list_id=ID(str(it.list_id)),
            page_type=it.page_type,
            message=it.message,
            strategy=it.strategy,
            variants=[AssignedVariant.of(each) for each in it.variants],
            items=[Recommendation.of(r, place, it, shop) for place, r in enumerate(it.recommendations)],
            total_count=it.total_count,
            facets=[Facet.of(each) for each in it.facets],
            end_cursor=it.end_cursor,
            degraded=it.degraded,
            warnings=[Warning.of(w) for w in it.warnings],
        )


@strawberry.type(description="Everything a page shows.")
class Page:
    view_id: ID = strawberry.field(
        description="This answer; its recommendations' ids derive from it. In recommendMany each has its own; this is the first."
    )
    placements: list[PlacementFill] = strawberry.field(description="In the order asked for.")
    end_cursor: str | None = strawberry.field(
        description="What to ask `after` for a page that repeats nothing; null where nothing is shown, or past 1,000 products."
    )
    degraded: bool = strawberry.field(description="Whether something was missing; the warnings say what.")
    warnings: list[Warning] = strawberry.field(description="What the caller should know.")

    @classmethod
    def of(cls, it: answer.Page, shop: Shop) -> Self:
        return cls(
            view_id=ID(str(it.view_id)),
            placements=[PlacementFill.of(fill, shop) for fill in it.fills],
            end_cursor=it.end_cursor,
            degraded=it.degraded,
            warnings=[Warning.of(w) for w in it.warnings],
        )
