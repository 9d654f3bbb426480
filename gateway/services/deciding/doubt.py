"""Doubts about decisions, judged against the shop as it is now: its markets, catalog and the other rules."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice

from gateway.domain.catalog import ProductId
from gateway.domain.doubts import World, contradictions, doubts_of, named_in
from gateway.domain.page import Warning
from gateway.domain.placement import PageType, Placement, StrategyName
from gateway.domain.playbook import Decided, DraftStatus
from gateway.domain.rule import Match, Rule
from gateway.services.asking.browse import with_descendants
from gateway.services.shop import Shop
from gateway.store.decisions import DecisionStore, Sought
from gateway.strategies import curated

_MOST_CONTRADICTIONS = 10  # told of one rule

_SURE = frozenset((StrategyName.BESTSELLERS, StrategyName.TRENDING, StrategyName.TOP_RATED))
"""The strategies that have an answer on every page, whoever looks."""

_WITHOUT_LISTS = frozenset((PageType.HOME, PageType.SEARCH, PageType.BRAND, PageType.PERSONAL, PageType.ERROR))
"""The pages about neither products nor categories, for which no list is kept."""


async def rule_doubts(
    decisions: DecisionStore, shop: Shop, rules: Sequence[Decided[Rule]], about: Sequence[int], now: datetime
) -> list[tuple[Warning, ...]]:
    """Why each of the rules of these numbers may never do anything, and which others contradict it.

    A rule in force is held against those in force, a draft against the drafts and what they leave in force.
    """
    world = await _world(decisions, shop, [kept.decision for kept in rules], about, now)
    return await asyncio.to_thread(lambda: [_doubts(number, rules, world) for number in about])


def _doubts(number: int, rules: Sequence[Decided[Rule]], world: World) -> tuple[Warning, ...]:
    kept = rules[number]
    drafted = {each.decision.rule_id for each in rules if each.status is DraftStatus.DRAFT}
    others = [
        (n, other.decision)
        for n, other in enumerate(rules)
        if other.decision.rule_id != kept.decision.rule_id and _beside(kept, other, drafted)
    ]
    against = islice(contradictions(kept.decision, number, others, world), _MOST_CONTRADICTIONS)
    return tuple(dict.fromkeys((*doubts_of(kept.decision, number, world), *against)))


def placement_doubts(shop: Shop, placement: Placement) -> Iterator[Warning]:
    """Why a placement may show less than it should."""
    locales = {locale for market in shop.markets.values() for locale in market.locales}
    spoken = {"", *locales, *(locale.partition("-")[0] for locale in locales)}
    if strange := sorted(placement.messages.keys() - spoken):
        yield Warning("UNKNOWN_LOCALE", f"no market speaks {', '.join(strange)}")
    if not placement.fallback and not _SURE.intersection(placement.strategies):
        yield Warning("MAY_STAY_EMPTY", "there is no fallback, and each of its strategies may have nothing to say")
    lists = StrategyName.CURATED in placement.strategies and curated.LIST not in placement.parameters
    if lists and placement.page_type in _WITHOUT_LISTS:
        about = "the page is about neither products nor categories, so only a user's own lists can be meant"
        yield Warning("NO_LIST", f"name a list in parameters.{curated.LIST}: {about}")


def _beside(kept: Decided[Rule], other: Decided[Rule], drafted: Collection[str]) -> bool:
    """Whether the other is in force where this one is: a draft stands among all drafts, and what they leave."""
    if kept.status is DraftStatus.LIVE:
        return other.status is DraftStatus.LIVE
    return other.status is DraftStatus.DRAFT or other.decision.rule_id not in drafted


async def _world(decisions: DecisionStore, shop: Shop, rules: Sequence[Rule], about: Sequence[int], now: datetime) -> World:
    named = [named_in(rule) for rule in rules]
    sought = Sought(
        matches=[Match(with_descendants(shop, rule.match.filter), rule.match.product_ids) for rule in rules],
        searched=about,
        product_ids={ProductId(each) for names in named for each in names["PRODUCT"]},
        brands={each for names in named for each in names["BRAND"]},
        attributes={each for names in named for each in names["ATTRIBUTE"]},
    )
    found = await decisions.look_around(shop.tenant.tenant_id, sought)
    placements = await decisions.placements(shop.tenant.tenant_id)
    return World(
        now=now,
        time_zone=shop.tenant.time_zone,
        markets=frozenset(shop.markets),
        categories=shop.categories.ids,
        placements={kept.decision.placement_id: kept.decision for kept in placements},
        found=found,
    )
