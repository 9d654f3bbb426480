"""Explain a page: answer it again with everything noted, or say why a product is not on it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from gateway.domain.catalog import ProductId
from gateway.domain.explanation import Effect, Exclusion, Explanation, Told
from gateway.domain.filling import Dropped, fill
from gateway.domain.page import PageRequest, Warning
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate, FallbackLevel, Recommendation, Rung
from gateway.domain.tenant import Caller
from gateway.domain.terms import Terms
from gateway.errors import BadInput
from gateway.index.manifest import BadRelease
from gateway.services.answering.answer import in_order, new_view
from gateway.services.answering.compose import Noted, choose, taken_by
from gateway.services.answering.draft import Draft, drafted, sought
from gateway.services.answering.recommend import asked_by
from gateway.services.answering.record import history_of, pairs_of, request_of, shown_before, strategies_of, variants_of
from gateway.services.asking.bounds import check_text
from gateway.services.asking.understand import Plan, understand, understand_strategies
from gateway.services.experimenting.assign import Assigner, with_pairs
from gateway.services.follow import LoadRelease
from gateway.services.shop import Shop
from gateway.store.goods import GoodsStore, Rack, Wanted
from gateway.store.playbook import PlaybookStore
from gateway.store.views import ServedView, ViewStore
from gateway.store.visitors import VisitorStore
from gateway.strategies.repertoire import Repertoire


@dataclass(frozen=True, slots=True)
class Explainer:
    """Reads what was served and what was decided then. `releases`: where a tenant's trained releases lie."""

    goods: GoodsStore
    visitors: VisitorStore
    views: ViewStore
    playbooks: PlaybookStore
    releases: Path
    load: LoadRelease
    assigner: Assigner

    async def explain(self, shop: Shop, view_id: UUID, placement: str | None) -> Explanation:
        """A served page, or one placement of it. BadInput where there is no such view, or no such placement on it."""
        view = await self.views.find(shop.tenant.tenant_id, view_id)
        if view is None:
            raise BadInput("no answer of this id is kept", field="viewId")
        shown = {each["placement"]: tuple(each["products"]) for each in view.lists}
        if placement is not None and placement not in shown:
            raise BadInput(f"the page had no such placement; it had {', '.join(sorted(shown))}", field="placement")
        version = view.page.get("version", 0)
        bare = Explanation(view_id, view.release_id, version)
        repertoire = await self._repertoire(shop, view)
        if repertoire is None:
            return replace(bare, refused=f"the release {view.release_id} that answered is no longer kept")
        then = replace(shop, playbook=await self.playbooks.as_of(shop.tenant.tenant_id, version), repertoire=repertoire)
        draft, rack = await self._again(_plan(then, view), view)
        told = tuple(
            replace(each, shown_then=shown[each.placement_id])
            for each in _told(draft, rack, view_id)
            if placement in (None, each.placement_id)
        )
        return replace(bare, placements=told, differences=tuple(_differences(told)))

    async def why_not(self, shop: Shop, caller: Caller, request: PageRequest, product_id: ProductId) -> list[Exclusion]:
        """Why a placement does not show a product on the page that this caller would be answered; nothing where it does."""
        check_text("productId", (product_id,))
        [plan] = await self.assigner.treat(caller, [understand(shop, asked_by(caller, request), datetime.now(UTC))])
        if len(plan.placements) != 1:
            raise BadInput("name one placement", field="placement")
        if code := await self.goods.fault(plan.shelf, product_id):
            return [Exclusion(code)]
        draft, wanted = drafted(plan, await self.visitors.look_back(plan.shelf, sought(plan)))
        rack = await self._read(plan, replace(wanted, ids={*wanted.ids, product_id}))
        [told] = _told(draft, rack, new_view())
        if product_id in told.shown:
            return []
        if rack.standing(product_id) is None:
            return [Exclusion("NEVER_RECOMMEND")]
        found = [Exclusion(each.code, each.rule_id) for each in told.dropped if each.product_id == product_id]
        return list(dict.fromkeys(found)) or [_unproposed(draft, rack, product_id)]

    async def _repertoire(self, shop: Shop, view: ServedView) -> Repertoire | None:
        """What answered then; null where it is kept no more."""
        if view.release_id == shop.repertoire.release_id:
            return shop.repertoire
        if view.release_id is None:
            return Repertoire()
        try:
            return await asyncio.to_thread(self.load, self.releases / shop.tenant.tenant_id / view.release_id)
        except (OSError, BadRelease):
            return None

    async def _again(self, plan: Plan, view: ServedView) -> tuple[Draft, Rack]:
        look = await self.visitors.look_back(plan.shelf, replace(sought(plan), history=False, rotation=False))
        draft, wanted = await asyncio.to_thread(drafted, plan, replace(look, history=history_of(view)))
        return draft, await self._read(plan, wanted)

    async def _read(self, plan: Plan, wanted: Wanted) -> Rack:
        """The goods, those among them that no placement admits: what they lack is the answer."""
        return await self.goods.hydrate(plan.shelf, replace(wanted, seeds={*wanted.seeds, *wanted.ids}), {})


