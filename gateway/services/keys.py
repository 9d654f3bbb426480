"""Make and revoke API keys. The secret is told once; only its SHA-256 is kept."""

import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from gateway.domain.tenant import Scope, TenantId
from gateway.errors import BadInput
from gateway.store.tenants import NewKey, TenantStore

_PREFIX = "ec_"  # by which a secret that leaked is recognised
_RANDOM_BYTES = 32
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key just made, the only time that its secret is known."""

    key_id: UUID
    secret: str = field(repr=False)
    created_at: datetime
    kept: NewKey


def make_secret() -> str:
    """A new secret: unguessable, and safe in a header and in a URL."""
    return _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def hash_secret(secret: str) -> bytes:
    """What is kept of a secret. No salt and no stretching: 256 random bits cannot be guessed, and keys are looked up by this."""
    return hashlib.sha256(secret.encode()).digest()


async def issue_key(
    tenants: TenantStore,
    tenant_id: TenantId,
    *,
    name: str,
    scopes: Collection[Scope],
    allowed_origins: Sequence[str] = (),
    channel: str | None = None,
    expires_at: datetime | None = None,
) -> IssuedKey:
    """Makes a key and keeps its hash; BadInput where the tenant is unknown or an argument cannot be."""
    if await tenants.tenant(tenant_id) is None:
        raise BadInput(f"there is no tenant {tenant_id!r}", field="tenant")
    if not scopes:
        raise BadInput("a key needs one scope at least", field="scopes")
    if channel is not None and not _CHANNEL.fullmatch(channel):
        raise BadInput(f"{channel!r} is no channel: lower-case letters, digits and _, as in web or call_centre", field="channel")
    secret = make_secret()
    origins = tuple(dict.fromkeys(read_origin(origin) for origin in allowed_origins))
    kept = NewKey(name, hash_secret(secret), frozenset(scopes), origins, channel, expires_at)
    key_id, created_at = await tenants.add_key(tenant_id, kept)
    return IssuedKey(key_id, secret, created_at, kept)


async def revoke_key(tenants: TenantStore, tenant_id: TenantId, key_id: UUID) -> None:
    """The key stops within the servers' refresh; BadInput where the tenant has no such live key."""
    if not await tenants.revoke_key(tenant_id, key_id):
        raise BadInput(f"the tenant {tenant_id!r} has no live key {key_id}", field="id")


def read_origin(text: str) -> str:
    """An origin as browsers send it: scheme, host and port, in lower case, without a path. BadInput says which part is wrong."""
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        raise BadInput(f"{text!r}: the port is not a number from 0 to 65535", field="origin") from None
    if parts.scheme not in ("http", "https"):
        raise BadInput(f"{text!r}: an origin begins with https:// or http://, as in https://www.shop.example", field="origin")
    if not parts.hostname or "*" in parts.hostname or parts.username is not None:
        raise BadInput(f"{text!r}: an origin names one host; list several origins one by one", field="origin")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadInput(f"{text!r}: an origin has no path; write {parts.scheme}://{parts.netloc}", field="origin")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")
