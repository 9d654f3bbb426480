"""Deciding what stands where: placements, rules, and who changed them."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.domain.playbook import DraftStatus
from gateway.domain.tenant import Scope
from gateway.services.administering.admit import require
from schema.context import Ask
from schema.decision import AuditConnection, PlacementConfig, PlacementInput, Rule, RuleInput, told

SeenArg = Annotated[
    int | None,
    strawberry.argument(description="The version you know; CONFLICT where it is another by now. 0: there must be none yet."),
]
WhichArg = Annotated[
    DraftStatus | None, strawberry.argument(description="The draft alone, or what is in force alone; both where null.")
]


@strawberry.type
class Decisions:
    """The part of Query that tells what was decided."""

    @strawberry.field(description="Every placement as it is kept, by id; a draft beside what is in force. ANALYST scope.")
    async def placement_configs(
        self,
        info: Ask,
        status: Annotated[DraftStatus | None, strawberry.argument(description="Only these; all where null.")] = None,
    ) -> list[PlacementConfig]:
        shop, caller = info.context.admit()
        require(caller, Scope.ANALYST)
        return [PlacementConfig.of(each) for each in await info.context.gateway.decider.placements(shop, status)]

    @strawberry.field(description="Every rule as it is kept, the highest priority first, drafts among them. ANALYST scope.")
    async def rules(
        self,
        info: Ask,
        placement: Annotated[ID | None, strawberry.argument(description="Only those that work there; all where null.")] = None,
    ) -> list[Rule]:
        shop, caller = info.context.admit()
        require(caller, Scope.ANALYST)
        return [Rule.of(each) for each in await info.context.gateway.decider.rules(shop, placement)]

    @strawberry.field(
        description="Who changed which placement, rule, experiment, metric, setting, market, key or event type, newest first. "
        "ANALYST scope."
    )
    async def audit_log(
        self,
        info: Ask,
        first: Annotated[int | None, strawberry.argument(description="1 to 200; 50 where null.")] = None,
        after: Annotated[str | None, strawberry.argument(description="endCursor of an earlier answer.")] = None,
    ) -> AuditConnection:
        shop, caller = info.context.admit()
        require(caller, Scope.ANALYST)
        return AuditConnection.of(await info.context.gateway.decider.audit(shop, first, after), after)


@strawberry.type
class Deciding:
    """The part of Mutation that decides."""

    @strawberry.mutation(description="Makes a placement, or replaces it; LIVE replaces its draft too. ADMIN scope.")
    async def upsert_placement(
        self,
        info: Ask,
        input: Annotated[PlacementInput, strawberry.argument(description="The whole placement.")],
        if_version: SeenArg = None,
    ) -> PlacementConfig:
        shop, caller = info.context.admit()
        require(caller, Scope.ADMIN)
        decider = info.context.gateway.decider
        return PlacementConfig.of(await decider.save_placement(shop, caller, told(input), input.status, if_version))

    @strawberry.mutation(description="Takes a placement away; the answer is what it was. ADMIN scope.")
    async def delete_placement(
        self,
        info: Ask,
        id: Annotated[ID, strawberry.argument(description="The placement.")],
        status: WhichArg = None,
        if_version: SeenArg = None,
    ) -> PlacementConfig:
        shop, caller = info.context.admit()
        require(caller, Scope.ADMIN)
        return PlacementConfig.of(await info.context.gateway.decider.delete_placement(shop, caller, id, status, if_version))

    @strawberry.mutation(
        description="Makes a rule, or replaces it; LIVE replaces its draft too. `warnings` says what is doubtful. ADMIN scope."
    )
    async def upsert_rule(
        self,
        info: Ask,
        input: Annotated[RuleInput, strawberry.argument(description="The whole rule.")],
        if_version: SeenArg = None,
    ) -> Rule:
        shop, caller = info.context.admit()
        require(caller, Scope.ADMIN)
        return Rule.of(await info.context.gateway.decider.save_rule(shop, caller, told(input), input.status, if_version))

    @strawberry.mutation(description="Takes a rule away; the answer is what it was. ADMIN scope.")
    async def delete_rule(
        self,
        info: Ask,
        id: Annotated[ID, strawberry.argument(description="The rule.")],
        status: WhichArg = None,
        if_version: SeenArg = None,
    ) -> Rule:
        shop, caller = info.context.admit()
        require(caller, Scope.ADMIN)
        return Rule.of(await info.context.gateway.decider.delete_rule(shop, caller, id, status, if_version))
