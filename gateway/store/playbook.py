"""What the shop has decided, kept: placements and rules, with drafts beside what is in force."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.domain.notation import match_of, match_told
from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.domain.playbook import DraftStatus, Playbook
from gateway.domain.rule import Rule, RuleId, RuleKind
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

_KNOWN = frozenset(StrategyName)  # a newer version may have written others: they are passed over until this one is updated

Row = Mapping[str, Any]


class PlaybookStore:
    """Reads the playbook of a tenant, and writes what a tenant starts with."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(self, tenant_id: TenantId) -> Playbook:
        """The playbook as of one moment."""
        return _playbook(await self._told(tenant_id))

    async def as_of(self, tenant_id: TenantId, version: int) -> Playbook:
        """The playbook as it was after an entry of the audit log: every change since is taken back; of drafts what is left."""
        told = await self._told(tenant_id)
        for change in await self._db.fetch("playbook.changes_since", tenant_id=tenant_id, version=version):
            key = f"{change['part']}_id"
            for row in (change["after"], change["before"]):
                if row:
                    told[change["part"]] = [r for r in told[change["part"]] if (r[key], r["status"]) != (row[key], row["status"])]
            if change["before"]:
                told[change["part"]].append(change["before"])
        return replace(_playbook(told), version=version)

    async def _told(self, tenant_id: TenantId) -> dict[str, list[Any]]:
        told: dict[str, list[Any]] = {"placement": [], "rule": [], "version": []}
        for row in await self._db.fetch("playbook.read_playbook", tenant_id=tenant_id):
            told[row["part"]].append(row["row"])
        return told

    async def add_missing(self, tenant_id: TenantId, placements: Iterable[Placement]) -> None:
        """Adds those placements that the tenant does not have; others stay as they are."""
        for placement in placements:
            await self._db.execute("playbook.insert_placement", tenant_id=tenant_id, **placement_row(placement))


def _playbook(told: Mapping[str, list[Any]]) -> Playbook:
    placements, rules = told["placement"], told["rule"]
    in_force = sorted(map(rule_of, _with(rules, DraftStatus.LIVE)), key=lambda rule: (-rule.priority, rule.rule_id))
    return Playbook(
        version=told["version"][0],
        placements={p["placement_id"]: placement_of(p) for p in _with(placements, DraftStatus.LIVE)},
        rules=tuple(in_force),
        draft_placements={p["placement_id"]: placement_of(p) for p in _with(placements, DraftStatus.DRAFT)},
        draft_rules={RuleId(r["rule_id"]): rule_of(r) for r in _with(rules, DraftStatus.DRAFT)},
    )


def placement_row(placement: Placement) -> dict[str, object]:
    """The columns of a placement."""
    return {
        "placement_id": placement.placement_id,
        "strategies": list(placement.strategies),
        "count": placement.count,
        "messages": dict(placement.messages),
        "fallback": placement.fallback,
        "require_available": placement.require_available,
        "deadline_ms": placement.deadline_ms,
        "diversity": placement.diversity,
        "rotation": placement.rotation,
        "parameters": dict(placement.parameters),
    }


def placement_of(row: Row) -> Placement:
    """The placement of a row."""
    return Placement(
        placement_id=PlacementId(row["placement_id"]),
        strategies=tuple(StrategyName(s) for s in row["strategies"] if s in _KNOWN),
        count=row["count"],
        messages=row["messages"],
        fallback=row["fallback"],
        require_available=row["require_available"],
        deadline_ms=row["deadline_ms"],
        diversity=row["diversity"],
        rotation=row["rotation"],
        parameters=row["parameters"],
    )


def rule_row(rule: Rule) -> dict[str, object]:
    """The columns of a rule."""
    return {
        "rule_id": rule.rule_id,
        "kind": rule.kind,
        "placement_id": rule.placement_id,
        "priority": rule.priority,
        "conditions": dict(rule.when),
        "match": match_told(rule.match),
        "slot": rule.slot,
        "weight": rule.weight,
        "cap": rule.cap,
        "starts_at": rule.starts_at,
        "ends_at": rule.ends_at,
        "time_zone": rule.time_zone,
    }


def rule_of(row: Row) -> Rule:
    """The rule of a row."""
    return Rule(
        rule_id=RuleId(row["rule_id"]),
        kind=RuleKind(row["kind"]),
        match=match_of(row["match"]),
        placement_id=row["placement_id"] and PlacementId(row["placement_id"]),
        priority=row["priority"],
        when=row["conditions"],
        slot=row["slot"],
        weight=row["weight"],
        cap=row["cap"],
        starts_at=moment_of(row["starts_at"]),
        ends_at=moment_of(row["ends_at"]),
        time_zone=row["time_zone"],
    )


def _with(rows: Iterable[Row], status: DraftStatus) -> list[Row]:
    return [row for row in rows if row["status"] == status]


def moment_of(text: str | None) -> datetime | None:
    """The moment that JSON of the database says."""
    return datetime.fromisoformat(text) if text else None
