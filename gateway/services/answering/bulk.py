"""Answer several independent requests of one visitor at once, in two statements, and one more where anything is counted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate
from time import perf_counter

from gateway.domain.answer import Page, PlacementFill
from gateway.domain.facet import FacetAsk
from gateway.domain.filling import Taken
from gateway.domain.page import PageRequest, Warning
from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.domain.tenant import Caller
from gateway.errors import BadInput, GatewayError, LimitExceeded
from gateway.services.answering.answer import answered, new_view
from gateway.services.answering.count import check_facets, facets_of
from gateway.services.answering.draft import Draft
from gateway.services.answering.recommend import Recommender, Sketch, asked_by
from gateway.services.asking.understand import Plan, understand, understand_strategies
from gateway.services.loss import note_lost
from gateway.services.shop import Shop
from gateway.store.facets import Counted, FacetStore, Question

MAX_REQUESTS = 20
_COUNTING = 2.0  # seconds at least: a shop that asks for counts waits for them longer than for a page
_SHARED = frozenset({"market", "locale", "region", "channel"})  # what is wrong there is wrong with all of them


@dataclass(frozen=True, slots=True)
class Wish:
    """One request: a placement (in `request`) or strategies, and what is to be counted of it."""

    request: PageRequest
    strategies: tuple[StrategyName, ...] = ()
    facets: tuple[FacetAsk, ...] = ()

    @property
    def name(self) -> PlacementId:
        """Under which its answer stands."""
        named = (*self.request.placement_ids, *(PlacementId(each.value) for each in self.strategies))
        return next(iter(named), PlacementId(""))


@dataclass(frozen=True, slots=True)
class Bulk:
    """Many answers from one trip."""

    recommender: Recommender
    facets: FacetStore

    async def many(self, shop: Shop, caller: Caller, wishes: Sequence[Wish], *, unique: bool, counting: bool) -> Page:
        """Answer i is for request i; one that cannot be answered is empty and says why. `unique`: no product in two answers.

        `counting`: whether totals are wanted of all, and not only of those with facets.
        """
        if not 1 <= len(wishes) <= MAX_REQUESTS:
            raise LimitExceeded(f"from 1 to {MAX_REQUESTS} requests a call, not {len(wishes)}", field="requests")
        started, now = perf_counter(), datetime.now(UTC)
        plans = [_understood(shop, caller, place, wish, now) for place, wish in enumerate(wishes)]
        good = {place: plan for place, plan in enumerate(plans) if isinstance(plan, Plan)}
        good = dict(zip(good, await self.recommender.assigner.treat(caller, list(good.values())), strict=True)) if good else {}
        pages: dict[int, Page] = {}
        if good:
            sketch = await self.recommender.sketch(_taking_turns(list(good.values())) if unique else list(good.values()))
            asked = {place: n for n, place in enumerate(good) if counting or wishes[place].facets}
            read, counted = await asyncio.gather(
                self.recommender.hydrate(sketch), self._count(sketch, [(n, wishes[place].facets) for place, n in asked.items()])
            )
            shown = Taken() if unique else None
            for place, draft in zip(good, sketch.drafts, strict=True):
                beside = frozenset(shown.products if shown else ())
                pages[place] = answered(draft, *read, taken=shown)
                self.recommender.keep(caller, draft, pages[place], perf_counter() - started, beside)
            for (place, n), told in zip(asked.items(), counted, strict=True):
                pages[place] = _with_counts(sketch.drafts[n], wishes[place], pages[place], told)
        fills = [pages[n].fills[0] if n in pages else _failed(wish, plans[n]) for n, wish in enumerate(wishes)]
        return _together(shop, fills, list(pages.values()))

    async def _count(self, sketch: Sketch, asked: Sequence[tuple[int, tuple[FacetAsk, ...]]]) -> Sequence[Counted | None]:
        """The counts of these drafts; null each where they could not be read."""
        if not asked:
            return ()
        drafts = sketch.drafts
        questions = [
            Question(sketch.wanted.asks[drafts[n].arrangement.asks[0]], drafts[n].plan.request.context.search_term, facets)
            for n, facets in asked
        ]
        plan = drafts[0].plan
        try:
            seconds = max(sketch.seconds, _COUNTING)
            return await self.facets.count(plan.shelf, plan.request.region, sketch.wanted.checks, questions, seconds)
        except Exception as lost:  # noqa: BLE001  (whatever it was, the answers must stand)
            note_lost(lost)
            return [None] * len(asked)


def _understood(shop: Shop, caller: Caller, place: int, wish: Wish, now: datetime) -> Plan | GatewayError:
    """The request's plan, or what is wrong with it; raised where it is wrong with all of them."""
    request = asked_by(caller, wish.request)
    try:
        if bool(request.placement_ids) == bool(wish.strategies):
            raise BadInput("name a placement, or strategies, and not both", field="placement")
        if any(each.endswith("_page.*") for each in request.placement_ids):
            raise BadInput("name one placement", field="placement")
        if len(set(wish.strategies)) < len(wish.strategies):
            raise BadInput("a strategy stands twice", field="strategies")
        check_facets(wish.facets)
        if wish.strategies:
            return understand_strategies(shop, request, wish.strategies, now)
        return understand(shop, request, now)
    except GatewayError as wrong:
        if wrong.field in _SHARED:
            raise
        field = "placement" if wrong.field == "ids" else wrong.field
        return type(wrong)(wrong.message, field=f"requests.{place}.{field}" if field else f"requests.{place}")


def _taking_turns(plans: Sequence[Plan]) -> list[Plan]:
    """Each plan, knowing how much those before it may take from it."""
    before = accumulate((plan.wanted for plan in plans), initial=0)
    return [replace(plan, beside=beside) for plan, beside in zip(plans, before, strict=False)]


def _with_counts(draft: Draft, wish: Wish, page: Page, counted: Counted | None) -> Page:
    fill = page.fills[0]
    if counted is None:
        unread = Warning("COUNTS_UNAVAILABLE", "the counts could not be read in time")
        return replace(page, degraded=True, fills=(replace(fill, degraded=True, warnings=(*fill.warnings, unread)),))
    facets = facets_of(draft.plan.shop, draft.plan.shelf.market, wish.facets, counted)
    return replace(page, fills=(replace(fill, total_count=counted["total"], facets=facets),))


def _failed(wish: Wish, wrong: Plan | GatewayError) -> PlacementFill:
    """The empty answer of a request that cannot be answered."""
    assert isinstance(wrong, GatewayError)
    said = Warning(wrong.code, f"{wrong.field}: {wrong.message}")
    return PlacementFill(Placement(wish.name, (), 0), new_view(), 0, "", (), degraded=True, warnings=(said,))


def _together(shop: Shop, fills: Sequence[PlacementFill], pages: Sequence[Page]) -> Page:
    """All answers, each with its own view; the whole has the first one's."""
    warnings = dict.fromkeys(warning for fill in fills for warning in fill.warnings)
    degraded = any(fill.degraded for fill in fills)
    view_id = pages[0].view_id if pages else fills[0].view_id
    return Page(view_id, tuple(fills), shop.repertoire.release_id, degraded, tuple(warnings))
