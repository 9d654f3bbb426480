"""Who is looking, and what of it we believe."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from gateway.domain.catalog import ProductId

SessionId = NewType("SessionId", str)
UserId = NewType("UserId", str)
VisitorId = NewType("VisitorId", str)


@dataclass(frozen=True, slots=True)
class Visitor:
    """At least one id. `user_id` is believed; a browser's unsigned word is `claimed_user_id` and opens nothing."""

    session_id: SessionId | None = None
    user_id: UserId | None = None
    visitor_id: VisitorId | None = None
    claimed_user_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One thing the visitor did lately."""

    happened_at: datetime
    type: str
    product_id: ProductId


History = tuple[PastEvent, ...]  # newest first, at most 50
