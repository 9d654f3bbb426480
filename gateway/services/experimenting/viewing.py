"""Viewings: passes by which somebody looks at a variant in a browser, whose key may not do that: signed, and good for a day."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from gateway.domain.tenant import Tenant

GOOD_FOR = timedelta(hours=24)

_CONTEXT = b"endcap preview 1"  # what this key signs, and nothing else that the same secret signs
_SIGNATURE = 16  # bytes
_MOST = 1024  # characters
_BETWEEN = "\0"  # stands in no key
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Viewing:
    """One variant of one experiment, until when."""

    experiment: str
    variant: str
    until: datetime


def viewing_token(tenant: Tenant, viewing: Viewing) -> str:
    """The pass as it stands in an address."""
    said = (str(int(viewing.until.timestamp())), tenant.tenant_id, viewing.experiment, viewing.variant)
    packed = _BETWEEN.join(said).encode()
    return base64.urlsafe_b64encode(_signature(tenant, packed) + packed).decode().rstrip("=")


def read_viewing(tenant: Tenant, token: str) -> Viewing | None:
    """What a pass is for, be it over or not; null where it is none of this shop's."""
    if len(token) > _MOST:
        return None
    try:
        told = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    signature, packed = told[:_SIGNATURE], told[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(tenant, packed)):
        return None
    said = packed.decode().split(_BETWEEN)
    if len(said) != _PARTS or said[1] != tenant.tenant_id:
        return None
    return Viewing(said[2], said[3], datetime.fromtimestamp(int(said[0]), UTC))


def _signature(tenant: Tenant, packed: bytes) -> bytes:
    return hmac.digest(_key(tenant.cursor_secret), packed, hashlib.sha256)[:_SIGNATURE]


@lru_cache(256)
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), _CONTEXT, hashlib.sha256)
