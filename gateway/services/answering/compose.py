"""Compose the page: from what is proposed and what may be shown, list by list, most important first."""

from collections.abc import Sequence
from uuid import UUID

from gateway.domain.answer import PlacementFill
from gateway.domain.catalog import ProductId
from gateway.domain.filling import Dropped, Taken, fill
from gateway.domain.page import Warning
from gateway.domain.placement import Placement, StrategyName
from gateway.domain.ranking import Recommendation, Rung
from gateway.services.answering.draft import Draft
from gateway.services.answering.ladder import climb
from gateway.services.asking.cursor import make_cursor
from gateway.services.asking.understand import Plan
from gateway.services.experimenting.draw import drawn
from gateway.store.goods import Rack

Noted = list[tuple[tuple[Rung, ...], list[Dropped]]]
"""For each placement the rungs that were climbed, and the candidates that were dropped."""


def choose(draft: Draft, rack: Rack, taken: Taken, view_id: UUID, noted: Noted | None = None) -> list[list[Recommendation]]:
    """What each placement of the page shows. It is added to `taken`, and how it came about to `noted`, where that is wanted.
    `view_id`: of the answer; it throws the coins where two lists are drawn into one.
    """
    led: set[StrategyName] = set()
    chosen = []
    for place, placement in enumerate(draft.plan.placements):
        dropped: list[Dropped] | None = None if noted is None else []
        pair = draft.plan.pairs.get(placement.placement_id)
        if pair and draft.twin:
            theirs = _filled(draft.twin, place, rack, _copied(taken), set(led), dropped)
            ours = _filled(draft, place, rack, _copied(taken), led, dropped)
            sides = ((ours[1], draft.arrangement.terms[place]), (theirs[1], draft.twin.arrangement.terms[place]))
            rungs = (*ours[0], *theirs[0])
            shown = drawn(*sides, rack, pair.coins(view_id, placement.placement_id), placement.count)
            for each in shown:
                taken.add(each.product)
        else:
            rungs, shown = _filled(draft, place, rack, taken, led, dropped)
        chosen.append(shown)
        if noted is not None and dropped is not None:
            noted.append((rungs, dropped))
    return chosen


def _filled(
    draft: Draft, place: int, rack: Rack, taken: Taken, led: set[StrategyName], dropped: list[Dropped] | None
) -> tuple[tuple[Rung, ...], list[Recommendation]]:
    """The rungs of one placement, and what it shows of them."""
    plan, made = draft.plan, draft.arrangement
    placement = plan.placements[place]
    rungs = tuple(climb(plan, placement, draft.proposal, rack, (made.asks[place], *made.pins[place]), led))
    return rungs, fill(rungs, rack, made.terms[place], placement.count, taken, dropped)


def _copied(taken: Taken) -> Taken:
    return Taken(set(taken.products), set(taken.groups))


def taken_by(plan: Plan, rack: Rack) -> Taken:
    """What must not be shown, with the other variants of the same."""
    groups = (rack.group(product_id) for product_id in plan.taken)
    return Taken(set(plan.taken), {group for group in groups if group is not None})


def placement_fill(
    plan: Plan, placement: Placement, chosen: Sequence[Recommendation], view_id: UUID, number: int, warnings: tuple[Warning, ...]
) -> PlacementFill:
    """The list as it is answered. `warnings`: what makes it more general than it was asked to be."""
    return PlacementFill(
        placement=placement,
        view_id=view_id,
        number=number,
        message=placement.message(plan.shelf.locale),
        recommendations=tuple(chosen),
        degraded=bool(warnings),
        warnings=(*plan.warnings, *warnings),
        end_cursor=end_cursor(plan, [r.product.product_id for r in chosen]),
        shelf=plan.shelf,
        region=plan.request.region,
        preview=plan.request.is_preview,
        variants=plan.treatment(placement).assigned,
        pair=plan.pairs.get(placement.placement_id),
    )


def end_cursor(plan: Plan, shown: Sequence[ProductId]) -> str | None:
    """How a client goes on after what is shown; null where nothing is."""
    return make_cursor(plan.shop.tenant, plan.shown.union(shown)) if shown else None
