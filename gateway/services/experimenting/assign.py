"""Assign: gives the unit that asks its variants, and lets them change what its page's placements do."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.domain.assignment import Subject, assign, holdout_of, is_drawn_from_both, units_of
from gateway.domain.choice import Choices
from gateway.domain.experiment import Allocation, Assigned, Experiment
from gateway.domain.page import PageRequest, Warning
from gateway.domain.pair import Pair
from gateway.domain.placement import PlacementId
from gateway.domain.tenant import Caller
from gateway.domain.treatment import Treatment, treated
from gateway.domain.visitor import Visitor
from gateway.errors import UnknownExperiment
from gateway.services.asking.situation import situation, situation_of
from gateway.services.asking.understand import Plan
from gateway.services.experimenting.choose import experiment_named, judged
from gateway.services.experimenting.mark import Marker
from gateway.services.loss import note_lost
from gateway.services.shop import Shop
from gateway.store.stickiness import Holder, StickyStore

Sticky = Mapping[int, int]
_UNREAD = Warning("ASSIGNMENT_UNAVAILABLE", "which variant the visitor had could not be read in time: they have none")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a unit has, and what is to be said of that."""

    assigned: tuple[Assigned, ...]
    warnings: tuple[Warning, ...]


@dataclass(frozen=True, slots=True)
class Assigner:
    """Looks into memory; into the database only where an experiment lets units keep what they had."""

    sticky: StickyStore
    marker: Marker

    async def treat(self, caller: Caller, plans: Sequence[Plan]) -> list[Plan]:
        """Pages of one visitor with the variants that they have; one look-up for all of them, where there is any."""
        touched = [_touching(plan.shop, {p.placement_id for p in plan.placements}) if plan.is_placed else [] for plan in plans]
        if not any(touched) and not any(plan.request.variants.is_anything for plan in plans):
            return list(plans)
        shop, request = plans[0].shop, plans[0].request
        seconds = min((p.deadline_ms for plan in plans for p in plan.placements), default=250) / 1000
        had, lost = await self._had({e.experiment_id: e for each in touched for e in each}.values(), request.visitor, seconds)
        found = []
        for plan, there in zip(plans, touched, strict=True):
            choices, warnings = judged(shop, caller, plan.request.variants, there, plan.moment)
            shown = [e for e in _lookable(plan, choices) if e not in there]
            subject = Subject(units_of(plan.request.visitor), situation(plan) if there else {}, choices, had or {})
            assigned = _assigned(shop, [*there, *shown], subject, keeping=had is not None)
            plan = replace(plan, warnings=(*plan.warnings, *warnings, *lost))  # noqa: PLW2901
            found.append(with_pairs(plan, assigned, _pairs(plan, there, subject)))
        return found

    async def evaluate(self, shop: Shop, caller: Caller, request: PageRequest, keys: Sequence[str] | None) -> Evaluation:
        """The variants of these experiments, or of all, without exposing anybody; who looks at a variant is marked. A market is
        told or not. UnknownExperiment names the one that there is not.
        """
        wanted = list(shop.experiments.values() if keys is None else named(shop, keys))
        market = shop.market(request.market_id) if request.market_id else None
        locale = request.locale or (market.locale if market else None)
        said = situation_of(shop, request, market.market_id if market else None, locale, request.page_type)
        now = datetime.now(UTC)
        choices, warnings = judged(shop, caller, request.variants, wanted, now)
        had, lost = await self._had(wanted, request.visitor, None)
        subject = Subject(units_of(request.visitor), said, choices, had or {})
        wanted += [shop.draft_experiments[key] for key in choices.forced if keys is None and key in shop.draft_experiments]
        found = tuple(_assigned(shop, wanted, subject, keeping=had is not None))
        await self.marker.mark(shop, caller, request, found, now)
        return Evaluation(found, (*warnings, *lost))

    async def _had(
        self, experiments: Collection[Experiment], visitor: Visitor, seconds: float | None
    ) -> tuple[Sticky | None, tuple[Warning, ...]]:
        """What the unit had; null, with a warning, where that cannot be read."""
        holders = list(_holders(experiments, visitor))
        if not holders:
            return {}, ()
        try:
            return await self.sticky.had(holders, seconds), ()
        except Exception as lost:  # noqa: BLE001  (whatever it was, the page must not break)
            note_lost(lost)
            return None, (_UNREAD,)


