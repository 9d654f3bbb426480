"""Asking for recommendations."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.domain.placement import StrategyName
from gateway.errors import BadInput
from gateway.services.answering.attend import Visit
from schema.asking import (
    AfterArg,
    Asked,
    AtArg,
    ChannelArg,
    ContextArg,
    DraftsArg,
    ExcludeArg,
    FilterArg,
    LocaleArg,
    MarketArg,
    PageArg,
    RecordArg,
    RegionArg,
    RequestIdArg,
    VisitorArg,
)
from schema.context import Ask
from schema.recommendation import Page, PlacementFill
from schema.variants import ForceArg, PreviewTokenArg, SplitGroupsArg

LimitArg = Annotated[int | None, strawberry.argument(description="1 to 128 products a placement; its own count where null.")]


@strawberry.type
class Recommending:
    """The part of Query that asks for recommendations."""

    @strawberry.field(description="Fill one page's placements, most important first. No product appears twice on the page.")
    async def placements(
        self,
        info: Ask,
        ids: Annotated[
            list[ID],
            strawberry.argument(description='Such as "item_page.similar"; all of one page type. "item_page.*" is all there are.'),
        ],
        market: MarketArg,
        visitor: VisitorArg,
        locale: LocaleArg = None,
        region: RegionArg = None,
        channel: ChannelArg = None,
        page: PageArg = None,
        filter: FilterArg = None,
        exclude: ExcludeArg = None,
        limit: LimitArg = None,
        after: AfterArg = None,
        context: ContextArg = None,
        at: AtArg = None,
        drafts: DraftsArg = False,
        record: RecordArg = False,
        request_id: RequestIdArg = None,
        split_groups: SplitGroupsArg = None,
        force: ForceArg = None,
        preview_token: PreviewTokenArg = None,
    ) -> Page:
        shop, caller = info.context.admit()
        asked = Asked(
            market=market, visitor=visitor, locale=locale, region=region, channel=channel, page=page, filter=filter,
            exclude=exclude, limit=limit, after=after, context=context, at=at, drafts=drafts, split_groups=split_groups,
            force=force, preview_token=preview_token,
        )  # fmt: skip
        request = asked.understood(caller, shop, ids, agent=info.context.agent)
        gateway = info.context.gateway
        if not record:
            return Page.of(await gateway.recommender.page(shop, caller, request), shop)
        if not info.context.posted:
            raise BadInput("what is recorded is asked by POST: whoever repeats a GET may not mean it", field="record")
        visit = Visit(request_id, visitor.user_agent, info.context.agent)
        return Page.of(await gateway.attendant.page(shop, caller, request, visit), shop)

    @strawberry.field(description="One strategy, without a configured placement.")
    async def recommend(
        self,
        info: Ask,
        strategy: Annotated[StrategyName, strawberry.argument(description="The way to find products.")],
        market: MarketArg,
        visitor: VisitorArg,
        locale: LocaleArg = None,
        region: RegionArg = None,
        channel: ChannelArg = None,
        page: PageArg = None,
        filter: FilterArg = None,
        exclude: ExcludeArg = None,
        limit: Annotated[int | None, strawberry.argument(description="1 to 128 products; 12 where null.")] = None,
        after: AfterArg = None,
        context: ContextArg = None,
    ) -> PlacementFill:
        shop, caller = info.context.admit()
        asked = Asked(
            market=market, visitor=visitor, locale=locale, region=region, channel=channel, page=page, filter=filter,
            exclude=exclude, limit=limit, after=after, context=context,
        )  # fmt: skip
        request = asked.understood(caller, shop, agent=info.context.agent)
        answered = await info.context.gateway.recommender.one(shop, caller, request, strategy)
        return PlacementFill.of(answered.fills[0], shop)
