"""An answer as the record that is kept of it: enough to derive every id again and to replay the page."""

from collections.abc import Mapping
from typing import Any

from gateway.domain import ids
from gateway.domain.answer import Page, PlacementFill
from gateway.domain.tenant import Caller
from gateway.domain.visitor import History
from gateway.services.understand import Plan
from gateway.store.views import ServedView


def served_view(plan: Plan, caller: Caller, page: Page, history: History) -> ServedView:
    """The row of one response."""
    request = plan.request
    return ServedView(
        tenant_id=plan.shop.tenant.tenant_id,
        view_id=page.view_id,
        served_at=ids.made_at(page.view_id),
        market_id=plan.shelf.market.market_id,
        locale=plan.shelf.locale,
        channel=request.channel or caller.channel,
        session_id=request.visitor.session_id,
        user_id=request.visitor.user_id,
        visitor_id=request.visitor.visitor_id,
        release_id=page.release_id,
        page=_page(plan, history),
        lists=[_list(fill) for fill in page.fills],
    )


def _page(plan: Plan, history: History) -> Mapping[str, Any]:
    """The request as understood; what is empty is left out."""
    context = plan.request.context
    said = {
        "type": plan.page_type,
        "productIds": context.product_ids,
        "cart": [line.product_id for line in context.cart],
        "addedToCart": [line.product_id for line in context.added_to_cart],
        "order": [line.product_id for line in context.order],
        "categoryIds": context.category_ids,
        "brand": context.brand,
        "searchTerm": context.search_term,
        "filter": plan.filter,
        "exclude": sorted(plan.request.exclude),
        "limit": plan.request.limit,
        "history": list(dict.fromkeys(event.product_id for event in history)),
        "version": plan.shop.version,
    }
    return {key: value for key, value in said.items() if value}


def _list(fill: PlacementFill) -> Mapping[str, Any]:
    shown = fill.recommendations
    return {
        "placement": fill.placement.placement_id,
        "strategy": fill.strategy,
        "products": [r.product.product_id for r in shown],
        "strategies": [r.strategy for r in shown],
        "levels": [r.level for r in shown],
        "variant": None,
        "propensity": None,
    }