def _plan(shop: Shop, view: ServedView) -> Plan:
    request, strategies = request_of(view), strategies_of(view)
    if strategies:
        plan = understand_strategies(shop, request, strategies, view.served_at)
    else:
        plan = with_pairs(understand(shop, request, view.served_at), variants_of(view), pairs_of(view))
    return replace(plan, taken=plan.taken | shown_before(view))


def _told(draft: Draft, rack: Rack, view_id: UUID) -> list[Told]:
    """The page, composed with everything noted."""
    noted: Noted = []
    chosen = [in_order(draft, rack, each) for each in choose(draft, rack, taken_by(draft.plan, rack), view_id, noted)]
    found = zip(draft.plan.placements, draft.arrangement.terms, chosen, noted, strict=True)
    return [
        Told(
            placement.placement_id,
            rungs,
            tuple(dropped),
            tuple(_effects(terms, rungs, shown, rack)),
            tuple(r.product.product_id for r in shown),
            (),
            draft.plan.treatment(placement).assigned,
        )
        for placement, terms, shown, (rungs, dropped) in found
    ]


def _effects(terms: Terms, rungs: Sequence[Rung], shown: Sequence[Recommendation], rack: Rack) -> Iterator[Effect]:
    """Each rule in force, with the candidates that pass its check."""
    proposed = dict.fromkeys((*(c.product_id for rung in rungs for c in rung.candidates), *(r.product.product_id for r in shown)))

    def about(mark: int) -> tuple[ProductId, ...]:
        return tuple(i for i in proposed if (standing := rack.standing(i)) and mark in standing.marks)

    for pin in terms.pins:
        yield Effect(pin.rule_id, "PIN", about(pin.mark))
    for push in terms.pushes:
        yield Effect(push.rule_id, "BOOST" if push.weight > 1 else "BURY", about(push.mark))
    for cap in terms.caps:
        yield Effect(cap.rule_id, "CAP", about(cap.mark))
    for mark, rule_id in sorted(terms.who.items()):
        does = "INCLUDE" if mark in terms.any_of else "EXCLUDE" if mark in terms.none_of else "PRICE_BAND"
        yield Effect(rule_id, does, about(mark))


def _differences(told: Sequence[Told]) -> Iterator[Warning]:
    for each in told:
        gone = [i for i in each.shown_then if i not in each.shown]
        new = [i for i in each.shown if i not in each.shown_then]
        if gone or new:
            said = f"{each.placement_id}: not shown again {', '.join(gone) or 'none'}; shown now {', '.join(new) or 'none'}"
            yield Warning("DIFFERS", said)
        elif each.shown != each.shown_then:
            yield Warning("REORDERED", f"{each.placement_id} shows the same products in another order")


def _unproposed(draft: Draft, rack: Rack, product_id: ProductId) -> Exclusion:
    """What would keep a product out that no strategy proposes, or that none does."""
    dropped: list[Dropped] = []
    alone = Rung(StrategyName.CURATED, FallbackLevel.NONE, [Candidate(product_id, 1.0)])
    bare = replace(draft.arrangement.terms[0], pins=())
    fill([alone], rack, bare, 1, taken_by(draft.plan, rack), dropped)
    return next((Exclusion(each.code, each.rule_id) for each in dropped), Exclusion("NOT_PROPOSED"))
