"""Asking why: a page that was served, taken apart, and what keeps a product out."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain import explanation
from gateway.domain.catalog import ProductId
from gateway.domain.tenant import Scope
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from schema.asking import Asked, AtArg, ChannelArg, ContextArg, DraftsArg, LocaleArg, MarketArg, PageArg, RegionArg
from schema.context import Ask
from schema.recommendation import Warning
from schema.visitor import VisitorInput


@strawberry.type(description="A page answered again: the same release, the same decisions, the price and stock of today.")
class Explanation:
    view_id: ID = strawberry.field(description="The answer.")
    release_id: ID | None = strawberry.field(description="The release that answered.")
    playbook_version: int = strawberry.field(description="The last entry of the audit log that was in force.")
    candidates: JSON = strawberry.field(
        description="By placement, in the order they were tried: [{strategy, level, products: [{id, score, seed}]}]."
    )
    dropped: JSON = strawberry.field(description="By placement, what was tried and not shown: [{id, strategy, code, ruleId}].")
    rules: JSON = strawberry.field(description="By placement, the rules in force, and about what: [{ruleId, does, products}].")
    variants: JSON = strawberry.field(
        description="By placement, the variants that changed it, as they were: [{experimentKey, key, source, parameters}]."
    )
    differences: list[Warning] = strawberry.field(description="Where the answer is another than then.")
    refused: str | None = strawberry.field(description="Why it cannot be answered again: the release is kept for seven days.")

    @classmethod
    def of(cls, it: explanation.Explanation) -> "Explanation":
        return cls(
            view_id=ID(str(it.view_id)),
            release_id=ID(it.release_id) if it.release_id else None,
            playbook_version=it.playbook_version,
            candidates=JSON({each.placement_id: _candidates(each) for each in it.placements}),
            dropped=JSON({each.placement_id: _dropped(each) for each in it.placements}),
            rules=JSON({each.placement_id: _rules(each) for each in it.placements}),
            variants=JSON({each.placement_id: _variants(each) for each in it.placements}),
            differences=[Warning.of(each) for each in it.differences],
            refused=it.refused,
        )


@strawberry.type(description="One reason why a product is not shown.")
class Exclusion:
    code: str = strawberry.field(description=f"One of {', '.join(explanation.EXCLUSIONS)}.")
    message: str = strawberry.field(description="For people.")
    rule_id: ID | None = strawberry.field(description="The rule that keeps it out.")


@strawberry.type
class Explaining:
    """The part of Query that says why."""

    @strawberry.field(description="A served page, answered again with everything noted. ANALYST scope.")
    async def explain(
        self,
        info: Ask,
        view_id: Annotated[ID, strawberry.argument(description="The answer's viewId.")],
        placement: Annotated[ID | None, strawberry.argument(description="Only this placement of it.")] = None,
    ) -> Explanation:
        shop, caller = info.context.admit()
        require(caller, Scope.ANALYST)
        try:
            wanted = UUID(view_id)
        except ValueError:
            raise BadInput("is no viewId: a UUID, as an answer gives it", field="viewId") from None
        return Explanation.of(await info.context.gateway.explainer.explain(shop, wanted, placement))

    @strawberry.field(
        description="Why a placement does not show a product on the page that this key would be answered; empty where it does."
        " ANALYST scope."
    )
    async def why_not(
        self,
        info: Ask,
        product_id: Annotated[ID, strawberry.argument(description="The product.")],
        placement: Annotated[ID, strawberry.argument(description="Where it is missed.")],
        market: MarketArg,
        visitor: Annotated[VisitorInput | None, strawberry.argument(description="Who looks; anybody where null.")] = None,
        page: PageArg = None,
        locale: LocaleArg = None,
        region: RegionArg = None,
        channel: ChannelArg = None,
        context: ContextArg = None,
        at: AtArg = None,
        drafts: DraftsArg = False,
    ) -> list[Exclusion]:
        shop, caller = info.context.admit()
        require(caller, Scope.ANALYST)
        looking = visitor or VisitorInput(session_id=ID("nobody in particular"))
        asked = Asked(
            market=market, visitor=looking, page=page, locale=locale, region=region, channel=channel, context=context, at=at,
            drafts=drafts,
        )  # fmt: skip
        request = asked.understood(caller, shop, [placement], agent=None)
        found = await info.context.gateway.explainer.why_not(shop, caller, request, ProductId(product_id))
        return [Exclusion(code=e.code, message=e.message, rule_id=ID(e.rule_id) if e.rule_id else None) for e in found]


def _candidates(told: explanation.Told) -> list[object]:
    return [
        {
            "strategy": rung.strategy.name,
            "level": rung.level,
            "products": [{"id": c.product_id, "score": round(c.score, 6), "seed": c.seed} for c in rung.candidates],
        }
        for rung in told.rungs
    ]


def _dropped(told: explanation.Told) -> list[object]:
    return [{"id": d.product_id, "strategy": d.strategy.name, "code": d.code, "ruleId": d.rule_id} for d in told.dropped]


def _variants(told: explanation.Told) -> list[object]:
    return [
        {
            "experimentKey": v.experiment.key,
            "key": v.variant.key,
            "source": v.source.name,
            "parameters": dict(v.variant.parameters),
        }
        for v in told.variants
    ]


def _rules(told: explanation.Told) -> list[object]:
    return [{"ruleId": each.rule_id, "does": each.does, "products": each.products} for each in told.effects]
