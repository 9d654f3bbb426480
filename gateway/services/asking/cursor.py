"""Cursors: signed lists of what was shown, so that the next page repeats nothing whatever has changed meanwhile."""

import base64
import binascii
import hashlib
import hmac
import zlib
from collections.abc import Collection

import orjson

from gateway.domain.catalog import ProductId
from gateway.domain.tenant import Tenant
from gateway.errors import BadInput

MAX_SHOWN = 1000
_SIGNATURE = 16  # bytes
_MOST_BYTES = MAX_SHOWN * 1200  # of ids, as JSON


def make_cursor(tenant: Tenant, shown: Collection[ProductId]) -> str | None:
    """What a client sends to go on; null past 1,000 products."""
    if not shown or len(shown) > MAX_SHOWN:
        return None
    packed = zlib.compress(orjson.dumps(sorted(shown)), 6)
    return base64.urlsafe_b64encode(_signature(tenant, packed) + packed).decode().rstrip("=")


def read_cursor(tenant: Tenant, cursor: str | None) -> frozenset[ProductId]:
    """What was shown before; BadInput where the cursor is none of this shop's."""
    if not cursor:
        return frozenset()
    try:
        told = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        told = b""
    signature, packed = told[:_SIGNATURE], told[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(tenant, packed)):
        raise BadInput("is no endCursor of an earlier answer", field="after")
    return frozenset(ProductId(each) for each in orjson.loads(zlib.decompressobj().decompress(packed, _MOST_BYTES)))


def _signature(tenant: Tenant, packed: bytes) -> bytes:
    return hmac.digest(tenant.cursor_secret.encode(), packed, hashlib.sha256)[:_SIGNATURE]
