"""Someone the shop knows, or has met: what leads to them, and what is kept of them beside what they did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.domain.catalog import Money
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.preference import Preference
from gateway.domain.visitor import UserId

MOST_SESSIONS = 100  # of one person that are told among their ids


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """An id that leads to a person, and since when."""

    identity: Identity
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Someone. `id`: the user's, or that of a session that belongs to nobody. `made`: by the gateway, for lack of a user id."""

    id: str
    made: bool = False
    hidden: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)
    identities: tuple[LinkedIdentity, ...] = ()
    preferences: tuple[Preference, ...] = ()
    tracking_blocked: bool = False


@dataclass(frozen=True, slots=True)
class ToldUser:
    """What the shop tells of a user; what is null is not told."""

    user_id: UserId
    hidden: bool | None = None
    attributes: Mapping[str, Any] | None = None
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class Unkept:
    """Why a told user was not kept: it is unknown, or one of its ids (by kind) is another's."""

    code: str
    kind: IdentityKind | None = None


@dataclass(frozen=True, slots=True)
class RefusedMerge:
    """Two users whom the shop knows and who were told to have one id. `hint`: enough to recognise it by."""

    kind: IdentityKind
    hint: str
    user_id: UserId
    other_id: UserId
    times: int
    refused_at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as it is kept; of an order told whole a line."""

    event_id: str
    line: int
    type: str
    happened_at: datetime
    session_id: str | None
    user_id: str | None
    visitor_id: str | None
    product_id: str | None
    quantity: int | None
    unit_price: Money | None
    order_id: str | None
    recommendation_id: UUID | None
    view_id: UUID | None
    placement_id: str | None
    position: int | None
    search_term: str | None
    category_id: str | None
    channel: str | None
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """What was done about someone, without a word of who they were. `rows`: removed or made nameless, by table."""

    receipt_id: UUID
    made_at: datetime
    rows: Mapping[str, int]
