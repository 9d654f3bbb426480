"""Understand what a page asks: its placements, its market and language, and what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gateway.domain.catalog import ProductId
from gateway.domain.page import PageContext, PageRequest, ProductFilter, Warning
from gateway.domain.pair import Pair
from gateway.domain.placement import MAX_COUNT, PageType, Placement, PlacementId, StrategyName
from gateway.domain.playbook import Playbook
from gateway.domain.tenant import Shelf
from gateway.domain.treatment import Treatment, reads
from gateway.errors import BadInput, LimitExceeded, MixedPageTypes, UnknownPlacement
from gateway.services.asking.bounds import check_filter, check_text
from gateway.services.asking.browse import shelf, with_descendants
from gateway.services.asking.cursor import read_cursor
from gateway.services.shop import Shop

MAX_PLACEMENTS = 20
MAX_EXCLUDED = 1000
MAX_SEEDS = 100
MAX_NAMES, MAX_VALUES = 50, 500  # of the shop's own context
MAX_CONTEXT_PRODUCTS = 15  # on search and category pages

_WANTS = {
    PageType.ITEM: "productIds",
    PageType.CART: "cart",
    PageType.PURCHASE_COMPLETE: "order",
    PageType.ADD_TO_CART: "addedToCart",
    PageType.CATEGORY: "categoryIds",
    PageType.SEARCH: "searchTerm",
    PageType.BRAND: "brand",
}


_NONE = Treatment()


@dataclass(frozen=True, slots=True)
class Plan:
    """A page request with everything looked up: what the rest of the way needs. `shown`: on the pages before this one. `taken`:
    what must not be shown. `beside`: how many products answers before this one may take from it. `treatments`: what variants make
    of the placements. `pairs`: the placements that show two lists drawn into one; `twin`: the page with the other side of them.
    """

    shop: Shop
    request: PageRequest
    shelf: Shelf
    page_type: PageType | None
    placements: tuple[Placement, ...]
    playbook: Playbook
    moment: datetime
    filter: ProductFilter | None
    shown: frozenset[ProductId]
    taken: frozenset[ProductId]
    warnings: tuple[Warning, ...]
    beside: int = 0
    treatments: Mapping[PlacementId, Treatment] = field(default_factory=dict)
    pairs: Mapping[PlacementId, Pair] = field(default_factory=dict)
    twin: "Plan | None" = None

    @property
    def is_placed(self) -> bool:
        """Whether configured placements are asked for, and not strategies by themselves."""
        return bool(self.request.placement_ids)

    def treatment(self, placement: Placement) -> Treatment:
        """What variants make of a placement beside its own settings."""
        return self.treatments.get(placement.placement_id, _NONE)

    @property
    def wanted(self) -> int:
        """How many products it takes to fill the page, those that are taken before it counted."""
        return sum(p.count for p in self.placements) + self.beside

    def parameters(self, placement: Placement) -> Mapping[str, Any]:
        """What a placement says to its strategies; `$name` stands for the first value of that name in the request's context."""
        said = self.request.said
        return {
            key: next(iter(said.get(value[1:], ())), None) if isinstance(value, str) and value.startswith("$") else value
            for key, value in placement.parameters.items()
        }

    @property
    def strategies(self) -> frozenset[StrategyName]:
        """Every strategy that a placement of the page names."""
        own = frozenset(s for p in self.placements for s in p.strategies)
        return own | self.twin.strategies if self.twin else own


def understand(shop: Shop, request: PageRequest, now: datetime) -> Plan:
    """The plan of a page of configured placements; the errors name what is wrong with the request."""
    _check_limits(request)
    playbook = _playbook(shop, request)
    placements = tuple(_sized(p, request.limit) for p in _named(playbook, request.placement_ids))
    if len({p.placement_id for p in placements}) < len(placements):
        raise BadInput("a placement stands twice", field="ids")
    if not placements:
        raise BadInput("name one placement at least", field="ids")
    types = {p.page_type for p in placements}
    if len(types) > 1:
        there = ", ".join(sorted(types))
        raise MixedPageTypes(
            f"these stand on {there}, and one call is one page: ask for each page in a call of its own", field="ids"
        )
    page_type = next(iter(types), None)
    if page_type and request.page_type and request.page_type is not page_type:
        raise MixedPageTypes(
            f"the placements stand on a page of type {page_type.name}, so page.type cannot be {request.page_type.name}",
            field="page.type",
        )
    return _plan(shop, request, playbook, page_type, placements, now)


def understand_strategies(shop: Shop, request: PageRequest, strategies: tuple[StrategyName, ...], now: datetime) -> Plan:
    """The plan of strategies without a configured placement: 12 products where no limit is given."""
    _check_limits(request)
    alone = Placement(PlacementId(strategies[0].value), strategies, request.limit or 12)
    return _plan(shop, request, _playbook(shop, request), request.page_type, (alone,), now)


def _playbook(shop: Shop, request: PageRequest) -> Playbook:
    return shop.playbook.with_drafts() if request.drafts else shop.playbook


