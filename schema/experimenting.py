"""Making experiments: reading them with their checklist, and leading them through their life."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.domain.experiment import ExperimentOutcome, ExperimentStatus, OptimiserReward
from gateway.domain.placement import StrategyName
from gateway.services.experimenting.conduct import Ending
from schema.context import Ask
from schema.experiment import Experiment
from schema.experiment_input import ExperimentChange, ExperimentInput, told

KeyArg = Annotated[ID, strawberry.argument(description="The experiment's key.")]
SeenArg = Annotated[int | None, strawberry.argument(description="The version you know; CONFLICT where it is another by now.")]


@strawberry.type
class Experiments:
    """The part of Query that tells experiments."""

    @strawberry.field(description="ANALYST scope. Every experiment in the order in which they were made, archived ones too.")
    async def experiments(
        self,
        info: Ask,
        status: Annotated[ExperimentStatus | None, strawberry.argument(description="Only these; all where null.")] = None,
    ) -> list[Experiment]:
        shop, caller = info.context.admit()
        found = await info.context.gateway.laboratory.experimenter.all(shop, caller, status)
        return [Experiment.of(each) for each in found]

    @strawberry.field(description="ANALYST scope. The experiment of a key; null where there is none.")
    async def experiment(self, info: Ask, key: KeyArg) -> Experiment | None:
        shop, caller = info.context.admit()
        found = await info.context.gateway.laboratory.experimenter.one(shop, caller, key)
        return Experiment.of(found) if found else None


@strawberry.type
class Experimenting:
    """The part of Mutation that makes experiments and leads them."""

    @strawberry.mutation(
        description="ADMIN scope. A new experiment, as a draft; its `checklist` says what is missing to start it."
    )
    async def create_experiment(
        self, info: Ask, input: Annotated[ExperimentInput, strawberry.argument(description="The experiment, whole.")]
    ) -> Experiment:
        shop, caller = info.context.admit()
        return Experiment.of(await info.context.gateway.laboratory.experimenter.create(shop, caller, told(input)))

    @strawberry.mutation(
        description="ADMIN scope. Changes an experiment. What would spoil the figures of one that has started is refused, with "
        "the reason; `newPhase` draws its units anew."
    )
    async def update_experiment(
        self,
        info: Ask,
        key: KeyArg,
        input: Annotated[ExperimentChange, strawberry.argument(description="What changes.")],
        if_version: SeenArg = None,
    ) -> Experiment:
        shop, caller = info.context.admit()
        experimenter = info.context.gateway.laboratory.experimenter
        fresh = bool(input.new_phase)
        return Experiment.of(await experimenter.update(shop, caller, key, told(input), new_phase=fresh, seen=if_version))

    @strawberry.mutation(
        description="ADMIN scope. Starts a draft, or runs one that was stopped again, in a phase of its own: what units are "
        "judged by is frozen. CONFLICT with the codes of its checklist where something keeps it from starting."
    )
    async def start_experiment(self, info: Ask, key: KeyArg, if_version: SeenArg = None) -> Experiment:
        shop, caller = info.context.admit()
        return Experiment.of(await info.context.gateway.laboratory.conductor.start(shop, caller, key, if_version))

    @strawberry.mutation(description="ADMIN scope. No unit is given a variant until it is resumed.")
    async def pause_experiment(self, info: Ask, key: KeyArg, if_version: SeenArg = None) -> Experiment:
        shop, caller = info.context.admit()
        return Experiment.of(await info.context.gateway.laboratory.conductor.pause(shop, caller, key, if_version))

    @strawberry.mutation(description="ADMIN scope. Goes on with the same units in the same variants.")
    async def resume_experiment(self, info: Ask, key: KeyArg, if_version: SeenArg = None) -> Experiment:
        shop, caller = info.context.admit()
        return Experiment.of(await info.context.gateway.laboratory.conductor.resume(shop, caller, key, if_version))

    @strawberry.mutation(
        description="ADMIN scope. Ends it. Its part of a layer is free; its winner, where one is named, is everybody's."
    )
    async def stop_experiment(
        self,
        info: Ask,
        key: KeyArg,
        outcome: Annotated[ExperimentOutcome, strawberry.argument(description="What came of it.")],
        reason: Annotated[str, strawberry.argument(description="Why, in 1 to 2,000 characters.")],
        winner: Annotated[
            str | None,
            strawberry.argument(description="The variant that everybody has from now on; where null, pages are as without it."),
        ] = None,
        if_version: SeenArg = None,
    ) -> Experiment:
        shop, caller = info.context.admit()
        ending = Ending(outcome, reason, winner)
        return Experiment.of(await info.context.gateway.laboratory.conductor.stop(shop, caller, key, ending, if_version))

    @strawberry.mutation(
        description="ADMIN scope. Puts a stopped experiment or a draft away. Its winner is given to nobody any more: put that "
        "into the placement first."
    )
    async def archive_experiment(self, info: Ask, key: KeyArg, if_version: SeenArg = None) -> Experiment:
        shop, caller = info.context.admit()
        return Experiment.of(await info.context.gateway.laboratory.conductor.archive(shop, caller, key, if_version))

    @strawberry.mutation(
        description="ADMIN scope. Strategies share a placement's sessions, each as much as it earns: all alike at first, more "
        "for the better ones as rewards come in. One that was stopped begins anew."
    )
    async def start_optimiser(
        self,
        info: Ask,
        placement: Annotated[ID, strawberry.argument(description="The placement.")],
        strategies: Annotated[list[StrategyName], strawberry.argument(description="Two at least.")],
        reward: Annotated[OptimiserReward, strawberry.argument(description="What it goes by.")] = OptimiserReward.CLICK,
    ) -> Experiment:
        shop, caller = info.context.admit()
        optimiser = info.context.gateway.laboratory.optimiser
        return Experiment.of(await optimiser.start(shop, caller, placement, strategies, reward))

    @strawberry.mutation(description="ADMIN scope. The placement goes by its own strategies again.")
    async def stop_optimiser(
        self, info: Ask, placement: Annotated[ID, strawberry.argument(description="The placement.")]
    ) -> Experiment:
        shop, caller = info.context.admit()
        return Experiment.of(await info.context.gateway.laboratory.optimiser.stop(shop, caller, placement))
