"""Try out: experiments are proposed, changed as far as that is safe, and read with their checklist."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.domain.experiment import Experiment, ExperimentStatus
from gateway.domain.experiment_told import experiment_told
from gateway.domain.lasting import Fault, frozen_changes, unsafe_changes
from gateway.domain.metric import BUILT_IN
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, Conflict, UnknownExperiment
from gateway.services.administering.admit import require
from gateway.services.administering.tenants import actor_of
from gateway.services.asking.bounds import check_text
from gateway.services.experimenting.begin import Beginner, begun
from gateway.services.experimenting.proposing import NAMES, Known, read_experiment, usual_mode
from gateway.services.experimenting.size_up import Sizer
from gateway.services.experimenting.vet import Setting, VettedExperiment, Vetter
from gateway.services.shop import Shop
from gateway.store.audit import Change
from gateway.store.experiments import ExperimentStore, KeptExperiment
from gateway.store.layers import LayerStore
from gateway.store.trials import Beginning, Bench, TrialStore

_MAY_BE_WITHOUT = ("layer", "plannedUnits", "plannedEnd")
_STATE = ("experiment_id", "status", "outcome", "reason", "winner", "reward", "phase", "ranges")
_UNDER_WAY = (ExperimentStatus.RUNNING, ExperimentStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class Experimenter:
    """Reads, makes and changes experiments. `catch_up` has this server read what it has just written."""

    trials: TrialStore
    experiments: ExperimentStore
    layers: LayerStore
    beginner: Beginner
    vetter: Vetter
    sizer: Sizer
    catch_up: Callable[[], Awaitable[None]]

    async def all(self, shop: Shop, caller: Caller, status: ExperimentStatus | None) -> list[VettedExperiment]:
        """Every experiment in the order in which they were made, or those of a status."""
        require(caller, Scope.ANALYST)
        found = await self.experiments.all(shop.tenant.tenant_id)
        setting = await self.vetter.setting(shop, found)
        return [setting.vetted(kept) for kept in found if status in (None, kept.experiment.status)]

    async def one(self, shop: Shop, caller: Caller, key: str) -> VettedExperiment | None:
        """The experiment of a key, or null; a draft with what its guardrails need."""
        check_text("key", (key,))
        found = next((each for each in await self.all(shop, caller, None) if each.kept.experiment.key == key), None)
        return found and await self.sizer.advised(shop, caller, found)

    async def create(self, shop: Shop, caller: Caller, said: Mapping[str, Any]) -> VettedExperiment:
        """A draft. BadInput names what cannot be; what is missing yet stands in its checklist."""
        require(caller, Scope.ADMIN)
        proposed = read_experiment(said, await self._known(shop))
        async with self.trials.changing(change_of(shop, caller)) as bench:
            kept = await bench.add(proposed)
        return await self._told(shop, caller, kept)

    async def update(
        self, shop: Shop, caller: Caller, key: str, said: Mapping[str, Any], *, new_phase: bool = False, seen: int | None = None
    ) -> VettedExperiment:
        """The experiment with these changes: of one that is under way the safe ones, and in a new phase most others.

        Conflict says which is not, and why.
        """
        require(caller, Scope.ADMIN)
        known, there = await self._known(shop), await self.experiments.all(shop.tenant.tenant_id)
        before = found_in(there, key).experiment
        proposed = proposing(before, said, known)
        setting = await self.vetter.setting(shop, there)
        frozen = await self.beginner.freeze(shop, proposed, setting.now) if new_phase else None
        async with self.trials.changing(change_of(shop, caller, seen)) as bench:
            kept = at_hand(bench, key)
            setting, after = setting.on(bench), proposing(kept.experiment, said, known)
            _check_changes(kept.experiment, after, new_phase=new_phase)
            beginning: Beginning | None = None
            if frozen:
                after, beginning = begun(after, frozen, bench.metrics, setting.now)
            after = _fitted(setting, kept.experiment, after, new_phase=new_phase)
            if after != kept.experiment:
                kept = await bench.write("experiment.update", kept, after, setting.now, beginning)
        return await self._told(shop, caller, kept)

    async def _known(self, shop: Shop) -> Known:
        tenant_id = shop.tenant.tenant_id
        own = [metric.key for metric in await self.beginner.metrics.own(tenant_id)]
        return Known({*BUILT_IN, *own}, {layer.layer_id for layer in await self.layers.all(tenant_id)})

    async def _told(self, shop: Shop, caller: Caller, kept: KeptExperiment) -> VettedExperiment:
        await self.catch_up()
        setting = await self.vetter.setting(shop, await self.experiments.all(shop.tenant.tenant_id))
        return await self.sizer.advised(shop, caller, setting.vetted(kept))


def change_of(shop: Shop, caller: Caller, seen: int | None = None) -> Change:
    """Who changes it."""
    return Change(shop.tenant.tenant_id, actor_of(caller), seen)


async def found(experiments: ExperimentStore, shop: Shop, key: str) -> KeptExperiment:
    """The experiment of a key, as it is kept; UnknownExperiment names those there are."""
    return found_in(await experiments.all(shop.tenant.tenant_id), key)


def at_hand(bench: Bench, key: str) -> KeptExperiment:
    """The experiment under change; UnknownExperiment names those there are."""
    return bench.find(key) or found_in(bench.all, key)


def found_in(there: tuple[KeptExperiment, ...] | list[KeptExperiment], key: str) -> KeptExperiment:
    """The experiment of a key; UnknownExperiment names those there are."""
    check_text("key", (key,))
    for kept in there:
        if kept.experiment.key == key:
            return kept
    names = ", ".join(kept.experiment.key for kept in there) or "none yet"
    raise UnknownExperiment(f"no experiment has the key {key[:80]!r}; experiments: {names}", field="key")


def proposing(before: Experiment, said: Mapping[str, Any], known: Known) -> Experiment:
    """The experiment with what is said, a name at a time. What is null is not said, but of what an experiment may be without.

    A draft's mode goes by whether there is a plan, as long as nobody says otherwise. BadInput for another key than it has.
    """
    if said.get("key") not in (None, before.key):
        raise BadInput(f"must be {before.key}, or left out: an experiment keeps its key; create makes another one", field="key")
    told = experiment_told(before)
    if before.status is ExperimentStatus.DRAFT and before.plan.mode is usual_mode(before.plan.units, before.plan.end):
        told["mode"] = None
    changes = {name: value for name, value in said.items() if value is not None or name in _MAY_BE_WITHOUT}
    wanted = read_experiment({**{name: told[name] for name in NAMES}, **changes}, known)
    state: dict[str, Any] = {name: getattr(before, name) for name in _STATE}
    return replace(wanted, **state)


def _check_changes(before: Experiment, after: Experiment, *, new_phase: bool) -> None:
    """Conflict with all that must not change now."""
    if before.status is ExperimentStatus.DRAFT:
        if new_phase:
            raise BadInput("it has not started yet: startExperiment begins its first phase", field="newPhase")
        return
    if before.status is ExperimentStatus.ARCHIVED:
        raise Conflict("it is archived, and stays as it was; make another experiment", field="key")
    faults = list(frozen_changes(before, after))
    if not new_phase:
        faults += unsafe_changes(before, after)
        if before.status is ExperimentStatus.STOPPED and replace(after, name=before.name) != before:
            faults.append(("newPhase", "it is stopped: its figures stay what they are; say newPhase: true to run it again so"))
    if before.reward and after.weights != before.weights:
        faults.append(("variants", "an optimiser's weights are its own"))
    _refuse(faults)


def _refuse(faults: list[Fault]) -> None:
    """Conflict with every reason once, and the fields that it is about."""
    if faults:
        reasons = dict.fromkeys(why for _, why in faults)
        told = (f"{', '.join(field for field, given in faults if given == why)} {why}" for why in reasons)
        raise Conflict("; ".join(told), field=faults[0][0])


def _fitted(setting: Setting, before: Experiment, after: Experiment, *, new_phase: bool) -> Experiment:
    """With its part of its layer, once it is known that nothing new keeps it from running."""
    if after.status not in _UNDER_WAY:
        return after
    setting.refuse_obstacles(after, None if new_phase else before)
    if new_phase or after.coverage != before.coverage:
        return replace(after, ranges=setting.allotted(after, None if new_phase else before))
    return after
