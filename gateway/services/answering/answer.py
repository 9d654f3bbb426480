"""Answer a page: from its draft and the goods to what is shown, in the order asked for, and what the figures say of it."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from gateway.domain import ids
from gateway.domain.answer import Page
from gateway.domain.filling import Taken
from gateway.domain.page import ProductSort, Warning
from gateway.domain.ranking import Recommendation
from gateway.services.answering.compose import choose, end_cursor, placement_fill, taken_by
from gateway.services.answering.draft import Draft
from gateway.services.asking.understand import Plan
from gateway.services.measure import DEGRADED, EMPTY, FILLED, PAGE_SECONDS
from gateway.store.goods import Rack

logger = logging.getLogger(__name__)

_LAST = 1_000_000  # where a product stands that the order knows nothing of


def answered(draft: Draft, rack: Rack | None, warnings: Sequence[Warning], taken: Taken | None = None) -> Page:
    """The page. `warnings`: what could not be read; without a rack nothing is shown. What is shown is added to `taken`."""
    plan = draft.plan
    lacking = (*warnings, *_lacking(plan, rack))
    view_id = new_view()
    chosen: list[list[Recommendation]] = [[] for _ in plan.placements]
    if rack:
        held = taken_by(plan, rack) if taken is None else _beside(taken, taken_by(plan, rack))
        chosen = [in_order(draft, rack, each) for each in choose(draft, rack, held, view_id)]
        if taken is not None:
            _note(taken, chosen)
    fills = [
        placement_fill(plan, placement, shown, view_id, number, lacking)
        for number, (placement, shown) in enumerate(zip(plan.placements, chosen, strict=True))
    ]
    shown = [r.product.product_id for each in chosen for r in each]
    return Page(
        view_id, tuple(fills), plan.shop.repertoire.release_id, bool(lacking), (*plan.warnings, *lacking), end_cursor(plan, shown)
    )


def new_view() -> UUID:
    """The id of an answer that is made now."""
    return ids.make_view_id(datetime.now(UTC), os.urandom(8))


def measured(plan: Plan, page: Page, seconds: float) -> None:
    """Counts what the page shows, and from which rung."""
    tenant = plan.shop.tenant.tenant_id
    PAGE_SECONDS.labels(tenant).observe(seconds)
    for placed in page.fills:
        if not placed.recommendations:
            EMPTY.labels(tenant, placed.placement.placement_id).inc()
        for shown in placed.recommendations:
            FILLED.labels(tenant, shown.strategy.value, shown.level.value).inc()
    if page.degraded:
        for warning in page.warnings:
            DEGRADED.labels(tenant, warning.code).inc()
        logger.warning("degraded answer for %s: %s", tenant, ", ".join(w.code for w in page.warnings))


def _lacking(plan: Plan, rack: Rack | None) -> Iterator[Warning]:
    """What makes the answer more general than it was asked to be."""
    if rack is None:
        return
    if plan.shop.repertoire.release_id is None:
        yield Warning("NO_RELEASE", "nothing has been trained yet, so the newest products are shown")
    unknown = [seed for seed in plan.request.context.seeds if seed not in rack]
    if unknown:
        named = ", ".join(repr(u) for u in unknown[:5])
        yield Warning("UNKNOWN_PRODUCT", f"not in this market, or hidden: {named}")


def _beside(shown: Taken, own: Taken) -> Taken:
    """What other answers show, and what this one must not."""
    return Taken(shown.products | own.products, shown.groups | own.groups)


def _note(taken: Taken, chosen: Sequence[Sequence[Recommendation]]) -> None:
    for each in chosen:
        for recommendation in each:
            taken.add(recommendation.product)


def in_order(draft: Draft, rack: Rack, chosen: list[Recommendation]) -> list[Recommendation]:
    """What was chosen in the order that is asked for; what that order says nothing of stays as it was, at the end."""
    order = _ORDERS.get(draft.plan.request.sort)
    if order:
        return sorted(chosen, key=lambda r: order(r, rack))
    if draft.favoured:
        place = {product_id: place for place, product_id in enumerate(draft.favoured)}
        return sorted(chosen, key=lambda r: place.get(r.product.product_id, _LAST))
    return chosen


def _price(recommendation: Recommendation) -> int:
    product = recommendation.product
    return (product.sale_price or product.price).minor_units


_ORDERS: dict[ProductSort, Callable[[Recommendation, Rack], float]] = {
    ProductSort.PRICE_ASC: lambda r, _: _price(r),
    ProductSort.PRICE_DESC: lambda r, _: -_price(r),
    ProductSort.NEWEST: lambda r, rack: -rack.first_seen(r.product.product_id).timestamp(),
}
