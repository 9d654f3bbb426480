"""Variants: what a unit has of each experiment, and how a request itself may choose."""

from typing import Annotated, Self

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain import choice
from gateway.domain.experiment import Assigned, AssignmentSource
from schema.words import described

AssignmentSourceEnum = described(
    AssignmentSource,
    "AssignmentSource",
    "Why a unit has its variant.",
    {
        AssignmentSource.HASH: "By its bucket.",
        AssignmentSource.STICKY: "It had it before.",
        AssignmentSource.EXTERNAL: "It was chosen elsewhere, and told in splitGroups.",
        AssignmentSource.FORCED: "Somebody wants to look at it: it is never analysed.",
        AssignmentSource.BANDIT: "By its bucket, under the weights that an optimiser has now.",
    },
)


@strawberry.type(description="The variant that a unit has of an experiment.")
class AssignedVariant:
    experiment_id: ID = strawberry.field(description="The experiment's number.")
    experiment_key: str = strawberry.field(description="The experiment's key.")
    index: int = strawberry.field(description="The variant's place; 0 is the control.")
    key: str = strawberry.field(description="The variant's key.")
    split_group: str | None = strawberry.field(description="The group that was told, where it was chosen elsewhere.")
    source: AssignmentSource = strawberry.field(description="Why it is this one.")
    parameters: JSON = strawberry.field(description="What the variant changes; names of the shop's own among them.")

    @classmethod
    def of(cls, it: Assigned) -> Self:
        return cls(
            experiment_id=ID(str(it.experiment.experiment_id)),
            experiment_key=it.experiment.key,
            index=it.index,
            key=it.variant.key,
            split_group=it.split_group,
            source=it.source,
            parameters=JSON(dict(it.variant.parameters)),
        )


@strawberry.input(description="A variant that somebody wants to look at.")
class ForcedVariantInput:
    experiment: ID = strawberry.field(description="The experiment's key; a draft's too.")
    variant: str = strawberry.field(description="The variant's key, or its place, counted from 0.")

    def understood(self) -> choice.Forced:
        """The wish in the gateway's words."""
        return choice.Forced(self.experiment, self.variant)


@strawberry.input(description="The group that the visitor was put into elsewhere.")
class SplitGroupInput:
    group: str = strawberry.field(description="The key of a variant.")
    experiment: ID | None = strawberry.field(
        default=None, description="The experiment's key; the placement's only external experiment where null."
    )

    def understood(self) -> choice.SplitGroup:
        """The group in the gateway's words."""
        return choice.SplitGroup(self.group, self.experiment)


SplitGroupsArg = Annotated[list[SplitGroupInput] | None, strawberry.argument(description="Variants chosen outside.")]
ForceArg = Annotated[
    list[ForcedVariantInput] | None,
    strawberry.argument(description="Variants to look at, never analysed. PREVIEW scope, or a previewToken of the experiment."),
]
PreviewTokenArg = Annotated[
    str | None,
    strawberry.argument(description="What createPreviewToken made: its variant is looked at, whatever the key may do."),
]


def said(
    split_groups: list[SplitGroupInput] | None, force: list[ForcedVariantInput] | None, preview_token: str | None
) -> choice.Said:
    """What a request says of variants, in the gateway's words."""
    return choice.Said(
        tuple(each.understood() for each in split_groups or ()),
        tuple(each.understood() for each in force or ()),
        preview_token or None,
    )
