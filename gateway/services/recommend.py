"""Fill a page's placements: once down to memory and the database, once up with the answer."""

import asyncio
import logging
import os
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter

from gateway.domain import ids
from gateway.domain.answer import Page
from gateway.domain.page import PageRequest, Warning
from gateway.domain.placement import StrategyName
from gateway.domain.tenant import Caller, Scope
from gateway.domain.visitor import LookBack
from gateway.errors import Unavailable
from gateway.services.admit import require
from gateway.services.compose import choose, end_cursor, placement_fill, taken_by
from gateway.services.draft import Draft, drafted, sought
from gateway.services.measure import DEGRADED, EMPTY, ERRORS, FILLED, PAGE_SECONDS
from gateway.services.record import served_view
from gateway.services.remember import Rememberer
from gateway.services.shop import Shop
from gateway.services.understand import Plan, understand, understand_strategies
from gateway.store.goods import GoodsStore, Rack, Wanted
from gateway.store.visitors import VisitorStore

logger = logging.getLogger(__name__)

_THOUGHT = frozenset({StrategyName.PERSONAL})  # a search of the index: the loop is left to others meanwhile


@dataclass(frozen=True, slots=True)
class Recommender:
    """Asks memory for candidates and the database, once, for what may be shown of them."""

    goods: GoodsStore
    visitors: VisitorStore
    rememberer: Rememberer
    threads: Executor

    async def page(self, shop: Shop, caller: Caller, request: PageRequest) -> Page:
        """Every named placement, in the order named; no product twice, the first placement chooses first."""
        return await self._answer(caller, understand(shop, _by(caller, request), datetime.now(UTC)))

    async def one(self, shop: Shop, caller: Caller, request: PageRequest, strategy: StrategyName) -> Page:
        """One strategy, as a page of a single list."""
        return await self._answer(caller, understand_strategies(shop, _by(caller, request), (strategy,), datetime.now(UTC)))

    async def _answer(self, caller: Caller, plan: Plan) -> Page:
        started = perf_counter()
        deadline = min((p.deadline_ms for p in plan.placements), default=250) / 1000
        look, early = await self._look_back(plan, deadline)
        draft, wanted = await self._draft(plan, look)
        rack, late = await self._hydrate(plan, wanted, look, deadline)
        page = _compose(draft, rack, (*early, *late))
        self.rememberer.remember(served_view(plan, caller, page, look.history))
        _measure(plan, page, perf_counter() - started)
        return page

    async def _look_back(self, plan: Plan, seconds: float) -> tuple[LookBack, tuple[Warning, ...]]:
        """What the page wants to know of the visitor and of the search term, where it wants anything."""
        wishes = sought(plan)
        if not wishes.is_anything:
            return LookBack(), ()
        try:
            return await self.visitors.look_back(plan.shelf, wishes, seconds), ()
        except Exception as lost:  # noqa: BLE001  (whatever it was, the page must not break)
            _note_lost(lost)
            return LookBack(), (Warning("HISTORY_UNAVAILABLE", "what the visitor did could not be read in time"),)

    async def _draft(self, plan: Plan, look: LookBack) -> tuple[Draft, Wanted]:
        """Table reads are done here; a profile's search of the index leaves the loop to others."""
        if look.history and plan.strategies & _THOUGHT:
            return await asyncio.get_running_loop().run_in_executor(self.threads, drafted, plan, look)
        return drafted(plan, look)

    async def _hydrate(
        self, plan: Plan, wanted: Wanted, look: LookBack, seconds: float
    ) -> tuple[Rack | None, tuple[Warning, ...]]:
        try:
            rack = await self.goods.hydrate(plan.shelf, wanted, look.sights, seconds)
        except Exception as lost:  # noqa: BLE001  (whatever it was, the page must not break)
            _note_lost(lost)
            return None, (Warning("UNAVAILABLE", "the products could not be read in time, so nothing is shown"),)
        return rack, tuple(_lacking(plan, rack))


def _by(caller: Caller, request: PageRequest) -> PageRequest:
    """The request as this caller may make it. Forbidden where it is a preview and the key does not allow that."""
    if request.at or request.drafts:
        require(caller, Scope.PREVIEW)
    return request if request.channel else replace(request, channel=caller.channel)


def _compose(draft: Draft, rack: Rack | None, lacking: tuple[Warning, ...]) -> Page:
    view_id = ids.make_view_id(datetime.now(UTC), os.urandom(8))
    plan = draft.plan
    chosen = choose(draft, rack, taken_by(plan, rack)) if rack else [[] for _ in plan.placements]
    fills = [
        placement_fill(plan, placement, shown, view_id, number, lacking)
        for number, (placement, shown) in enumerate(zip(plan.placements, chosen, strict=True))
    ]
    shown = [r.product.product_id for each in chosen for r in each]
    return Page(
        view_id, tuple(fills), plan.shop.repertoire.release_id, bool(lacking), (*plan.warnings, *lacking), end_cursor(plan, shown)
    )


def _note_lost(lost: Exception) -> None:
    """A fault of ours is logged whole; a database that is away is told by the degraded answer's own line."""
    if not isinstance(lost, Unavailable):
        ERRORS.inc()
        logger.error("a page could not be read", exc_info=lost)


def _lacking(plan: Plan, rack: Rack) -> Iterator[Warning]:
    """What makes the answer more general than it was asked to be."""
    if plan.shop.repertoire.release_id is None:
        yield Warning("NO_RELEASE", "nothing has been trained yet, so the newest products are shown")
    unknown = [seed for seed in plan.request.context.seeds if seed not in rack]
    if unknown:
        named = ", ".join(repr(u) for u in unknown[:5])
        yield Warning("UNKNOWN_PRODUCT", f"not in this market, or hidden: {named}")


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
