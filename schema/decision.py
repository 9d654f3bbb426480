"""Placements and rules as their owners see and say them."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Self

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain import placement as domain_placement
from gateway.domain import rule as domain_rule
from gateway.domain.notation import camel, match_told
from gateway.domain.placement import PageType, StrategyName
from gateway.domain.playbook import AuditEntry, DraftStatus
from gateway.domain.rule import RuleKind
from gateway.services.deciding.decide import AuditSlice, Judged, audit_cursor
from schema.catalog import PageInfo
from schema.page import PageTypeEnum
from schema.recommendation import Warning
from schema.words import described

described(
    RuleKind,
    "RuleKind",
    "What a rule does to the products that it matches.",
    {
        RuleKind.INCLUDE: "Only these may be shown; several includes add up.",
        RuleKind.EXCLUDE: "These are not shown.",
        RuleKind.BOOST: "These have their score times `weight`, 2 where null.",
        RuleKind.BURY: "These have their score times `weight`, 0 where null: they come after all else.",
        RuleKind.PIN: "The first of these that may be shown stands in `slot`.",
        RuleKind.CAP: "At most `cap` of these for each value of `match.attribute`; of all together where it is null.",
        RuleKind.PRICE_BAND: "Only what costs from `match.from` to `match.to` times what the page's product costs.",
    },
)
described(
    DraftStatus,
    "DraftStatus",
    "Whether a decision is in force.",
    {
        DraftStatus.DRAFT: "Seen in previews only; it stands beside what is in force.",
        DraftStatus.LIVE: "In force on every page.",
    },
)


@strawberry.type(description="A placement as it is kept.")
class PlacementConfig:
    id: ID = strawberry.field(description="Its page type and its name, such as item_page.similar.")
    page_type: PageType = strawberry.field(graphql_type=PageTypeEnum, description="Where it stands.")
    strategies: list[StrategyName] = strawberry.field(description="Which fill it, in order.")
    count: int = strawberry.field(description="How many products it shows.")
    message: str = strawberry.field(description="The heading above the block, where a language has none of its own.")
    messages: JSON = strawberry.field(description='The headings by language; "" is for all others.')
    fallback: bool = strawberry.field(description="Whether bestsellers and the newest fill what the strategies leave empty.")
    require_available: bool = strawberry.field(description="Whether what is sold out stays away.")
    deadline_ms: int = strawberry.field(description="How long an answer may wait for the database.")
    diversity: float = strawberry.field(description="1 is off; below, products that are like one another stand apart.")
    rotation: bool = strawberry.field(description="Whether what the visitor saw here and did not click sinks.")
    parameters: JSON = strawberry.field(description="What it says to its strategies.")
    status: DraftStatus = strawberry.field(description="Whether it is in force.")
    version: int = strawberry.field(description="How often it was changed.")
    updated_at: datetime = strawberry.field(description="When it was changed last.")
    updated_by: str = strawberry.field(description="The name of the key that changed it last, or the command line.")
    warnings: list[Warning] = strawberry.field(description="Why it may show less than it should.")

    @classmethod
    def of(cls, it: Judged[domain_placement.Placement]) -> Self:
        """The placement as clients see it."""
        placement, kept = it.kept.decision, it.kept
        return cls(
            id=ID(placement.placement_id),
            page_type=placement.page_type,
            strategies=list(placement.strategies),
            count=placement.count,
            message=placement.message(""),
            messages=JSON(dict(placement.messages)),
            fallback=placement.fallback,
            require_available=placement.require_available,
            deadline_ms=placement.deadline_ms,
            diversity=placement.diversity,
            rotation=placement.rotation,
            parameters=JSON(dict(placement.parameters)),
            status=kept.status,
            version=kept.version,
            updated_at=kept.updated_at,
            updated_by=kept.updated_by,
            warnings=[Warning.of(w) for w in it.warnings],
        )


@strawberry.type(description="A rule as it is kept.")
class Rule:
    id: ID = strawberry.field(description="A UUID.")
    kind: RuleKind = strawberry.field(description="What it does.")
    placement: ID | None = strawberry.field(description="Where; null is every placement.")
    priority: int = strawberry.field(description="Of two that want the same, the higher goes first.")
    when: JSON = strawberry.field(description="What must be true of the request; {} is always.")
    match: JSON = strawberry.field(description="The products that it is about; {} is all.")
    slot: int | None = strawberry.field(description="Of a pin, counted from 0.")
    weight: float | None = strawberry.field(description="Of a boost or a burial.")
    cap: int | None = strawberry.field(description="Of a cap.")
    starts_at: datetime | None = strawberry.field(description="In force from then.")
    ends_at: datetime | None = strawberry.field(description="In force until then.")
    time_zone: str | None = strawberry.field(description="Of weekday, hour and date in `when`; the tenant's own where null.")
    status: DraftStatus = strawberry.field(description="Whether it is in force.")
    version: int = strawberry.field(description="How often it was changed.")
    updated_at: datetime = strawberry.field(description="When it was changed last.")
    updated_by: str = strawberry.field(description="The name of the key that changed it last, or the command line.")
    warnings: list[Warning] = strawberry.field(description="Why it may never do anything, and which other rules contradict it.")

    @classmethod
    def of(cls, it: Judged[domain_rule.Rule]) -> Self:
        """The rule as clients see it."""
        rule, kept = it.kept.decision, it.kept
        return cls(
            id=ID(rule.rule_id),
            kind=rule.kind,
            placement=ID(rule.placement_id) if rule.placement_id else None,
            priority=rule.priority,
            when=JSON(dict(rule.when)),
            match=JSON(match_told(rule.match)),
            slot=rule.slot,
            weight=rule.weight,
            cap=rule.cap,
            starts_at=rule.starts_at,
            ends_at=rule.ends_at,
            time_zone=rule.time_zone,
            status=kept.status,
            version=kept.version,
            updated_at=kept.updated_at,
            updated_by=kept.updated_by,
            warnings=[Warning.of(w) for w in it.warnings],
        )


@strawberry.input(description="A placement, whole: what is null is as it is in a new one.")
class PlacementInput:
    id: ID = strawberry.field(description="page_type_page.name, such as item_page.similar.")
    strategies: list[StrategyName] = strawberry.field(description="Which fill it, in order; each once.")
    count: int | None = strawberry.field(default=None, description="1 to 128; 12 where null.")
    messages: JSON | None = strawberry.field(
        default=None, description='Headings by locale, as in {"": "For you", "sv": "För dig"}.'
    )
    fallback: bool | None = strawberry.field(default=None, description="True where null.")
    deadline_ms: int | None = strawberry.field(default=None, description="1 to 10,000; 250 where null.")
    diversity: float | None = strawberry.field(
        default=None, description="0 to 1; 1, which is off, where null. Below 0.7 it costs clicks."
    )
    rotation: bool | None = strawberry.field(default=None, description="False where null.")
    require_available: bool | None = strawberry.field(default=None, description="True where null.")
    parameters: JSON | None = strawberry.field(
        default=None, description='What a strategy reads, as in {"list": "summer"}; "$name" is a value of the request\'s context.'
    )
    status: DraftStatus | None = strawberry.field(default=None, description="LIVE where null.")


@strawberry.input(description="A rule, whole: what is null is not said.")
class RuleInput:
    id: ID | None = strawberry.field(default=None, description="A UUID; null makes a new rule.")
    kind: RuleKind = strawberry.field(description="What it does.")
    placement: ID | None = strawberry.field(default=None, description="Where; null is every placement.")
    priority: int | None = strawberry.field(default=None, description="0 where null; the higher goes first.")
    when: JSON | None = strawberry.field(default=None, description='What must be true of the request, as in {"market": "se"}.')
    match: JSON = strawberry.field(description='The products that it is about, as in {"brands": ["Nord"]}; {} is all.')
    slot: int | None = strawberry.field(default=None, description="Of a pin, counted from 0.")
    weight: float | None = strawberry.field(default=None, description="Above 1 for a boost, from 0 to below 1 for a burial.")
    cap: int | None = strawberry.field(default=None, description="Of a cap, 1 or more.")
    starts_at: datetime | None = strawberry.field(default=None, description="In force from then.")
    ends_at: datetime | None = strawberry.field(default=None, description="In force until then.")
    time_zone: str | None = strawberry.field(default=None, description="Such as Europe/Stockholm; the tenant's own where null.")
    status: DraftStatus | None = strawberry.field(default=None, description="LIVE where null.")


def told(given: PlacementInput | RuleInput) -> dict[str, Any]:
    """What was given under the API's names, its status apart."""
    named = ((field.name, getattr(given, field.name)) for field in fields(given))
    return {camel(name): value for name, value in named if name != "status" and value is not None}


