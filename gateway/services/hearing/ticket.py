"""Tickets: what a click's address says, signed and self-contained, so that it leads on whatever became of the view."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from gateway.domain.answer import PlacementFill
from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.tenant import Tenant
from gateway.services.shop import Shop, Shops

_CONTEXT = b"endcap click 1"  # what this key signs, and nothing else that the same secret signs
_SIGNATURE = 16  # bytes
_MOST = 4096  # characters
_BETWEEN = "\0"  # stands in no id
_PARTS = 7
_PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One product shown once: where it was shown, and where its page is to be looked for. `preview`: to nobody."""

    recommendation_id: UUID
    market_id: MarketId
    locale: str
    region: str | None
    placement_id: str
    product_id: ProductId
    preview: bool = False


def click_path(fill: PlacementFill, position: int) -> str:
    """The path that logs a click and leads on to the product's page; with /log behind it, it only logs."""
    assert fill.shelf is not None, "an answer with products was answered somewhere"
    shelf, shown = fill.shelf, fill.recommendations[position].product.product_id
    place = (shelf.market.market_id, shelf.locale, fill.region, fill.placement.placement_id)
    return f"/c/{token_of(shelf.tenant, Ticket(fill.recommendation_id(position), *place, shown, fill.preview))}"


def token_of(tenant: Tenant, ticket: Ticket) -> str:
    """The ticket as it stands in an address."""
    said = (
        tenant.tenant_id, ticket.market_id, ticket.locale, ticket.region or "", ticket.placement_id, ticket.product_id,
        _PREVIEW if ticket.preview else "",
    )  # fmt: skip
    packed = ticket.recommendation_id.bytes + _BETWEEN.join(said).encode()
    return base64.urlsafe_b64encode(_signature(tenant, packed) + packed).decode().rstrip("=")


def read_ticket(shops: Shops, token: str) -> tuple[Shop, Ticket] | None:
    """The shop and the ticket; null where the token is none of ours."""
    if len(token) > _MOST:
        return None
    try:
        told = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        signature, packed = told[:_SIGNATURE], told[_SIGNATURE:]
        said = packed[16:].decode().split(_BETWEEN)
    except (binascii.Error, ValueError):
        return None
    shop = shops.get(said[0])
    if shop is None or not hmac.compare_digest(signature, _signature(shop.tenant, packed)) or len(said) != _PARTS:
        return None
    _, market_id, locale, region, placement_id, product_id, preview = said
    place = (MarketId(market_id), locale, region or None, placement_id)
    return shop, Ticket(UUID(bytes=packed[:16]), *place, ProductId(product_id), preview == _PREVIEW)


def _signature(tenant: Tenant, packed: bytes) -> bytes:
    return hmac.digest(_key(tenant.cursor_secret), packed, hashlib.sha256)[:_SIGNATURE]


@lru_cache(256)
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), _CONTEXT, hashlib.sha256)
