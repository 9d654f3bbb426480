"""Catalogs that come in by the clock: where from, how often, and what each coming did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.domain.catalog import MarketId
from gateway.domain.tenant import TenantId

MAX_HIDDEN = 0.2
"""The largest share of a feed's products that may vanish at once, where nothing else is said: more is rather a feed cut short."""


@dataclass(frozen=True, slots=True)
class FeedRun:
    """What one coming of a feed did. `error` says why it could not be done; `finished_at` is null while it is at work."""

    run_id: int
    feed: str
    started_at: datetime
    finished_at: datetime | None = None
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    hidden: int = 0
    refused: int = 0
    error: str | None = None
    notes: Sequence[str] = ()
    refusals: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A file or an http(s) URL under a name. `every_minutes`: null is by hand only. `secrets`: headers that the request has.

    `last`: the run that read last; `unchanged_at`: when it was looked at after that, and had not changed.
    """

    tenant_id: TenantId
    name: str
    place: str
    market_id: MarketId | None = None
    every_minutes: int | None = None
    is_full: bool = False
    max_hidden: float = MAX_HIDDEN
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    member: str | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    paused: bool = False
    seen: Mapping[str, str] = field(default_factory=dict)
    read_at: datetime | None = None
    last: FeedRun | None = None
    unchanged_at: datetime | None = None

    @property
    def is_remote(self) -> bool:
        """Whether it is fetched over HTTP."""
        return self.place.startswith(("http://", "https://"))

    @property
    def looked_at(self) -> datetime | None:
        """When it was looked at last, whether or not there was something to read."""
        return self.unchanged_at or (self.last.started_at if self.last else None)
