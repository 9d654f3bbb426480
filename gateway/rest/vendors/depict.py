"""Depict's recommendation routes: what its clients send and expect, over our placements."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.domain.about import came_from
from gateway.domain.answer import Page, PlacementFill
from gateway.domain.catalog import CategoryId, MarketId, Product, ProductId
from gateway.domain.currency import in_units
from gateway.domain.page import PageContext, PageRequest
from gateway.domain.placement import MAX_COUNT, PlacementId
from gateway.domain.tenant import Caller, Scope
from gateway.domain.visitor import Visitor
from gateway.errors import GatewayError
from gateway.rest.credentials import foreign_origin
from gateway.rest.vendors import depict_events
from gateway.rest.vendors.dialect import Answered, Ask, recommending, speak
from gateway.rest.vendors.shape import Fault, Misshapen, Reader, read_object
from gateway.services.administering.admit import Naming, admit, admit_keyless, recognise
from gateway.services.gateway import Gateway
from gateway.services.hearing.discern import discerned
from gateway.services.shop import Shop

PLACEMENTS = {
    "similar": "item_page.similar",
    "cross_sell": "item_page.together",
    "checkout": "cart_page.together",
    "front_page": "home_page.top",
}
"""Which of our placements a `type` means, until a tenant can say so itself; a placement's own id means itself."""

_CATEGORY = "category_page.top"
_NOT_CONFIGURED = "(tenant, market, type) not yet configured. Please contact Depict."


def routes() -> list[BaseRoute]:
    """Every path of this vendor."""
    general = recommending("/v2/recommend/products/general", _understand_general, _phrase, _refuse)
    product = recommending("/v2/recommend/products/product", _understand_product, _phrase, _refuse)
    products = recommending("/v2/recommend/products/products", _understand_products, _phrase, _refuse)
    category = recommending("/v2/recommend/products/category", _understand_category, _phrase, _refuse)
    return [general, product, products, category, Route("/create-events", _create_events, methods=["POST"])]


async def _understand_general(request: Request, gateway: Gateway) -> Ask:
    reader = read_object(await request.body())
    return _ask(request, gateway, reader, PageContext())


async def _understand_product(request: Request, gateway: Gateway) -> Ask:
    reader = read_object(await request.body())
    product_id = reader.text("product_id", required=True)
    return _ask(request, gateway, reader, _about([product_id or ""]))


async def _understand_products(request: Request, gateway: Gateway) -> Ask:
    reader = read_object(await request.body())
    return _ask(request, gateway, reader, _about(reader.texts("product_ids", required=True)))


async def _understand_category(request: Request, gateway: Gateway) -> Ask:
    reader = read_object(await request.body())
    category_id = reader.text("category_id", required=True)
    return _ask(request, gateway, reader, PageContext(category_ids=(CategoryId(category_id or ""),)))


def _about(product_ids: Sequence[str]) -> PageContext:
    return PageContext(product_ids=tuple(ProductId(p) for p in product_ids if p))


def _ask(request: Request, gateway: Gateway, reader: Reader, context: PageContext) -> Ask:
    """Reads what the four routes have in common; the answer "not yet configured" where a name leads nowhere."""
    tenant_id, market, kind = (reader.text(name, required=True) or "" for name in ("tenant", "market", "type"))
    locale, limit = reader.text("locale"), reader.whole("limit", 1, MAX_COUNT)
    user_id, session_id = reader.text("user_id"), reader.text("session_id")
    dsid = reader.text("dsid", shortest=1)
    referrer = came_from(reader.text("document_referrer"))
    reader.table("metadata")
    reader.done()
    shop, caller = _admitted(request, gateway, tenant_id)
    placement = PLACEMENTS.get(kind, kind) if not context.category_ids or kind in shop.playbook.placements else _CATEGORY
    if market not in shop.markets or placement not in shop.playbook.placements:
        raise Answered(_nothing(_NOT_CONFIGURED))
    asked = PageRequest(
        placement_ids=(PlacementId(placement),),
        market_id=MarketId(market),
        visitor=_visitor(caller, shop, session_id, dsid, user_id),
        locale=locale,
        context=replace(context, referrer=referrer),
        limit=limit,
    )
    return Ask(shop, caller, discerned(asked, shop, caller, None, request.headers.get("user-agent")))


