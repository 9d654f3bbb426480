"""An answer as the record that is kept of it: enough to derive every id again and to replay the page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from gateway.domain import ids
from gateway.domain.answer import Page, PlacementFill
from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.device import Device
from gateway.domain.event import OrderLine
from gateway.domain.experiment import Assigned, AssignmentSource, Experiment, ExperimentKey, ExperimentStatus, Variant
from gateway.domain.page import PageContext, PageRequest, ProductFilter, ProductSort
from gateway.domain.pair import Pair
from gateway.domain.placement import PageType, PlacementId, StrategyName
from gateway.domain.ranking import Recommendation
from gateway.domain.tenant import Caller
from gateway.domain.visitor import History, LookBack, PastEvent, SessionId, UserId, Visitor, VisitorId
from gateway.services.asking.understand import Plan
from gateway.services.experimenting.expose import exposures
from gateway.store.views import ServedView

_STEP = timedelta(seconds=1)


def served_view(
    plan: Plan, caller: Caller, page: Page, look: LookBack, beside: Collection[ProductId] = frozenset(), seconds: float = 0.0
) -> ServedView:
    """The row of one response. `beside`: what answers before this one show, and it therefore must not. `seconds`: how long it
    took.
    """
    request = plan.request
    return ServedView(
        tenant_id=plan.shop.tenant.tenant_id,
        view_id=page.view_id,
        served_at=ids.made_at(page.view_id),
        market_id=plan.shelf.market.market_id,
        locale=plan.shelf.locale,
        channel=request.channel or caller.channel,
        session_id=request.visitor.session_id,
        user_id=look.user_id or request.visitor.user_id,
        visitor_id=request.visitor.visitor_id,
        release_id=page.release_id,
        page={**_page(plan, look.history), **({"beside": sorted(beside)} if beside else {})},
        lists=[_list(fill) for fill in page.fills],
        preview=request.is_preview,
        latency_ms=round(seconds * 1000),
        exposures=exposures(plan, caller, ids.made_at(page.view_id)),
    )


def request_of(view: ServedView) -> PageRequest:
    """The request that the view answered, as it was understood."""
    page = view.page
    filtered = page.get("filter")
    lines = {name: tuple(OrderLine(ProductId(i)) for i in page.get(name, ())) for name in ("cart", "addedToCart", "order")}
    return PageRequest(
        placement_ids=() if strategies_of(view) else tuple(PlacementId(each["placement"]) for each in view.lists),
        market_id=MarketId(view.market_id),
        visitor=Visitor(
            SessionId(view.session_id) if view.session_id else None,
            UserId(view.user_id) if view.user_id else None,
            VisitorId(view.visitor_id) if view.visitor_id else None,
            attributes=page.get("attributes", {}),
        ),
        locale=view.locale or None,
        region=page.get("region"),
        channel=view.channel,
        context=PageContext(
            product_ids=tuple(map(ProductId, page.get("productIds", ()))),
            cart=lines["cart"],
            added_to_cart=lines["addedToCart"],
            order=lines["order"],
            category_ids=tuple(map(CategoryId, page.get("categoryIds", ()))),
            category_hints=tuple(map(CategoryId, page.get("categoryHints", ()))),
            brand=page.get("brand"),
            search_term=page.get("searchTerm"),
            referrer=page.get("referrer"),
        ),
        page_type=PageType(page["type"]) if page.get("type") else None,
        filter=ProductFilter(**{name: _frozen(value) for name, value in filtered.items()}) if filtered else None,
        exclude=frozenset(map(ProductId, page.get("exclude", ()))),
        limit=page.get("limit"),
        said={name: tuple(values) for name, values in page.get("context", {}).items()},
        at=datetime.fromisoformat(page["at"]) if page.get("at") else view.served_at,
        drafts=bool(page.get("drafts")),
        sort=ProductSort(page.get("sort", ProductSort.RELEVANCE)),
        device=Device(page["device"]) if page.get("device") else None,
    )


def strategies_of(view: ServedView) -> tuple[StrategyName, ...]:
    """The strategies that were asked for by name; none where it was placements."""
    return tuple(map(StrategyName, view.page.get("strategies", ())))


def shown_before(view: ServedView) -> frozenset[ProductId]:
    """What had been shown already: on the pages before this one, and in the answers beside it."""
    return frozenset(map(ProductId, (*view.page.get("shown", ()), *view.page.get("beside", ()))))


def history_of(view: ServedView) -> History:
    """What the visitor had done, newest first; only the order of the moments is kept."""
    told = view.page.get("history", ())
    return tuple(PastEvent(view.served_at - _STEP * n, kind, ProductId(product)) for n, (kind, product) in enumerate(told))


def _page(plan: Plan, history: History) -> Mapping[str, Any]:
    """The request as understood; what is empty is left out."""
    request, context = plan.request, plan.request.context
    said = {
        "type": plan.page_type,
        "strategies": () if request.placement_ids else plan.placements[0].strategies,
        "sort": None if request.sort is ProductSort.RELEVANCE else request.sort,
        "productIds": context.product_ids,
        "cart": [line.product_id for line in context.cart],
        "addedToCart": [line.product_id for line in context.added_to_cart],
        "order": [line.product_id for line in context.order],
        "categoryIds": context.category_ids,
        "categoryHints": context.category_hints,
        "brand": context.brand,
        "searchTerm": context.search_term,
        "referrer": context.referrer,
        "region": request.region,
        "filter": None if plan.filter is None else {k: v for k, v in asdict(plan.filter).items() if v not in (None, {})},
        "exclude": sorted(request.exclude),
        "shown": sorted(plan.shown),
        "limit": request.limit,
        "context": request.said,
        "attributes": request.visitor.attributes,
        "device": request.device,
        "at": request.at,
        "drafts": request.drafts,
        "history": [(event.type, event.product_id) for event in history],
        "version": plan.playbook.version,
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
        "rules": [r.rule_id for r in shown] if any(r.rule_id for r in shown) else None,
        "empty": not shown,
        "variant": ", ".join(f"{each.experiment.key}:{each.variant.key}" for each in fill.variants) or None,
        "variants": [assignment_told(each) for each in fill.variants] or None,
        **({"pair": _pair(fill.pair, shown)} if fill.pair else {}),
    }


def _pair(pair: Pair, shown: Sequence[Recommendation]) -> Mapping[str, Any]:
    """Of which two variants a list was drawn, and whose pick each product was."""
    experiment = pair.experiment
    return {
        "id": experiment.experiment_id,
        "phase": experiment.phase.number if experiment.phase else 0,
        "experiment": experiment.key,
        "variants": [{"variant": each.key, "parameters": each.parameters} for each in experiment.variants],
        "teams": [each.team for each in shown],
    }


def assignment_told(it: Assigned) -> Mapping[str, Any]:
    """A variant, with all that it changed: the experiment may say something else by the time that somebody asks why."""
    return {
        "id": it.experiment.experiment_id,
        "experiment": it.experiment.key,
        "index": it.index,
        "variant": it.variant.key,
        "source": it.source,
        "propensity": it.propensity,
        "parameters": it.variant.parameters,
        **({"over": True} if it.experiment.status is ExperimentStatus.STOPPED else {}),
    }


def variants_of(view: ServedView) -> list[Assigned]:
    """The variants that the view was answered with, each as it was then, by the placements that it changed."""
    return [
        Assigned(_as_it_was(said, PlacementId(each["placement"])), 0, AssignmentSource(said["source"]))
        for each in view.lists
        for said in each.get("variants") or ()
    ]


def pairs_of(view: ServedView) -> dict[PlacementId, Pair]:
    """The placements of the view whose lists were drawn from two variants, as these were then."""
    found = {}
    for each in view.lists:
        if said := each.get("pair"):
            placement_id = PlacementId(each["placement"])
            variants = tuple(Variant(v["variant"], v["variant"], 0.5, v["parameters"]) for v in said["variants"])
            key = ExperimentKey(said["experiment"])
            found[placement_id] = Pair(Experiment(said["id"], key, key, (placement_id,), variants))
    return found


def _as_it_was(said: Mapping[str, Any], placement_id: PlacementId) -> Experiment:
    """Of the experiment what its one variant needs."""
    variant = Variant(said["variant"], said["variant"], 1.0, said["parameters"])
    status = ExperimentStatus.STOPPED if said.get("over") else ExperimentStatus.RUNNING
    return Experiment(
        said["id"], ExperimentKey(said["experiment"]), said["experiment"], (placement_id,), (variant,), status=status
    )


def _frozen(value: Any) -> Any:
    """Lists as the filter holds them."""
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
