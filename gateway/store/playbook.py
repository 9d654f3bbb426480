"""What the shop has decided, kept: placements and rules, with drafts beside what is in force."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gateway.domain.catalog import ProductId
from gateway.domain.page import ProductFilter
from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.domain.playbook import Playbook
from gateway.domain.rule import Match, Rule, RuleId, RuleKind
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

_KNOWN = frozenset(StrategyName)  # a newer version may have written others: they are passed over until this one is updated
_LIVE = "LIVE"

Row = Mapping[str, Any]


class PlaybookStore:
    """Reads the playbook of a tenant, and writes what a tenant starts with."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(self, tenant_id: TenantId) -> Playbook:
        """The playbook as of one moment."""
        rows = await self._db.fetch("playbook.read_playbook", tenant_id=tenant_id)
        told: dict[str, list[Any]] = {"placement": [], "rule": [], "version": []}
        for row in rows:
            told[row["part"]].append(row["row"])
        placements, rules = told["placement"], told["rule"]
        in_force = sorted(map(rule_of, _with(rules, _LIVE)), key=lambda rule: (-rule.priority, rule.rule_id))
        return Playbook(
            version=told["version"][0],
            placements={p["placement_id"]: placement_of(p) for p in _with(placements, _LIVE)},
            rules=tuple(in_force),
            draft_placements={p["placement_id"]: placement_of(p) for p in _with(placements, "DRAFT")},
            draft_rules={RuleId(r["rule_id"]): rule_of(r) for r in _with(rules, "DRAFT")},
        )

    async def add_missing(self, tenant_id: TenantId, placements: Iterable[Placement]) -> None:
        """Adds those placements that the tenant does not have; others stay as they are."""
        for placement in placements:
            await self._db.execute("playbook.insert_placement", tenant_id=tenant_id, **placement_row(placement))


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
        starts_at=_moment(row["starts_at"]),
        ends_at=_moment(row["ends_at"]),
        time_zone=row["time_zone"],
    )


def match_of(said: Row) -> Match:
    """What a rule's JSON says that it is about; the keys are those of the API."""
    filtered: dict[str, Any] = {ours: said[theirs] for theirs, ours in _FILTERED.items() if theirs in said}
    filtered |= {ours: tuple(said[theirs]) for theirs, ours in _LISTS.items() if theirs in said}
    filtered |= {ours: {n: tuple(v) for n, v in said[theirs].items()} for theirs, ours in _NAMED.items() if theirs in said}
    products = said.get("productIds")
    return Match(
        filter=ProductFilter(**filtered) if filtered else None,
        product_ids=None if products is None else tuple(ProductId(each) for each in products),
        bought=said.get("bought", False),
        attribute=said.get("attribute"),
        band=(said.get("from"), said.get("to")),
    )


_FILTERED = {"minPrice": "min_price", "maxPrice": "max_price", "onSale": "on_sale", "minRating": "min_rating"}
_LISTS = {
    "categoryIds": "category_ids",
    "excludeCategoryIds": "exclude_category_ids",
    "brands": "brands",
    "excludeBrands": "exclude_brands",
}
_NAMED = {"attributes": "attributes", "not": "without"}


def _with(rows: Iterable[Row], status: str) -> list[Row]:
    return [row for row in rows if row["status"] == status]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
