"""What a preview opens with where a link leaves it open: the market, and something of the shop that the page is about."""

from collections.abc import Mapping
from datetime import UTC, datetime

from gateway.domain.catalog import MarketId, Product
from gateway.domain.experiment import ExperimentKey
from gateway.domain.page import PageRequest
from gateway.domain.placement import PageType, StrategyName, page_type_of
from gateway.domain.tenant import Caller
from gateway.domain.visitor import SessionId, Visitor
from gateway.services.gateway import Gateway
from gateway.services.shop import Shop

NOBODY = "a-preview"
_OF_SOMETHING = (
    PageType.ITEM, PageType.CART, PageType.ADD_TO_CART, PageType.PURCHASE_COMPLETE,
    PageType.CATEGORY, PageType.BRAND, PageType.SEARCH,
)  # fmt: skip


async def opening(gateway: Gateway, shop: Shop, caller: Caller, told: Mapping[str, str]) -> dict[str, str]:
    """All that is told, and beside it what was not: whoever sends the form has said everything, and finds it as it was."""
    if not told.get("placement") or {"products", "category", "brand", "search"} & told.keys():
        return dict(told)
    market = told.get("market") or await _market(gateway, shop, caller, told.get("experiment", ""))
    found = {**told, "market": market}
    if market not in shop.markets:
        return found
    try:
        kind = page_type_of(told["placement"])
    except ValueError:
        return found
    product = await _liked(gateway, shop, caller, MarketId(market)) if kind in _OF_SOMETHING else None
    return {**found, **_about(kind, product)} if product else found


def _about(kind: PageType, product: Product) -> dict[str, str]:
    """What a page of this kind is about, so that the product might stand on it."""
    match kind:
        case PageType.CATEGORY:
            return {"category": next(iter(product.category_ids), "")}
        case PageType.BRAND:
            return {"brand": product.brand or ""}
        case PageType.SEARCH:
            return {"search": product.title}
        case _:
            return {"products": product.product_id}


async def _market(gateway: Gateway, shop: Shop, caller: Caller, key: str) -> str:
    """The market of most of the experiment's units; before it has any, one that its condition names, or the shop's first."""
    tried = {**shop.draft_experiments, **shop.experiments}.get(ExperimentKey(key))
    if tried is not None:
        segments = await gateway.laboratory.analyst.segments(shop, caller, tried.key)
        if most := next((each.value for each in segments if each.name == "market" and each.value in shop.markets), None):
            return most
        named = tried.condition.get("market")
        if isinstance(named, str) and named in shop.markets:
            return named
    return next(iter(sorted(shop.markets)), "")


async def _liked(gateway: Gateway, shop: Shop, caller: Caller, market: MarketId) -> Product | None:
    """A product that many have bought; null where the market has none at all."""
    asked = PageRequest((), market, Visitor(session_id=SessionId(NOBODY)), at=datetime.now(UTC), limit=1)
    answer = await gateway.recommender.one(shop, caller, asked, StrategyName.BESTSELLERS)
    return next((each.product for fill in answer.fills for each in fill.recommendations), None)
