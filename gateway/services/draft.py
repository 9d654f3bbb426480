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


def sought(plan: Plan) -> Sought:
    """What the page wants to know of the visitor, of the search term, and of lists that are kept for it."""
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
