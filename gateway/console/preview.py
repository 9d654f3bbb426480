"""A placement as a visitor sees it: any visitor, any moment, drafts and variants too; nothing of it is counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.console.draft.faults import Fault
from gateway.console.entrance import inside
from gateway.console.opening import NOBODY, opening
from gateway.console.render import page
from gateway.console.wording import in_page_words, money
from gateway.domain.answer import Page, PlacementFill
from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.choice import Forced, Said
from gateway.domain.event import OrderLine
from gateway.domain.explanation import Exclusion
from gateway.domain.page import PageContext, PageRequest
from gateway.domain.placement import PageType, PlacementId, page_type_of
from gateway.domain.ranking import FallbackLevel, Recommendation
from gateway.domain.reason import reason_of
from gateway.domain.tenant import Caller, Scope
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.errors import BadInput, GatewayError
from gateway.services.administering.badge import Badge
from gateway.services.asking.bounds import check_text
from gateway.services.gateway import Gateway
from gateway.services.shop import Shop

HERE = "/console/preview"
_KINDS = (("session", "Session"), ("visitor", "Visitor"), ("user", "User"))


@dataclass(frozen=True, slots=True)
class Shown:
    """One product, as it is shown and why."""

    product_id: str
    title: str
    brand: str | None
    image: str | None
    price: str
    before: str | None
    reason: str
    strategy: str
    level: str | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The list. `why_not`: of the product that was asked about, the reasons in sentences; empty where it is shown."""

    message: str
    shown: tuple[Shown, ...]
    warnings: tuple[str, ...]
    release: str | None
    asked: str | None = None
    why_not: tuple[str, ...] = ()


def routes() -> list[BaseRoute]:
    """The page; what is looked at stands in its address."""
    return [Route(HERE, inside(_preview))]


async def _preview(request: Request, badge: Badge) -> Response:
    gateway: Gateway = request.state.gateway
    told = {name: value.strip() for name, value in request.query_params.items()}
    shop, found, fault = badge.shop, None, Fault("")
    if told.get("placement"):
        told = await opening(gateway, shop, _previewing(badge.caller), told)
        try:
            found = await _looked_at(gateway, badge, told)
        except GatewayError as refused:
            fault = Fault(refused.message, _FIELDS.get(refused.field or "", refused.field))
    experiments = [*shop.experiments.values(), *shop.draft_experiments.values()]
    variants = [(f"{each.key}:{one.key}", f"{each.name}: {one.name}") for each in experiments for one in each.variants]
    if told.get("experiment") and told.get("variant"):
        told["forced"] = f"{told['experiment']}:{told['variant']}"
    return page(
        "preview.html", badge, 400 if fault.message else 200, here=HERE, told=told, fault=fault, preview=found,
        placements=[(each, each) for each in sorted({*shop.playbook.placements, *shop.playbook.draft_placements})],
        markets=[(each, each) for each in sorted(shop.markets)],
        variants=[("", "as it falls"), *variants], kinds=_KINDS,
    )  # fmt: skip


_FIELDS = {"market": "market", "placements": "placement", "productIds": "products", "productId": "why", "at": "at"}


async def _looked_at(gateway: Gateway, badge: Badge, told: Mapping[str, str]) -> Preview:
    """The list, and why a product is not on it where that was asked."""
    asked = _request(badge.shop, told)
    caller = _previewing(badge.caller)
    answer = await gateway.recommender.page(badge.shop, caller, asked)
    [fill] = answer.fills
    preview = _preview_of(answer, fill)
    if not (product := told.get("why")):
        return preview
    exclusions = await gateway.explainer.why_not(badge.shop, caller, asked, ProductId(product))
    return replace(preview, asked=product, why_not=tuple(map(_because, exclusions)))


def _previewing(caller: Caller) -> Caller:
    """The same caller with the right to try out: what it looks at here counts nowhere."""
    return replace(caller, scopes=caller.scopes | {Scope.PREVIEW, Scope.SERVER})


def _request(shop: Shop, told: Mapping[str, str]) -> PageRequest:
    placement = told["placement"]
    experiment, _, variant = (told.get("forced") or f"{told.get('experiment', '')}:{told.get('variant', '')}").partition(":")
    forced = (Forced(experiment, variant),) if experiment and variant else ()
    market = told.get("market") or next(iter(sorted(shop.markets)), "")
    shop.market(market)
    return PageRequest(
        placement_ids=(PlacementId(placement),),
        market_id=MarketId(market),
        visitor=_visitor(told),
        context=_context(placement, told),
        at=_moment(told.get("at", "")),
        drafts=bool(told.get("drafts")),
        variants=Said(forced=forced),
    )


def _visitor(told: Mapping[str, str]) -> Visitor:
    """Whoever is told; nobody in particular otherwise."""
    who = told.get("who") or NOBODY
    check_text("who", (who,))
    match told.get("kind"):
        case "user":
            return Visitor(user_id=UserId(who))
        case "visitor":
            return Visitor(visitor_id=VisitorId(who))
        case _:
            return Visitor(session_id=SessionId(who))


def _context(placement: str, told: Mapping[str, str]) -> PageContext:
    """What the page is about: products lie in the cart, or in the order, where the placement stands on such a page."""
    ids = tuple(ProductId(each) for each in told.get("products", "").replace(",", " ").split())
    check_text("products", ids)
    lines = tuple(OrderLine(each) for each in ids)
    try:
        kind = page_type_of(placement)
    except ValueError:
        kind = PageType.GENERIC
    shelf = (CategoryId(told["category"]),) if told.get("category") else ()
    about = PageContext(category_ids=shelf, brand=told.get("brand") or None, search_term=told.get("search") or None)
    match kind:
        case PageType.CART:
            return replace(about, cart=lines)
        case PageType.ADD_TO_CART:
            return replace(about, added_to_cart=lines)
        case PageType.PURCHASE_COMPLETE:
            return replace(about, order=lines)
        case _:
            return replace(about, product_ids=ids)


def _moment(text: str) -> datetime:
    """The moment that is told, or this one: a moment makes it nobody's visit."""
    if not text:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("must be a day and a time, such as 2026-05-04T12:30", field="at") from None


def _preview_of(answer: Page, fill: PlacementFill) -> Preview:
    told = dict.fromkeys(each.message for each in (*answer.warnings, *fill.warnings))
    said = tuple(map(in_page_words, told))
    return Preview(fill.message, tuple(map(_shown, fill.recommendations)), said, answer.release_id)


def _shown(each: Recommendation) -> Shown:
    product = each.product
    sale = product.sale_price
    return Shown(
        product_id=product.product_id,
        title=product.title,
        brand=product.brand,
        image=next(iter(product.image_urls), None),
        price=money(sale or product.price),
        before=money(product.price) if sale else None,
        reason=reason_of(each),
        strategy=each.strategy.value,
        level=None if each.level is FallbackLevel.NONE else each.level.value.replace("_", " ").lower(),
        rule=each.rule_id and str(each.rule_id),
    )


def _because(each: Exclusion) -> str:
    return f"{each.message}{f' (rule {each.rule_id})' if each.rule_id else ''}"