def _named(playbook: Playbook, ids: tuple[PlacementId, ...]) -> Iterator[Placement]:
    """The placements of these ids; `item_page.*` is every placement of the page type, by id."""
    for placement_id in ids:
        if placement_id.endswith("_page.*"):
            page_type = placement_id.removesuffix("_page.*")
            yield from (p for _, p in sorted(playbook.placements.items()) if p.page_type == page_type)
        elif placement_id in playbook.placements:
            yield playbook.placements[placement_id]
        else:
            there = ", ".join(sorted(playbook.placements)) or "none yet"
            raise UnknownPlacement(f"no placement has the id {placement_id!r}; placements: {there}", field="ids")


def _plan(
    shop: Shop,
    request: PageRequest,
    playbook: Playbook,
    page_type: PageType | None,
    placements: tuple[Placement, ...],
    now: datetime,
) -> Plan:
    context, warnings = _within_limits(request.context, page_type)
    if page_type and (missing := _missing(context, page_type)):
        warnings.append(Warning("MISSING_CONTEXT", f"a page of type {page_type} needs page.{missing}; the products are general"))
    market = shop.market(request.market_id)
    shown = read_cursor(shop.tenant, request.after)
    warnings.extend(_unread(shop, playbook, request, placements))
    if request.locale and market.locales and request.locale not in market.locales:
        speaks = ", ".join(market.locales)
        warnings.append(
            Warning("UNKNOWN_LOCALE", f"the market speaks {speaks}; texts in {request.locale!r} are its own where it has none")
        )
    return Plan(
        shop=shop,
        request=replace(request, context=context),
        shelf=shelf(shop, request.market_id, request.locale),
        page_type=page_type,
        placements=placements,
        playbook=playbook,
        moment=request.at or now,
        shown=shown,
        filter=with_descendants(shop, request.filter),
        taken=request.exclude | frozenset(request.context.seeds[:MAX_EXCLUDED]) | shown,
        warnings=tuple(warnings),
    )


def _unread(shop: Shop, playbook: Playbook, request: PageRequest, placements: tuple[Placement, ...]) -> Iterator[Warning]:
    """The names of the request's context that neither a rule nor a strategy's parameter reads, nor an experiment."""
    tried = [*shop.experiments.values(), *shop.draft_experiments.values()] if request.said else []
    read = {name for name in request.said if any(reads(each, name) for each in tried)}
    unread = sorted(name for name in request.said if name not in read and not playbook.reads(name, placements))
    if unread:
        yield Warning("UNREAD_CONTEXT", f"no rule and no placement reads {', '.join(repr(name) for name in unread[:5])}")


def _sized(placement: Placement, limit: int | None) -> Placement:
    return placement if limit is None else replace(placement, count=limit)


def _check_limits(request: PageRequest) -> None:
    if request.limit is not None and not 1 <= request.limit <= MAX_COUNT:
        raise BadInput(f"must be from 1 to {MAX_COUNT}", field="limit")
    if len(request.placement_ids) > MAX_PLACEMENTS:
        raise LimitExceeded(f"at most {MAX_PLACEMENTS} placements a call, not {len(request.placement_ids)}", field="ids")
    if len(request.exclude) > MAX_EXCLUDED:
        raise LimitExceeded(f"at most {MAX_EXCLUDED} products, not {len(request.exclude)}", field="exclude")
    context = request.context
    check_text("exclude", request.exclude)
    check_text("page.productIds", context.seeds)
    check_text("page.categoryIds", context.category_ids)
    check_text("page.brand", (context.brand,))
    check_text("page.searchTerm", (context.search_term,))
    check_text("page.referrer", (context.referrer,))
    check_text("locale", (request.locale,))
    check_text("channel", (request.channel,))
    check_text("region", (request.region,))
    check_text("page.categoryHints", context.category_hints)
    if len(request.said) > MAX_NAMES or sum(map(len, request.said.values())) > MAX_VALUES:
        raise LimitExceeded(f"at most {MAX_NAMES} names and {MAX_VALUES} values", field="context")
    check_text("context", (text for name, values in request.said.items() for text in (name, *values)))
    check_filter(request.filter)


def _within_limits(context: PageContext, page_type: PageType | None) -> tuple[PageContext, list[Warning]]:
    most = MAX_CONTEXT_PRODUCTS if page_type in (PageType.SEARCH, PageType.CATEGORY) else MAX_SEEDS
    lines = len(context.seeds) - len(context.product_ids)
    if len(context.product_ids) <= most and lines <= MAX_SEEDS:
        return context, []
    cut = replace(
        context,
        product_ids=context.product_ids[:most],
        cart=context.cart[:MAX_SEEDS],
        added_to_cart=context.added_to_cart[:MAX_SEEDS],
        order=context.order[:MAX_SEEDS],
    )
    return cut, [Warning("TOO_MANY_CONTEXT_PRODUCTS", f"only the first {most} products of the page are used")]


def _missing(context: PageContext, page_type: PageType) -> str | None:
    has = {
        "productIds": bool(context.product_ids),
        "cart": bool(context.seeds),
        "order": bool(context.seeds),
        "addedToCart": bool(context.seeds),
        "categoryIds": bool(context.category_ids),
        "searchTerm": bool(context.search_term),
        "brand": bool(context.brand),
    }
    wants = _WANTS.get(page_type)
    return None if wants is None or has[wants] else wants