@strawberry.type(
    name="AuditEntry", description="A change: of a decision, an experiment, a setting, a market, a key, or the release."
)
class Entry:
    at: datetime = strawberry.field(description="When.")
    actor: str = strawberry.field(description="The name of the key that did it, or the command line.")
    action: str = strawberry.field(
        description="What was done: placement.upsert, placement.delete, rule.upsert, rule.delete, settings.update, "
        "market.upsert, api_key.create, api_key.revoke, event_type.upsert, metric.upsert, layer.upsert, release.rollback, "
        "and experiment.create, .update, .start, .pause, .resume, .stop, .archive."
    )
    object: str = strawberry.field(description="To what, by its id.")
    before: JSON | None = strawberry.field(description="How it stood, or what of it was another; null where it was not there.")
    after: JSON | None = strawberry.field(description="How it stands; null where it is gone.")

    @classmethod
    def of(cls, it: AuditEntry) -> Self:
        """The change as clients see it."""
        before, after = (None if each is None else JSON(dict(each)) for each in (it.before, it.after))
        return cls(at=it.at, actor=it.actor, action=it.action, object=it.object, before=before, after=after)


@strawberry.type(description="A change, and where it stands in the list.")
class AuditEdge:
    cursor: str = strawberry.field(description="What to ask `after` for the changes before it.")
    node: Entry = strawberry.field(description="The change.")


@strawberry.type(description="A page of changes, newest first.")
class AuditConnection:
    edges: list[AuditEdge] = strawberry.field(description="The changes of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")

    @classmethod
    def of(cls, it: AuditSlice, after: str | None) -> Self:
        """The slice as a connection."""
        edges = [AuditEdge(cursor=audit_cursor(entry), node=Entry.of(entry)) for entry in it.entries]
        return cls(edges=edges, page_info=PageInfo.of([edge.cursor for edge in edges], more=it.more, after=after))
