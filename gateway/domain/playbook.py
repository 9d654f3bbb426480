"""All that the shop has decided at one moment. Replaced whole, never edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from gateway.domain.condition import leaves_of
from gateway.domain.placement import Placement, PlacementId
from gateway.domain.rule import Rule, RuleId

Decision = TypeVar("Decision", Placement, Rule)


class DraftStatus(StrEnum):
    """Whether a decision is in force."""

    DRAFT = "DRAFT"
    LIVE = "LIVE"


@dataclass(frozen=True, slots=True)
class Decided(Generic[Decision]):
    """A decision as it is kept. `version`: how often it was changed, its draft and what is in force counted together."""

    decision: Decision
    status: DraftStatus
    version: int
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change of a decision: who, what was done, to what, and how that stood before and after."""

    number: int
    at: datetime
    actor: str
    action: str
    object: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Playbook:
    """Placements and rules in force, and the drafts beside them. `version`: the last entry of the audit log it was read with."""

    version: int = 0
    placements: Mapping[PlacementId, Placement] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    draft_placements: Mapping[PlacementId, Placement] = field(default_factory=dict)
    draft_rules: Mapping[RuleId, Rule] = field(default_factory=dict)

    def with_drafts(self) -> "Playbook":
        """As it would be were every draft in force."""
        kept = (rule for rule in self.rules if rule.rule_id not in self.draft_rules)
        rules = sorted((*kept, *self.draft_rules.values()), key=lambda rule: (-rule.priority, rule.rule_id))
        return replace(self, placements={**self.placements, **self.draft_placements}, rules=tuple(rules))

    def reads(self, name: str, placements: Iterable[Placement]) -> bool:
        """Whether a rule's condition or a placement's parameter reads this name of a request's context."""
        path = f"context.{name}"
        told = (value for placement in placements for value in placement.parameters.values())
        return any(path == read for rule in self.rules for read, _ in leaves_of(rule.when)) or any(
            value == f"${name}" for value in told
        )
