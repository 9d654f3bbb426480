"""A release: what a night of training made, as those who look after it see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

ReleaseId = NewType("ReleaseId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a release was made of, how good it is, and what became of it; all 0 where training failed before it was counted."""

    release_id: ReleaseId
    created_at: datetime
    serving: bool
    products: int
    events: int
    recall: float | None  # of the index against brute force, at 20; null where there is no vector
    coverage: float  # share of products that lead to another
    seconds: float
    refused: str | None  # why it was not published
