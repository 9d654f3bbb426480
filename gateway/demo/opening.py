"""Begins what the example shop tries out, three weeks ago: with checklist, frozen measures and audit log, as any other begins."""

from dataclasses import replace
from datetime import datetime

from gateway.demo.apprentice import Apprentice
from gateway.demo.keys import ADMIN
from gateway.demo.tryouts import SEEDS, Tryouts, drafts
from gateway.domain.experiment import Experiment
from gateway.domain.tenant import TenantId
from gateway.services.experimenting.begin import Beginner, begun
from gateway.services.experimenting.tune import ACTOR
from gateway.services.experimenting.vet import Setting, Vetter
from gateway.services.shop import Shop
from gateway.store.audit import Change
from gateway.store.experiments import ExperimentStore
from gateway.store.metrics import MetricStore
from gateway.store.past import PastStore
from gateway.store.trials import TrialStore
from gateway.wiring import Stores


async def begin(stores: Stores, tenant_id: TenantId, since: datetime) -> Tryouts:
    """The experiments as they began at a moment of which the past is told and added up; made where there are none yet."""
    past = PastStore(stores.db)
    shop, beginner = await _shop(stores, tenant_id), Beginner(MetricStore(stores.db), past)
    there = await ExperimentStore(stores.db).all(tenant_id)
    setting = replace(await Vetter(past).setting(shop, there), now=since)
    began = {kept.experiment.key: kept.experiment for kept in there}
    for draft in drafts(since):
        if draft.key not in began:
            began[draft.key] = await _begin(stores, beginner, setting, draft, since)
    effect, nothing, optimiser = (began[draft.key] for draft in drafts(since))
    return Tryouts(since, effect, nothing, _untaught(optimiser))


async def _begin(stores: Stores, beginner: Beginner, setting: Setting, draft: Experiment, since: datetime) -> Experiment:
    setting.refuse_obstacles(draft)
    frozen = await beginner.freeze(setting.shop, draft, since)
    async with TrialStore(stores.db).changing(Change(setting.shop.tenant.tenant_id, ADMIN)) as bench:
        kept = await bench.add(draft)
        after, beginning = begun(kept.experiment, frozen, bench.metrics, since)
        phase = replace(beginning.phase, seed=SEEDS.get(draft.key, beginning.phase.seed))
        after = replace(after, phase=phase)
        return (await bench.write("experiment.start", kept, after, since, replace(beginning, phase=phase))).experiment


def _untaught(optimiser: Experiment) -> Experiment:
    """As it began, whatever it has learnt since."""
    assert optimiser.phase is not None
    even = tuple(replace(each, weight=1 / len(optimiser.variants)) for each in optimiser.variants)
    return replace(optimiser, variants=even, phase=replace(optimiser.phase, policy=1))


async def teach(stores: Stores, tenant_id: TenantId, apprentice: Apprentice) -> None:
    """Puts the weights of an optimiser's past into force, one set after the other; not again those that are kept."""
    async with TrialStore(stores.db).changing(Change(tenant_id, ACTOR)) as bench:
        kept = bench.find(apprentice.key)
        assert kept is not None
        assert kept.experiment.phase is not None
        for lesson in apprentice.lessons[kept.experiment.phase.policy - 1 :]:
            kept = await bench.reweigh(kept, lesson.policy, lesson.since)


async def _shop(stores: Stores, tenant_id: TenantId) -> Shop:
    """What experiments are held against."""
    tenant = await stores.tenants.tenant(tenant_id)
    assert tenant is not None, "a shop is opened before anything is tried out in it"
    markets, playbook = await stores.tenants.markets(tenant_id), await stores.playbooks.read(tenant_id)
    return Shop(tenant, 0, markets, playbook=playbook)
