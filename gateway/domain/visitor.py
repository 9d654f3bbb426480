"""Who is looking, and what of it we believe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NewType

from gateway.domain.catalog import CategoryId, ProductId
from gateway.domain.identity import Identity

SessionId = NewType("SessionId", str)
UserId = NewType("UserId", str)
VisitorId = NewType("VisitorId", str)


@dataclass(frozen=True, slots=True)
class Visitor:
    """At least one id. `user_id` is believed; a browser's unsigned word is `claimed_user_id` and opens nothing. `identities` lead
    to the user they are linked to, the first of them first.
    """

    session_id: SessionId | None = None
    user_id: UserId | None = None
    visitor_id: VisitorId | None = None
    claimed_user_id: UserId | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    identities: tuple[Identity, ...] = ()

    @property
    def owners(self) -> tuple[str, ...]:
        """By which names the database finds what it keeps of them."""
        named = (("s", self.session_id), ("u", self.user_id), ("v", self.visitor_id))
        return tuple(f"{kind}:{value}" for kind, value in named if value)


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One thing the visitor did lately."""

    happened_at: datetime
    type: str
    product_id: ProductId


History = tuple[PastEvent, ...]  # newest first, at most 50


Scored = Sequence[tuple[ProductId, float]]


@dataclass(frozen=True, slots=True)
class ListReason:
    """For whom a list of the shop was made: who looks at a product or a category, or a user; all null for everyone."""

    product_id: ProductId | None = None
    category_id: CategoryId | None = None
    user_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class LookBack:
    """What is known before anything is proposed. `sights`: how often a product was seen lately without a click. `found`: what
    each search term matches. `lists`: the shop's own lists that are meant for this page, by id, and `reasons` why. `shelves`: the
    categories of products that the release does not know yet. `user_id`: who asks, by whichever id.
    """

    history: History = ()
    sights: Mapping[ProductId, int] = field(default_factory=dict)
    found: Sequence[Scored] = ()
    lists: Mapping[str, Scored] = field(default_factory=dict)
    reasons: Mapping[str, ListReason] = field(default_factory=dict)
    shelves: Mapping[ProductId, CategoryId] = field(default_factory=dict)
    user_id: UserId | None = None
