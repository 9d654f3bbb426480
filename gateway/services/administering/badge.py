"""Badges: what a browser keeps of a key it has shown, signed, so that the key itself is kept nowhere."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gateway.domain.tenant import ApiKey, Caller, Scope, Tenant
from gateway.errors import Unauthenticated
from gateway.services.administering.admit import require
from gateway.services.administering.keys import hash_secret
from gateway.services.shop import Shop, Shops

LASTS = timedelta(hours=12)

_CONTEXT = b"endcap badge 1"  # what this key signs, and nothing else that the same secret signs
_SIGNATURE = 32  # bytes
_MOST = 512  # characters
_BETWEEN = "\0"


@dataclass(frozen=True, slots=True)
class Badge:
    """Who wears it: a shop, a key of it, and until when."""

    shop: Shop
    key: ApiKey
    until: datetime

    @property
    def caller(self) -> Caller:
        """The caller that the key makes."""
        return Caller(self.shop.tenant.tenant_id, self.key.scopes, self.key.channel, self.key.name, self.key.environment)


def badge_for(shops: Shops, secret: str, now: datetime) -> tuple[Badge, str]:
    """A badge, and what the browser keeps of it. Unauthenticated where the key is none of ours, Forbidden without ANALYST."""
    found = shops.with_key(hash_secret(secret.strip()))
    if found is None or not found[1].is_live(now):
        raise Unauthenticated("this API key is not known, was revoked, or has expired")
    shop, key = found
    badge = Badge(shop, key, now + LASTS)
    require(badge.caller, Scope.ANALYST)
    shops.uses.note(key, now)
    return badge, _token(badge)


def read_badge(shops: Shops, token: str, now: datetime) -> Badge | None:
    """The badge that a browser shows; null where it is none of ours or has expired, or its key is no longer good."""
    if len(token) > _MOST:
        return None
    try:
        told = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        signature, packed = told[:_SIGNATURE], told[_SIGNATURE:]
        tenant_id, key_id, until = packed.decode().split(_BETWEEN)
        shop = shops.get(tenant_id)
        if shop is None or not hmac.compare_digest(signature, _signature(shop.tenant, packed)):
            return None
        key = next((each for each in shop.keys if each.key_id == UUID(key_id)), None)
        badge = Badge(shop, key, datetime.fromtimestamp(int(until), UTC)) if key and key.is_live(now) else None
    except (binascii.Error, ValueError):
        return None
    return badge if badge and badge.until > now and badge.caller.may(Scope.ANALYST) else None


def _token(badge: Badge) -> str:
    said = (badge.shop.tenant.tenant_id, str(badge.key.key_id), str(int(badge.until.timestamp())))
    packed = _BETWEEN.join(said).encode()
    return base64.urlsafe_b64encode(_signature(badge.shop.tenant, packed) + packed).decode().rstrip("=")


def _signature(tenant: Tenant, packed: bytes) -> bytes:
    secret = hmac.digest(tenant.cursor_secret.encode(), _CONTEXT, hashlib.sha256)
    return hmac.digest(secret, packed, hashlib.sha256)
