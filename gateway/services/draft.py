"""Draft a page: what it wants to know first, what memory proposes, and what the database is asked because of it."""

from dataclasses import dataclass

from gateway.domain.placement import StrategyName
from gateway.domain.search_term import normalised
from gateway.domain.terms import Ask, Checks
from gateway.domain.visitor import LookBack
from gateway.services.arrange import Arrangement, arrange, wants_history
from gateway.services.ladder import Proposal, propose
from gateway.services.understand import Plan
from gateway.store.goods import Wanted
from gateway.store.visitors import Sought
from gateway.strategies.repertoire import NEEDS_HISTORY


@dataclass(frozen=True, slots=True)
class Draft:
    """One page before its products are known: what it asks, what memory proposes, under which terms."""

    plan: Plan
    proposal: Proposal
    arrangement: Arrangement


def drafted(self, plan: Plan, look: LookBack) -> tuple[Draft, Wanted]:
        """Table reads are done here; a profile's search of the index leaves the loop to others."""
        if look.history and plan.strategies & _THOUGHT:
            return await asyncio.get_running_loop().run_in_executor(self.threads, _draft, plan, look)
        return _draft(plan, look)

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


def _sought(plan: Plan) -> Sought:
    context, visitor = plan.request.context, plan.request.visitor
    searches = StrategyName.SEARCH in plan.strategies and context.search_term
    named = [plan.parameters(p).get("list") for p in plan.placements]
    return Sought(
        visitor=visitor,
        history=bool(plan.strategies & NEEDS_HISTORY) or wants_history(plan),
        rotation=any(p.rotation for p in plan.placements),
        terms=[normalised(context.search_term)] if searches and context.search_term else [],
        curated=StrategyName.CURATED in plan.strategies,
        product_ids=context.seeds,
        category_ids=plan.shop.categories.with_ancestors(context.shelves),
        lists=[name for name in named if isinstance(name, str)],
        strangers=[] if context.shelves else plan.shop.repertoire.strangers(context.seeds),
    )


def drafted(plan: Plan, look: LookBack) -> tuple[Draft, Wanted]:
    """What memory proposes, and what the database is asked because of it."""
    checks, asks = Checks(), list[Ask]()
    arrangement = arrange(plan, look.history, checks, asks)
    proposal = propose(plan, look)
    simple = StrategyName.NEW_ARRIVALS not in plan.strategies
    wanted = Wanted(
        ids=proposal.ids() | arrangement.pinned,
        seeds={*plan.request.context.seeds, *proposal.seeds()},
        base={c.product_id for c in proposal.bestsellers} if simple else (),
        checks=list(checks),
        asks=asks or [Ask(terms, plan.taken, 0) for terms in arrangement.terms],
        region=plan.request.region,
        owners=plan.request.visitor.owners,
    )
    return Draft(plan, proposal, arrangement), wanted


