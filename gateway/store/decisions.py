"""Decisions as they are kept, drafts among them; each change has its entry in the audit log."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic

import asyncpg

from gateway.domain.catalog import ProductId
from gateway.domain.doubts import Found, Sold
from gateway.domain.notation import placement_told, rule_told
from gateway.domain.placement import Placement, PlacementId
from gateway.domain.playbook import AuditEntry, Decided, Decision, DraftStatus
from gateway.domain.rule import Match, Rule, RuleId
from gateway.domain.tenant import TenantId
from gateway.errors import Conflict, LimitExceeded
from gateway.store.audit import Change, note
from gateway.store.catalog import filter_row
from gateway.store.database import Database, Session
from gateway.store.playbook import Row, moment_of, placement_of, placement_row, rule_of, rule_row

MAX_DECISIONS = 1000  # placements of a tenant, and rules


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked of the catalog because rules speak of it. `searched`: the matches, by number, that are tried."""

    matches: Sequence[Match]
    searched: Sequence[int]
    product_ids: Collection[ProductId]
    brands: Collection[str]
    attributes: Collection[str]


@dataclass(frozen=True, slots=True)
class _Ledger(Generic[Decision]):
    """One kind of decision: its word, its queries, and how rows become decisions."""

    word: str
    id: str
    read: str
    save: str
    delete: str
    of: Callable[[Row], Decision]
    columns: Callable[[Decision], dict[str, object]]
    told: Callable[[Decision], dict[str, Any]]

    def decided(self, row: Row) -> Decided[Decision]:
        """The decision of a row."""
        at = moment_of(row["updated_at"])
        assert at is not None
        return Decided(self.of(row), DraftStatus(row["status"]), row["version"], at, row["updated_by"])

    def entry(self, row: Row | None) -> dict[str, Any] | None:
        """A row as the API says it."""
        return None if row is None else {**self.told(self.of(row)), "status": row["status"], "version": row["version"]}


_PLACEMENTS = _Ledger(
    "placement", "placement_id", "playbook.read_placements", "playbook.save_placement", "playbook.delete_placement",
    placement_of, placement_row, placement_told,
)  # fmt: skip
_RULES = _Ledger(
    "rule", "rule_id", "playbook.read_rules", "playbook.save_rule", "playbook.delete_rule", rule_of, rule_row, rule_told
)
_LEDGERS: Mapping[str, _Ledger[Any]] = MappingProxyType({ledger.word: ledger for ledger in (_PLACEMENTS, _RULES)})


