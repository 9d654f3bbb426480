"""Whose shop it is, where it sells, and who may speak for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NewType
from urllib.parse import quote
from uuid import UUID

from gateway.domain.catalog import MarketId, ProductId

TenantId = NewType("TenantId", str)


class Scope(StrEnum):
    """What a key may do. STOREFRONT is safe in a browser; ADMIN may do everything."""

    STOREFRONT = "STOREFRONT"
    SERVER = "SERVER"
    ANALYST = "ANALYST"
    ADMIN = "ADMIN"
    PREVIEW = "PREVIEW"


class Environment(StrEnum):
    """What a key is for. INTEGRATION tries things out on production's data, and what it does counts nowhere."""

    PRODUCTION = "PRODUCTION"
    INTEGRATION = "INTEGRATION"


@dataclass(frozen=True, slots=True)
class Market:
    """Where the shop sells: one currency, one or more languages, the first its own."""

    market_id: MarketId
    currency: str
    locales: tuple[str, ...] = ()

    @property
    def locale(self) -> str:
        """The language used where none is asked for; empty where the market has none."""
        return self.locales[0] if self.locales else ""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A shop's account and its settings. `holdout`: the share of all units that no experiment touches."""

    tenant_id: TenantId
    name: str
    time_zone: str = "UTC"
    rates: Mapping[str, float] = field(default_factory=dict)
    retention_days: int = 730
    attribution_days: int = 7
    page_hosts: tuple[str, ...] = ()
    page_url_pattern: str = "/products/{id}"
    identity_secret: str | None = field(default=None, repr=False)
    keyless: bool = False
    release_minutes: int = 1440
    holdout: float = 0.0
    cursor_secret: str = field(default="", repr=False)

    def page_url(self, product_id: ProductId) -> str:
        """The page of a product that brought no URL of its own."""
        encoded = quote(product_id, safe="")
        if not encoded.strip("."):
            encoded = encoded.replace(".", "%2E")  # a browser would take .. for the folder above
        return self.page_url_pattern.replace("{id}", encoded)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where products are looked for: a tenant's market, in a language."""

    tenant: Tenant
    market: Market
    locale: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as the gateway knows it: the secret's SHA-256 and what it allows."""

    key_id: UUID
    name: str
    secret_sha256: bytes = field(repr=False)
    scopes: frozenset[Scope]
    allowed_origins: tuple[str, ...] = ()
    channel: str | None = None
    expires_at: datetime | None = None
    environment: Environment = Environment.PRODUCTION

    def is_live(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key as its owners see it."""

    key: ApiKey
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, once the key has been looked at."""

    tenant_id: TenantId
    scopes: frozenset[Scope]
    channel: str | None = None
    key_name: str | None = None
    environment: Environment = Environment.PRODUCTION

    @property
    def apart(self) -> str | None:
        """Why what this caller tells is kept and counted nowhere; null where it counts."""
        return "INTEGRATION" if self.environment is Environment.INTEGRATION else None

    def may(self, scope: Scope) -> bool:
        """Whether this caller may do what `scope` allows: ADMIN may everything, and every key may read what a storefront may."""
        return scope is Scope.STOREFRONT or scope in self.scopes or Scope.ADMIN in self.scopes

    @property
    def may_record(self) -> bool:
        """Whether it may tell what happened: keys of those who only look may not."""
        return not self.scopes.isdisjoint(_RECORDING)

    @property
    def scope(self) -> Scope:
        """The widest scope, as it is kept with what the caller sends."""
        return _widest(self.scopes)


_RECORDING = frozenset({Scope.STOREFRONT, Scope.SERVER, Scope.ADMIN})
_WIDEST_FIRST = (Scope.ADMIN, Scope.SERVER, Scope.ANALYST, Scope.PREVIEW, Scope.STOREFRONT)


@lru_cache
def _widest(scopes: frozenset[Scope]) -> Scope:
    return next(scope for scope in _WIDEST_FIRST if scope in scopes)
