"""Fill a page's placements: once down to memory and the database, once up with the answer."""

import asyncio
import logging
import os
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from uuid import UUID

from gateway.domain import ids
from gateway.domain.answer import Page, PlacementFill
from gateway.domain.catalog import ProductId
from gateway.domain.page import PageRequest, Warning
from gateway.domain.placement import Placement, StrategyName
from gateway.domain.ranking import Recommendation, fill
from gateway.domain.tenant import Caller
from gateway.domain.visitor import History
from gateway.errors import Unavailable
from gateway.services.ladder import Proposal, climb, propose
from gateway.services.measure import DEGRADED, EMPTY, ERRORS, FILLED, PAGE_SECONDS
from gateway.services.record import served_view
from gateway.services.remember import Rememberer
from gateway.services.shop import Shop
from gateway.services.understand import Plan, understand, understand_strategy
from gateway.store.catalog import CatalogStore, Hydrated, Wanted
from gateway.store.events import EventStore
from gateway.strategies.repertoire import NEEDS_HISTORY

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recommender:
    """Asks memory for candidates and the database, once, for what may be shown of them."""

    catalog: CatalogStore
    events: EventStore
    rememberer: Rememberer
    threads: Executor

    async def page(self, shop: Shop, caller: Caller, request: PageRequest) -> Page:
        """Every named placement, in the order named; no product twice, the first placement chooses first."""
        return await self._answer(caller, understand(shop, request))

    async def one(self, shop: Shop, caller: Caller, request: PageRequest, strategy: StrategyName) -> Page:
        """One strategy, as a page of a single list."""
        return await self._answer(caller, understand_strategy(shop, request, strategy))

    async def _answer(self, caller: Caller, plan: Plan) -> Page:
        started = perf_counter()
        deadline = min((p.deadline_ms for p in plan.placements), default=250) / 1000
        history, history_warnings = await self._history(plan, deadline)
        proposal = await self._propose(plan, history)
        hydrated, warnings = await self._hydrate(plan, proposal, deadline)
        page = _fill(plan, proposal, hydrated, (*history_warnings, *warnings))
        self.rememberer.remember(served_view(plan, caller, page, history))
        _measure(plan, page, perf_counter() - started)
        return page

    async def _history(self, plan: Plan, seconds: float) -> tuple[History, tuple[Warning, ...]]:
        """The visitor's last events, where a strategy wants them."""
        visitor = plan.request.visitor
        if not plan.strategies & NEEDS_HISTORY or not (visitor.session_id or visitor.user_id):
            return (), ()
        try:
            return await self.events.history(plan.shop.tenant.tenant_id, visitor, seconds), ()
        except Exception as lost:  # noqa: BLE001  (whatever it was, the page must not break)
            _note_lost(lost)
            return (), (Warning("HISTORY_UNAVAILABLE", "the visitor's history could not be read in time"),)

    async def _propose(self, plan: Plan, history: History) -> Proposal:
        """Table reads are done here; a profile's search of the index leaves the loop to others."""
        if history and StrategyName.PERSONAL in plan.strategies:
            return await asyncio.get_running_loop().run_in_executor(self.threads, propose, plan, history)
        return propose(plan, history)

    async def _hydrate(self, plan: Plan, proposal: Proposal, seconds: float) -> tuple[Hydrated | None, tuple[Warning, ...]]:
        needs_newest = StrategyName.NEW_ARRIVALS in plan.strategies
        wanted = Wanted(
            ids=proposal.ids(),
            seeds={*plan.request.context.seeds, *proposal.seeds()},
            base=() if needs_newest else {c.product_id for c in proposal.bestsellers} - plan.taken,
            excluded=plan.taken,
            count=plan.wanted,
            arrivals=needs_newest,
            filter=plan.filter,
        )
        try:
            hydrated = await self.catalog.hydrate(plan.shelf, wanted, seconds)
        except Exception as lost:  # noqa: BLE001  (whatever it was, the page must not break)
            _note_lost(lost)
            return None, (Warning("UNAVAILABLE", "the products could not be read in time, so nothing is shown"),)
        return hydrated, tuple(_lacking(plan, hydrated))


def _note_lost(lost: Exception) -> None:
    """A fault of ours is logged whole; a database that is away is told by the degraded answer's own line."""
    if not isinstance(lost, Unavailable):
        ERRORS.inc()
        logger.error("a page could not be read", exc_info=lost)


def _lacking(plan: Plan, hydrated: Hydrated) -> Iterable[Warning]:
    """What makes the answer more general than it was asked to be."""
    if plan.shop.repertoire.release_id is None:
        yield Warning("NO_RELEASE", "nothing has been trained yet, so the newest products are shown")
    unknown = [seed for seed in plan.request.context.seeds if seed not in hydrated.products]
    if unknown:
        named = ", ".join(repr(u) for u in unknown[:5])
        yield Warning("UNKNOWN_PRODUCT", f"not in this market, or hidden: {named}")


def _fill(plan: Plan, proposal: Proposal, hydrated: Hydrated | None, lacking: tuple[Warning, ...]) -> Page:
    view_id = ids.make_view_id(datetime.now(UTC), os.urandom(8))
    taken: set[ProductId] = set(plan.taken) | (hydrated.only_seeds if hydrated else frozenset())
    fills = []
    for number, placement in enumerate(plan.placements):
        chosen = _choose(placement, proposal, hydrated, taken) if hydrated else []
        taken.update(r.product.product_id for r in chosen)
        fills.append(_placement_fill(plan, placement, view_id, number, chosen, lacking))
    return Page(view_id, tuple(fills), plan.shop.repertoire.release_id, bool(lacking), (*plan.warnings, *lacking))


def _choose(placement: Placement, proposal: Proposal, hydrated: Hydrated, taken: set[ProductId]) -> list[Recommendation]:
    rungs = climb(placement, proposal, hydrated)
    return fill(rungs, hydrated.products, placement.count, taken, require_available=placement.require_available)


def _placement_fill(
    plan: Plan, placement: Placement, view_id: UUID, number: int, chosen: list[Recommendation], lacking: tuple[Warning, ...]
) -> PlacementFill:
    return PlacementFill(
        placement=placement,
        view_id=view_id,
        number=number,
        message=placement.message(plan.shelf.locale),
        recommendations=tuple(chosen),
        degraded=bool(lacking),
        warnings=(*plan.warnings, *lacking),
    )


def _measure(plan: Plan, page: Page, seconds: float) -> None:
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
