"""Fill a page's placements: once down to memory and the database, once up with the answer."""

import asyncio
from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter

from gateway.domain.answer import Page
from gateway.domain.catalog import ProductId
from gateway.domain.page import PageRequest, ProductSort, Warning
from gateway.domain.placement import StrategyName
from gateway.domain.tenant import Caller, Environment, Scope
from gateway.domain.visitor import LookBack
from gateway.services.administering.admit import require
from gateway.services.answering.answer import answered, measured
from gateway.services.answering.draft import Draft, apart, drafted_together, sought, sought_together
from gateway.services.answering.record import served_view
from gateway.services.answering.remember import Rememberer
from gateway.services.asking.understand import Plan, understand, understand_strategies
from gateway.services.experimenting.assign import Assigner
from gateway.services.loss import note_lost
from gateway.services.shop import Shop
from gateway.store.goods import GoodsStore, Rack, Wanted
from gateway.store.visitors import Sought, VisitorStore


@dataclass(frozen=True, slots=True)
class Sketch:
    """Drafts of pages of one visitor in one place, what the database is asked for all of them, and how long that may take."""

    drafts: Sequence[Draft]
    wanted: Wanted
    look: LookBack
    warnings: tuple[Warning, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Recommender:
    """Asks memory for candidates and the database, once, for what may be shown of them."""

    goods: GoodsStore
    visitors: VisitorStore
    rememberer: Rememberer
    threads: Executor
    assigner: Assigner

    async def page(self, shop: Shop, caller: Caller, request: PageRequest) -> Page:
        """Every named placement, in the order named; no product twice, the first placement chooses first."""
        plan = understand(shop, asked_by(caller, request), datetime.now(UTC))
        return await self._answer(caller, *await self.assigner.treat(caller, [plan]))

    async def one(self, shop: Shop, caller: Caller, request: PageRequest, strategy: StrategyName) -> Page:
        """One strategy, as a page of a single list."""
        return await self._answer(caller, understand_strategies(shop, asked_by(caller, request), (strategy,), datetime.now(UTC)))

    async def sketch(self, plans: Sequence[Plan]) -> Sketch:
        """The drafts of pages of one visitor in one place; one statement, where they want to know anything first."""
        seconds = min((p.deadline_ms for plan in plans for p in plan.placements), default=250) / 1000
        wishes = [sought(plan) for plan in plans]
        asked = sought_together(wishes)
        look, warnings = await self._look_back(plans[0], asked, seconds)
        told = [(plan, apart(look, wish, asked)) for plan, wish in zip(plans, wishes, strict=True)]
        if look.history and any(_thinks(plan) for plan in plans):  # a search of the index leaves the loop to others
            drafts, wanted = await asyncio.get_running_loop().run_in_executor(self.threads, drafted_together, told)
        else:
            drafts, wanted = drafted_together(told)
        return Sketch(drafts, wanted, look, warnings, seconds)

    async def hydrate(self, sketch: Sketch) -> tuple[Rack | None, tuple[Warning, ...]]:
        """What may be shown of all that is sketched, in one statement; null, with a warning more, where it cannot be read."""
        try:
            rack = await self.goods.hydrate(sketch.drafts[0].plan.shelf, sketch.wanted, sketch.look.sights, sketch.seconds)
        except Exception as lost:  # noqa: BLE001  (whatever it was, the page must not break)
            note_lost(lost)
            unread = Warning("UNAVAILABLE", "the products could not be read in time, so nothing is shown")
            return None, (*sketch.warnings, unread)
        return rack, sketch.warnings

    def keep(self, caller: Caller, draft: Draft, page: Page, seconds: float, beside: Collection[ProductId] = frozenset()) -> None:
        """Queues the record of the answer, and counts it where it is no preview. `beside`: what answers before this one show."""
        self.rememberer.remember(served_view(draft.plan, caller, page, draft.look, beside, seconds))
        if not draft.plan.request.is_preview:
            measured(draft.plan, page, seconds)

    async def _answer(self, caller: Caller, plan: Plan) -> Page:
        started = perf_counter()
        sketch = await self.sketch([plan])
        rack, warnings = await self.hydrate(sketch)
        page = answered(sketch.drafts[0], rack, warnings)
        self.keep(caller, sketch.drafts[0], page, perf_counter() - started)
        return page

    async def _look_back(self, plan: Plan, wishes: Sought, seconds: float) -> tuple[LookBack, tuple[Warning, ...]]:
        """What is wanted of the visitor and of the search terms, where anything is."""
        if not wishes.is_anything:
            return LookBack(), ()
        try:
            return await self.visitors.look_back(plan.shelf, wishes, seconds), ()
        except Exception as lost:  # noqa: BLE001  (whatever it was, the page must not break)
            note_lost(lost)
            return LookBack(), (Warning("HISTORY_UNAVAILABLE", "what the visitor did could not be read in time"),)


def asked_by(caller: Caller, request: PageRequest) -> PageRequest:
    """The request as this caller may make it, on the key's channel where it names none; with drafts, where the key is for trying
    out. Forbidden where it is a preview and the key does not allow that.
    """
    if caller.environment is Environment.INTEGRATION:
        if request.at is not None:
            require(caller, Scope.PREVIEW)
        request = replace(request, drafts=True)
    elif request.is_preview:
        require(caller, Scope.PREVIEW)
    return request if request.channel else replace(request, channel=caller.channel)


def _thinks(plan: Plan) -> bool:
    return StrategyName.PERSONAL in plan.strategies or plan.request.sort is ProductSort.PERSONALIZED