def with_variants(plan: Plan, assigned: Sequence[Assigned]) -> Plan:
    """The plan as these variants have it."""
    placements, treatments = [], dict[PlacementId, Treatment]()
    for placement in plan.placements:
        mine = [each for each in assigned if _touches(each.experiment, placement.placement_id)]
        if mine:
            placement, treatments[placement.placement_id] = treated(placement, mine, plan.request.limit)  # noqa: PLW2901
        placements.append(placement)
    return replace(plan, placements=tuple(placements), treatments=treatments) if treatments else plan


def with_pairs(plan: Plan, assigned: Sequence[Assigned], pairs: Mapping[PlacementId, Pair]) -> Plan:
    """The plan as these variants have it, and its twin where placements show two lists drawn into one. Nobody is given a variant
    of theirs.
    """
    if not pairs:
        return with_variants(plan, assigned)
    whole = {pair.experiment.key: pair for pair in pairs.values()}.values()
    first, twin = (_with_side(plan, assigned, [pair.sides[side] for pair in whole], pairs) for side in (0, 1))
    return replace(first, twin=twin, pairs=pairs)


def _with_side(plan: Plan, assigned: Sequence[Assigned], sides: Sequence[Assigned], pairs: Mapping[PlacementId, Pair]) -> Plan:
    made = with_variants(plan, [*assigned, *sides])
    keys = {pair.experiment.key for pair in pairs.values()}
    bare = {
        placement_id: replace(each, assigned=tuple(a for a in each.assigned if a.experiment.key not in keys))
        for placement_id, each in made.treatments.items()
    }
    return replace(made, treatments=bare)


def _pairs(plan: Plan, there: Sequence[Experiment], subject: Subject) -> dict[PlacementId, Pair]:
    """The placements whose lists are drawn from two variants; of several experiments the first by key."""
    drawing = [each for each in there if each.allocation is Allocation.INTERLEAVED]
    if not drawing:
        return {}
    holdout = holdout_of(plan.shop.tenant.tenant_id, plan.shop.tenant.holdout)
    mine = sorted((each for each in drawing if is_drawn_from_both(each, subject, holdout)), key=lambda each: each.key)
    return {
        placement.placement_id: Pair(each)
        for placement in plan.placements
        if (each := next((e for e in mine if _touches(e, placement.placement_id)), None))
    }


def named(shop: Shop, keys: Sequence[str]) -> Iterator[Experiment]:
    """The experiments of these keys, drafts too; UnknownExperiment names one that there is not."""
    for place, key in enumerate(keys):
        experiment = experiment_named(shop, key)
        if experiment is None:
            raise UnknownExperiment(f"there is no experiment {key!r}", field=f"experiments.{place}")
        yield experiment


def _touching(shop: Shop, placements: Collection[PlacementId]) -> list[Experiment]:
    """The experiments of these placements. One that is decided elsewhere and names none is on every page that tells its group."""
    return [each for each in shop.experiments.values() if any(_touches(each, placement) for placement in placements)]


def _touches(experiment: Experiment, placement_id: PlacementId) -> bool:
    return placement_id in experiment.placements or (experiment.external and not experiment.placements)


def _lookable(plan: Plan, choices: Choices) -> Iterator[Experiment]:
    """The drafts that somebody wants to look at."""
    drafts = plan.shop.draft_experiments
    return (drafts[key] for key in choices.forced if key in drafts)


def _assigned(shop: Shop, experiments: Sequence[Experiment], subject: Subject, *, keeping: bool) -> list[Assigned]:
    """The variants, by the key of their experiment. `keeping`: whether it is known what the unit had; where it is not, nobody is
    in an experiment in which they might get another variant than they had.
    """
    holdout = holdout_of(shop.tenant.tenant_id, shop.tenant.holdout)
    safe = (e for e in experiments if keeping or not e.sticky or e.key in subject.choices.forced or not e.runs)
    found = (assign(each, subject, holdout) for each in safe)
    return sorted((each for each in found if each), key=lambda each: each.experiment.key)


def _holders(experiments: Collection[Experiment], visitor: Visitor) -> Iterator[Holder]:
    subject = Subject(units_of(visitor))
    for each in experiments:
        unit = subject.unit(each)
        if each.sticky and each.runs and each.phase and unit:
            yield Holder(each.experiment_id, each.phase.number, unit)
