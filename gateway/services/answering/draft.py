"""Draft pages: what they want to know first, what memory proposes, and what the database is asked because of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.domain.catalog import ProductId
from gateway.domain.page import ProductSort
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate
from gateway.domain.search_term import normalised
from gateway.domain.terms import Ask, Checks
from gateway.domain.visitor import LookBack
from gateway.services.answering.arrange import Arrangement, arrange, wants_history
from gateway.services.answering.ladder import Proposal, propose
from gateway.services.asking.understand import Plan
from gateway.store.goods import Wanted
from gateway.store.visitors import Sought
from gateway.strategies.repertoire import NEEDS_HISTORY
from gateway.strategies.strategy import Moment

_FAVOURED = 400  # products that a sort knows an order of


@dataclass(frozen=True, slots=True)
class Draft:
    """One page before its products are known: what it asks, what is known of who asks, what memory proposes, under which terms.

    `favoured`: the order that its sort asks for, as far as memory has one. `twin`: of the plan's twin.
    """

    plan: Plan
    look: LookBack
    proposal: Proposal
    arrangement: Arrangement
    favoured: Sequence[ProductId] = ()
    twin: "Draft | None" = None

    @property
    def both(self) -> Iterator["Draft"]:
        """Itself and its twin, where it has one."""
        yield self
        if self.twin:
            yield self.twin


def sought(plan: Plan) -> Sought:
    """What the page wants to know of the visitor, of the search term, and of lists that are kept for it."""
    if plan.twin:
        return sought_together([sought(replace(plan, twin=None)), sought(plan.twin)])
    context, visitor = plan.request.context, plan.request.visitor
    searches = StrategyName.SEARCH in plan.strategies and context.search_term
    named = [plan.parameters(p).get("list") for p in plan.placements]
    return Sought(
        visitor=visitor,
        history=bool(plan.strategies & NEEDS_HISTORY) or wants_history(plan) or plan.request.sort is ProductSort.PERSONALIZED,
        rotation=any(p.rotation for p in plan.placements),
        terms=[normalised(context.search_term)] if searches and context.search_term else [],
        curated=StrategyName.CURATED in plan.strategies,
        product_ids=context.seeds,
        category_ids=plan.shop.categories.with_ancestors(context.shelves),
        lists=[name for name in named if isinstance(name, str)],
        strangers=[] if context.shelves else plan.shop.repertoire.strangers(context.seeds),
    )


def sought_together(wishes: Sequence[Sought]) -> Sought:
    """What several pages of one visitor want to know, asked once; `apart` gives each its own."""
    if len(wishes) == 1:
        return wishes[0]
    return Sought(
        visitor=wishes[0].visitor,
        history=any(each.history for each in wishes),
        rotation=any(each.rotation for each in wishes),
        terms=list(dict.fromkeys(term for each in wishes for term in each.terms)),
        curated=any(each.curated for each in wishes),
        product_ids={i for each in wishes for i in each.product_ids},
        category_ids={i for each in wishes for i in each.category_ids},
        lists={name for each in wishes for name in each.lists},
        strangers={i for each in wishes for i in each.strangers},
    )


def apart(look: LookBack, wish: Sought, asked: Sought) -> LookBack:
    """What one page would have been told if it had asked alone. `asked`: what was asked for all of them."""
    if wish is asked:
        return look
    return replace(
        look,
        history=look.history if wish.history else (),
        found=[look.found[asked.terms.index(term)] for term in wish.terms] if look.found else (),
        lists={name: each for name, each in look.lists.items() if wish.curated and _is_for(wish, name, look)},
    )


def _is_for(wish: Sought, name: str, look: LookBack) -> bool:
    """Whether a list is meant for a page: it is named there, or made for its products, its categories or its user. One that is
    made for a user is for nobody else, whatever names it.
    """
    reason = look.reasons[name]
    if reason.user_id not in (None, look.user_id):
        return False
    return (
        name in wish.lists
        or reason.product_id in wish.product_ids
        or reason.category_id in wish.category_ids
        or (reason.user_id is not None and reason.user_id == look.user_id)
    )


def drafted(plan: Plan, look: LookBack) -> tuple[Draft, Wanted]:
    """What memory proposes, and what the database is asked because of it."""
    [draft], wanted = drafted_together([(plan, look)])
    return draft, wanted


def drafted_together(told: Sequence[tuple[Plan, LookBack]]) -> tuple[list[Draft], Wanted]:
    """The same of several pages of one visitor in one place, for which the database is asked once."""
    checks, asks = Checks(), list[Ask]()
    drafts = [_draft(plan, look, checks, asks) for plan, look in told]
    whole = [each for draft in drafts for each in draft.both]
    simple = not any(StrategyName.NEW_ARRIVALS in plan.strategies for plan, _ in told)
    request = told[0][0].request
    wanted = Wanted(
        ids=set().union(*(draft.proposal.ids() | draft.arrangement.pinned for draft in whole)),
        seeds=set().union(*({*draft.plan.request.context.seeds, *draft.proposal.seeds()} for draft in whole)),
        base=set.intersection(*({c.product_id for c in draft.proposal.bestsellers} for draft in whole)) if simple else (),
        checks=list(checks),
        asks=asks,
        region=request.region,
        owners=replace(request.visitor, user_id=told[0][1].user_id or request.visitor.user_id).owners,
    )
    return drafts, wanted


def _draft(plan: Plan, look: LookBack, checks: Checks, asks: list[Ask]) -> Draft:
    arrangement = arrange(plan, look.history, checks, asks)
    lifting = any(push.weight > 1 for terms in arrangement.terms for push in terms.pushes)
    twin = _draft(replace(plan.twin, beside=plan.beside), look, checks, asks) if plan.twin else None
    return Draft(plan, look, propose(plan, look, lifting=lifting), arrangement, _favoured(plan, look), twin)


def _favoured(plan: Plan, look: LookBack) -> Sequence[ProductId]:
    repertoire, market = plan.shop.repertoire, plan.shelf.market.market_id
    found: Sequence[Candidate] = ()
    if plan.request.sort is ProductSort.POPULAR:
        found = repertoire.bestsellers(market, _FAVOURED)
    elif plan.request.sort is ProductSort.PERSONALIZED:
        found = repertoire.find(
            StrategyName.PERSONAL, Moment(market, plan.request.context, look.history, types=plan.shop.event_types), _FAVOURED
        )
    return [candidate.product_id for candidate in found]
