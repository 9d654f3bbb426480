"""What a request says of itself, under the names that conditions read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gateway.services.understand import Plan

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "market": "the market's id",
        "region": "the region within the market",
        "locale": "the language, as in sv-SE",
        "channel": "web, app, email, call_centre, pos …",
        "pageType": "home, item, category, search, brand, cart, add_to_cart, purchase_complete, personal, error, generic",
        "productIds": "the products that the page is about, those in the cart and in the order among them",
        "cart": "the products in the cart",
        "categoryIds": "the page's categories, with those above them; else those of its products",
        "categoryHints": "the categories that the page hints at",
        "brand": "the page's brand",
        "searchTerm": "what was searched for",
        "visitor": "what is known of the visitor: visitor.known, and visitor.x for every attribute x that was told",
        "context": "the shop's own names: context.x is a list of values",
        "weekday": "monday … sunday, by the rule's time zone",
        "hour": "0 … 23, by the rule's time zone",
        "date": "as in 2026-12-24, by the rule's time zone",
    }
)
"""Every name at the top, and what it holds."""


def situation(plan: Plan) -> Mapping[str, Any]:
    """All of `NAMES` but the clock's."""
    request, context, shop = plan.request, plan.request.context, plan.shop
    own = context.shelves or shop.repertoire.categories_of(context.seeds)
    return {
        "market": plan.shelf.market.market_id,
        "region": request.region,
        "locale": plan.shelf.locale,
        "channel": request.channel,
        "pageType": plan.page_type.value if plan.page_type else None,
        "productIds": context.seeds,
        "cart": tuple(line.product_id for line in context.cart),
        "categoryIds": tuple(shop.categories.with_ancestors(own)),
        "categoryHints": context.category_hints,
        "brand": context.brand,
        "searchTerm": context.search_term,
        "visitor": {**request.visitor.attributes, "known": request.visitor.user_id is not None},
        "context": request.said,
    }
