"""What a request says of itself, under the names that conditions read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gateway.domain.page import PageRequest
from gateway.domain.placement import PageType
from gateway.services.asking.understand import Plan
from gateway.services.shop import Shop

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "market": "the market's id",
        "region": "the region within the market",
        "locale": "the language, as in sv-SE",
        "channel": "web, app, email, call_centre, pos …",
        "device": "desktop, mobile or tablet, by the visitor's browser",
        "pageType": "home, item, category, search, brand, cart, add_to_cart, purchase_complete, personal, error, generic",
        "productIds": "the products that the page is about, those in the cart and in the order among them",
        "cart": "the products in the cart",
        "categoryIds": "the page's categories, with those above them; else those of its products",
        "categoryHints": "the categories that the page hints at",
        "brand": "the page's brand",
        "searchTerm": "what was searched for",
        "referrer": "host and path of the page before, as in news.example/offers",
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
    return situation_of(plan.shop, plan.request, plan.shelf.market.market_id, plan.shelf.locale, plan.page_type)


def situation_of(
    shop: Shop, request: PageRequest, market: str | None, locale: str | None, page_type: PageType | None
) -> Mapping[str, Any]:
    """The same of a request that need not be for placements."""
    context = request.context
    own = context.shelves or shop.repertoire.categories_of(context.seeds)
    return {
        "market": market,
        "region": request.region,
        "locale": locale,
        "channel": request.channel,
        "device": request.device and request.device.value,
        "pageType": page_type and page_type.value,
        "productIds": context.seeds,
        "cart": tuple(line.product_id for line in context.cart),
        "categoryIds": tuple(shop.categories.with_ancestors(own)),
        "categoryHints": context.category_hints,
        "brand": context.brand,
        "searchTerm": context.search_term,
        "referrer": context.referrer,
        "visitor": {**request.visitor.attributes, "known": request.visitor.user_id is not None},
        "context": request.said,
    }
