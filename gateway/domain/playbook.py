"""All that the shop has decided at one moment. Replaced whole, never edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gateway.domain.condition import names_of
from gateway.domain.placement import Placement, PlacementId
from gateway.domain.rule import Rule, RuleId


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
        return any(path in names_of(rule.when) for rule in self.rules) or any(value == f"${name}" for value in told)
