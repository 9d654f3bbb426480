"""Asking which variants somebody has, and making passes by which variants are looked at."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import ID

from gateway.services.experimenting.choose import viewing_of
from gateway.services.experimenting.viewing import viewing_token
from schema.asking import Asked, ChannelArg, ContextArg, LocaleArg, PageArg, VisitorArg
from schema.context import Ask
from schema.variants import AssignedVariant, ForceArg, PreviewTokenArg, SplitGroupsArg


@strawberry.type(description="A pass by which a browser is shown a variant for a day, without a key that may do so.")
class PreviewToken:
    token: str = strawberry.field(description="What placements and recommendMany take as previewToken.")
    query: str = strawberry.field(description="For the address of a page of the shop, behind ? or &: endcap.js reads it.")
    expires_at: datetime = strawberry.field(description="Until when it is good.")


@strawberry.type
class Assigning:
    """The part of Query that tells variants."""

    @strawberry.field(
        description="Variants of running experiments for a unit, without exposing it: for what the shop renders by itself."
    )
    async def assignments(
        self,
        info: Ask,
        visitor: VisitorArg,
        experiments: Annotated[list[ID] | None, strawberry.argument(description="Their keys; all where null.")] = None,
        page: PageArg = None,
        market: Annotated[str | None, strawberry.argument(description="Where conditions ask for it, such as se.")] = None,
        locale: LocaleArg = None,
        channel: ChannelArg = None,
        context: ContextArg = None,
        split_groups: SplitGroupsArg = None,
        force: ForceArg = None,
        preview_token: PreviewTokenArg = None,
    ) -> list[AssignedVariant]:
        shop, caller = info.context.admit()
        asked = Asked(
            market=market or "", visitor=visitor, locale=locale, channel=channel, page=page, context=context,
            split_groups=split_groups, force=force, preview_token=preview_token,
        )  # fmt: skip
        request = asked.understood(caller, shop, agent=info.context.agent)
        found = await info.context.gateway.assigner.evaluate(shop, caller, request, experiments)
        return [AssignedVariant.of(each) for each in found.assigned]


@strawberry.type
class Previewing:
    """The part of Mutation that makes passes."""

    @strawberry.mutation(
        description="PREVIEW or ANALYST scope. A pass to look at a variant, of a draft too, for 24 hours: for a link to send on."
    )
    async def create_preview_token(
        self,
        info: Ask,
        experiment: Annotated[ID, strawberry.argument(description="Its key.")],
        variant: Annotated[str, strawberry.argument(description="The variant's key, or its place, counted from 0.")],
    ) -> PreviewToken:
        shop, caller = info.context.admit()
        viewing = viewing_of(shop, caller, experiment, variant)
        token = viewing_token(shop.tenant, viewing)
        return PreviewToken(token=token, query=f"endcap_preview={token}", expires_at=viewing.until)
