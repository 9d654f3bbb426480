"""A filled page as REST says it: the names of GraphQL's Page, and everything that can be selected there."""

from collections.abc import Sequence
from typing import Any

from gateway.domain.answer import Page, PlacementFill
from gateway.domain.catalog import Money, Product
from gateway.domain.experiment import Assigned
from gateway.domain.page import Warning
from gateway.domain.reason import reason_of
from gateway.services.hearing.ticket import click_path
from gateway.services.shop import Shop

Said = dict[str, Any]


def phrase(page: Page, shop: Shop, address: str) -> Said:
    """The page. `address`: by which the gateway was asked, with which the links that log clicks begin."""
    return {
        "viewId": str(page.view_id),
        "placements": [_fill(fill, shop, address) for fill in page.fills],
        "endCursor": page.end_cursor,
        "degraded": page.degraded,
        "warnings": _warnings(page.warnings),
    }


def _fill(fill: PlacementFill, shop: Shop, address: str) -> Said:
    return {
        "id": fill.placement.placement_id,
        "viewId": str(fill.view_id),
        "listId": str(fill.list_id),
        "pageType": fill.page_type and fill.page_type.name,
        "message": fill.message,
        "strategy": fill.strategy and fill.strategy.name,
        "variants": [_variant(each) for each in fill.variants],
        "items": [_item(fill, position, shop, address) for position in range(len(fill.recommendations))],
        "endCursor": fill.end_cursor,
        "degraded": fill.degraded,
        "warnings": _warnings(fill.warnings),
    }


def _variant(it: Assigned) -> Said:
    return {
        "experimentId": str(it.experiment.experiment_id),
        "experimentKey": it.experiment.key,
        "index": it.index,
        "key": it.variant.key,
        "splitGroup": it.split_group,
        "source": it.source.name,
        "parameters": it.variant.parameters,
    }


def _item(fill: PlacementFill, position: int, shop: Shop, address: str) -> Said:
    shown = fill.recommendations[position]
    click_url = address + click_path(fill, position)
    return {
        "recommendationId": str(fill.recommendation_id(position)),
        "position": position,
        "score": shown.score,
        "strategy": shown.strategy.name,
        "fallback": shown.level.name,
        "reason": {
            "text": reason_of(shown),
            "seedProductId": shown.seed,
            "ruleId": shown.rule_id,
            "releaseId": shop.repertoire.release_id,
        },
        "clickUrl": click_url,
        "clickTrackingUrl": f"{click_url}/log",
        "pageUrl": fill.page_url(position),
        "product": _product(shown.product, shop),
    }


def _product(product: Product, shop: Shop) -> Said:
    return {
        "id": product.product_id,
        "groupId": product.group_id,
        "sku": product.sku,
        "title": product.title,
        "description": product.description,
        "brand": product.brand,
        "genre": product.genre,
        "itemType": product.item_type,
        "categories": _categories(product, shop),
        "price": _money(product.price),
        "salePrice": product.sale_price and _money(product.sale_price),
        "regionPriceDescription": product.price_description,
        "available": product.available,
        "quantity": product.quantity,
        "recommendable": product.available,
        "imageUrl": product.image_urls[0] if product.image_urls else None,
        "imageUrls": product.image_urls,
        "pageUrl": product.page_url,
        "rating": product.rating,
        "reviewCount": product.review_count,
        "attributes": [{"name": name, "values": [_text(v) for v in values]} for name, values in product.attributes.items()],
        "attributeMap": product.attributes,
    }


def _categories(product: Product, shop: Shop) -> list[Said]:
    known = [found for each in product.category_ids if (found := shop.categories.get(each))]
    return [{"id": c.category_id, "name": c.name, "parentId": c.parent_id, "active": c.active} for c in known]


def _money(money: Money) -> Said:
    return {"minorUnits": money.minor_units, "currency": money.currency}


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _warnings(warnings: Sequence[Warning]) -> list[Said]:
    return [{"code": warning.code, "message": warning.message} for warning in warnings]
