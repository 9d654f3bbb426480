"""Make API keys. The secret is told once; only its SHA-256 is kept."""

import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from gateway.domain.tenant import Environment, KeptKey, Scope, TenantId
from gateway.errors import BadInput
from gateway.services.administering.tenants import COMMAND_LINE, check_name
from gateway.store.keys import KeyStore, NewKey

_PREFIX = "ec_"  # by which a secret that leaked is recognised
_RANDOM_BYTES = 32
_MOST_ORIGINS = 100
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A key that is to be made."""

    name: str
    scopes: Collection[Scope]
    allowed_origins: Sequence[str] = ()
    channel: str | None = None
    environment: Environment = Environment.PRODUCTION
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key just made, the only time that its secret is known."""

    kept: KeptKey
    secret: str = field(repr=False)


def make_secret() -> str:
    """A new secret: unguessable, and safe in a header and in a URL."""
    return _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def hash_secret(secret: str) -> bytes:
    """What is kept of a secret. No salt and no stretching: 256 random bits cannot be guessed, and keys are looked up by this."""
    return hashlib.sha256(secret.encode()).digest()


async def issue_key(keys: KeyStore, tenant_id: TenantId, wish: Wish, by: str = COMMAND_LINE) -> IssuedKey:
    """Makes a key and keeps its hash; BadInput where a wish cannot be. `by`: who makes it."""
    if not wish.scopes:
        raise BadInput("a key needs one scope at least", field="scopes")
    if wish.channel is not None and not _CHANNEL.fullmatch(wish.channel):
        message = f"{wish.channel!r} is no channel: lower-case letters, digits and _, as in web or call_centre"
        raise BadInput(message, field="channel")
    if wish.expires_at is not None and wish.expires_at <= datetime.now(UTC):
        raise BadInput("has passed already: the key would never open anything", field="expires_at")
    if len(wish.allowed_origins) > _MOST_ORIGINS:
        raise BadInput(f"a key may have {_MOST_ORIGINS} origins at most", field="origin")
    secret = make_secret()
    told = NewKey(
        name=check_name(wish.name),
        secret_sha256=hash_secret(secret),
        scopes=frozenset(wish.scopes),
        allowed_origins=tuple(dict.fromkeys(read_origin(origin) for origin in wish.allowed_origins)),
        channel=wish.channel,
        expires_at=wish.expires_at,
        environment=wish.environment,
    )
    return IssuedKey(await keys.add(tenant_id, told, by), secret)


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
