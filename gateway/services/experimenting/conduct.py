"""Conduct an experiment: start it once nothing is in its way, pause, resume, stop it with what came of it, archive it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from gateway.domain.experiment import Experiment, ExperimentOutcome, ExperimentStatus
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, Conflict
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import is_sound
from gateway.services.experimenting.begin import Beginner, begun
from gateway.services.experimenting.try_out import at_hand, change_of, found_in
from gateway.services.experimenting.vet import Setting, VettedExperiment, Vetter
from gateway.services.shop import Shop
from gateway.store.experiments import ExperimentStore, KeptExperiment
from gateway.store.trials import TrialStore

_MOST_WORDS = 2_000  # characters of a reason
_S = ExperimentStatus

_INSTEAD = {
    ("start", _S.RUNNING): "it runs already; updateExperiment with newPhase: true draws its units anew",
    ("start", _S.PAUSED): "it is paused; resumeExperiment goes on with the same units",
    ("start", _S.ARCHIVED): "it is archived; make another experiment",
    ("pause", _S.DRAFT): "it has not started yet",
    ("pause", _S.PAUSED): "it is paused already",
    ("pause", _S.STOPPED): "it is stopped",
    ("pause", _S.ARCHIVED): "it is archived",
    ("resume", _S.DRAFT): "it has not started yet; startExperiment starts it",
    ("resume", _S.RUNNING): "it runs",
    (
        "resume",
        _S.STOPPED,
    ): "it is stopped, and its figures are final; startExperiment begins a new phase, which draws the units anew",
    ("resume", _S.ARCHIVED): "it is archived; make another experiment",
    ("stop", _S.DRAFT): "it has not started yet; archiveExperiment puts it away",
    ("stop", _S.STOPPED): "it is stopped already",
    ("stop", _S.ARCHIVED): "it is archived",
    ("archive", _S.RUNNING): "it runs; stopExperiment first, with what came of it",
    ("archive", _S.PAUSED): "it is paused; stopExperiment first, with what came of it",
    ("archive", _S.ARCHIVED): "it is archived already",
}
"""What cannot be done in which state, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of an experiment. `winner`: the variant that everybody has from now on; null: the placement's own way."""

    outcome: ExperimentOutcome | None
    reason: str
    winner: str | None = None


@dataclass(frozen=True, slots=True)
class Conductor:
    """Leads experiments through their life. `catch_up` has this server read what it has just written."""

    trials: TrialStore
    experiments: ExperimentStore
    beginner: Beginner
    vetter: Vetter
    catch_up: Callable[[], Awaitable[None]]

    async def start(self, shop: Shop, caller: Caller, key: str, seen: int | None = None) -> VettedExperiment:
        """The experiment in a new phase: units are drawn by a new seed. Conflict with the checklist's codes where something keeps
        it from starting.
        """
        require(caller, Scope.ADMIN)
        there = await self.experiments.all(shop.tenant.tenant_id)
        setting = await self.vetter.setting(shop, there)
        before = found_in(there, key).experiment
        _check("start", before)
        setting.refuse_obstacles(before)  # before the past is read, which takes a while
        frozen = await self.beginner.freeze(shop, before, setting.now)
        async with self.trials.changing(change_of(shop, caller, seen)) as bench:
            kept, setting = at_hand(bench, key), setting.on(bench)
            _check("start", kept.experiment)
            setting.refuse_obstacles(kept.experiment)
            after, beginning = begun(kept.experiment, frozen, bench.metrics, setting.now)
            after = replace(after, ranges=setting.allotted(after))
            kept = await bench.write("experiment.start", kept, after, setting.now, beginning)
        return await self._told(setting, kept)

    async def pause(self, shop: Shop, caller: Caller, key: str, seen: int | None = None) -> VettedExperiment:
        """No unit is given a variant until it is resumed; what units do goes on being added up."""
        return await self._move(shop, caller, key, "pause", seen, lambda it: replace(it, status=_S.PAUSED))

    async def resume(self, shop: Shop, caller: Caller, key: str, seen: int | None = None) -> VettedExperiment:
        """It goes on, with the same units in the same variants."""
        return await self._move(shop, caller, key, "resume", seen, lambda it: replace(it, status=_S.RUNNING))

    async def stop(self, shop: Shop, caller: Caller, key: str, ending: Ending, seen: int | None = None) -> VettedExperiment:
        """It is over: no unit comes in, its part of a layer is free, and a winner is everybody's."""

        def stopped(it: Experiment) -> Experiment:
            _check_ending(it, ending)
            over = replace(it, status=_S.STOPPED, ranges=())
            return replace(over, outcome=ending.outcome, reason=ending.reason.strip(), winner=ending.winner)

        return await self._move(shop, caller, key, "stop", seen, stopped)

    async def archive(self, shop: Shop, caller: Caller, key: str, seen: int | None = None) -> VettedExperiment:
        """It is put away, a draft for good; its winner is given to nobody any more."""
        return await self._move(shop, caller, key, "archive", seen, lambda it: replace(it, status=_S.ARCHIVED, ranges=()))

    async def _move(
        self, shop: Shop, caller: Caller, key: str, verb: str, seen: int | None, moved: Callable[[Experiment], Experiment]
    ) -> VettedExperiment:
        require(caller, Scope.ADMIN)
        setting = await self.vetter.setting(shop, ())
        async with self.trials.changing(change_of(shop, caller, seen)) as bench:
            kept, setting = at_hand(bench, key), setting.on(bench)
            _check(verb, kept.experiment)
            after = moved(kept.experiment)
            if verb == "resume":
                setting.refuse_obstacles(after)
            kept = await bench.write(f"experiment.{verb}", kept, after, setting.now)
        return await self._told(setting, kept)

    async def _told(self, setting: Setting, kept: KeptExperiment) -> VettedExperiment:
        await self.catch_up()
        return setting.vetted(kept)


def _check(verb: str, experiment: Experiment) -> None:
    if instead := _INSTEAD.get((verb, experiment.status)):
        raise Conflict(instead, field="key")


def _check_ending(experiment: Experiment, ending: Ending) -> None:
    """BadInput where outcome and winner contradict each other, or there is no such variant."""
    if not 0 < len(ending.reason.strip()) <= _MOST_WORDS or not is_sound(ending.reason, _MOST_WORDS):
        raise BadInput(f"must say why in 1 to {_MOST_WORDS:,} characters, no NUL and no half of a surrogate pair", field="reason")
    keys = [variant.key for variant in experiment.variants]
    if ending.winner is not None and ending.winner not in keys:
        raise BadInput(f"there is no variant {ending.winner[:80]!r}; variants: {', '.join(keys)}", field="winner")
    if ending.outcome is ExperimentOutcome.WON and ending.winner in (None, keys[0]):
        raise BadInput(f"must be the variant that won over {keys[0]}: {', '.join(keys[1:])}", field="winner")
    if ending.outcome is ExperimentOutcome.LOST and ending.winner not in (None, keys[0]):
        raise BadInput(f"must be the control, {keys[0]}, or left out: the others have lost", field="winner")
    if ending.outcome is ExperimentOutcome.INVALID and ending.winner is not None:
        raise BadInput("must be left out: an invalid experiment has none", field="winner")
