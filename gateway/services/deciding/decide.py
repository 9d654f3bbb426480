"""Decide what stands where: placements and rules are judged, kept, and read with what is doubtful in them."""

import base64
import binascii
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic

from gateway.domain.page import Warning
from gateway.domain.placement import Placement, PlacementId
from gateway.domain.playbook import AuditEntry, Decided, Decision, DraftStatus
from gateway.domain.rule import Rule, RuleKind
from gateway.domain.tenant import Caller
from gateway.errors import BadInput, Unavailable
from gateway.services.asking.bounds import check_text, page_size
from gateway.services.deciding.doubt import placement_doubts, rule_doubts
from gateway.services.deciding.placing import read_placement
from gateway.services.deciding.ruling import read_id, read_rule
from gateway.services.shop import Shop
from gateway.store.audit import Change
from gateway.store.decisions import DecisionStore

MAX_ENTRIES = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged(Generic[Decision]):
    """A decision as it is kept, and what is doubtful in it."""

    kept: Decided[Decision]
    warnings: tuple[Warning, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditSlice:
    """Some changes, newest first, and whether there are older ones."""

    entries: tuple[AuditEntry, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Decider:
    """Saves, deletes and tells decisions. `seen`: the version that the caller knows; Conflict where it is another by now.

    `catch_up` has this server read what it has just written.
    """

    decisions: DecisionStore
    catch_up: Callable[[], Awaitable[None]]

    async def placements(self, shop: Shop, status: DraftStatus | None) -> list[Judged[Placement]]:
        """Every placement, by id; a draft beside what is in force."""
        found = await self.decisions.placements(shop.tenant.tenant_id)
        return [_judged(shop, kept) for kept in found if status in (None, kept.status)]

    async def rules(self, shop: Shop, placement_id: str | None) -> list[Judged[Rule]]:
        """Every rule, the highest priority first, or those that work on a placement."""
        found = await self.decisions.rules(shop.tenant.tenant_id)
        about = [n for n, kept in enumerate(found) if placement_id is None or kept.decision.placement_id in (None, placement_id)]
        doubts = await rule_doubts(self.decisions, shop, found, about, datetime.now(UTC))
        return [Judged(found[number], warnings) for number, warnings in zip(about, doubts, strict=True)]

    async def save_placement(
        self, shop: Shop, caller: Caller, said: Mapping[str, Any], status: DraftStatus | None = None, seen: int | None = None
    ) -> Judged[Placement]:
        """The placement, kept; LIVE where no status is told."""
        placement = read_placement(said)
        kept = await self.decisions.save_placement(_change(shop, caller, seen), placement, status or DraftStatus.LIVE)
        await self.catch_up()
        return _judged(shop, kept)

    async def save_rule(
        self, shop: Shop, caller: Caller, said: Mapping[str, Any], status: DraftStatus | None = None, seen: int | None = None
    ) -> Judged[Rule]:
        """The rule, kept; LIVE where no status is told."""
        rule = read_rule(said)
        if rule.kind is RuleKind.PIN and rule.placement_id:
            self._check_slot(rule, await self.decisions.placements(shop.tenant.tenant_id))
        kept = await self.decisions.save_rule(_change(shop, caller, seen), rule, status or DraftStatus.LIVE)
        await self.catch_up()
        return Judged(kept, await self._doubts(shop, kept))

    async def delete_placement(
        self, shop: Shop, caller: Caller, placement_id: str, status: DraftStatus | None = None, seen: int | None = None
    ) -> Judged[Placement]:
        """What was there; its draft alone, or what is in force alone, where a status is told."""
        check_text("id", (placement_id,))
        gone = await self.decisions.delete_placement(_change(shop, caller, seen), PlacementId(placement_id), status)
        await self.catch_up()
        return Judged(_last(gone, "placement", placement_id))

    async def delete_rule(
        self, shop: Shop, caller: Caller, rule_id: str, status: DraftStatus | None = None, seen: int | None = None
    ) -> Judged[Rule]:
        """What was there; its draft alone, or what is in force alone, where a status is told."""
        gone = await self.decisions.delete_rule(_change(shop, caller, seen), read_id(rule_id), status)
        await self.catch_up()
        return Judged(_last(gone, "rule", rule_id))

    async def audit(self, shop: Shop, first: int | None, after: str | None) -> AuditSlice:
        """Up to `first` changes (50 where null, 200 at most), newest first."""
        size = page_size(first, 50, MAX_ENTRIES)
        found = await self.decisions.audit(shop.tenant.tenant_id, _read_cursor(after), size + 1)
        return AuditSlice(tuple(found[:size]), len(found) > size)

    def _check_slot(self, rule: Rule, placements: Sequence[Decided[Placement]]) -> None:
        counts = [kept.decision.count for kept in placements if kept.decision.placement_id == rule.placement_id]
        if counts and rule.slot is not None and rule.slot >= max(counts):
            raise BadInput(f"must be below {max(counts)}, the placement's count; slots count from 0", field="slot")

    async def _doubts(self, shop: Shop, kept: Decided[Rule]) -> tuple[Warning, ...]:
        """What is doubtful in a rule just saved. The rule stands, whether that could be found out or not."""
        try:
            rules = await self.decisions.rules(shop.tenant.tenant_id)
            mine = (kept.decision.rule_id, kept.status)
            about = [n for n, each in enumerate(rules) if (each.decision.rule_id, each.status) == mine]
            return next(iter(await rule_doubts(self.decisions, shop, rules, about, datetime.now(UTC))), ())
        except Unavailable as lost:
            logger.warning("a rule of %s was saved and could not be compared with the others: %s", shop.tenant.tenant_id, lost)
            return (
                Warning("NOT_COMPARED", "it is saved; whether it contradicts others could not be read, ask `rules` for that"),
            )


def audit_cursor(entry: AuditEntry) -> str:
    """Where a page of changes ended."""
    return base64.urlsafe_b64encode(str(entry.number).encode()).decode()


def _read_cursor(given: str | None) -> int | None:
    if given is None:
        return None
    try:
        return int(base64.b64decode(given, altchars=b"-_", validate=True).decode()[:18])
    except (binascii.Error, ValueError):
        raise BadInput("is not a cursor of an earlier answer", field="after") from None


def _judged(shop: Shop, kept: Decided[Placement]) -> Judged[Placement]:
    return Judged(kept, tuple(placement_doubts(shop, kept.decision)))


def _last(gone: Sequence[Decided[Decision]], word: str, name: str) -> Decided[Decision]:
    """Of what was deleted the one that was in force, else the draft."""
    if not gone:
        raise BadInput(f"there is no {word} {name!r} to delete", field="id")
    return max(gone, key=lambda kept: kept.status is DraftStatus.LIVE)


def _change(shop: Shop, caller: Caller, seen: int | None) -> Change:
    return Change(shop.tenant.tenant_id, caller.key_name or "command line", seen)