def _admitted(request: Request, gateway: Gateway, tenant_id: str) -> tuple[Shop, Caller]:
    """By the key where one is sent (query, header or cookie), else by the tenant's name alone where it allows that."""
    secret = request.query_params.get("api_key") or request.headers.get("x-api-key") or request.cookies.get("X-API-KEY")
    if not secret:
        shop = gateway.shops.get(tenant_id)
        if shop is None:
            raise Answered(_nothing(_NOT_CONFIGURED))
        return admit_keyless(gateway.shops, tenant_id)
    shop, caller = admit(gateway.shops, secret, origin=foreign_origin(request), now=datetime.now(UTC))
    if shop.tenant.tenant_id != tenant_id:
        raise Answered(_nothing(_NOT_CONFIGURED))
    if request.query_params.get("api_key"):  # a secret in a URL ends up in logs: it gets a browser's rights at most
        caller = replace(caller, scopes=frozenset({Scope.STOREFRONT}))
    return shop, caller


def _visitor(caller: Caller, shop: Shop, session_id: str | None, dsid: str | None, user_id: str | None) -> Visitor:
    """The vendor's own browser client sends its device id as `user_id` too, and no session."""
    session = session_id or dsid
    user = None if user_id == dsid else user_id
    return recognise(caller, shop.tenant, Naming(session_id=session, user_id=user, visitor_id=dsid))


def _phrase(page: Page) -> Any:
    [fill] = page.fills
    displays = [_display(fill, place) for place in range(len(fill.recommendations))]
    touched = next(iter(fill.variants), None)
    key = touched and touched.experiment.key
    return {"displays": displays, "error": None, "variant": touched.index if touched else 0, "experiment_id": key}


def _display(fill: PlacementFill, place: int) -> dict[str, Any]:
    product = fill.recommendations[place].product
    return {
        "main_product_id": product.group_id or product.product_id,
        "product_id": product.product_id,
        "title": product.title,
        "original_price": _number(product),
        "sale_price": _number(product, sale=True),
        "page_url": fill.page_url(place),
        "image_url": product.image_urls[0] if product.image_urls else None,
        "brand": product.brand,
        "recommendation_id": str(fill.recommendation_id(place)),
    }


def _number(product: Product, *, sale: bool = False) -> int | float:
    """A price as a JSON number: 999, or 19.99. What is not on sale has its price as sale price."""
    amount = in_units(product.sale_price if sale and product.sale_price else product.price)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _nothing(error: str) -> Response:
    return speak({"displays": [], "error": error, "variant": None, "experiment_id": None})


def _refuse(error: Exception) -> Response:
    """422 as FastAPI says it: this vendor's clients take 200, 404 and 422 as final and repeat anything else."""
    if isinstance(error, Misshapen):
        return speak({"detail": [fault.said() for fault in error.faults]}, 422)
    if isinstance(error, GatewayError):
        where = ("body", error.field) if error.field else ("header", "X-API-KEY")
        status = 422 if error.status < 500 else error.status  # noqa: PLR2004  (ours to mend: let them try again)
        return speak({"detail": [Fault(where, error.message, "value_error").said()]}, status)
    raise error


async def _create_events(request: Request) -> Response:
    """A JSON array of events; nothing is kept of an array in which one is misshapen."""
    gateway: Gateway = request.state.gateway
    try:
        agent = request.headers.get("user-agent")
        batches = depict_events.understand(
            await request.body(), agent, lambda tenant: _admitted(request, gateway, tenant), _visitor
        )
        accepted = duplicates = 0
        for shop, events in batches:
            depict_events.raise_refused(gateway.tracker.refusals(shop, events))
        for shop, events in batches:
            receipt = await gateway.tracker.record(shop, events)
            accepted, duplicates = accepted + len(receipt.accepted), duplicates + receipt.duplicates
    except Answered as early:
        return early.response
    except (Misshapen, GatewayError) as error:
        return _refuse(error)
    return speak({"status": "ok", "accepted": accepted, "duplicates": duplicates})