class DecisionStore:
    """Reads and writes placements and rules as they are kept."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def placements(self, tenant_id: TenantId) -> list[Decided[Placement]]:
        """All of them, drafts too, by id."""
        rows = await self._db.fetch(_PLACEMENTS.read, tenant_id=tenant_id, placement_id=None)
        return [_PLACEMENTS.decided(row["row"]) for row in rows]

    async def rules(self, tenant_id: TenantId) -> list[Decided[Rule]]:
        """All of them, drafts too, the highest priority first."""
        rows = await self._db.fetch(_RULES.read, tenant_id=tenant_id, rule_id=None)
        return [_RULES.decided(row["row"]) for row in rows]

    async def save_placement(self, change: Change, placement: Placement, status: DraftStatus) -> Decided[Placement]:
        """The placement, kept; what is saved LIVE replaces its draft too."""
        return await self._save(_PLACEMENTS, change, placement, placement.placement_id, status)

    async def save_rule(self, change: Change, rule: Rule, status: DraftStatus) -> Decided[Rule]:
        """The rule, kept; what is saved LIVE replaces its draft too."""
        return await self._save(_RULES, change, rule, rule.rule_id, status)

    async def delete_placement(
        self, change: Change, placement_id: PlacementId, status: DraftStatus | None
    ) -> list[Decided[Placement]]:
        """What was there of it: the draft, what is in force, or, where no status is told, both."""
        return await self._delete(_PLACEMENTS, change, placement_id, status)

    async def delete_rule(self, change: Change, rule_id: RuleId, status: DraftStatus | None) -> list[Decided[Rule]]:
        """What was there of it: the draft, what is in force, or, where no status is told, both."""
        return await self._delete(_RULES, change, rule_id, status)

    async def audit(self, tenant_id: TenantId, before: int | None, first: int) -> list[AuditEntry]:
        """The newest changes, or those before one of them."""
        rows = await self._db.fetch("playbook.read_audit", tenant_id=tenant_id, before=before, first=first)
        return [_entry(row) for row in rows]

    async def look_around(self, tenant_id: TenantId, sought: Sought) -> Found:
        """What the catalog has of that which rules speak of."""
        rows = await self._db.fetch(
            "playbook.look_around",
            tenant_id=tenant_id,
            product_ids=list(sought.product_ids),
            brands=list(sought.brands),
            attributes=list(sought.attributes),
            tests=[{**(filter_row(match.filter) or {}), "product_ids": match.product_ids} for match in sought.matches],
            searched=list(sought.searched),
        )
        sold: dict[ProductId, list[Sold]] = {}
        parts: dict[str, set[str]] = {"brand": set(), "attribute": set(), "test": set()}
        for row in rows:
            if row["part"] != "product":
                parts[row["part"]].add(row["name"])
                continue
            markets = sold.setdefault(row["name"], [])
            if row["market_id"] is not None:
                markets.append(Sold(row["market_id"], row["visible"], row["available"], frozenset(row["passed"])))
        return Found(frozenset(parts["brand"]), frozenset(parts["attribute"]), frozenset(map(int, parts["test"])), sold)

    async def _save(
        self, ledger: _Ledger[Decision], change: Change, decision: Decision, name: str, status: DraftStatus
    ) -> Decided[Decision]:
        async with self._db.transaction() as session:
            there = await _locked(session, ledger, change, name)
            if not there:
                await _check_room(session, ledger, change.tenant_id)
            version = await _next_version(session, ledger, change, name, there)
            if status is DraftStatus.LIVE and DraftStatus.DRAFT in there:
                await _drop(session, ledger, change, name, there[DraftStatus.DRAFT])
            kept = {"status": status, "version": version, "actor": change.actor, **ledger.columns(decision)}
            [saved] = await session.fetch(ledger.save, tenant_id=change.tenant_id, **kept)
            await _note(session, ledger, change, name, there.get(status), saved["row"])
        return ledger.decided(saved["row"])

    async def _delete(
        self, ledger: _Ledger[Decision], change: Change, name: str, status: DraftStatus | None
    ) -> list[Decided[Decision]]:
        async with self._db.transaction() as session:
            there = await _locked(session, ledger, change, name)
            gone = [row for each, row in there.items() if status in (None, each)]
            for row in gone:
                await _drop(session, ledger, change, name, row)
        return [ledger.decided(row) for row in gone]


async def _locked(session: Session, ledger: _Ledger[Decision], change: Change, name: str) -> Mapping[DraftStatus, Row]:
    """What is kept of a decision, in force and as a draft; no one else changes it now. Conflict where someone has, meanwhile."""
    await session.execute("playbook.lock", tenant_id=change.tenant_id)
    rows = await session.fetch(ledger.read, tenant_id=change.tenant_id, **{ledger.id: name})
    there = {DraftStatus(row["row"]["status"]): row["row"] for row in rows}
    newest = max(there.values(), key=lambda row: row["version"], default=None)
    if change.seen is not None and change.seen != (newest["version"] if newest else 0):
        who = f"{newest['updated_by']} made version {newest['version']} of it" if newest else "there is none of this id"
        raise Conflict(f"it was changed meanwhile: {who}", field="ifVersion")
    return there


async def _next_version(
    session: Session, ledger: _Ledger[Decision], change: Change, name: str, there: Mapping[DraftStatus, Row]
) -> int:
    """One that neither what is kept of the decision nor anything that was thrown away ever had: a version says one thing."""
    [ever] = await session.fetch("playbook.newest_version", tenant_id=change.tenant_id, word=ledger.word, object=name)
    newest: int = max((ever["version"] or 0, *(row["version"] for row in there.values())))
    return newest + 1


async def _check_room(session: Session, ledger: _Ledger[Decision], tenant_id: TenantId) -> None:
    [counted] = await session.fetch("playbook.count_decisions", tenant_id=tenant_id)
    if counted[f"{ledger.word}s"] >= MAX_DECISIONS:
        raise LimitExceeded(f"a tenant may have {MAX_DECISIONS} {ledger.word}s at most", field="id")


async def _drop(session: Session, ledger: _Ledger[Decision], change: Change, name: str, row: Row) -> None:
    await session.execute(ledger.delete, tenant_id=change.tenant_id, status=row["status"], **{ledger.id: name})
    await _note(session, ledger, change, name, row, None)


async def _note(
    session: Session, ledger: _Ledger[Decision], change: Change, name: str, before: Row | None, after: Row | None
) -> None:
    """The change's entry in the audit log: the rows, so that it can be taken back (`PlaybookStore.as_of`)."""
    await note(session, change, f"{ledger.word}.{'upsert' if after else 'delete'}", name, before, after)


def _entry(row: asyncpg.Record) -> AuditEntry:
    """The entry as the API says it; what is of no kind of ours is told as it was kept."""
    ledger = _LEDGERS.get(row["action"].partition(".")[0])
    before, after = (ledger.entry(row[side]) if ledger else row[side] for side in ("before", "after"))
    return AuditEntry(row["audit_id"], row["happened_at"], row["actor"], row["action"], row["object"], before, after)
